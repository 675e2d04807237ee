//! Every problem a sheet can have, reproduced by a case of its own (`tests/errors/<code>/case.md`).

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::common::cases::{Case, Told};

/// All cases with what running them said; run once, side by side.
pub fn told() -> &'static [(Case, Told)] {
    static TOLD: OnceLock<Vec<(Case, Told)>> = OnceLock::new();
    TOLD.get_or_init(|| {
        let cases = Case::all();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut mine = Vec::new();
            while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                mine.push((case.code.clone(), case.run()));
            }
            mine
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut done: BTreeMap<String, Told> = std::thread::scope(|scope| {
            let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
        });
        cases
            .into_iter()
            .map(|c| {
                let told = done.remove(&c.code).expect("every case was run");
                (c, told)
            })
            .collect()
    })
}

/// The problem a case is about, among those told.
pub fn found<'t>(case: &Case, told: &'t Told) -> Option<&'t Value> {
    let of_code = |p: &&Value| p["code"] == case.code.as_str();
    let at_cell = |p: &&Value| p["cell"].as_str() == case.cell.as_deref();
    told.problems.iter().filter(of_code).find(at_cell)
}

/// A text of a JSON object; empty when there is none.
pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn every_case_tells_its_code_its_place_and_what_to_do() {
    let mut wrong = Vec::new();
    for (case, told) in told() {
        let seen: Vec<String> =
            told.problems.iter().map(|p| format!("{} {} {}", text(p, "code"), p["severity"], p["cell"])).collect();
        match found(case, told) {
            None => wrong.push(format!("{}: not told at {:?}, but {seen:?}", case.code, case.cell)),
            Some(problem) if problem["severity"] != case.severity.as_str() => {
                wrong.push(format!("{}: is {}", case.code, problem["severity"]));
            }
            Some(problem) => {
                let last = &case.files.last().unwrap().name;
                if text(problem, "file") != last {
                    wrong.push(format!("{}: of {} instead of {last}", case.code, problem["file"]));
                }
            }
        }
        if told.outcome != case.outcome {
            wrong.push(format!("{}: the file was {:?}: {seen:?}", case.code, told.outcome));
        }
        for problem in &told.problems {
            for part in ["title", "found", "repair"] {
                let words = text(problem, part);
                if words.is_empty() || words.contains(['{', '}']) || words.starts_with("problem.") {
                    wrong.push(format!("{}: {part} of {} reads “{words}”", case.code, problem["code"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
