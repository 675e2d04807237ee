//! Which matter a contact belongs to, and what holds of it after all that was said.

use serde_json::{Value, json};

use super::{codes, import, monday};
use crate::common::Bench;

/// What came of telling of a contact with somebody, on the 24th of March.
fn added(bench: &Bench, who: &str, more: &[&str]) -> Value {
    let add = ["contact", "add", who, "--result", "未接", "--today", "2026-03-24", "--json"];
    bench.run(&[&add[..], more].concat()).json()
}

#[test]
fn a_contact_belongs_to_a_task_that_lives_and_was_there_on_the_day() {
    let bench = monday();
    // The first and the second are above the threshold now, so that their tasks of the 2nd, missed on the 9th, are over;
    // of the first something falls due, which is a task of the 23rd.
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
