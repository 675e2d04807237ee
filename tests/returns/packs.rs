//! 人员分工表 of a visit's pack: phones, who brings what, and what is done stand in the next pack of the same visit.

use std::path::PathBuf;

use calamine::Data;
use serde_json::Value;

use super::visits::branch;
use super::{codes, import, out, sorted};
use crate::common::Bench;
use crate::common::office::Office;

pub(super) const FIRM: &str = "甲厂有限公司";
const PEOPLE: &str = "人员分工";
const STEPS: &str = "倒排时间表";
const GOODS: &str = "物料清单";
const STEP: &str = "预约（两个备选日）";
const ITEM: &str = "服务问卷（员工）";

/// The sheet of duties in the pack of a day.
fn duties(bench: &Bench, day: &str) -> PathBuf {
    let packs = bench.root().join("out").join(day).join("03_进企资料包");
    let mut folders = std::fs::read_dir(packs).unwrap().flatten().map(|e| e.path());
    folders.find(|p| p.to_string_lossy().ends_with(FIRM)).unwrap().join("人员分工表.xlsx")
}

/// The same, made anew on a day.
fn packed(bench: &Bench, day: &str) -> Office {
    bench.run(&["pack", FIRM, "--today", day]).ok();
    Office::open(&duties(bench, day))
}

/// The cell of `column` in the row of a page that holds `row`.
pub(super) fn cell<'o>(list: &'o mut Office, page: &str, row: &str, column: &str) -> &'o mut Data {
    let page = list.pages.iter_mut().find(|p| p.name == page).unwrap();
    let header = page.rows.iter().find(|r| r.iter().filter(|c| **c != Data::Empty).count() > 3).unwrap();
    let at = header.iter().position(|c| *c == column).unwrap_or_else(|| panic!("no {column}: {header:?}"));
    let found = page.rows.iter().position(|r| r.iter().any(|c| *c == row));
    let cells = &mut page.rows[found.unwrap_or_else(|| panic!("no {row}"))];
    if cells.len() <= at {
        cells.resize(at + 1, Data::Empty);
    }
    &mut cells[at]
}

/// Who goes, in the order of the rows.
fn people(list: &Office) -> Vec<String> {
    let rows = &list.pages.iter().find(|p| p.name == PEOPLE).unwrap().rows;
    let header = rows.iter().position(|r| r.contains(&Data::String("姓名".into()))).unwrap();
    rows[header + 1..].iter().map(|r| r[0].to_string()).filter(|name| !name.is_empty()).collect()
}

#[test]
fn what_is_typed_into_the_duties_stands_in_the_next_pack_and_in_the_plan() {
    let bench = branch();
    let mut list = Office::open(&duties(&bench, "2026-03-02"));
    let team = people(&list);
    // A number as Excel makes one of what looks like one.
    *cell(&mut list, PEOPLE, &team[0], "电话") = Data::Float(13_900_000_007.0);
    *cell(&mut list, PEOPLE, &team[0], "备注") = "开车来".into();
    *cell(&mut list, STEPS, STEP, "完成情况") = "已完成".into();
    *cell(&mut list, GOODS, ITEM, "责任人") = team[1].as_str().into();
    *cell(&mut list, GOODS, ITEM, "完成情况") = "部分完成".into();
    *cell(&mut list, GOODS, ITEM, "备注") = "缺十份问13900000099".into();
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("分工.xlsx")));
    assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&3.into(), Vec::new()), "{told:#}");
    let expected = [
        (PEOPLE, team[0].as_str(), "电话", "13900000007"),
        (PEOPLE, team[0].as_str(), "备注", "开车来"),
        (STEPS, STEP, "完成情况", "已完成"),
        (GOODS, ITEM, "责任人", team[1].as_str()),
        (GOODS, ITEM, "完成情况", "部分完成"),
        (GOODS, ITEM, "备注", "缺十份问139******99"),
    ];
    let mut next = packed(&bench, "2026-03-04");
    for (page, row, column, value) in expected {
        assert_eq!(cell(&mut next, page, row, column).to_string(), value, "{row} {column}");
    }
    // The same once more, worked on, and the next one as it left: nothing new is said.
    list.insert_column("电话", "我的批注");
    let before = bench.json(&["show", FIRM, "--today", "2026-03-04"]);
    for (copy, name) in [(&list, "再交.xlsx"), (&next, "原样.xlsx")] {
        let told = import(&bench, "2026-03-04", &copy.save(&bench.path(name)));
        assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&0.into(), Vec::new()), "{name} {told:#}");
    }
    assert_eq!(bench.json(&["show", FIRM, "--today", "2026-03-04"]), before);
    // A step is the one of the plan; phones are masked where nobody is to be called from.
    let shown = bench.json(&["plan", "show", "--today", "2026-03-04"]);
    let done = |v: &Value| -> Vec<String> {
        let steps = v["steps"].as_array().unwrap().iter();
        steps.filter(|s| s["done"]["state"] == "yes").map(|s| s["step"].as_str().unwrap().to_string()).collect()
    };
    let done: Vec<Vec<String>> = shown["visits"].as_array().unwrap().iter().map(done).collect();
    assert_eq!(done.concat(), ["booking"]);
    let told = before["visits"][0]["told"].as_array().unwrap();
    let of = |begins: &str| told.iter().find(|t| t["part"].as_str().unwrap().starts_with(begins)).unwrap();
    assert_eq!((&of("member:")["name"], &of("member:")["phone"]), (&team[0].as_str().into(), &"139******07".into()));
    assert_eq!((&of("item:")["owner"], &of("item:")["done"]), (&team[1].as_str().into(), &"part".into()));
    assert_eq!(of("booking")["done"], "yes");
    assert!(!bench.run(&["show", FIRM, "--today", "2026-03-04"]).out().contains("13900000007"));
    // The number is a client's: it goes with the client.
    let gone = bench.path("删除.txt");
    std::fs::write(&gone, "13900000007\n").unwrap();
    bench.run(&["purge", "--find", gone.to_str().unwrap(), "--yes", "--today", "2026-03-05"]).ok();
    assert_eq!(cell(&mut packed(&bench, "2026-03-05"), PEOPLE, &team[0], "电话").to_string(), "***");
}

#[test]
fn two_copies_of_the_duties_that_differ_are_a_conflict() {
    let bench = branch();
    let path = duties(&bench, "2026-03-02");
    let mut copies = [Office::open(&path), Office::open(&path)];
    let who = people(&copies[0])[0].clone();
    let numbers = ["13900000101", "13900000102"];
    for (copy, number) in copies.iter_mut().zip(numbers) {
        *cell(copy, PEOPLE, &who, "电话") = number.into();
    }
    assert_eq!(sorted(&import(&bench, "2026-03-03", &copies[0].save(&bench.path("甲.xlsx")))), Vec::<String>::new());
    let told = import(&bench, "2026-03-03", &copies[1].save(&bench.path("乙.xlsx")));
    assert_eq!(codes(&told), [("contact_conflicts".to_string(), Some(copies[1].place(&who, "电话")))], "{told:#}");
    let all = bench.json(&["returns", "conflicts", "--today", "2026-03-03"]);
    let conflict = &all["conflicts"][0];
    let said: Vec<&str> = conflict["values"].as_array().unwrap().iter().map(|v| v["value"].as_str().unwrap()).collect();
    assert_eq!((&conflict["field"], said), (&"phone".into(), vec!["139******01", "139******02"]), "{all:#}");
    assert_eq!(conflict["about"], format!("{FIRM} {who}"));
    assert_eq!(conflict["values"][0]["by"], format!("{FIRM}进企小组"));
    bench.run(&["cycle", "--today", "2026-03-03"]).ok();
    let id = conflict["conflict_id"].as_str().unwrap();
    let mut list = Office::open(&out(&bench, "2026-03-03", "09_待核定"));
    assert!(list.cell(id, "填法2").starts_with("139******02\n"), "{}", list.cell(id, "填法2"));
    // Until it is settled neither holds.
    let mut open = Office::open(&duties(&bench, "2026-03-03"));
    assert_eq!(*cell(&mut open, PEOPLE, &who, "电话"), Data::Empty);
    bench.run(&["returns", "settle", id, "--take", "2", "--today", "2026-03-04"]).ok();
    assert_eq!(cell(&mut packed(&bench, "2026-03-04"), PEOPLE, &who, "电话").to_string(), numbers[1]);
    // What is out is asked for by visit: there is one for each, under the name of its team.
    let state = bench.json(&["returns", "status", "--today", "2026-03-04"]);
    let own = |e: &&Value| e["recipient"] == format!("{FIRM}进企小组");
    assert_eq!(state["exports"].as_array().unwrap().iter().filter(own).count(), 2, "{state:#}");
}

#[test]
fn a_row_of_the_duties_under_another_name_or_a_broken_mark_is_told() {
    let bench = branch();
    let path = duties(&bench, "2026-03-02");
    let mut list = Office::open(&path);
    let team = people(&list);
    *cell(&mut list, PEOPLE, &team[0], "电话") = "13900000101".into();
    *cell(&mut list, PEOPLE, &team[0], "姓名") = "林外".into();
    *cell(&mut list, PEOPLE, &team[1], "电话") = "13900000102".into();
    *cell(&mut list, PEOPLE, &team[1], "角色") = "贵宾".into();
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("改名.xlsx")));
    assert_eq!(sorted(&told), ["contact_name_differs", "return_fixed_changed"], "{told:#}");
    assert_eq!(told["files"][0]["rows_taken"], 1);
    let mut next = packed(&bench, "2026-03-04");
    assert_eq!(*cell(&mut next, PEOPLE, &team[0], "电话"), Data::Empty);
    assert_eq!(cell(&mut next, PEOPLE, &team[1], "电话").to_string(), "13900000102");
    let mut broken = Office::open(&path);
    broken.pages.iter_mut().find(|p| p.name == "daifa").unwrap().rows[3][1] = "plan".into();
    let told = import(&bench, "2026-03-04", &broken.save(&bench.path("坏.xlsx")));
    assert_eq!((sorted(&told), &told["files"][0]["outcome"]), (vec!["return_mark_broken".into()], &"refused".into()));
}

#[test]
fn a_branch_that_shows_no_phones_of_colleagues_still_takes_them() {
    let bench = branch();
    std::fs::write(bench.root().join("rules/masking.toml"), "[outputs.team]\nphone = \"hidden\"\n").unwrap();
    let mut list = Office::open(&duties(&bench, "2026-03-02"));
    let who = people(&list)[0].clone();
    *cell(&mut list, PEOPLE, &who, "电话") = "13900000101".into();
    import(&bench, "2026-03-03", &list.save(&bench.path("分工.xlsx")));
    let mut next = packed(&bench, "2026-03-04");
    assert_eq!(*cell(&mut next, PEOPLE, &who, "电话"), Data::Empty);
    let told = bench.json(&["show", FIRM, "--today", "2026-03-04"]);
    assert_eq!(told["visits"][0]["told"][0]["phone"], "139******01");
}
