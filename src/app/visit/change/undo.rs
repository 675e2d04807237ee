//! What was said or changed of a visit by hand is taken back.

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::error::AppError;
use crate::app::ledger::{self, VisitPayload};
use crate::app::visit::change::scene::{Scene, alone};
use crate::app::visit::change::yielding::{MADE_ROOM, give_back, make_room, tells_of_yielding};
use crate::app::visit::change::{self, revise};
use crate::app::visit::named::find_any;
use crate::app::visit::{answers, plan};
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::{Declined, Visit};
use crate::engagement::visit::timeline;
use crate::model::Reason;
use crate::model::returns::answer::Subject;
use crate::model::status::VisitStatus;
use crate::store::ledger::StoredVisit;

/// How a visit stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stood {
    pub status: VisitStatus,
    pub date: NaiveDate,
    /// Whether planning left it alone.
    pub pinned: bool,
}

/// Takes up a visit the employer had declined, on its day or another: it is to be booked again. What was said then stays in
/// the revisions; the employer no longer rests.
///
/// # Errors
/// No such visit, one that was not declined, an employer with another visit to come, or a day on which it cannot be held.
pub fn reopen(workspace: &mut Workspace, visit: &str, date: Option<NaiveDate>) -> Result<Visit, AppError> {
    let (stored, mut plan) = find_any(workspace, visit)?;
    if stored.status != VisitStatus::Declined {
        return Err(AppError::NotDeclined { text: visit.to_string() });
    }
    alone(workspace, stored.employer_id, Some(stored.visit_id))?;
    let declined = plan.clone();
    let scene = Scene::without(workspace, stored.visit_id)?;
    let date = date.unwrap_or(plan.date);
    scene.put_on(workspace, &mut plan, date)?;
    let late = |d: &NaiveDate| timeline::too_late(&workspace.rules.timeline, *d, workspace.today).is_some();
    plan.keep_alternatives(|d| d != date && !late(&d));
    scene.drop_taken(workspace, &mut plan);
    plan.status = VisitStatus::AwaitingBooking;
    plan.declined = None;
    plan.reasons.retain(|r| !tells_of_yielding(r) && !MADE_ROOM.contains(&r.rule.as_str()));
    revise(workspace, &plan)?;
    // 02 shows what was said of a day whenever the visit is on it.
    change::unsaid(workspace, &declined)?;
    if declined.date != plan.date {
        change::said(workspace, &declined, "waiting", &[])?;
    }
    change::said(workspace, &plan, "waiting", &[])?;
    Ok(plan)
}

/// A visit of which something was taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    pub visit: Visit,
    /// How it stood until then.
    pub was: Stood,
    /// Whether planning still leaves it alone.
    pub pinned: bool,
    /// Offers that had yielded a day to it and have it again.
    pub given_back: Vec<Visit>,
    /// Other days it offered before that are over or have been given to others meanwhile: it has them no more.
    pub days_lost: Vec<NaiveDate>,
}

/// Takes back what a user said last of a visit: it stands as before, by a further revision, and is pinned only if it was
/// before. Taken back twice it stands as it did at first. Offers that had made room for it get their day back where it is
/// still free.
///
/// # Errors
/// No such visit, or one that was held since; nothing to take back; a day that has passed, another visit of the employer, or
/// people who have been given to others meanwhile.
pub fn undo(workspace: &mut Workspace, visit: &str) -> Result<Undone, AppError> {
    let (stored, undone) = find_any(workspace, visit)?;
    if !ledger::is_ahead(stored.status) && stored.status != VisitStatus::Declined {
        return Err(AppError::VisitOver { text: visit.to_string() });
    }
    let nothing = || AppError::NothingToUndo { text: visit.to_string() };
    let before = before_last(workspace, &stored)?.ok_or_else(nothing)?;
    let mut restored = VisitPayload::read(&before)?.plan.ok_or_else(nothing)?;
    let offered = restored.alternatives.clone();
    let yielded = if ledger::is_ahead(restored.status) { fit_in(workspace, &mut restored)? } else { Vec::new() };
    let days_lost = offered.into_iter().filter(|day| !restored.alternatives.contains(day)).collect();
    plan::record(workspace, yielded)?;
    if before.pinned {
        revise(workspace, &restored)?;
    } else {
        plan::record(workspace, vec![restored.clone()])?;
    }
    let given_back = give_back(workspace, &undone)?;
    said_before(workspace, &undone, &restored)?;
    let mut told = [restored];
    plan::tell_done(workspace, &mut told)?;
    let [visit] = told;
    let was = Stood { status: stored.status, date: stored.date, pinned: stored.pinned };
    Ok(Undone { visit, was, pinned: before.pinned, given_back, days_lost })
}

/// How a visit stood before what a user said last, or took back last; `None` when nobody has said anything, or a list has
/// told of it since.
fn before_last(workspace: &Workspace, now: &StoredVisit) -> Result<Option<StoredVisit>, AppError> {
    let mut revisions = workspace.store.revisions_of(now.visit_id, workspace.today)?;
    let Some((_, by_user)) = revisions.pop() else { return Ok(None) };
    // What the user took back himself is written as the plan's where the plan is free to change it again.
    let taken_back = !now.pinned && revisions.last().is_some_and(|(_, by_user)| *by_user);
    let differs =
        |r: &StoredVisit| (r.status, r.date, &r.payload, r.pinned) != (now.status, now.date, &now.payload, now.pinned);
    let before = revisions.into_iter().rev().map(|(r, _)| r).find(differs);
    Ok(before.filter(|_| by_user || taken_back))
}

/// Checks whether a visit can stand on its day again; one that is agreed on has offers yield to it as before. Tells them.
fn fit_in(workspace: &mut Workspace, visit: &mut Visit) -> Result<Vec<Visit>, AppError> {
    let date = visit.date;
    if date < workspace.today {
        return Err(AppError::DateRefused { date, reasons: vec![Reason::new("day_passed")] });
    }
    alone(workspace, visit.employer_id, Some(visit.visit_id))?;
    let scene = Scene::without(workspace, visit.visit_id)?;
    if visit.status == VisitStatus::Confirmed && !scene.is_free(workspace, visit, &visit.team, date) {
        visit.reasons.retain(|r| !MADE_ROOM.contains(&r.rule.as_str()));
        return make_room(workspace, scene, visit, date, |scene, workspace, visit| {
            // Whoever was to go goes again, where they can, and no time is asked about that was given before.
            if scene.is_free(workspace, visit, &visit.team, date) {
                return Ok(());
            }
            scene.put_on(workspace, visit, date)
        });
    }
    if scene.is_full(workspace, date) || !scene.may_be_lent(workspace, &visit.team, date) {
        return Err(AppError::DateRefused { date, reasons: vec![Reason::new("day_full").date("date", date)] });
    }
    let away = scene.away(workspace, visit, &visit.team, date);
    if !away.is_empty() {
        return Err(AppError::TeamRefused { date, reasons: away });
    }
    scene.drop_taken(workspace, visit);
    Ok(Vec::new())
}

/// What the employer has answered is what the visit says again, also where it is asked about; an agreement that is taken
/// back is no step that is done.
fn said_before(workspace: &Workspace, undone: &Visit, restored: &Visit) -> Result<(), AppError> {
    if undone.status == restored.status && undone.date == restored.date {
        return Ok(());
    }
    change::unsaid(workspace, undone)?;
    let agreed = ("agreed_date", Some(restored.date.to_string()));
    match restored.status {
        VisitStatus::Confirmed => {
            change::said(workspace, restored, "first_date", &[agreed])?;
            change::booked(workspace, restored.clone())?;
        }
        VisitStatus::Declined => {
            let Declined { reason, rest_until } = restored.declined.clone().unwrap_or_default();
            let why = [("remark", reason), ("rest_until", rest_until.map(|day| day.to_string()))];
            change::said(workspace, restored, "declined", &why)?;
        }
        _ => {
            // A day that was agreed on instead is told of the offer too.
            change::unsaid(workspace, restored)?;
            change::said(workspace, restored, "waiting", &[])?;
        }
    }
    let agreed = undone.status == VisitStatus::Confirmed && restored.status != VisitStatus::Confirmed;
    for step in undone.steps.iter().filter(|s| agreed && s.step == "confirm") {
        let subject = Subject::Step(undone.visit_id, step.key());
        answers::say(workspace, &subject, &[("done", Some("no".to_string()))])?;
    }
    Ok(())
}
