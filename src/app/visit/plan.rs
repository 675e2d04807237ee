//! Plans visits, and takes the employer's answer: confirmed, moved, cancelled.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;

use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::ledger::VisitPayload;
use crate::app::visit::answers;
use crate::app::visit::rank;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::optimise::check::{self, Levels, Violation};
use crate::engagement::visit::optimise::problem::{Problem, Solution};
use crate::engagement::visit::optimise::{self, Budget};
pub use crate::engagement::visit::planned::Visit;
use crate::engagement::visit::planned::{Declined, Step, TeamMember};
use crate::engagement::visit::proposals::{self, Proposals, Proposed, Wanted, Worth};
use crate::engagement::visit::ranking::Ranking;
use crate::engagement::visit::schedule::{self, ScheduleInput, Standing, Unplanned};
use crate::engagement::visit::staffing::{self, Colleague};
use crate::engagement::visit::{timeline, topics};
use crate::facts::EmployerProfile;
use crate::intake::same_words;
use crate::model::days::period::days_after;
use crate::model::returns::answer::Subject;
use crate::model::status::VisitStatus;
use crate::model::{EmployerId, Fen, Reason, StaffId, VisitId};
use crate::render::books::visit::part::step_name;
use crate::store::ledger::{StoredVisit, VisitOrigin};

/// Rules files a plan rests on; their hash stands on every revision.
const RULES: &[&str] = &["ranking", "schedule", "staffing", "timeline", "topics"];

/// Visits still to come, by date, and who could not be planned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    pub visits: Vec<Visit>,
    pub unplanned: Vec<Unplanned>,
    /// Of the visits that are new.
    #[serde(flatten)]
    pub worth: Worth,
}

/// Our people as the schedule sees them.
///
/// # Errors
/// The store cannot be read.
pub fn colleagues(workspace: &Workspace) -> Result<Vec<Colleague>, AppError> {
    Ok(workspace
        .store
        .staff()?
        .into_iter()
        .map(|s| Colleague {
            staff_id: s.staff_id,
            name: s.row.name,
            outlet: s.row.outlet.unwrap_or_default(),
            position: s.row.position,
            qualifications: s.row.qualifications,
            may_go_out: s.row.may_go_out.unwrap_or(true),
            leave: s.row.leave,
            used: 0,
        })
        .collect())
}

/// Plans the targets of today's ranking beside the visits that stand: none that was offered, agreed on or pinned is
/// changed. Offers nobody answered in time are let go, and their employers planned anew. With nothing changed, nothing is
/// added to the ledger.
///
/// # Errors
/// Nothing has been imported, or the store cannot be written.
pub fn plan(workspace: &mut Workspace) -> Result<Plan, AppError> {
    let Scene { ranking, profiles, kept, stale, busy, colleagues } = scene(workspace)?;
    let by_id: BTreeMap<EmployerId, &EmployerProfile> = profiles.iter().map(|p| (p.employer_id, p)).collect();
    let standing: Vec<Standing> = kept.iter().flat_map(|(_, visit)| standing(visit)).collect();
    let wanted = wanted(&ranking, &by_id, &busy);
    let input = ScheduleInput {
        rules: &workspace.rules,
        workdays: &workspace.workdays,
        today: workspace.today,
        colleagues: &colleagues,
        standing: &standing,
    };
    let Proposals { proposed, mut unplanned, worth } = proposals::propose(&input, &wanted);
    let mut plans: Vec<Visit> = kept.into_iter().map(|(_, visit)| told_if_past(visit, workspace.today)).collect();
    let drafts: Vec<(Proposed, Option<VisitId>)> = proposed
        .into_iter()
        .map(|p| {
            let before = stale.iter().find(|(v, _)| v.employer_id == p.employer_id).map(|(v, _)| v.visit_id);
            (p, before)
        })
        .collect();
    let mut new = Vec::new();
    for (proposal, before) in drafts {
        let profile = by_id.get(&proposal.employer_id).copied();
        if let Some(profile) = profile {
            new.push(draft(workspace, profile, &colleagues, proposal, before));
        }
    }
    let replaced: BTreeSet<VisitId> = new.iter().map(|v| v.visit_id).collect();
    plans.extend(record(workspace, new)?);
    // Proposals nobody answered whose employer gets no new date now are given up, or they would stand for ever.
    let given_up = stale.into_iter().filter(|(v, _)| !replaced.contains(&v.visit_id));
    let given_up: Vec<Visit> = given_up.map(|(_, visit)| Visit { status: VisitStatus::Moved, ..visit }).collect();
    unplanned.extend(given_up.iter().map(|visit| Unplanned {
        employer_id: visit.employer_id,
        reasons: vec![Reason::new("proposal_dropped").date("date", visit.date)],
        earliest: None,
    }));
    record(workspace, given_up)?;
    plans.sort_by_key(|v| (v.date, v.visit_id));
    tell_done(workspace, &mut plans)?;
    unplanned.extend(ranking.left_out.into_iter().map(|l| Unplanned {
        employer_id: l.employer_id,
        reasons: l.reasons,
        earliest: l.earliest,
    }));
    Ok(Plan { visits: plans, unplanned, worth })
}

/// What a plan is made from.
struct Scene {
    ranking: Ranking,
    profiles: Vec<EmployerProfile>,
    /// Visits that stand.
    kept: Vec<(StoredVisit, Visit)>,
    /// Offers nobody answered in time.
    stale: Vec<(StoredVisit, Visit)>,
    /// Employers with a visit that stands, or that have declined and are not to be asked yet.
    busy: BTreeSet<EmployerId>,
    colleagues: Vec<Colleague>,
}

fn scene(workspace: &mut Workspace) -> Result<Scene, AppError> {
    let ranking = rank::rank(workspace)?;
    let profiles = rank::profiles(workspace)?;
    let ahead = stored_ahead(workspace)?;
    let (kept, stale): (Vec<_>, Vec<_>) = ahead.into_iter().partition(|(s, v)| still_stands(workspace, s, v));
    let mut busy: BTreeSet<EmployerId> = kept.iter().map(|(v, _)| v.employer_id).collect();
    let rest = workspace.rules.ranking.eligibility.revisit_days;
    for stored in workspace.store.visits(workspace.today)?.iter().filter(|v| v.status == VisitStatus::Declined) {
        let said = VisitPayload::read(stored)?.plan.and_then(|plan| plan.declined?.rest_until);
        if workspace.today < said.unwrap_or_else(|| days_after(stored.date, rest)) {
            busy.insert(stored.employer_id);
        }
    }
    let colleagues = colleagues(workspace)?;
    Ok(Scene { ranking, profiles, kept, stale, busy, colleagues })
}

/// Targets that have no visit yet.
fn wanted<'a>(
    ranking: &Ranking,
    by_id: &BTreeMap<EmployerId, &'a EmployerProfile>,
    busy: &BTreeSet<EmployerId>,
) -> Vec<Wanted<'a>> {
    let targets = ranking.ranked.iter().filter(|r| r.target && !busy.contains(&r.employer_id));
    targets.filter_map(|r| Some(Wanted { profile: by_id.get(&r.employer_id)?, gain: r.uplift_fen })).collect()
}

/// What [`plan`] would optimise, for other solvers; nothing is written.
///
/// # Errors
/// As [`plan`].
pub fn problem(workspace: &mut Workspace) -> Result<Problem, AppError> {
    let Scene { ranking, profiles, kept, busy, colleagues, .. } = scene(workspace)?;
    let by_id: BTreeMap<EmployerId, &EmployerProfile> = profiles.iter().map(|p| (p.employer_id, p)).collect();
    let standing: Vec<Standing> = kept.iter().flat_map(|(_, visit)| standing(visit)).collect();
    let input = ScheduleInput {
        rules: &workspace.rules,
        workdays: &workspace.workdays,
        today: workspace.today,
        colleagues: &colleagues,
        standing: &standing,
    };
    Ok(proposals::problem(&input, &wanted(&ranking, &by_id, &busy)))
}

/// What a plan made elsewhere is worth, and which rules it breaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    pub feasible: bool,
    pub violations: Vec<Violation>,
    pub levels: Levels,
    pub bound_fen: Fen,
    /// Share of the bound that may be missing at level 1.
    pub gap: f64,
}

/// Checks a plan made elsewhere against what [`plan`] would optimise; nothing is written.
///
/// # Errors
/// As [`plan`].
pub fn check(workspace: &mut Workspace, solution: &Solution) -> Result<Checked, AppError> {
    let problem = problem(workspace)?;
    let rules = &workspace.rules.schedule.budget;
    let budget = Budget { steps: rules.steps, nodes: rules.nodes, largest: rules.largest };
    let too_many = || AppError::Inner { what: "plan", reason: "roles".into() };
    let bound = optimise::solve(&problem, budget).map_err(|_| too_many())?.bound_fen;
    let (violations, levels) = (check::violations(&problem, solution), check::levels(&problem, solution));
    let gap = if bound > levels.gain_fen { 1.0 - levels.gain_fen as f64 / bound as f64 } else { 0.0 };
    Ok(Checked { feasible: violations.is_empty(), violations, levels, bound_fen: Fen(bound), gap })
}

/// Visits still to come as they stand in the ledger, by date.
///
/// # Errors
/// The store cannot be read.
pub fn show(workspace: &Workspace) -> Result<Vec<Visit>, AppError> {
    let mut plans: Vec<Visit> = stored_ahead(workspace)?.into_iter().map(|(_, v)| v).collect();
    plans.sort_by_key(|v| (v.date, v.visit_id));
    tell_done(workspace, &mut plans)?;
    Ok(plans)
}

/// Tells of each step what was told of it.
fn tell_done(workspace: &Workspace, visits: &mut [Visit]) -> Result<(), AppError> {
    let mut done = answers::steps_done(&workspace.store, workspace.today)?;
    for visit in visits {
        let id = visit.visit_id;
        visit.steps.iter_mut().for_each(|step| step.done = done.remove(&(id, step.key())));
    }
    Ok(())
}

/// The employer agreed: on the proposed date, or on another.
///
/// # Errors
/// No such visit, or a day on which it cannot be held, with the reasons.
pub fn confirm(workspace: &mut Workspace, visit: &str, date: Option<NaiveDate>) -> Result<Visit, AppError> {
    let (_, before) = find(workspace, visit)?;
    let confirmed = change(workspace, visit, date, VisitStatus::Confirmed)?;
    let same = date.is_none_or(|date| date == before.date);
    let answer = if same { "first_date" } else { "move" };
    said(workspace, &before, answer, &[("agreed_date", Some(confirmed.date.to_string()))])?;
    Ok(confirmed)
}

/// Keeps what a command says of an offer beside what workbooks say of it: another answer is then a conflict.
fn said(workspace: &Workspace, before: &Visit, answer: &str, more: &[(&str, Option<String>)]) -> Result<(), AppError> {
    let values = [&[("client_answer", Some(answer.to_string()))], more].concat();
    let id = answers::say(workspace, &answers::offer(before), &values)?;
    Ok(workspace.store.note_applied([id], workspace.today)?)
}

/// The employer agreed, as a workbook says.
///
/// # Errors
/// As [`confirm`].
pub(super) fn agree(workspace: &mut Workspace, visit: &str, date: NaiveDate) -> Result<Visit, AppError> {
    let (_, before) = find(workspace, visit)?;
    if before.status == VisitStatus::Confirmed && before.date == date {
        return Ok(before);
    }
    change(workspace, visit, Some(date), VisitStatus::Confirmed)
}

/// The other dates that are offered.
///
/// # Errors
/// As [`confirm`].
pub(super) fn offers(workspace: &Workspace, visit: &str) -> Result<Vec<NaiveDate>, AppError> {
    Ok(find(workspace, visit)?.1.alternatives)
}

/// The day of a visit that somebody put on another day than the one that was offered.
///
/// # Errors
/// The store cannot be read.
pub(super) fn moved_since(
    workspace: &Workspace,
    visit: VisitId,
    offered: NaiveDate,
) -> Result<Option<NaiveDate>, AppError> {
    let found = stored_ahead(workspace)?.into_iter().find(|(stored, _)| stored.visit_id == visit);
    Ok(found.filter(|(stored, _)| stored.pinned && stored.date != offered).map(|(stored, _)| stored.date))
}

/// Another date is wanted; it has still to be agreed.
///
/// # Errors
/// As [`confirm`].
pub fn move_to(workspace: &mut Workspace, visit: &str, date: NaiveDate) -> Result<Visit, AppError> {
    change(workspace, visit, Some(date), VisitStatus::AwaitingBooking)
}

/// The employer declined (婉拒).
///
/// # Errors
/// No such visit.
pub fn cancel(
    workspace: &mut Workspace,
    visit: &str,
    reason: Option<String>,
    rest_until: Option<NaiveDate>,
) -> Result<Visit, AppError> {
    let (_, before) = find(workspace, visit)?;
    let declined = decline(workspace, visit, reason.clone(), rest_until)?;
    said(workspace, &before, "declined", &[("remark", reason), ("rest_until", rest_until.map(|d| d.to_string()))])?;
    Ok(declined)
}

/// The employer declined, as a workbook says.
///
/// # Errors
/// As [`cancel`].
pub(super) fn decline(
    workspace: &mut Workspace,
    visit: &str,
    reason: Option<String>,
    rest_until: Option<NaiveDate>,
) -> Result<Visit, AppError> {
    let (_, mut plan) = find(workspace, visit)?;
    plan.status = VisitStatus::Declined;
    plan.declined = Some(Declined { reason, rest_until });
    revise(workspace, &plan)?;
    Ok(plan)
}

/// A step of a visit is done.
///
/// # Errors
/// No such visit or step, a day that has not come, or the store cannot be written.
pub fn step_done(
    workspace: &mut Workspace,
    visit: &str,
    step: &str,
    on: Option<NaiveDate>,
    note: Option<String>,
    dry_run: bool,
) -> Result<Visit, AppError> {
    let on = on.unwrap_or(workspace.today);
    if on > workspace.today {
        return Err(AppError::DayAhead { field: "done_on".into(), date: on });
    }
    let (_, plan) = find_any(workspace, visit)?;
    let key = step_named(workspace, &plan, step)?;
    let subject = Subject::Step(plan.visit_id, key);
    workspace.tried(dry_run, |workspace| {
        let values = [("done", Some("yes".to_string())), ("done_on", Some(on.to_string())), ("remark", note)];
        answers::say(workspace, &subject, &values)?;
        let mut plans = vec![plan];
        tell_done(workspace, &mut plans)?;
        plans.pop().ok_or_else(|| AppError::Inner { what: "visit", reason: "no plan".into() })
    })
}

/// The key of the step of a visit that a text names: by its key, its name, or the words of the name before a bracket. One
/// of several, such as publicity by different channels, is named with its channel.
fn step_named(workspace: &Workspace, plan: &Visit, text: &str) -> Result<String, AppError> {
    let words = &workspace.words;
    let shown = |s: &Step| step_name(&s.step, s.channel.as_deref(), words);
    let exactly = plan.steps.iter().find(|s| s.key() == text.trim() || same_words(&shown(s), text));
    let alike = |s: &&Step| {
        let name = step_name(&s.step, None, words);
        let short = name.split(['（', '(']).next().unwrap_or_default();
        s.step == text.trim() || same_words(&name, text) || same_words(short, text)
    };
    let alike: Vec<&Step> = plan.steps.iter().filter(alike).collect();
    match (exactly, alike.as_slice()) {
        (Some(step), _) => Ok(step.key()),
        (None, [only]) => Ok(only.key()),
        (None, several) => {
            let list = if several.is_empty() { plan.steps.iter().collect() } else { several.to_vec() };
            let list = list.into_iter().map(shown).collect();
            Err(AppError::NotListed { field: "step".into(), text: text.to_string(), list })
        }
    }
}

fn stored_ahead(workspace: &Workspace) -> Result<Vec<(StoredVisit, Visit)>, AppError> {
    let mut ahead = Vec::new();
    for stored in workspace.store.visits(workspace.today)?.into_iter().filter(|v| ledger::is_ahead(v.status)) {
        if let Some(plan) = VisitPayload::read(&stored)?.plan {
            ahead.push((stored, plan));
        }
    }
    Ok(ahead)
}

/// A visit whose day has gone by without a record says so first.
fn told_if_past(mut visit: Visit, today: NaiveDate) -> Visit {
    if visit.date < today {
        visit.reasons.insert(0, Reason::new("record_missing").date("date", visit.date));
    }
    visit
}

/// A visit the employer or a user has spoken on stands; an offer stands while its dates are kept for an answer and one of
/// them leaves time for publicity.
fn still_stands(workspace: &Workspace, stored: &StoredVisit, visit: &Visit) -> bool {
    let first = days_after(workspace.today, workspace.rules.timeline.lead.publicity_days);
    let waits = visit.answer_by.is_none_or(|last| workspace.today <= last);
    stored.pinned || (waits && std::iter::once(&visit.date).chain(&visit.alternatives).any(|d| first <= *d))
}

/// The days a visit holds: its own, and while it is an offer the other ones too, each with its people.
fn standing(visit: &Visit) -> Vec<Standing> {
    let of = |date: NaiveDate, team: &[TeamMember]| Standing {
        employer_id: visit.employer_id,
        date,
        team: team.iter().map(|m| m.staff_id).collect(),
    };
    let teams = visit.alternative_teams.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
    let others = visit.alternatives.iter().zip(teams).map(|(day, team)| of(*day, team));
    std::iter::once(of(visit.date, &visit.team)).chain(others).collect()
}

fn draft(
    workspace: &Workspace,
    profile: &EmployerProfile,
    colleagues: &[Colleague],
    proposal: Proposed,
    before: Option<VisitId>,
) -> Visit {
    let rules = &workspace.rules;
    let topic = topics::choose(&rules.topics, profile, proposal.date.month());
    let mut reasons = proposal.reasons;
    if before.is_some() {
        reasons.insert(0, Reason::new("not_answered_in_time"));
    }
    reasons.extend(topic.iter().flat_map(|t| t.reasons.iter().cloned()));
    let mut visit = Visit {
        visit_id: before.unwrap_or(VisitId(0)),
        employer_id: profile.employer_id,
        status: VisitStatus::AwaitingBooking,
        date: proposal.date,
        alternatives: proposal.alternatives.iter().map(|(day, _)| *day).collect(),
        alternative_teams: proposal.alternatives.into_iter().map(|(_, team)| team).collect(),
        answer_by: Some(days_after(workspace.today, rules.schedule.proposal.answer_days)),
        start: rules.staffing.hours.start.clone(),
        end: rules.staffing.hours.end.clone(),
        attendance: proposal.need.attendance,
        sessions: proposal.need.sessions,
        team: proposal.team,
        topic: topic.map(|t| t.topic).unwrap_or_default(),
        steps: Vec::new(),
        reasons,
        declined: None,
    };
    visit.steps = steps(workspace, &visit, profile, colleagues);
    visit
}

fn steps(workspace: &Workspace, visit: &Visit, profile: &EmployerProfile, colleagues: &[Colleague]) -> Vec<Step> {
    let rules = &workspace.rules;
    let lead = visit.team.iter().find(|m| m.role == "lead").map(|m| m.staff_id);
    let manager = colleagues.iter().find(|c| staffing::qualifies(&rules.staffing, "president", c)).map(|c| c.staff_id);
    let owners: BTreeMap<String, StaffId> =
        [("rm", profile.rm.or(lead)), ("lead", lead), ("manager", manager), ("office", manager)]
            .into_iter()
            .filter_map(|(k, who)| Some((k.to_string(), who?)))
            .collect();
    timeline::steps(
        &rules.timeline,
        visit.date,
        workspace.today,
        &workspace.workdays,
        &rules.timeline.publicity.channels,
        &owners,
    )
}

fn record(workspace: &mut Workspace, visits: Vec<Visit>) -> Result<Vec<Visit>, AppError> {
    let (hash, today) = (workspace.rules.hash_of(RULES), workspace.today);
    workspace.store.transaction(|store| {
        visits
            .into_iter()
            .map(|mut visit| {
                if visit.visit_id == VisitId(0) {
                    visit.visit_id = store.add_visit(visit.employer_id, today)?;
                }
                let json = VisitPayload { plan: Some(visit.clone()), record: None }.to_json()?;
                store.revise_visit(visit.visit_id, visit.status, visit.date, &json, VisitOrigin::Plan, &hash, today)?;
                Ok(visit)
            })
            .collect()
    })
}

/// A visit by its number or by its employer's, over or not: of several the latest.
fn find_any(workspace: &Workspace, text: &str) -> Result<(StoredVisit, Visit), AppError> {
    let visit_id = text.parse::<VisitId>().ok();
    let employer = match visit_id {
        Some(_) => None,
        None => crate::app::employers::employer_named(workspace, text).ok(),
    };
    let mut all = workspace.store.visits(workspace.today)?;
    all.retain(|v| Some(v.visit_id) == visit_id || Some(v.employer_id) == employer);
    all.sort_by_key(|v| (v.date, v.visit_id));
    for stored in all.into_iter().rev() {
        if let Some(plan) = VisitPayload::read(&stored)?.plan {
            return Ok((stored, plan));
        }
    }
    Err(AppError::UnknownVisit { text: text.to_string() })
}

/// A visit by its number or by its employer's.
fn find(workspace: &Workspace, text: &str) -> Result<(StoredVisit, Visit), AppError> {
    let unknown = || AppError::UnknownVisit { text: text.to_string() };
    let visit_id = text.parse::<VisitId>().ok();
    let employer = match visit_id {
        Some(_) => None,
        None => crate::app::employers::employer_named(workspace, text).ok(),
    };
    let all = workspace.store.visits(workspace.today)?;
    let fits = |v: &&StoredVisit| Some(v.visit_id) == visit_id || Some(v.employer_id) == employer;
    if !all.iter().any(|v| fits(&v)) {
        return Err(unknown());
    }
    let found = stored_ahead(workspace)?.into_iter().find(|(v, _)| fits(&v));
    found.ok_or_else(|| AppError::VisitOver { text: text.to_string() })
}

fn change(
    workspace: &mut Workspace,
    text: &str,
    date: Option<NaiveDate>,
    status: VisitStatus,
) -> Result<Visit, AppError> {
    workspace.refresh_facts()?;
    let (stored, mut plan) = find(workspace, text)?;
    let profiles = rank::profiles(workspace)?;
    let by_id: BTreeMap<EmployerId, &EmployerProfile> = profiles.iter().map(|p| (p.employer_id, p)).collect();
    let colleagues = colleagues(workspace)?;
    if let (Some(date), Some(profile)) = (date.filter(|d| *d != plan.date), by_id.get(&plan.employer_id)) {
        if let Some(reason) = timeline::too_late(&workspace.rules.timeline, date, workspace.today) {
            return Err(AppError::DateRefused { date, reasons: vec![reason] });
        }
        let others: Vec<Standing> = stored_ahead(workspace)?
            .into_iter()
            .filter(|(v, _)| v.visit_id != stored.visit_id)
            .flat_map(|(_, v)| standing(&v))
            .collect();
        let input = ScheduleInput {
            rules: &workspace.rules,
            workdays: &workspace.workdays,
            today: workspace.today,
            colleagues: &colleagues,
            standing: &others,
        };
        let team = schedule::team_on(&input, profile, &others, date)
            .map_err(|reasons| AppError::DateRefused { date, reasons })?;
        plan.reasons.retain(|r| !schedule::DATE_REASONS.contains(&r.rule.as_str()));
        plan.reasons.insert(0, schedule::date_reason(&input, profile, date));
        plan.date = date;
        plan.team = team;
        plan.steps = steps(workspace, &plan, profile, &colleagues);
    }
    let chosen = plan.date;
    let kept = |d: &NaiveDate| status != VisitStatus::Confirmed && *d != chosen;
    let teams = plan.alternative_teams.iter().cloned().chain(std::iter::repeat(Vec::new()));
    let others: Vec<_> = plan.alternatives.iter().copied().zip(teams).filter(|(d, _)| kept(d)).collect();
    (plan.alternatives, plan.alternative_teams) = others.into_iter().unzip();
    plan.answer_by = None;
    plan.status = status;
    revise(workspace, &plan)?;
    Ok(plan)
}

fn revise(workspace: &mut Workspace, plan: &Visit) -> Result<(), AppError> {
    let (hash, today) = (workspace.rules.hash_of(RULES), workspace.today);
    let json = VisitPayload { plan: Some(plan.clone()), record: None }.to_json()?;
    workspace.store.transaction(|store| {
        store.revise_visit(plan.visit_id, plan.status, plan.date, &json, VisitOrigin::User, &hash, today)?;
        Ok(())
    })
}
