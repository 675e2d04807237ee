//! What managers are told (督导看板).

mod contacts;
mod targets;

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use crate::app::contact::follow_up::FollowUp;
use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::visit::{held, plan, rank};
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::history::TaskState;
use crate::engagement::contact::track::outflows;
use crate::engagement::report::alerts::{self, Payments};
use crate::engagement::report::effect::VisitEffect;
use crate::engagement::report::summary::{
    self, NextVisit, OutletLine, Points, Report, RetentionLine, TaskCounts, VisitFunnel, by_outlet, retention_of,
    sum_standing,
};
use crate::engagement::visit::planned::Visit;
use crate::engagement::visit::timeline::{self, LateStep};
use crate::facts::EmployerProfile;
use crate::facts::employee::purchases;
use crate::facts::inputs::{self, EmployerDates};
use crate::facts::pay::payday_retention::EmployerRetention;
use crate::facts::pay::{earlier_pay, payday_outflow, payday_retention};
use crate::facts::standing_at::{StandingAt, Standings};
use crate::model::EmployerId;
use crate::model::days::period::{days_after, month_start};
use crate::model::status::{AumBasis, RateKind, VisitStatus};
use crate::store::ledger::StoredVisit;

/// The same day a year ago; 28 February for the 29th.
pub(crate) fn last_year_day(day: NaiveDate) -> NaiveDate {
    day.with_year(day.year() - 1).unwrap_or_else(|| days_after(day, -366))
}

/// Where employers stood on a day, from snapshots that are not stale then.
fn standing(workspace: &Workspace, standings: &Standings, day: NaiveDate) -> Result<Vec<StandingAt>, AppError> {
    Ok(standings.at(day, days_after(day, -workspace.rules.facts.snapshot.max_age_days))?)
}

/// The dashboard of today.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read.
pub fn report(workspace: &mut Workspace, follow_up: &FollowUp) -> Result<Report, AppError> {
    workspace.refresh_facts()?;
    workspace.store.read_through()?;
    let today = workspace.today;
    let profiles = rank::profiles(workspace)?;
    let retention = payday_retention::by_employer(&workspace.store)?;
    let many = workspace.rules.facts.many_products.least;
    let standings = Standings::new(&workspace.store, &workspace.products, many)?;
    let standing = |day| standing(workspace, &standings, day);
    let current = standing(today)?;
    let last_month = standing(days_after(month_start(today), -1))?;
    let new_year = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    let year_start = standing(days_after(new_year, -1))?;
    let last_year = standing(last_year_day(today))?;
    // A month or a year of which only some employers are known would make the change a change of the list.
    // The same snapshot twice is no change either.
    let comparable = |then: &[StandingAt]| {
        let same = then.len() == current.len()
            && then.iter().zip(&current).all(|(t, c)| t.employer_id == c.employer_id && t.as_of < c.as_of);
        same.then(|| sum_standing(then, |_| true)).flatten()
    };
    let points = Points {
        current: sum_standing(&current, |_| true),
        last_month: comparable(&last_month),
        year_start: comparable(&year_start),
        last_year: comparable(&last_year),
    };
    let mut indicators = summary::indicators(&points, &profiles, &retention);
    let stored = workspace.store.visits(workspace.today)?;
    let purchases = purchases::all(&workspace.store, today)?;
    let effects = held::judged(workspace, &profiles, &retention, &purchases)?;
    let dates = inputs::employer_dates(&workspace.store, today)?;
    let payments = payments(workspace, &profiles, &dates)?;
    let scene = targets::Scene {
        workspace,
        standings: &standings,
        profiles: &profiles,
        retention: &retention,
        current: &current,
        visits: &stored,
        purchases: &purchases,
    };
    let targets = targets::judge(&scene)?;
    summary::add_targets(&mut indicators, &targets);
    let outlets_aum_basis = points.current.as_ref().map_or(AumBasis::Balance, summary::Standing::basis);
    let alerts = {
        let of = |id: EmployerId| payments.get(&id).copied().unwrap_or_default();
        alerts::find(&workspace.rules, &workspace.workdays, &profiles, of, today)
    };
    let tasks = counts(follow_up);
    let sentences = summary::sentences(&workspace.rules.report, &indicators, &effects, &alerts, &tasks);
    let bands = &workspace.rules.retention;
    let flows = outflows(&payday_outflow::sums(&workspace.store)?, &workspace.rules.flows);
    let (contacts, colleagues) = contacts::lines(workspace, follow_up)?;
    let mut product_distribution = [0; 6];
    for profile in &profiles {
        for (sum, n) in product_distribution.iter_mut().zip(profile.coverage) {
            *sum += n;
        }
    }
    Ok(Report {
        today,
        coverage: inputs::snapshot_coverage(&workspace.store, today)?,
        employers: profiles.len() as i64,
        funnel: funnel(workspace, &stored, &effects),
        outlets: {
            let standing = (&current[..], &last_month[..], outlets_aum_basis);
            let mut lines = outlets(&profiles, &retention, standing, &stored, follow_up);
            lines.iter_mut().for_each(|line| line.take_targets(&targets));
            lines
        },
        outlets_aum_basis,
        late_steps: late_steps(workspace)?,
        next_visits: next_visits(workspace, &profiles)?,
        indicators,
        alerts,
        effects,
        retention: retention
            .into_iter()
            .map(|r| RetentionLine {
                band: r.rate_of(RateKind::Week).and_then(|rate| bands.band(rate)).map(str::to_string),
                outflows: flows.get(&r.employer_id).filter(|_| r.slot == 1).cloned().unwrap_or_default(),
                retention: r,
            })
            .collect(),
        product_distribution,
        tasks,
        contacts,
        colleagues,
        sentences,
        targets,
    })
}

/// The latest payday of each employer, and the months before where the latest is not complete.
fn payments(
    workspace: &Workspace,
    profiles: &[EmployerProfile],
    dates: &BTreeMap<EmployerId, EmployerDates>,
) -> Result<BTreeMap<EmployerId, Payments>, AppError> {
    let mut all = BTreeMap::new();
    for profile in profiles {
        let id = profile.employer_id;
        let Some(last) = dates.get(&id).and_then(|d| d.wage_paydays.last().copied()) else { continue };
        let complete = alerts::month_is_complete(&workspace.rules, &workspace.workdays, profile, last);
        let earlier = if complete { [None, None] } else { earlier_pay::of(&workspace.store, id, workspace.today)? };
        all.insert(id, Payments { last: Some(last), earlier });
    }
    Ok(all)
}

fn counts(follow_up: &FollowUp) -> TaskCounts {
    TaskCounts {
        open: follow_up.tasks.len() as i64,
        overdue: follow_up.tasks.iter().filter(|t| t.state == TaskState::Missed).count() as i64,
        no_room: follow_up.tasks.iter().filter(|t| t.state == TaskState::Open && t.on.is_none()).count() as i64,
        awaiting: follow_up.awaiting.values().sum(),
        blocked: follow_up.blocked.len() as i64,
        awaiting_consent: follow_up.blocked.iter().filter(|b| b.by == "consent_missing").count() as i64,
    }
}

fn funnel(workspace: &Workspace, stored: &[StoredVisit], effects: &[VisitEffect]) -> VisitFunnel {
    let count = |f: &dyn Fn(&StoredVisit) -> bool| stored.iter().filter(|v| f(v)).count() as i64;
    let sum = |f: fn(&VisitEffect) -> Option<i64>| effects.iter().filter_map(f).sum();
    let overdue_days = workspace.rules.report.screen.overdue_days;
    VisitFunnel {
        planned: count(&|v| !matches!(v.status, VisitStatus::Declined | VisitStatus::Moved)),
        confirmed: count(&|v| matches!(v.status, VisitStatus::Confirmed | VisitStatus::Preparing)),
        held: count(&|v| ledger::is_held(v.status)),
        called_in_time: effects.iter().filter(|e| e.key_person_call_in_time == Some(true)).count() as i64,
        closed: count(&|v| v.status == VisitStatus::Closed),
        interested: sum(|e| e.record.interested),
        contacted_in_time: effects.iter().filter(|e| e.first_contact_in_time == Some(true)).count() as i64,
        deals: sum(|e| e.record.deals),
        overdue: count(&|v| {
            v.status == VisitStatus::AwaitingCall && (workspace.today - v.date).num_days() > overdue_days
        }),
    }
}

fn outlets(
    profiles: &[EmployerProfile],
    retention: &[EmployerRetention],
    (current, before, basis): (&[StandingAt], &[StandingAt], AumBasis),
    stored: &[StoredVisit],
    follow_up: &FollowUp,
) -> Vec<OutletLine> {
    let mut lines: Vec<OutletLine> = by_outlet(profiles)
        .into_iter()
        .map(|(outlet, members)| {
            let inside = |id: EmployerId| members.iter().any(|m| m.employer_id == id);
            let now = sum_standing(current, inside);
            let moved =
                before.iter().all(|b| current.iter().all(|c| c.employer_id != b.employer_id || b.as_of < c.as_of));
            let then = sum_standing(before, inside)
                .filter(|t| now.as_ref().is_some_and(|n| n.employers == t.employers) && moved);
            let tasks = || follow_up.tasks.iter().filter(|t| inside(t.employer_id));
            let visits = |f: &dyn Fn(&StoredVisit) -> bool| {
                stored.iter().filter(|v| inside(v.employer_id) && f(v)).count() as i64
            };
            let heads = now.as_ref().map_or(0, |n| n.headcount);
            let aum = now.as_ref().and_then(|n| n.aum(basis));
            OutletLine {
                rank: 0,
                outlet,
                employers: members.len() as i64,
                headcount: heads,
                aum_fen: aum,
                aum_per_head_fen: now.as_ref().and_then(|n| n.per_head(basis)),
                aum_change_fen: aum.zip(then.and_then(|t| t.aum(basis))).map(|(now, then)| now - then),
                retention: retention_of(retention, RateKind::Week, 1, inside),
                period_retention: retention_of(retention, RateKind::Period, 1, inside),
                products_per_head: now.as_ref().filter(|_| heads > 0).map(|n| n.products as f64 / heads as f64),
                visits_planned: visits(&|v| ledger::is_ahead(v.status)),
                visits_held: visits(&|v| ledger::is_held(v.status)),
                open_tasks: tasks().count() as i64,
                overdue_tasks: tasks().filter(|t| t.state == TaskState::Missed).count() as i64,
                ..OutletLine::default()
            }
        })
        .collect();
    summary::rank_outlets(&mut lines);
    lines
}

/// Steps the manager is told of.
fn late_steps(workspace: &Workspace) -> Result<Vec<LateStep>, AppError> {
    let visits = with_steps(workspace)?;
    Ok(timeline::late_steps(&workspace.rules.timeline, visits.iter(), workspace.today))
}

/// All steps that are overdue, the latest first.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn overdue_steps(workspace: &Workspace) -> Result<Vec<LateStep>, AppError> {
    let visits = with_steps(workspace)?;
    Ok(timeline::overdue_steps(&workspace.rules.timeline, visits.iter(), workspace.today))
}

/// Visits of which steps are to be done: those to come, and those held whose key person has still to be called.
fn with_steps(workspace: &Workspace) -> Result<Vec<Visit>, AppError> {
    let (store, today) = (&workspace.store, workspace.today);
    let mut visits = ledger::awaiting_call(store, today)?;
    visits.extend(ledger::ahead(store, today)?);
    plan::tell_done(workspace, &mut visits)?;
    Ok(visits)
}

/// Visits of the next days, soonest first.
fn next_visits(workspace: &Workspace, profiles: &[EmployerProfile]) -> Result<Vec<NextVisit>, AppError> {
    let names: BTreeMap<EmployerId, &str> = profiles.iter().map(|p| (p.employer_id, p.name.as_str())).collect();
    let mut next: Vec<NextVisit> = ledger::ahead(&workspace.store, workspace.today)?
        .into_iter()
        .filter(|v| v.date >= workspace.today)
        .map(|v| NextVisit {
            visit_id: v.visit_id,
            employer_id: v.employer_id,
            name: names.get(&v.employer_id).copied().unwrap_or_default().to_string(),
            date: v.date,
            status: v.status,
            lead: v.team.iter().find(|m| m.role == "lead").map(|m| m.staff_id),
        })
        .collect();
    next.sort_by_key(|v| (v.date, v.visit_id));
    Ok(next)
}
