//! The plan's new visits: what the optimisation answers, with names and reasons, and why the others have to wait.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::engagement::visit::optimise::places::{Part, Places, Rows, demand, places};
use crate::engagement::visit::optimise::problem::{
    DayOption, Employer, Limits, Outlet, PlannedVisit, Problem, Seat, Staff, VisitTime,
};
use crate::engagement::visit::optimise::teams::teams;
use crate::engagement::visit::optimise::{self, Budget};
use crate::engagement::visit::pack::needs;
use crate::engagement::visit::planned::{TeamMember, minutes_after};
use crate::engagement::visit::schedule::{
    ScheduleInput, Standing, Unplanned, against_any_day, date_reason, day_weight, team_for,
};
use crate::engagement::visit::staffing::{self, StaffNeed};
use crate::engagement::visit::{by_hand, timeline, times, topics};
use crate::facts::EmployerProfile;
use crate::model::days::hours::time_text;
use crate::model::days::period::days_after;
use crate::model::{EmployerId, Fen, Reason, StaffId};

/// An employer to visit, and what that may gain (提升空间).
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    pub profile: &'a EmployerProfile,
    pub gain: Fen,
    /// Days it has been offered and that may be changed, as they were told, each with the team that is kept free for it.
    pub offered: Vec<(NaiveDate, Vec<TeamMember>)>,
    /// What somebody says it needs; `None`: as the rules estimate.
    pub need: Option<StaffNeed>,
}

/// A proposed visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposed {
    pub employer_id: EmployerId,
    pub date: NaiveDate,
    pub team: Vec<TeamMember>,
    /// Further dates, best first, each with the team that is kept free for it.
    pub alternatives: Vec<(NaiveDate, Vec<TeamMember>)>,
    /// What the team covers.
    pub need: StaffNeed,
    /// People lacking by role, where a smaller team goes.
    pub lacking: Vec<(String, i64)>,
    /// Key of the topic.
    pub topic: String,
    pub reasons: Vec<Reason>,
}

/// What the new visits may gain together, and what no plan could exceed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Worth {
    pub gain_fen: Fen,
    pub bound_fen: Fen,
    /// Share of the bound that may be missing; 0: there is no better plan.
    pub gap: f64,
}

/// New visits in the order wanted, and who could not be planned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Proposals {
    pub proposed: Vec<Proposed>,
    pub unplanned: Vec<Unplanned>,
    pub worth: Worth,
}

/// An employer before anything is decided: what it needs, which days would do, and what is against the others.
struct Draft<'a> {
    wanted: &'a Wanted<'a>,
    need: StaffNeed,
    /// The whole team's, of which `need` may be less.
    full: StaffNeed,
    times: Vec<VisitTime>,
    options: Vec<DayOption>,
    refused: BTreeMap<String, (i64, Reason)>,
}

/// Plans the employers wanted beside the visits that stand.
pub fn propose(input: &ScheduleInput<'_>, wanted: &[Wanted<'_>]) -> Proposals {
    let (problem, drafts) = drafted(input, wanted);
    let budget = Budget::of(&input.rules.schedule.budget);
    // More roles than can be counted, or a day without its people: neither is to be expected, and nobody is planned then.
    let solved = optimise::solve(&problem, budget).ok();
    let named = solved.as_ref().and_then(|s| Some((s, teams(&problem, &s.visits)?)));
    let mut out = Proposals::default();
    let mut visited: BTreeMap<usize, PlannedVisit> = BTreeMap::new();
    if let Some((solved, named)) = named {
        out.worth = Worth { gain_fen: Fen(solved.gain_fen), bound_fen: Fen(solved.bound_fen), gap: solved.gap() };
        visited.extend(solved.visits.iter().map(|v| v.employer).zip(named));
    }
    let mut taken = input.standing.to_vec();
    for (place, draft) in drafts.iter().enumerate() {
        let Some(visit) = visited.get(&place) else { continue };
        let proposed = named_visit(input, draft, visit);
        taken.extend(held(input, draft.wanted.profile, &proposed));
        out.proposed.push(proposed);
    }
    for (_, draft) in drafts.into_iter().enumerate().filter(|(place, _)| !visited.contains_key(place)) {
        let waits = unplanned(input, draft, &taken, &problem);
        // Whoever else waits is told of another day.
        taken.extend(waits.0);
        out.unplanned.push(waits.1);
    }
    out
}

/// Each day that is kept free for a visit.
fn held(input: &ScheduleInput<'_>, profile: &EmployerProfile, visit: &Proposed) -> Vec<Standing> {
    let of = |(date, team): (NaiveDate, &[TeamMember])| Standing {
        employer_id: visit.employer_id,
        date,
        time: visit.need.time(),
        district: input.district(profile),
        terminals: visit.need.terminals(&input.rules.staffing),
        team: team.iter().map(|m| m.staff_id).collect(),
    };
    let others = visit.alternatives.iter().map(|(day, team)| (*day, team.as_slice()));
    std::iter::once((visit.date, visit.team.as_slice())).chain(others).map(of).collect()
}

/// What nobody has said of these employers and of the outlets, and what was taken for it.
pub fn assumed(input: &ScheduleInput<'_>, employers: &[&EmployerProfile]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut say = |rule: &str, employers: usize| {
        if employers > 0 {
            reasons.push(Reason::new(rule).count("employers", employers as i64));
        }
    };
    say("hours_assumed", employers.iter().filter(|p| p.visit_hours.is_none()).count());
    say("corner_assumed", employers.iter().filter(|p| p.private_corner.is_none()).count());
    // Districts matter where somebody goes to two visits on a day.
    if input.rules.schedule.capacity.visits_per_person > 1 {
        say("district_unknown", employers.iter().filter(|p| input.district(p).is_none()).count());
    }
    let outlets = input.colleagues.iter().map(|c| c.outlet.as_str());
    let outlets: BTreeSet<&str> = outlets.chain(employers.iter().filter_map(|p| p.outlet.as_deref())).collect();
    let strange: Vec<&str> =
        input.outlets.iter().map(|o| o.name.as_str()).filter(|name| !outlets.contains(name)).collect();
    if !strange.is_empty() {
        reasons.push(Reason::new("outlet_unknown").text("outlets", strange.join("、")));
    }
    let each = input.rules.staffing.terminals.per_outlet;
    match input.terminals() {
        _ if employers.is_empty() => {}
        None => reasons.push(Reason::new("terminals_unknown")),
        Some((_, 0)) => {}
        Some((_, n)) => reasons.push(Reason::new("terminals_assumed").count("outlets", n).count("each", each)),
    }
    reasons
}

/// Our people, their outlets and what stands, without the employers.
fn instance(input: &ScheduleInput<'_>, days: Vec<NaiveDate>) -> Problem {
    let (staffing, schedule) = (&input.rules.staffing, &input.rules.schedule);
    let closed: Vec<NaiveDate> =
        days.iter().copied().filter(|d| schedule.pension_day.days.contains(&d.day())).collect();
    let mut sizes: BTreeMap<&str, i64> = BTreeMap::new();
    for person in input.colleagues.iter().filter(|p| !p.outlet.is_empty()) {
        *sizes.entry(&person.outlet).or_default() += 1;
    }
    let outlet = |(id, size): (&str, i64)| Outlet {
        id: id.to_string(),
        away_max: staffing.may_leave(size),
        closed: closed.clone(),
    };
    let staff = input.colleagues.iter().map(|p| Staff {
        id: p.staff_id.to_string(),
        outlet: (!p.outlet.is_empty()).then(|| p.outlet.clone()),
        roles: match p.may_go_out {
            true => staffing.roles.keys().filter(|role| staffing::qualifies(staffing, role, p)).cloned().collect(),
            false => BTreeSet::new(),
        },
        away: days.iter().copied().filter(|d| p.leave.iter().any(|(a, b)| (*a..=*b).contains(d))).collect(),
    });
    let fixed = input.standing.iter().map(|s| PlannedVisit {
        employer: s.employer_id.to_string(),
        days: vec![s.date],
        start: s.time.map(|t| time_text(t.from)),
        district: s.district.clone(),
        terminals: s.terminals,
        team: s.team.iter().map(|id| Seat { day: s.date, staff: id.to_string(), role: String::new() }).collect(),
    });
    let set_up = staffing.set_up_minutes();
    Problem {
        outlets: sizes.into_iter().map(outlet).collect(),
        staff: staff.collect(),
        employers: Vec::new(),
        limits: Limits {
            visits_per_day: schedule.capacity.visits_per_day as i64,
            dates: schedule.proposal.dates,
            apart_days: schedule.proposal.apart_days,
            visits_per_person: schedule.capacity.visits_per_person,
            terminals: input.terminals().map(|(all, _)| all),
            between_minutes: schedule.travel.within_minutes + set_up,
            across_minutes: schedule.travel.across().map(|minutes| minutes + set_up),
            noon: schedule.travel.noon.clone(),
        },
        fixed: fixed.collect(),
        days,
    }
}

fn employer(input: &ScheduleInput<'_>, draft: &Draft<'_>) -> Employer {
    let seats = |(day, team): &(NaiveDate, Vec<TeamMember>)| -> Vec<Seat> {
        let seat = |m: &TeamMember| Seat { day: *day, staff: m.staff_id.to_string(), role: m.role.clone() };
        team.iter().map(seat).collect()
    };
    Employer {
        id: draft.wanted.profile.employer_id.to_string(),
        gain_fen: draft.wanted.gain.0,
        need: draft.need.roles.iter().cloned().collect(),
        terminals: draft.need.terminals(&input.rules.staffing),
        outlet: draft.wanted.profile.outlet.clone().filter(|outlet| !outlet.is_empty()),
        manager: draft.wanted.profile.rm.map(|id| id.to_string()),
        district: input.district(draft.wanted.profile),
        // Several sessions take the whole day.
        times: if draft.need.sessions > 1 { Vec::new() } else { draft.times.clone() },
        options: draft.options.clone(),
        offered: draft.wanted.offered.iter().map(|(day, _)| *day).collect(),
        named: draft.wanted.offered.iter().flat_map(seats).collect(),
    }
}

/// What the days have beside the visits that stand.
struct Free<'a> {
    roles: Vec<&'a str>,
    rows: Rows,
    days: Vec<Places>,
}

fn drafts<'a>(input: &ScheduleInput<'a>, problem: &Problem, wanted: &'a [Wanted<'a>]) -> Vec<Draft<'a>> {
    let roles = input.rules.staffing.role_keys();
    let free = Free { days: places(problem, &roles), rows: Rows::of(roles.len()), roles };
    wanted.iter().map(|w| draft(input, problem, &free, w)).collect()
}

/// The full team, or the largest smaller one that two days can be found for.
fn draft<'a>(input: &ScheduleInput<'_>, problem: &Problem, free: &Free<'_>, wanted: &'a Wanted<'a>) -> Draft<'a> {
    let rules = &input.rules.staffing;
    let plain = wanted.need.clone().unwrap_or_else(|| staffing::need(rules, wanted.profile));
    // The topic that is best when the first visits are held.
    let first = problem.days.first().copied().unwrap_or(input.today);
    let topic = topics::choose(&input.rules.topics, needs::of(input.needs, wanted.profile.employer_id), first);
    let full = match &topic {
        Some(topic) => staffing::with_topic(rules, plain, &topic.salon),
        None => plain,
    };
    let mut times = times::times(rules, wanted.profile).unwrap_or_default();
    // Further sessions follow the first: it begins early enough for all.
    times.retain(|t| by_hand::fits_hours(&rules.hours, t, full.sessions));
    let mut draft =
        Draft { wanted, need: full.clone(), full: full.clone(), times, options: Vec::new(), refused: BTreeMap::new() };
    let no_time = || Reason::new("sessions_too_long").count("sessions", draft.full.sessions);
    let against = against_any_day(input.rules, wanted.profile).or_else(|| draft.times.is_empty().then(no_time));
    if let Some(reason) = against {
        draft.refused.insert(reason.rule.to_string(), (problem.days.len() as i64, reason));
        return draft;
    }
    on_days(input, problem, free, &mut draft);
    while !enough(problem, &draft.options) {
        let Some(smaller) = draft.need.reduced(rules) else { break };
        draft.need = smaller;
        on_days(input, problem, free, &mut draft);
    }
    draft
}

/// Whether as many days as are offered lie far enough apart.
fn enough(problem: &Problem, options: &[DayOption]) -> bool {
    let mut last: Option<NaiveDate> = None;
    let mut found = 0;
    for option in options {
        if last.is_none_or(|last| (option.day - last).num_days() >= problem.limits.apart_days.max(1)) {
            (last, found) = (Some(option.day), found + 1);
        }
    }
    found >= problem.limits.dates
}

/// The days that would do for what the draft needs, and what is against the others.
fn on_days(input: &ScheduleInput<'_>, problem: &Problem, free: &Free<'_>, draft: &mut Draft<'_>) {
    let profile = draft.wanted.profile;
    let asked = demand(&employer(input, draft), &free.roles, Part::Whole, 0);
    draft.options.clear();
    draft.refused.clear();
    let mut refuse = |reason: Reason| draft.refused.entry(reason.rule.to_string()).or_insert((0, reason)).0 += 1;
    for (day, places) in problem.days.iter().zip(&free.days) {
        match day_weight(&input.rules.schedule, input.workdays, profile, *day) {
            Err(reason) => refuse(reason),
            Ok(weight) if places.fits(&free.rows, &asked) => draft.options.push(DayOption { day: *day, weight }),
            // Only now is it asked who is missing.
            Ok(_) => match team_for(input, profile, &draft.need, input.standing, *day) {
                Err(reasons) => reasons.into_iter().for_each(&mut refuse),
                Ok(_) => refuse(Reason::new("day_full").date("date", *day)),
            },
        }
    }
}

fn named_visit(input: &ScheduleInput<'_>, draft: &Draft<'_>, visit: &PlannedVisit) -> Proposed {
    let profile = draft.wanted.profile;
    let rules = &input.rules.staffing;
    let mut need = draft.need.clone();
    if let Some(time) = draft.times.iter().find(|t| visit.start.as_ref().is_none_or(|start| t.start == *start)) {
        (need.start, need.end) = (time.start.clone(), time.end.clone());
    }
    let start = need.start.as_str();
    let id = |text: &str| -> Option<StaffId> { text.parse().ok() };
    let team = |day: NaiveDate| -> Vec<TeamMember> {
        let of = |role: &'_ str| {
            let role = role.to_string();
            visit.team.iter().filter(move |s| s.day == day && s.role == role).filter_map(|s| id(&s.staff))
        };
        let member = |role: &str, staff_id: StaffId| TeamMember {
            staff_id,
            role: role.to_string(),
            arrive: minutes_after(start, -rules.roles.get(role).map_or(0, |r| r.arrive_before)),
        };
        rules
            .role_keys()
            .into_iter()
            .flat_map(|role| of(role).map(move |id| member(role, id)).collect::<Vec<_>>())
            .collect()
    };
    let date = visit.days.first().copied().unwrap_or(input.today);
    let mut reasons = vec![date_reason(input, profile, date)];
    reasons.extend(need.reasons.iter().cloned());
    // Who speaks of the topic comes for it alone.
    let called_for =
        |topic: &str| input.rules.topics.topics.get(topic).and_then(|t| rules.topic_specialists.get(&t.salon));
    let topic = {
        let comes = |role: &str| need.of(role) > 0;
        let needs = needs::of(input.needs, profile.employer_id);
        topics::choose_with(&input.rules.topics, &rules.topic_specialists, needs, date, &comes)
    };
    reasons.extend(topic.iter().flat_map(|t| t.reasons.iter().cloned()));
    if topic.as_ref().and_then(|t| called_for(&t.topic)) != need.topic_role.as_ref() {
        reasons.retain(|r| r.rule != staffing::TOPIC_SPECIALIST);
    }
    if need.sessions > 1 {
        reasons.push(Reason::new("sessions_to_settle").count("sessions", need.sessions));
    }
    let lacking = draft.full.roles.iter().map(|(role, n)| (role.clone(), n - need.of(role))).filter(|(_, n)| *n > 0);
    Proposed {
        employer_id: profile.employer_id,
        date,
        team: team(date),
        alternatives: visit.days.iter().skip(1).map(|day| (*day, team(*day))).collect(),
        lacking: lacking.collect(),
        topic: topic.map(|t| t.topic).unwrap_or_default(),
        need,
        reasons,
    }
}

/// Why an employer waits, most frequent first, and the first day that would do beside all that is planned.
fn unplanned(
    input: &ScheduleInput<'_>,
    draft: Draft<'_>,
    taken: &[Standing],
    problem: &Problem,
) -> (Option<Standing>, Unplanned) {
    let profile = draft.wanted.profile;
    let mut reasons: Vec<(i64, Reason)> = draft.refused.values().cloned().collect();
    reasons.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.rule.cmp(&b.1.rule)));
    let mut reasons: Vec<Reason> = reasons.into_iter().map(|(n, r)| r.count("days", n)).collect();
    if !draft.options.is_empty() {
        let free = draft.options.len() as i64;
        let reason = match enough(problem, &draft.options) {
            true => Reason::new("others_gain_more").money("gain", draft.wanted.gain),
            // Not as many as are offered.
            false => Reason::new("too_few_days_apart").count("dates", problem.limits.dates as i64),
        };
        reasons.insert(0, reason.count("days", free));
    }
    let from = problem.days.first().copied().unwrap_or(input.today);
    let found = from
        .iter_days()
        .take_while(|d| input.workdays.is_workday(*d).is_some())
        .take(366)
        .find_map(|d| Some((d, team_for(input, profile, &draft.need, taken, d).ok()?.1)));
    let standing = found.as_ref().map(|(date, team)| Standing {
        employer_id: profile.employer_id,
        date: *date,
        time: draft.need.time(),
        district: input.district(profile),
        terminals: draft.need.terminals(&input.rules.staffing),
        team: team.iter().map(|m| m.staff_id).collect(),
    });
    let earliest = found.map(|(day, _)| day);
    (standing, Unplanned { employer_id: profile.employer_id, reasons, earliest })
}

/// The instance as it is handed to other solvers.
pub fn problem(input: &ScheduleInput<'_>, wanted: &[Wanted<'_>]) -> Problem {
    drafted(input, wanted).0
}

/// The days that are planned: from the first possible one over the horizon.
pub fn days(input: &ScheduleInput<'_>) -> Vec<NaiveDate> {
    let earliest = timeline::earliest_visit(&input.rules.timeline, input.today);
    let last = days_after(earliest, input.rules.schedule.horizon.days);
    earliest.iter_days().take_while(|d| *d <= last).collect()
}

/// The instance, and what of each employer is known before anything is decided.
fn drafted<'a>(input: &ScheduleInput<'a>, wanted: &'a [Wanted<'a>]) -> (Problem, Vec<Draft<'a>>) {
    let mut problem = instance(input, days(input));
    let drafts = drafts(input, &problem, wanted);
    problem.employers = drafts.iter().map(|d| employer(input, d)).collect();
    (problem, drafts)
}

#[cfg(test)]
mod tests;
