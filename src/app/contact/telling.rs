//! A contact, or the end of a task, told by command: the same checks and the same answers as a workbook that comes back.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::contact::answers::{self, Matter, matter_of};
use crate::app::contact::follow_up;
use crate::app::contact::returns::{ground, not_to_stand};
use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::answers::{by_day, merge};
use crate::facts::history::{self, TaskIssued};
use crate::intake::TypedReader;
use crate::model::EmployeeId;
use crate::model::returns::answer::{AnswerValue, Subject};
use crate::model::status::ContactResult;
use crate::store::answers::NewAnswer;
use crate::store::contacts::KnownTask;
use crate::store::user;

/// What is told of a contact, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct ContactSaid {
    pub result: String,
    pub on: Option<NaiveDate>,
    pub channel: Option<String>,
    pub task: Option<String>,
    pub product: Option<String>,
    pub amount_yuan: Option<String>,
    pub next: Option<NaiveDate>,
    pub note: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactTaken {
    /// `null`: the same was known already.
    pub contact_id: Option<i64>,
    pub task_id: Option<String>,
    pub on: NaiveDate,
    pub effects: Vec<Effect>,
}

/// What happens next because of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// The task is done with.
    TaskDone { task_id: String },
    /// The task goes on, to be done by that day.
    TaskDated { task_id: String, due: NaiveDate },
    /// The day is promised to the client.
    Appointment { on: NaiveDate },
    /// Nobody is to contact the client: `left`, `complaint`, `wrong_number` or `refused`.
    Stopped { by: ContactResult },
    /// Somebody else said something different of that day.
    Conflict { conflict_id: String, field: String },
}

/// Keeps a contact with somebody.
///
/// # Errors
/// A day that has not come, a value that may not stand there, an unknown task, several open ones; then nothing is kept.
pub fn add_contact(
    workspace: &mut Workspace,
    who: EmployeeId,
    said: &ContactSaid,
    dry_run: bool,
) -> Result<ContactTaken, AppError> {
    let today = workspace.today;
    let on = said.on.unwrap_or(today);
    if on > today {
        return Err(AppError::DayAhead { field: answers::ON.into(), date: on });
    }
    if let Some(next) = said.next.filter(|next| *next < on) {
        return Err(AppError::ValueRefused { field: answers::NEXT.into(), text: next.to_string() });
    }
    let subject = match &said.task {
        Some(task) => own_task(workspace, who, task)?,
        None => only_task(workspace, who, on)?,
    };
    let next = said.next.map(|d| d.to_string());
    let typed = [
        (answers::RESULT, Some(said.result.as_str())),
        (answers::CHANNEL, said.channel.as_deref()),
        (answers::WANTED, said.product.as_deref()),
        (answers::AMOUNT, said.amount_yuan.as_deref()),
        (answers::NEXT, next.as_deref()),
        (answers::REMARK, said.note.as_deref()),
    ];
    let reader = TypedReader::new(&workspace.rules, Some(today), false);
    let mut values = Vec::new();
    for (field, text) in typed {
        let Some(text) = text else { continue };
        let refused = || not_to_stand(&reader, field, text);
        // A key of ours is meant as well as a word.
        let word = ContactResult::from_key(text).filter(|_| field == answers::RESULT).map(|r| r.key().to_string());
        let value = match word {
            Some(key) => Some(key),
            None => reader.text(field, text).map_err(|_| refused())?,
        };
        values.push(answers::said(field, value.ok_or_else(refused)?));
    }
    workspace.tried(dry_run, |workspace| tell(workspace, &subject, who, on, &values))
}

/// Says that a task is done: of the task a complaint left that it is settled, of any other that the client was reached.
///
/// # Errors
/// No such task, a day that has not come, or the store cannot be written.
pub fn task_done(
    workspace: &mut Workspace,
    task: &str,
    on: Option<NaiveDate>,
    note: Option<String>,
    dry_run: bool,
) -> Result<ContactTaken, AppError> {
    let on = on.unwrap_or(workspace.today);
    if on > workspace.today {
        return Err(AppError::DayAhead { field: answers::ON.into(), date: on });
    }
    let unknown = || AppError::UnknownTask { text: task.to_string() };
    let known = workspace.store.tasks_of(Some(task.trim()), None)?.into_iter().next().ok_or_else(unknown)?;
    let after = workspace.rules.followup.rules.get(&known.rule).and_then(|rule| rule.after);
    let settles = after == Some(ContactResult::Complaint);
    let result = if settles { ContactResult::Settled } else { ContactResult::Reached };
    let mut values = vec![answers::said(answers::RESULT, result.key())];
    values.extend(note.map(|note| answers::said(answers::REMARK, note)));
    let subject = Subject::Task(known.task_id.clone());
    workspace.tried(dry_run, |workspace| tell(workspace, &subject, known.employee_id, on, &values))
}

/// A task of this client.
fn own_task(workspace: &Workspace, who: EmployeeId, task: &str) -> Result<Subject, AppError> {
    let found = workspace.store.tasks_of(Some(task.trim()), Some(who))?.into_iter().next();
    let unknown = || AppError::UnknownTask { text: task.to_string() };
    Ok(Subject::Task(found.ok_or_else(unknown)?.task_id))
}

/// The client's only task that lives, and was issued by the day of the contact; of several one has to be named, without
/// any the contact stands by itself. What has lapsed or was missed for good is no task any more.
fn only_task(workspace: &mut Workspace, who: EmployeeId, on: NaiveDate) -> Result<Subject, AppError> {
    let feedback = workspace.store.feedback(workspace.today)?;
    let mut tasks = workspace.store.tasks_of(None, Some(who))?;
    let issued = history::tasks(&workspace.store, who, workspace.today, tasks.len())?;
    tasks.retain(|t| t.issued <= on && feedback.get(&t.task_id).is_none_or(|f| f.due.is_some()));
    let gone = |t: &TaskIssued| t.lapsed.is_some_and(|day| day <= on);
    let lapsed: BTreeSet<String> = issued.into_iter().filter(gone).map(|t| t.task_id).collect();
    tasks.retain(|t| !lapsed.contains(&t.task_id));
    // What has come into the store since the last lists may have ended some: that takes working out everybody's.
    if tasks.len() > 1 {
        let today = workspace.today;
        let living = follow_up::living(workspace, who)?;
        let ahead = |t: &KnownTask| {
            let later = feedback.get(&t.task_id).and_then(|f| f.due);
            later.or(t.dated).is_some_and(|day| day >= today)
        };
        tasks.retain(|t| living.tasks.contains(&t.task_id) || (living.waits && ahead(t)));
    }
    match tasks.as_slice() {
        [] => Ok(Subject::Person(who)),
        [only] => Ok(Subject::Task(only.task_id.clone())),
        several => {
            let label = |rule: &str| {
                workspace.rules.followup.rules.get(rule).map_or_else(|| rule.to_string(), |r| r.label.clone())
            };
            let named: Vec<String> = several.iter().map(|t| format!("{} {}", t.task_id, label(&t.rule))).collect();
            Err(AppError::WhichTask { tasks: named.join(workspace.words.get("common.list_separator")) })
        }
    }
}

fn tell(
    workspace: &Workspace,
    subject: &Subject,
    who: EmployeeId,
    on: NaiveDate,
    values: &[AnswerValue],
) -> Result<ContactTaken, AppError> {
    let store = &workspace.store;
    let task_id = if let Subject::Task(id) = subject { Some(id.clone()) } else { None };
    let earlier = store.answers_of(subject)?;
    if answers::is_known(&earlier, on, values) {
        return Ok(ContactTaken { contact_id: None, task_id, on, effects: Vec::new() });
    }
    let matter = Matter { employee: Some(who), ..matter_of(store, subject)? };
    let (author, seen) = (user::name(), store.last_answer()?);
    // Who says it anew by command takes back what he said himself; what others said is asked about.
    let day = by_day(&earlier).remove(&on).unwrap_or_default();
    let firm = &workspace.rules.contacts.firm;
    let own = |field: &str| -> Option<String> {
        let by_me = day.iter().rev().filter(|a| a.author == author && a.export_id.is_none());
        let value = by_me.flat_map(|a| &a.values).find(|v| v.field == field)?.value.clone();
        // A refusal or a complaint is not taken back by the way.
        let firm = |value: &String| ContactResult::from_key(value).is_some_and(|r| firm.contains(&r));
        value.filter(|value| field != answers::RESULT || !firm(value))
    };
    let values: Vec<AnswerValue> =
        values.iter().map(|value| AnswerValue { base: own(&value.field), ..value.clone() }).collect();
    let answer = NewAnswer {
        activity: store.activity_by_command(workspace.today, "contact")?,
        export_id: None,
        subject,
        employee: Some(who),
        line: seen + 1,
        on: Some(on),
        assumed: false,
        seen,
        settles: false,
        author: &author,
        sheet: None,
        values: &values,
    };
    let settled = answers::tell(ground(workspace), &matter, &answer)?;
    let mut effects = Vec::new();
    let all = store.answers_of(subject)?;
    let of_day = by_day(&all).remove(&on).unwrap_or_default();
    let merged = merge(&of_day);
    let result = merged.value(answers::RESULT).and_then(ContactResult::from_key);
    if let Some(task_id) = &task_id
        && let Some(feedback) = store.feedback(workspace.today)?.get(task_id)
    {
        effects.push(match feedback.due {
            None => Effect::TaskDone { task_id: task_id.clone() },
            Some(due) => Effect::TaskDated { task_id: task_id.clone(), due },
        });
    }
    let closes = result.and_then(|r| workspace.rules.contacts.results.get(&r)).is_none_or(|r| r.closes);
    if let Some(next) = merged.value(answers::NEXT).and_then(|day| day.parse().ok()).filter(|_| !closes) {
        effects.push(Effect::Appointment { on: next });
    }
    let stops =
        |r: &ContactResult| *r == ContactResult::Refused || workspace.rules.contact_policy.after.contains_key(r);
    effects.extend(result.filter(stops).map(|by| Effect::Stopped { by }));
    for (day, conflict) in settled.conflicts.iter().filter(|(day, _)| *day == on) {
        let conflict_id = answers::conflict_id(subject, Some(*day), &conflict.field);
        effects.push(Effect::Conflict { conflict_id, field: conflict.field.clone() });
    }
    Ok(ContactTaken { contact_id: settled.contact, task_id, on, effects })
}
