//! Two products beside each other: the answer for programs, the page in a workspace, what is refused.

use std::fs;
use std::io::Read as _;
use std::process::{Command, Output};

use serde_json::Value;

use crate::common::Bench;

/// 0.3 points more and four days without interest.
const PRODUCTS: &str = r#"amount_yuan = 1000000
from = 2026-03-02

[own]
name = "本行安心存"
rate = 0.04
days = 182

[other]
name = "他行月月存"
rate = 0.043
days = 182
value_lag_days = 1
return_lag_days = 3
"#;

fn file(bench: &Bench, text: &str) -> String {
    let path = bench.path("对比.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

/// Runs where no workspace is.
fn outside(bench: &Bench, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_daifa")).args(arguments).current_dir(bench.path(".")).output().unwrap()
}

#[test]
fn the_answer_needs_no_workspace() {
    let bench = Bench::empty();
    let file = file(&bench, PRODUCTS);
    let ran = outside(&bench, &["compare", &file, "--json"]);
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    let answer: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let documented = ["own", "other", "difference_fen", "break_even_idle_days", "may_say", "must_not_say"];
    assert_eq!(keys, documented);
    // 4.3 % × 182 ÷ 186; 1,000,000 × 4.3 % × 182 ÷ 365 = 21,441.0959.
    let effective = answer["other"]["effective_rate"].as_f64().unwrap();
    assert!((effective - 0.042_075).abs() < 0.000_000_5, "{effective}");
    assert_eq!(answer["own"]["effective_rate"], 0.04);
    assert_eq!(answer["other"]["interest_fen"], 2_144_110);
    assert_eq!(answer["difference_fen"], -149_589);
    assert_eq!(answer["break_even_idle_days"], 13.65);
    let may = answer["may_say"].to_string();
    assert!(may.contains("仍是他行月月存高0.2075个百分点") && !may.contains("本行安心存高"), "{may}");
    let shown = outside(&bench, &["compare", &file]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("4.2075%") && shown.contains("不在工作区里"), "{shown}");
    let english = outside(&bench, &["compare", &file, "--lang", "en", "--json"]);
    assert!(String::from_utf8_lossy(&english.stdout).contains("still leads by 0.2075"));
}

#[test]
fn the_documented_file_is_one() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let block = page.split("```toml\n").find(|b| b.starts_with("amount_yuan")).unwrap().split("```").next().unwrap();
    let bench = Bench::empty();
    let file = file(&bench, block);
    let ran = outside(&bench, &["compare", &file, "--json"]);
    let answer: Value = serde_json::from_slice(&ran.stdout).unwrap();
    // The points change nothing of it.
    assert_eq!(answer["break_even_idle_days"], 13.65);
    assert_eq!(answer["other"]["points_fen"], 900_000);
}

#[test]
fn in_a_workspace_there_is_a_page_for_compliance() {
    let bench = Bench::new();
    let file = file(&bench, PRODUCTS);
    bench.run(&["compare", &file, "--today", "2026-03-02"]).ok();
    let path = bench.root().join("out/2026-03-02/产品对比_本行安心存_他行月月存.docx");
    let mut package = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    package.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    for said in ["测试支行", "4.2075%", "13.65", "合规审核", "打平"] {
        assert!(text.contains(said), "{said}");
    }
}

#[test]
fn a_workspaces_own_calendar_and_bounds_count() {
    let bench = Bench::new();
    let later = PRODUCTS.replace("2026-03-02", "2027-03-01").replace("value_lag_days", "value_lag_workdays");
    let file = file(&bench, &later);
    let refused = bench.run(&["compare", &file, "--today", "2026-03-02"]);
    assert_eq!(refused.code(), 1);
    assert!(refused.err().contains("第13行") && refused.err().contains("2026"), "{}", refused.err());
    let notice = r#"{"year": 2027, "days": [{"name": "x", "date": "2027-03-02", "isOffDay": true}]}"#;
    fs::write(bench.root().join("calendars/2027.json"), notice).unwrap();
    // 2 March is off: the working day behind 1 March is the 3rd.
    let answer = bench.json(&["compare", &file, "--today", "2026-03-02"]);
    assert_eq!(answer["other"]["value_lag_days"], 2);
    fs::write(bench.root().join("rules/compare.toml"), "[bounds]\ndays_most = 90\n").unwrap();
    let refused = bench.run(&["compare", &file, "--today", "2026-03-02"]);
    assert!(refused.code() == 1 && refused.err().contains("own.days = 182"), "{}", refused.err());
}

#[test]
fn what_is_wrong_is_told_with_file_line_and_repair() {
    let bench = Bench::empty();
    for (from, to, told) in [
        ("rate = 0.043", "rate = 4.3", ["第11行", "other.rate = 4.3", "0.043"]),
        ("value_lag_days", "value_lagdays", ["第13行", "other.value_lagdays", "可能是 value_lag_days"]),
        ("1000000", "-1", ["第1行", "amount_yuan = -1", "0.01"]),
        ("0.04\ndays = 182", "0.04\ndays = 0", ["第7行", "own.days = 0", "1到10,950"]),
        (
            "lag_days = 1",
            "lag_days = 1\nvalue_lag_workdays = 1",
            ["第14行", "other.value_lag_days", "other.value_lag_workdays"],
        ),
    ] {
        let file = file(&bench, &PRODUCTS.replacen(from, to, 1));
        let ran = outside(&bench, &["compare", &file, "--json"]);
        assert_eq!(ran.status.code(), Some(1), "{to}");
        let error: Value = serde_json::from_slice(&ran.stderr).unwrap();
        let text = format!("{}{}", error["error"]["found"], error["error"]["repair"]);
        assert!(text.contains("对比.toml") && told.iter().all(|t| text.contains(t)), "{to}: {text}");
    }
    let ran = outside(&bench, &["compare", "没有.toml"]);
    assert_eq!(ran.status.code(), Some(4));
}
