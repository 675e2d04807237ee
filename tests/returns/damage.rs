//! Workbooks that were worked on, damaged, or come from elsewhere: what can be read is read, and the rest is named.

use calamine::Data;

use super::{codes, import, monday, out, sorted, task_of};
use crate::common::Bench;
use crate::common::locked::locked;
use crate::common::office::{Office, day, resaved};

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
fn a_sheet_that_somebody_has_hidden_is_read_all_the_same() {
    let bench = monday();
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系日期", day("2026-03-02")).type_into("甲一", "联系结果", "考虑中").hide("联系结果");
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("隐藏.xlsx")));
    assert_eq!((codes(&told), &told["files"][0]["rows_taken"]), (Vec::new(), &1.into()), "{told:#}");
    let shown = bench.json(&["show", "P000001", "--today", "2026-03-03"]);
    assert_eq!(shown["contacts"][0]["result"], "considering");
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
    // A row of another list, which was sent to somebody else.
    let mut outlet = Office::open(&out(&bench, "2026-03-02", "06_网点任务下发_一网点"));
    let key = outlet.cell("甲四", "行标识");
    list.append(&[("姓名", "甲四"), ("联系结果", "未接"), ("行标识", key.as_str())]);
    let places = ["甲二", "甲五", "甲四"].map(|who| list.place(who, "姓名"));
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("加行.xlsx")));
    let foreign: Vec<String> = codes(&told)
        .into_iter()
        .filter(|(code, _)| code == "return_row_foreign")
        .filter_map(|(_, cell)| cell)
        .collect();
    assert_eq!(foreign, places);
    assert_eq!(
        sorted(&told),
        ["return_row_foreign", "return_row_foreign", "return_row_foreign", "return_rows_deleted"],
        "{told:#}"
    );
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

#[test]
fn a_copy_saved_with_a_password_comes_back_with_the_password_file() {
    let bench = monday();
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系日期", day("2026-03-02")).type_into("甲一", "联系结果", "考虑中");
    let plain = bench.path("清单.xlsx");
    list.save(&plain);
    let file = locked(&plain, "清单_加密.xlsx", "交回2026");
    let (wrong, right) = (bench.path("错.txt"), bench.path("对.txt"));
    std::fs::write(&wrong, "交回2025\n").unwrap();
    std::fs::write(&right, "别的\n交回2026\n").unwrap();
    assert_eq!(sorted(&import(&bench, "2026-03-03", &file)), ["encrypted_file"]);
    let with = |passwords: &std::path::Path| {
        let passwords = passwords.to_str().unwrap();
        bench.run(&["import", "--today", "2026-03-03", &file, "--password-file", passwords, "--json"]).json()
    };
    assert_eq!(sorted(&with(&wrong)), ["wrong_password"]);
    let told = with(&right);
    assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&1.into(), Vec::new()), "{told:#}");
    assert_eq!(bench.json(&["show", "P000001", "--today", "2026-03-03"])["contacts"][0]["result"], "considering");
}

#[test]
fn a_refusal_holds_though_its_day_cannot_be_read() {
    let bench = monday();
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系结果", "拒绝营销").type_into("甲一", "联系日期", "上周五吧");
    list.type_into("甲二", "联系结果", "投诉").type_into("甲二", "联系日期", day("2026-03-09"));
    list.type_into("甲三", "联系结果", "有意向").type_into("甲三", "联系日期", "上周五吧");
    let place = |who: &str, list: &mut Office| Some(list.place(who, "联系日期"));
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("看不懂.xlsx")));
    // What cannot be read is named all the same, and so is the day that was taken for it.
    let mut expected = vec![
        ("return_value".to_string(), place("甲一", &mut list)),
        ("return_day_ahead".to_string(), place("甲二", &mut list)),
        ("return_value".to_string(), place("甲三", &mut list)),
        ("contact_date_assumed".to_string(), None),
    ];
    let mut found = codes(&told);
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{told:#}");
    let file = &told["files"][0];
    // The third row says something that was not taken; that is no blank row.
    assert_eq!([&file["rows_taken"], &file["rows_not_taken"]], [2, 1], "{told:#}");
    for (who, result) in [("P000001", "refused"), ("P000002", "complaint")] {
        let shown = bench.json(&["show", who, "--today", "2026-03-03"]);
        let contact = &shown["contacts"][0];
        assert_eq!((&contact["result"], &contact["on"]), (&result.into(), &"2026-03-03".into()), "{shown:#}");
    }
    assert!(task_of(&bench, "2026-03-03", "P000001").is_none());
    let shown = bench.json(&["show", "P000003", "--today", "2026-03-03"]);
    assert_eq!(shown["contacts"], serde_json::json!([]));
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
