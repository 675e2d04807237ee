//! Contacts: rows → what became of tasks, or of people without one.

use chrono::NaiveDate;

use crate::app::contact::answers::{self, Matter};
use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind};
use crate::app::import::kinds::activity::{Activity, keys, person};
use crate::intake::{self, SheetReading};
use crate::model::activity::ContactRow;
use crate::model::problem::codes;
use crate::model::returns::answer::Subject;
use crate::model::status::ContactResult;
use crate::model::{EmployeeId, Param};
use crate::store::answers::NewAnswer;
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
            let (task, employee) = task_of(ctx, row, date)?;
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
            let Some(task) = task else {
                self.undated += i64::from(stated.is_none());
                self.without_task(ctx, entry, employee, row, date)?;
                continue;
            };
            self.of_task(ctx, entry, &task, row, (stated, date))?;
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

impl Contacts {
    /// A contact in no matter that is known.
    fn without_task(
        &mut self,
        ctx: &mut Ctx<'_>,
        entry: i64,
        employee: Option<EmployeeId>,
        row: &ContactRow,
        date: NaiveDate,
    ) -> Result<(), AppError> {
        let contact = ctx.store.add_contact(entry, None, employee, row, date, None)?;
        if let (ContactResult::WrongNumber, Some(employee)) = (row.result, employee) {
            ctx.store.note_wrong_phone(contact, employee, None)?;
        }
        let known = employee.is_some();
        ctx.list(if known { codes::CONTACT_WITHOUT_TASK } else { codes::CONTACT_WITHOUT_PERSON }, row.row);
        Ok(())
    }

    /// What is said of a task is one of the answers about it.
    fn of_task(
        &mut self,
        ctx: &mut Ctx<'_>,
        entry: i64,
        task: &KnownTask,
        row: &ContactRow,
        (stated, date): (Option<NaiveDate>, NaiveDate),
    ) -> Result<(), AppError> {
        let subject = Subject::Task(task.task_id.clone());
        let values = answers::values_of(row);
        // A list comes back every week with what was typed in the weeks before.
        let latest = ctx.store.told_contacts(Some(&task.task_id), None)?.pop();
        let repeated = stated.is_none() && latest.is_some_and(|latest| latest.says_the_same(row));
        if repeated || answers::is_known(&ctx.store.answers_of(&subject)?, date, &values) {
            ctx.leave_out(row.row, "reported_before");
            return Ok(());
        }
        self.undated += i64::from(stated.is_none());
        let matter = Matter { subject, employee: Some(task.employee_id), channel: task.channel };
        let sheet = ctx.sheet.sheet.clone();
        let answer = NewAnswer {
            activity: entry,
            export_id: None,
            subject: &matter.subject,
            employee: matter.employee,
            line: i64::from(row.row) + 1,
            on: Some(date),
            assumed: stated.is_none(),
            seen: 0,
            settles: false,
            author: ctx.file,
            sheet: Some(&sheet),
            values: &values,
        };
        let settled = answers::tell(ctx.contact_ground(), &matter, &answer)?;
        for (on, conflict) in settled.conflicts.iter().filter(|(on, _)| *on == date) {
            ctx.conflict(&matter.subject, Some(*on), conflict, (row.row, 0));
        }
        Ok(())
    }
}

/// The task a contact belongs to, and its person: by the task's own number or a signed key of ours, else by the
/// person and the matter, else by the person's only task. What happened before a task was issued is no feedback of it.
fn task_of(
    ctx: &mut Ctx<'_>,
    row: &ContactRow,
    date: NaiveDate,
) -> Result<(Option<KnownTask>, Option<EmployeeId>), AppError> {
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
        // Of several in one matter the latest there was on the day.
        let at = tasks.iter().position(|t| t.issued <= date).unwrap_or(0);
        return Ok((tasks.into_iter().nth(at), employee));
    }
    tasks.retain(|t| t.issued <= date);
    let only = (tasks.len() == 1).then(|| tasks.remove(0));
    Ok((only, employee))
}
