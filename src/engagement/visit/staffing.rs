//! How many people a visit needs, and which colleagues go.

pub mod support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::planned::{TeamMember, minutes_after, minutes_between};
use crate::engagement::visit::{flow, times};
use crate::facts::EmployerProfile;
use crate::model::days::hours::{Stretch, minutes_of};
use crate::model::{Reason, StaffId};
use crate::rules::visit::staffing::StaffingRules;

/// The people one session of a visit needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StaffNeed {
    /// People expected to come, over all sessions.
    pub attendance: i64,
    pub sessions: i64,
    /// People expected in one session; the team is made for these.
    pub per_session: i64,
    /// `10:00`, local time: when the first session begins, and when one ends that begins then.
    pub start: String,
    pub end: String,
    /// The role the topic calls for: it is the last specialist that is done without.
    pub topic_role: Option<String>,
    /// Roles in their order with the number of people, none of them zero. The president comes on top of the team.
    pub roles: Vec<(String, i64)>,
    pub reasons: Vec<Reason>,
}

impl StaffNeed {
    pub fn people(&self) -> i64 {
        self.roles.iter().map(|(_, n)| n).sum()
    }

    pub fn of(&self, role: &str) -> i64 {
        self.roles.iter().find(|(r, _)| r == role).map_or(0, |(_, n)| *n)
    }

    /// From when to when; `None` where either is no time of day. Several sessions take the whole day.
    pub fn time(&self) -> Option<Stretch> {
        let one = Stretch::new(minutes_of(&self.start)?, minutes_of(&self.end)?);
        one.filter(|_| self.sessions <= 1)
    }

    /// Portable terminals the team brings.
    pub fn terminals(&self, rules: &StaffingRules) -> i64 {
        rules.terminals_of(self.roles.iter().map(|(role, n)| (role.as_str(), *n)))
    }

    /// The same visit with one person fewer: specialists go before basic service, which keeps its least.
    /// `None` when nobody can be spared. What a planner falls back to when the full team cannot be found on any day.
    pub fn reduced(&self, rules: &StaffingRules) -> Option<StaffNeed> {
        let mut specialists: Vec<(i64, &str)> = rules.specialists.iter().map(|(k, s)| (s.order, k.as_str())).collect();
        specialists.sort_unstable();
        let of_topic = |role: &str| self.topic_role.as_deref() == Some(role);
        let mut order: Vec<(&str, i64)> = specialists.iter().rev().map(|(_, k)| (*k, i64::from(of_topic(k)))).collect();
        order.push(("basic", rules.basic.least));
        order.extend(self.topic_role.as_deref().map(|role| (role, 0)));
        let (role, _) = order.into_iter().find(|(role, least)| self.of(role) > *least)?;
        let wanted = self.reasons.iter().find(|r| r.rule == "team_reduced").map_or(self.people(), wanted_before);
        let mut need = self.clone();
        need.roles.iter_mut().filter(|(r, _)| r == role).for_each(|(_, n)| *n -= 1);
        need.roles.retain(|(_, n)| *n > 0);
        need.reasons.retain(|r| r.rule != "team_reduced");
        if self.topic_role.as_deref() == Some(role) && need.of(role) == 0 {
            need.reasons.retain(|r| r.rule != TOPIC_SPECIALIST);
        }
        need.reasons.push(Reason::new("team_reduced").count("wanted", wanted).count("people", need.people()));
        Some(need)
    }
}

/// The people wanted before the first reduction.
fn wanted_before(reason: &Reason) -> i64 {
    reason
        .params
        .iter()
        .find_map(|(n, p)| match p {
            crate::model::Param::Count(count) if n == "wanted" => Some(*count),
            _ => None,
        })
        .unwrap_or_default()
}

/// Tells of a need that the topic calls for somebody beside.
pub const TOPIC_SPECIALIST: &str = "topic_specialist";

/// A colleague who might go.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Colleague {
    pub staff_id: StaffId,
    pub name: String,
    /// Empty for people of no outlet (branch specialists), whom no outlet's share holds back.
    pub outlet: String,
    pub position: Option<String>,
    pub qualifications: Vec<String>,
    pub may_go_out: bool,
    /// First and last day of each absence.
    pub leave: Vec<(NaiveDate, NaiveDate)>,
    /// Visits already given to this person; those with fewer go first.
    pub used: i64,
}

/// The day for which a team is wanted.
#[derive(Debug, Clone)]
pub struct DayCall<'a> {
    pub date: NaiveDate,
    /// Opening time, `10:00`.
    pub start: &'a str,
    /// The employer's own relationship manager, who goes along if at all possible.
    pub rm: Option<StaffId>,
    /// People other visits of that day take from this one.
    pub unavailable: &'a BTreeSet<StaffId>,
    /// People who are at other visits that day, free for this one or not: their outlets have lent them already.
    pub away: &'a BTreeSet<StaffId>,
    /// Outlets that lend nobody that day (pension day).
    pub closed_outlets: &'a BTreeSet<String>,
}

/// What `profile` needs: people expected, sessions, roles, and why.
pub fn need(rules: &StaffingRules, profile: &EmployerProfile) -> StaffNeed {
    let times = times::times(rules, profile).unwrap_or_default();
    let hours = times::first(rules, &times);
    let heads = [profile.headcount, profile.paid_heads, profile.stated_headcount.unwrap_or(0)];
    let heads = heads.into_iter().find(|n| *n > 0).unwrap_or(0);
    let (kind, percent) = rules.turnout_of(profile.industry.as_deref()).unwrap_or(("office", 100));
    let attendance = ceil_div(heads * percent, 100);
    let estimate = Reason::new("attendance_estimate")
        .count("heads", heads)
        .word("kind", format!("turnout.{kind}"))
        .share("share", percent as f64 / 100.0)
        .count("attendance", attendance);
    let mut need = for_visitors(rules, attendance, profile.executives, hours);
    need.reasons.insert(0, estimate);
    need
}

/// The need for a known number of visitors at the usual hours, of whom `executives` take the separate track.
pub fn for_attendance(rules: &StaffingRules, attendance: i64, executives: i64) -> StaffNeed {
    for_visitors(rules, attendance, executives, (&rules.hours.start, &rules.hours.end))
}

/// The same from one time of day to another.
pub fn for_visitors(rules: &StaffingRules, attendance: i64, executives: i64, hours: (&str, &str)) -> StaffNeed {
    let mut reasons = Vec::new();
    let limit = rules.largest_session();
    let sessions = ceil_div(attendance, limit).max(1);
    let per_session = ceil_div(attendance, sessions);
    if sessions > 1 {
        let split = Reason::new("several_sessions").count("attendance", attendance).count("limit", limit);
        reasons.push(split.count("sessions", sessions));
    }
    let usual = || minutes_between(&rules.hours.start, &rules.hours.end);
    let minutes = minutes_between(hours.0, hours.1).or_else(usual).unwrap_or(120);
    let served = ceil_div(per_session * rules.basic.served_percent, 100);
    let mut basic = ceil_div(served * rules.basic.minutes_each, minutes).max(rules.basic.least);
    let table = rules.team_size(per_session);
    let size = table.max(1 + basic);
    reasons.push(Reason::new("team_size").count("attendance", per_session).count("people", size));
    reasons.push(Reason::new("basic_service").count("served", served).count("minutes", minutes).count("people", basic));

    let mut seats = size - 1 - basic;
    let specialists = specialist_seats(rules, per_session, &mut seats);
    basic += seats;
    let wanting = specialists.iter().all(|(_, n)| *n == 0) && !specialists.is_empty();
    if wanting {
        reasons.push(Reason::new("lead_advises").count("attendance", per_session));
    }
    let president = i64::from(executives >= rules.president.executives);
    if president > 0 {
        reasons.push(Reason::new("president_comes").count("executives", executives));
    }
    let count = |role: &str| match role {
        "lead" => 1,
        "basic" => basic,
        "president" => president,
        other => specialists.iter().find(|(r, _)| *r == other).map_or(0, |(_, n)| *n),
    };
    let roles = rules.role_keys().into_iter().map(|r| (r.to_string(), count(r))).filter(|(_, n)| *n > 0).collect();
    let (start, end) = (hours.0.to_string(), hours.1.to_string());
    StaffNeed { attendance, sessions, per_session, start, end, topic_role: None, roles, reasons }
}

/// The same with the specialist a topic calls for: where none comes anyway, in the place of somebody for basic service who
/// can be spared, else as one person more.
pub fn with_topic(rules: &StaffingRules, mut need: StaffNeed, salon: &str) -> StaffNeed {
    let Some(role) = rules.topic_specialists.get(salon) else { return need };
    need.topic_role = Some(role.clone());
    if need.of(role) > 0 {
        return need;
    }
    let mut counts: BTreeMap<&str, i64> = need.roles.iter().map(|(r, n)| (r.as_str(), *n)).collect();
    counts.insert(role, 1);
    let visitors = ceil_div(need.per_session * rules.basic.served_percent, 100);
    let minutes = minutes_between(&need.start, &need.end).unwrap_or(120);
    let least = ceil_div(visitors * rules.basic.minutes_each, minutes).max(rules.basic.least);
    if let Some(basic) = counts.get_mut("basic").filter(|n| **n > least) {
        *basic -= 1;
    }
    let keys = rules.role_keys();
    need.roles = keys.into_iter().filter_map(|k| Some((k.to_string(), *counts.get(k)?))).collect();
    need.reasons.push(called_for(role));
    need
}

/// Tells that somebody comes for the topic alone.
pub fn called_for(role: &str) -> Reason {
    Reason::new(TOPIC_SPECIALIST).word("role", format!("role.{role}"))
}

/// Gives the free seats to the specialists in turn, each up to its own ratio; what is left stays in `seats`.
fn specialist_seats<'a>(rules: &'a StaffingRules, visitors: i64, seats: &mut i64) -> Vec<(&'a str, i64)> {
    let mut order: Vec<(i64, &str, i64)> =
        rules.specialists.iter().map(|(k, s)| (s.order, k.as_str(), ceil_div(visitors, s.per))).collect();
    order.sort_unstable();
    let mut given: Vec<(&str, i64)> = order.iter().map(|(_, k, _)| (*k, 0)).collect();
    while *seats > 0 {
        let before = *seats;
        for (i, (_, _, most)) in order.iter().enumerate() {
            if *seats > 0 && given[i].1 < *most {
                given[i].1 += 1;
                *seats -= 1;
            }
        }
        if *seats == before {
            break;
        }
    }
    given
}

/// Whether the colleague's position or qualifications allow the role.
pub fn qualifies(rules: &StaffingRules, role: &str, who: &Colleague) -> bool {
    let Some(role) = rules.roles.get(role) else { return false };
    let found = |words: &[String], text: &str| words.iter().any(|w| text.contains(w.as_str()));
    (role.positions.is_empty() && role.qualifications.is_empty())
        || who.position.as_deref().is_some_and(|p| found(&role.positions, p))
        || who.qualifications.iter().any(|q| found(&role.qualifications, q))
}

/// Finds a team for the day. Exact: when any team satisfies roles, leave and the outlets' share, one is found.
/// Among those the employer's own manager is preferred (as lead, else in any role), then people least used, then
/// those with the lowest numbers. The team is in role order.
///
/// # Errors
/// One reason `staff_short` per role that lacks people, with how many.
pub fn assign(
    rules: &StaffingRules,
    need: &StaffNeed,
    people: &[Colleague],
    call: &DayCall,
) -> Result<Vec<TeamMember>, Vec<Reason>> {
    let mut people: Vec<&Colleague> = people.iter().collect();
    people.sort_by_key(|p| p.staff_id);
    people.dedup_by_key(|p| p.staff_id);
    let places = free_places(rules, &people, call);
    let free = |p: &Colleague| {
        p.may_go_out
            && !call.unavailable.contains(&p.staff_id)
            && !p.leave.iter().any(|(from, to)| (*from..=*to).contains(&call.date))
    };
    let candidates: Vec<&Colleague> = people.iter().copied().filter(|p| free(p)).collect();
    let outlets: Vec<&str> = places.keys().copied().collect();
    let network = flow::Network {
        seats: need.roles.iter().map(|(_, n)| *n).collect(),
        groups: places.values().copied().collect(),
        // Whoever is out already takes no place of the outlet's again.
        group_of: candidates
            .iter()
            .map(|p| outlets.binary_search(&p.outlet.as_str()).ok().filter(|_| !call.away.contains(&p.staff_id)))
            .collect(),
        cost: need.roles.iter().map(|(role, _)| costs(rules, role, &candidates, call.rm)).collect(),
    };
    let chosen = network.solve();
    let short: Vec<Reason> = need
        .roles
        .iter()
        .zip(&chosen)
        .filter(|((_, n), got)| (got.len() as i64) < *n)
        .map(|((role, n), got)| {
            let able = || people.iter().filter(|p| p.may_go_out && qualifies(rules, role, p));
            let on_leave = |p: &&&Colleague| p.leave.iter().any(|(from, to)| (*from..=*to).contains(&call.date));
            let busy = |p: &&&Colleague| call.unavailable.contains(&p.staff_id);
            Reason::new("staff_short")
                .word("role", format!("role.{role}"))
                .count("lacking", n - got.len() as i64)
                .count("qualified", able().count() as i64)
                .count("busy", able().filter(busy).count() as i64)
                .count("on_leave", able().filter(|p| on_leave(p) && !busy(p)).count() as i64)
                .date("date", call.date)
        })
        .collect();
    if !short.is_empty() {
        return Err(short);
    }
    let member = |role: &str, who: usize| TeamMember {
        staff_id: candidates[who].staff_id,
        role: role.to_string(),
        arrive: minutes_after(call.start, -rules.roles.get(role).map_or(0, |r| r.arrive_before)),
    };
    Ok(need.roles.iter().zip(&chosen).flat_map(|((r, _), got)| got.iter().map(|i| member(r, *i))).collect())
}

/// How many more people each outlet may send that day.
fn free_places<'a>(rules: &StaffingRules, people: &[&'a Colleague], call: &DayCall) -> BTreeMap<&'a str, i64> {
    let mut outlets: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for p in people.iter().filter(|p| !p.outlet.is_empty()) {
        let (size, out) = outlets.entry(&p.outlet).or_default();
        *size += 1;
        *out += i64::from(call.away.contains(&p.staff_id));
    }
    let places = |name: &str, size: i64, out: i64| {
        if call.closed_outlets.contains(name) { 0 } else { (rules.may_leave(size) - out).max(0) }
    };
    outlets.into_iter().map(|(name, (size, out))| (name, places(name, size, out))).collect()
}

/// What sending each candidate in `role` costs; `None` where not qualified. Smaller is better.
fn costs(rules: &StaffingRules, role: &str, candidates: &[&Colleague], rm: Option<StaffId>) -> Vec<Option<i64>> {
    let step = candidates.len() as i64 + 1;
    let cost = |(i, who): (usize, &&Colleague)| {
        let own = match (Some(who.staff_id) == rm, role) {
            (true, "lead") => -2 * flow::PREFERRED,
            (true, _) => -flow::PREFERRED,
            (false, _) => 0,
        };
        qualifies(rules, role, who).then_some(own + who.used.clamp(0, 10_000) * step + i as i64)
    };
    candidates.iter().enumerate().map(cost).collect()
}

fn ceil_div(n: i64, by: i64) -> i64 {
    if by <= 0 { n } else { n.max(0).div_euclid(by) + i64::from(n.max(0) % by != 0) }
}

#[cfg(test)]
mod tests;
