//! What employers and outlets are said to have, and what the plan makes of it: hours, a private corner, districts, terminals.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::common::Bench;
use crate::common::office::Office;
use crate::materials::{document, packed};
use crate::returns::out;
use crate::returns::visits::branch;

const TODAY: &str = "2026-03-02";

/// A branch of which this is known beside its list of employers; all that was offered may be changed.
fn told(employers: &str, settings: &str, schedule: &str) -> Bench {
    let bench = branch();
    if !employers.is_empty() {
        let list = bench.sheet("补充.xlsx", employers);
        bench.run(&["import", "--today", TODAY, &list]).ok();
    }
    let file = bench.root().join("daifa.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n{settings}\n")).unwrap();
    if !schedule.is_empty() {
        fs::write(bench.root().join("rules/schedule.toml"), schedule).unwrap();
    }
    bench.run(&["plan", "diff", "--apply", "--today", TODAY]).ok();
    bench
}

/// 甲厂 and 乙厂 with what these columns say of them beside the rest.
fn firms(columns: &str, first: &str, second: &str) -> String {
    let head = format!(
        "| 单位编号 | 单位名称 | 行业 | 代发人数 | 月均代发额(万元) | 发薪日 | 主办网点 | 客户经理 | {columns} |"
    );
    let row = |number: &str, name: &str, more: &str| {
        format!("| {number} | {name} | 制造业 | 60 | 30 | 10 | 一网点 | 林一 | {more} |")
    };
    format!("{head}\n|---|\n{}\n{}", row("DW01", "甲厂有限公司", first), row("DW02", "乙厂有限公司", second))
}

fn plan(bench: &Bench) -> Value {
    bench.json(&["plan", "--today", TODAY])
}

/// The visit of an employer, by the number it has in a plan.
fn visit<'p>(plan: &'p Value, employer: &str) -> &'p Value {
    let visits = plan["visits"].as_array().unwrap();
    visits.iter().find(|v| v["employer_id"] == employer).unwrap_or_else(|| panic!("{employer}: {plan:#}"))
}

fn days(visit: &Value) -> BTreeSet<String> {
    let others = visit["alternatives"].as_array().unwrap().iter();
    std::iter::once(&visit["date"]).chain(others).map(|d| d.as_str().unwrap().to_string()).collect()
}

fn team(visit: &Value) -> BTreeSet<String> {
    visit["team"].as_array().unwrap().iter().map(|m| m["staff_id"].to_string()).collect()
}

/// Who goes on one of the days offered.
fn team_on(visit: &Value, day: &str) -> BTreeSet<String> {
    let other = visit["alternatives"].as_array().unwrap().iter().position(|d| d == day);
    let team = other.map_or(&visit["team"], |n| &visit["alternative_teams"][n]);
    team.as_array().unwrap().iter().map(|m| m["staff_id"].to_string()).collect()
}

fn assumed(plan: &Value) -> Vec<&str> {
    plan["assumed"].as_array().unwrap().iter().map(|r| r["rule"].as_str().unwrap()).collect()
}

#[test]
fn employers_are_visited_when_their_people_are_free() {
    let bench = told(&firms("可进企时段", "12:00-13:00", "下午"), "", "");
    let plan = plan(&bench);
    let times = |employer: &str| (&visit(&plan, employer)["start"], &visit(&plan, employer)["end"]);
    assert_eq!(times("E00001"), (&json!("12:00"), &json!("13:00")));
    assert_eq!(times("E00002"), (&json!("14:00"), &json!("16:00")));
    // The lead is there an hour before.
    assert_eq!(visit(&plan, "E00001")["team"][0]["arrive"], "11:00");
    assert_eq!(assumed(&plan), ["corner_assumed", "terminals_assumed"]);
    // Of factories that have said nothing the meal time is taken, and that is told.
    let silent = told("", "", "");
    let silent = self::plan(&silent);
    assert_eq!(visit(&silent, "E00001")["start"], "11:30");
    assert_eq!(assumed(&silent), ["hours_assumed", "corner_assumed", "terminals_assumed"]);
    // Half an hour is of no use to anybody.
    let short = told(&firms("可进企时段", "12:00-12:30", "下午"), "", "");
    let short = self::plan(&short);
    let why = short["unplanned"][0]["reasons"].as_array().unwrap().iter().filter_map(|r| r["label"].as_str());
    assert!(why.clone().any(|l| l.contains("可进企时段12:00-12:30，不足60分钟")), "{short:#}");
    assert_eq!(short["unplanned"][0]["earliest"], Value::Null);
}

#[test]
fn without_a_place_to_talk_alone_nobody_is_visited_until_there_is_one() {
    let bench = told(&firms("私密区", "无", "有"), "", "");
    let plan = plan(&bench);
    assert_eq!(plan["visits"].as_array().unwrap().len(), 1);
    let rules: Vec<&Value> = plan["unplanned"][0]["reasons"].as_array().unwrap().iter().map(|r| &r["rule"]).collect();
    assert!(rules.contains(&&json!("no_private_corner")), "{plan:#}");
    let added = bench.run(&["plan", "add", "甲厂有限公司", "--date", "2026-03-17", "--today", TODAY]);
    assert!(added.code() == 1 && added.err().contains("私密区"), "{}", added.err());
    let list = bench.sheet("改好.xlsx", &firms("私密区", "有", "有"));
    bench.run(&["import", "--today", TODAY, &list]).ok();
    let again = self::plan(&bench);
    assert_eq!(
        (again["visits"].as_array().unwrap().len(), assumed(&again)),
        (2, vec!["hours_assumed", "terminals_assumed"])
    );
}

#[test]
fn no_day_takes_more_terminals_than_the_outlets_have() {
    // Each visit takes two: those of basic service bring them.
    let outlet = |terminals: i64| format!("[[outlets]]\nname = \"一网点\"\nterminals = {terminals}");
    let none = plan(&told("", &outlet(1), ""));
    assert_eq!(none["visits"], json!([]));
    let why = |plan: &Value| -> Vec<String> {
        let reasons =
            plan["unplanned"].as_array().unwrap().iter().flat_map(|u| u["reasons"].as_array().unwrap().clone());
        reasons.map(|r| r["rule"].as_str().unwrap().to_string()).collect()
    };
    assert!(why(&none).contains(&"terminals_short".to_string()), "{none:#}");
    assert!(!assumed(&none).contains(&"terminals_assumed"));
    // With two of them two visits go, never on one day.
    let apart = plan(&told("", &outlet(2), ""));
    let [a, b] = ["E00001", "E00002"].map(|e| days(visit(&apart, e)));
    assert!(a.is_disjoint(&b), "{a:?} {b:?}");
}

#[test]
fn a_team_goes_to_two_visits_of_a_day_where_the_rules_leave_time_for_the_way() {
    let schedule = "[capacity]\nvisits_per_person = 2\n";
    let list =
        |first: &str, second: &str| firms("可进企时段 | 区县", &format!("上午 | {first}"), &format!("下午 | {second}"));
    let near = plan(&told(&list("东岸区", "东岸区"), "", schedule));
    let [first, second] = ["E00001", "E00002"].map(|e| visit(&near, e));
    // The only best day of March: the fifth working day after the payday.
    assert!(days(first).contains("2026-03-17") && days(second).contains("2026-03-17"), "{near:#}");
    assert_eq!((&first["start"], &second["start"]), (&json!("10:00"), &json!("14:00")));
    assert_eq!(team_on(first, "2026-03-17"), team_on(second, "2026-03-17"));
    // To another district an hour is the way, and another they set up: from 12:00 to 14:00.
    let across = plan(&told(&list("东岸区", "西岸区"), "", schedule));
    let [first, second] = ["E00001", "E00002"].map(|e| team_on(visit(&across, e), "2026-03-17"));
    assert_eq!(first, second, "{across:#}");
    // Where the way is longer, and with one visit a day, the three who may leave the outlet go to one of them.
    let longer = "[capacity]\nvisits_per_person = 2\n[travel]\nbetween_minutes = 61\n";
    for bench in [told(&list("东岸区", "西岸区"), "", longer), told(&list("东岸区", "东岸区"), "", "")] {
        let far = plan(&bench);
        let [a, b] = ["E00001", "E00002"].map(|e| days(visit(&far, e)));
        assert!(a.is_disjoint(&b), "{far:#}");
    }
    // By hand the same holds: the afternoon is free for those who go in the morning.
    let bench = told(&list("东岸区", "东岸区"), "", schedule);
    for employer in ["V0001", "V0002"] {
        let agreed = bench.json(&["plan", "confirm", employer, "--date", "2026-03-17", "--today", TODAY]);
        assert_eq!(agreed["visits"][0]["status"], "confirmed", "{agreed:#}");
    }
}

#[test]
fn a_smaller_team_says_what_it_cannot_do_and_whom_it_asks_for() {
    let shown = |bench: &Bench| bench.run(&["plan", "--today", TODAY]).ok().out();
    assert!(!shown(&branch()).contains("人手缺口"));
    let bench = branch();
    // The season's topic calls for one who speaks of wealth: four people, of whom three may leave an outlet of ten.
    fs::write(bench.root().join("rules/topics.toml"), "[topics.tax_and_pension]\nsalon = \"wealth\"\n").unwrap();
    bench.run(&["plan", "diff", "--apply", "--today", TODAY]).ok();
    let plan = plan(&bench);
    for employer in ["E00001", "E00002"] {
        let visit = visit(&plan, employer);
        assert_eq!((&visit["lacking"], team(visit).len()), (&json!([["wealth", 1]]), 3));
        // So it is about something nobody is lacking for.
        assert_ne!(visit["topic"], "tax_and_pension");
    }
    let told = shown(&bench);
    let lacking = told.lines().skip_while(|line| !line.starts_with("人手缺口")).collect::<Vec<_>>().join("\n");
    assert!(lacking.contains("理财专家") && lacking.contains("一网点"), "{told}");
    let book = Office::open(&out(&bench, TODAY, "02_进企计划表"));
    let words: Vec<String> = book.pages.iter().flat_map(|p| &p.rows).flatten().map(ToString::to_string).collect();
    assert!(words.iter().any(|w| w.contains("缺理财专家1人")), "what it cannot do");
    assert!(
        words.iter().any(|w| w == "致一网点") && words.iter().any(|w| w.contains("当天外出已到上限")),
        "who is asked"
    );
}

#[test]
fn no_salon_is_announced_whose_specialist_does_not_come() {
    let bench = branch();
    assert_eq!(visit(&plan(&bench), "E00001")["topic"], "tax_and_pension");
    fs::write(bench.root().join("rules/topics.toml"), "[topics.tax_and_pension]\nsalon = \"wealth\"\n").unwrap();
    let set = |more: &[&str]| {
        let set = bench.json(&[&["plan", "set", "甲厂有限公司", "--today", TODAY][..], more].concat());
        set["visits"][0].clone()
    };
    // 林3 alone leads, and nobody speaks of wealth or loans.
    let alone = set(&["--team", "林3", "--dry-run"]);
    assert_eq!(alone["team"][0]["role"], "lead");
    let salons = ["tax_and_pension", "wealth_news", "family_education", "home_and_car"];
    assert!(!salons.contains(&alone["topic"].as_str().unwrap()), "{alone:#}");
    assert!(!alone["reasons"].to_string().contains("topic_season"), "{alone:#}");
    // Whoever wants that topic all the same has it, and is told who is missing.
    let wanted = set(&["--team", "林3", "--topic", "tax_and_pension"]);
    assert_eq!(wanted["topic"], "tax_and_pension");
    assert!(wanted["lacking"].as_array().unwrap().contains(&json!(["wealth", 1])), "{wanted:#}");
}

#[test]
fn the_end_of_an_agreement_counts_from_the_day_of_the_visit() {
    // A hundred days from today, and not more than ninety from any day of the second half of March.
    let bench = told(&firms("协议到期日", "2026-06-10", "2027-06-10"), "", "");
    for (name, over) in
        [("needs", "[agreement_end]\npoints = 90\n"), ("topics", "[topics.card_safety]\nneeds = [\"agreement_end\"]\n")]
    {
        fs::write(bench.root().join(format!("rules/{name}.toml")), over).unwrap();
    }
    bench.run(&["plan", "diff", "--apply", "--today", TODAY]).ok();
    let plan = plan(&bench);
    let first = visit(&plan, "E00001");
    assert!(first["date"].as_str().unwrap() > "2026-03-12", "{first:#}");
    assert_eq!(first["topic"], "card_safety");
    assert_ne!(visit(&plan, "E00002")["topic"], "card_safety");
    // Another team has the same topic, and the pack tells of the renewal.
    let set = bench.json(&["plan", "set", "甲厂有限公司", "--team", "林3", "--today", TODAY]);
    assert_eq!(set["visits"][0]["topic"], "card_safety");
    let (text, _) = document(&packed(&bench, "zh-CN"), "进企服务方案.docx");
    assert!(text.contains("2026-06-10到期，进企前由行长与单位谈续签"), "{text}");
}

#[test]
fn a_chosen_topic_keeps_its_salon_out_of_its_season() {
    let bench = branch();
    // For July and August, with a talk on wealth.
    let set = ["plan", "set", "甲厂有限公司", "--topic", "family_education", "--today", TODAY];
    assert_eq!(bench.json(&set)["visits"][0]["topic"], "family_education");
    let (text, _) = document(&packed(&bench, "zh-CN"), "进企服务方案.docx");
    assert!(text.contains("亲子财商与教育金规划（财富沙龙）"), "{text}");
}

#[test]
fn a_topic_lost_with_its_specialist_comes_back_with_the_next_team() {
    let bench = branch();
    fs::write(bench.root().join("rules/topics.toml"), "[topics.tax_and_pension]\nsalon = \"wealth\"\n").unwrap();
    let set = |more: &[&str]| {
        let set = bench.json(&[&["plan", "set", "甲厂有限公司", "--today", TODAY][..], more].concat());
        set["visits"][0].clone()
    };
    assert_ne!(set(&["--team", "林3"])["topic"], "tax_and_pension");
    // 林3 leads and two are for the service; 林8 could be too, but speaks of what is best in March.
    let whole = set(&["--team", "林3,林2,林5,林8"]);
    let roles: Vec<&str> = whole["team"].as_array().unwrap().iter().map(|m| m["role"].as_str().unwrap()).collect();
    assert_eq!((&whole["topic"], roles), (&json!("tax_and_pension"), vec!["lead", "basic", "basic", "wealth"]));
    assert!(whole["reasons"].to_string().contains("topic_season"), "{whole:#}");
    // A topic somebody has chosen stays whoever comes.
    set(&["--topic", "card_safety"]);
    assert_eq!(set(&["--team", "林3"])["topic"], "card_safety");
    assert_eq!(set(&["--team", "林3,林2,林5,林8"])["topic"], "card_safety");
}

#[test]
fn a_topic_that_is_for_others_by_the_rules_of_today_is_replaced_unless_somebody_chose_it() {
    for over in ["kinds = [\"school\"]", "months = [5]"] {
        let bench = branch();
        let set = |employer: &str, what: &[&str]| {
            let set = bench.json(&[&["plan", "set", employer, "--today", TODAY][..], what].concat());
            set["visits"][0]["topic"].as_str().unwrap().to_string()
        };
        // Found for the season of March, and the same chosen by somebody.
        assert_eq!(visit(&plan(&bench), "E00001")["topic"], "tax_and_pension");
        assert_eq!(set("乙厂有限公司", &["--topic", "tax_and_pension"]), "tax_and_pension");
        fs::write(bench.root().join("rules/topics.toml"), format!("[topics.tax_and_pension]\n{over}\n")).unwrap();
        assert_ne!(set("甲厂有限公司", &["--place", "食堂"]), "tax_and_pension", "{over}");
        assert_eq!(set("乙厂有限公司", &["--place", "食堂"]), "tax_and_pension", "{over}");
    }
}

#[test]
fn what_an_employer_says_later_is_told_of_its_visit() {
    let bench = branch();
    let agreed = bench.json(&["plan", "confirm", "甲厂有限公司", "--date", "2026-03-17", "--today", TODAY]);
    assert_eq!(agreed["visits"][0]["start"], "11:30");
    let list = bench.sheet("改动.xlsx", &firms("可进企时段 | 私密区", "15:00-17:00 | 有", "12:00-14:00 | 无"));
    bench.run(&["import", "--today", TODAY, &list]).ok();
    let told = plan(&bench);
    let first = |employer: &str| visit(&told, employer)["reasons"][0].clone();
    for (employer, said) in [("E00001", "可进企时段是15:00-17:00，本场11:30-13:30"), ("E00002", "单位没有私密区")]
    {
        let reason = first(employer);
        assert_eq!(reason["rule"], "against_employer", "{told:#}");
        assert!(reason["label"].as_str().unwrap().contains(said), "{reason:#}");
    }
    // Nothing that was agreed on or offered is changed for it, and it is told no more once it is settled.
    assert_eq!(visit(&told, "E00001")["start"], "11:30");
    bench.run(&["plan", "set", "甲厂有限公司", "--start", "15:00", "--end", "17:00", "--today", TODAY]).ok();
    assert_ne!(visit(&plan(&bench), "E00001")["reasons"][0]["rule"], "against_employer");
}

#[test]
fn another_number_of_visitors_keeps_the_hours_and_whom_the_topic_calls_for() {
    let bench = told(&firms("可进企时段", "12:00-13:00", "下午"), "", "");
    let added = bench.json(&["plan", "set", "甲厂有限公司", "--attendance", "25", "--today", TODAY]);
    let visit = &added["visits"][0];
    // Of 25 nine have something done, eight minutes each: two people in an hour.
    assert_eq!((&visit["start"], &visit["end"], &visit["attendance"]), (&json!("12:00"), &json!("13:00"), &json!(25)));
    let labels: Vec<&str> = visit["reasons"].as_array().unwrap().iter().filter_map(|r| r["label"].as_str()).collect();
    assert!(labels.iter().any(|l| l.contains("现场60分钟")), "{labels:?}");
    assert_eq!(visit["lacking"], Value::Null);
}

#[test]
fn what_comes_after_a_visit_is_not_done_before_it() {
    let bench = branch();
    let early = bench.run(&["step", "done", "V0001", "visit", "--today", "2026-03-04", "--json"]);
    assert!(early.code() == 1 && early.err().contains("step_too_early"), "{}", early.err());
    bench.run(&["step", "done", "V0001", "booking", "--today", "2026-03-04"]).ok();
}

#[test]
fn offers_nobody_answered_are_told_with_their_old_and_new_days() {
    let bench = branch();
    let offered = plan(&bench);
    assert_eq!(offered["changed"], json!([]));
    // The last day for an answer was the 6th.
    let late = bench.json(&["plan", "--today", "2026-03-10"]);
    let changed = late["changed"].as_array().unwrap();
    assert!(!changed.is_empty(), "{late:#}");
    for change in changed {
        let employer = change["employer_id"].as_str().unwrap();
        let days = |v: &Value| -> Vec<Value> {
            std::iter::once(v["date"].clone()).chain(v["alternatives"].as_array().unwrap().clone()).collect()
        };
        assert_eq!(change["from"], json!(days(visit(&offered, employer))));
        assert_eq!(change["to"], json!(days(visit(&late, employer))));
        assert_eq!(change["told"], true);
    }
}
