//! 02_日历: what the calendars of a plan tell, read by a reader of their own that knows RFC 5545 and not the writer.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::common::Bench;
use crate::returns::visits::branch;

/// The properties of an event by name, without their parameters.
type Event = BTreeMap<String, String>;

fn folder(bench: &Bench, day: &str) -> PathBuf {
    bench.root().join("out").join(day).join("02_日历")
}

/// Events of a file, its lines unfolded.
fn read(bytes: &[u8]) -> Vec<Event> {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let unfolded = text.replace("\r\n ", "");
    let lines: Vec<&str> = unfolded.split_terminator("\r\n").collect();
    let [first, lines @ .., last] = lines.as_slice() else { panic!("{text}") };
    assert_eq!((*first, *last), ("BEGIN:VCALENDAR", "END:VCALENDAR"));
    let (mut events, mut open): (Vec<Event>, Option<Event>) = (Vec::new(), None);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        let name = name.split(';').next().unwrap();
        match (name, value) {
            ("BEGIN", "VEVENT") => assert!(open.replace(Event::new()).is_none(), "{text}"),
            ("END", "VEVENT") => events.push(open.take().unwrap()),
            _ => {
                if let Some(event) = &mut open {
                    assert!(event.insert(name.to_string(), value.to_string()).is_none(), "{name} twice: {text}");
                }
            }
        }
    }
    assert!(open.is_none());
    for event in &events {
        for name in ["UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "STATUS", "SUMMARY"] {
            assert!(event.contains_key(name), "no {name}: {event:?}");
        }
        assert!(event["DTSTART"] < event["DTEND"], "{event:?}");
    }
    events
}

/// All calendars of a day by their files' names.
fn calendars(bench: &Bench, day: &str) -> BTreeMap<String, Vec<Event>> {
    let paths = fs::read_dir(folder(bench, day)).unwrap().map(|e| e.unwrap().path());
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.map(|path| (name(&path), read(&fs::read(&path).unwrap()))).collect()
}

/// The event of a calendar whose UID is this one in some workspace.
fn event<'e>(events: &'e [Event], uid: &str) -> Option<&'e Event> {
    events.iter().find(|event| event["UID"].split_once('@').unwrap().0 == uid)
}

fn sequence(event: &Event) -> u32 {
    event["SEQUENCE"].parse().unwrap()
}

fn visit<'p>(plan: &'p Value, id: &str) -> &'p Value {
    plan["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == id).unwrap()
}

/// `2026-03-17` as the standard writes it.
fn basic(day: &Value) -> String {
    day.as_str().unwrap().replace('-', "")
}

#[test]
fn a_visit_is_offered_agreed_and_cancelled_under_one_name() {
    let bench = branch();
    let plan = bench.json(&["plan", "show", "--today", "2026-03-02"]);
    let offered = visit(&plan, "V0001");
    let first = calendars(&bench, "2026-03-02");
    let mut going: Vec<&Value> = offered["team"].as_array().unwrap().iter().map(|m| &m["staff_id"]).collect();
    going.sort_by_key(|id| id.to_string());
    going.dedup();
    let with: Vec<&String> =
        first.iter().filter(|(_, events)| event(events, "V0001").is_some()).map(|(name, _)| name).collect();
    assert_eq!(with.len(), going.len(), "{with:?}");
    let own = with[0].clone();
    let told = event(&first[&own], "V0001").unwrap();
    assert_eq!((told["STATUS"].as_str(), told["DTSTAMP"].as_str()), ("TENTATIVE", "20260302T000000Z"));
    assert!(told["DTSTART"].starts_with(&basic(&offered["date"])) && told["DTSTART"].ends_with('Z'), "{told:?}");
    let other = event(&first[&own], "V0001-2").unwrap();
    assert!(other["DTSTART"].starts_with(&basic(&offered["alternatives"][0])), "{other:?}");
    // The outlet's has events of its own, and a colleague the steps he owns.
    assert_eq!(event(&first["团队_一网点.ics"], "V0001-team").unwrap()["DTSTART"], told["DTSTART"]);
    let steps = first.values().flatten().filter(|event| event["UID"].contains("-step-"));
    assert!(steps.clone().count() > 0 && steps.clone().all(|step| step["DTSTART"].len() == 8));

    // The same again on the same day.
    let bytes = fs::read(folder(&bench, "2026-03-02").join(&own)).unwrap();
    bench.run(&["plan", "--today", "2026-03-02"]).ok();
    assert_eq!(fs::read(folder(&bench, "2026-03-02").join(&own)).unwrap(), bytes);

    bench.run(&["plan", "confirm", "V0001", "--today", "2026-03-03"]).ok();
    bench.run(&["plan", "--today", "2026-03-03"]).ok();
    let second = calendars(&bench, "2026-03-03");
    let agreed = event(&second[&own], "V0001").unwrap();
    assert_eq!((agreed["STATUS"].as_str(), &agreed["UID"]), ("CONFIRMED", &told["UID"]));
    assert_eq!(agreed["DTSTART"], told["DTSTART"]);
    assert!(sequence(agreed) > sequence(told));
    let gone = event(&second[&own], "V0001-2").unwrap();
    assert_eq!((gone["STATUS"].as_str(), &gone["DTSTART"]), ("CANCELLED", &other["DTSTART"]));
    assert!(sequence(gone) > sequence(other));

    bench.run(&["plan", "cancel", "V0001", "--reason", "搬迁", "--today", "2026-03-04"]).ok();
    bench.run(&["plan", "--today", "2026-03-04"]).ok();
    let third = calendars(&bench, "2026-03-04");
    let declined = event(&third[&own], "V0001").unwrap();
    assert_eq!((declined["STATUS"].as_str(), &declined["UID"]), ("CANCELLED", &told["UID"]));
    assert!(sequence(declined) > sequence(agreed));
    assert!(third.values().flatten().filter(|e| e["UID"].starts_with("V0001")).all(|e| e["STATUS"] == "CANCELLED"));
}

#[test]
fn a_step_that_is_done_is_told_no_more_and_the_page_leads_to_the_calendars() {
    let bench = branch();
    let has = |day: &str| calendars(&bench, day).values().any(|events| event(events, "V0001-step-booking").is_some());
    assert!(has("2026-03-02"));
    bench.run(&["step", "done", "V0001", "booking", "--today", "2026-03-03"]).ok();
    bench.run(&["cycle", "--today", "2026-03-03"]).ok();
    assert!(!has("2026-03-03"));
    let page = fs::read_to_string(bench.root().join("out/2026-03-03/00_先看这里.html")).unwrap();
    assert!(page.contains("团队_一网点") && page.contains(".ics"), "{page}");
}
