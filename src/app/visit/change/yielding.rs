//! Offers that nobody has answered yield a day to a visit that is agreed on, and get it back when that is undone,
//! declined or moved.

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::ledger::VisitPayload;
use crate::app::visit::change::scene::{Scene, alone};
use crate::app::visit::plan;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::Visit;
use crate::engagement::visit::schedule::Standing;
use crate::engagement::visit::withdrawn;
use crate::model::status::VisitStatus;
use crate::model::{Param, Reason, VisitId};

/// Tell of a visit which offer made room for its day: one that has another day left, one that has none.
pub const MADE_ROOM: [&str; 2] = ["made_room", "made_room_last"];

/// Tell of an offer that it made room, in the same order.
const YIELDED: [&str; 2] = ["day_yielded", withdrawn::YIELDED];

/// Whether a reason tells of an offer that it made room for another visit.
pub(super) fn tells_of_yielding(reason: &Reason) -> bool {
    YIELDED.contains(&reason.rule.as_str())
}

/// Puts a visit on a day somebody has spoken for. Where offers that nobody has answered hold its people or its place, they
/// yield, as few as need be: those first that lose only their second day. Tells them as they are then; one that has no day
/// left is given up, and planned anew. `place` puts the visit on the day beside the others of a scene, or refuses.
pub(super) fn make_room(
    workspace: &Workspace,
    mut scene: Scene,
    plan: &mut Visit,
    date: NaiveDate,
    place: impl Fn(&Scene, &Workspace, &mut Visit) -> Result<(), AppError>,
) -> Result<Vec<Visit>, AppError> {
    let refused = match place(&scene, workspace, plan) {
        Ok(()) => return Ok(Vec::new()),
        Err(refused) => refused,
    };
    let mut offers: Vec<Visit> = plan::stored_ahead(workspace)?
        .into_iter()
        .filter(|(stored, visit)| !stored.pinned && visit.visit_id != plan.visit_id)
        .map(|(_, visit)| visit)
        .filter(|visit| visit.date == date || visit.alternatives.contains(&date))
        .collect();
    offers.sort_by_key(|visit| (visit.date == date, visit.alternatives.is_empty(), visit.visit_id));
    let before = plan.clone();
    let mut yielded: Vec<(Visit, Vec<Standing>)> = Vec::new();
    for visit in offers {
        let holds = |held: &Standing| held.employer_id == visit.employer_id && held.date == date;
        let (taken, others) = scene.others.into_iter().partition(holds);
        scene.others = others;
        yielded.push((visit, taken));
        if place(&scene, workspace, plan).is_ok() {
            // Whoever need not have yielded keeps the day.
            for n in (0..yielded.len()).rev() {
                let kept = scene.others.len();
                scene.others.extend(yielded[n].1.iter().cloned());
                let mut again = before.clone();
                match place(&scene, workspace, &mut again) {
                    Ok(()) => {
                        *plan = again;
                        yielded.remove(n);
                    }
                    Err(_) => scene.others.truncate(kept),
                }
            }
            let mut yielded: Vec<Visit> = yielded.into_iter().map(|(visit, _)| visit).collect();
            let to = scene.name(plan.employer_id);
            yielded.iter_mut().for_each(|visit| yield_day(workspace, &scene, visit, date, &to));
            plan.reasons.extend(yielded.iter().map(|visit| made_room(&scene, visit, date)));
            return Ok(yielded);
        }
    }
    Err(refused)
}

/// Takes a day from an offer for the employer `to`: its other day is the first one then.
fn yield_day(workspace: &Workspace, scene: &Scene, visit: &mut Visit, date: NaiveDate, to: &str) {
    let next = if visit.date == date { visit.alternatives.first().copied() } else { Some(visit.date) };
    let first = visit.alternative_teams.first().cloned().unwrap_or_default();
    visit.keep_alternatives(|day| day != date && Some(day) != next);
    match next {
        None => visit.status = VisitStatus::Moved,
        Some(next) if next != visit.date => {
            if !first.is_empty() {
                visit.team = first;
            }
            match scene.profile(visit.employer_id) {
                Some(profile) => scene.date_offered(workspace, visit, profile, next),
                None => visit.date = next,
            }
        }
        Some(_) => {}
    }
    visit.reasons.retain(|r| !tells_of_yielding(r));
    let reason = with_what_is_left(YIELDED, visit, date).text("employer", to);
    visit.reasons.insert(0, reason);
}

/// Tells which offer made room for a day.
fn made_room(scene: &Scene, visit: &Visit, date: NaiveDate) -> Reason {
    let reason = with_what_is_left(MADE_ROOM, visit, date).text("visits", visit.visit_id.to_string());
    reason.text("employer", scene.name(visit.employer_id))
}

/// A reason with the day that was yielded and the first one that is left, where there is one.
fn with_what_is_left([left, none]: [&'static str; 2], visit: &Visit, date: NaiveDate) -> Reason {
    match visit.status {
        VisitStatus::Moved => Reason::new(none).date("date", date),
        _ => Reason::new(left).date("date", date).date("left", visit.date),
    }
}

/// Gives back to offers what they yielded to a visit that needs it no more, as it stood: where the day is still free, the
/// time for an answer is not over, and nothing was changed of the offer since. Tells them as they are then.
///
/// # Errors
/// The store cannot be read or written.
pub(super) fn give_back(workspace: &mut Workspace, before: &Visit) -> Result<Vec<Visit>, AppError> {
    let mut given = Vec::new();
    for (id, day) in before.reasons.iter().filter_map(yielded) {
        let Some(mut visit) = as_offered(workspace, id, day)? else { continue };
        match alone(workspace, visit.employer_id, Some(id)) {
            Ok(()) => {}
            Err(AppError::VisitStands { .. }) => continue,
            Err(error) => return Err(error),
        }
        let scene = Scene::without(workspace, id)?;
        if !scene.is_free(workspace, &visit, visit.team_on(day), day)
            || !scene.is_free(workspace, &visit, &visit.team, visit.date)
        {
            continue;
        }
        scene.drop_taken(workspace, &mut visit);
        given.extend(plan::record(workspace, vec![visit])?);
    }
    Ok(given)
}

/// The offer a reason says made room, and its day.
fn yielded(reason: &Reason) -> Option<(VisitId, NaiveDate)> {
    let told = MADE_ROOM.contains(&reason.rule.as_str()).then_some(&reason.params)?;
    let visit = told.iter().find_map(|(name, param)| match param {
        Param::Text(text) if name == "visits" => text.parse().ok(),
        _ => None,
    })?;
    Some((visit, day_of(reason)?))
}

fn day_of(reason: &Reason) -> Option<NaiveDate> {
    reason.params.iter().find_map(|(name, param)| match param {
        Param::Date(day) if name == "date" => Some(*day),
        _ => None,
    })
}

/// An offer as it was before it yielded a day; `None` when something else was said or planned of it since.
fn as_offered(workspace: &Workspace, id: VisitId, day: NaiveDate) -> Result<Option<Visit>, AppError> {
    let revisions = workspace.store.revisions_of(id, workspace.today)?;
    let Some((last, _)) = revisions.last() else { return Ok(None) };
    let now = VisitPayload::read(last)?.plan.filter(|_| !last.pinned);
    let yields = |r: &Reason| tells_of_yielding(r) && day_of(r) == Some(day);
    if !now.is_some_and(|visit| visit.reasons.iter().any(yields)) {
        return Ok(None);
    }
    for (stored, _) in revisions.iter().rev() {
        let Some(visit) = VisitPayload::read(stored)?.plan else { continue };
        let gone = visit.status == VisitStatus::Moved;
        if !gone && (visit.date == day || visit.alternatives.contains(&day)) {
            let waits = visit.answer_by.is_none_or(|last| workspace.today <= last);
            return Ok(Some(visit).filter(|visit| waits && visit.status == VisitStatus::AwaitingBooking));
        }
    }
    Ok(None)
}
