//! Plans are kept, confirmed, moved and cancelled; with nothing changed nothing is added.

use std::sync::OnceLock;

use serde_json::Value;

use crate::common::{Bench, Prepared};

/// A workspace with the first day's samples, which are read once for all tests of this file.
fn first_day() -> Bench {
    static FIRST_DAY: OnceLock<Prepared> = OnceLock::new();
    Bench::copy_of(&FIRST_DAY, || {
        let bench = Bench::new();
        let samples = format!("{}/samples/2026-03-02", env!("CARGO_MANIFEST_DIR"));
        bench.run(&["import", &samples, "--today", "2026-03-02"]).ok();
        bench
    })
}

/// The same with its plan, for tests that only look.
fn planned() -> (&'static Bench, &'static Value) {
    static PLANNED: OnceLock<(Bench, Value)> = OnceLock::new();
    let (bench, plan) = PLANNED.get_or_init(|| {
        let bench = first_day();
        let plan = bench.json(&["plan", "--today", "2026-03-02"]);
        (bench, plan)
    });
    (bench, plan)
}

#[test]
fn a_visit_has_two_dates_a_team_and_dated_steps() {
    let (_, plan) = planned();
    let first = plan["visits"].as_array().unwrap().iter().find(|v| v["employer_id"] == "E00001").unwrap();
    // Fourteen days of lead from 2 March lead to the 16th, in the days of tax filing: the 17th, five working days
    // after payday.
    assert_eq!(first["date"], "2026-03-17");
    assert_eq!(first["alternatives"].as_array().unwrap().len(), 1);
    assert_eq!(first["status"], "awaiting_booking");
    assert_eq!(first["attendance"], 78, "30 % of 260");
    let step = |key: &str| first["steps"].as_array().unwrap().iter().find(|s| s["step"] == key).unwrap()["due"].clone();
    assert_eq!(step("publicity"), "2026-03-09");
    assert_eq!(step("key_person_call"), "2026-03-24");
    let team = first["team"].as_array().unwrap();
    let mut people: Vec<&str> = team.iter().map(|m| m["staff_id"].as_str().unwrap()).collect();
    people.dedup();
    assert_eq!(people.len(), team.len());
    assert!(team.iter().any(|m| m["role"] == "lead"));
}

#[test]
fn who_is_not_planned_is_told_why_and_when_next() {
    let (_, plan) = planned();
    let of = |id: &str| plan["unplanned"].as_array().unwrap().iter().find(|u| u["employer_id"] == id).unwrap().clone();
    assert_eq!(of("E00004")["reasons"][0]["rule"], "left_out_dispatch");
    // Visited on 20 January: ninety days later.
    assert_eq!(of("E00006")["earliest"], "2026-04-20");
}

#[test]
fn a_second_plan_with_nothing_changed_is_the_same() {
    let (bench, plan) = planned();
    let again = bench.json(&["plan", "--today", "2026-03-02"]);
    assert_eq!((&again["visits"], &again["unplanned"]), (&plan["visits"], &plan["unplanned"]));
    // What the new visits gain: there are none now.
    assert!(plan["gain_fen"].as_i64() > Some(0) && again["gain_fen"] == 0, "{again:#}");
}

#[test]
fn the_employer_decides() {
    let bench = first_day();
    bench.run(&["plan", "--today", "2026-03-02"]).ok();
    let refused =
        bench.run(&["plan", "confirm", "云启信息", "--date", "2026-03-10", "--today", "2026-03-02", "--json"]);
    assert_eq!(refused.code(), 1);
    assert!(refused.err().contains("date_refused"), "{}", refused.err());
    // A day that is kept for others is not to be had for a mere proposal, but for one that is agreed on.
    let moved = bench.run(&["plan", "move", "云启信息", "--date", "2026-03-24", "--today", "2026-03-02", "--json"]);
    assert!(moved.code() == 1 && moved.err().contains("date_refused"), "{}", moved.err());
    let confirmed = bench.json(&["plan", "confirm", "云启信息", "--date", "2026-03-24", "--today", "2026-03-02"]);
    assert_eq!(confirmed["visits"][0]["date"], "2026-03-24");
    assert_eq!(confirmed["visits"][0]["status"], "confirmed");
    let plan = bench.json(&["plan", "--today", "2026-03-02"]);
    let of_employer = |v: &&Value| v["employer_id"] == "E00001";
    assert_eq!(plan["visits"].as_array().unwrap().iter().find(of_employer).unwrap()["date"], "2026-03-24");
    let visit = confirmed["visits"][0]["visit_id"].as_str().unwrap().to_string();
    bench.run(&["plan", "cancel", &visit, "--today", "2026-03-02"]).ok();
    let left = bench.json(&["plan", "show", "--today", "2026-03-02"]);
    assert!(!left["visits"].as_array().unwrap().iter().any(|v| of_employer(&v)));
    assert_eq!(bench.run(&["plan", "confirm", &visit, "--today", "2026-03-02"]).code(), 1);
    let again = bench.json(&["plan", "--today", "2026-03-02"]);
    assert!(!again["visits"].as_array().unwrap().iter().any(|v| of_employer(&v)), "who declined is not asked again");
}

#[test]
fn a_new_document_is_one_entry_and_one_template() {
    let (bench, _) = planned();
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let block = |language: &str, marker: &str| {
        let fence = format!("```{language}\n");
        let found = readme.split(&fence).skip(1).find(|b| b.contains(marker)).unwrap();
        found.split("```").next().unwrap().to_string()
    };
    std::fs::write(bench.root().join("rules/documents.toml"), block("toml", "[documents.thanks]")).unwrap();
    std::fs::create_dir_all(bench.root().join("templates/zh-CN")).unwrap();
    std::fs::write(bench.root().join("templates/zh-CN/thanks.md"), block("markdown", "unit.name")).unwrap();
    let files = bench.json(&["pack", "云启信息", "--today", "2026-03-02"]);
    let letter =
        files.as_array().unwrap().iter().filter_map(|f| f.as_str()).find(|f| f.ends_with("感谢信.docx")).unwrap();
    let mut package = zip::ZipArchive::new(std::fs::File::open(letter).unwrap()).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut package.by_name("word/document.xml").unwrap(), &mut text).unwrap();
    assert!(text.contains("致云启信息有限公司"));
    assert!(text.contains("2026年3月17日"));
    std::fs::remove_file(bench.root().join("rules/documents.toml")).unwrap();
}

/// What is told on a day: the plan as made and as kept, tasks, and the managers' figures.
fn told_on(bench: &Bench, today: &str) -> [Value; 4] {
    [&["plan"][..], &["plan", "show"], &["followup"], &["report"]]
        .map(|command| bench.json(&[command, &["--today", today]].concat()))
}

#[test]
fn a_run_for_a_day_ahead_changes_nothing_of_what_is_told_today() {
    let undisturbed = first_day();
    let wanted = ["2026-03-02", "2026-03-04"].map(|day| told_on(&undisturbed, day));
    assert!(!wanted[0][0]["visits"].as_array().unwrap().is_empty());
    assert!(!wanted[0][2]["tasks"].as_array().unwrap().is_empty());
    // The data are of 28 February and hold for 45 days; later a plan and tasks are refused, and what is kept is shown.
    for (ahead, codes) in
        [("2026-03-09", [0; 4]), ("2026-04-14", [0; 4]), ("2026-04-15", [1, 0, 1, 0]), ("2031-03-02", [1, 0, 1, 0])]
    {
        let bench = first_day();
        let ran = [&["plan"][..], &["plan", "show"], &["followup"], &["report"]]
            .map(|command| bench.run(&[command, &["--today", ahead]].concat()).code());
        assert_eq!(ran, codes, "{ahead}");
        let told = ["2026-03-02", "2026-03-04"].map(|day| told_on(&bench, day));
        for (told, wanted) in told.iter().flatten().zip(wanted.iter().flatten()) {
            assert_eq!(told, wanted, "after a run for {ahead}");
        }
    }
}
