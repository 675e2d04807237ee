//! Commands that read after an import: parts of an answer are parts of the whole one, and files made side by side are
//! those made one by one.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::Bench;

const TODAY: &str = "2026-03-18";

fn employees(answer: &Value) -> Vec<Value> {
    answer["employees"].as_array().unwrap().clone()
}

#[test]
fn the_changed_are_those_of_all_who_changed() {
    let bench = Bench::demo();
    let all = bench.json(&["track", "--today", TODAY]);
    let book = bench.root().join("out").join(TODAY).join("04_员工营销维护表.xlsx");
    std::fs::remove_file(&book).unwrap();
    let changed = bench.json(&["track", "--changed", "--today", TODAY]);
    assert!(!book.exists(), "an answer to a question writes no workbook");
    for key in ["from", "to", "employers", "totals"] {
        assert_eq!(changed[key], all[key], "{key}");
    }
    let is_changed = |e: &Value| {
        ["joined", "departed"].contains(&e["status"].as_str().unwrap())
            || ["gained", "lost"].iter().any(|key| !e[*key].as_array().unwrap().is_empty())
    };
    let expected: Vec<Value> = employees(&all).into_iter().filter(is_changed).collect();
    assert!(!expected.is_empty() && expected.len() < employees(&all).len());
    assert_eq!(employees(&changed), expected);
}

#[test]
fn an_employers_people_are_those_of_all_at_the_employer() {
    let bench = Bench::demo();
    let all = bench.json(&["track", "--today", TODAY]);
    for employer in all["employers"].as_array().unwrap() {
        let id = employer["employer_id"].as_str().unwrap();
        let one = bench.json(&["track", id, "--today", TODAY]);
        let own: Vec<Value> = employees(&all).into_iter().filter(|e| e["employer_id"] == id).collect();
        assert_eq!(employees(&one), own, "{id}");
        assert_eq!(one["employers"].as_array().unwrap(), std::slice::from_ref(employer), "{id}");
        assert_eq!((&one["from"], &one["to"]), (&employer["from"], &employer["to"]), "{id}");
    }
    let id = all["employers"][0]["employer_id"].as_str().unwrap();
    let said = bench.json(&["track", "--employer", id, "--today", TODAY]);
    assert_eq!(said, bench.json(&["track", id, "--today", TODAY]));
    assert_eq!(bench.run(&["track", id, "--employer", id]).code(), 2);
}

#[test]
fn a_revealed_answer_is_the_plain_one_with_numbers() {
    let bench = Bench::demo();
    let plain = bench.json(&["track", "--changed", "--today", TODAY]);
    let mut shown = bench.json(&["track", "--changed", "--reveal", "--purpose", "核对", "--today", TODAY]);
    let entries = bench.json(&["audit", "show", "--action", "reveal"]);
    assert_eq!(entries[0]["rows"].as_u64().unwrap() as usize, employees(&plain).len());
    for person in shown["employees"].as_array_mut().unwrap() {
        let person = person.as_object_mut().unwrap();
        assert_eq!(person.keys().next_back().unwrap(), "customer_number");
        assert!(person.shift_remove("customer_number").unwrap().is_string());
    }
    assert_eq!(shown, plain);
}

/// The worklists and outlets' workbooks of the day.
fn exported(bench: &Bench) -> BTreeMap<String, Vec<u8>> {
    let folder = bench.root().join("out").join(TODAY);
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let paths = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let ours = paths.filter(|p| ["04_员工营销维护表_", "05_", "06_"].iter().any(|own| name(p).starts_with(own)));
    ours.map(|p| (name(&p), std::fs::read(&p).unwrap())).collect()
}

#[test]
fn workbooks_made_side_by_side_are_those_made_one_by_one() {
    let bench = Bench::demo();
    let mut made = Vec::new();
    for threads in ["1", "5"] {
        for name in exported(&bench).keys() {
            std::fs::remove_file(bench.root().join("out").join(TODAY).join(name)).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_daifa"));
        command.env("DAIFA_KEY_FILE", bench.path("test.key")).env("RAYON_NUM_THREADS", threads);
        let done = command.args(["export", "--today", TODAY, "-w"]).arg(bench.root()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        made.push(exported(&bench));
    }
    assert!(made[0].len() > 5, "{:?}", made[0].keys());
    assert!(made[0] == made[1]);
    // The audit names each, in the order of the names printed.
    let entries = bench.json(&["audit", "show", "--action", "export"]);
    let last = &entries.as_array().unwrap()[entries.as_array().unwrap().len() - made[1].len()..];
    for entry in last {
        let name = entry["subject"].as_str().unwrap().rsplit('/').next().unwrap();
        assert!(made[1].contains_key(name), "{name}");
    }
}
