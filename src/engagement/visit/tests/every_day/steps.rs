//! When a visit can be first, until when an offer is kept, and the steps of each visit (`timeline.toml`).

use super::*;
use crate::engagement::visit::timeline::{answer_by, earliest_visit, steps, too_late};
use crate::rules::Rules;
use crate::rules::visit::calendar::load;

#[test]
fn the_first_possible_visit_leaves_time_for_review_and_publicity() {
    let mut rules = Rules::load(None).unwrap().timeline;
    for (preapproved, days) in [(false, 14), (true, 9)] {
        rules.lead.materials_preapproved = preapproved;
        for today in all_days() {
            let first = earliest_visit(&rules, today);
            assert_eq!(first, days_after(today, days));
            assert_eq!(too_late(&rules, first, today), None);
            assert_eq!(too_late(&rules, days_after(first, -1), today).unwrap().rule, "lead_too_short");
            assert_eq!(too_late(&rules, days_after(today, 6), today).unwrap().rule, "publicity_too_short");
        }
    }
}

#[test]
fn an_offer_is_kept_to_the_last_working_day_of_five_or_to_the_first_after_a_holiday() {
    let (calendar, workdays, rules) = (Calendar::published(), load(None).unwrap(), Rules::load(None).unwrap().schedule);
    for today in all_days() {
        let five: Vec<NaiveDate> = (1..=5).map(|n| days_after(today, n)).collect();
        let expected = match five.iter().map(|day| calendar.works(*day)).collect::<Option<Vec<bool>>>() {
            Some(works) => match works.iter().rposition(|works| *works) {
                Some(n) => five[n],
                None => calendar.walk(five[4], 1).unwrap_or(five[4]),
            },
            None => five[4],
        };
        assert_eq!(answer_by(&rules, &workdays, today), expected, "{today}");
    }
    // 国庆: the 1st to the 7th of October 2026 are off, the 8th is a Thursday. 2026-09-29: the 30th is the last day worked.
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(answer_by(&rules, &workdays, day("2026-09-30")), day("2026-10-08"));
    assert_eq!(answer_by(&rules, &workdays, day("2026-09-29")), day("2026-09-30"));
}

/// Steps with their days from the visit on: calendar days, but for the first contact.
const STEPS: [(&str, i64); 16] = [
    ("approval", -21),
    ("booking", -18),
    ("confirm", -15),
    ("materials_review", -14),
    ("staff_request", -12),
    ("publicity", -8),
    ("invite_7", -7),
    ("invite_3", -3),
    ("equipment_check", -2),
    ("invite_1", -1),
    ("visit", 0),
    ("first_contact", 1),
    ("thanks", 2),
    ("key_person_call", 7),
    ("review", 14),
    ("effect", 30),
];

/// The day of a step by its words alone.
fn due(calendar: &Calendar, step: &str, offset: i64, visit: NaiveDate) -> NaiveDate {
    let plain = days_after(visit, offset);
    match (step, offset) {
        (_, 0) => visit,
        ("first_contact", _) => calendar.walk(plain, 1).unwrap_or(plain),
        // 遇休息日提前到工作日, after the visit never onto it or before it.
        _ => match calendar.walk(plain, -1) {
            Some(day) if offset > 0 && day <= visit => calendar.walk(plain, 1).unwrap_or(plain),
            Some(day) => day,
            None => plain,
        },
    }
}

fn expected(calendar: &Calendar, visit: NaiveDate, today: NaiveDate) -> Vec<(&'static str, NaiveDate)> {
    let put_off = |day: NaiveDate| if today <= visit { day.max(today) } else { day };
    let mut all: Vec<(&str, NaiveDate)> =
        STEPS.iter().map(|(step, offset)| (*step, put_off(due(calendar, step, *offset, visit)))).collect();
    // 任何两轮不在同一天: the later one stays, the earlier goes to the working day before it, or not at all.
    let mut next = all.iter().find(|(step, _)| *step == "invite_1").unwrap().1;
    for round in ["invite_3", "invite_7"] {
        let at = all.iter().position(|(step, _)| *step == round).unwrap();
        if all[at].1 >= next {
            let before = days_after(next, -1);
            all[at].1 = calendar.walk(before, -1).unwrap_or(before);
        }
        if today <= visit && all[at].1 < today {
            all.remove(at);
        } else {
            next = all[at].1;
        }
    }
    all
}

#[test]
fn every_step_of_every_visit_falls_on_its_day() {
    let (calendar, workdays, rules) = (Calendar::published(), load(None).unwrap(), Rules::load(None).unwrap().timeline);
    let (channels, owners) = (vec!["poster".to_string()], BTreeMap::new());
    for visit in all_days().filter(|day| calendar.works(*day) == Some(true)) {
        for today in [-60, -14, -9, -2, 0, 3].map(|n| days_after(visit, n)) {
            let dated = steps(&rules, visit, today, &workdays, &channels, &owners, None);
            let found: Vec<(&str, NaiveDate)> = dated.steps.iter().map(|s| (s.step.as_str(), s.due)).collect();
            let expected = expected(&calendar, visit, today);
            assert_eq!(found, expected, "{visit} {today}");
            assert_eq!(dated.dropped.len(), STEPS.len() - expected.len(), "{visit} {today}");
        }
    }
}
