//! What whoever signs a visit is told: its goals, its cost, who is asked for help, and what came of the visit before.

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::pack::agenda::{self, Room, names};
use crate::engagement::visit::pack::goals::{self, Cost, Goal};
use crate::engagement::visit::pack::needs::{Need, Needs, PRODUCT};
use crate::engagement::visit::pack::offers::{self, Offers};
use crate::engagement::visit::pack::themes::{self, GroupThemes, SalonView};
use crate::engagement::visit::pack::views::{ChecklistView, MemberView, WRITE_IN};
use crate::engagement::visit::planned::Visit;
use crate::engagement::visit::ranking::Ranked;
use crate::facts::EmployerProfile;
use crate::model::Reason;
use crate::rules::Rules;
use crate::rules::visit::offer::offers::OfferKind;

/// The brief of a visit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Brief {
    /// Share 0–1 of the peers' people with one product at most; `None`: nobody to be compared with.
    pub peer_card_only: Option<f64>,
    /// Needs that are no products: each calls for something to be done (`need_action.<key>`).
    pub circumstances: Vec<Need>,
    pub goals: Vec<Goal>,
    pub cost: Cost,
    pub room: Room,
    pub salons: Vec<SalonView>,
    pub themes: Vec<GroupThemes>,
    pub offers: Offers,
    /// 专属产品额度申请.
    pub quotas: Vec<Quota>,
    /// The executives' own track; `None`: there is none.
    pub executives: Option<Executives>,
    /// 1+1+N+N; `None`: the employer is not large enough.
    pub squad: Option<Squad>,
    /// People lacking by role.
    pub lacking: Vec<Lacking>,
    pub last: Option<Last>,
    /// 二次进企: calendar days after a visit within which the allocation ideas are brought back.
    pub second_days: i64,
    /// Contacts with the key person a month, at least.
    pub contacts_a_month: i64,
    /// More days late than this are told to the president.
    pub escalate_days: i64,
}

/// A quota that is asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quota {
    pub product: String,
    /// The goal of the product; `None`: it has none.
    pub people: Option<i64>,
}

/// Who receives the executives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Executives {
    pub people: i64,
    /// Name of the host, or a line to write it on.
    pub host: String,
    /// `09:45`; `None` while no president is named.
    pub arrive: Option<String>,
    /// A line each to write a name on, as many as are printed.
    pub lines: Vec<i64>,
}

/// 1+1+N+N.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Squad {
    pub manager: String,
    pub adviser: String,
    /// Names of the retail colleagues.
    pub retail: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lacking {
    pub role: String,
    pub people: i64,
}

/// The visit before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Last {
    pub on: NaiveDate,
    /// Calendar days from it to this one.
    pub days: i64,
    /// Soon enough for this one to be its second half.
    pub second: bool,
    pub attendance: Option<i64>,
    pub interested: Option<i64>,
    pub deals: Option<i64>,
    /// As in `verdict.<key>`; `None`: the register does not know the visit.
    pub verdict: Option<&'static str>,
    pub reasons: Vec<Reason>,
}

/// What the brief is made from.
pub(super) struct Made<'a> {
    pub rules: &'a Rules,
    pub visit: &'a Visit,
    pub profile: &'a EmployerProfile,
    /// Its figures beside its peers; `None`: nothing is known of it.
    pub beside: Option<&'a Ranked>,
    pub needs: &'a Needs,
    /// Name of the relationship manager, or a line to write it on.
    pub rm: &'a str,
    /// That of the topic.
    pub salon: &'a str,
    pub per_session: i64,
    pub executive_track: bool,
    pub team: &'a [MemberView],
    pub checklist: &'a [ChecklistView],
}

pub(super) fn brief(made: &Made) -> Brief {
    let Made { rules, visit, profile, beside, needs, .. } = *made;
    let comes = |role: &str| made.team.iter().any(|m| m.role == role);
    let uplift = beside.filter(|b| b.uplift_per_head_fen.is_some()).map(|b| b.uplift_fen);
    let goals = goals::goals(rules, needs, visit, profile.headcount, uplift);
    let interested = goals.iter().find(|goal| goal.key == "interested").and_then(|goal| goal.people);
    let offers = offers::offers(rules, needs, beside.and_then(|b| b.contribution), visit.date, &comes);
    Brief {
        peer_card_only: beside.and_then(|b| b.peer_coverage).map(|shares| shares[0] + shares[1]),
        circumstances: needs.list.iter().filter(|need| !need.key.starts_with(PRODUCT)).cloned().collect(),
        cost: goals::cost(rules, visit, made.team, made.checklist, &offers.list, interested),
        quotas: quotas(&offers, &goals),
        goals,
        room: agenda::room(rules, made.per_session, profile.private_corner, made.team, made.checklist),
        salons: themes::salons(&rules.themes, needs, made.salon, made.team),
        themes: themes::themes(&rules.themes, needs, &comes),
        offers,
        executives: made.executive_track.then(|| executives(made)),
        squad: (profile.headcount >= rules.goals.squad.heads).then(|| squad(made)),
        lacking: visit.lacking.iter().map(|(role, n)| Lacking { role: role.clone(), people: *n }).collect(),
        last: last(made),
        second_days: rules.goals.second_visit.days,
        contacts_a_month: rules.goals.contact.per_month,
        escalate_days: rules.timeline.overdue.escalate_days,
    }
}

fn quotas(offers: &Offers, goals: &[Goal]) -> Vec<Quota> {
    let reserved = offers.list.iter().filter(|offer| offer.kind == OfferKind::Reserved.key());
    let goal = |product: &String| goals.iter().find(|goal| goal.product.as_ref() == Some(product))?.people;
    let quota = |product: &String| Quota { people: goal(product), product: product.clone() };
    reserved.filter_map(|offer| offer.product.as_ref()).map(quota).collect()
}

fn first_or_line(names: Vec<String>) -> String {
    names.into_iter().next().unwrap_or_else(|| WRITE_IN.to_string())
}

fn executives(made: &Made) -> Executives {
    let (people, team) = (made.profile.executives, made.team);
    Executives {
        people,
        host: first_or_line(names("president", team)),
        arrive: team.iter().find(|m| m.role == "president").map(|m| m.arrive.clone()),
        lines: (1..=people.min(made.rules.goals.executives.lines)).collect(),
    }
}

fn squad(made: &Made) -> Squad {
    let adviser = first_or_line(names("wealth", made.team));
    Squad { manager: made.rm.to_string(), adviser, retail: names("basic", made.team) }
}

fn last(made: &Made) -> Option<Last> {
    let told = made.beside.map(|b| &b.visit);
    let on = told.and_then(|told| told.on).or(made.profile.last_visit)?;
    let result = told.and_then(|told| told.result.as_ref());
    let days = (made.visit.date - on).num_days();
    Some(Last {
        on,
        days,
        second: (0..=made.rules.goals.second_visit.days).contains(&days),
        attendance: result.and_then(|r| r.attendance),
        interested: result.and_then(|r| r.interested),
        deals: result.and_then(|r| r.deals),
        verdict: result.map(|r| r.verdict.key()),
        reasons: result.map(|r| r.reasons.clone()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests;
