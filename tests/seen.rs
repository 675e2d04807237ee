//! What a person sees in a sheet is what comes of it: moments, units in sentences, number formats, from file to report.

use std::fs;

use serde_json::Value;

use crate::common::Bench;

fn outcome(report: &Value) -> &str {
    report["files"][0]["outcome"].as_str().unwrap_or_default()
}

fn codes(report: &Value) -> Vec<&str> {
    report["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect()
}

fn import(bench: &Bench, path: &str, more: &[&str]) -> Value {
    bench.json(&[&["import", path, "--today", "2026-03-18"], more].concat())
}

#[test]
fn moments_some_seconds_before_midnight_leave_the_payday_where_it_is() {
    let bench = Bench::new();
    // 46090.9995… is 9 March 2026, 23:59:17.
    let late = 46_091.0 - 43.0 / 86_400.0;
    let table = format!(
        "| 姓名 | 账号 | 金额 | 代发日期 | 代发单位 |\n|---|
         | 张测试 | 6200000000000000001 | 5000 | {late} | 甲测试厂 |
         | 李测试 | 6200000000000000002 | 6000 | {late} | 甲测试厂 |"
    );
    let report = import(&bench, &bench.sheet("代发.xlsx", &table), &[]);
    assert_eq!((outcome(&report), &report["files"][0]["date"]), ("imported", &"2026-03-10".into()), "{report}");
    let mixed = "姓名,账号,金额,代发日期,代发单位\n张测试,6200000000000000001,5000,2026-03-10,甲测试厂\n\
                 李测试,6200000000000000002,6000,2026-03-09T16:00:00.000Z,甲测试厂\n";
    fs::write(bench.path("混.csv"), mixed).unwrap();
    let report = import(&bench, bench.path("混.csv").to_str().unwrap(), &[]);
    assert_eq!(outcome(&report), "refused", "{report}");
    assert!(codes(&report).contains(&"moment_unclear"), "{report}");
}

#[test]
fn a_file_in_fen_is_refused_with_what_it_says() {
    let bench = Bench::new();
    let text = "#注意：本文件中的金额均以分为单位！\n账号,户名,金额,代发日期,代发单位\n\
                6200000000000000001,张测试,500000,2026-03-11,乙测试有限公司\n";
    fs::write(bench.path("代发.txt"), text).unwrap();
    let report = import(&bench, bench.path("代发.txt").to_str().unwrap(), &[]);
    assert_eq!((outcome(&report), codes(&report)), ("refused", vec!["unit_unclear"]), "{report}");
    assert!(report["problems"][0]["found"].as_str().unwrap().contains("以分为单位"), "{report}");
}

#[test]
fn what_number_formats_show_is_what_people_have() {
    for format in ["xlsx", "xls", "xlsb", "ods"] {
        let bench = Bench::new();
        let before = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|
                      | 000007 | 甲一 | 甲厂 | 2026-03-09 | 1 |\n| 000008 | 乙二 | 甲厂 | 2026-03-09 | 2 |\n| 000009 | 丙三 | 甲厂 | 2026-03-09 | 3 |";
        import(&bench, &bench.sheet("前.xlsx", before), &[]);
        let file = format!("{}/tests/formats_files/shown.{format}", env!("CARGO_MANIFEST_DIR"));
        let report = import(&bench, &file, &["--unit-is-right"]);
        assert_eq!(
            (outcome(&report), &report["files"][0]["rows_taken"]),
            ("imported", &3.into()),
            "{format}: {report}"
        );
        let track = bench.json(&["track", "--today", "2026-03-18"]);
        let mut after: Vec<i64> =
            track["employees"].as_array().unwrap().iter().filter_map(|p| p["aum_after_fen"].as_i64()).collect();
        after.sort_unstable();
        assert_eq!(after, [3_500_000, 7_000_000, 10_500_000], "{format}: the same three people");
    }
}
