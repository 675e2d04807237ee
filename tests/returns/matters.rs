//! Which matter a contact belongs to, and what holds of it after all that was said.

use calamine::Data;
use serde_json::{Value, json};

use super::{codes, import, monday, out, task_of};
use crate::common::Bench;
use crate::common::office::{Office, day};

/// What came of telling of a contact with somebody, on the 24th of March.
fn added(bench: &Bench, who: &str, more: &[&str]) -> Value {
    let add = ["contact", "add", who, "--result", "未接", "--today", "2026-03-24", "--json"];
    bench.run(&[&add[..], more].concat()).json()
}

#[test]
fn a_contact_belongs_to_a_task_that_lives_and_was_there_on_the_day() {
    let bench = monday();
    // The first and the second are above the threshold now, so that their tasks of the 2nd, missed on the 9th, are
    // over; of the first something falls due, which is a task of the 23rd.
    let holdings = "
| 客户号 | 客户姓名 | 代发单位 | 管户人 | 网点 | 数据日期 | AUM余额(元) | 活期(元) | 到期日 |
|---|
| KH1 | 甲一 | 甲厂有限公司 | 林一 | 一网点 | 2026-03-20 | 60000 | 60000 | 2026-04-01 |
| KH2 | 甲二 | 甲厂有限公司 | 林一 | 一网点 | 2026-03-20 | 60000 | 60000 |  |
| KH3 | 甲三 | 甲厂有限公司 | 林一 | 一网点 | 2026-03-20 | 45000 | 45000 |  |";
    import(&bench, "2026-03-23", &bench.sheet("三月.xlsx", holdings));
    let tasks = bench.json(&["followup", "--today", "2026-03-23"])["tasks"].clone();
    let of = |who: &str, rule: &str| {
        let found = tasks.as_array().unwrap().iter().find(|t| t["employee_id"] == who && t["rule"] == rule);
        found.unwrap_or_else(|| panic!("{who} has no {rule} in {tasks:#}"))["task_id"].clone()
    };
    let (maturity, missed) = (of("P000001", "maturity"), of("P000003", "near_threshold"));
    assert_eq!(added(&bench, "P000001", &["--dry-run"])["task_id"], maturity);
    assert_eq!(added(&bench, "P000001", &[])["task_id"], maturity);
    assert_eq!(added(&bench, "P000002", &[])["task_id"], Value::Null);
    assert_eq!(added(&bench, "P000003", &[])["task_id"], missed, "missed, and still to be done");
    // Before the task was issued nobody can have done it.
    assert_eq!(added(&bench, "P000004", &["--on", "2026-03-01"])["task_id"], Value::Null);
}

#[test]
fn a_row_of_a_list_that_lies_before_a_task_is_no_feedback_of_it() {
    let bench = monday();
    let list = "
| 客户号 | 联系日期 | 联系结果 |
|---|
| KH1 | 2026-02-27 | 拒绝营销 |
| KH2 | 2026-03-02 | 拒绝营销 |";
    let told = import(&bench, "2026-03-03", &bench.sheet("联系.xlsx", list));
    assert_eq!(codes(&told), [("contact_without_task".to_string(), Some("A2".to_string()))], "{told:#}");
    let of = |who: &str| bench.json(&["show", who, "--today", "2026-03-03"])["contacts"][0].clone();
    assert_eq!((&of("P000001")["on"], &of("P000001")["task_id"]), (&json!("2026-02-27"), &Value::Null));
    assert!(of("P000002")["task_id"].is_string());
}

/// Day, result and note of what is known of somebody's contacts on the 4th of March, newest first.
fn contacts(bench: &Bench, who: &str) -> Vec<(String, String, Option<String>)> {
    let told = bench.json(&["show", who, "--today", "2026-03-04"]);
    let text = |v: &Value| v.as_str().map(str::to_string);
    let one = |c: &Value| (text(&c["on"]).unwrap(), text(&c["result"]).unwrap(), text(&c["note"]));
    told["contacts"].as_array().unwrap().iter().map(one).collect()
}

fn contact(on: &str, result: &str, note: Option<&str>) -> (String, String, Option<String>) {
    (on.to_string(), result.to_string(), note.map(str::to_string))
}

#[test]
fn a_result_that_was_taken_back_leaves_no_contact() {
    let bench = monday();
    let task = task_of(&bench, "2026-03-02", "P000001").unwrap()["task_id"].as_str().unwrap().to_string();
    let says = |result: &str| {
        let day = ["--task", task.as_str(), "--on", "2026-03-02", "--today", "2026-03-03"];
        bench.run(&[&["contact", "add", "P000001", "--result", result][..], &day].concat()).ok();
    };
    // A refusal is not taken back by the way, though the same person says otherwise.
    says("拒绝营销");
    says("有意向");
    assert_eq!(contacts(&bench, "P000001"), [contact("2026-03-02", "refused", None)]);
    let all = bench.json(&["returns", "conflicts", "--today", "2026-03-03"]);
    let id = all["conflicts"][0]["conflict_id"].as_str().unwrap().to_string();
    // Neither of the two: nobody was spoken with.
    bench.run(&["returns", "settle", &id, "--value", "", "--today", "2026-03-03"]).ok();
    assert_eq!(contacts(&bench, "P000001"), []);
    assert!(task_of(&bench, "2026-03-04", "P000001").is_some(), "and the task goes on");
    says("考虑中");
    assert_eq!(contacts(&bench, "P000001"), [contact("2026-03-02", "considering", None)]);
}

/// What the outlet's list of the 2nd of March says of the fourth when it comes back on a day.
fn outlet_says(bench: &Bench, today: &str, name: &str, cells: &[(&str, Data)]) -> Value {
    let mut list = Office::open(&out(bench, "2026-03-02", "06_网点任务下发_一网点"));
    for (column, value) in cells {
        list.type_into("甲四", column, value.clone());
    }
    import(bench, today, &list.save(&bench.path(name)))
}

#[test]
fn what_was_settled_on_a_day_that_was_assumed_holds_on_the_right_one() {
    let bench = monday();
    // The row of an outlet's list that gives no day speaks of the one on which it comes back.
    let says = |today: &str, name: &str, cells: &[(&str, Data)]| outlet_says(&bench, today, name, cells);
    let open = || bench.json(&["returns", "conflicts", "--today", "2026-03-04"])["conflicts"].clone();
    says("2026-03-03", "一.xlsx", &[("联系结果", "考虑中".into())]);
    says("2026-03-03", "二.xlsx", &[("联系结果", "拒绝营销".into())]);
    let id = open()[0]["conflict_id"].as_str().unwrap().to_string();
    bench.run(&["returns", "settle", &id, "--take", "1", "--today", "2026-03-03"]).ok();
    assert_eq!(contacts(&bench, "P000004"), [contact("2026-03-03", "considering", None)]);
    says("2026-03-04", "三.xlsx", &[("联系日期", day("2026-03-02")), ("备注", "月底再说".into())]);
    assert_eq!(open(), json!([]));
    assert_eq!(contacts(&bench, "P000004"), [contact("2026-03-02", "considering", Some("月底再说"))]);
}

#[test]
fn what_a_withdrawn_list_said_is_no_longer_held_against_what_others_say() {
    let bench = monday();
    let first = bench.sheet("一.xlsx", "| 客户号 | 事项 | 联系结果 |\n|---|\n| KH2 | 临界客户 | 拒绝营销 |");
    let second = "| 客户号 | 事项 | 联系日期 | 联系结果 | 备注 |\n|---|\n\
                  | KH2 | 临界客户 | 2026-03-02 | 有意向 | 问定投 |";
    let dated = |day: &str, more: &[&str]| {
        bench.run(&[&["import", "--today", "2026-03-04", &first, "--as-of", day][..], more].concat()).ok();
    };
    dated("2026-03-02", &[]);
    import(&bench, "2026-03-04", &bench.sheet("二.xlsx", second));
    assert_eq!(contacts(&bench, "P000002"), [contact("2026-03-02", "refused", Some("问定投"))]);
    // Taken in anew with a day that has not come: nothing of it counts.
    dated("2026-03-09", &["--again"]);
    assert_eq!(contacts(&bench, "P000002"), [contact("2026-03-02", "interested", Some("问定投"))]);
    assert!(task_of(&bench, "2026-03-04", "P000002").is_some());
}

#[test]
fn a_note_stands_on_the_day_to_which_its_row_has_moved() {
    let bench = monday();
    let says = |today: &str, name: &str, cells: &[(&str, Data)]| outlet_says(&bench, today, name, cells);
    let shown = |today: &str| {
        bench.run(&["cycle", "--today", today]).ok();
        Office::open(&out(&bench, today, "06_网点任务下发_一网点")).cell("甲四", "上次联系")
    };
    says("2026-03-04", "一.xlsx", &[("备注", "周末再说".into())]);
    assert_eq!(shown("2026-03-04"), "2026-03-04\n周末再说", "noted on the day it came in, as far as is known");
    says("2026-03-05", "二.xlsx", &[("联系日期", day("2026-03-03")), ("联系结果", "有意向".into())]);
    assert_eq!(shown("2026-03-05"), "2026-03-03 电话 有意向\n周末再说");
}
