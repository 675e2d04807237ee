//! Workbooks that leave are filled in, come back, and change what happens next.

use std::path::PathBuf;

use calamine::Data;
use serde_json::Value;

use crate::common::Bench;
use crate::common::office::{Office, day, resaved};

const STAFF: &str = "
| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |
|---|
| 001 | 林一 | 一网点 | 客户经理 |  | 是 |
| 002 | 林二 | 一网点 | 支行行长 |  | 是 |";

/// Four people short of the next tier; the last one has no manager.
const HOLDINGS: &str = "
| 客户号 | 客户姓名 | 手机号 | 代发单位 | 管户人 | 网点 | 数据日期 | AUM余额(元) | 活期(元) | 是否同意电话营销 | 是否同意企微营销 | 风险测评有效期 |
|---|
| KH1 | 甲一 | 13800000001 | 甲厂有限公司 | 林一 | 一网点 | 2026-02-28 | 45000 | 45000 | 是 | 是 | 2026-12-31 |
| KH2 | 甲二 | 13800000002 | 甲厂有限公司 | 林一 | 一网点 | 2026-02-28 | 45000 | 45000 | 是 | 是 | 2026-12-31 |
| KH3 | 甲三 | 13800000003 | 甲厂有限公司 | 林一 | 一网点 | 2026-02-28 | 45000 | 45000 | 是 | 是 | 2026-12-31 |
| KH4 | 甲四 | 13800000004 | 乙厂有限公司 |  | 一网点 | 2026-02-28 | 45000 | 45000 | 是 | 是 | 2026-12-31 |";

const EMPLOYERS: &str = "
| 单位编号 | 单位名称 | 行业 | 代发人数 | 发薪日 | 主办网点 | 客户经理 |
|---|
| DW01 | 甲厂有限公司 | 制造业 | 60 | 10 | 一网点 | 林一 |
| DW02 | 乙厂有限公司 | 制造业 | 60 | 10 | 一网点 |  |";

/// Monday the 2nd of March: the lists of the day lie in `out/2026-03-02`.
fn monday() -> Bench {
    let bench = Bench::new();
    for (name, table) in [("人员", STAFF), ("单位", EMPLOYERS), ("资产", HOLDINGS)] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", "2026-03-02", &file]).ok();
    }
    bench.run(&["cycle", "--today", "2026-03-02"]).ok();
    bench
}

fn out(bench: &Bench, day: &str, begins: &str) -> PathBuf {
    let folder = bench.root().join("out").join(day);
    let mut paths = std::fs::read_dir(folder).unwrap().flatten().map(|e| e.path());
    let found = paths.find(|p| p.file_name().unwrap().to_string_lossy().starts_with(begins));
    found.unwrap_or_else(|| panic!("no {begins} on {day}"))
}

fn codes(report: &Value) -> Vec<(String, Option<String>)> {
    let text = |v: &Value| v.as_str().map(str::to_string);
    let list = report["problems"].as_array().unwrap().iter();
    list.map(|p| (text(&p["code"]).unwrap(), text(&p["cell"]))).collect()
}

fn sorted(report: &Value) -> Vec<String> {
    let mut found: Vec<String> = codes(report).into_iter().map(|(code, _)| code).collect();
    found.sort();
    found
}

fn import(bench: &Bench, today: &str, file: &str) -> Value {
    bench.run(&["import", "--today", today, file, "--json"]).json()
}

fn task_of(bench: &Bench, today: &str, who: &str) -> Option<Value> {
    let told = bench.json(&["followup", "--today", today]);
    told["tasks"].as_array().unwrap().iter().find(|t| t["employee_id"] == who).cloned()
}

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
fn a_sheet_that_was_worked_on_is_read_all_the_same() {
    let bench = monday();
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系结果", "未接")
        .type_into("甲二", "联系结果", "好像有意向")
        .type_into("甲三", "截止日", day("2026-12-31"))
        .type_into("甲三", "联系结果", "考虑中")
        .insert_column("姓名", "我的批注")
        .sort_backwards("姓名");
    let file = list.save(&bench.path("排过序.xlsx"));
    let told = import(&bench, "2026-03-03", &file);
    assert_eq!(sorted(&told), ["contact_date_assumed", "return_fixed_changed", "return_not_in_list"], "{told:#}");
    // Good rows in, the other in a marked copy.
    assert_eq!(told["files"][0]["rows_taken"], 2);
    assert!(told["files"][0]["marked_copy"].is_string(), "{told:#}");
    // A row deleted, one doubled, one moved under another name.
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.delete("甲三", "姓名")
        .type_into("甲一", "联系结果", "考虑中")
        .copy_row("甲一", "姓名")
        .type_into("甲二", "联系结果", "未接")
        .type_into("甲二", "姓名", "甲三");
    let told = import(&bench, "2026-03-04", &list.save(&bench.path("弄乱了.xlsx")));
    let expected = [
        "contact_conflicts",
        "contact_date_assumed",
        "contact_name_differs",
        "return_row_twice",
        "return_rows_deleted",
    ];
    assert_eq!(sorted(&told), expected, "{told:#}");
}

#[test]
fn a_copy_of_another_workspace_or_with_a_broken_mark_is_told_apart() {
    let (bench, other) = (monday(), Bench::anew());
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系结果", "未接");
    let file = list.save(&bench.path("清单.xlsx"));
    let told = import(&other, "2026-03-03", &file);
    assert_eq!((codes(&told)[0].0.as_str(), &told["files"][0]["outcome"]), ("return_foreign", &"refused".into()));
    let refused = |list: &Office| {
        let told = import(&bench, "2026-03-03", &list.save(&bench.path("改过.xlsx")));
        assert_eq!((&told["files"][0]["outcome"], &told["files"][0]["rows_taken"]), (&"refused".into(), &0.into()));
        sorted(&told)
    };
    let marked = |edit: &dyn Fn(&mut Vec<Vec<Data>>)| {
        let mut list = list.clone();
        edit(&mut list.pages.iter_mut().find(|p| p.name == "daifa").unwrap().rows);
        refused(&list)
    };
    assert_eq!(marked(&|rows| rows[3][1] = "outlet".into()), ["return_mark_broken"]);
    assert_eq!(marked(&|rows| rows[2][1] = "X0".into()), ["return_mark_broken"]);
    assert_eq!(marked(&|rows| rows[0][1] = "99".into()), ["return_newer"]);
    // What it says of itself is whole, what it says of its columns is gone.
    assert_eq!(marked(&|rows| rows.truncate(5)), ["return_mark_broken"]);
    // The keys alone without their title; all columns that are typed into; all behind the first five, the keys too.
    let mut keys = list.clone();
    keys.rename("行标识", "");
    assert_eq!(refused(&keys), ["return_keys_lost"]);
    let mut typed = list.clone();
    for column in ["联系日期", "实际渠道", "联系结果", "意向产品", "意向金额", "下次联系日", "备注"]
    {
        typed.rename(column, "");
    }
    assert_eq!(refused(&typed), ["return_keys_lost"]);
    let mut narrow = list.clone();
    narrow.pages[0].rows.iter_mut().for_each(|r| r.truncate(5));
    assert_eq!(refused(&narrow), ["return_keys_lost"]);
}

#[test]
fn a_column_that_is_gone_is_told_of_and_the_others_are_read() {
    let bench = monday();
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系结果", "未接").type_into("甲一", "备注", "看不到的").rename("备注", "我的备注");
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("改列名.xlsx")));
    // The header is the eighth row, below the title, the figures and the notes.
    let lost = codes(&told).into_iter().find(|(code, _)| code == "return_column_lost");
    assert_eq!(lost.unwrap().1.as_deref(), Some("A8"));
    assert_eq!(sorted(&told), ["contact_date_assumed", "return_column_lost"]);
    assert_eq!((&told["files"][0]["outcome"], &told["files"][0]["rows_taken"]), (&"imported".into(), &1.into()));
    let shown = bench.json(&["show", "P000001", "--today", "2026-03-03"]);
    assert_eq!(shown["contacts"][0]["result"], "no_answer");
}

#[test]
fn a_row_without_a_key_of_ours_is_told_of_and_not_taken() {
    let bench = monday();
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系日期", day("2026-03-02")).type_into("甲一", "联系结果", "考虑中");
    // A key somebody changed, one that is no key at all, and rows added below; of those without a result nothing is
    // said.
    let key = list.cell("甲二", "行标识");
    list.type_into("甲二", "联系结果", "未接").type_into("甲二", "行标识", format!("{key}0").as_str());
    list.type_into("甲三", "行标识", "不是行标识");
    list.append(&[("姓名", "甲五"), ("联系结果", "未接")]).append(&[("姓名", "甲六")]);
    let places = ["甲二", "甲五"].map(|who| list.place(who, "姓名"));
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("加行.xlsx")));
    let foreign: Vec<String> = codes(&told)
        .into_iter()
        .filter(|(code, _)| code == "return_row_foreign")
        .filter_map(|(_, cell)| cell)
        .collect();
    assert_eq!(foreign, places);
    assert_eq!(sorted(&told), ["return_row_foreign", "return_row_foreign", "return_rows_deleted"], "{told:#}");
    assert_eq!((&told["files"][0]["outcome"], &told["files"][0]["rows_taken"]), (&"imported".into(), &1.into()));
}

#[test]
fn a_cell_that_cannot_be_read_leaves_its_row_out_and_is_named() {
    let bench = monday();
    let path = out(&bench, "2026-03-02", "05_每日工作清单_林一");
    // What nobody can have meant: below nothing, no day, a day before all others.
    let mut list = Office::open(&path);
    let wrong: [(&str, &str, Data); 3] = [
        ("甲一", "意向金额", Data::Float(-5.0)),
        ("甲二", "下次联系日", Data::String("下周".into())),
        ("甲三", "联系日期", day("1999-12-31")),
    ];
    for (who, column, value) in &wrong {
        list.type_into(who, "联系结果", "有意向").type_into(who, column, value.clone());
    }
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("看不懂.xlsx")));
    let expected: Vec<(String, Option<String>)> =
        wrong.iter().map(|(who, column, _)| ("return_value".to_string(), Some(list.place(who, column)))).collect();
    assert_eq!(codes(&told), expected, "{told:#}");
    assert_eq!((&told["files"][0]["outcome"], &told["files"][0]["rows_taken"]), (&"imported".into(), &0.into()));
    // Today a contact can have been made, tomorrow not yet.
    let mut list = Office::open(&path);
    list.type_into("甲一", "联系日期", day("2026-03-04")).type_into("甲一", "联系结果", "有意向");
    list.type_into("甲二", "联系日期", day("2026-03-03")).type_into("甲二", "联系结果", "有意向");
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("明天.xlsx")));
    assert_eq!(codes(&told), [("return_day_ahead".to_string(), Some(list.place("甲一", "联系日期")))], "{told:#}");
    assert_eq!((&told["files"][0]["outcome"], &told["files"][0]["rows_taken"]), (&"imported".into(), &1.into()));
    assert_eq!(bench.json(&["show", "P000001", "--today", "2026-03-03"])["contacts"], serde_json::json!([]));
}

/// LibreOffice saves as people do; where it is not installed nothing can be said of it.
#[test]
fn it_survives_being_saved_by_another_office_program() {
    let bench = monday();
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系日期", day("2026-03-02"))
        .type_into("甲一", "联系结果", "有意向")
        .type_into("甲二", "下次联系日", day("2026-03-12"))
        .type_into("甲二", "联系结果", "已预约");
    let path = bench.path("清单.xlsx");
    list.save(&path);
    for format in ["xlsx", "xls", "ods"] {
        let bench = monday();
        let Some(saved) = resaved(&path, format) else {
            eprintln!("no LibreOffice here: not tried");
            return;
        };
        let told = import(&bench, "2026-03-03", saved.to_str().unwrap());
        assert_eq!(
            (&told["files"][0]["rows_taken"], &told["files"][0]["outcome"]),
            (&2.into(), &"imported".into()),
            "{format} {told:#}"
        );
        assert_eq!(task_of(&bench, "2026-03-03", "P000002").unwrap()["appointment"], "2026-03-12");
    }
}

const MORE: &str = "
| 单位编号 | 单位名称 | 行业 | 代发人数 | 月均代发额(万元) | 发薪日 | 主办网点 | 客户经理 |
|---|
| DW01 | 甲厂有限公司 | 制造业 | 60 | 30 | 10 | 一网点 | 林一 |
| DW02 | 乙厂有限公司 | 制造业 | 60 | 30 | 10 | 一网点 | 林一 |
| DW03 | 丙厂有限公司 | 制造业 | 60 | 30 | 10 | 一网点 | 林一 |";

/// Three employers of thirty people each; the first two have little.
fn branch() -> Bench {
    let bench = Bench::new();
    let mut paid = String::from("| 姓名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位 |\n|---|\n");
    let mut holdings = String::from("| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) |\n|---|\n");
    for (firm, aum) in [("甲厂有限公司", 2_000), ("乙厂有限公司", 3_000), ("丙厂有限公司", 90_000)] {
        for n in 0..30 {
            let letter = firm.chars().next().unwrap();
            holdings += &format!("| {letter}{n} | 客{letter}{n} | {firm} | 2026-02-28 | {aum} | {aum} |\n");
            for month in ["2025-12", "2026-01", "2026-02"] {
                paid += &format!("| 客{letter}{n} | {letter}{n} | 5000 | 工资 | {month}-10 | {firm} |\n");
            }
        }
    }
    let staff: String = (1..=9)
        .map(|n| {
            let position = ["客户经理", "理财经理", "大堂经理"][n % 3];
            format!("| 00{n} | 林{n} | 一网点 | {position} | 理财 | 是 |\n")
        })
        .collect();
    let staff = format!(
        "| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |\n|---|\n{staff}| 010 | 林行 | 一网点 | 支行行长 |  | 是 |\n"
    );
    for (name, table) in [("人员", staff.as_str()), ("单位", MORE), ("资产", &holdings), ("代发", &paid)] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", "2026-03-02", &file]).ok();
    }
    bench.run(&["cycle", "--today", "2026-03-02"]).ok();
    bench
}

fn targets(bench: &Bench, today: &str) -> Vec<String> {
    let ranking = bench.json(&["rank", "--today", today]);
    let names = ranking.as_array().unwrap().iter().filter(|r| r["target"] == true);
    let mut names: Vec<String> = names.map(|r| r["name"].as_str().unwrap().to_string()).collect();
    names.sort();
    names
}

#[test]
fn what_the_manager_and_the_president_say_of_a_target_holds_in_the_next_ranking() {
    let bench = branch();
    assert_eq!(targets(&bench, "2026-03-03"), ["乙厂有限公司", "甲厂有限公司"]);
    let mut list = Office::open(&out(&bench, "2026-03-02", "01_目标单位名单"));
    let file = list
        .type_into("甲厂有限公司", "客户经理意见", "剔除")
        .type_into("甲厂有限公司", "剔除理由", "正在搬迁")
        .type_into("乙厂有限公司", "客户经理意见", "确认")
        .save(&bench.path("01.xlsx"));
    let told = import(&bench, "2026-03-03", &file);
    assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&2.into(), Vec::new()), "{told:#}");
    assert_eq!(targets(&bench, "2026-03-04"), ["乙厂有限公司"]);
    let plan = bench.json(&["plan", "--today", "2026-03-04"]);
    let left = plan["unplanned"].as_array().unwrap().iter().find(|l| l["employer_id"] == "E00001").unwrap();
    assert_eq!(left["reasons"][0]["label"], "客户经理2026-03-03在名单上剔除：正在搬迁");
    // The next list shows what was said; typed over, the new word holds, and the president's is the last.
    bench.run(&["rank", "--today", "2026-03-04"]).ok();
    let mut list = Office::open(&out(&bench, "2026-03-04", "01_目标单位名单"));
    assert_eq!(list.cell("乙厂有限公司", "客户经理意见"), "确认");
    let file = list.type_into("乙厂有限公司", "行长审批", "不同意").save(&bench.path("01行长.xlsx"));
    import(&bench, "2026-03-04", &file);
    assert!(targets(&bench, "2026-03-05").is_empty());
}

#[test]
fn the_agreed_day_and_what_is_done_stand_in_the_next_plan() {
    let bench = branch();
    let plan = bench.json(&["plan", "show", "--today", "2026-03-02"]);
    let visits = plan["visits"].as_array().unwrap();
    let of = |name: &str| {
        let ranking = bench.json(&["rank", "--today", "2026-03-02"]);
        let ranked = ranking.as_array().unwrap().iter().find(|r| r["name"] == name).unwrap().clone();
        visits.iter().find(|v| v["employer_id"] == ranked["employer_id"]).unwrap().clone()
    };
    let (first, second) = (of("甲厂有限公司"), of("乙厂有限公司"));
    let mut list = Office::open(&out(&bench, "2026-03-02", "02_进企计划表"));
    list.type_into("甲厂有限公司", "单位答复", "同意首选日期")
        .type_into("乙厂有限公司", "单位答复", "婉拒")
        .type_into("乙厂有限公司", "再访日", day("2026-06-01"))
        .type_into("乙厂有限公司", "备注", "年底太忙");
    let steps = list.pages.iter().position(|p| p.name == "倒排时间表").unwrap();
    let row = list.pages[steps].rows.iter().position(|r| r.contains(&Data::String("甲厂有限公司".into()))).unwrap();
    let header = list.pages[steps].rows.iter().position(|r| r.contains(&Data::String("事项".into()))).unwrap();
    let at =
        |title: &str| list.pages[steps].rows[header].iter().position(|c| *c == Data::String(title.into())).unwrap();
    let (done, on, step) = (at("完成情况"), at("完成日期"), list.pages[steps].rows[row][at("事项")].to_string());
    list.pages[steps].rows[row][done] = "已完成".into();
    list.pages[steps].rows[row][on] = day("2026-03-03");
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("02.xlsx")));
    assert_eq!(codes(&told), [], "{told:#}");
    let plan = bench.json(&["plan", "--today", "2026-03-04"]);
    let visits = plan["visits"].as_array().unwrap();
    let now = visits.iter().find(|v| v["visit_id"] == first["visit_id"]).unwrap();
    assert_eq!((&now["status"], &now["date"]), (&"confirmed".into(), &first["date"]));
    let told_done = now["steps"].as_array().unwrap().iter().find(|s| s["done"].is_object()).unwrap();
    assert_eq!((&told_done["done"]["state"], &told_done["done"]["on"]), (&"yes".into(), &"2026-03-03".into()));
    assert!(!visits.iter().any(|v| v["visit_id"] == second["visit_id"]), "declined");
    // Nobody asks before the day that was given; then the employer is asked again.
    let mut list = Office::open(&out(&bench, "2026-03-04", "02_进企计划表"));
    assert_eq!(list.cell(&step, "完成情况"), "已完成");
    assert_eq!(list.cell("甲厂有限公司", "单位答复"), "同意首选日期");
    // By command, and the same of a step; another word of the same offer in a workbook is asked about.
    bench.run(&["step", "done", "V0001", "booking", "--on", "2026-03-04", "--today", "2026-03-04"]).ok();
    let mut other = Office::open(&out(&bench, "2026-03-02", "02_进企计划表"));
    let file = other.type_into("甲厂有限公司", "单位答复", "婉拒").save(&bench.path("02另一份.xlsx"));
    assert_eq!(sorted(&import(&bench, "2026-03-05", &file)), ["contact_conflicts"]);
    let plan = bench.json(&["plan", "show", "--today", "2026-03-05"]);
    assert_eq!(plan["visits"][0]["status"], "confirmed");
    assert_eq!(bench.run(&["step", "done", "V0001", "no such", "--today", "2026-03-05"]).code(), 1);
    assert_eq!(
        bench.run(&["step", "done", "V0001", "booking", "--on", "2026-03-09", "--today", "2026-03-05"]).code(),
        1
    );
}

#[test]
fn an_answer_to_an_offer_that_was_moved_since_moves_nothing() {
    let bench = branch();
    let shown = |today: &str| {
        let plan = bench.json(&["plan", "show", "--today", today]);
        let visit = plan["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == "V0001").unwrap();
        (visit["date"].as_str().unwrap().to_string(), visit["status"].as_str().unwrap().to_string())
    };
    let names = bench.json(&["rank", "--today", "2026-03-02"]);
    let plan = bench.json(&["plan", "show", "--today", "2026-03-02"]);
    let visit = plan["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == "V0001").unwrap().clone();
    let ranked = names.as_array().unwrap().iter().find(|r| r["employer_id"] == visit["employer_id"]).unwrap();
    let employer = ranked["name"].as_str().unwrap().to_string();
    let other = "2026-04-22";
    assert_ne!(visit["date"], other);
    bench.run(&["plan", "move", "V0001", "--date", other, "--today", "2026-03-03"]).ok();
    let answers = |column: &str, text: &str, name: &str| {
        let mut list = Office::open(&out(&bench, "2026-03-02", "02_进企计划表"));
        let file = list.type_into(&employer, column, text).save(&bench.path(name));
        import(&bench, "2026-03-04", &file)
    };
    let told = answers("单位答复", "同意首选日期", "同意.xlsx");
    assert_eq!(sorted(&told), ["return_not_applied"]);
    let reason = format!("答复的是{}这个日期，这场进企后来已改到{other}", visit["date"].as_str().unwrap());
    assert_eq!(told["problems"][0]["params"]["reason"], reason);
    let place = Office::open(&out(&bench, "2026-03-02", "02_进企计划表")).place(&employer, "单位答复");
    assert_eq!(codes(&told)[0].1, Some(place));
    assert_eq!(shown("2026-03-04"), (other.to_string(), "awaiting_booking".to_string()));
    // An answer that was put into the plan is not put there again because of a remark in another copy.
    let again = branch();
    let mut list = Office::open(&out(&again, "2026-03-02", "02_进企计划表"));
    let agreed = list.type_into(&employer, "单位答复", "同意首选日期").save(&again.path("同意.xlsx"));
    assert_eq!(sorted(&import(&again, "2026-03-03", &agreed)), Vec::<String>::new());
    again.run(&["plan", "move", "V0001", "--date", other, "--today", "2026-03-04"]).ok();
    let mut list = Office::open(&out(&again, "2026-03-02", "02_进企计划表"));
    let note = list.type_into(&employer, "备注", "问过门卫").save(&again.path("备注.xlsx"));
    assert_eq!(sorted(&import(&again, "2026-03-05", &note)), Vec::<String>::new());
    let plan = again.json(&["plan", "show", "--today", "2026-03-05"]);
    let now = plan["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == "V0001").unwrap();
    assert_eq!(now["date"], other);
}

#[test]
fn a_command_says_the_same_as_a_workbook_with_the_same_checks() {
    let bench = monday();
    let ran = |arguments: &[&str]| bench.run(&[arguments, &["--today", "2026-03-03", "--json"]].concat());
    let tried = ran(&["contact", "add", "P000001", "--result", "已预约", "--next", "2026-03-11", "--dry-run"]).json();
    assert_eq!(
        (&tried["effects"][1]["effect"], &tried["effects"][1]["on"]),
        (&"appointment".into(), &"2026-03-11".into()),
        "{tried:#}"
    );
    assert!(task_of(&bench, "2026-03-03", "P000001").unwrap()["appointment"].is_null(), "only tried");
    let taken =
        ran(&["contact", "add", "P000001", "--result", "booked", "--next", "2026-03-11", "--product", "基金"]).json();
    assert!(taken["contact_id"].is_i64(), "{taken:#}");
    assert_eq!(task_of(&bench, "2026-03-03", "P000001").unwrap()["appointment"], "2026-03-11");
    // The workbook that says the same adds nothing; one that says otherwise is a conflict.
    let path = out(&bench, "2026-03-02", "05_每日工作清单_林一");
    let mut same = Office::open(&path);
    same.type_into("甲一", "联系日期", day("2026-03-03")).type_into("甲一", "联系结果", "已预约");
    assert_eq!(codes(&import(&bench, "2026-03-03", &same.save(&bench.path("同.xlsx")))), []);
    let mut other = Office::open(&path);
    other.type_into("甲一", "联系日期", day("2026-03-03")).type_into("甲一", "联系结果", "无需求");
    let told = import(&bench, "2026-03-03", &other.save(&bench.path("异.xlsx")));
    assert_eq!(sorted(&told), ["contact_conflicts"], "{told:#}");
    // Nothing is written of what cannot be.
    for refused in [
        &["contact", "add", "P000002", "--result", "差不多"][..],
        &["contact", "add", "P000002", "--result", "未接", "--on", "2026-03-04"],
        &["contact", "add", "P000002", "--result", "未接", "--next", "2026-03-01"],
        &["contact", "add", "P000002", "--result", "未接", "--task", "T000000000000"],
        &["contact", "add", "P000099", "--result", "未接"],
        &["contact", "add", "甲厂", "--result", "未接"],
        &["task", "done", "T000000000000"],
    ] {
        assert_eq!(ran(refused).code(), 1, "{refused:?}");
    }
    let unclear = ran(&["contact", "add", "甲", "--result", "未接"]);
    assert!(unclear.json()["candidates"].is_array() && unclear.code() == 1);
    assert_eq!(ran(&["show", "P000002"]).json()["contacts"], serde_json::json!([]));
    // A complaint stops everything until it is settled.
    ran(&["contact", "add", "P000003", "--result", "投诉"]).ok();
    let complaint = task_of(&bench, "2026-03-04", "P000003").unwrap();
    // It goes to the president, not to the manager.
    assert_eq!((&complaint["rule"], &complaint["owner"]), (&"complaint".into(), &"S002".into()));
    let task = complaint["task_id"].as_str().unwrap().to_string();
    // The client stays in the manager's list, the task stands in the president's.
    bench.run(&["cycle", "--today", "2026-03-04"]).ok();
    let mut own = Office::open(&out(&bench, "2026-03-04", "04_员工营销维护表_林一"));
    assert_eq!(
        (own.cell("甲三", "下一步"), own.cell("甲三", "上次联系")),
        (String::new(), "2026-03-03 电话 投诉".into())
    );
    let mut head = Office::open(&out(&bench, "2026-03-04", "05_每日工作清单_林二"));
    assert_eq!(head.cell("甲三", "事项"), "投诉处理");
    bench.run(&["task", "done", &task, "--on", "2026-03-05", "--today", "2026-03-05"]).ok();
    let contacts = bench.json(&["show", "P000003", "--today", "2026-03-05"]);
    assert_eq!(contacts["contacts"][0]["result"], "settled", "{contacts:#}");
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

#[test]
fn a_need_and_a_handover_hold_the_same_day_and_stand_in_the_list_that_is_signed() {
    let bench = monday();
    let ran = |arguments: &[&str]| bench.run(&[arguments, &["--today", "2026-03-03", "--json"]].concat());
    let need = ran(&["need", "add", "P000001", "换工资卡", "--owner", "林一", "--due", "2026-03-10"]).json();
    assert_eq!(need["state"], "open");
    assert_eq!(ran(&["need", "add", "甲厂", "食堂收款码", "--dry-run"]).code(), 0);
    assert_eq!(ran(&["need", "add", "甲厂", "食堂收款码", "--owner", "没有这人"]).code(), 1);
    ran(&["contact", "add", "P000002", "--result", "已预约", "--next", "2026-03-09"]).ok();
    let tried = ran(&["handover", "林一", "林二", "--dry-run"]).json();
    assert_eq!(tried["clients"].as_array().unwrap().len(), 3, "{tried:#}");
    assert_eq!(task_of(&bench, "2026-03-03", "P000001").unwrap()["owner"], "S001");
    let made = ran(&["handover", "001", "林二"]).json();
    assert_eq!((&made["promises"][0]["on"], &made["needs"][0]["text"]), (&"2026-03-09".into(), &"换工资卡".into()));
    for who in ["P000001", "P000002", "P000003"] {
        assert_eq!(task_of(&bench, "2026-03-03", who).unwrap()["owner"], "S002", "{who}");
    }
    let mut list = Office::open(&out(&bench, "2026-03-03", "10_交接单_林一_林二"));
    assert!(list.has("上次联系", "甲一") && list.has("上次联系", "甲三"));
    // Done with, and given back.
    assert_eq!(ran(&["need", "done", "N1", "--note", "已换"]).json()["state"], "done");
    assert_eq!(ran(&["need", "done", "N1"]).code(), 1);
    assert_eq!(ran(&["show", "P000001"]).json()["needs"][0]["state"], "done");
    ran(&["handover", "林二", "林一"]).ok();
    assert_eq!(task_of(&bench, "2026-03-03", "P000001").unwrap()["owner"], "S001");
    assert_eq!(ran(&["handover", "林一", "林一"]).code(), 1);
}

#[test]
fn a_handover_tells_what_falls_due_in_sixty_days() {
    let bench = Bench::new();
    // On the 3rd of March: the day before, the day itself, the 59th, 60th and 61st day from then.
    let days = ["2026-03-02", "2026-03-03", "2026-05-01", "2026-05-02", "2026-05-03"];
    let mut holdings = String::from(
        "| 客户号 | 客户姓名 | 代发单位 | 管户人 | 网点 | 数据日期 | AUM余额(元) | 活期(元) | 到期日 |\n|---|\n",
    );
    for (n, due) in days.iter().enumerate() {
        holdings += &format!("| KH{n} | 甲{n} | 甲厂有限公司 | 林一 | 一网点 | 2026-02-28 | 45000 | 45000 | {due} |\n");
    }
    for (name, table) in [("人员", STAFF), ("单位", EMPLOYERS), ("资产", &holdings)] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", "2026-03-02", &file]).ok();
    }
    let tried = bench.json(&["handover", "林一", "林二", "--dry-run", "--today", "2026-03-03"]);
    let due: Vec<&str> = tried["maturities"].as_array().unwrap().iter().map(|m| m["due"].as_str().unwrap()).collect();
    assert_eq!(due, days[1..4]);
}
