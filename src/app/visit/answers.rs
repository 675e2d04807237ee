//! What employers answer to the dates offered, which steps are done, who goes under which phone and who brings what: typed
//! into 02 and 人员分工表 or told by a command.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::answers::{Merged, merge};
use crate::engagement::contact::history::PartTold;
use crate::engagement::visit::planned::{StepDone, Visit, VisitPart};
use crate::model::VisitId;
use crate::model::personal::{MaskLevel, mask_phone};
use crate::model::returns::answer::{AnswerValue, Subject};
use crate::store::answers::{About, NewAnswer};
use crate::store::{Store, user};

/// The matter of an answer to the date offered: another date is another offer.
pub fn offer(visit: &Visit) -> Subject {
    Subject::Step(visit.visit_id, visit.date.to_string())
}

/// Which steps are done, by visit and step.
///
/// # Errors
/// The store cannot be read.
pub fn steps_done(store: &Store, today: NaiveDate) -> Result<BTreeMap<(VisitId, String), StepDone>, AppError> {
    let mut done = BTreeMap::new();
    for (subject, mut said) in store.answers_about(About::Visits)? {
        let Subject::Step(visit, step) = subject else { continue };
        said.retain(|answer| answer.told_on <= today);
        let merged = merge(&said.iter().collect::<Vec<_>>());
        let Some(state) = merged.value("done") else { continue };
        let told = StepDone {
            state: state.to_string(),
            on: merged.value("done_on").and_then(|day| day.parse().ok()),
            note: merged.value("remark").map(str::to_string),
        };
        done.insert((visit, step), told);
    }
    Ok(done)
}

/// What was typed into the list of visits and of steps, by key of the row and field, to be shown there again.
///
/// # Errors
/// The store cannot be read.
pub fn typed(store: &Store, today: NaiveDate) -> Result<BTreeMap<String, BTreeMap<String, String>>, AppError> {
    let mut typed = BTreeMap::new();
    for (subject, mut said) in store.answers_about(About::Visits)? {
        said.retain(|answer| answer.told_on <= today);
        typed.insert(subject.to_string(), merge(&said.iter().collect::<Vec<_>>()).values);
    }
    Ok(typed)
}

/// What was told of the people, steps and goods of visits, by visit; phones as the terminal may show them.
///
/// # Errors
/// The store cannot be read.
pub fn parts_told(workspace: &Workspace) -> Result<BTreeMap<VisitId, Vec<PartTold>>, AppError> {
    let level = workspace.rules.masking.of("terminal").phone;
    let phone = |text: &str| match level {
        MaskLevel::Whole => Some(text.to_string()),
        MaskLevel::Masked => Some(mask_phone(text)),
        MaskLevel::Hidden => None,
    };
    let staff = workspace.store.staff()?;
    let mut told: BTreeMap<VisitId, Vec<PartTold>> = BTreeMap::new();
    for (subject, mut said) in workspace.store.answers_about(About::Visits)? {
        let Subject::Step(visit, part) = subject else { continue };
        said.retain(|answer| answer.told_on <= workspace.today);
        let merged = merge(&said.iter().collect::<Vec<_>>());
        let name = match VisitPart::of(&part) {
            // What employers answer to an offer is told by the visit's state, what clients say by their list.
            VisitPart::Offer(_) | VisitPart::Guest(_) | VisitPart::Signer(_) => continue,
            VisitPart::Member(id) => staff.iter().find(|s| s.staff_id == id).map(|s| s.row.name.clone()),
            VisitPart::Item(_) | VisitPart::Step(..) => None,
        };
        if merged.values.is_empty() {
            continue;
        }
        let text = |field: &str| merged.value(field).map(str::to_string);
        let of_part = PartTold {
            name,
            phone: merged.value("phone").and_then(phone),
            owner: text("owner"),
            done: text("done"),
            done_on: merged.value("done_on").and_then(|day| day.parse().ok()),
            remark: text("remark"),
            part,
        };
        told.entry(visit).or_default().push(of_part);
    }
    Ok(told)
}

/// Says something by command: it takes the place of what was known, and is not asked about.
///
/// # Errors
/// The store cannot be read or written.
pub fn say(workspace: &Workspace, subject: &Subject, values: &[(&str, Option<String>)]) -> Result<i64, AppError> {
    let known = known(workspace, subject)?;
    let told = values.iter().filter(|(_, value)| value.is_some());
    let values: Vec<AnswerValue> = told.map(|(field, value)| over(&known, field, value.clone())).collect();
    add(workspace, subject, &values)
}

/// Empties by command the fields whose value `holds` no more, by field and value; `None`: there are none.
///
/// # Errors
/// The store cannot be read or written.
pub fn unsay(
    workspace: &Workspace,
    subject: &Subject,
    holds: impl Fn(&str, &str) -> bool,
) -> Result<Option<i64>, AppError> {
    let known = known(workspace, subject)?;
    let stale = known.values.iter().filter(|(field, value)| !holds(field, value));
    let values: Vec<AnswerValue> = stale.map(|(field, _)| over(&known, field, None)).collect();
    if values.is_empty() { Ok(None) } else { Ok(Some(add(workspace, subject, &values)?)) }
}

/// What holds of a matter, whenever it was told.
fn known(workspace: &Workspace, subject: &Subject) -> Result<Merged, AppError> {
    let earlier = workspace.store.answers_of(subject)?;
    Ok(merge(&earlier.iter().collect::<Vec<_>>()))
}

/// A value told over what is known.
fn over(known: &Merged, field: &str, value: Option<String>) -> AnswerValue {
    AnswerValue { field: field.to_string(), value, base: known.value(field).map(str::to_string), cell: None }
}

fn add(workspace: &Workspace, subject: &Subject, values: &[AnswerValue]) -> Result<i64, AppError> {
    let (store, today) = (&workspace.store, workspace.today);
    let author = user::name();
    let seen = store.last_answer()?;
    let answer = NewAnswer {
        activity: store.activity_by_command(today, "plan")?,
        export_id: None,
        subject,
        employee: None,
        line: seen + 1,
        on: None,
        assumed: false,
        seen,
        settles: false,
        author: &author,
        sheet: None,
        values,
    };
    let id = store.add_answer(&answer, today)?;
    if values.iter().any(|said| said.value != said.base) {
        said_of(store, subject)?;
    }
    Ok(id)
}

/// Keeps that the files of a visit are behind where what was said is of one of its steps. To be called in the transaction that
/// keeps what was said.
///
/// # Errors
/// The store cannot be read or written.
pub fn said_of(store: &Store, subject: &Subject) -> Result<(), AppError> {
    match subject {
        Subject::Step(visit, part) if matches!(VisitPart::of(part), VisitPart::Step(..)) => {
            ledger::fall_behind(store, [*visit])
        }
        _ => Ok(()),
    }
}
