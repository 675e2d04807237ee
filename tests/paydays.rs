//! Paydays with a rule of their own for days off: 15日（遇节假日顺延）. In 2026 the Spring Festival is off from 15 to 23
//! February, and Saturday the 14th is a working day.

use serde_json::Value;

use crate::common::Bench;

const HOLDINGS: &str = "
    | 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) | 现金管理类(元) | 管户人 | 是否同意电话营销 | 是否同意接收营销短信 | 风险等级 | 风险等级有效期 |
    | KH1 | 张测试 | 6222000000000001 | 甲测试厂 | DATE | AMOUNT | AMOUNT | 0 | 王测试 | 是 | 是 | C3 | 2027-01-01 |
    | KH2 | 李测试 | 6222000000000002 | 乙测试厂 | DATE | AMOUNT | AMOUNT | 0 | 王测试 | 是 | 是 | C3 | 2027-01-01 |";

fn employers(first: &str, second: &str) -> String {
    format!(
        "| 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 | 归属网点 | 客户经理 |
         | D001 | 甲测试厂 | 30 | {first} | 一网点 | 王测试 |
         | D002 | 乙测试厂 | 30 | {second} | 一网点 | 王测试 |"
    )
}

fn pay(first: &str, second: &str) -> String {
    let row = |name: &str, account: u32, firm: &str, day: &str| match day {
        "" => String::new(),
        day => format!("| {name} | 622200000000000{account} | 9000 | {firm} | {day} | 工资 |\n"),
    };
    let rows = row("张测试", 1, "甲测试厂", first) + &row("李测试", 2, "乙测试厂", second);
    format!("| 姓名 | 账号 | 金额 | 代发单位 | 代发日期 | 用途 |\n{rows}")
}

fn import(bench: &Bench, name: &str, table: &str, today: &str) -> Value {
    bench.json(&["import", "--today", today, &bench.sheet(name, table)])
}

/// January paid to both, and hardly anything of it left a week later.
fn january(first: &str, second: &str) -> Bench {
    let bench = Bench::new();
    let staff = "| 工号 | 姓名 | 所属网点 | 岗位 | 可外出 |\n| G1 | 王测试 | 一网点 | 客户经理 | 是 |";
    import(&bench, "人员.xlsx", staff, "2026-02-01");
    import(&bench, "单位.xlsx", &employers(first, second), "2026-02-01");
    for (day, amount) in [("2026-01-14", "1000"), ("2026-01-21", "1100")] {
        let table = HOLDINGS.replace("DATE", day).replace("AMOUNT", amount);
        import(&bench, &format!("持有{day}.xlsx"), &table, "2026-02-01");
    }
    import(&bench, "一月.xlsx", &pay("2026-01-15", "2026-01-15"), "2026-02-01");
    bench
}

/// Days on which wages are late, by employer.
fn late(bench: &Bench, today: &str) -> Vec<(String, String)> {
    let report = bench.json(&["report", "--today", today]);
    let mut found = Vec::new();
    for alert in report["alerts"].as_array().unwrap() {
        for reason in alert["reasons"].as_array().unwrap().iter().filter(|r| r["rule"] == "payroll_late") {
            let due = reason["params"]["due"].as_str().unwrap().to_string();
            found.push((alert["name"].as_str().unwrap().to_string(), due));
        }
    }
    found.sort();
    found
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
}

#[test]
fn wages_are_late_by_the_employers_own_rule() {
    for later in ["15日（遇节假日顺延）", "每月15日，如遇节假日，则顺延至节后第一个工作日", "15日(遇節假日順延)"]
    {
        let bench = january(later, "15日");
        // The 14th passed two working days ago; the 24th was only yesterday.
        assert_eq!(late(&bench, "2026-02-25"), pairs(&[("乙测试厂", "2026-02-14")]), "{later}");
        assert_eq!(
            late(&bench, "2026-02-27"),
            pairs(&[("乙测试厂", "2026-02-14"), ("甲测试厂", "2026-02-24")]),
            "{later}"
        );
    }
    let bench = january("15日，逢节假日提前", "15日（节假日照发）");
    assert_eq!(late(&bench, "2026-02-25"), pairs(&[("乙测试厂", "2026-02-15"), ("甲测试厂", "2026-02-14")]));
}

#[test]
fn a_column_or_a_remark_states_the_rule_too() {
    for (column, first) in
        [("遇节假日", "顺延"), ("备注", "发薪日遇节假日顺延"), ("遇节假日处理方式", "顺延至下一工作日")]
    {
        let bench = january("15日", "15日");
        let table = employers("15日", "15日").replace("| 客户经理 |", &format!("| 客户经理 | {column} |")).replacen(
            "| 王测试 |",
            &format!("| 王测试 | {first} |"),
            1,
        );
        import(&bench, "单位新.xlsx", &table, "2026-02-02");
        assert_eq!(late(&bench, "2026-02-25"), pairs(&[("乙测试厂", "2026-02-14")]), "{column}");
    }
}

#[test]
fn a_reminder_before_payday_stands_before_the_employers_own() {
    let bench = january("15日（遇节假日顺延）", "15日");
    let tasks = bench.json(&["followup", "--today", "2026-02-10"]);
    let due = |employee: &str| {
        let mut tasks = tasks["tasks"].as_array().unwrap().iter();
        let task = tasks.find(|t| t["rule"] == "before_payday" && t["employee_id"] == employee);
        task.map(|t| (t["not_before"].as_str().unwrap().to_string(), t["due"].as_str().unwrap().to_string()))
    };
    // Before the 24th the last working day is the 14th, three days before it as well.
    assert_eq!(due("P000001"), Some(("2026-02-14".into(), "2026-02-14".into())), "{tasks:#}");
    // Before the 14th: the 11th to the 13th.
    assert_eq!(due("P000002"), Some(("2026-02-11".into(), "2026-02-13".into())));
}

#[test]
fn retention_is_that_of_the_day_wages_were_paid() {
    let bench = january("15日（遇节假日顺延）", "15日");
    for (day, amount) in
        [("2026-02-13", "1000"), ("2026-02-20", "1300"), ("2026-02-23", "1000"), ("2026-03-02", "1600")]
    {
        let table = HOLDINGS.replace("DATE", day).replace("AMOUNT", amount);
        import(&bench, &format!("持有{day}.xlsx"), &table, "2026-03-05");
    }
    let report = import(&bench, "二月.xlsx", &pay("2026-02-24", "2026-02-14"), "2026-03-05");
    assert!(!report.to_string().contains("payday_rule_differs"), "{report:#}");
    let track = bench.json(&["track", "--today", "2026-03-05"]);
    let of = |n: usize| {
        let e = &track["employers"][n];
        (
            e["payday"].as_str().unwrap().to_string(),
            e["retained_fen"].as_i64(),
            e["basis"].as_str().unwrap().to_string(),
        )
    };
    assert_eq!(of(0), ("2026-02-24".into(), Some(60_000), "balances".into()));
    assert_eq!(of(1), ("2026-02-14".into(), Some(30_000), "balances".into()));
    assert_eq!(late(&bench, "2026-03-05"), []);
}

/// What is told of paydays against the rule: employer and the day paid.
fn against(report: &Value) -> Vec<(String, String)> {
    let told = report["problems"].as_array().unwrap().iter().filter(|p| p["code"] == "payday_rule_differs");
    told.map(|p| {
        let text = |name: &str| p["params"][name].as_str().unwrap().to_string();
        (text("employer"), text("paid"))
    })
    .collect()
}

#[test]
fn payments_against_the_stated_rule_are_told_whatever_comes_first() {
    // 15 November 2025 is a Saturday: both were paid on Friday the 14th.
    let november = pay("2025-11-14", "2025-11-14");
    let bench = Bench::new();
    import(&bench, "单位.xlsx", &employers("15日（遇节假日顺延）", "15日"), "2026-02-01");
    let report = import(&bench, "十一月.xlsx", &november, "2026-02-01");
    assert_eq!(against(&report), pairs(&[("甲测试厂", "2025-11-14")]));
    // Told once: the next file brings nothing against it.
    let report = import(&bench, "十二月.xlsx", &pay("2025-12-15", "2025-12-15"), "2026-02-01");
    assert_eq!(against(&report), []);

    let bench = Bench::new();
    import(&bench, "十一月.xlsx", &november, "2026-02-01");
    let report = import(&bench, "单位.xlsx", &employers("15日（遇节假日顺延）", "15日，逢节假日提前"), "2026-02-01");
    assert_eq!(against(&report), pairs(&[("甲测试厂", "2025-11-14")]));
}

#[test]
fn a_rule_that_says_two_things_is_asked_about() {
    let bench = Bench::new();
    let report = import(&bench, "单位.xlsx", &employers("15日（周末提前，节假日顺延）", "15日"), "2026-02-01");
    let problem = &report["problems"][0];
    assert_eq!((&problem["code"], &problem["cell"]), (&"not_a_payday".into(), &"D2".into()), "{report:#}");
}
