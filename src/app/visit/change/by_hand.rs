//! Visits that people add and change themselves, as easily as on paper and with the same checks.

use chrono::NaiveDate;

use crate::app::directory::colleague;
use crate::app::employers::employer_named;
use crate::app::error::AppError;
use crate::app::ledger::VisitPayload;
use crate::app::visit::change::revise;
use crate::app::visit::change::scene::{Scene, alone, settle_topic};
use crate::app::visit::named::find;
use crate::app::visit::plan;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::by_hand::{self, NEED_REASONS};
use crate::engagement::visit::pack::needs;
use crate::engagement::visit::planned::{TeamMember, Visit, time_of_day};
use crate::engagement::visit::proposals::{self, Proposed, Wanted};
use crate::engagement::visit::staffing::{self, Colleague, StaffNeed};
use crate::engagement::visit::{timeline, times, topics};
use crate::facts::EmployerProfile;
use crate::intake::same_words;
use crate::model::{Fen, Reason, VisitId};
use crate::store::ledger::StoredVisit;

/// What is to be another way; the rest stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Who goes, by name or number.
    pub team: Option<Vec<String>>,
    pub lead: Option<String>,
    /// `10:00`.
    pub start: Option<String>,
    pub end: Option<String>,
    /// Key or title of the topic.
    pub topic: Option<String>,
    /// Empty: at the employer's own address again.
    pub place: Option<String>,
    /// People expected.
    pub attendance: Option<i64>,
}

/// Adds a visit of an employer for which none is planned, on a day or on the best one that is free. What the rules have
/// against it is told of the visit, and does not stop it.
///
/// # Errors
/// No such employer, one of which nothing is known today or that has a visit to come; more visitors than it has people; a
/// day on which it cannot be held, or no day at all, with the reasons.
pub fn add(
    workspace: &mut Workspace,
    employer: &str,
    date: Option<NaiveDate>,
    attendance: Option<i64>,
) -> Result<Visit, AppError> {
    let id = employer_named(workspace, employer)?;
    alone(workspace, id, None)?;
    let rules_against = plan::scene(workspace, false)?;
    let scene = Scene::without(workspace, VisitId(0))?;
    let profile = scene.profile(id).ok_or_else(|| AppError::UnknownEmployer { text: employer.to_string() })?;
    let rules = &workspace.rules.staffing;
    let need = match attendance {
        Some(n) => {
            let times = times::times(rules, profile).unwrap_or_default();
            by_hand::need_given(rules, within_heads(profile, n)?, profile.executives, times::first(rules, &times))
        }
        None => staffing::need(rules, profile),
    };
    let mut proposal = match date {
        Some(date) => on_day(workspace, &scene, profile, &need, date)?,
        None => best_days(workspace, &scene, profile, need)?,
    };
    let against = rules_against.against(id, Some(proposal.date));
    let added = std::iter::once(Reason::new("added_by_hand").date("on", workspace.today));
    let against = against.iter().map(|rule| Reason::new(AGAINST_RULES).with("reason", rule.as_phrase()));
    // Behind what speaks for the day.
    let need = proposal.reasons.split_off(1);
    proposal.reasons.extend(added.chain(against).chain(need));
    let mut visit = plan::draft(workspace, profile, &scene.colleagues, proposal, None);
    visit.visit_id = workspace.store.add_visit(id, workspace.today)?;
    revise(workspace, &visit)?;
    Ok(visit)
}

/// Tells that more of an outlet go than it may lend.
pub const SHARE_EXCEEDED: &str = "share_exceeded";

/// Tells what the rules have against a visit that was added by hand.
pub const AGAINST_RULES: &str = "added_against_rules";

/// The number of visitors, where the employer has as many people, as far as their number is known.
fn within_heads(profile: &EmployerProfile, attendance: i64) -> Result<i64, AppError> {
    match by_hand::heads(profile) {
        Some(heads) if attendance > heads => Err(AppError::AttendanceRefused { attendance, heads }),
        _ => Ok(attendance),
    }
}

/// The visit on a day somebody has chosen: with the whole team, else with the largest that can be found.
fn on_day(
    workspace: &Workspace,
    scene: &Scene,
    profile: &EmployerProfile,
    need: &StaffNeed,
    date: NaiveDate,
) -> Result<Proposed, AppError> {
    let refused = |reasons: Vec<Reason>| AppError::DateRefused { date, reasons };
    if date < workspace.today {
        return Err(refused(vec![Reason::new("day_passed")]));
    }
    if let Some(reason) = timeline::too_late(&workspace.rules.timeline, date, workspace.today) {
        return Err(refused(vec![reason]));
    }
    let rules = &workspace.rules;
    let needs = needs::of(&scene.needs, profile.employer_id);
    let topic = topics::choose(&rules.topics, needs, date);
    let full = topic.as_ref().map_or(need.clone(), |t| staffing::with_topic(&rules.staffing, need.clone(), &t.salon));
    let (need, team) = scene.team_on(workspace, profile, &full, date).map_err(refused)?;
    let comes = |role: &str| need.of(role) > 0;
    let specialists = &rules.staffing.topic_specialists;
    let topic = topics::choose_with(&rules.topics, specialists, needs, date, &comes);
    let mut reasons = vec![scene.chosen_day(workspace, profile, date)];
    reasons.extend(need.reasons.iter().cloned());
    reasons.extend(topic.iter().flat_map(|t| t.reasons.iter().cloned()));
    let lacking = by_hand::lacks(&full, &team);
    let topic = topic.map(|t| t.topic).unwrap_or_default();
    let employer_id = profile.employer_id;
    Ok(Proposed { employer_id, date, alternatives: Vec::new(), need, team, lacking, topic, reasons })
}

/// The visit on the best days that are free, as a plan would have it beside the visits that stand.
fn best_days(
    workspace: &Workspace,
    scene: &Scene,
    profile: &EmployerProfile,
    need: StaffNeed,
) -> Result<Proposed, AppError> {
    let input = scene.input(workspace);
    // Alone as it is, it need not gain more than others.
    let wanted = [Wanted { profile, gain: Fen::ZERO, offered: Vec::new(), need: Some(need) }];
    let found = proposals::propose(&input, &wanted);
    if let Some(proposal) = found.proposed.into_iter().next() {
        return Ok(proposal);
    }
    let until = proposals::days(&input).last().copied().unwrap_or(workspace.today);
    let mut reasons = Vec::new();
    for waits in found.unplanned {
        reasons.extend(waits.reasons);
        reasons.extend(waits.earliest.map(|day| Reason::new("one_day_free").date("date", day)));
    }
    Err(AppError::NoFreeDay { until, reasons })
}

/// Changes what is given of a visit.
///
/// # Errors
/// No such visit, colleague or topic; people who cannot go that day, with the reasons; times that are none, or too long.
pub fn set(workspace: &mut Workspace, visit: &str, changes: &Changes) -> Result<Visit, AppError> {
    let (stored, mut plan) = find(workspace, visit)?;
    let scene = Scene::without(workspace, stored.visit_id)?;
    if let Some(place) = &changes.place {
        plan.place = Some(place.trim().to_string()).filter(|place| !place.is_empty());
    }
    if let Some(topic) = &changes.topic {
        plan.topic = topic_named(workspace, topic)?;
        plan.reasons.retain(|r| !by_hand::is_of_topic(r));
        plan.reasons.push(by_hand::topic_chosen());
    }
    let rules = &workspace.rules.staffing;
    if let Some(attendance) = changes.attendance {
        if let Some(profile) = scene.profile(plan.employer_id) {
            within_heads(profile, attendance)?;
        }
        plan.attendance = attendance;
        plan.sessions = scene.need(workspace, &plan).sessions;
    }
    times(workspace, &mut plan, changes)?;
    if changes.attendance.is_some() {
        let mut need = scene.best_need(workspace, &plan, plan.date);
        need.reasons.insert(0, Reason::new("attendance_given").count("attendance", plan.attendance));
        expect(&mut plan, &need);
        if !plan.team_by_hand && changes.team.is_none() {
            team_for(workspace, &scene, &mut plan, &need)?;
        }
    }
    if let Some(team) = chosen(workspace, &scene, &plan, changes)? {
        plan.team = team;
        plan.team_by_hand = true;
    }
    by_hand::arrive(rules, &mut plan.team, &plan.start);
    if let Some(profile) = scene.profile(plan.employer_id) {
        let date = plan.date;
        let other_team = changes.team.is_some() || changes.lead.is_some() || changes.attendance.is_some();
        settle_topic(workspace, &mut plan, needs::of(&scene.needs, profile.employer_id), date, other_team);
    }
    if changes.start.is_some() || changes.end.is_some() || changes.team.is_some() || changes.attendance.is_some() {
        // At another time, and with more terminals, what other visits of the day take may be in the way.
        let against = scene.against(workspace, &plan, &plan.team, plan.date);
        if !against.is_empty() {
            return Err(AppError::TeamRefused { date: plan.date, reasons: against });
        }
        other_days(workspace, &scene, &mut plan);
    } else if changes.lead.is_some() {
        other_days(workspace, &scene, &mut plan);
    }
    let need = scene.need(workspace, &plan);
    plan.lacking = by_hand::lacks(&need, &plan.team);
    if plan.team_by_hand {
        plan.reasons.retain(|r| !by_hand::TEAM_REASONS.contains(&r.rule.as_str()) && r.rule != SHARE_EXCEEDED);
        plan.reasons.extend(by_hand::why_chosen(&need, &plan.team));
        if !scene.may_be_lent(workspace, &plan.team, plan.date) {
            plan.reasons.push(Reason::new(SHARE_EXCEEDED).date("date", plan.date));
        }
    }
    own_steps(&mut plan, &stored, workspace, &scene)?;
    revise(workspace, &plan)?;
    Ok(plan)
}

/// Keeps people free for the other days as they are to go now: those who were chosen, else a team for the new need. A day
/// on which they cannot is no longer offered.
fn other_days(workspace: &Workspace, scene: &Scene, plan: &mut Visit) {
    let need = scene.need(workspace, plan);
    let profile = scene.profile(plan.employer_id);
    let team = |day: NaiveDate| -> Option<Vec<TeamMember>> {
        if plan.team_by_hand {
            return scene.against(workspace, plan, &plan.team, day).is_empty().then(|| plan.team.clone());
        }
        Some(scene.team_on(workspace, profile?, &need, day).ok()?.1)
    };
    let kept: Vec<(NaiveDate, Vec<TeamMember>)> =
        plan.alternatives.iter().filter_map(|day| Some((*day, team(*day)?))).collect();
    (plan.alternatives, plan.alternative_teams) = kept.into_iter().unzip();
}

/// Another lead owns his steps; their days stay as they are.
fn own_steps(plan: &mut Visit, stored: &StoredVisit, workspace: &Workspace, scene: &Scene) -> Result<(), AppError> {
    let before = VisitPayload::read(stored)?.plan;
    let lead = |visit: &Visit| visit.team.iter().find(|m| m.role == "lead").map(|m| m.staff_id);
    let (Some(before), Some(profile)) = (before, scene.profile(plan.employer_id)) else { return Ok(()) };
    if lead(&before) != lead(plan) {
        let mut dated = plan.clone();
        plan::date_steps(workspace, &mut dated, profile, &scene.colleagues);
        for step in &mut plan.steps {
            if let Some(same) = dated.steps.iter().find(|s| s.key() == step.key()) {
                step.owner = same.owner;
            }
        }
    }
    Ok(())
}

/// When the visit begins and ends.
fn times(workspace: &Workspace, plan: &mut Visit, changes: &Changes) -> Result<(), AppError> {
    if changes.start.is_none() && changes.end.is_none() {
        return Ok(());
    }
    let start = changes.start.clone().unwrap_or_else(|| plan.start.clone());
    let end = changes.end.clone().unwrap_or_else(|| plan.end.clone());
    let hours = &workspace.rules.staffing.hours;
    match (time_of_day(&start), time_of_day(&end)) {
        (Some(from), Some(until)) if by_hand::within_hours(hours, from, until, plan.sessions) => {
            let minutes = (until - from).num_minutes();
            if minutes > hours.most_minutes {
                let (visit, times, most) = (plan.visit_id, format!("{start}–{end}"), hours.most_minutes);
                return Err(AppError::VisitTooLong { visit, times, minutes, most });
            }
            (plan.start, plan.end) = (from.format("%H:%M").to_string(), until.format("%H:%M").to_string());
            Ok(())
        }
        _ => {
            let (earliest, latest) = (hours.earliest.clone(), hours.latest.clone());
            let times = format!("{start}–{end}");
            Err(AppError::TimeRefused { times, sessions: plan.sessions, earliest, latest })
        }
    }
}

/// The key of the topic a text names, by key or title.
fn topic_named(workspace: &Workspace, text: &str) -> Result<String, AppError> {
    let topics = &workspace.rules.topics.topics;
    let title = |key: &str| workspace.words.get(&format!("topic_title.{key}")).to_string();
    let found = topics.keys().find(|key| *key == text.trim() || same_words(&title(key), text));
    let list = || topics.keys().map(|key| format!("{}（{key}）", title(key))).collect();
    found.cloned().ok_or_else(|| AppError::NotListed { field: "topic".into(), text: text.to_string(), list: list() })
}

/// How many come, in how many rounds, and why.
fn expect(plan: &mut Visit, need: &StaffNeed) {
    (plan.attendance, plan.sessions) = (need.attendance, need.sessions);
    let known = |r: &Reason| NEED_REASONS.contains(&r.rule.as_str());
    let place = plan.reasons.iter().position(known).unwrap_or(plan.reasons.len());
    plan.reasons.retain(|r| !known(r));
    let behind = plan.reasons.split_off(place);
    plan.reasons.extend(need.reasons.iter().cloned());
    plan.reasons.extend(behind);
}

/// Finds a team for the need on the visit's own day, which is not asked about again.
fn team_for(workspace: &Workspace, scene: &Scene, plan: &mut Visit, need: &StaffNeed) -> Result<(), AppError> {
    let date = plan.date;
    let rules = &workspace.rules;
    let taken = scene.taken(workspace, plan, date);
    let away = scene.others.iter().filter(|o| o.date == date).flat_map(|o| o.team.iter().copied()).collect();
    let mut people = scene.colleagues.clone();
    for person in &mut people {
        person.used += scene.others.iter().filter(|o| o.team.contains(&person.staff_id)).count() as i64;
    }
    let pension_day = rules.schedule.pension_day.days.contains(&chrono::Datelike::day(&date));
    let closed = people.iter().filter(|_| pension_day).map(|p| p.outlet.clone()).collect();
    let call = staffing::DayCall {
        date,
        start: &plan.start,
        rm: scene.profile(plan.employer_id).and_then(|p| p.rm),
        unavailable: &taken,
        away: &away,
        closed_outlets: &closed,
    };
    let found = by_hand::largest_team(&rules.staffing, need, &people, &call);
    let (covered, team) = found.map_err(|reasons| AppError::TeamRefused { date, reasons })?;
    plan.team = team;
    plan.reasons.extend(covered.reasons.into_iter().filter(|r| r.rule == "team_reduced"));
    Ok(())
}

/// The team somebody has chosen, whole or by its lead; `None` when nobody has.
fn chosen(
    workspace: &Workspace,
    scene: &Scene,
    plan: &Visit,
    changes: &Changes,
) -> Result<Option<Vec<TeamMember>>, AppError> {
    let rules = &workspace.rules.staffing;
    let refused = |reasons| AppError::TeamRefused { date: plan.date, reasons };
    let team = match (&changes.team, &changes.lead) {
        (Some(names), _) => {
            let mut people: Vec<&Colleague> = Vec::new();
            for name in names.iter().filter(|name| !name.trim().is_empty()) {
                let who = named(workspace, scene, name)?;
                if people.iter().all(|p| p.staff_id != who.staff_id) {
                    people.push(who);
                }
            }
            if people.is_empty() {
                return Err(AppError::UnknownColleague { text: names.join(",") });
            }
            let need = scene.best_need(workspace, plan, plan.date);
            by_hand::seat(rules, &need, &people, &plan.start).map_err(refused)?
        }
        (None, Some(name)) => {
            let who = named(workspace, scene, name)?;
            let led = by_hand::led_by(rules, &plan.team, who, &scene.colleagues, &plan.start);
            led.map_err(|reason| refused(vec![reason]))?
        }
        (None, None) => return Ok(None),
    };
    let away = scene.away(workspace, plan, &team, plan.date);
    if away.is_empty() { Ok(Some(team)) } else { Err(refused(away)) }
}

fn named<'s>(workspace: &Workspace, scene: &'s Scene, text: &str) -> Result<&'s Colleague, AppError> {
    let id = colleague(workspace, text)?;
    let found = scene.colleagues.iter().find(|c| c.staff_id == id);
    found.ok_or_else(|| AppError::UnknownColleague { text: text.to_string() })
}

/// Keeps a visit as it stands: planning leaves it alone from then on.
///
/// # Errors
/// No such visit.
pub fn pin(workspace: &mut Workspace, visit: &str) -> Result<Visit, AppError> {
    let (_, plan) = find(workspace, visit)?;
    revise(workspace, &plan)?;
    Ok(plan)
}
