//! What a visit is about: by season and by what the staff lack.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::facts::EmployerProfile;
use crate::model::{Param, Points, Reason};
use crate::rules::products::ProductRules;
use crate::rules::visit::pack::topics::TopicRules;

/// A topic with its points and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicChoice {
    pub topic: String,
    /// `wealth`, `loan`, `lecture` or `none`.
    pub salon: String,
    pub points: Points,
    pub reasons: Vec<Reason>,
}

/// A product and who holds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Penetration {
    pub product: String,
    pub holders: i64,
    /// Holders per employee with a record, 0–1.
    pub share: f64,
}

/// All topics for a visit in `month` (1–12), best first; ties by key. The reasons' points add up to the points.
pub fn rank(rules: &TopicRules, profile: &EmployerProfile, month: u32) -> Vec<TopicChoice> {
    let mut choices: Vec<TopicChoice> = Vec::new();
    for (key, topic) in &rules.topics {
        let mut reasons = Vec::new();
        if topic.months.contains(&month) {
            let reason = Reason::new("topic_season").count("month", i64::from(month));
            reasons.push(reason.points(Points(rules.scoring.season * 1000)));
        }
        let lacking: Vec<Penetration> = topic.lacking.iter().filter_map(|p| penetration(profile, p)).collect();
        if !lacking.is_empty() {
            // One holder may have several of the products: the mean share, in whole thousandths of a point.
            let without: i64 = lacking.iter().map(|p| (profile.headcount - p.holders).max(0)).sum();
            let points = rules.scoring.lack * 1000 * without / (profile.headcount * lacking.len() as i64);
            let share = lacking.iter().map(|p| p.share).sum::<f64>() / lacking.len() as f64;
            let products = lacking.iter().map(|p| Param::Word { word: format!("product.{}", p.product) }).collect();
            let rule = if lacking.len() > 1 { "topic_lack_mean" } else { "topic_lack" };
            let reason = Reason::new(rule).with("products", Param::List(products)).share("share", share);
            reasons.push(reason.points(Points(points)));
        }
        let points = reasons.iter().map(|r| r.points).sum();
        choices.push(TopicChoice { topic: key.clone(), salon: topic.salon.clone(), points, reasons });
    }
    choices.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.topic.cmp(&b.topic)));
    choices
}

/// The best topic; `None` only when the rules name none.
pub fn choose(rules: &TopicRules, profile: &EmployerProfile, month: u32) -> Option<TopicChoice> {
    rank(rules, profile, month).into_iter().next()
}

/// The best topic for which whom it calls for `comes`, by role; `None` only when there is none.
pub fn choose_with(
    rules: &TopicRules,
    specialists: &BTreeMap<String, String>,
    profile: &EmployerProfile,
    month: u32,
    comes: &dyn Fn(&str) -> bool,
) -> Option<TopicChoice> {
    let held = |topic: &TopicChoice| specialists.get(&topic.salon).is_none_or(|role| comes(role));
    rank(rules, profile, month).into_iter().find(held)
}

/// The role a topic calls for; `None`: anybody speaks of it.
pub fn specialist<'r>(
    rules: &TopicRules,
    specialists: &'r BTreeMap<String, String>,
    topic: &str,
) -> Option<&'r String> {
    rules.topics.get(topic).and_then(|topic| specialists.get(&topic.salon))
}

/// The products to speak of: those few people hold, stickiest first. Products without data are left out.
pub fn focus(rules: &TopicRules, products: &ProductRules, profile: &EmployerProfile) -> Vec<Penetration> {
    let mut list: Vec<(i64, Penetration)> = products
        .products
        .iter()
        .filter_map(|(key, p)| Some((p.stickiness?, penetration(profile, key)?)))
        .filter(|(_, p)| p.holders * 100 < rules.focus.below_percent * profile.headcount)
        .collect();
    list.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.product.cmp(&b.1.product)));
    list.into_iter().map(|(_, p)| p).take(rules.focus.most).collect()
}

/// `None` when the data do not cover the product, or there is nobody.
pub fn penetration(profile: &EmployerProfile, product: &str) -> Option<Penetration> {
    let holders = *profile.holders.get(product)?;
    let share = (profile.headcount > 0).then(|| holders as f64 / profile.headcount as f64)?;
    Some(Penetration { product: product.to_string(), holders, share })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::profile;
    use crate::rules::Rules;

    #[test]
    fn the_season_and_the_gap_decide() {
        let rules = Rules::load(None).unwrap().topics;
        let best = choose(&rules, &profile(100), 3).unwrap();
        // Season 50, and 1 of 100 has a pension account: 50 × 99 ÷ 100 = 49.5.
        assert_eq!((best.topic.as_str(), best.points), ("tax_and_pension", Points(99_500)));
        assert_eq!(best.reasons.iter().map(|r| r.rule.as_str()).collect::<Vec<_>>(), ["topic_season", "topic_lack"]);
        let cards = choose(&rules, &profile(100), 9).unwrap();
        assert_eq!(cards.topic, "festival_cards");
        // Of several products the mean is told.
        assert_eq!(
            cards.reasons.iter().map(|r| r.rule.as_str()).collect::<Vec<_>>(),
            ["topic_season", "topic_lack_mean"]
        );
    }

    #[test]
    fn products_without_data_say_nothing() {
        let rules = Rules::load(None).unwrap().topics;
        let mut unknown = profile(100);
        unknown.holders.clear();
        let ranked = rank(&rules, &unknown, 3);
        assert_eq!(ranked[0].topic, "tax_and_pension");
        assert!(ranked.iter().flat_map(|c| &c.reasons).all(|r| r.rule == "topic_season"));
    }

    #[test]
    fn focus_is_what_few_hold_in_the_order_of_stickiness() {
        let rules = Rules::load(None).unwrap();
        let focus = focus(&rules.topics, &rules.products, &profile(100));
        let shown: Vec<(&str, i64)> = focus.iter().map(|p| (p.product.as_str(), p.holders)).collect();
        // 60 of 100 have the mobile bank and 50 quick payment: not below half.
        assert_eq!(shown, [("fund_plan", 2), ("credit_card", 10), ("wealth", 5), ("pension", 1)]);
    }
}
