//! Employers that are not sure: two of one name, a number beside another name, a new name.

use serde_json::Value;

use super::{ACCOUNT_1, TWO_OF_A_NAME, codes, decide, holdings, import, open, payroll, track};
use crate::common::Bench;

#[test]
fn an_employer_two_have_the_name_of_is_asked_for_and_its_data_follow() {
    let bench = Bench::new();
    import(&bench, "单位.xlsx", TWO_OF_A_NAME);
    let list = |date: &str, yuan: i64| {
        holdings(date, &format!("| KH1 | 甲一 | {ACCOUNT_1} | 佳和商贸 | DATE | {yuan} | {yuan} |"))
    };
    import(&bench, "前.xlsx", &list("2026-03-09", 1000));
    let paid = payroll(&format!("| 1 | 甲一 | {ACCOUNT_1} | 2000 | 工资 | 2026-03-10 | 佳和商贸 |"));
    import(&bench, "工资.xlsx", &paid);
    let report = import(&bench, "后.xlsx", &list("2026-03-16", 1600));
    assert!(codes(&report).contains(&"employer_unsure"));
    let asked: Vec<Value> = open(&bench).into_iter().filter(|m| m["subject"] == "employer").collect();
    assert_eq!(asked.len(), 1, "asked once, not once per file");
    assert_eq!(asked[0]["candidates"].as_array().unwrap().len(), 2);
    let employer = || track(&bench)["employers"][0]["employer_id"].clone();
    assert_eq!(employer(), "E00003");
    decide(&bench, &["1", "--employer", "E00002"]);
    assert_eq!(employer(), "E00002");
    assert_eq!(track(&bench)["employers"][0]["aum_after_fen"], 160_000);
    assert_eq!(track(&bench)["employers"][0]["payroll_fen"], 200_000);
    // A later file of the same name goes there at once, and back with all others when the decision is taken back.
    let report = import(&bench, "再后.xlsx", &list("2026-03-17", 1700));
    assert!(!codes(&report).contains(&"employer_unsure"));
    assert_eq!(track(&bench)["employers"][0]["aum_after_fen"], 170_000);
    decide(&bench, &["1", "--undo"]);
    assert_eq!(employer(), "E00003");
    assert_eq!(track(&bench)["employers"][0]["aum_after_fen"], 170_000);
}

#[test]
fn an_employers_number_comes_before_its_name_in_lists_of_people_too() {
    let bench = Bench::new();
    import(&bench, "单位.xlsx", TWO_OF_A_NAME);
    let rows = "
| 客户号 | 客户姓名 | 代发单位编号 | 代发单位名称 | 数据日期 | AUM余额(元) |
|---|
| KH1 | 甲一 | D001 | 佳和商贸有限公司 | DATE | 10 |
| KH2 | 甲二 | D002 | 佳和商贸有限公司 | DATE | 10 |
| KH3 | 甲三 | D002 |  | DATE | 10 |
| KH4 | 甲四 | D009 | 佳和商贸有限公司 | DATE | 10 |
| KH5 | 甲五 | D001 | 新佳和科技有限公司 | DATE | 10 |";
    let report = import(&bench, "前.xlsx", &rows.replace("DATE", "2026-03-09"));
    let told: Vec<&str> = codes(&report).into_iter().filter(|c| c.starts_with("employer")).collect();
    // D002 beside the whole name of D001; D009, which nobody has; D001 beside a name nobody has.
    assert_eq!(told, ["employer_name_differs", "employer_added", "employer_name_differs"]);
    assert_eq!(open(&bench), Vec::<Value>::new());
    import(&bench, "后.xlsx", &rows.replace("DATE", "2026-03-16"));
    let paid = "
| 姓名 | 客户号 | 实发金额 | 代发日期 | 代发单位编号 | 代发单位 |
|---|
| 甲一 | KH1 | 5000 | 2026-03-10 | D001 | 佳和商贸 |
| 甲二 | KH2 | 6000 | 2026-03-10 | D002 | 佳和商贸 |
| 甲四 | KH4 | 7000 | 2026-03-10 | D009 |  |";
    let report = import(&bench, "工资.xlsx", paid);
    assert!(!codes(&report).iter().any(|c| c.starts_with("employer")), "{report}");
    let track = track(&bench);
    let paid: Vec<(&str, &Value)> = track["employers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["employer_id"].as_str().unwrap(), &e["payroll_fen"]))
        .collect();
    assert_eq!(paid, [("E00001", &Value::from(500_000)), ("E00002", &600_000.into()), ("E00003", &700_000.into())]);
}

#[test]
fn an_employer_that_changed_its_name_stays_one() {
    let bench = Bench::new();
    let list = |date: &str, name: &str| {
        format!("| 代发单位编号 | 代发单位名称 | 数据日期 | 代发人数 |\n|---|\n| D001 | {name} | {date} | 3 |")
    };
    import(&bench, "单位旧.xlsx", &list("2026-02-28", "甲厂有限公司"));
    let report = import(&bench, "单位新.xlsx", &list("2026-03-10", "新甲机械有限公司"));
    assert!(codes(&report).contains(&"employer_renamed"));
    for (file, date, name) in [("前.xlsx", "2026-03-09", "甲厂"), ("后.xlsx", "2026-03-16", "新甲机械有限公司")]
    {
        let rows = format!("| KH1 | 甲一 |  | {name} | DATE | 10 | 10 |");
        let report = import(&bench, file, &holdings(date, &rows));
        assert!(!codes(&report).contains(&"employer_added"), "{report}");
    }
    let track = track(&bench);
    assert_eq!(track["employers"].as_array().unwrap().len(), 1);
    assert_eq!(track["employers"][0]["name"], "新甲机械有限公司");
    assert_eq!(track["employees"][0]["status"], "present");
}
