//! Puts what employers answered to the dates offered into the plan.

use chrono::NaiveDate;

use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::visit::change::yielding::MADE_ROOM;
use crate::app::visit::change::{self, Changed};
use crate::app::visit::named::find;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::answers::{Merged, merge};
use crate::engagement::visit::planned::Visit;
use crate::model::problem::codes;
use crate::model::returns::answer::{Answer, Subject};
use crate::model::{Param, Place, Problem, VisitId};
use crate::store::answers::About;

/// What is typed into an offer and changes the plan.
const PLAN_FIELDS: [&str; 3] = ["client_answer", "agreed_date", "rest_until"];

/// Puts answers that came back into the plan, and tells which other visits made room or have a day again; what cannot be
/// done is told, and tried again after the next import.
///
/// # Errors
/// The store cannot be read or written.
pub fn apply(workspace: &mut Workspace) -> Result<Vec<Problem>, AppError> {
    let mut told = Vec::new();
    for (subject, said) in workspace.store.answers_about(About::Visits)? {
        let Subject::Step(visit, offered) = &subject else { continue };
        // Steps bear their names, offers their dates.
        let Ok(offered) = offered.parse::<NaiveDate>() else { continue };
        if said.iter().all(|answer| answer.applied) {
            continue;
        }
        let merged = merge(&said.iter().collect::<Vec<_>>());
        if merged.conflicts.iter().any(|c| c.field == "client_answer" || c.field == "agreed_date") {
            continue;
        }
        let applied = merge(&said.iter().filter(|answer| answer.applied).collect::<Vec<_>>());
        if PLAN_FIELDS.iter().all(|field| merged.value(field) == applied.value(field)) {
            // Nothing new for the plan: a remark, or the same in another copy.
            workspace.store.note_applied(said.iter().map(|a| a.answer_id), workspace.today)?;
            continue;
        }
        let before = find(workspace, &visit.to_string()).ok().map(|(_, before)| before);
        let done = match change::moved_since(workspace, *visit, offered)? {
            // Moved by what was said of this offer itself.
            Some(now) if applied.value("agreed_date") != Some(&now.to_string()) => {
                Err(AppError::OfferOver { offered, now })
            }
            _ => put(workspace, *visit, offered, &merged),
        };
        match done {
            Ok(changed) => {
                let today = workspace.today;
                workspace.store.note_applied(said.iter().map(|a| a.answer_id), today)?;
                if let Some((before, changed)) = before.zip(changed) {
                    told.extend(of_others(workspace, &said, &before, &changed)?);
                }
            }
            Err(error) => told.push(not_applied(workspace, &said, &error)?),
        }
    }
    Ok(told)
}

/// Puts one answer into the plan; `None`: it changes nothing.
fn put(
    workspace: &mut Workspace,
    visit: VisitId,
    offered: NaiveDate,
    merged: &Merged,
) -> Result<Option<Changed>, AppError> {
    let text = visit.to_string();
    let agreed: Option<NaiveDate> = merged.value("agreed_date").and_then(|day| day.parse().ok());
    let missing = || AppError::ValueRefused { field: "agreed_date".into(), text: String::new() };
    let changed = match merged.value("client_answer") {
        Some("waiting") => return Ok(None),
        Some("declined") => {
            let rest = merged.value("rest_until").and_then(|day| day.parse().ok());
            change::decline(workspace, &text, merged.value("remark").map(str::to_string), rest)?
        }
        Some("first_date") => change::agree(workspace, &text, agreed.unwrap_or(offered))?,
        Some("other_date") => {
            let offers = change::offers(workspace, &text, offered)?;
            // With one other date on offer it is the one that is meant.
            let only = if let [only] = offers.as_slice() { Some(*only) } else { None };
            change::agree(workspace, &text, agreed.or(only).ok_or_else(missing)?)?
        }
        Some("move") => change::agree(workspace, &text, agreed.ok_or_else(missing)?)?,
        _ => match agreed {
            Some(day) => change::agree(workspace, &text, day)?,
            None => return Ok(None),
        },
    };
    Ok(Some(changed))
}

/// Which other visits made room for an answer, and which have a day again, in the words of the commands.
fn of_others(
    workspace: &Workspace,
    said: &[Answer],
    before: &Visit,
    changed: &Changed,
) -> Result<Vec<Problem>, AppError> {
    let (place, _) = typed_at(said);
    let room = changed.visit.reasons.iter().filter(|r| MADE_ROOM.contains(&r.rule.as_str()));
    let room = room.filter(|r| !before.reasons.contains(r));
    let mut told: Vec<Problem> = room
        .map(|r| codes::RETURN_MADE_ROOM.at(place.clone(), vec![("reason", Param::Text(workspace.words.reason(r)))]))
        .collect();
    if !changed.given_back.is_empty() {
        let directory = Directory::load(workspace)?;
        told.extend(changed.given_back.iter().map(|given| {
            let days = std::iter::once(given.date).chain(given.alternatives.iter().copied());
            let params = vec![
                ("visit", Param::Text(given.visit_id.to_string())),
                ("employer", Param::Text(directory.names().employer(given.employer_id))),
                ("days", Param::List(days.map(Param::Date).collect())),
            ];
            codes::RETURN_GIVEN_BACK.at(place.clone(), params)
        }));
    }
    Ok(told)
}

/// What cannot be done, with the cell it was typed into.
fn not_applied(workspace: &Workspace, said: &[Answer], error: &AppError) -> Result<Problem, AppError> {
    let spec = match error {
        AppError::Store(_) | AppError::Inner { .. } => {
            return Err(AppError::Inner { what: "visit", reason: error.to_string() });
        }
        error => error.spec(),
    };
    let mut reason = workspace.words.fill(&format!("error.{}.found", spec.code), &spec.params);
    if !spec.reasons.is_empty() {
        // Chinese has no blank behind a sign.
        reason.push_str(if reason.is_ascii() { " " } else { "" });
        reason.push_str(&workspace.words.reasons(spec.reasons));
        reason.push_str(workspace.words.get("common.full_stop"));
    }
    let (place, field) = typed_at(said);
    let column = Param::Word { word: format!("column.{field}") };
    let params = vec![("column", column), ("reason", Param::Text(reason))];
    Ok(codes::RETURN_NOT_APPLIED.at(place, params))
}

/// The cell into which the answer was typed, and the key of its column.
fn typed_at(said: &[Answer]) -> (Place, String) {
    let last = said.iter().rev().find_map(|a| {
        let field = ["agreed_date", "client_answer"];
        let value = a.values.iter().find(|v| field.contains(&v.field.as_str()) && v.value.is_some())?;
        Some((a, value))
    });
    let (file, sheet, cell, field) = match last {
        Some((answer, value)) => (answer.file.clone(), answer.sheet.clone(), value.cell.clone(), value.field.clone()),
        None => (String::new(), None, None, "client_answer".to_string()),
    };
    (Place { file, sheet, cell }, field)
}
