//! Rows that were left out and cells that say nothing make nobody and nothing lost.

use std::fs;

use serde_json::Value;

use crate::common::Bench;
use crate::common::cases::rewritten;

const HEAD: &str = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 手机银行 | 基金(元) |\n|---|\n";

fn row(person: usize, employer: &str, rest: &str) -> String {
    format!("| KH{person} | 甲{person}测试 | {employer} | DATE | {rest} |\n")
}

/// Six people of one employer and four of another.
fn everybody() -> Vec<String> {
    let employer = |i| if i <= 6 { "甲厂有限公司" } else { "乙厂有限公司" };
    (1..=10).map(|i| row(i, employer(i), "1000 | 是 | 500")).collect()
}

fn import(bench: &Bench, name: &str, date: &str, rows: &[String], more: &[&str]) -> Value {
    let path = bench.sheet(name, &format!("{HEAD}{}", rows.concat().replace("DATE", date)));
    taken(bench, &path, more)
}

fn taken(bench: &Bench, path: &str, more: &[&str]) -> Value {
    let report = bench.json(&[&["import", path, "--today", "2026-03-18"], more].concat());
    assert_eq!(report["files"][0]["outcome"], "imported", "{report:#}");
    report
}

fn codes(report: &Value) -> Vec<&str> {
    report["problems"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap()).collect()
}

/// People that are not present at the end, with what is said of them.
fn not_present(bench: &Bench) -> Vec<(String, String)> {
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    let text = |v: &Value| v.as_str().unwrap().to_string();
    let people = track["employees"].as_array().unwrap().iter();
    people.filter(|e| e["status"] != "present").map(|e| (text(&e["employee_id"]), text(&e["status"]))).collect()
}

fn said(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(id, status)| (id.to_string(), status.to_string())).collect()
}

/// The same workbook with some rows (from 1) hidden.
fn hide(path: &str, rows: &[usize]) {
    let mut bytes = fs::read(path).unwrap();
    for row in rows {
        let (plain, hidden) = (format!("<row r=\"{row}\""), format!("<row r=\"{row}\" hidden=\"1\""));
        bytes = rewritten(&bytes, "xl/worksheets/sheet1.xml", &[(&plain, &hidden)]);
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn people_of_hidden_rows_have_not_departed_and_come_back_when_shown() {
    let bench = Bench::new();
    import(&bench, "前.xlsx", "2026-03-09", &everybody(), &[]);
    // The second employer's 10 is really gone; of the first two rows are hidden.
    let now = everybody()[..9].concat().replace("DATE", "2026-03-16");
    let path = bench.sheet("后.xlsx", &format!("{HEAD}{now}"));
    hide(&path, &[3, 5]);
    let report = taken(&bench, &path, &[]);
    let told = codes(&report);
    assert!(told.contains(&"hidden_rows_skipped") && told.contains(&"roster_rows_left_out"), "{told:?}");
    let unknown = said(&[("P000002", "unknown"), ("P000004", "unknown"), ("P000010", "departed")]);
    assert_eq!(not_present(&bench), unknown);
    // As the problem says: shown, saved, imported again.
    let shown = bench.sheet("后.xlsx", &format!("{HEAD}{now}"));
    let report = taken(&bench, &shown, &[]);
    assert!(!codes(&report).contains(&"roster_rows_left_out"));
    assert_eq!(not_present(&bench), said(&[("P000010", "departed")]));
}

#[test]
fn a_filtered_copy_of_the_same_day_loses_nobody() {
    let bench = Bench::new();
    import(&bench, "前.xlsx", "2026-03-09", &everybody(), &[]);
    import(&bench, "后.xlsx", "2026-03-16", &everybody(), &[]);
    let path = bench.sheet("后2.xlsx", &format!("{HEAD}{}", everybody().concat().replace("DATE", "2026-03-16")));
    hide(&path, &[3, 5]);
    taken(&bench, &path, &[]);
    assert_eq!(not_present(&bench), said(&[("P000002", "unknown"), ("P000004", "unknown")]));
}

#[test]
fn people_of_refused_rows_have_not_departed() {
    let bench = Bench::new();
    import(&bench, "前.xlsx", "2026-03-09", &everybody(), &[]);
    let mut rows = everybody();
    rows[6] = row(7, "乙厂有限公司", "abc | 是 | 500");
    rows.remove(0);
    let report = import(&bench, "后.xlsx", "2026-03-16", &rows, &["--accept-valid-rows"]);
    assert!(codes(&report).contains(&"roster_rows_left_out"));
    // The first employer's list is whole: who is missing there is gone.
    assert_eq!(not_present(&bench), said(&[("P000001", "departed"), ("P000007", "unknown")]));
}

#[test]
fn a_refused_row_of_somebody_new_makes_no_list_a_part() {
    let bench = Bench::new();
    import(&bench, "前.xlsx", "2026-03-09", &everybody(), &[]);
    let rows = [everybody(), vec![row(11, "甲厂有限公司", "abc | 是 | 500")]].concat();
    let report = import(&bench, "后.xlsx", "2026-03-16", &rows, &["--accept-valid-rows"]);
    assert!(!codes(&report).contains(&"roster_rows_left_out"));
    assert_eq!(not_present(&bench), said(&[]));
}

#[test]
fn people_dropped_from_a_long_sheet_have_not_departed() {
    let bench = Bench::new();
    let sheet = |date: &str, balance: &str| {
        let rows: String = (1..=4)
            .flat_map(|i| [(i, "活期", "100"), (i, "理财", if i == 2 { balance } else { "5" })])
            .map(|(i, product, fen)| format!("| KH{i} | 甲{i}测试 | 甲厂 | {date} | {product} | {fen} |\n"))
            .collect();
        format!("| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 产品 | 余额(元) |\n|---|\n{rows}")
    };
    taken(&bench, &bench.sheet("前.xlsx", &sheet("2026-03-09", "5")), &[]);
    taken(&bench, &bench.sheet("后.xlsx", &sheet("2026-03-16", "五个")), &["--accept-valid-rows"]);
    assert_eq!(not_present(&bench), said(&[("P000002", "unknown")]));
}

#[test]
fn a_row_without_employer_may_be_whoever_is_missing_and_has_its_name() {
    let bench = Bench::new();
    import(&bench, "前.xlsx", "2026-03-09", &everybody(), &[]);
    // Of 1 and 7 nobody has a row; of a stranger with a number of their own, and of one that has only the name of 7.
    let mut rows = everybody();
    rows.remove(6);
    rows.remove(0);
    rows.push(row(20, "", "1000 | 是 | 500"));
    rows.push("| | 甲7测试 | | DATE | 1000 | 是 | 500 |\n".to_string());
    let report = import(&bench, "后.xlsx", "2026-03-16", &rows, &[]);
    assert!(codes(&report).contains(&"roster_rows_left_out"), "{report:#}");
    assert_eq!(not_present(&bench), said(&[("P000001", "departed"), ("P000007", "unknown")]));
}

#[test]
fn a_cell_that_does_not_tell_is_no_product_lost() {
    let bench = Bench::new();
    import(&bench, "前.xlsx", "2026-03-09", &everybody(), &[]);
    let mut rows = everybody();
    rows[0] = row(1, "甲厂有限公司", "1000 | 不详 | 500");
    rows[1] = row(2, "甲厂有限公司", "1000 | 待核实 | 0");
    rows[2] = row(3, "甲厂有限公司", "1000 | 是 | 未知");
    rows[3] = row(4, "甲厂有限公司", "1000 | 否 | 500");
    let report = import(&bench, "后.xlsx", "2026-03-16", &rows, &[]);
    assert_eq!(
        (&report["files"][0]["brought"]["parts"], report["files"][0]["brought"]["replaced_parts"].clone()),
        (&2.into(), 0.into())
    );
    let lost = |bench: &Bench| {
        let track = bench.json(&["track", "--today", "2026-03-18"]);
        let people = track["employees"].as_array().unwrap();
        people.iter().take(5).map(|e| e["lost"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(lost(&bench), ["[]", r#"["fund"]"#, "[]", r#"["mobile_bank"]"#, "[]"]);
    assert_eq!(not_present(&bench), said(&[]));
    // The corrected sheet of the day takes the place of the whole list, 6 being gone.
    rows[1] = row(2, "甲厂有限公司", "1000 | 是 | 500");
    rows.remove(5);
    let report = import(&bench, "后2.xlsx", "2026-03-16", &rows, &[]);
    assert!(codes(&report).contains(&"part_corrected"));
    assert_eq!(lost(&bench), ["[]", "[]", "[]", r#"["mobile_bank"]"#, "[]"]);
    assert_eq!(not_present(&bench), said(&[("P000006", "departed")]));
}

#[test]
fn a_list_of_which_half_tells_less_is_corrected_as_a_whole() {
    let bench = Bench::new();
    import(&bench, "前.xlsx", "2026-03-09", &everybody()[..6], &[]);
    let half = |rows: &mut Vec<String>| rows[3..].iter_mut().for_each(|r| *r = r.replace("是", "不详"));
    let mut rows = everybody()[..6].to_vec();
    half(&mut rows);
    import(&bench, "后.xlsx", "2026-03-16", &rows, &[]);
    let report = import(&bench, "后2.xlsx", "2026-03-16", &everybody()[..5], &[]);
    assert!(codes(&report).contains(&"part_corrected"), "{report:#}");
    assert_eq!(not_present(&bench), said(&[("P000006", "departed")]));
}

#[test]
fn balances_of_further_products_stay_with_a_row_that_tells_less() {
    let bench = Bench::new();
    let rules = bench.root().join("rules");
    let product = "[products.structured]\nnumber = 21\nfamily = \"asset\"\namount = \"structured\"\nname = \"结构性存款\"\nsource = \"本行\"\n";
    fs::write(rules.join("products.toml"), product).unwrap();
    fs::write(rules.join("columns.toml"), "[holdings.structured]\naliases = [\"结构性存款\"]\n").unwrap();
    let sheet = |date: &str, second: &str| {
        format!(
            "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 手机银行 | 结构性存款(元) |\n|---|\n\
             | KH1 | 甲一测试 | 甲厂 | {date} | 88000 | 是 | 50000 |\n| KH2 | 甲二测试 | 甲厂 | {date} | 9000 | {second} |"
        )
    };
    taken(&bench, &bench.sheet("前.xlsx", &sheet("2026-03-09", "是 | 0")), &[]);
    taken(&bench, &bench.sheet("后.xlsx", &sheet("2026-03-16", "不详 | 8000")), &[]);
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    let second = &track["employees"][1];
    assert_eq!((&second["gained"], &second["lost"]), (&serde_json::json!(["structured"]), &serde_json::json!([])));
    // The same when it is taken in anew.
    let path = bench.path("后.xlsx");
    taken(&bench, path.to_str().unwrap(), &["--again"]);
    assert_eq!(bench.json(&["track", "--today", "2026-03-18"])["employees"][1], *second);
}
