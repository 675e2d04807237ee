//! Flows, purchases, contacts and targets: rows → the people and outlets they speak of.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{AppError, Taking};
use crate::intake::{self, SheetReading};
use crate::model::activity::{ContactRow, FlowRow, SaleRow, TargetRow, Who};
use crate::model::problem::cell_name;
use crate::model::{EmployeeId, Param, Place, Problem, Severity};
use crate::store::contacts::KnownTask;
use crate::store::people::PersonKeys;

/// How often something came up in a sheet, counted from 1.
fn next<K: Ord>(counts: &mut BTreeMap<K, i64>, key: K) -> i64 {
    let n = counts.entry(key).or_insert(0);
    *n += 1;
    *n
}

/// Whether a text has the form of our own signed keys: a task or a person, a dot, sixteen hexadecimal digits.
fn is_row_key(id: &str, sign: Option<&str>) -> bool {
    let signed = sign.is_some_and(|s| s.len() == 16 && s.bytes().all(|b| b.is_ascii_hexdigit()));
    signed && id.starts_with(['T', 'P']) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

impl Taking<'_> {
    pub(super) fn flow_rows(&mut self, sheet: &SheetReading, rows: &[FlowRow]) -> Result<(), AppError> {
        let activity = self.store.add_activity(self.import_id)?;
        let (mut unknown, mut counts) = (0, BTreeMap::new());
        for row in rows {
            let Some(employee) = self.person(sheet, &row.who)? else {
                unknown += 1;
                continue;
            };
            let same = (employee, row.date, row.outward, row.amount, row.destination.clone(), row.reference.clone());
            let occurrence = next(&mut counts, same);
            self.store.add_flow(activity, employee, row, occurrence)?;
        }
        self.people_unknown(sheet, unknown);
        Ok(())
    }

    pub(super) fn sale_rows(&mut self, sheet: &SheetReading, rows: &[SaleRow]) -> Result<(), AppError> {
        let activity = self.store.add_activity(self.import_id)?;
        let (mut unknown, mut counts) = (0, BTreeMap::new());
        for row in rows {
            let Some(employee) = self.person(sheet, &row.who)? else {
                unknown += 1;
                continue;
            };
            let occurrence = next(&mut counts, (employee, row.product_name.clone(), row.bought_on, row.amount));
            self.store.add_sale(activity, employee, row, occurrence)?;
        }
        self.people_unknown(sheet, unknown);
        Ok(())
    }

    pub(super) fn target_rows(&mut self, sheet: &SheetReading, rows: &[TargetRow]) -> Result<(), AppError> {
        let mut changed = 0;
        for row in rows {
            changed += i64::from(self.store.put_target(self.import_id, row)?);
        }
        if changed > 0 {
            self.raise("targets_changed", Severity::Note, &sheet.sheet, vec![("rows", Param::Count(changed))]);
        }
        let outlets = self.store.outlet_names()?;
        let branch = |o: &str| self.branch == o || self.rules.targets.branch_words.iter().any(|w| w == o);
        let strange: BTreeSet<&str> =
            rows.iter().map(|r| r.outlet.as_str()).filter(|o| !outlets.contains(*o) && !branch(o)).collect();
        if !strange.is_empty() {
            let names: Vec<Param> = strange.into_iter().map(|o| Param::Text(o.to_string())).collect();
            self.raise("outlets_unknown", Severity::Warning, &sheet.sheet, vec![("outlets", Param::List(names))]);
        }
        Ok(())
    }

    pub(super) fn contact_rows(&mut self, sheet: &SheetReading, rows: &[ContactRow]) -> Result<(), AppError> {
        let activity = self.store.add_activity(self.import_id)?;
        let (mut undated, mut listed, mut ahead) = (0, 0, 0);
        for row in rows {
            undated += i64::from(row.date.is_none() && sheet.as_of.is_none());
            let date = row.date.or(sheet.as_of).unwrap_or(self.today);
            if date > self.today {
                ahead += 1;
                continue;
            }
            let (task, employee) = self.task_of(sheet, row)?;
            let channel = row.channel.or(task.as_ref().and_then(|t| t.channel));
            let row = &ContactRow { channel, ..row.clone() };
            let id = task.as_ref().map(|t| t.task_id.as_str());
            let contact = self.store.add_contact(activity, id, employee, row, date)?;
            match id {
                Some(id) => {
                    let due = self.due_after(row, date);
                    self.store.record_feedback(id, contact, row.channel, due, self.today)?;
                }
                None => {
                    listed += 1;
                    self.list_contact(sheet, row, employee.is_some(), listed);
                }
            }
        }
        if undated > 0 {
            let params = vec![("rows", Param::Count(undated)), ("date", Param::Date(self.today))];
            self.raise("contact_date_assumed", Severity::Note, &sheet.sheet, params);
        }
        if ahead > 0 {
            self.raise("contact_ahead", Severity::Warning, &sheet.sheet, vec![("rows", Param::Count(ahead))]);
        }
        Ok(())
    }

    /// By when the next contact is to be made; `None` when the result ends the task.
    fn due_after(&self, row: &ContactRow, date: NaiveDate) -> Option<NaiveDate> {
        let rule = self.rules.contacts.results.get(&row.result)?;
        if rule.closes {
            return None;
        }
        let again = || self.workdays.add(date, rule.again_workdays).unwrap_or(date);
        Some(row.next_contact.filter(|next| *next > date).unwrap_or_else(again))
    }

    /// The task a contact belongs to, and its person: by the task's own number or a signed key of ours, else by the
    /// person and the matter, else by the person's only task.
    fn task_of(
        &mut self,
        sheet: &SheetReading,
        row: &ContactRow,
    ) -> Result<(Option<KnownTask>, Option<EmployeeId>), AppError> {
        let mut employee = None;
        if let Some(text) = &row.task {
            // Row keys of our own sheets: the number, a dot, its signature.
            let (id, sign) = text.split_once('.').map_or((text.as_str(), None), |(id, sign)| (id, Some(sign)));
            if is_row_key(id, sign) && sign != Some(self.store.sign(id).as_str()) {
                // Somebody changed the key: whom the row speaks of is not known for sure.
                return Ok((None, None));
            }
            if sign.is_none_or(|s| s == self.store.sign(id)) {
                if let Some(task) = self.store.tasks_of(Some(id), None)?.into_iter().next() {
                    let person = task.employee_id;
                    return Ok((Some(task), Some(person)));
                }
                if sign.is_some() {
                    employee = id.parse::<EmployeeId>().ok();
                }
            }
        }
        let employee = match employee {
            Some(known) => Some(known),
            None => self.person(sheet, &row.who)?,
        };
        let Some(person) = employee else { return Ok((None, None)) };
        let mut tasks = self.store.tasks_of(None, Some(person))?;
        if let Some(text) = &row.rule {
            let rules = &self.rules.followup.rules;
            tasks.retain(|t| t.rule == *text || rules.get(&t.rule).is_some_and(|r| intake::same_words(&r.label, text)));
            return Ok((tasks.into_iter().next(), employee));
        }
        let only = (tasks.len() == 1).then(|| tasks.remove(0));
        Ok((only, employee))
    }

    /// The employee a row speaks of: by number, or by name inside the employer it names.
    fn person(&mut self, sheet: &SheetReading, who: &Who) -> Result<Option<EmployeeId>, AppError> {
        let keys = PersonKeys {
            customer_number: who.customer_number.as_ref(),
            id_number: who.id_number.as_ref(),
            account: who.account.as_ref(),
        };
        if who.has_number() {
            return Ok(self.store.find_employee(keys)?);
        }
        let named = who.employer.as_deref().or(sheet.employer.as_deref());
        let employer = match named {
            Some(text) => self.store.find_employer_by_text(text)?,
            None => None,
        };
        match (employer, &who.name) {
            (Some(employer), Some(name)) => Ok(self.store.find_employee_by_name(employer, name)?),
            _ => Ok(None),
        }
    }

    fn people_unknown(&mut self, sheet: &SheetReading, rows: i64) {
        if rows > 0 {
            self.raise("people_unknown", Severity::Warning, &sheet.sheet, vec![("rows", Param::Count(rows))]);
        }
    }

    /// A contact that no task asked for, with its row.
    fn list_contact(&mut self, sheet: &SheetReading, row: &ContactRow, person_known: bool, so_far: usize) {
        if so_far > self.rules.import.max_problems_per_code {
            return;
        }
        let code = if person_known { "contact_without_task" } else { "contact_without_person" };
        let cell = Some(cell_name(row.row, 0));
        let place = Place { file: self.reading.file.clone(), sheet: Some(sheet.sheet.clone()), cell };
        self.found.push(Problem { code, severity: Severity::Warning, place, params: Vec::new() });
    }
}
