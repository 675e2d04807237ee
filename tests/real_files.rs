//! Pay sheets of real life (`tests/real/NOTICE.md`).

use crate::common::Bench;

fn real(name: &str) -> String {
    format!("{}/tests/real/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_real_pay_sheet_imports_with_employer_and_payday() {
    let bench = Bench::new();
    let file = real("gongzibiao_title_meta_rows.xlsx");
    let arguments = ["import", &file, "--employer", "样例公司", "--payday", "2026-03-10", "--today", "2026-03-18"];
    let report = bench.json(&arguments);
    let taken = &report["files"][0];
    assert_eq!(taken["outcome"], "imported");
    assert_eq!(taken["kinds"], serde_json::json!(["payroll"]));
    // Nobody of them is known to the bank: all are kept and listed.
    assert_eq!(taken["rows_taken"], taken["unmatched_payees"]);
    assert!(taken["rows_taken"].as_i64().unwrap() > 0);
    let shown = Bench::new().run(&arguments).ok().out();
    assert!(shown.contains("样例公司"), "{shown}");
}

#[test]
fn without_employer_or_payday_the_pay_sheet_is_refused_with_the_way_out() {
    let bench = Bench::new();
    let file = real("gongzibiao_title_meta_rows.xlsx");
    let ran = bench.run(&["import", &file, "--today", "2026-03-18", "--json"]);
    assert_eq!(ran.code(), 1);
    let report = ran.json();
    assert_eq!(report["files"][0]["outcome"], "refused");
    let codes: Vec<&str> = report["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect();
    assert!(codes.contains(&"missing_employer") || codes.contains(&"missing_payday"), "{codes:?}");
}

#[test]
fn a_form_is_refused_with_the_reason() {
    let bench = Bench::new();
    let ran = bench.run(&["import", &real("aftertax_calculator_merged.xlsx"), "--today", "2026-03-18", "--json"]);
    assert_eq!(ran.code(), 1);
    let report = ran.json();
    assert_eq!(report["files"][0]["outcome"], "refused");
    assert_eq!(report["problems"][0]["code"], "form_not_table");
    for part in ["title", "found", "repair"] {
        assert!(!report["problems"][0][part].as_str().unwrap().is_empty());
    }
}
