//! What a visit is to reach (进企目标) and what it costs, with how each figure is reckoned (`goals.toml`).
//! Shares are taken as they are shown, so that whoever reckons after gets the same.

use serde::Serialize;

use crate::engagement::visit::pack::needs::{Need, Needs};
use crate::engagement::visit::pack::offers::{OfferView, fen, presentable};
use crate::engagement::visit::pack::views::{ChecklistView, MemberView};
use crate::engagement::visit::planned::{Visit, minutes_between};
use crate::model::money::{PERCENT_PLACES, as_shown, round_half_even};
use crate::model::{Fen, Reason};
use crate::rules::Rules;
use crate::rules::visit::timeline::Anchor;

/// One goal. What cannot be reckoned has neither people nor money; the reason says why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Goal {
    /// `guests`, `questionnaires`, `interested`, `potential_vip`, `product` or `aum`.
    pub key: &'static str,
    /// Of a goal of a product.
    pub product: Option<String>,
    pub people: Option<i64>,
    pub money_fen: Option<Fen>,
    pub reason: Reason,
}

impl Goal {
    /// A goal of less than one person is none.
    fn of_people(key: &'static str, product: Option<String>, people: i64, reason: Reason) -> Goal {
        let people = (people > 0).then_some(people);
        let reason = if people.is_some() { reason } else { Reason::new("goal_below_one") };
        Goal { key, product, people, money_fen: None, reason }
    }

    fn unknown(key: &'static str, product: Option<String>, why: &'static str) -> Goal {
        Goal { key, product, people: None, money_fen: None, reason: Reason::new(why) }
    }
}

/// The goals of a visit in their order. `uplift`: 提升空间, `None` where there is nobody to be compared with.
pub fn goals(rules: &Rules, needs: &Needs, visit: &Visit, headcount: i64, uplift: Option<Fen>) -> Vec<Goal> {
    let (rule, guests) = (&rules.goals, visit.attendance);
    if guests <= 0 {
        return vec![Goal::unknown("guests", None, "goal_no_guests")];
    }
    let part = |key, percent: i64| {
        let share = percent as f64 / 100.0;
        let reason = Reason::new("goal_of_guests").count("guests", guests).share("percent", share);
        Goal::of_people(key, None, round_half_even(guests as f64 * share), reason)
    };
    let mut goals = vec![
        Goal::of_people("guests", None, guests, Reason::new("goal_guests")),
        part("questionnaires", rule.questionnaires.percent),
        part("interested", rule.interested.percent),
        part("potential_vip", rule.potential_vip.percent),
    ];
    let products = needs.products().filter(|(product, _)| presentable(rules, product, visit.date));
    goals.extend(products.take(rule.product.most).map(|(key, need)| product(rules, key, need, guests)));
    goals.push(aum(rules, guests, headcount, uplift));
    goals
}

/// How many of those who come, and lack the product, sign for it.
fn product(rules: &Rules, key: &str, need: &Need, guests: i64) -> Goal {
    let shown = |share: f64| as_shown(share * 100.0, PERCENT_PLACES) / 100.0;
    let (own, peer) = match (need.own, need.peer) {
        (Some(own), Some(peer)) => (shown(own), shown(peer)),
        _ => return Goal::unknown("product", Some(key.to_string()), "goal_no_peers"),
    };
    let take_up = rules.goals.product.take_up_percent as f64 / 100.0;
    let lacking = ((peer - own).max(0.0) * guests as f64).min(guests as f64);
    let reason = Reason::new("goal_product").share("peer", peer).share("own", own).count("guests", guests);
    let people = round_half_even(lacking * take_up);
    Goal::of_people("product", Some(key.to_string()), people, reason.share("percent", take_up))
}

/// The part of the 提升空间 that those who come stand for, and of that what is won.
fn aum(rules: &Rules, guests: i64, headcount: i64, uplift: Option<Fen>) -> Goal {
    let uplift = match uplift {
        Some(uplift) if uplift > Fen::ZERO && headcount > 0 => uplift,
        Some(_) if headcount > 0 => return Goal::unknown("aum", None, "goal_no_uplift"),
        _ => return Goal::unknown("aum", None, "goal_no_peers"),
    };
    let (guests, rule) = (guests.min(headcount), &rules.goals.aum);
    let won = rule.conversion_percent as f64 / 100.0;
    let money = round_half_even(uplift.0 as f64 * guests as f64 / headcount as f64 * won);
    let reason = Reason::new("goal_aum").money("uplift", uplift).count("guests", guests).count("heads", headcount);
    let reason = reason.share("percent", won).count("days", rule.days);
    Goal { key: "aum", product: None, people: None, money_fen: Some(Fen(money)), reason }
}

/// 费用测算.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Hours of all who go, from arrival to the end; `None`: nobody is named yet.
    pub hours: Option<f64>,
    pub lines: Vec<CostLine>,
    /// `None` as long as the hours are not known.
    pub total_fen: Option<Fen>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostLine {
    /// `hours`, `material`, `gift` or `offer`.
    pub key: &'static str,
    /// Key of the item or offer.
    pub item: Option<String>,
    pub fen: Fen,
    /// How it is reckoned.
    pub reason: Reason,
}

/// What the visit costs: hours, materials with a price, gifts, and offers for those who are interested.
pub fn cost(
    rules: &Rules,
    visit: &Visit,
    team: &[MemberView],
    checklist: &[ChecklistView],
    offers: &[OfferView],
    interested: Option<i64>,
) -> Cost {
    let minutes = minutes(rules, visit, team);
    let hours = minutes.map(|minutes| minutes as f64 / 60.0);
    let hour = Fen::yuan(rules.goals.cost.hour_yuan);
    let by_hours = minutes.map(|minutes| CostLine {
        key: "hours",
        item: None,
        fen: Fen(round_half_even(minutes as f64 * hour.0 as f64 / 60.0)),
        reason: Reason::new("cost_hours").ratio("hours", minutes as f64 / 60.0).money("each", hour),
    });
    let pieces = |key, item: &str, quantity: i64, each: Fen| CostLine {
        key,
        item: Some(item.to_string()),
        fen: Fen(each.0 * quantity),
        reason: Reason::new("cost_pieces").count("quantity", quantity).money("each", each),
    };
    let items = checklist.iter().flat_map(|group| &group.items).filter_map(|i| {
        let each = fen(rules.checklists.items.get(&i.item)?.unit_yuan?);
        let gift = rules.goals.cost.gifts.contains(&i.item);
        let most = Fen::yuan(rules.goals.cost.gift_most_yuan);
        let (key, each) = if gift { ("gift", each.min(most)) } else { ("material", each) };
        Some(pieces(key, &i.item, i.quantity?, each))
    });
    let offers = offers.iter().filter_map(|o| Some(pieces("offer", &o.key, interested?, o.unit_fen?)));
    let lines: Vec<CostLine> = by_hours.into_iter().chain(items).chain(offers).collect();
    let total_fen = hours.map(|_| lines.iter().map(|line| line.fen).sum());
    Cost { hours, lines, total_fen }
}

/// Minutes of all who go: each from arrival, through all sessions and what lies between them, to the end of the debriefing.
fn minutes(rules: &Rules, visit: &Visit, team: &[MemberView]) -> Option<i64> {
    let length = minutes_between(&visit.start, &visit.end).filter(|_| !team.is_empty())?;
    let sessions = visit.sessions.max(1);
    let on_site = sessions * length + (sessions - 1) * rules.staffing.hours.gap_minutes;
    let late = rules.timeline.agenda.values().filter(|slot| slot.from == Anchor::End).filter_map(|slot| slot.until);
    let after = late.max().unwrap_or(0).max(0);
    let before = |role: &str| rules.staffing.roles.get(role).map_or(0, |r| r.arrive_before);
    Some(team.iter().map(|member| before(&member.role) + on_site + after).sum())
}

#[cfg(test)]
mod tests;
