//! A column in a wrong unit is caught by its size: against its own history, else against the payroll files.

use serde_json::Value;

use crate::common::Bench;

/// Six people with AUM in yuan, written in the unit of `factor` yuan under `header`.
fn holdings(date: &str, header: &str, factor: f64) -> String {
    let mut table = format!("| 客户号 | 客户姓名 | 代发单位 | 数据日期 | {header} | 手机银行 |\n|---|\n");
    for (n, aum) in [8_000, 12_000, 20_000, 26_000, 31_000, 54_000].into_iter().enumerate() {
        let shown = f64::from(aum) / factor;
        table += &format!("| KH{n} | 甲{n} | 甲厂有限公司 | {date} | {shown} | 是 |\n");
    }
    table
}

fn payroll() -> String {
    let mut table = "| 序号 | 收款方户名 | 客户号 | 金额 | 代发日期 | 代发单位名称 |\n|---|\n".to_string();
    for n in 0..6 {
        table += &format!("| {n} | 甲{n} | KH{n} | {} | 2026-03-10 | 甲厂有限公司 |\n", 5_000 + n * 500);
    }
    table
}

fn import(bench: &Bench, name: &str, table: &str, more: &[&str]) -> Value {
    let file = bench.sheet(name, table);
    bench.json(&[&["import", &file, "--today", "2026-03-18"], more].concat())
}

fn suspect(report: &Value) -> Option<&Value> {
    report["problems"].as_array().unwrap().iter().find(|p| p["code"] == "unit_suspect")
}

#[test]
fn a_column_ten_thousand_times_smaller_than_before_is_refused_with_the_likely_unit() {
    let bench = Bench::new();
    assert_eq!(suspect(&import(&bench, "一月.xlsx", &holdings("2026-01-31", "AUM余额(元)", 1.0), &[])), None);
    // The same people a month later; the branch now exports 万元 under a header that still says 元.
    let second = holdings("2026-02-28", "AUM余额(元)", 10_000.0);
    let report = import(&bench, "二月.xlsx", &second, &[]);
    let problem = suspect(&report).expect("told");
    assert_eq!(problem["severity"], "error");
    assert_eq!(report["files"][0]["outcome"], "refused");
    for word in ["AUM余额", "10,000倍", "以往各次", "万元"] {
        let said = format!("{}{}", problem["found"], problem["repair"]);
        assert!(said.contains(word), "{word} is not in {said}");
    }
    // Good rows alone do not make the unit right.
    assert_eq!(import(&bench, "二月.xlsx", &second, &["--accept-valid-rows"])["files"][0]["outcome"], "refused");
    // The unit said on the command line mends it: nobody's money has changed.
    let report = import(&bench, "二月.xlsx", &second, &["--unit", "ten_thousand"]);
    assert_eq!(report["files"][0]["outcome"], "imported");
    assert_eq!(suspect(&report), None);
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    for person in track["employees"].as_array().unwrap() {
        assert_eq!(person["aum_before_fen"], person["aum_after_fen"]);
    }
    assert_eq!(track["employees"][0]["aum_after_fen"], 800_000);
}

#[test]
fn a_first_file_is_compared_with_the_payroll() {
    let bench = Bench::new();
    assert_eq!(suspect(&import(&bench, "工资.xlsx", &payroll(), &[])), None);
    let report = import(&bench, "持有.xlsx", &holdings("2026-02-28", "AUM余额(万元)", 1.0), &[]);
    let problem = suspect(&report).expect("a median AUM of two hundred million yuan");
    assert!(problem["found"].as_str().unwrap().contains("代发数据"), "{problem}");
    assert!(problem["repair"].as_str().unwrap().contains("“元”"), "{problem}");
    let good = import(&bench, "持有2.xlsx", &holdings("2026-02-28", "AUM余额(万元)", 10_000.0), &[]);
    assert_eq!(good["files"][0]["outcome"], "imported");
}

#[test]
fn a_unit_the_user_has_looked_at_is_taken_as_it_is() {
    let bench = Bench::new();
    import(&bench, "一月.xlsx", &holdings("2026-01-31", "AUM余额(元)", 1.0), &[]);
    let second = holdings("2026-02-28", "AUM余额(元)", 10_000.0);
    let report = import(&bench, "二月.xlsx", &second, &["--unit-is-right"]);
    assert_eq!(report["files"][0]["outcome"], "imported");
    assert_eq!(suspect(&report).unwrap()["severity"], "note");
}

#[test]
fn few_amounts_and_real_changes_are_let_through() {
    let bench = Bench::new();
    import(&bench, "一月.xlsx", &holdings("2026-01-31", "AUM余额(元)", 1.0), &[]);
    // A hundred times less is a bad month, not a unit.
    assert_eq!(suspect(&import(&bench, "二月.xlsx", &holdings("2026-02-28", "AUM余额(元)", 100.0), &[])), None);
    let few = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 手机银行 |\n|---|\n| KH1 | 甲1 | 甲厂有限公司 | 2026-03-15 | 1.2 | 是 |";
    assert_eq!(suspect(&import(&bench, "三月.xlsx", few, &[])), None);
}
