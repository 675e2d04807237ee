//! The steps before and after a visit, counted back from its day (PRACTICE: order of work).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::engagement::visit::planned::Step;
use crate::model::days::period::days_after;
use crate::model::days::workdays::Workdays;
use crate::model::{Reason, StaffId};
use crate::rules::visit::timeline::{StepRule, TimelineRules};

/// Steps of a visit on `visit` planned on `today`, in order. `channels` are the publicity channels the employer
/// allows; `owners` maps owner keys (`manager`, `rm`, `lead`, `office`) to people.
///
/// Calendar days fall back to a working day, after the visit never onto or before it. Steps whose day is past fall
/// on `today`, unless the visit itself is past. In a year without a published calendar the nominal day stands.
pub fn steps(
    rules: &TimelineRules,
    visit: NaiveDate,
    today: NaiveDate,
    workdays: &Workdays,
    channels: &[String],
    owners: &BTreeMap<String, StaffId>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for (key, rule) in rules.ordered() {
        let nominal = due(rule, visit, workdays);
        let due = if today <= visit { nominal.max(today) } else { nominal };
        let step = |channel: Option<String>| Step {
            step: key.to_string(),
            due,
            channel,
            owner: owners.get(&rule.owner).copied(),
            done: None,
        };
        if rule.per_channel {
            steps.extend(channels.iter().map(|c| step(Some(c.clone()))));
        } else {
            steps.push(step(None));
        }
    }
    steps
}

fn due(rule: &StepRule, visit: NaiveDate, workdays: &Workdays) -> NaiveDate {
    let calendar = days_after(visit, rule.offset);
    if rule.offset == 0 {
        return visit;
    }
    if rule.workdays {
        return workdays.add(visit, rule.offset).unwrap_or(calendar);
    }
    match workdays.on_or_before(calendar) {
        Some(day) if rule.offset > 0 && day <= visit => workdays.on_or_after(calendar).unwrap_or(calendar),
        Some(day) => day,
        None => calendar,
    }
}

/// The first day that leaves time for review of materials and for publicity.
pub fn earliest_visit(rules: &TimelineRules, today: NaiveDate) -> NaiveDate {
    days_after(today, rules.least_lead())
}

/// Why `visit` cannot be prepared from `today` on; `None` when it can.
pub fn too_late(rules: &TimelineRules, visit: NaiveDate, today: NaiveDate) -> Option<Reason> {
    let days = (visit - today).num_days();
    let earliest = earliest_visit(rules, today);
    if days < rules.lead.publicity_days {
        let reason = Reason::new("publicity_too_short").count("days", days);
        return Some(reason.count("least", rules.lead.publicity_days).date("earliest", earliest));
    }
    (visit < earliest).then(|| {
        Reason::new("lead_too_short").count("days", days).count("least", rules.least_lead()).date("earliest", earliest)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engagement::fixtures::date;
    use crate::engagement::fixtures::workdays_2026;
    use crate::rules::Rules;

    fn rules() -> TimelineRules {
        Rules::load(None).unwrap().timeline
    }

    fn table(visit: &str, today: &str) -> Vec<(String, String)> {
        let owners = BTreeMap::from([("rm".to_string(), StaffId(3))]);
        let channels = vec!["internal_mail".to_string()];
        steps(&rules(), date(visit), date(today), &workdays_2026(), &channels, &owners)
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
        let all =
            steps(&rules, date("2026-03-17"), date("2026-03-02"), &workdays_2026(), &rules.publicity.channels, &owners);
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

    proptest! {
        #[test]
        fn every_step_before_the_visit_is_between_today_and_the_visit(lead in 14i64..60, start in 0i64..200) {
            let today = days_after(date("2026-01-05"), start);
            let visit = days_after(today, lead);
            let rules = rules();
            let steps = steps(&rules, visit, today, &workdays_2026(), &rules.publicity.channels, &BTreeMap::new());
            let named: std::collections::BTreeSet<&str> = steps.iter().map(|s| s.step.as_str()).collect();
            prop_assert_eq!(named, rules.steps.keys().map(String::as_str).collect());
            for step in steps {
                let offset = rules.steps[&step.step].offset;
                prop_assert!(step.due >= today);
                prop_assert_eq!(step.due.cmp(&visit), offset.cmp(&0), "{}", step.step);
            }
        }
    }
}
