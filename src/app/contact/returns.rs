//! What has come back of the workbooks that were sent, where people say different things, and which of it holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::contact::answers::{self, Ground, conflict_id, matter_of};
use crate::app::contact::history::shown_name;
use crate::app::error::AppError;
use crate::app::visit::pack_folders::PackFolders;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::answers::{Conflict, by_day, merge};
use crate::engagement::contact::returns::{ConflictValue, ExportState, OpenConflict, Reminder, days_out, series};
use crate::engagement::visit::planned::VisitPart;
use crate::intake::TypedReader;
use crate::model::StaffId;
use crate::model::returns::answer::{Answer, AnswerValue, Subject};
use crate::render::books::visit::part::part_name;
use crate::store::Store;
use crate::store::answers::{About, NewAnswer, StoredExport};
use crate::store::user;

/// How a conflict is to be settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The value with this number, from 1.
    Take(usize),
    /// Another one, as typed.
    Value(String),
}

/// All workbooks whose copies may still come back, the latest first: of those of one name but for the day the latest,
/// and earlier ones of which something has come back.
///
/// # Errors
/// The store cannot be read.
pub fn status(workspace: &Workspace) -> Result<Vec<ExportState>, AppError> {
    let conflicts = conflicts(workspace)?;
    let of = |export: &str| {
        let from = |c: &&OpenConflict| c.values.iter().any(|v| v.export_id.as_deref() == Some(export));
        conflicts.iter().filter(from).count() as i64
    };
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let mut list = Vec::new();
    for export in known(workspace)? {
        let answered = workspace.store.answered_rows(&export.export_id)?;
        let latest = seen.insert(series(&export.book, &export.file, export.today));
        if (latest && export.rows > 0) || answered > 0 {
            list.push(ExportState {
                conflicts: of(&export.export_id),
                export_id: export.export_id,
                workbook: export.file,
                recipient: export.recipient,
                sent_on: export.today,
                rows: export.rows,
                answered,
            });
        }
    }
    Ok(list)
}

/// Workbooks sent up to today.
fn known(workspace: &Workspace) -> Result<Vec<StoredExport>, AppError> {
    let today = workspace.today;
    Ok(workspace.store.exports()?.into_iter().filter(|e| e.today <= today).collect())
}

/// Whose latest workbook has not come back in the days the rules give for it.
///
/// # Errors
/// The store cannot be read.
pub fn reminders(workspace: &Workspace) -> Result<Vec<Reminder>, AppError> {
    let mut list: Vec<Reminder> = Vec::new();
    let mut done: BTreeSet<(String, String)> = BTreeSet::new();
    let packs = PackFolders::load(workspace)?;
    for export in known(workspace)? {
        // Nobody fills in the papers of a visit that was moved or cancelled.
        if packs.is_of_void(&export.file) {
            continue;
        }
        let Some(rule) = workspace.rules.workbooks.books.get(&export.book) else { continue };
        let who = series(&export.book, &export.file, export.today);
        if export.rows == 0 || done.contains(&who) {
            continue;
        }
        if workspace.store.answered_rows(&export.export_id)? > 0 {
            done.insert(who);
        } else if let Some(days) = days_out(export.today, workspace.today, rule.remind_days) {
            done.insert(who);
            let (recipient, workbook) = (export.recipient, export.file);
            list.push(Reminder { recipient, export_id: export.export_id, workbook, days });
        }
    }
    list.sort_by(|a, b| (b.days, &a.recipient, &a.workbook).cmp(&(a.days, &b.recipient, &b.workbook)));
    Ok(list)
}

/// All that is said differently, by matter.
///
/// # Errors
/// The store cannot be read.
pub fn conflicts(workspace: &Workspace) -> Result<Vec<OpenConflict>, AppError> {
    let mut list = all_conflicts(&workspace.store, None)?;
    for conflict in &mut list {
        conflict.about = about(workspace, conflict)?;
    }
    Ok(list)
}

/// Whom and what a conflict is about, in words.
fn about(workspace: &Workspace, conflict: &OpenConflict) -> Result<String, AppError> {
    let store = &workspace.store;
    let mut words: Vec<String> = Vec::new();
    let employer = match &conflict.subject {
        Some(Subject::Task(id)) => match store.tasks_of(Some(id), None)?.into_iter().next() {
            Some(task) => {
                words.push(shown_name(workspace, task.employee_id)?);
                let rule =
                    workspace.rules.followup.rules.get(&task.rule).map_or(task.rule.clone(), |r| r.label.clone());
                words.push(rule);
                store.employer_of_person(task.employee_id)?
            }
            None => None,
        },
        Some(Subject::Person(id)) => {
            words.push(shown_name(workspace, *id)?);
            store.employer_of_person(*id)?
        }
        Some(Subject::Employer(id)) => Some(*id),
        Some(Subject::Visit(id) | Subject::Step(id, _)) => {
            let visits = store.visits(workspace.today)?;
            visits.into_iter().find(|v| v.visit_id == *id).map(|v| v.employer_id)
        }
        None => None,
    };
    let names = store.employers()?;
    let name = employer.and_then(|id| names.iter().find(|(known, _)| *known == id)).map(|(_, name)| name.clone());
    words.splice(words.len().min(1)..words.len().min(1), name);
    if let Some(Subject::Step(_, part)) = &conflict.subject {
        let staff = store.staff()?;
        let name = |id: StaffId| staff.iter().find(|s| s.staff_id == id).map(|s| s.row.name.clone());
        words.push(part_name(VisitPart::of(part), name, &workspace.words));
    }
    Ok(words.join(" "))
}

/// All that is said differently; with `seen`, as it was when that answer was the latest: as a workbook sent then has it.
pub(in crate::app) fn all_conflicts(store: &Store, seen: Option<i64>) -> Result<Vec<OpenConflict>, AppError> {
    let mut list = Vec::new();
    for about in [About::Contacts, About::Employers, About::Visits] {
        for (subject, mut all) in store.answers_about(about)? {
            all.retain(|answer| seen.is_none_or(|seen| answer.answer_id <= seen));
            let days: Vec<(Option<NaiveDate>, Vec<&Answer>)> = match about {
                About::Contacts => by_day(&all).into_iter().map(|(day, of)| (Some(day), of)).collect(),
                _ => vec![(None, all.iter().collect())],
            };
            for (day, of_day) in days {
                list.extend(merge(&of_day).conflicts.iter().map(|c| open(&subject, day, c, &of_day)));
            }
        }
    }
    Ok(list)
}

fn open(subject: &Subject, day: Option<NaiveDate>, conflict: &Conflict, answers: &[&Answer]) -> OpenConflict {
    let said = |(value, ids): &(Option<String>, Vec<i64>)| {
        let first = answers.iter().find(|a| ids.first() == Some(&a.answer_id))?;
        let cell = first.values.iter().find(|v| v.field == conflict.field).and_then(|v| v.cell.clone());
        Some(ConflictValue {
            value: value.clone(),
            by: first.author.clone(),
            at: first.recorded_at.clone(),
            file: first.file.clone(),
            cell,
            export_id: first.export_id.clone(),
        })
    };
    OpenConflict {
        conflict_id: conflict_id(subject, day, &conflict.field),
        row: subject.to_string(),
        about: String::new(),
        day,
        field: conflict.field.clone(),
        values: conflict.choices.iter().filter_map(said).collect(),
        subject: Some(subject.clone()),
    }
}

/// Says which value holds, and puts it into force.
///
/// # Errors
/// No such conflict or number, a value that may not stand in the column, or the store cannot be written.
pub fn settle(
    workspace: &mut Workspace,
    id: &str,
    settlement: &Settlement,
    dry_run: bool,
) -> Result<OpenConflict, AppError> {
    let all = conflicts(workspace)?;
    let conflict = all.into_iter().find(|c| c.conflict_id.eq_ignore_ascii_case(id.trim()));
    let conflict = conflict.ok_or_else(|| AppError::UnknownConflict { text: id.to_string() })?;
    let reader = TypedReader::new(&workspace.rules, Some(workspace.today), false);
    let value = meant(&conflict, settlement, &reader)?;
    workspace.tried(dry_run, |workspace| {
        let activity = workspace.store.activity_by_command(workspace.today, "returns settle")?;
        let (seen, author) = (workspace.store.last_answer()?, user::name());
        let settler = Settler { activity, export_id: None, author: &author, line: seen + 1, seen };
        put_into_force(ground(workspace), &conflict, value, &settler)
    })?;
    Ok(conflict)
}

/// Who settles a conflict, and what he knew.
pub(in crate::app) struct Settler<'a> {
    pub activity: i64,
    /// The workbook it was typed into.
    pub export_id: Option<&'a str>,
    pub author: &'a str,
    /// Row of that workbook, from 1.
    pub line: i64,
    /// The latest answer he knew of; what came later is not settled.
    pub seen: i64,
}

/// Keeps which value holds, over all that whoever settles it knew of.
pub(in crate::app) fn put_into_force(
    ground: Ground<'_>,
    conflict: &OpenConflict,
    value: Option<String>,
    settler: &Settler<'_>,
) -> Result<(), AppError> {
    let (Some(subject), store) = (&conflict.subject, ground.store) else { return Ok(()) };
    let values = [AnswerValue { field: conflict.field.clone(), value, base: None, cell: None }];
    let matter = matter_of(store, subject)?;
    let answer = NewAnswer {
        activity: settler.activity,
        export_id: settler.export_id,
        subject,
        employee: matter.employee,
        line: settler.line,
        on: conflict.day,
        assumed: false,
        seen: settler.seen,
        settles: true,
        author: settler.author,
        sheet: None,
        values: &values,
    };
    match subject {
        Subject::Task(_) | Subject::Person(_) => {
            answers::tell(ground, &matter, &answer)?;
        }
        _ => {
            store.add_answer(&answer, ground.today)?;
        }
    }
    Ok(())
}

/// The value a settlement means: of a number the one with it, else what is typed.
///
/// # Errors
/// No value has the number, or what is typed may not stand in the column.
pub(in crate::app) fn meant(
    conflict: &OpenConflict,
    settlement: &Settlement,
    reader: &TypedReader,
) -> Result<Option<String>, AppError> {
    match settlement {
        Settlement::Take(number) => {
            let taken = number.checked_sub(1).and_then(|at| conflict.values.get(at));
            let unknown = || AppError::UnknownConflict { text: format!("{} --take {number}", conflict.conflict_id) };
            Ok(taken.ok_or_else(unknown)?.value.clone())
        }
        Settlement::Value(text) => {
            reader.text(&conflict.field, text).map_err(|_| not_to_stand(reader, &conflict.field, text))
        }
    }
}

/// That a text may not stand in a column, with the words that may where it is chosen from a list.
pub(in crate::app) fn not_to_stand(reader: &TypedReader, field: &str, text: &str) -> AppError {
    let (field, text) = (field.to_string(), text.to_string());
    match reader.list_of(&field) {
        [] => AppError::ValueRefused { field, text },
        list => AppError::NotListed { list: list.to_vec(), field, text },
    }
}

/// What contacts are worked out with.
pub(in crate::app) fn ground(workspace: &Workspace) -> Ground<'_> {
    let Workspace { store, rules, workdays, today, .. } = workspace;
    Ground { store, rules, workdays, today: *today }
}

/// What holds of employers or of visits, by matter and field: what all agree on.
///
/// # Errors
/// The store cannot be read.
pub fn holding(store: &Store, about: About) -> Result<BTreeMap<Subject, BTreeMap<String, String>>, AppError> {
    let all = store.answers_about(about)?;
    Ok(all.into_iter().map(|(subject, said)| (subject, merge(&said.iter().collect::<Vec<_>>()).values)).collect())
}
