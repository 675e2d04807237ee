//! What a visit is about: by what the staff lack, by season, and for whom a topic is made.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;

use crate::engagement::visit::pack::needs::Needs;
use crate::model::{Points, Reason};
use crate::rules::visit::pack::topics::{TopicRule, TopicRules};

/// A topic with its points and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicChoice {
    pub topic: String,
    /// `wealth`, `loan`, `lecture` or `none`.
    pub salon: String,
    pub points: Points,
    pub reasons: Vec<Reason>,
}

/// Whether a topic is for every kind of employer or for this one, and for the whole year or for `month` (1–12).
fn is_for(topic: &TopicRule, kind: &str, month: u32) -> bool {
    (topic.kinds.is_empty() || topic.kinds.iter().any(|k| k == kind))
        && (topic.months.is_empty() || topic.months.contains(&month))
}

/// The topics for an employer of this kind and a visit on a day, best first; ties by key. The reasons' points add up to the
/// points.
pub fn rank(rules: &TopicRules, needs: &Needs, date: NaiveDate) -> Vec<TopicChoice> {
    let (needs, month) = (needs.on(date), date.month());
    let mut choices: Vec<TopicChoice> = Vec::new();
    for (key, topic) in rules.topics.iter().filter(|(_, topic)| is_for(topic, &needs.kind, month)) {
        let speak = needs.list.iter().filter(|need| topic.needs.contains(&need.key));
        let mut reasons: Vec<Reason> = speak.take(rules.scoring.most_needs).map(|need| need.reason.clone()).collect();
        if topic.kinds.contains(&needs.kind) {
            let reason = Reason::new("topic_kind").word("kind", format!("turnout.{}", needs.kind));
            reasons.push(reason.points(Points(rules.scoring.kind * 1000)));
        }
        if topic.months.contains(&month) {
            let reason = Reason::new("topic_season").count("month", i64::from(month));
            reasons.push(reason.points(Points(rules.scoring.season * 1000)));
        }
        let points = reasons.iter().map(|r| r.points).sum();
        choices.push(TopicChoice { topic: key.clone(), salon: topic.salon.clone(), points, reasons });
    }
    choices.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.topic.cmp(&b.topic)));
    choices
}

/// Whether a topic of the rules is for an employer of this kind and a visit on a day.
pub fn fits(rules: &TopicRules, topic: &str, kind: &str, date: NaiveDate) -> bool {
    rules.topics.get(topic).is_some_and(|topic| is_for(topic, kind, date.month()))
}

/// The best topic; `None` only when the rules name none.
pub fn choose(rules: &TopicRules, needs: &Needs, date: NaiveDate) -> Option<TopicChoice> {
    rank(rules, needs, date).into_iter().next()
}

/// The best topic for which whom it calls for `comes`, by role; `None` only when there is none.
pub fn choose_with(
    rules: &TopicRules,
    specialists: &BTreeMap<String, String>,
    needs: &Needs,
    date: NaiveDate,
    comes: &dyn Fn(&str) -> bool,
) -> Option<TopicChoice> {
    let held = |topic: &TopicChoice| specialists.get(&topic.salon).is_none_or(|role| comes(role));
    rank(rules, needs, date).into_iter().find(held)
}

/// The role a topic calls for; `None`: anybody speaks of it.
pub fn specialist<'r>(
    rules: &TopicRules,
    specialists: &'r BTreeMap<String, String>,
    topic: &str,
) -> Option<&'r String> {
    rules.topics.get(topic).and_then(|topic| specialists.get(&topic.salon))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;
    use crate::engagement::visit::pack::needs::{AgreementEnd, Need};
    use crate::rules::Rules;

    fn needs(kind: &str, list: &[(&str, i64)]) -> Needs {
        let need = |(key, points): &(&str, i64)| {
            let reason = Reason::new("need_product").points(Points(*points));
            Need { key: key.to_string(), own: None, peer: None, points: Points(*points), reason }
        };
        Needs { kind: kind.into(), list: list.iter().map(need).collect(), agreement: None }
    }

    /// A day of a month.
    fn in_month(month: u32) -> NaiveDate {
        date(&format!("2026-{month:02}-17"))
    }

    fn best(needs: &Needs, month: u32) -> (String, Points) {
        let choice = choose(&Rules::load(None).unwrap().topics, needs, in_month(month)).unwrap();
        (choice.topic, choice.points)
    }

    #[test]
    fn a_wide_gap_goes_before_the_season() {
        // 39.6 of the pension gap and 20 of the season are 59.6.
        let pension = needs("office", &[("product.pension", 39_600)]);
        assert_eq!(best(&pension, 3), ("tax_and_pension".into(), Points(59_600)));
        // In March too: money that leaves at once is 38 + 15 = 53, the pension gap 6 + 20 = 26.
        let leaves = [("retention", 38_000), ("outflow.other_bank_self", 15_000), ("product.pension", 6_000)];
        assert_eq!(best(&needs("office", &leaves), 3), ("payday_plan".into(), Points(53_000)));
        // A site pays the same way, and its topic has 10 more for being made for sites.
        assert_eq!(best(&needs("builder", &leaves), 3), ("site_wages".into(), Points(63_000)));
    }

    #[test]
    fn three_needs_count_for_a_topic() {
        let four = [
            ("product.mobile_bank", 9_000),
            ("coverage", 8_000),
            ("outflow.cash", 7_000),
            ("product.quick_pay", 6_000),
        ];
        // 9 + 8 + 7, and 10 for a factory.
        assert_eq!(best(&needs("factory", &four), 5), ("shift_cards".into(), Points(34_000)));
    }

    #[test]
    fn nothing_known_leaves_the_season() {
        assert_eq!(best(&needs("", &[]), 9), ("festival_cards".into(), Points(20_000)));
    }

    #[test]
    fn a_topic_of_a_season_is_for_its_months_alone() {
        let rules = Rules::load(None).unwrap().topics;
        let lacking = |need: &str| needs("office", &[(need, 30_000)]);
        // In their season 30 and 20; out of it, the same need has a topic of the whole year.
        for (need, month, of_season, of_the_year) in [
            ("product.term_deposit", 1, "bonus_and_fraud", "deposit_ladder"),
            ("product.pension", 12, "pension_tax", "pension_start"),
            ("product.insurance", 7, "family_education", "family_plan"),
        ] {
            assert_eq!(best(&lacking(need), month), (of_season.into(), Points(50_000)));
            let away = rank(&rules, &lacking(need), in_month(9));
            let of = |key: &str| away.iter().find(|c| c.topic == key).map(|c| c.points);
            assert_eq!((of(of_season), of(of_the_year)), (None, Some(Points(30_000))), "{need}");
        }
    }

    #[test]
    fn what_a_topic_of_a_season_is_about_is_spoken_of_all_the_year() {
        let rules = Rules::load(None).unwrap().topics;
        let always = |need: &String| {
            rules.topics.values().any(|t| t.months.is_empty() && t.kinds.is_empty() && t.needs.contains(need))
        };
        for (key, topic) in rules.topics.iter().filter(|(_, topic)| !topic.months.is_empty()) {
            assert!(topic.needs.iter().all(always), "{key}");
        }
    }

    #[test]
    fn the_end_of_the_agreement_speaks_for_a_topic_from_the_day_of_the_visit() {
        let mut rules = Rules::load(None).unwrap().topics;
        rules.topics.get_mut("card_safety").unwrap().needs = vec!["agreement_end".into()];
        let reason = Reason::new("need_agreement_end").points(Points(10_000));
        let need = Need { key: "agreement_end".into(), own: None, peer: None, points: Points(10_000), reason };
        let agreement = Some(AgreementEnd { date: date("2026-06-15"), days: 90, need });
        let needs = Needs { agreement, ..needs("office", &[]) };
        let points = |on: &str| {
            let ranked = rank(&rules, &needs, date(on));
            ranked.iter().find(|c| c.topic == "card_safety").unwrap().points
        };
        // 17 March is ninety days before 15 June, 16 March ninety-one.
        assert_eq!([points("2026-03-16"), points("2026-03-17")], [Points(0), Points(10_000)]);
    }
}
