//! Takes the employer's answer: confirmed, moved, declined.

pub mod answered;
pub mod by_hand;
mod scene;
pub mod undo;
pub mod yielding;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::visit::change::scene::Scene;
use crate::app::visit::change::yielding::{MADE_ROOM, give_back, make_room};
use crate::app::visit::named::find;
use crate::app::visit::{answers, plan};
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::{Declined, Visit};
use crate::model::returns::answer::Subject;
use crate::model::status::VisitStatus;
use crate::model::{Reason, VisitId};
use crate::store::ledger::VisitOrigin;

/// Steps that are done once the employer has agreed.
const BOOKED: [&str; 2] = ["booking", "confirm"];

/// A visit that was changed, and offers that have a day again which they had yielded to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    pub visit: Visit,
    pub given_back: Vec<Visit>,
}

impl Changed {
    /// A visit whose change frees no day.
    pub fn alone(visit: Visit) -> Changed {
        Changed { visit, given_back: Vec::new() }
    }
}

/// The employer agreed: on the proposed date, or on another.
///
/// # Errors
/// No such visit, or a day on which it cannot be held, with the reasons.
pub fn confirm(workspace: &mut Workspace, visit: &str, date: Option<NaiveDate>) -> Result<Changed, AppError> {
    let (_, before) = find(workspace, visit)?;
    let Changed { visit: confirmed, given_back } = change(workspace, visit, date, VisitStatus::Confirmed)?;
    let same = date.is_none_or(|date| date == before.date);
    let answer = if same { "first_date" } else { "move" };
    let agreed = [("agreed_date", Some(confirmed.date.to_string()))];
    said(workspace, &before, answer, &agreed)?;
    if !same {
        // 02 asks about the day it is on now.
        said(workspace, &confirmed, "first_date", &agreed)?;
    }
    Ok(Changed { visit: booked(workspace, confirmed)?, given_back })
}

/// Keeps that what leads to an agreement is done, and tells the visit's steps with what is known of them.
///
/// # Errors
/// The store cannot be read or written.
pub(super) fn booked(workspace: &Workspace, visit: Visit) -> Result<Visit, AppError> {
    let mut visits = [visit];
    plan::tell_done(workspace, &mut visits)?;
    let [visit] = &visits;
    let open = visit.steps.iter().filter(|s| BOOKED.contains(&s.step.as_str()) && !s.is_done());
    for step in open {
        let values = [("done", Some("yes".to_string())), ("done_on", Some(workspace.today.to_string()))];
        answers::say(workspace, &Subject::Step(visit.visit_id, step.key()), &values)?;
    }
    plan::tell_done(workspace, &mut visits)?;
    let [visit] = visits;
    Ok(visit)
}

/// Keeps what a command says of an offer beside what workbooks say of it: another answer is then a conflict.
///
/// # Errors
/// The store cannot be read or written.
pub(super) fn said(
    workspace: &Workspace,
    before: &Visit,
    answer: &str,
    more: &[(&str, Option<String>)],
) -> Result<(), AppError> {
    let values = [&[("client_answer", Some(answer.to_string()))], more].concat();
    let id = answers::say(workspace, &answers::offer(before), &values)?;
    Ok(workspace.store.note_applied([id], workspace.today)?)
}

/// Empties what was said of an offer while it was agreed on or declined and holds no more: the day, until when nobody asks
/// again, and why. Other remarks stay.
///
/// # Errors
/// The store cannot be read or written.
pub(super) fn unsaid(workspace: &Workspace, offer: &Visit) -> Result<(), AppError> {
    let why = offer.declined.as_ref().and_then(|declined| declined.reason.as_deref());
    let holds = |field: &str, value: &str| match field {
        "agreed_date" | "rest_until" => false,
        "remark" => why != Some(value),
        _ => true,
    };
    let id = answers::unsay(workspace, &answers::offer(offer), holds)?;
    Ok(workspace.store.note_applied(id, workspace.today)?)
}

/// The employer agreed, as a workbook says.
///
/// # Errors
/// As [`confirm`].
pub(super) fn agree(workspace: &mut Workspace, visit: &str, date: NaiveDate) -> Result<Changed, AppError> {
    let (_, before) = find(workspace, visit)?;
    if before.status == VisitStatus::Confirmed && before.date == date {
        return Ok(Changed::alone(before));
    }
    change(workspace, visit, Some(date), VisitStatus::Confirmed)
}

/// The dates that are offered beside the `first` one of the offer that was answered.
///
/// # Errors
/// As [`confirm`].
pub(super) fn offers(workspace: &Workspace, visit: &str, first: NaiveDate) -> Result<Vec<NaiveDate>, AppError> {
    let visit = find(workspace, visit)?.1;
    Ok(std::iter::once(visit.date).chain(visit.alternatives).filter(|day| *day != first).collect())
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
    let found = plan::stored_ahead(workspace)?.into_iter().find(|(stored, _)| stored.visit_id == visit);
    Ok(found.filter(|(stored, _)| stored.pinned && stored.date != offered).map(|(stored, _)| stored.date))
}

/// Another date is wanted; it has still to be agreed.
///
/// # Errors
/// As [`confirm`].
pub fn move_to(workspace: &mut Workspace, visit: &str, date: NaiveDate) -> Result<Changed, AppError> {
    change(workspace, visit, Some(date), VisitStatus::AwaitingBooking)
}

/// The employer declined (婉拒).
///
/// # Errors
/// No such visit, or a day to ask again on that has passed.
pub fn cancel(
    workspace: &mut Workspace,
    visit: &str,
    reason: Option<String>,
    rest_until: Option<NaiveDate>,
) -> Result<Changed, AppError> {
    if let Some(date) = rest_until.filter(|day| *day <= workspace.today) {
        return Err(AppError::DayPast { field: "rest_until".into(), date });
    }
    let (_, before) = find(workspace, visit)?;
    let declined = decline(workspace, visit, reason.clone(), rest_until)?;
    said(workspace, &before, "declined", &[("remark", reason), ("rest_until", rest_until.map(|d| d.to_string()))])?;
    Ok(declined)
}

/// The employer declined, as a workbook says.
///
/// # Errors
/// No such visit.
pub(super) fn decline(
    workspace: &mut Workspace,
    visit: &str,
    reason: Option<String>,
    rest_until: Option<NaiveDate>,
) -> Result<Changed, AppError> {
    let (_, before) = find(workspace, visit)?;
    let mut plan = before.clone();
    plan.status = VisitStatus::Declined;
    plan.declined = Some(Declined { reason, rest_until });
    plan.reasons.retain(|r| !MADE_ROOM.contains(&r.rule.as_str()));
    revise(workspace, &plan)?;
    Ok(Changed { visit: plan, given_back: give_back(workspace, &before)? })
}

fn change(
    workspace: &mut Workspace,
    text: &str,
    date: Option<NaiveDate>,
    status: VisitStatus,
) -> Result<Changed, AppError> {
    let (stored, before) = find(workspace, text)?;
    let mut plan = before.clone();
    let chosen = date.unwrap_or(plan.date);
    if chosen < workspace.today {
        return Err(AppError::DateRefused { date: chosen, reasons: vec![Reason::new("day_passed")] });
    }
    let scene = Scene::without(workspace, stored.visit_id)?;
    // Somebody has spoken: it is no matter any more what became of an earlier offer.
    plan.reasons.retain(|r| r.rule != "not_answered_in_time" && !yielding::tells_of_yielding(r));
    let mut yielded = Vec::new();
    if let Some(date) = date.filter(|d| *d != plan.date) {
        plan.reasons.retain(|r| !MADE_ROOM.contains(&r.rule.as_str()));
        if !scene.take_offered(workspace, &mut plan, date) {
            match status {
                VisitStatus::Confirmed => {
                    let put_on =
                        |scene: &Scene, workspace: &Workspace, plan: &mut Visit| scene.put_on(workspace, plan, date);
                    yielded = make_room(workspace, scene, &mut plan, date, put_on)?;
                }
                // What nobody has agreed on takes no day from anybody.
                _ => scene.put_on(workspace, &mut plan, date)?,
            }
        }
    }
    plan.keep_alternatives(|d| status != VisitStatus::Confirmed && d != chosen);
    plan.answer_by = plan.answer_by.filter(|_| status != VisitStatus::Confirmed);
    plan.status = status;
    plan::record(workspace, yielded)?;
    revise(workspace, &plan)?;
    // On the same day it keeps what was yielded to it.
    let given_back = if plan.date == before.date { Vec::new() } else { give_back(workspace, &before)? };
    Ok(Changed { visit: plan, given_back })
}

/// Adds a user's revision of a visit: from then on planning leaves it alone.
///
/// # Errors
/// The store cannot be written.
pub(super) fn revise(workspace: &mut Workspace, plan: &Visit) -> Result<(), AppError> {
    let (hash, today) = (workspace.rules.hash_of(plan::RULES), workspace.today);
    let visits = std::slice::from_ref(plan);
    workspace.store.transaction(|store| ledger::revise(store, visits, VisitOrigin::User, &hash, today))
}
