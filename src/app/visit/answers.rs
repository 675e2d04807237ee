//! What employers answer to the dates offered, and which steps are done: typed into 02 or told by a command.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::answers::merge;
use crate::engagement::visit::planned::{StepDone, Visit};
use crate::model::VisitId;
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

/// Says something by command: it takes the place of what was known, and is not asked about.
///
/// # Errors
/// The store cannot be read or written.
pub fn say(workspace: &Workspace, subject: &Subject, values: &[(&str, Option<String>)]) -> Result<i64, AppError> {
    let (store, today) = (&workspace.store, workspace.today);
    let earlier = store.answers_of(subject)?;
    let known = merge(&earlier.iter().collect::<Vec<_>>());
    let values: Vec<AnswerValue> = values
        .iter()
        .filter(|(_, value)| value.is_some())
        .map(|(field, value)| AnswerValue {
            field: field.to_string(),
            value: value.clone(),
            base: known.value(field).map(str::to_string),
            cell: None,
        })
        .collect();
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
        values: &values,
    };
    Ok(store.add_answer(&answer, today)?)
}
