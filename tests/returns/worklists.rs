//! Lists of colleagues and outlets: what is typed into them holds, and what two say differently is asked about.

use calamine::Data;
use serde_json::Value;

use super::{codes, import, monday, out, sorted, task_of};
use crate::common::office::{Office, day};

#[test]
fn what_is_typed_into_a_worklist_comes_back_and_changes_the_next_one() {
    let bench = monday();
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系日期", day("2026-03-02"))
        .type_into("甲一", "实际渠道", "电话")
        .type_into("甲一", "联系结果", "已预约")
        .type_into("甲一", "意向产品", "基金")
        .type_into("甲一", "意向金额", 20_000.0)
        .type_into("甲一", "下次联系日", day("2026-03-11"))
        .type_into("甲一", "备注", "周三下午到网点")
        .type_into("甲二", "联系结果", "拒绝营销")
        .type_into("甲三", "备注", "电话里说在开会");
    let file = list.save(&bench.path("05_林一.xlsx"));
    let told = import(&bench, "2026-03-03", &file);
    assert_eq!(told["files"][0]["outcome"], "imported", "{told:#}");
    assert_eq!(told["files"][0]["rows_taken"], 3, "{told:#}");
    // Only the second gave no day: that of the list is taken.
    let dated: Vec<&Value> = told["problems"].as_array().unwrap().iter().collect();
    assert_eq!(codes(&told), [("contact_date_assumed".to_string(), None)], "{dated:#?}");
    let task = task_of(&bench, "2026-03-03", "P000001").unwrap();
    assert_eq!([&task["on"], &task["appointment"], &task["product"]], ["2026-03-11", "2026-03-11", "fund"]);
    assert!(task_of(&bench, "2026-03-03", "P000002").is_none());
    // A note is no contact: the task goes on, and the note is read.
    assert!(task_of(&bench, "2026-03-03", "P000003").is_some());
    bench.run(&["cycle", "--today", "2026-03-03"]).ok();
    let mut own = Office::open(&out(&bench, "2026-03-03", "04_员工营销维护表_林一"));
    assert_eq!(
        own.cell("甲一", "上次联系"),
        "2026-03-02 电话 已预约 基金 20,000.00元\n约定2026-03-11再联系\n周三下午到网点"
    );
    assert_eq!(own.cell("甲二", "上次联系"), "2026-03-02 电话 拒绝营销");
    assert_eq!(own.cell("甲三", "上次联系"), "2026-03-02\n电话里说在开会");
    // The branch's table shows no names and is not filled in.
    let mut all = Office::open(&out(&bench, "2026-03-03", "04_员工营销维护表.xlsx"));
    assert!(!all.has("AUM余额", "甲一"));
    assert!(all.pages.iter().all(|p| p.rows.iter().all(|r| !r.contains(&Data::String("联系结果".into())))));
    // The same once more, under another name and after a save: nothing is told twice.
    let again = list.type_into("甲三", "联系结果", "未接").save(&bench.path("05_林一_再交.xlsx"));
    let told = import(&bench, "2026-03-03", &again);
    assert_eq!(
        (&told["files"][0]["rows_taken"], sorted(&told)),
        (&1.into(), vec!["contact_date_assumed".into()]),
        "{told:#}"
    );
}

#[test]
fn a_task_stands_in_one_list_and_comes_back_from_there() {
    let bench = monday();
    let mut own = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    let mut outlet = Office::open(&out(&bench, "2026-03-02", "06_网点任务下发_一网点"));
    assert!(own.has("联系结果", "甲一") && !own.has("联系结果", "甲四"));
    assert!(!outlet.has("联系结果", "甲一") && outlet.has("联系结果", "甲四"));
    let file = outlet
        .type_into("甲四", "联系结果", "已成交")
        .type_into("甲四", "联系日期", day("2026-03-04"))
        .save(&bench.path("06.xlsx"));
    let told = import(&bench, "2026-03-05", &file);
    assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&1.into(), Vec::new()), "{told:#}");
    assert!(task_of(&bench, "2026-03-05", "P000004").is_none());
}

#[test]
fn two_who_say_different_things_of_one_day_are_asked_and_nothing_is_lost() {
    let bench = monday();
    let path = out(&bench, "2026-03-02", "05_每日工作清单_林一");
    let typed = |result: &str, note: &str, name: &str| {
        let mut list = Office::open(&path);
        list.type_into("甲一", "联系日期", day("2026-03-02"))
            .type_into("甲一", "联系结果", result)
            .type_into("甲一", "备注", note)
            .save(&bench.path(name))
    };
    let files = [typed("有意向", "问了定投", "甲.xlsx"), typed("拒绝营销", "问了定投", "乙.xlsx")];
    let place = Office::open(&path).place("甲一", "联系结果");
    assert_eq!(codes(&import(&bench, "2026-03-03", &files[0])), []);
    let told = import(&bench, "2026-03-03", &files[1]);
    assert_eq!(codes(&told), [("contact_conflicts".to_string(), Some(place.clone()))], "{told:#}");
    // Until it is settled, the more cautious one holds.
    assert!(task_of(&bench, "2026-03-03", "P000001").is_none());
    let all = bench.json(&["returns", "conflicts", "--today", "2026-03-03"]);
    let conflict = &all["conflicts"][0];
    assert_eq!((&conflict["field"], &conflict["day"]), (&"contact_result".into(), &"2026-03-02".into()), "{all:#}");
    let said: Vec<(&str, &str)> = conflict["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["value"].as_str().unwrap(), v["file"].as_str().unwrap()))
        .collect();
    assert_eq!(said, [("interested", "甲.xlsx"), ("refused", "乙.xlsx")]);
    let id = conflict["conflict_id"].as_str().unwrap();
    bench.run(&["returns", "settle", id, "--take", "1", "--today", "2026-03-03"]).ok();
    assert_eq!(bench.json(&["returns", "conflicts", "--today", "2026-03-03"])["conflicts"], serde_json::json!([]));
    assert!(task_of(&bench, "2026-03-03", "P000001").is_some());
    // The other way round it is the same conflict; it can be settled in a workbook as well.
    let other = monday();
    import(&other, "2026-03-03", &files[1]);
    import(&other, "2026-03-03", &files[0]);
    assert_eq!(other.json(&["returns", "conflicts", "--today", "2026-03-03"])["conflicts"][0]["conflict_id"], id);
    assert!(task_of(&other, "2026-03-03", "P000001").is_none());
    other.run(&["cycle", "--today", "2026-03-03"]).ok();
    let mut list = Office::open(&out(&other, "2026-03-03", "09_待核定"));
    assert_eq!(list.cell(id, "填法2"), format!("有意向\n林一 甲.xlsx {place}"));
    let file = list.type_into(id, "以哪个为准", 2.0).save(&other.path("核定.xlsx"));
    assert_eq!(codes(&import(&other, "2026-03-03", &file)), []);
    assert!(task_of(&other, "2026-03-03", "P000001").is_some());
}

#[test]
fn a_settlement_settles_what_its_workbook_showed() {
    let bench = monday();
    let list = out(&bench, "2026-03-02", "05_每日工作清单_林一");
    let says = |who: &str, result: &str, name: &str| {
        let mut list = Office::open(&list);
        list.type_into(who, "联系日期", day("2026-03-02")).type_into(who, "联系结果", result);
        import(&bench, "2026-03-03", &list.save(&bench.path(name)))
    };
    for who in ["甲一", "甲二"] {
        says(who, "有意向", &format!("{who}甲.xlsx"));
        says(who, "拒绝营销", &format!("{who}乙.xlsx"));
    }
    bench.run(&["cycle", "--today", "2026-03-03"]).ok();
    let path = out(&bench, "2026-03-03", "09_待核定");
    let open = || bench.json(&["returns", "conflicts", "--today", "2026-03-04"])["conflicts"].clone();
    let ids: Vec<String> =
        open().as_array().unwrap().iter().map(|c| c["conflict_id"].as_str().unwrap().to_string()).collect();
    // Sorted without the hidden column: a row shows one conflict and carries the key of the other.
    let mut sorted_apart = Office::open(&path);
    sorted_apart.type_into(&ids[0], "以哪个为准", 1.0);
    sorted_apart.type_into(&ids[0], "编号", ids[1].as_str());
    let told = import(&bench, "2026-03-04", &sorted_apart.save(&bench.path("错位.xlsx")));
    assert_eq!((sorted(&told), open().as_array().unwrap().len()), (vec!["contact_name_differs".into()], 2), "{told:#}");
    // What is said after the workbook left is not settled with it.
    says("甲一", "考虑中", "甲一丙.xlsx");
    let mut settles = Office::open(&path);
    for id in &ids {
        settles.type_into(id, "以哪个为准", 1.0);
    }
    let settled = settles.save(&bench.path("核定.xlsx"));
    assert_eq!(sorted(&import(&bench, "2026-03-04", &settled)), ["contact_conflicts"]);
    let left = open();
    let said: Vec<&str> = left[0]["values"].as_array().unwrap().iter().map(|v| v["value"].as_str().unwrap()).collect();
    assert_eq!((left.as_array().unwrap().len(), said), (1, vec!["considering", "interested"]), "{left:#}");
    // The same workbook again settles nothing anew, whatever it is called and whoever has touched it.
    says("甲二", "无需求", "甲二丙.xlsx");
    let before = open();
    let mut again = Office::open(&std::path::PathBuf::from(&settled));
    again.type_into(&ids[0], "以哪个为准", 1.0);
    again.insert_column("以哪个为准", "我的备注");
    import(&bench, "2026-03-05", &again.save(&bench.path("再核定.xlsx")));
    assert_eq!(open(), before);
    let state = bench.json(&["returns", "status", "--today", "2026-03-05"]);
    let conflicts = |e: &&Value| e["workbook"].as_str().unwrap().starts_with("09");
    assert_eq!(state["exports"].as_array().unwrap().iter().find(conflicts).unwrap()["answered"], 2, "{state:#}");
}

#[test]
fn every_cell_typed_on_monday_stands_in_tuesdays_files_or_among_the_conflicts() {
    let bench = monday();
    // Of each client something in every column, each text once; two copies of the list of one colleague.
    let fill = |list: &mut Office, who: &str, n: usize, result: &str| {
        list.type_into(who, "联系日期", day("2026-03-02"))
            .type_into(who, "实际渠道", ["面访", "电话", "企业微信"][n])
            .type_into(who, "联系结果", result)
            .type_into(who, "意向产品", ["基金", "保险", "定期存款"][n])
            .type_into(who, "意向金额", 11_111.0 * (n + 1) as f64)
            .type_into(who, "下次联系日", day(["2026-03-16", "2026-03-17", "2026-03-18"][n]))
            .type_into(who, "备注", ["备注甲", "备注乙", "备注丙"][n]);
    };
    let path = out(&bench, "2026-03-02", "05_每日工作清单_林一");
    let mut first = Office::open(&path);
    fill(&mut first, "甲一", 0, "有意向");
    fill(&mut first, "甲二", 1, "已预约");
    let mut second = Office::open(&out(&bench, "2026-03-02", "04_员工营销维护表_林一"));
    fill(&mut second, "甲二", 2, "考虑中");
    fill(&mut second, "甲三", 2, "考虑中");
    let mut outlet = Office::open(&out(&bench, "2026-03-02", "06_网点任务下发_一网点"));
    outlet.type_into("甲四", "备注", "备注丁").type_into("甲四", "联系日期", day("2026-03-02"));
    for (name, list) in [("一.xlsx", &first), ("二.xlsx", &second), ("三.xlsx", &outlet)] {
        import(&bench, "2026-03-03", &list.save(&bench.path(name)));
    }
    bench.run(&["cycle", "--today", "2026-03-03"]).ok();
    let mut own = Office::open(&out(&bench, "2026-03-03", "04_员工营销维护表_林一"));
    assert_eq!(own.cell("甲一", "上次联系"), "2026-03-02 面访 有意向 基金 11,111.00元\n约定2026-03-16再联系\n备注甲");
    assert_eq!(
        own.cell("甲三", "上次联系"),
        "2026-03-02 企业微信 考虑中 定期存款 33,333.00元\n约定2026-03-18再联系\n备注丙"
    );
    let mut outlet = Office::open(&out(&bench, "2026-03-03", "06_网点任务下发_一网点"));
    assert_eq!(outlet.cell("甲四", "上次联系"), "2026-03-02\n备注丁");
    // Of the second client everything but the day was said twice: until it is settled the more cautious result holds,
    // and the channel of the task.
    assert_eq!(own.cell("甲二", "上次联系"), "2026-03-02 电话 考虑中");
    let all = bench.json(&["returns", "conflicts", "--today", "2026-03-03"]);
    let mut conflicts = Vec::new();
    for conflict in all["conflicts"].as_array().unwrap() {
        let text = |v: &Value| v.as_str().unwrap().to_string();
        let said = conflict["values"].as_array().unwrap().iter();
        let said: Vec<(String, String)> = said.map(|v| (text(&v["value"]), text(&v["cell"]))).collect();
        conflicts.push((text(&conflict["field"]), said));
    }
    let expected = [
        ("actual_channel", "实际渠道", ["phone", "wecom"]),
        ("contact_result", "联系结果", ["booked", "considering"]),
        ("next_contact", "下次联系日", ["2026-03-17", "2026-03-18"]),
        ("remark", "备注", ["备注乙", "备注丙"]),
        ("wanted_amount", "意向金额", ["2222200", "3333300"]),
        ("wanted_product", "意向产品", ["insurance", "term_deposit"]),
    ];
    let expected = expected.map(|(field, column, said)| {
        let places = [first.place("甲二", column), second.place("甲二", column)];
        (field.to_string(), said.map(str::to_string).into_iter().zip(places).collect::<Vec<_>>())
    });
    assert_eq!(conflicts, expected, "{all:#}");
}
