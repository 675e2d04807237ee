//! Invented branches as plain text: everything is taken by an import, and the figures are those of the truth.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::Bench;

const DAYS: [&str; 2] = ["2026-03-02", "2026-03-18"];

fn simulate(bench: &Bench, folder: &str, employers: &str, employees: &str) -> Value {
    let out = bench.path(folder);
    let out = out.to_str().unwrap();
    let size = ["--employers", employers, "--employees", employees, "--months", "2"];
    bench.run(&[&["simulate", "--format", "csv", "--out", out], &size[..]].concat()).ok();
    serde_json::from_slice(&fs::read(bench.path(folder).join("truth.json")).unwrap()).unwrap()
}

/// Lines below the header, by file name.
fn rows(folder: &Path) -> BTreeMap<String, usize> {
    let count = |path: &Path| fs::read_to_string(path).unwrap().lines().count() - 1;
    let files = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    files.map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), count(&p))).collect()
}

#[test]
fn an_import_takes_every_row_and_comes_to_the_truth() {
    let bench = Bench::empty();
    bench.run(&["init", bench.root().to_str().unwrap(), "--branch", "临江支行"]).ok();
    let truth = simulate(&bench, "模拟", "40", "2000");
    for day in DAYS {
        let folder = bench.path("模拟").join(day);
        let report = bench.json(&["import", "--today", day, folder.to_str().unwrap()]);
        let taken = report["files"].as_array().unwrap().iter().map(|f| {
            assert_eq!(f["outcome"], "imported", "{f:#}");
            (f["file"].as_str().unwrap().to_string(), f["rows_taken"].as_u64().unwrap() as usize)
        });
        assert_eq!(taken.collect::<BTreeMap<_, _>>(), rows(&folder));
        let problems = report["problems"].as_array().unwrap();
        let wrong: Vec<&Value> = problems.iter().filter(|p| p["severity"] == "error").collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        // Amounts say their unit.
        assert!(problems.iter().all(|p| p["code"] != "unit_assumed"), "{problems:#?}");
    }
    let track = bench.json(&["track", "--today", DAYS[1]]);
    let totals = &truth["totals"];
    assert_eq!(track["totals"]["employees"], totals["holdings"]["2026-03-16"]["records"]);
    assert_eq!(track["totals"]["aum_before_fen"], totals["holdings"]["2026-02-28"]["aum_fen"]);
    assert_eq!(track["totals"]["aum_after_fen"], totals["holdings"]["2026-03-16"]["aum_fen"]);
    let employers = truth["employers"].as_array().unwrap();
    let found = track["employers"].as_array().unwrap();
    assert_eq!(found.len(), employers.len());
    for employer in employers {
        let found = found.iter().find(|f| f["name"] == employer["name"]).unwrap();
        let kept = &employer["retention"]["2026-03-10"];
        assert_eq!(found["employees"], employer["holdings"]["2026-03-16"]["records"]);
        assert_eq!(found["aum_after_fen"], employer["holdings"]["2026-03-16"]["aum_fen"]);
        assert_eq!(found["payroll_fen"], kept["payroll_fen"], "{found:#}");
        assert_eq!(found["retained_fen"], kept["change_fen"], "{found:#}");
        assert_eq!(found["retention"], kept["share"], "{found:#}");
    }
    let flows: i64 =
        found.iter().flat_map(|f| f["outflows"].as_array().unwrap()).map(|o| o["amount_fen"].as_i64().unwrap()).sum();
    let left = totals["flows"].as_object().unwrap().values().map(|f| f["amount_fen"].as_i64().unwrap()).sum::<i64>();
    assert_eq!(flows, left);
}

#[test]
fn the_sample_stays_what_is_made_without_a_format() {
    let bench = Bench::empty();
    let made = |folder: &str, format: &[&str]| {
        let out = bench.path(folder);
        let size = ["--employers", "6", "--employees", "40", "--months", "3", "--out", out.to_str().unwrap()];
        bench.run(&[&["simulate"], format, &size[..]].concat()).ok();
        names_below(&out)
    };
    let plain = made("一", &[]);
    assert_eq!(plain, made("二", &["--format", "xlsx"]));
    assert!(plain.iter().filter(|name| name.ends_with(".xlsx")).count() > plain.len() / 2, "{plain:?}");
    let text = made("三", &["--format", "csv"]);
    assert!(text.iter().all(|name| name.ends_with(".csv") || name == "truth.json"), "{text:?}");
    assert_eq!(bench.run(&["simulate", "--format", "ods", "--out", "四"]).code(), 2);
}

fn names_below(root: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                names.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    names.sort();
    names
}

/// Private memory a run may have: enough for this, however many people it makes. All of them at once take several times as
/// much.
#[cfg(target_os = "linux")]
const KIB: u32 = 48 * 1024;

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_people() {
    let dir = tempfile::tempdir().unwrap();
    let ran = std::process::Command::new("sh")
        .args(["-c", &format!("ulimit -d {KIB}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_daifa")])
        .args(["simulate", "--format", "csv", "--employers", "100", "--employees", "48000", "--months", "2", "--out"])
        .arg(dir.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}
