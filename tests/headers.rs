//! Sheets without a header, columns without one, and headers in English.

use crate::common::Bench;

/// A pay list without any header.
const NO_HEADER: &str = "
| 1 | 甲一 | 6200000000000000001 | 5000 | 3月工资 |
|---|
| 2 | 甲二 | 6200000000000000002 | 6000 | 3月工资 |
| 3 | 甲三 | 6200000000000000003 | 7000 | 3月工资 |";

#[test]
fn a_sheet_without_header_is_read_by_the_letters_of_its_columns() {
    let bench = Bench::new();
    let file = bench.sheet("工资.xlsx", NO_HEADER);
    let ran = bench.run(&["import", &file, "--today", "2026-03-18", "--json"]);
    assert_eq!(ran.code(), 1);
    assert_eq!(ran.json()["files"][0]["profiles"], serde_json::json!(["profiles/工资.toml"]));
    let path = bench.root().join("profiles/工资.toml");
    let draft = std::fs::read_to_string(&path).unwrap();
    assert!(draft.contains("kind = \"payroll\"") && draft.contains("header_row = 1\nheader_rows = 0"), "{draft}");
    assert!(!draft.contains("甲一") && !draft.contains("6200000000000000001"), "{draft}");
    for (at, field) in [("B", "name"), ("C", "account"), ("D", "amount")] {
        assert!(draft.contains(&format!("at = \"{at}\"\nfield = \"{field}\"")), "{draft}");
    }
    // As its comments say: take away the # in front of payday and employer.
    let edited = draft
        .replace("# payday =", "payday =")
        .replace("2026-03-10", "2026-03-11")
        .replace("# employer =", "employer =");
    std::fs::write(&path, edited).unwrap();
    let report = bench.json(&["import", &file, "--today", "2026-03-18", "--profile", "profiles/工资.toml"]);
    let imported = &report["files"][0];
    assert_eq!((&imported["outcome"], &imported["rows_taken"]), (&"imported".into(), &3.into()), "{report:#}");
    assert_eq!(imported["date"], "2026-03-11");
    // Nothing of the sheet's own could be remembered.
    assert_eq!(
        bench
            .run(&["import", &bench.sheet("工资4月.xlsx", &NO_HEADER.replace("5000", "5001")), "--today", "2026-04-18"])
            .code(),
        1
    );
}

#[test]
fn a_column_without_header_may_be_named_beside_others() {
    let bench = Bench::new();
    let table = "
| 序号 | 姓名 |  | 开户行 |  | 代发日期 | 代发单位 |
|---|
| 1 | 甲一 | 6200000000000000001 | 某行 | 5000 | 2026-03-10 | 甲厂 |
| 2 | 甲二 | 6200000000000000002 | 某行 | 6000 | 2026-03-10 | 甲厂 |
| 3 | 甲三 | 6200000000000000003 | 某行 | 7000 | 2026-03-10 | 甲厂 |";
    let file = bench.sheet("工资.xlsx", table);
    assert_eq!(bench.run(&["import", &file, "--today", "2026-03-18"]).code(), 1);
    let path = bench.root().join("profiles/工资.toml");
    let draft = std::fs::read_to_string(&path).unwrap();
    let named = |draft: String, at: &str, field: &str| {
        let line = format!("at = \"{at}\"\nignore = true");
        assert!(draft.contains(&line), "{draft}");
        draft.replace(&line, &format!("at = \"{at}\"\nfield = \"{field}\""))
    };
    std::fs::write(&path, named(named(draft, "C", "账号"), "E", "金额")).unwrap();
    let report = bench.json(&["import", &file, "--today", "2026-03-18", "--profile", "profiles/工资.toml"]);
    assert_eq!(report["files"][0]["rows_taken"], 3, "{report:#}");
}

#[test]
fn plain_english_headers_are_known() {
    let bench = Bench::new();
    let table = "
| Payee | Card No | Net Pay | Pay Date | Employer |
|---|
| 甲一 | 6200000000000000001 | 5000 | 2026-03-10 | 甲厂 |
| 甲二 | 6200000000000000002 | 6000 | 2026-03-10 | 甲厂 |";
    let report = bench.json(&["import", &bench.sheet("pay.xlsx", table), "--today", "2026-03-18"]);
    assert_eq!((&report["files"][0]["kinds"][0], &report["files"][0]["rows_taken"]), (&"payroll".into(), &2.into()));
    let table = "
| CustomerID | Name | Company | AsOf | AUM | Mobile Banking | Fund |
|---|
| K001 | Ann Test | 甲厂 | 2026-03-16 | 1234.5 | 1 | 0 |
| K002 | Bob Test | 甲厂 | 2026-03-16 | 2234.5 | 0 | 1 |";
    let report = bench.json(&["import", &bench.sheet("holdings.xlsx", table), "--today", "2026-03-18"]);
    assert_eq!((&report["files"][0]["kinds"][0], &report["files"][0]["rows_taken"]), (&"holdings".into(), &2.into()));
}
