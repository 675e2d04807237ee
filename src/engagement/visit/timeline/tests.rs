use proptest::prelude::*;

use super::*;
use crate::engagement::fixtures::date;
use crate::engagement::fixtures::workdays_2026;
use crate::engagement::visit::planned::StepDone;
use crate::engagement::visit::planned::Visit;
use crate::model::Param;
use crate::rules::Rules;

fn rules() -> TimelineRules {
    Rules::load(None).unwrap().timeline
}

fn table(visit: &str, today: &str) -> Vec<(String, String)> {
    let owners = BTreeMap::from([("rm".to_string(), StaffId(3))]);
    let channels = vec!["internal_mail".to_string()];
    steps(&rules(), date(visit), date(today), &workdays_2026(), &channels, &owners, None)
        .steps
        .into_iter()
        .map(|s| (s.step, s.due.to_string()))
        .collect()
}

fn due_of(table: &[(String, String)], step: &str) -> String {
    table.iter().find(|(s, _)| s == step).map(|(_, d)| d.clone()).unwrap()
}

#[test]
fn a_visit_on_tuesday_17_march_2026() {
    let expected = [
        ("approval", "2026-02-24"),
        ("booking", "2026-02-27"),
        ("confirm", "2026-03-02"),
        ("materials_review", "2026-03-03"),
        ("staff_request", "2026-03-05"),
        ("publicity", "2026-03-09"),
        ("invite_7", "2026-03-10"),
        // V−3 is a Saturday and V−2 a Sunday: both go back to Friday the 13th.
        ("invite_3", "2026-03-13"),
        ("equipment_check", "2026-03-13"),
        ("invite_1", "2026-03-16"),
        ("visit", "2026-03-17"),
        ("first_contact", "2026-03-18"),
        ("thanks", "2026-03-19"),
        ("key_person_call", "2026-03-24"),
        ("review", "2026-03-31"),
        ("effect", "2026-04-16"),
    ];
    let expected: Vec<_> = expected.map(|(s, d)| (s.to_string(), d.to_string())).into();
    assert_eq!(table("2026-03-17", "2026-02-02"), expected);
}

#[test]
fn an_offer_has_one_last_day_for_its_answer() {
    // A visit on 31 March planned on the 2nd: V−21 is the 10th, V−18 the 13th, V−15 the 16th, V−14 the 17th.
    let channels = vec!["poster".to_string()];
    let of = |visit: &str, last: &str| {
        let owners = BTreeMap::new();
        let mut dated =
            steps(&rules(), date(visit), date("2026-03-02"), &workdays_2026(), &channels, &owners, None).steps;
        wait_for_answer(&rules(), &mut dated, date(last));
        let due = |step: &str| dated.iter().find(|s| s.step == step).unwrap().due.to_string();
        ["approval", "booking", "confirm", "materials_review"].map(due)
    };
    assert_eq!(of("2026-03-31", "2026-03-06"), ["2026-03-06", "2026-03-06", "2026-03-06", "2026-03-17"]);
    // On the 17th approval, booking and answer are past by their days: the answer is waited for all the same.
    assert_eq!(of("2026-03-17", "2026-03-06"), ["2026-03-02", "2026-03-02", "2026-03-06", "2026-03-03"]);
}

#[test]
fn steps_already_past_fall_on_the_plan_day() {
    let table = table("2026-03-17", "2026-03-02");
    for step in ["approval", "booking", "confirm"] {
        assert_eq!(due_of(&table, step), "2026-03-02");
    }
    assert_eq!(due_of(&table, "materials_review"), "2026-03-03");
}

#[test]
fn make_up_days_are_working_days_and_holidays_are_not() {
    // Visit on Tuesday 2026-03-03: V−3 is Saturday 02-28, a make-up day; V−2 Sunday 03-01 goes back to it.
    let march = table("2026-03-03", "2026-01-05");
    assert_eq!(due_of(&march, "invite_3"), "2026-02-28");
    assert_eq!(due_of(&march, "equipment_check"), "2026-02-28");
    // V−14 is 02-17 and V−12 02-19, both inside the holiday, which begins after make-up Saturday 02-14.
    assert_eq!(due_of(&march, "materials_review"), "2026-02-14");
    assert_eq!(due_of(&march, "staff_request"), "2026-02-14");
    // Friday 2026-04-03 before the holiday 04-04 to 04-06: one working day later is the 7th,
    // and V+2, a Sunday, would fall back onto the visit itself, so it goes on to the 7th.
    let april = table("2026-04-03", "2026-02-02");
    assert_eq!(due_of(&april, "first_contact"), "2026-04-07");
    assert_eq!(due_of(&april, "thanks"), "2026-04-07");
}

#[test]
fn publicity_has_a_step_for_each_channel_with_its_owner() {
    let owners = BTreeMap::from([("rm".to_string(), StaffId(3))]);
    let rules = rules();
    let (visit, today, channels) = (date("2026-03-17"), date("2026-03-02"), &rules.publicity.channels);
    let all = steps(&rules, visit, today, &workdays_2026(), channels, &owners, None).steps;
    let publicity: Vec<&Step> = all.iter().filter(|s| s.step == "publicity").collect();
    assert_eq!(publicity.len(), 4);
    assert!(publicity.iter().all(|s| s.owner == Some(StaffId(3)) && s.channel.is_some()));
    assert_eq!(all.iter().find(|s| s.step == "approval").unwrap().owner, None);
}

#[test]
fn short_notice_is_refused_with_the_first_possible_day() {
    let mut rules = rules();
    assert_eq!(earliest_visit(&rules, date("2026-03-02")), date("2026-03-16"));
    assert_eq!(too_late(&rules, date("2026-03-16"), date("2026-03-02")), None);
    assert_eq!(too_late(&rules, date("2026-03-15"), date("2026-03-02")).unwrap().rule, "lead_too_short");
    assert_eq!(too_late(&rules, date("2026-03-08"), date("2026-03-02")).unwrap().rule, "publicity_too_short");
    rules.lead.materials_preapproved = true;
    assert_eq!(earliest_visit(&rules, date("2026-03-02")), date("2026-03-11"));
}

#[test]
fn the_day_a_hard_step_needs_is_the_first_possible_one() {
    let mut rules = rules();
    rules.steps.get_mut("materials_review").unwrap().offset = -20;
    assert_eq!(earliest_visit(&rules, date("2026-03-02")), date("2026-03-22"));
    let refused = too_late(&rules, date("2026-03-20"), date("2026-03-02")).unwrap();
    assert_eq!(refused.params.last().unwrap().1, Param::Date(date("2026-03-22")));
    // Approved before, only publicity counts: its step and the days set.
    rules.lead.materials_preapproved = true;
    rules.steps.get_mut("publicity").unwrap().offset = -11;
    assert_eq!(earliest_visit(&rules, date("2026-03-02")), date("2026-03-13"));
}

#[test]
fn rounds_of_invitation_are_moved_apart() {
    // Monday the 16th: V−1 and V−3 both go back to Friday the 13th; the earlier one gives way.
    let monday = table("2026-03-16", "2026-02-02");
    let rounds = ["invite_7", "invite_3", "invite_1"].map(|step| due_of(&monday, step));
    assert_eq!(rounds, ["2026-03-09", "2026-03-12", "2026-03-13"]);
    // The day after the Spring Festival: all three go back to the make-up Saturday before it.
    let spring = table("2026-02-24", "2026-01-05");
    let rounds = ["invite_7", "invite_3", "invite_1"].map(|step| due_of(&spring, step));
    assert_eq!(rounds, ["2026-02-12", "2026-02-13", "2026-02-14"]);
}

#[test]
fn a_round_without_a_day_is_dropped_for_the_later_one() {
    let owners = BTreeMap::new();
    let dated = |today: &str| steps(&rules(), date("2026-03-17"), date(today), &workdays_2026(), &[], &owners, None);
    let rounds = |dated: &Dated| -> Vec<(String, String)> {
        let steps = dated.steps.iter().filter(|s| s.step.starts_with("invite_"));
        steps.map(|s| (s.step.clone(), s.due.to_string())).collect()
    };
    let pair = |step: &str, due: &str| (step.to_string(), due.to_string());
    // On Friday the 13th both earlier rounds would be today's.
    let friday = dated("2026-03-13");
    assert_eq!(rounds(&friday), [pair("invite_3", "2026-03-13"), pair("invite_1", "2026-03-16")]);
    assert_eq!(friday.dropped.len(), 1);
    assert_eq!(friday.dropped[0].rule, "round_dropped");
    assert_eq!(friday.dropped[0].params[0].1, Param::Word { word: "step.invite_7".into() });
    let eve = dated("2026-03-16");
    assert_eq!((rounds(&eve), eve.dropped.len()), (vec![pair("invite_1", "2026-03-16")], 2));
}

#[test]
fn a_step_of_the_payday_follows_the_first_one_after_the_visit() {
    let mut rules = rules();
    let review = rules.steps.get_mut("review").unwrap();
    (review.anchor, review.offset) = (StepAnchor::Payday, -3);
    let due = |payday: Option<&str>| {
        let payday = payday.map(date);
        let dated =
            steps(&rules, date("2026-03-17"), date("2026-03-02"), &workdays_2026(), &[], &BTreeMap::new(), payday);
        dated.steps.into_iter().find(|s| s.step == "review").map(|s| s.due.to_string())
    };
    // Three days before Friday 10 April; before the 19th it would be on the day before the visit, so it follows it.
    assert_eq!(due(Some("2026-04-10")).as_deref(), Some("2026-04-07"));
    assert_eq!(due(Some("2026-03-19")).as_deref(), Some("2026-03-18"));
    assert_eq!(due(None), None);
}

#[test]
fn what_is_a_week_late_is_told_to_the_manager() {
    let step = |key: &str, due: &str, state: Option<&str>| Step {
        step: key.into(),
        due: date(due),
        channel: None,
        owner: None,
        done: state.map(|state| StepDone { state: state.into(), on: None, note: None }),
    };
    let steps = vec![
        step("approval", "2026-03-02", Some("yes")),
        step("booking", "2026-03-02", Some("part")),
        step("confirm", "2026-03-03", None),
        step("key_person_call", "2026-03-24", None),
    ];
    let visit = Visit { steps, ..crate::engagement::fixtures::visit(1, 1, "2026-03-17", &[]) };
    let rules = rules();
    let told = |today: &str| {
        let late = escalated(&rules, std::iter::once(&visit), date(today));
        late.into_iter()
            .map(|e| (e.days, e.steps.iter().map(|s| s.step.clone()).collect::<Vec<_>>()))
            .collect::<Vec<_>>()
    };
    assert_eq!(told("2026-03-09"), []);
    assert_eq!(told("2026-03-10"), [(8, vec!["booking".to_string()])]);
    assert_eq!(told("2026-03-11"), [(9, vec!["booking".to_string(), "confirm".to_string()])]);
    // The visit was on the 17th: nobody books it any more, but the call is still to be made.
    assert_eq!(told("2026-03-31"), []);
    assert_eq!(told("2026-04-01"), [(8, vec!["key_person_call".to_string()])]);
}

#[test]
fn what_prepares_a_visit_is_not_to_be_done_once_it_was_held() {
    let step = |key: &str, due: &str| Step {
        step: key.into(),
        due: date(due),
        channel: None,
        owner: Some(StaffId(7)),
        done: None,
    };
    let steps = vec![step("invite_1", "2026-03-16"), step("visit", "2026-03-17"), step("thanks", "2026-03-19")];
    let visit = Visit { steps, ..crate::engagement::fixtures::visit(1, 1, "2026-03-17", &[]) };
    let open = |visit: &Visit, today: &str| {
        let open = visit.steps.iter().filter(|s| is_to_do(visit, s, date(today)));
        open.map(|s| s.step.clone()).collect::<Vec<_>>()
    };
    assert_eq!(open(&visit, "2026-03-17"), ["invite_1", "visit", "thanks"]);
    // Its result was recorded on the day itself.
    let held = Visit { status: VisitStatus::AwaitingCall, ..visit.clone() };
    assert_eq!(open(&held, "2026-03-17"), ["thanks"]);
    // Nobody has recorded it, but its day has gone by.
    assert_eq!(open(&visit, "2026-03-18"), ["thanks"]);
}

#[test]
fn steps_that_are_late_are_told_one_by_one_with_who_has_them_in_hand() {
    let step = |key: &str, channel: Option<&str>, due: &str| Step {
        step: key.into(),
        due: date(due),
        channel: channel.map(str::to_string),
        owner: Some(StaffId(7)),
        done: None,
    };
    let of =
        |id: i64, steps: Vec<Step>| Visit { steps, ..crate::engagement::fixtures::visit(id, id, "2026-03-17", &[]) };
    let visits = [
        of(1, vec![step("booking", None, "2026-03-03"), step("publicity", Some("poster"), "2026-03-01")]),
        of(2, vec![step("approval", None, "2026-03-02"), step("no_such", None, "2026-03-02")]),
    ];
    let late = late_steps(&rules(), visits.iter(), date("2026-03-10"));
    let told: Vec<(i64, &str, Option<&str>, i64)> =
        late.iter().map(|l| (l.visit_id.0, l.step.as_str(), l.role.as_deref(), l.days)).collect();
    // The one of the 3rd is seven days late, and more than seven are told.
    let expected = [(1, "publicity", Some("rm"), 9), (2, "approval", Some("manager"), 8), (2, "no_such", None, 8)];
    assert_eq!(told, expected);
    assert_eq!(
        (late[0].channel.as_deref(), late[0].owner, late[0].due),
        (Some("poster"), Some(StaffId(7)), date("2026-03-01"))
    );
}

#[test]
fn who_has_a_step_in_hand_hears_of_it_the_day_after_and_the_manager_after_a_week() {
    let step = |key: &str, due: &str, owner: Option<i64>| Step {
        step: key.into(),
        due: date(due),
        channel: None,
        owner: owner.map(StaffId),
        done: None,
    };
    let steps = vec![
        step("booking", "2026-03-03", Some(7)),
        step("staff_request", "2026-03-04", None),
        step("approval", "2026-03-10", Some(9)),
    ];
    let visit = Visit { steps, ..crate::engagement::fixtures::visit(1, 1, "2026-03-17", &[]) };
    let rules = rules();
    let told = |who: i64, today: &str| {
        let overdue = overdue_steps(&rules, std::iter::once(&visit), date(today));
        let list = told_of(&rules, &overdue, StaffId(who), Some(StaffId(9)));
        list.into_iter().map(|l| (l.key(), l.days)).collect::<Vec<_>>()
    };
    let (booking, unowned) = ("booking".to_string(), "staff_request".to_string());
    assert_eq!((told(7, "2026-03-03"), told(7, "2026-03-04")), (vec![], vec![(booking.clone(), 1)]));
    // Seven days late is not yet more than seven.
    assert_eq!((told(7, "2026-03-10"), told(9, "2026-03-10")), (vec![(booking.clone(), 7)], vec![]));
    let all = vec![(booking.clone(), 9), (unowned, 8), ("approval".to_string(), 2)];
    assert_eq!((told(7, "2026-03-12"), told(9, "2026-03-12")), (vec![(booking, 9)], all));
    assert_eq!(told(8, "2026-03-12"), vec![]);
}

/// Rounds of a visit on the shipped calendars: on days of their own, from today on, none after the visit.
fn rounds_are_apart(rules: &TimelineRules, workdays: &Workdays, visit: NaiveDate, today: NaiveDate) {
    let dated = steps(rules, visit, today, workdays, &[], &BTreeMap::new(), None);
    let days: Vec<NaiveDate> = dated.steps.iter().filter(|s| s.step.starts_with("invite_")).map(|s| s.due).collect();
    assert!(days.is_sorted_by(|a, b| a < b), "{visit} from {today}: {days:?}");
    assert!(days.iter().all(|d| today <= *d && *d <= visit), "{visit} from {today}: {days:?}");
    assert_eq!(days.len() + dated.dropped.len(), 3, "{visit} from {today}");
    assert!(!days.is_empty(), "{visit} from {today}");
}

#[test]
fn no_two_rounds_share_a_day_on_any_day_of_the_shipped_calendars() {
    let (rules, workdays) = (rules(), crate::rules::visit::calendar::load(None).unwrap());
    for visit in date("2018-01-15").iter_days().take_while(|d| *d <= date("2026-12-31")) {
        for lead in [0, 1, 3, 7, 21] {
            rounds_are_apart(&rules, &workdays, visit, days_after(visit, -lead));
        }
    }
}

proptest! {
    #[test]
    fn no_two_rounds_share_a_day_whatever_the_lead(day in 0i64..3273, lead in 0i64..60) {
        let (rules, workdays) = (rules(), crate::rules::visit::calendar::load(None).unwrap());
        let visit = days_after(date("2018-01-15"), day);
        rounds_are_apart(&rules, &workdays, visit, days_after(visit, -lead));
    }

    #[test]
    fn every_step_before_the_visit_is_between_today_and_the_visit(lead in 14i64..60, start in 0i64..200) {
        let today = days_after(date("2026-01-05"), start);
        let visit = days_after(today, lead);
        let rules = rules();
        let channels = &rules.publicity.channels;
        let steps = steps(&rules, visit, today, &workdays_2026(), channels, &BTreeMap::new(), None).steps;
        let named: std::collections::BTreeSet<&str> = steps.iter().map(|s| s.step.as_str()).collect();
        prop_assert_eq!(named, rules.steps.keys().map(String::as_str).collect());
        for step in steps {
            let offset = rules.steps[&step.step].offset;
            prop_assert!(step.due >= today);
            prop_assert_eq!(step.due.cmp(&visit), offset.cmp(&0), "{}", step.step);
        }
    }
}
