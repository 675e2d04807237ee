//! The plan: every offered day can be held, what was offered stays, other solvers are checked. On the demo.

use std::fs;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::common::{Bench, Prepared};
use crate::returns::visits::branch;

const DAY: &str = "2026-03-18";

/// Visits of a plan that wait for an answer: number, day, other days.
fn offers(bench: &Bench, today: &str) -> Vec<(String, String, Vec<String>)> {
    let text = |v: &Value| v.as_str().unwrap().to_string();
    let shown = bench.json(&["plan", "show", "--today", today]);
    let waiting = shown["visits"].as_array().unwrap().iter().filter(|v| v["status"] == "awaiting_booking").cloned();
    waiting
        .map(|v| {
            let others = v["alternatives"].as_array().unwrap().iter().map(text).collect();
            (text(&v["visit_id"]), text(&v["date"]), others)
        })
        .collect()
}

#[test]
fn every_offered_day_can_be_agreed_on_in_whatever_order_the_answers_come() {
    let before = offers(&Bench::demo(), DAY);
    assert!(before.len() >= 3 && before.iter().all(|(_, _, others)| others.len() == 1), "{before:?}");
    for round in 0..before.len() * 2 {
        let bench = Bench::demo();
        let mut order = before.clone();
        order.rotate_left(round % before.len());
        if round >= before.len() {
            order.reverse();
        }
        for (place, (visit, first, others)) in order.iter().enumerate() {
            let day = if (place + round).is_multiple_of(2) { &others[0] } else { first };
            let agreed = bench.json(&["plan", "confirm", visit, "--date", day, "--today", DAY]);
            let agreed = &agreed["visits"][0];
            assert_eq!((&agreed["date"], &agreed["status"]), (&json!(day), &json!("confirmed")), "{round}: {visit}");
        }
        // Nobody is in two places.
        let shown = bench.json(&["plan", "show", "--today", DAY]);
        let mut seen = std::collections::BTreeSet::new();
        for visit in shown["visits"].as_array().unwrap().iter().filter(|v| v["status"] == "confirmed") {
            for member in visit["team"].as_array().unwrap() {
                assert!(seen.insert((visit["date"].to_string(), member["staff_id"].to_string())), "{shown:#}");
            }
        }
    }
}

#[test]
fn an_offered_day_can_be_agreed_on_until_the_last_day_for_an_answer() {
    let bench = branch();
    let (today, last) = ("2026-03-02", "2026-03-06");
    let [(visit, _, others), ..] = &offers(&bench, today)[..] else { panic!() };
    let shown = bench.json(&["plan", "show", "--today", today]);
    assert_eq!(shown["visits"][0]["answer_by"], last, "the fifth day, a Saturday, falls back");
    let kept = shown["visits"][0]["alternative_teams"][0].clone();
    // Steps of the answer are due before the days are let go.
    for step in shown["visits"][0]["steps"].as_array().unwrap() {
        let early = ["approval", "booking", "confirm"].contains(&step["step"].as_str().unwrap());
        assert!(!early || step["due"].as_str().unwrap() <= last, "{step}");
        assert!(step["step"] != "confirm" || step["due"] == last, "one day is told for the answer: {step}");
    }
    let agreed = bench.json(&["plan", "confirm", visit, "--date", &others[0], "--today", last]);
    let agreed = &agreed["visits"][0];
    // Fewer days are left than a new visit would need; whoever was kept free for it goes.
    assert_eq!((&agreed["date"], &agreed["team"]), (&json!(others[0]), &kept));
    assert_eq!(agreed["alternatives"], json!([]));
}

#[test]
fn a_visit_that_nothing_is_to_be_changed_of_is_not_pinned() {
    let bench = branch();
    let today = "2026-03-02";
    let visit = &offers(&bench, today)[0].0;
    let ran = bench.run(&["plan", "set", visit, "--today", today]);
    assert_eq!(ran.code(), 2);
    assert!(ran.err().contains("--team") && ran.err().contains("--attendance"), "{}", ran.err());
}

#[test]
fn what_was_given_to_others_meanwhile_is_not_taken_back() {
    let bench = branch();
    let today = "2026-03-02";
    let before = offers(&bench, today);
    let [(first, day, others), (second, other, _)] = before.as_slice() else { panic!("{before:?}") };
    bench.run(&["plan", "confirm", first, "--date", day, "--today", today]).ok();
    // The second day is free now, and somebody else agrees on it.
    bench.run(&["plan", "confirm", second, "--date", &others[0], "--today", today]).ok();
    let tried = bench.run(&["plan", "undo", first, "--dry-run", "--today", today]).ok().out().replace('\n', "");
    assert!(tried.contains(&format!("{first}原先另报的{}已经排给别家或已过期，不能一起恢复", others[0])), "{tried}");
    let undone = bench.json(&["plan", "undo", first, "--today", today]);
    assert_eq!((&undone["visits"][0]["date"], &undone["visits"][0]["alternatives"]), (&json!(day), &json!([])));
    assert_eq!(undone["days_lost"], json!([others[0]]));
    // A declined visit whose day was given away is reopened on another one.
    bench.run(&["plan", "cancel", second, "--reason", "停产", "--until", "2026-06-01", "--today", today]).ok();
    let waits = bench.json(&["plan", "--today", today]);
    let employer = waits["unplanned"].as_array().unwrap().iter().find(|u| u["earliest"] == "2026-06-01").unwrap();
    assert_eq!(employer["reasons"][0]["rule"], "declined_for");
    assert_eq!(bench.run(&["plan", "reopen", second, "--date", day, "--today", today]).code(), 1);
    bench.run(&["plan", "reopen", second, "--date", other, "--today", today]).ok();
    // A day that has passed is not agreed on any more.
    let late = bench.run(&["plan", "confirm", second, "--today", "2026-12-01", "--json"]);
    assert!(late.code() == 1 && late.err().contains("date_refused"), "{}", late.err());
}

#[test]
fn an_offer_stays_as_it_is_until_its_time_for_an_answer_is_over() {
    let bench = Bench::demo();
    let before = offers(&bench, DAY);
    let plan = |today: &str| bench.json(&["plan", "--today", today]);
    plan("2026-03-20");
    assert_eq!(offers(&bench, "2026-03-20"), before);
    // A day in the past knows nothing of it, and changes nothing either.
    plan("2026-03-17");
    assert_eq!(offers(&bench, "2026-03-20"), before);
    let by = bench.json(&["plan", "show", "--today", "2026-03-20"])["visits"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|v| v["answer_by"].as_str().map(str::to_string))
        .max()
        .unwrap();
    let after = (by.parse::<chrono::NaiveDate>().unwrap() + chrono::TimeDelta::days(1)).to_string();
    let anew = plan(&after);
    let told: Vec<&str> = anew["visits"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|v| v["reasons"].as_array().unwrap())
        .filter_map(|r| r["rule"].as_str())
        .collect();
    assert!(told.contains(&"not_answered_in_time"), "{anew:#}");
}

#[test]
fn a_plan_made_elsewhere_is_checked_and_told_what_it_breaks() {
    let bench = Bench::demo();
    // A new day, on which all offers have lapsed.
    let today = "2026-03-25";
    let (problem, solution) = (bench.path("problem.json"), bench.path("solution.json"));
    let (problem, solution) = (problem.to_str().unwrap(), solution.to_str().unwrap());
    bench.run(&["plan", "--problem", problem, "--today", today]).ok();
    let given: Value = serde_json::from_str(&fs::read_to_string(problem).unwrap()).unwrap();
    assert!(given["employers"].as_array().unwrap().len() > 1 && given["limits"]["dates"] == 2, "{given:#}");
    fs::write(solution, r#"{"visits": []}"#).unwrap();
    let nothing = bench.json(&["plan", "--solution", solution, "--today", today]);
    assert_eq!(
        (&nothing["feasible"], &nothing["levels"]["gain_fen"], &nothing["gap"]),
        (&json!(true), &json!(0), &json!(1.0))
    );
    // The plan that is made is worth what it says, and breaks nothing.
    let made = bench.json(&["plan", "--today", today]);
    let gain: i64 = given["employers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| made["visits"].as_array().unwrap().iter().any(|v| v["employer_id"] == e["id"]))
        .map(|e| e["gain_fen"].as_i64().unwrap())
        .sum();
    assert_eq!(made["gain_fen"], json!(gain));
    assert_eq!(made["gap"], json!(0.0));
    let employer = &given["employers"][0];
    let day = &employer["options"][0]["day"];
    let broken = json!({"visits": [{"employer": employer["id"], "days": [day], "team": []}]});
    fs::write(solution, broken.to_string()).unwrap();
    // All is planned by now, and nothing is left to plan.
    let told = bench.run(&["plan", "--solution", solution, "--today", today, "--json"]);
    assert_eq!((told.code(), &told.json()["feasible"]), (1, &json!(false)));
    fs::write(solution, "{").unwrap();
    assert_eq!(bench.run(&["plan", "--solution", solution, "--today", today]).code(), 4);
}

#[test]
fn a_fresh_plan_of_what_has_not_changed_changes_nothing() {
    let bench = Bench::demo();
    let before = offers(&bench, DAY);
    let told = bench.json(&["plan", "diff", "--today", DAY]);
    assert!(told["changes"].is_array(), "{told}");
    assert_eq!(offers(&bench, DAY), before);
    bench.run(&["plan", "diff", "--apply", "--today", DAY]).ok();
    assert_eq!(bench.json(&["plan", "diff", "--today", DAY])["changes"], json!([]));
}

#[test]
fn nobody_else_goes_to_a_visit_because_another_was_agreed_on() {
    static ANEW: OnceLock<Prepared> = OnceLock::new();
    let anew = || {
        Bench::copy_of(&ANEW, || {
            let bench = Bench::demo();
            bench.run(&["plan", "diff", "--apply", "--today", DAY]).ok();
            bench
        })
    };
    let before = offers(&anew(), DAY);
    assert!(before.len() >= 3, "{before:?}");
    for (visit, day, _) in &before {
        let bench = anew();
        bench.run(&["plan", "confirm", visit, "--date", day, "--today", DAY]).ok();
        // Days may move to the one it did not take.
        let told = bench.json(&["plan", "diff", "--today", DAY]);
        let changes = told["changes"].as_array().unwrap();
        assert!(changes.iter().all(|change| change["what"] != "team"), "{visit}: {told:#}");
    }
}

#[test]
fn an_offer_nobody_has_answered_yields_to_a_day_that_is_agreed_on() {
    // Ten people of one outlet, of whom three may be away: one visit a day.
    let today = "2026-03-02";
    for second in [true, false] {
        let bench = branch();
        let before = offers(&bench, today);
        let [(agreed, ..), (other, first, others)] = before.as_slice() else { panic!("{before:?}") };
        let day = if second { &others[0] } else { first };
        let confirm = ["plan", "confirm", agreed, "--date", day, "--today", today];
        let said = bench.run(&[&confirm[..], &["--dry-run"]].concat()).ok().out().replace('\n', "");
        let told = bench.json(&confirm);
        assert_eq!((&told["visits"][0]["date"], &told["visits"][0]["status"]), (&json!(day), &json!("confirmed")));
        let room = told["visits"][0]["reasons"].as_array().unwrap().iter().find(|r| r["rule"] == "made_room").unwrap();
        assert_eq!((&room["params"]["visits"], &room["params"]["date"]), (&json!(other), &json!(day)));
        // The other one has the day that is left, and says so.
        let left = if second { first } else { &others[0] };
        assert_eq!(offers(&bench, today), [(other.clone(), left.clone(), Vec::new())]);
        let shown = bench.json(&["plan", "show", "--today", today]);
        let yielded = shown["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == json!(other)).unwrap();
        assert_eq!(yielded["reasons"][0]["rule"], "day_yielded");
        // Each names the other one, and the day that is left.
        let name = |of: &Value| if of["employer_id"] == "E00001" { "甲厂有限公司" } else { "乙厂有限公司" };
        assert_eq!((&room["params"]["employer"], &room["params"]["left"]), (&json!(name(yielded)), &json!(left)));
        let gone = &yielded["reasons"][0]["params"];
        let to = name(&told["visits"][0]);
        assert_eq!(
            (&gone["date"], &gone["employer"], &gone["left"]),
            (&json!(day), &json!(to), &json!(left)),
            "{yielded:#}"
        );
        let notice = format!("{day}原为{}（{other}）保留，对方尚未答复，已让出；对方还有{left}，请告知", name(yielded));
        assert!(said.contains(&notice), "{said}");
        let steps = yielded["steps"].as_array().unwrap();
        assert_eq!(steps.iter().find(|s| s["step"] == "visit").unwrap()["due"], json!(left));
        // A day that was agreed on yields to nobody.
        let refused = bench.run(&["plan", "confirm", other, "--date", day, "--today", today, "--json"]);
        assert!(refused.code() == 1 && refused.err().contains("date_refused"), "{}", refused.err());
        // Undone, both have their days again; once more, the day is agreed on again and the other yields again.
        let undone = bench.json(&["plan", "undo", agreed, "--today", today]);
        assert_eq!((&undone["pinned"], &undone["given_back"][0]["visit_id"]), (&json!(false), &json!(other)));
        assert_eq!(undone["days_lost"], json!([]));
        assert_eq!(offers(&bench, today), before);
        bench.run(&["plan", "undo", agreed, "--today", today]).ok();
        assert_eq!(offers(&bench, today), [(other.clone(), left.clone(), Vec::new())]);
    }
}

#[test]
fn a_day_comes_back_to_the_offer_that_yielded_it_when_the_visit_is_cancelled_or_moved() {
    let today = "2026-03-02";
    // 22 April is a day on which no visit is.
    for change in [&["cancel"][..], &["move", "--date", "2026-04-22"], &["confirm", "--date", "2026-04-22"]] {
        let bench = branch();
        let before = offers(&bench, today);
        let [(agreed, ..), (other, first, others)] = before.as_slice() else { panic!("{before:?}") };
        bench.run(&["plan", "confirm", agreed, "--date", &others[0], "--today", today]).ok();
        let offer = |days: &[String]| (other.clone(), first.clone(), days.to_vec());
        assert_eq!(offers(&bench, today), [offer(&[])]);
        let command = [&["plan", change[0], agreed][..], &change[1..], &["--today", today]].concat();
        let said = bench.run(&[&command[..], &["--dry-run"]].concat()).ok().out().replace('\n', "");
        let told = bench.json(&command);
        assert_eq!(told["given_back"][0]["visit_id"], json!(other), "{change:?}");
        assert_eq!(told["given_back"][0]["alternatives"], json!(others));
        assert!(said.contains(&format!("{other}（")) && said.contains("拿回了让出的日期"), "{said}");
        assert!(offers(&bench, today).contains(&offer(others)), "{change:?}");
        // Taken back, the visit has the day again, and the offer yields as before.
        let undone = bench.json(&["plan", "undo", agreed, "--today", today]);
        let visit = &undone["visits"][0];
        assert_eq!((&visit["status"], &visit["date"]), (&json!("confirmed"), &json!(others[0])), "{change:?}");
        assert_eq!(offers(&bench, today), [offer(&[])], "{change:?}");
    }
}

#[test]
fn a_day_that_was_given_to_others_does_not_come_back_to_the_offer_that_yielded_it() {
    let bench = branch();
    let today = "2026-03-02";
    let before = offers(&bench, today);
    let [(agreed, own, _), (other, first, others)] = before.as_slice() else { panic!("{before:?}") };
    bench.run(&["plan", "confirm", agreed, "--date", &others[0], "--today", today]).ok();
    // What is agreed on since stays: the other employer takes the day it has left.
    bench.run(&["plan", "confirm", other, "--date", first, "--today", today]).ok();
    let undone = bench.json(&["plan", "undo", agreed, "--today", today]);
    assert_eq!((&undone["visits"][0]["date"], &undone["given_back"]), (&json!(own), &json!([])));
    let shown = bench.json(&["plan", "show", "--today", today]);
    let kept = shown["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == json!(other)).unwrap();
    assert_eq!(
        (&kept["status"], &kept["date"], &kept["alternatives"]),
        (&json!("confirmed"), &json!(first), &json!([]))
    );
}
