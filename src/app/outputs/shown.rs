//! What the workbooks of the day have in common: people as an output may show them, and what the audit is told.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::reveal;
use crate::app::reveal::ShownPerson;
use crate::app::workspace::open::{OutNote, Workspace, failed};
use crate::engagement::contact::followup::Task;
use crate::facts::inputs;
use crate::model::EmployeeId;
use crate::model::imported::PersonalField;
use crate::render::books::contact::tasks::TaskRow;
use crate::rules::Rules;
use crate::rules::trust::masking::OutputMasking;

/// So many workbooks are made before they get their names; what was made up to there survives the end of the program.
pub(super) const TOGETHER: usize = 32;

/// Date of the newest holdings snapshot.
pub fn data_date(workspace: &Workspace) -> Result<Option<NaiveDate>, AppError> {
    Ok(inputs::newest_holdings(&workspace.store, workspace.today)?)
}

pub(super) fn personal_note(
    workspace: &Workspace,
    has: &[(&str, PersonalField)],
    purpose: &'static str,
    rows: usize,
) -> OutNote {
    let (columns, mask_level) = reveal::columns(&workspace.rules.masking, has);
    OutNote { purpose, rows, columns, mask_level }
}

/// Personal data of a file of tasks: names, and phones where anybody has one.
pub(super) fn of_tasks<'o>(output: &'o str, tasks: &[TaskRow]) -> Vec<(&'o str, PersonalField)> {
    if tasks.is_empty() {
        return Vec::new();
    }
    let phones = tasks.iter().any(|t| t.phone.is_some());
    [(output, PersonalField::Name)].into_iter().chain(phones.then_some((output, PersonalField::Phone))).collect()
}

/// How an output shows the people of its rows.
pub(super) struct Showing {
    people: BTreeMap<EmployeeId, ShownPerson>,
}

impl Showing {
    /// These people as `levels` let them be shown.
    pub fn load(
        workspace: &Workspace,
        levels: &OutputMasking,
        people: impl IntoIterator<Item = EmployeeId>,
    ) -> Result<Showing, AppError> {
        let ids: BTreeSet<EmployeeId> = people.into_iter().collect();
        let mut people = BTreeMap::new();
        workspace.store.each_person(ids, |id, person| {
            people.insert(id, reveal::show(Some(&person), levels));
        })?;
        Ok(Showing { people })
    }

    /// The name; the number of somebody whose name may not be shown.
    pub fn name(&self, id: EmployeeId) -> String {
        let name = self.people.get(&id).map(|shown| shown.name.clone()).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| id.to_string())
    }

    /// The phone number, where it is known and may be shown.
    pub fn phone(&self, id: EmployeeId) -> Option<String> {
        self.people.get(&id).map(|shown| shown.phone.clone()).filter(|phone| !phone.is_empty())
    }

    /// A task as a row.
    pub fn task(&self, task: &Task, rules: &Rules, directory: &Directory) -> TaskRow {
        let employer = directory.names().employer(task.employer_id);
        let mut row = TaskRow::of(task, self.name(task.employee_id), employer, rule_label(rules, &task.rule));
        row.phone = self.phone(task.employee_id);
        row.owner = directory.colleague(task.owner);
        row
    }
}

/// The label of a follow-up rule.
pub fn rule_label(rules: &Rules, key: &str) -> String {
    rules.followup.rules.get(key).map_or_else(|| key.to_string(), |r| r.label.clone())
}

/// Removes a file of the day (relative to its folder) unless somebody has typed into it since it was written.
///
/// # Errors
/// The file cannot be removed.
pub fn remove_unchanged(workspace: &Workspace, name: &str) -> Result<(), AppError> {
    let subject = format!("{}/{name}", workspace.out_folder());
    let path = workspace.root.join(&subject);
    let there = crate::files::open_own(&path).and_then(crate::files::sha256);
    let Ok((_, sha256)) = there else { return Ok(()) };
    if workspace.store.was_exported(&subject, &sha256)? {
        std::fs::remove_file(&path).map_err(|e| failed(&path, &e))?;
    }
    Ok(())
}
