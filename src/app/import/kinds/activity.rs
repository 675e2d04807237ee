//! Flows, purchases, contacts and targets: rows → the people and outlets they speak of.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::import::kinds::gathered::Activity;
use crate::app::import::take::Taking;
use crate::engagement::import::repeats::Answer;
use crate::intake;
use crate::model::activity::{ContactRow, FlowRow, SaleRow, TargetRow, Who};
use crate::model::matching::person::PersonKeys;
use crate::model::problem::codes;
use crate::model::status::SheetKind;
use crate::model::{EmployeeId, Param};
use crate::store::contacts::KnownTask;

/// Whether a text has the form of our own signed keys: a task or a person, a dot, sixteen hexadecimal digits.
fn is_row_key(id: &str, sign: Option<&str>) -> bool {
    let signed = sign.is_some_and(|s| s.len() == 16 && s.bytes().all(|b| b.is_ascii_hexdigit()));
    signed && id.starts_with(['T', 'P']) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

impl Taking<'_> {
    /// The entry of the sheet's rows in the store, made with the first of them.
    fn activity(&mut self) -> Result<i64, AppError> {
        let id = match self.open.activity.id {
            Some(id) => id,
            None => self.store.add_activity(self.import_id)?,
        };
        self.open.activity.id = Some(id);
        Ok(id)
    }

    /// How many rows equal to this one the sheet has had, this one included.
    fn occurrence(&mut self, row: &impl std::fmt::Debug) -> i64 {
        let key = Sha256::digest(format!("{row:?}").as_bytes()).into();
        let n = self.open.activity.seen.entry(key).or_insert(0);
        *n += 1;
        *n
    }

    pub(crate) fn flow_rows(&mut self, rows: &[FlowRow]) -> Result<(), AppError> {
        let activity = self.activity()?;
        for row in rows {
            let Some(employee) = self.known_person(&row.who, row.row)? else { continue };
            let same = (employee, row.date, row.outward, row.amount, &row.destination, &row.reference);
            let occurrence = self.occurrence(&same);
            self.store.add_flow(activity, employee, row, occurrence)?;
        }
        Ok(())
    }

    /// Asks about transactions an earlier file has under the same number with another amount: counted twice they would be
    /// wrong. A file that is said to correct takes their place.
    fn settle_flows(&mut self, activity: i64) -> Result<(), AppError> {
        let told = self.store.flows_told_otherwise(activity, self.rules.flows.unique_reference)?;
        let mut lines: BTreeSet<i64> = BTreeSet::new();
        for (line, [old_activity, old_line]) in told {
            if self.answer == Answer::Correction {
                self.store.remove_flow(old_activity, old_line)?;
            } else {
                lines.insert(line);
            }
        }
        for line in lines {
            let row = u32::try_from(line - 1).unwrap_or(u32::MAX);
            self.store.remove_flow(activity, line)?;
            self.list(codes::FLOW_AMOUNT_DIFFERS, row);
            self.leave_out(row, "problem");
        }
        Ok(())
    }

    /// The person of a row; a row of somebody nobody knows is left out and counted.
    fn known_person(&mut self, who: &Who, row: u32) -> Result<Option<EmployeeId>, AppError> {
        let person = self.person(who)?;
        if person.is_none() {
            self.open.activity.unknown += 1;
            self.leave_out(row, "person_unknown");
        }
        Ok(person)
    }

    pub(crate) fn sale_rows(&mut self, rows: &[SaleRow]) -> Result<(), AppError> {
        let activity = self.activity()?;
        for row in rows {
            let Some(employee) = self.known_person(&row.who, row.row)? else { continue };
            let occurrence = self.occurrence(&(employee, &row.product_name, row.bought_on, row.amount));
            self.store.add_sale(activity, employee, row, occurrence)?;
        }
        Ok(())
    }

    pub(crate) fn target_rows(&mut self, rows: &[TargetRow]) -> Result<(), AppError> {
        for row in rows {
            let changed = self.store.put_target(self.import_id, row)?;
            self.open.activity.changed += i64::from(changed);
            self.open.activity.outlets.insert(row.outlet.clone());
        }
        Ok(())
    }

    pub(crate) fn contact_rows(&mut self, rows: &[ContactRow]) -> Result<(), AppError> {
        let activity = self.activity()?;
        for row in rows {
            let stated = row.date.or(self.sheet.as_of);
            let date = stated.unwrap_or(self.today);
            if date > self.today {
                self.open.activity.ahead += 1;
                self.leave_out(row.row, "lies_ahead");
                continue;
            }
            let (task, employee) = self.task_of(row)?;
            if let (Some(person), Some(name)) = (employee, &row.who.name)
                && self.store.has_another_name(person, name)?
            {
                if row.task.is_some() {
                    // Sorted without its hidden column, or copied from another row: whose result it is nobody knows.
                    self.list(codes::CONTACT_NAME_DIFFERS, row.row);
                    self.leave_out(row.row, "another_name");
                    continue;
                }
                self.list(codes::NAME_DIFFERS, row.row);
            }
            let channel = row.channel.or(task.as_ref().and_then(|t| t.channel));
            let row = &ContactRow { channel, ..row.clone() };
            let id = task.as_ref().map(|t| t.task_id.as_str());
            if let Some(latest) = id.map(|id| self.store.latest_contact(id)).transpose()?.flatten() {
                // A workbook comes back every week with what was typed in the weeks before.
                if stated.is_none() && latest.says_the_same(row) {
                    self.leave_out(row.row, "reported_before");
                    continue;
                }
                if latest.date == date && latest.result != row.result {
                    self.list(codes::CONTACT_CONFLICTS, row.row);
                }
            }
            self.open.activity.undated += i64::from(stated.is_none());
            let contact = self.store.add_contact(activity, id, employee, row, date)?;
            match id {
                Some(id) => {
                    let due = self.due_after(row, date);
                    self.store.record_feedback(id, contact, row.channel, due, self.today)?;
                }
                None => self.list(
                    if employee.is_some() { codes::CONTACT_WITHOUT_TASK } else { codes::CONTACT_WITHOUT_PERSON },
                    row.row,
                ),
            }
        }
        Ok(())
    }

    /// Tells what only all rows together show.
    pub(crate) fn settle_activity(&mut self, open: Activity) -> Result<(), AppError> {
        if let Some(activity) = open.id.filter(|_| self.sheet.kind == SheetKind::Flows) {
            self.settle_flows(activity)?;
        }
        let rows = |n| vec![("rows", Param::Count(n))];
        for (code, n) in [
            (codes::PEOPLE_UNKNOWN, open.unknown),
            (codes::TARGETS_CHANGED, open.changed),
            (codes::CONTACT_AHEAD, open.ahead),
        ] {
            if n > 0 {
                self.raise(code, rows(n));
            }
        }
        if open.undated > 0 {
            let params = vec![("rows", Param::Count(open.undated)), ("date", Param::Date(self.today))];
            self.raise(codes::CONTACT_DATE_ASSUMED, params);
        }
        let known = if open.outlets.is_empty() { BTreeSet::new() } else { self.store.outlet_names()? };
        let branch = |o: &String| self.branch == o || self.rules.targets.branch_words.contains(o);
        let strange = open.outlets.into_iter().filter(|o| !known.contains(o) && !branch(o));
        let names: Vec<Param> = strange.map(Param::Text).collect();
        if !names.is_empty() {
            self.raise(codes::OUTLETS_UNKNOWN, vec![("outlets", Param::List(names))]);
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
    fn task_of(&self, row: &ContactRow) -> Result<(Option<KnownTask>, Option<EmployeeId>), AppError> {
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
                    let known = id.parse::<EmployeeId>().ok().map(|id| self.store.canonical_employee(id));
                    employee = known.transpose()?.flatten();
                }
            }
        }
        let employee = match employee {
            Some(known) => Some(known),
            None => self.person(&row.who)?,
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
    fn person(&self, who: &Who) -> Result<Option<EmployeeId>, AppError> {
        let keys = PersonKeys {
            customer_number: who.customer_number.as_ref(),
            id_number: who.id_number.as_ref(),
            account: who.account.as_ref(),
            left: None,
        };
        if who.has_number() {
            return Ok(self.store.find_employee(keys)?);
        }
        let named = who.employer.as_deref().or(self.sheet.employer.as_deref());
        let employer = match named {
            Some(text) => identify::only_employer(self.store, text)?,
            None => None,
        };
        match (employer, &who.name) {
            (Some(employer), Some(name)) => Ok(identify::person_named(self.store, employer, name, &who.left)?),
            _ => Ok(None),
        }
    }
}
