//! Kinds of sheet beside lists of people: sheet in, figures out, worked out by hand. Here purchases, targets, colleagues and
//! pay lists.

mod contacts;
mod flows;

use std::sync::OnceLock;

use serde_json::Value;

use crate::common::{Bench, Prepared};

/// Two employers, four people, a payday on 10 March with balances before and after.
fn paid() -> Bench {
    static PAID: OnceLock<Prepared> = OnceLock::new();
    Bench::copy_of(&PAID, paid_anew)
}

fn paid_anew() -> Bench {
    let bench = Bench::new();
    let employers = "
| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 发薪日 | 归属网点 | 客户经理 |
|---|
| D001 | 甲厂有限公司 | 制造业 | 3 | 每月10日 | 一网点 | 林一 |
| D002 | 乙厂有限公司 | 制造业 | 1 | 每月10日 | 二网点 | 林二 |";
    let staff = "
| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |
|---|
| 001 | 林一 | 一网点 | 客户经理 |  | 是 |
| 002 | 林二 | 二网点 | 客户经理 |  | 是 |";
    let holdings = |date: &str, aum: [i64; 4]| {
        let row = |n: usize, employer: &str, rm: &str, class: &str| {
            format!(
                "| KH{n} | 甲{n} | {employer} | {rm} | {class} | {date} | {aum} | {aum} | 是 | 是 | 是 | 2026-12-31 |\n",
                aum = aum[n - 1]
            )
        };
        format!(
            "
| 客户号 | 客户姓名 | 代发单位 | 管户人 | 账户类别 | 数据日期 | AUM余额(元) | 活期(元) | 手机银行 | 基金定投 | 是否同意电话营销 | 风险测评有效期 |
|---|
{}{}{}{}",
            row(1, "甲厂有限公司", "林一", "Ⅱ类"),
            row(2, "甲厂有限公司", "林一", "Ⅱ类"),
            row(3, "甲厂有限公司", "林一", "Ⅰ类"),
            row(4, "乙厂有限公司", "林二", "Ⅱ类")
        )
    };
    let wages = "
| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |
|---|
| 1 | 甲1 | KH1 | 5000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 2 | 甲2 | KH2 | 6000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 3 | 甲3 | KH3 | 7000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 4 | 甲4 | KH4 | 8000 | 3月工资 | 2026-03-10 | 乙厂有限公司 |";
    let files = [
        bench.sheet("单位.xlsx", employers),
        bench.sheet("人员.xlsx", staff),
        bench.sheet("前.xlsx", &holdings("2026-03-09", [2_000, 2_000, 2_000, 2_000])),
        bench.sheet("后.xlsx", &holdings("2026-03-16", [2_500, 2_500, 2_500, 2_500])),
        bench.sheet("工资.xlsx", wages),
    ];
    import(&bench, "2026-03-18", &files);
    bench
}

fn import(bench: &Bench, today: &str, files: &[String]) -> Value {
    let words = ["import", "--today", today].into_iter().chain(files.iter().map(String::as_str));
    let report = bench.json(&words.collect::<Vec<_>>());
    for file in report["files"].as_array().unwrap() {
        assert_eq!(file["outcome"], "imported", "{report:#}");
    }
    report
}

fn find<'v>(list: &'v Value, key: &str, value: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|v| v[key] == value).unwrap_or_else(|| panic!("no {key} {value} in {list:#}"))
}

fn codes(report: &Value) -> Vec<(&str, Option<&str>)> {
    let problems = report["problems"].as_array().unwrap().iter();
    problems.map(|p| (p["code"].as_str().unwrap(), p["cell"].as_str())).collect()
}

/// Tasks by employee: (rule, due, on).
fn tasks(bench: &Bench, today: &str) -> Vec<(String, String, String, String)> {
    let follow_up = bench.json(&["followup", "--today", today]);
    let text = |v: &Value, k: &str| v[k].as_str().unwrap_or("-").to_string();
    let list = follow_up["tasks"].as_array().unwrap();
    let mut tasks: Vec<_> =
        list.iter().map(|t| (text(t, "employee_id"), text(t, "rule"), text(t, "due"), text(t, "task_id"))).collect();
    tasks.sort();
    tasks
}

#[test]
fn a_purchase_falls_due_and_counts_for_the_visit() {
    let bench = paid();
    let visits = "
| 单位名称 | 进企日期 | 我行人数 | 到场人数 | 意向人数 | 成交人数 |
|---|
| 甲厂有限公司 | 2026-03-12 | 2 | 3 | 1 | 0 |";
    let sales = "
| 客户号 | 产品名称 | 产品类型 | 购买日期 | 购买金额(元) | 预期收益率 | 到期日 |
|---|
| KH1 | 甲子稳健 | 理财 | 2026-03-11 | 10000 | 3.2% | 2026-09-11 |
| KH1 | 甲子稳健 | 理财 | 2026-03-12 | 50000 | 3.2% | 2026-09-12 |
| KH2 | 乙丑定开 | 理财 | 2026-03-17 | 20000 | 3.0% |  |
| KH4 | 丙寅七天 | 理财 | 2026-03-18 | 30000 | 2.1% | 2026-03-25 |
| KH9 | 丙寅七天 | 理财 | 2026-03-18 | 30000 | 2.1% | 2026-03-25 |";
    let files = [bench.sheet("台账.xlsx", visits), bench.sheet("购买.xlsx", sales)];
    let report = import(&bench, "2026-03-18", &files);
    assert!(codes(&report).contains(&("people_unknown", None)));
    // The 11th lies before the visit; 50,000 and 20,000 count, of two people.
    let report = bench.json(&["report", "--today", "2026-03-18"]);
    let effect = &report["effects"][0];
    assert_eq!((effect["buyers"].as_i64(), effect["sales_fen"].as_i64()), (Some(2), Some(7_000_000)));
    // Seven days to the 25th: the fourth person's task is the maturity, to be dealt with by the 24th.
    let due: Vec<_> = tasks(&bench, "2026-03-18").into_iter().filter(|t| t.0 == "P000004").collect();
    assert_eq!((due[0].1.as_str(), due[0].2.as_str()), ("maturity", "2026-03-24"));
    // Corrected: the same purchase falls due later. The later sheet counts, and once.
    let corrected = bench.sheet("购买更正.xlsx", &sales.replace("2026-03-25", "2026-09-25"));
    import(&bench, "2026-03-18", &[corrected]);
    assert!(tasks(&bench, "2026-03-18").iter().all(|t| t.1 != "maturity"));
    let report = bench.json(&["report", "--today", "2026-03-18"]);
    assert_eq!(report["effects"][0]["sales_fen"], 7_000_000);
}

const TARGETS: &str = "
| 网点 | 指标 | 期间 | 目标值 | 单位 |
|---|
| 一网点 | AUM | 2026年 | 1 | 万元 |
| 一网点 | AUM净增 | 2026-03-10至2026-03-31 | 1000 | 元 |
| 二网点 | AUM净增 | 2026-03-10至2026-03-31 | 2000 | 元 |
| 一网点 | 进企场次 | 2026年一季度 | 1 | 场 |
| 测试支行 | 7日留存率 | 2026年 | 10% |  |";

#[test]
fn targets_are_completed_against_the_time_that_has_passed() {
    let bench = paid();
    import(&bench, "2026-03-18", &[bench.sheet("任务.xlsx", TARGETS)]);
    let report = bench.json(&["report", "--today", "2026-03-18"]);
    let target = |outlet: Option<&str>, indicator: &str| {
        let all = report["targets"].as_array().unwrap();
        let of = |t: &&Value| t["outlet"].as_str() == outlet && t["indicator"] == indicator;
        all.iter().find(of).unwrap_or_else(|| panic!("no {outlet:?} {indicator} in {all:#?}")).clone()
    };
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-9;
    // 3 × 2,500 yuan of 10,000.
    let aum = target(Some("一网点"), "aum");
    assert!(near(&aum["completion"], 0.75) && aum["schedule_gap"].is_null() && aum["light"] == "red");
    // Risen by 3 × 500 since the 9th, of 1,000; nine of twenty-two days have passed.
    let gain = target(Some("一网点"), "aum_gain");
    assert!(near(&gain["completion"], 1.5) && near(&gain["schedule_gap"], 1.5 - 9.0 / 22.0));
    assert_eq!(gain["light"], "green");
    let other = target(Some("二网点"), "aum_gain");
    assert!(near(&other["completion"], 0.25) && other["light"] == "red");
    // The branch: 2,000 of 3,000.
    assert!(near(&target(None, "aum_gain")["completion"], 2.0 / 3.0));
    // 2,000 of 26,000 paid stayed: 7.69 %, of 10 %.
    let retention = find(&report["indicators"], "key", "retention");
    assert!(near(&retention["completion"], 2.0 / 26.0 / 0.1), "{retention}");
    assert_eq!(target(Some("一网点"), "visits")["completion"], 0.0);
    let outlet = find(&report["outlets"], "outlet", "一网点");
    assert_eq!((&outlet["light"], &outlet["weakest"]), (&"red".into(), &"visits".into()));
    assert_eq!((outlet["on_course"].as_i64(), outlet["targets"].as_i64()), (Some(1), Some(3)));
    // A later file replaces the same outlet, indicator and period; taken back, the first counts again.
    let lower = bench
        .sheet("任务调整.xlsx", &TARGETS.replace("| 一网点 | AUM | 2026年 | 1 |", "| 一网点 | AUM | 2026年 | 0.75 |"));
    let report = import(&bench, "2026-03-18", std::slice::from_ref(&lower));
    let told: Vec<_> = codes(&report).into_iter().filter(|(code, _)| *code != "target_basis_assumed").collect();
    assert_eq!(told, [("targets_changed", None), ("mapping_remembered", None)]);
    let completion = || {
        let report = bench.json(&["report", "--today", "2026-03-18"]);
        let of = |t: &&Value| t["outlet"] == "一网点" && t["indicator"] == "aum";
        report["targets"].as_array().unwrap().iter().find(of).unwrap()["completion"].as_f64().unwrap()
    };
    assert!((completion() - 1.0).abs() < 1e-9);
}

#[test]
fn a_staff_list_without_somebody_known_asks_and_ends_nobody() {
    let bench = paid();
    let list = |name: &str, rows: &str| {
        bench.sheet(name, &format!("\n| 工号 | 姓名 | 所属网点 | 岗位 | 状态 |\n|---|\n{rows}"))
    };
    let asked = |name: &str, rows: &str| -> Vec<String> {
        let report = import(&bench, "2026-03-18", &[list(name, rows)]);
        let problems = report["problems"].as_array().unwrap().iter();
        problems.filter(|p| p["code"] == "staff_missing").map(|p| p["params"]["names"].to_string()).collect()
    };
    // One outlet's list says nothing of another's people, and a newcomer's row is no list of all.
    assert_eq!(asked("一.xlsx", "| 001 | 林一 | 一网点 | 客户经理 | 在岗 |"), Vec::<String>::new());
    assert_eq!(asked("二.xlsx", "| 003 | 林三 | 一网点 | 柜员 | 在岗 |"), ["\"林一\""]);
    assert_eq!(
        asked("三.xlsx", "| 002 | 林二 | 二网点 | 客户经理 | 在岗 |\n| 003 | 林三 | 一网点 | 柜员 | 在岗 |"),
        ["\"林一\""]
    );
    // Who is said to have left is not asked for again.
    assert_eq!(
        asked("四.xlsx", "| 001 | 林一 | 一网点 | 客户经理 | 离职 |\n| 003 | 林三 | 一网点 | 柜员 | 在岗 |"),
        Vec::<String>::new()
    );
    assert_eq!(asked("五.xlsx", "| 003 | 林三 | 一网点 | 大堂经理 | 在岗 |"), Vec::<String>::new());
}

#[test]
fn a_pay_list_finds_its_employer_by_credit_code() {
    let bench = Bench::new();
    let employers = "
| 代发单位编号 | 代发单位名称 | 统一社会信用代码 | 代发人数 | 发薪日 |
|---|
| D001 | 甲厂有限公司 | 91350100M000100Y43 | 3 | 每月10日 |
| D002 | 甲厂 | | 1 | 每月10日 |";
    let title = "
| 收款方 | 信用代码：91350100M000100Y43 | | |
| 姓名 | 客户号 | 实发金额 | 发薪日 |
|---|
| 甲1 | KH1 | 5000 | 2026-03-10 |";
    let column = "
| 姓名 | 客户号 | 实发金额 | 发薪日 | 单位名称 | 统一社会信用代码 |
|---|
| 甲2 | KH2 | 6000 | 2026-04-10 | 甲厂 | 91350100M000100Y43 |";
    import(&bench, "2026-04-18", &[bench.sheet("单位.xlsx", employers)]);
    for (name, table, told) in [("标题.xlsx", title, false), ("列.xlsx", column, true)] {
        let report = import(&bench, "2026-04-18", &[bench.sheet(name, table)]);
        let codes: Vec<&str> = codes(&report).into_iter().map(|(code, _)| code).collect();
        assert!(!codes.contains(&"employer_added") && !codes.contains(&"employer_unsure"), "{report:#}");
        // 甲厂 is another employer's name: the code goes first, and that is told.
        assert_eq!(codes.contains(&"employer_name_differs"), told, "{report:#}");
    }
}
