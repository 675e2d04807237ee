//! Contacts: rows → what became of tasks, or of people without one; also worklists that come back.

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind};
use crate::app::import::kinds::activity::{Activity, keys, person};
use crate::intake::{self, SheetReading};
use crate::model::activity::ContactRow;
use crate::model::problem::codes;
use crate::model::status::ContactResult;
use crate::model::{EmployeeId, Param};
use crate::store::contacts::KnownTask;

/// What is gathered of contacts.
#[derive(Default)]
pub struct Contacts {
    activity: Activity,
    /// Rows that give no day.
    undated: i64,
    /// Rows whose day has not come.
    ahead: i64,
}

impl Kind for Contacts {
    type Row = ContactRow;

    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<ContactRow>) -> Result<(), AppError> {
        let entry = self.activity.entry(ctx)?;
        ctx.people.fetch(rows.iter().map(|row| keys(&row.who)))?;
        for row in &rows {
            let stated = row.date.or(ctx.sheet.as_of);
            let date = stated.unwrap_or(ctx.today);
            if date > ctx.today {
                self.ahead += 1;
                ctx.leave_out(row.row, "lies_ahead");
                continue;
            }
            let (task, employee) = task_of(ctx, row)?;
            if let (Some(person), Some(name)) = (employee, &row.who.name)
                && ctx.people.has_another_name(person, name)?
            {
                if row.task.is_some() {
                    // Sorted without its hidden column, or copied from another row: whose result it is nobody knows.
                    ctx.list(codes::CONTACT_NAME_DIFFERS, row.row);
                    ctx.leave_out(row.row, "another_name");
                    continue;
                }
                ctx.list(codes::NAME_DIFFERS, row.row);
            }
            let channel = row.channel.or(task.as_ref().and_then(|t| t.channel));
            let row = &ContactRow { channel, ..row.clone() };
            let id = task.as_ref().map(|t| t.task_id.as_str());
            if let Some(latest) = id.map(|id| ctx.store.latest_contact(id)).transpose()?.flatten() {
                // A workbook comes back every week with what was typed in the weeks before.
                if stated.is_none() && latest.says_the_same(row) {
                    ctx.leave_out(row.row, "reported_before");
                    continue;
                }
                if latest.date == date && latest.result != row.result {
                    ctx.list(codes::CONTACT_CONFLICTS, row.row);
                }
            }
            self.undated += i64::from(stated.is_none());
            let contact = ctx.store.add_contact(entry, id, employee, row, date)?;
            if let (ContactResult::WrongNumber, Some(employee)) = (row.result, employee) {
                ctx.store.note_wrong_phone(contact, employee)?;
            }
            match id {
                Some(id) => {
                    let due = due_after(ctx, row, date);
                    ctx.store.record_feedback(id, contact, row.channel, due, ctx.today)?;
                }
                None => ctx.list(
                    if employee.is_some() { codes::CONTACT_WITHOUT_TASK } else { codes::CONTACT_WITHOUT_PERSON },
                    row.row,
                ),
            }
        }
        Ok(())
    }

    fn settle(&mut self, ctx: &mut Ctx<'_>, _: &SheetReading) -> Result<(), AppError> {
        if self.ahead > 0 {
            ctx.raise(codes::CONTACT_AHEAD, vec![("rows", Param::Count(self.ahead))]);
        }
        if self.undated > 0 {
            let params = vec![("rows", Param::Count(self.undated)), ("date", Param::Date(ctx.today))];
            ctx.raise(codes::CONTACT_DATE_ASSUMED, params);
        }
        Ok(())
    }
}

/// Whether a text has the form of our own signed keys: a task or a person, a dot, sixteen hexadecimal digits.
fn is_row_key(id: &str, sign: Option<&str>) -> bool {
    let signed = sign.is_some_and(|s| s.len() == 16 && s.bytes().all(|b| b.is_ascii_hexdigit()));
    signed && id.starts_with(['T', 'P']) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// By when the next contact is to be made; `None` when the result ends the task.
fn due_after(ctx: &Ctx<'_>, row: &ContactRow, date: NaiveDate) -> Option<NaiveDate> {
    let rule = ctx.rules.contacts.results.get(&row.result)?;
    if rule.closes {
        return None;
    }
    let again = || ctx.workdays.add(date, rule.again_workdays).unwrap_or(date);
    Some(row.next_contact.filter(|next| *next > date).unwrap_or_else(again))
}

/// The task a contact belongs to, and its person: by the task's own number or a signed key of ours, else by the
/// person and the matter, else by the person's only task.
fn task_of(ctx: &mut Ctx<'_>, row: &ContactRow) -> Result<(Option<KnownTask>, Option<EmployeeId>), AppError> {
    let mut employee = None;
    if let Some(text) = &row.task {
        // Row keys of our own sheets: the number, a dot, its signature.
        let (id, sign) = text.split_once('.').map_or((text.as_str(), None), |(id, sign)| (id, Some(sign)));
        if is_row_key(id, sign) && sign != Some(ctx.store.sign(id).as_str()) {
            // Somebody changed the key: whom the row speaks of is not known for sure.
            return Ok((None, None));
        }
        if sign.is_none_or(|s| s == ctx.store.sign(id)) {
            if let Some(task) = ctx.store.tasks_of(Some(id), None)?.into_iter().next() {
                let person = task.employee_id;
                return Ok((Some(task), Some(person)));
            }
            if sign.is_some() {
                let known = id.parse::<EmployeeId>().ok().map(|id| ctx.store.canonical_employee(id));
                employee = known.transpose()?.flatten();
            }
        }
    }
    let employee = match employee {
        Some(known) => Some(known),
        None => person(ctx, &row.who)?,
    };
    let Some(person) = employee else { return Ok((None, None)) };
    let mut tasks = ctx.store.tasks_of(None, Some(person))?;
    if let Some(text) = &row.rule {
        let rules = &ctx.rules.followup.rules;
        tasks.retain(|t| t.rule == *text || rules.get(&t.rule).is_some_and(|r| intake::same_words(&r.label, text)));
        return Ok((tasks.into_iter().next(), employee));
    }
    let only = (tasks.len() == 1).then(|| tasks.remove(0));
    Ok((only, employee))
}
