//! Figures under the names they deserve: sheets in, what is shown out, worked out by hand.

use std::io::Cursor;
use std::path::Path;

use calamine::{Reader as _, Xlsx};
use serde_json::Value;

use crate::common::Bench;

const EMPLOYERS: &str = "
| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 发薪日 | 归属网点 | 客户经理 |
|---|
| D001 | 甲厂有限公司 | 制造业 | 2 | 每月10日 | 一网点 | 林一 |
| D002 | 乙厂有限公司 | 制造业 | 1 | 每月10日 | 二网点 | 林一 |";

const STAFF: &str = "
| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |
|---|
| 001 | 林一 | 一网点 | 客户经理 |  | 是 |";

const WAGES: &str = "
| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |
|---|
| 1 | 甲1 | KH1 | 10000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 2 | 甲2 | KH2 | 8000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 3 | 乙1 | KH3 | 5000 | 3月工资 | 2026-03-10 | 乙厂有限公司 |";

/// A list of holdings: who, of which employer, and the AUM.
fn held(date: &str, people: &[(&str, &str, i64)]) -> String {
    let rows = people.iter().map(|(number, employer, aum)| {
        format!(
            "| KH{number} | 甲{number} | {employer} | 林一 | {date} | {aum} | {aum} |  | 是 | 是 | 2026-12-31 | 3 |\n"
        )
    });
    format!(
        "
| 客户号 | 客户姓名 | 代发单位 | 管户人 | 数据日期 | AUM余额(元) | 活期(元) | 现金管理类(元) | 手机银行 | 是否同意电话营销 | 风险测评有效期 | 风险等级 |
|---|
{}",
        rows.collect::<String>()
    )
}

fn import(bench: &Bench, today: &str, sheets: &[(&str, &str)]) {
    let files: Vec<String> = sheets.iter().map(|(name, table)| bench.sheet(name, table)).collect();
    let words = ["import", "--today", today].into_iter().chain(files.iter().map(String::as_str));
    let report = bench.json(&words.collect::<Vec<_>>());
    for file in report["files"].as_array().unwrap() {
        assert_eq!(file["outcome"], "imported", "{report:#}");
    }
    // Employers this small are not ranked otherwise.
    std::fs::write(bench.root().join("rules/ranking.toml"), "[eligibility]\nmin_effective_heads = 0\n").unwrap();
}

/// Month ends alone are known of the first employer; `exact`: of the second the days round the payday.
fn month_ends(exact: bool) -> Bench {
    let bench = Bench::new();
    let month = |first: i64, second: i64| [("1", "甲厂有限公司", first), ("2", "甲厂有限公司", second)];
    let other = |aum: i64| [("3", "乙厂有限公司", aum)];
    let (february, march) = (held("2026-02-28", &month(20_000, 5_000)), held("2026-03-31", &month(20_400, 5_200)));
    let (before, after) = (held("2026-03-09", &other(1_000)), held("2026-03-16", &other(2_000)));
    let mut sheets = vec![
        ("单位.xlsx", EMPLOYERS),
        ("人员.xlsx", STAFF),
        ("二月末.xlsx", february.as_str()),
        ("三月末.xlsx", march.as_str()),
        ("工资.xlsx", WAGES),
    ];
    if exact {
        sheets.extend([("前.xlsx", before.as_str()), ("后.xlsx", after.as_str())]);
    }
    import(&bench, "2026-04-02", &sheets);
    bench
}

fn find<'v>(list: &'v Value, key: &str, value: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|v| v[key] == value).unwrap_or_else(|| panic!("no {key} {value} in {list:#}"))
}

fn near(value: &Value, expected: f64) -> bool {
    value.as_f64().is_some_and(|v| (v - expected).abs() < 1e-9)
}

/// Everything written in a workbook, sheet after sheet.
fn texts(path: &Path) -> Vec<(String, String)> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    let sheets = book.sheet_names();
    let all = |range: calamine::Range<calamine::Data>| {
        range.used_cells().map(|(_, _, cell)| cell.to_string()).collect::<Vec<_>>().join("|")
    };
    sheets.iter().map(|name| (name.clone(), all(book.worksheet_range(name).unwrap()))).collect()
}

fn written(bench: &Bench, name: &str) -> Vec<(String, String)> {
    texts(&bench.root().join("out/2026-04-02").join(name))
}

const DAY: &str = "2026-04-02";

const RATE_TARGETS: &str = "
| 网点 | 指标 | 期间 | 目标值 |
|---|
| 测试支行 | 7日留存率 | 2026年 | 30% |
| 测试支行 | 周期留存率 | 2026年 | 5% |";

#[test]
fn month_ends_give_a_rate_under_its_own_name_and_target() {
    let bench = month_ends(false);
    import(&bench, DAY, &[("任务.xlsx", RATE_TARGETS)]);
    let report = bench.json(&["report", "--today", DAY]);
    // 400 and 200 yuan more at the end of March, of 18,000 paid: 3.33 %.
    let (week, period) =
        (find(&report["indicators"], "key", "retention"), find(&report["indicators"], "key", "period_retention"));
    assert!(week["current"].is_null() && week["completion"].is_null(), "{week}");
    assert!(near(&period["current"], 600.0 / 18_000.0) && near(&period["completion"], 600.0 / 18_000.0 / 0.05));
    let line = find(&report["targets"], "indicator", "retention");
    assert!(line["current"].is_null() && line["light"].is_null(), "{line}");
    let outlet = find(&report["outlets"], "outlet", "一网点");
    assert!(outlet["retention"].is_null() && near(&outlet["period_retention"], 600.0 / 18_000.0));
    let detail = find(&report["retention"], "employer_id", "E00001");
    assert_eq!((&detail["basis"], &detail["band"]), (&"period".into(), &Value::Null));
    let order = &report["sentences"][1];
    assert_eq!(order["rule"], "sentence_period_retention", "{order}");
    // It gives no points for a low 7-day rate.
    let ranked = bench.json(&["rank", "--today", DAY]);
    let first = find(&ranked, "employer_id", "E00001");
    assert!(first["retention"].is_null() && near(&first["period_retention"], 600.0 / 18_000.0), "{first}");
    assert!(first["reasons"].as_array().unwrap().iter().all(|r| r["rule"] != "low_retention"));
    let totals = &bench.json(&["track", "--today", DAY])["totals"];
    assert!(totals["retention"].is_null() && near(&totals["period_retention"], 600.0 / 18_000.0));
    assert_eq!((&totals["payroll_fen"], &totals["period_payroll_fen"]), (&0.into(), &1_800_000.into()));
}

#[test]
fn tasks_do_not_speak_of_a_week_that_nobody_has_seen() {
    let bench = month_ends(false);
    let follow_up = bench.json(&["followup", "--today", DAY]);
    let label = |person: &str| {
        let task = find(&follow_up["tasks"], "employee_id", person);
        assert_eq!(task["rule"], "before_payday", "{task}");
        task["reasons"][0]["label"].as_str().unwrap().to_string()
    };
    assert_eq!(label("P000001"), "代发1万元，周期留存率4.0%");
    assert_eq!(label("P000002"), "代发8,000.00元，周期留存率2.5%");
    assert!(!follow_up.to_string().contains("一周后"));
}

#[test]
fn the_tables_of_month_ends_have_the_period_rate_and_no_band() {
    let bench = month_ends(false);
    for (command, file, sheets) in [
        ("rank", "01_目标单位名单.xlsx", vec!["目标单位", "指标明细"]),
        ("track", "04_员工营销维护表.xlsx", vec!["员工明细", "单位汇总", "资金去向"]),
        ("report", "07_督导看板.xlsx", vec!["网点排名", "留存明细"]),
    ] {
        let shown = bench.run(&[command, "--today", DAY]).ok().out();
        // A sentence breaks where its column ends.
        let shown: String = shown.split_whitespace().collect();
        assert!(shown.contains("周期留存率"), "{shown}");
        assert!(command == "report" || !shown.contains("7日留存率"), "{shown}");
        assert!(!shown.contains("资金过路"), "{shown}");
        let book = written(&bench, file);
        for sheet in sheets {
            let text = &book.iter().find(|(name, _)| name == sheet).unwrap().1;
            assert!(text.contains("周期留存率") && !text.contains("7日留存率"), "{file} {sheet}: {text}");
            assert!(!text.contains("资金过路"), "{file} {sheet}: {text}");
        }
        let terms = &book.iter().find(|(name, _)| name == "口径说明").unwrap().1;
        assert!(terms.contains("|周期留存率|") && terms.contains("|7日留存率|"), "{terms}");
    }
    let english = bench.run(&["track", "--today", DAY, "--lang", "en"]).ok().out();
    assert!(english.contains("Period retention") && !english.contains("7-day"), "{english}");
}

#[test]
fn the_two_rates_are_never_added_up() {
    let bench = month_ends(true);
    // 乙厂: 1,000 of 5,000 stayed a week. 甲厂: 600 of 18,000 from month end to month end.
    let report = bench.json(&["report", "--today", DAY]);
    let rate = |key: &str| find(&report["indicators"], "key", key)["current"].clone();
    assert!(near(&rate("retention"), 0.2) && near(&rate("period_retention"), 600.0 / 18_000.0));
    let outlet = |name: &str| find(&report["outlets"], "outlet", name).clone();
    assert!(near(&outlet("二网点")["retention"], 0.2) && outlet("二网点")["period_retention"].is_null());
    assert!(outlet("一网点")["retention"].is_null());
    let totals = &bench.json(&["track", "--today", DAY])["totals"];
    assert!(near(&totals["retention"], 0.2) && near(&totals["period_retention"], 600.0 / 18_000.0));
    bench.run(&["track", "--today", DAY]).ok();
    let book = written(&bench, "04_员工营销维护表.xlsx");
    let money = &book.iter().find(|(name, _)| name == "资金去向").unwrap().1;
    assert!(money.contains("7日留存率") && money.contains("周期留存率"), "{money}");
    // Each rate with the sums it is made of.
    assert_eq!(money.matches("合计").count(), 2, "{money}");
}

/// Balances and monthly averages of three people; `None`: the sheet has no column of averages.
fn both(date: &str, employer: &str, people: &[(&str, i64, Option<i64>)]) -> String {
    let average = people.iter().all(|(.., average)| average.is_some());
    let rows = people.iter().map(|(number, balance, mean)| {
        let mean = mean.map(|m| format!(" {m} |")).unwrap_or_default();
        format!("| KH{number} | 甲{number} | {employer} | {date} | {balance} |{mean} {balance} | 是 |\n")
    });
    format!(
        "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |{} 活期(元) | 手机银行 |
|---|
{}",
        if average { " AUM月日均(元) |" } else { "" },
        rows.collect::<String>()
    )
}

/// `averages`: whether the second employer's sheets have the monthly average too.
fn two_aums(averages: bool) -> Bench {
    let bench = Bench::new();
    let of = |mean: i64| averages.then_some(mean);
    let first = |date: &str, a: (i64, i64), b: (i64, i64)| {
        both(date, "甲厂有限公司", &[("1", a.0, Some(a.1)), ("2", b.0, Some(b.1))])
    };
    let second = |date: &str, balance, mean| both(date, "乙厂有限公司", &[("3", balance, of(mean))]);
    let sheets = [
        ("单位.xlsx", EMPLOYERS.to_string()),
        ("人员.xlsx", STAFF.to_string()),
        ("甲二月.xlsx", first("2026-02-28", (15_000, 9_500), (8_000, 4_500))),
        ("乙二月.xlsx", second("2026-02-28", 27_000, 15_000)),
        ("甲三月.xlsx", first("2026-03-16", (20_000, 10_000), (10_000, 5_000))),
        ("乙三月.xlsx", second("2026-03-16", 30_000, 15_000)),
        ("工资.xlsx", WAGES.to_string()),
    ];
    let sheets: Vec<(&str, &str)> = sheets.iter().map(|(name, table)| (*name, table.as_str())).collect();
    import(&bench, "2026-03-18", &sheets);
    bench
}

const AUM_TARGETS: &str = "
| 网点 | 指标 | 期间 | 目标值(万元) |
|---|
| 测试支行 | AUM余额 | 2026年 | 10 |
| 测试支行 | AUM月日均 | 2026年 | 10 |
| 测试支行 | AUM余额净增 | 2026年3月 | 2 |
| 测试支行 | AUM月日均净增 | 2026年3月 | 2 |";

#[test]
fn the_two_aums_stand_apart_and_each_target_is_held_against_its_own() {
    let bench = two_aums(true);
    import(&bench, "2026-03-18", &[("任务.xlsx", AUM_TARGETS)]);
    let report = bench.json(&["report", "--today", "2026-03-18"]);
    // Balances 60,000 after 50,000 at the end of February; averages 30,000 after 29,000.
    let figure = |key: &str, field: &str| find(&report["indicators"], "key", key)[field].clone();
    assert!(near(&figure("aum", "current"), 6_000_000.0) && near(&figure("aum", "last_month"), 5_000_000.0));
    assert!(near(&figure("aum_month_avg", "current"), 3_000_000.0));
    assert!(near(&figure("aum_month_avg", "last_month"), 2_900_000.0));
    assert!(near(&figure("aum_per_head", "current"), 2_000_000.0));
    assert!(near(&figure("aum_month_avg_per_head", "current"), 1_000_000.0));
    assert!(near(&figure("aum", "completion"), 0.6) && near(&figure("aum_month_avg", "completion"), 0.3));
    let done = |indicator: &str| find(&report["targets"], "indicator", indicator)["completion"].clone();
    assert!(near(&done("aum_gain"), 0.5) && near(&done("aum_month_avg_gain"), 0.05));
    // The outlets' changes are those of the maintenance table: 7,000 and 3,000.
    assert_eq!(report["outlets_aum_basis"], "balance");
    let change = |outlet: &str| find(&report["outlets"], "outlet", outlet)["aum_change_fen"].clone();
    assert_eq!((change("一网点"), change("二网点")), (700_000.into(), 300_000.into()));
    let totals = &bench.json(&["track", "--today", "2026-03-18"])["totals"];
    let change = totals["aum_after_fen"].as_i64().unwrap() - totals["aum_before_fen"].as_i64().unwrap();
    assert_eq!(change, 1_000_000);
    let shown = bench.run(&["report", "--today", "2026-03-18"]).ok().out();
    for name in ["AUM余额（元）", "AUM月日均（元）", "人均AUM余额（元）", "人均AUM月日均（元）"]
    {
        assert!(shown.contains(name), "{shown}");
    }
    assert!(!shown.contains(" AUM（"), "{shown}");
    bench.run(&["report", "--today", "2026-03-18", "--lang", "en"]).ok();
    let first = &texts(&bench.root().join("out/2026-03-18/07_督导看板.xlsx"))[0].1;
    assert!(first.contains("AUM balance (CNY)") && first.contains("Monthly average AUM (CNY)"), "{first}");
}

#[test]
fn a_table_has_one_aum_and_says_which() {
    let rank = |bench: &Bench| {
        let ranked = bench.json(&["rank", "--today", "2026-03-18"]);
        let first = find(&ranked, "employer_id", "E00001").clone();
        bench.run(&["track", "--today", "2026-03-18"]).ok();
        bench.run(&["report", "--today", "2026-03-18"]).ok();
        let text = |name: &str, sheet: &str| {
            let book = texts(&bench.root().join("out/2026-03-18").join(name));
            // Titles break before their unit where the column is narrow.
            book.into_iter().find(|(n, _)| n == sheet).unwrap().1.replace('\n', "")
        };
        let list = text("01_目标单位名单.xlsx", "指标明细");
        let people = text("04_员工营销维护表.xlsx", "员工明细");
        (first["aum_basis"].clone(), first["aum_fen"].clone(), list, people, text("07_督导看板.xlsx", "口径说明"))
    };
    let (basis, aum, list, people, terms) = rank(&two_aums(true));
    assert_eq!((basis, aum), ("month_average".into(), 1_500_000.into()));
    assert!(list.contains("AUM月日均（万元）") && !list.contains("AUM余额（万元）"), "{list}");
    assert!(people.contains("AUM余额（元）") && people.contains("AUM月日均（元）"), "{people}");
    assert!(terms.contains("AUM余额|") && terms.contains("AUM月日均|"), "{terms}");
    // One employer without averages, and all are compared by balance.
    let (basis, aum, list, people, _) = rank(&two_aums(false));
    assert_eq!((basis, aum), ("balance".into(), 3_000_000.into()));
    assert!(list.contains("AUM余额（万元）") && !list.contains("AUM月日均（万元）"), "{list}");
    // 乙厂's person has no average: its cell stays empty rather than showing 30,000.
    assert!(people.contains("AUM月日均（元）") && people.matches("30000").count() == 1, "{people}");
    let report = two_aums(false).json(&["report", "--today", "2026-03-18"]);
    assert!(find(&report["indicators"], "key", "aum_month_avg")["current"].is_null());
    assert!(near(&find(&report["indicators"], "key", "aum")["current"], 6_000_000.0));
}

#[test]
fn products_are_counted_with_and_without_card_and_channels() {
    let bench = Bench::new();
    let held = "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 手机银行 | 网银 | 定期(元) | 理财(元) | 基金(元) |
|---|
| KH1 | 甲1 | 甲厂有限公司 | 2026-03-16 | 100 | 是 | 是 |  |  |  |
| KH2 | 甲2 | 甲厂有限公司 | 2026-03-16 | 900 | 是 | 否 |  | 100 | 100 |
| KH3 | 乙1 | 乙厂有限公司 | 2026-03-16 | 900 | 否 | 否 | 100 | 100 | 100 |";
    let targets = "
| 网点 | 指标 | 期间 | 目标值 |
|---|
| 测试支行 | 3个以上产品占比（含渠道） | 2026年 | 50% |
| 测试支行 | 3个以上产品占比（不含渠道） | 2026年 | 50% |
| 测试支行 | 3个以上产品占比（不含工资卡、渠道） | 2026年 | 50% |
| 测试支行 | 人均产品数（不含工资卡和渠道） | 2026年 | 2 |";
    let sheets = [
        ("单位.xlsx", EMPLOYERS),
        ("人员.xlsx", STAFF),
        ("持有.xlsx", held),
        ("工资.xlsx", WAGES),
        ("任务.xlsx", targets),
    ];
    import(&bench, "2026-03-18", &sheets);
    let report = bench.json(&["report", "--today", "2026-03-18"]);
    let figure = |key: &str, field: &str| find(&report["indicators"], "key", key)[field].clone();
    // With the card: 3, 4 and 4 products. Without channels 1, 3 and 4; without the card too 0, 2 and 3.
    assert!(near(&figure("three_plus", "current"), 1.0) && near(&figure("three_plus", "completion"), 2.0));
    assert!(near(&figure("three_plus_no_channels", "current"), 2.0 / 3.0));
    assert!(near(&figure("three_plus_no_channels", "completion"), 4.0 / 3.0));
    assert!(near(&figure("three_plus_proper", "current"), 1.0 / 3.0));
    assert!(near(&figure("three_plus_proper", "completion"), 2.0 / 3.0));
    assert!(near(&figure("products_per_head", "current"), 11.0 / 3.0));
    assert!(near(&figure("products_proper_per_head", "current"), 5.0 / 3.0));
    assert!(near(&figure("products_proper_per_head", "completion"), 5.0 / 6.0));
    let shown = bench.run(&["report", "--today", "2026-03-18"]).ok().out();
    for name in ["（含渠道）", "（不含渠道）", "（除卡、渠道）"] {
        assert!(shown.contains(&format!("3+产品占比{name}")), "{shown}");
    }
    bench.run(&["report", "--today", "2026-03-18", "--lang", "en"]).ok();
    let book = texts(&bench.root().join("out/2026-03-18/07_督导看板.xlsx"));
    assert!(book[0].1.contains("3 or more products (without channels)"), "{}", book[0].1);
}
