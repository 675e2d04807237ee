//! One employer's place told, other rules tried, past ranks tested: on the demo.

use std::fs;

use serde_json::Value;

use crate::common::Bench;

const DAY: &str = "2026-03-02";

#[test]
fn an_employer_is_told_with_its_measures_and_peers() {
    let bench = Bench::demo();
    let ranked = bench.json(&["rank", "--today", DAY]);
    let first = &ranked[0];
    let id = first["employer_id"].as_str().unwrap();
    let story = bench.json(&["rank", id, "--today", DAY]);
    for key in ["employer_id", "name", "rank", "target", "score", "confidence", "reasons"] {
        assert_eq!(story[key], first[key], "{key}");
    }
    assert!(story["sentence"].as_str().unwrap().starts_with("人均AUM比同业低"), "{story}");
    let points = story["measures"].as_array().unwrap().iter().map(|m| m["points"].as_i64().unwrap());
    assert_eq!(points.sum::<i64>(), story["score"].as_i64().unwrap());
    let own = story["measures"].as_array().unwrap().iter().find(|m| m["key"] == "aum_per_head_fen").unwrap();
    assert_eq!((own["own"].as_f64(), own["peer"].as_f64()), (Some(947_242.0), Some(3_964_009.0)));
    let peers = story["peers"].as_array().unwrap();
    assert!(!peers.is_empty() && peers.iter().all(|p| p["employer_id"] != first["employer_id"]), "{story}");
    // The name serves as well, and the terminal has the same.
    let shown = bench.run(&["rank", first["name"].as_str().unwrap(), "--today", DAY]).ok().out();
    assert!(shown.contains("第1名") && shown.contains("目标单位") && shown.contains("对照的同业单位"), "{shown}");
}

#[test]
fn an_employer_that_is_left_out_is_told_why() {
    let bench = Bench::demo();
    let story = bench.json(&["rank", "建宏劳务", "--today", DAY]);
    assert_eq!((&story["rank"], &story["score"], &story["target"]), (&Value::Null, &Value::Null, &false.into()));
    assert_eq!(story["reasons"][0]["rule"], "left_out_dispatch");
    assert_ne!(bench.run(&["rank", "没有这家单位", "--today", DAY]).code(), 0);
    assert_eq!(bench.run(&["rank", "建宏劳务", "--backtest"]).code(), 2);
}

#[test]
fn other_rules_are_tried_and_nothing_is_written() {
    let bench = Bench::demo();
    let file = bench.path("试算.toml");
    let path = file.to_str().unwrap();
    fs::write(&file, "[contribution]\nlow = 0.01\n").unwrap();
    let before = bench.json(&["rank", "--today", DAY]);
    let told = bench.json(&["rank", "--what-if", path, "--today", DAY]);
    let changes = told["changes"].as_array().unwrap();
    let lost = changes.iter().filter(|c| c["target_before"] == true && c["target_after"] == false).count();
    let targets = before.as_array().unwrap().iter().filter(|r| r["target"] == true).count();
    assert!(targets > 0 && lost == targets, "{told}");
    assert!(changes.iter().all(|c| c["rank_before"].is_number() && c["rank_after"].is_number()), "{told}");
    assert_eq!(bench.json(&["rank", "--today", DAY]), before);
    // What changes nothing shows nothing; what is misspelt is told with its place.
    fs::write(&file, "").unwrap();
    assert_eq!(bench.json(&["rank", "--what-if", path, "--today", DAY])["changes"], serde_json::json!([]));
    fs::write(&file, "[contribution]\nlov = 0.5\n").unwrap();
    let wrong = bench.run(&["rank", "--what-if", path, "--today", DAY]);
    assert_eq!(wrong.code(), 5);
    assert!(wrong.err().contains("试算.toml") && wrong.err().contains("lov"), "{}", wrong.err());
}

#[test]
fn past_ranks_are_tested_and_the_day_stays_what_it_was() {
    let bench = Bench::demo();
    let before = bench.json(&["rank"]);
    let result = bench.json(&["rank", "--backtest"]);
    let verdict = result["verdict"].as_str().unwrap();
    assert!(["too_few", "found", "not_found"].contains(&verdict), "{result}");
    assert!(result["employers"].as_u64() <= result["pairs"].as_u64(), "{result}");
    if let Some(correlation) = result["correlation"].as_f64() {
        assert!((-1.0..=1.0).contains(&correlation), "{result}");
    }
    assert_eq!(bench.json(&["rank"]), before);
    // One list has nothing after it.
    let none = bench.json(&["rank", "--backtest", "--today", DAY]);
    assert!(none["pairs"].is_u64(), "{none}");
}
