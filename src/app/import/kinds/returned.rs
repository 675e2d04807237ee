//! Workbooks of ours that come back: what was typed into them, merged with all that was said before.

mod signing;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::contact::answers::{self, Matter};
use crate::app::contact::returns::{self, Settlement, Settler};
use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind};
use crate::app::import::kinds::activity::Activity;
use crate::app::visit::answers::said_of;
use crate::engagement::contact::answers::news;
use crate::engagement::visit::planned::VisitPart;
use crate::intake::{SheetReading, TypedReader, same_words};
use crate::model::personal::Purpose;
use crate::model::problem::{cell_name, codes};
use crate::model::returns::answer::{AnswerValue, Subject};
use crate::model::returns::book::{Mark, ReturnedRow, SIGNED_NAME, WORKSPACE};
use crate::model::status::ContactResult;
use crate::model::text::free_text::mask_numbers;
use crate::model::{Param, Personal};
use crate::rules::import::workbooks::{BookRule, RowKind, Undated};
use crate::store::answers::{NewAnswer, StoredExport};

/// What is gathered of a workbook while its rows come.
#[derive(Default)]
pub struct Returned {
    activity: Activity,
    /// The workbook as it was sent; `None` inside: it is not to be read, which has been told.
    book: Option<Option<Sent>>,
    /// Rows by key.
    seen: BTreeMap<String, u32>,
    /// Rows that give no day, by the day assumed.
    undated: BTreeMap<NaiveDate, i64>,
}

/// A workbook as it was sent.
struct Sent {
    rule: BookRule,
    export: StoredExport,
    values: BTreeMap<String, BTreeMap<String, String>>,
    reader: TypedReader,
}

impl Kind for Returned {
    type Row = ReturnedRow;

    /// The sheets of one workbook belong together.
    fn begin(&mut self) {}

    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<ReturnedRow>) -> Result<(), AppError> {
        let book = match self.book.take() {
            Some(book) => book,
            None => sent(ctx)?,
        };
        match &book {
            Some(sent) => rows.iter().try_for_each(|row| self.row(ctx, sent, row))?,
            None => rows.iter().for_each(|row| ctx.leave_out(row.row, "problem")),
        }
        self.book = Some(book);
        Ok(())
    }

    fn settle(&mut self, ctx: &mut Ctx<'_>, _: &SheetReading) -> Result<(), AppError> {
        for (date, rows) in std::mem::take(&mut self.undated) {
            let params = vec![("rows", Param::Count(rows)), ("date", Param::Date(date))];
            ctx.raise(codes::CONTACT_DATE_ASSUMED, params);
        }
        Ok(())
    }

    fn finish(self, ctx: &mut Ctx<'_>) -> Result<(), AppError> {
        let Some(Some(sent)) = self.book else { return Ok(()) };
        let gone = |key: &&String| !self.seen.contains_key(*key) && !signing::is_empty_line(key);
        let deleted = sent.values.keys().filter(gone).count();
        if deleted > 0 {
            ctx.raise(codes::RETURN_ROWS_DELETED, vec![("rows", Param::Count(deleted as i64))]);
        }
        Ok(())
    }
}

/// The workbook as it was sent; `None` when it is not one of this workspace, which is told.
fn sent(ctx: &mut Ctx<'_>) -> Result<Option<Sent>, AppError> {
    let mark = ctx.sheet.mark.clone().unwrap_or_default();
    let rules = &ctx.rules.workbooks;
    let own = mark.workspace == ctx.store.sign(WORKSPACE);
    let known = if own { ctx.store.export(&mark.export)? } else { None };
    let code = match known {
        _ if mark.version > rules.version => codes::RETURN_NEWER,
        _ if !own => codes::RETURN_FOREIGN,
        Some(export) if signed(ctx, &mark) && export.book == mark.book => match rules.books.get(&mark.book) {
            Some(rule) => {
                let values = ctx.store.sent_values(&export.export_id)?;
                let reader = TypedReader::new(ctx.rules, Some(ctx.today), false);
                return Ok(Some(Sent { rule: rule.clone(), export, values, reader }));
            }
            None => codes::RETURN_NEWER,
        },
        _ => codes::RETURN_MARK_BROKEN,
    };
    ctx.raise(code, Vec::new());
    Ok(None)
}

fn signed(ctx: &Ctx<'_>, mark: &Mark) -> bool {
    ctx.store.sign(&mark.text()) == mark.signature
}

impl Returned {
    fn row(&mut self, ctx: &mut Ctx<'_>, sent: &Sent, row: &ReturnedRow) -> Result<(), AppError> {
        let before = sent.values.get(&row.key);
        // A client without a task was sent with nothing that is kept; every other row with its fixed cells.
        let is_sent = |matter: &Matter| before.is_some() || matches!(matter.subject, Subject::Person(_));
        let Some(matter) = matter(ctx, sent, row)?.filter(is_sent) else {
            if !row.unread.is_empty() || row.typed.iter().any(|c| c.value.is_some()) {
                ctx.list(codes::RETURN_ROW_FOREIGN, row.row);
                ctx.leave_out(row.row, "problem");
            } else {
                ctx.leave_out(row.row, "no_result");
            }
            return Ok(());
        };
        if row.typed.iter().any(|cell| cell.field == SIGNED_NAME) {
            return self.signing(ctx, sent, row, matter, before);
        }
        let values = self.changed(sent, row, before);
        let first = self.seen.insert(row.key.clone(), row.row);
        if !row.unread.is_empty() && !is_firm(ctx, sent, row) {
            ctx.leave_out(row.row, "problem");
            return Ok(());
        }
        if values.is_empty() {
            tell_fixed(ctx, sent, row, before);
            ctx.leave_out(row.row, "no_result");
            return Ok(());
        }
        if !is_of(ctx, sent, row, &matter, before)? {
            // Sorted without its hidden column, or copied from another row: whose result it is nobody knows.
            ctx.list(codes::CONTACT_NAME_DIFFERS, row.row);
            ctx.leave_out(row.row, "another_name");
            return Ok(());
        }
        if let Some(first) = first {
            ctx.list_at(codes::RETURN_ROW_TWICE, (row.row, 0), vec![("row", Param::Count(i64::from(first) + 1))]);
        }
        tell_fixed(ctx, sent, row, before);
        match sent.rule.row {
            RowKind::Task => self.contact(ctx, sent, row, &matter, values),
            RowKind::Conflict => self.settlement(ctx, sent, row),
            RowKind::Employer | RowKind::Visit => self.state(ctx, sent, row, &matter, values),
        }
    }

    /// Says which of different values holds: by its number, or as typed. It settles what the workbook showed; what was said
    /// since then is asked about again.
    fn settlement(&mut self, ctx: &mut Ctx<'_>, sent: &Sent, row: &ReturnedRow) -> Result<(), AppError> {
        let Some(text) = row.value("settled_value") else {
            ctx.leave_out(row.row, "no_result");
            return Ok(());
        };
        let (export, seen) = (sent.export.export_id.as_str(), sent.export.seen);
        let id = row.key.rsplit_once('.').map_or("", |(id, _)| id);
        let as_sent = returns::all_conflicts(ctx.store, Some(seen))?.into_iter().find(|c| c.conflict_id == id);
        let Some((conflict, subject)) = as_sent.and_then(|c| Some((c.clone(), c.subject?))) else {
            // The import that brought it was withdrawn.
            ctx.leave_out(row.row, "reported_before");
            return Ok(());
        };
        let settlement = match text.parse::<usize>() {
            Ok(number) if number <= conflict.values.len() => Settlement::Take(number),
            _ => Settlement::Value(text.to_string()),
        };
        let reader = TypedReader::new(ctx.rules, Some(ctx.today), false);
        match returns::meant(&conflict, &settlement, &reader) {
            Ok(value) => {
                let typed = AnswerValue { field: conflict.field.clone(), value: value.clone(), base: None, cell: None };
                if news(&ctx.store.answers_of(&subject)?, export, conflict.day, vec![typed]).is_empty() {
                    ctx.leave_out(row.row, "reported_before");
                    return Ok(());
                }
                let (activity, line) = (self.activity.entry(ctx)?, i64::from(row.row) + 1);
                let settler = Settler { activity, export_id: Some(export), author: &sent.export.recipient, line, seen };
                returns::put_into_force(ctx.contact_ground(), &conflict, value, &settler)?;
                if returns::all_conflicts(ctx.store, None)?.iter().any(|c| c.conflict_id == id) {
                    let params =
                        vec![("column", column(&conflict.field)), ("conflict", Param::Text(conflict.conflict_id))];
                    ctx.list_at(codes::CONTACT_CONFLICTS, at(row, "settled_value"), params);
                }
                Ok(())
            }
            Err(_) => {
                let params = vec![("column", column("settled_value"))];
                ctx.list_at(codes::RETURN_NOT_IN_LIST, at(row, "settled_value"), params);
                ctx.leave_out(row.row, "problem");
                Ok(())
            }
        }
    }

    /// Cells that say something else than was sent.
    fn changed(&self, sent: &Sent, row: &ReturnedRow, before: Option<&BTreeMap<String, String>>) -> Vec<AnswerValue> {
        let mut values = Vec::new();
        for cell in row.typed.iter().filter(|cell| !row.unread.contains(&cell.field)) {
            let base = before.and_then(|b| b.get(&cell.field));
            let base = base.and_then(|text| sent.reader.text(&cell.field, text).ok().flatten());
            if !is_as_sent(base.as_deref(), cell.value.as_deref()) {
                let (field, value) = (cell.field.clone(), cell.value.clone());
                values.push(AnswerValue { field, value, base, cell: Some(cell_name(row.row, cell.column)) });
            }
        }
        values
    }

    /// What a row says of a contact.
    fn contact(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: &Sent,
        row: &ReturnedRow,
        matter: &Matter,
        mut values: Vec<AnswerValue>,
    ) -> Result<(), AppError> {
        let given: Option<NaiveDate> = row.value(answers::ON).and_then(|day| day.parse().ok());
        let earlier = ctx.store.answers_of(&matter.subject)?;
        let assumed = match sent.rule.undated {
            // A day was meant, and not that one.
            _ if row.unread.iter().any(|field| field == answers::ON) => ctx.today,
            Undated::Sent => sent.export.today.min(ctx.today),
            Undated::Returned => ctx.today,
        };
        let on = given.unwrap_or(assumed);
        let next: Option<NaiveDate> = row.value(answers::NEXT).and_then(|day| day.parse().ok());
        if let Some(next) = next.filter(|next| *next < on) {
            let params = vec![("column", column(answers::NEXT)), ("date", Param::Date(next))];
            ctx.list_at(codes::NEXT_CONTACT_UNLIKELY, at(row, answers::NEXT), params);
            values.retain(|v| v.field != answers::NEXT);
        }
        let export = sent.export.export_id.as_str();
        let values = news(&earlier, export, given, values);
        if values.is_empty() {
            ctx.leave_out(row.row, "reported_before");
            return Ok(());
        }
        let told = [answers::WANTED, answers::AMOUNT, answers::NEXT];
        let known = earlier
            .iter()
            .any(|a| a.export_id.as_deref() == Some(export) && a.values.iter().any(|v| v.field == answers::RESULT));
        if row.value(answers::RESULT).is_none() && !known && values.iter().any(|v| told.contains(&v.field.as_str())) {
            let params = vec![("column", column(answers::RESULT))];
            ctx.list_at(codes::CONTACT_WITHOUT_RESULT, at(row, answers::RESULT), params);
            ctx.leave_out(row.row, "problem");
            return Ok(());
        }
        if given.is_none() {
            *self.undated.entry(on).or_default() += 1;
        }
        let answer = self.answer(ctx, sent, row, matter, &values)?;
        let answer = NewAnswer { on: Some(on), assumed: given.is_none(), ..answer };
        let settled = answers::tell(ctx.contact_ground(), matter, &answer)?;
        for (day, conflict) in settled.conflicts.iter().filter(|(_, c)| is_told(&values, &c.field)) {
            ctx.conflict(&matter.subject, Some(*day), conflict, at(row, &conflict.field));
        }
        Ok(())
    }

    /// What a row says of something that has one state only.
    fn state(
        &mut self,
        ctx: &mut Ctx<'_>,
        sent: &Sent,
        row: &ReturnedRow,
        matter: &Matter,
        values: Vec<AnswerValue>,
    ) -> Result<(), AppError> {
        let earlier = ctx.store.answers_of(&matter.subject)?;
        let export = sent.export.export_id.as_str();
        let values = news(&earlier, export, None, values);
        if values.is_empty() {
            ctx.leave_out(row.row, "reported_before");
            return Ok(());
        }
        let answer = self.answer(ctx, sent, row, matter, &values)?;
        ctx.store.add_answer(&answer, ctx.today)?;
        said_of(ctx.store, &matter.subject)?;
        let all = ctx.store.answers_of(&matter.subject)?;
        let merged = crate::engagement::contact::answers::merge(&all.iter().collect::<Vec<_>>());
        for conflict in merged.conflicts.iter().filter(|c| is_told(&values, &c.field)) {
            ctx.conflict(&matter.subject, None, conflict, at(row, &conflict.field));
        }
        Ok(())
    }

    fn answer<'v>(
        &mut self,
        ctx: &Ctx<'v>,
        sent: &'v Sent,
        row: &ReturnedRow,
        matter: &'v Matter,
        values: &'v [AnswerValue],
    ) -> Result<NewAnswer<'v>, AppError> {
        Ok(NewAnswer {
            activity: self.activity.entry(ctx)?,
            export_id: Some(&sent.export.export_id),
            subject: &matter.subject,
            employee: matter.employee,
            line: i64::from(row.row) + 1,
            on: None,
            assumed: false,
            seen: sent.export.seen,
            settles: false,
            author: &sent.export.recipient,
            sheet: None,
            values,
        })
    }
}

/// Whom and what a row speaks of, by its signed key; `None` when it was not ours or is known no more.
fn matter(ctx: &mut Ctx<'_>, sent: &Sent, row: &ReturnedRow) -> Result<Option<Matter>, AppError> {
    let Some((id, sign)) = row.key.rsplit_once('.') else { return Ok(None) };
    if ctx.store.sign(id) != sign {
        return Ok(None);
    }
    if sent.rule.row == RowKind::Conflict {
        // What it is about is looked up with the conflict.
        return Ok(Some(Matter { subject: Subject::Task(id.to_string()), employee: None, channel: None }));
    }
    let Some(subject) = Subject::parse(id) else { return Ok(None) };
    let plain = |subject| Some(Matter { subject, employee: None, channel: None });
    Ok(match (sent.rule.row, subject) {
        (RowKind::Task, Subject::Task(id)) => ctx
            .store
            .tasks_of(Some(&id), None)?
            .into_iter()
            .next()
            .map(|task| Matter { subject: Subject::Task(id), employee: Some(task.employee_id), channel: task.channel }),
        (RowKind::Task, Subject::Person(id)) => ctx.store.canonical_employee(id)?.map(|id| Matter {
            subject: Subject::Person(id),
            employee: Some(id),
            channel: None,
        }),
        (RowKind::Employer, Subject::Employer(id)) => plain(Subject::Employer(ctx.store.canonical_employer(id)?)),
        (RowKind::Visit, Subject::Step(visit, part)) => match VisitPart::of(&part) {
            VisitPart::Guest(id) | VisitPart::Signer(id) => {
                let employee = ctx.store.canonical_employee(id)?;
                employee.map(|id| Matter { subject: Subject::Step(visit, part), employee: Some(id), channel: None })
            }
            _ => plain(Subject::Step(visit, part)),
        },
        (RowKind::Visit, subject @ Subject::Visit(_)) => plain(subject),
        _ => None,
    })
}

/// Whether the row still shows whom its key names.
fn is_of(
    ctx: &mut Ctx<'_>,
    sent: &Sent,
    row: &ReturnedRow,
    matter: &Matter,
    before: Option<&BTreeMap<String, String>>,
) -> Result<bool, AppError> {
    for cell in row.fixed.iter().filter(|cell| sent.rule.identity.contains(&cell.field)) {
        let text = cell.text.unmask(Purpose::Store);
        if let (Some(employee), "name") = (matter.employee, cell.field.as_str()) {
            // Shown masked, it tells nothing.
            if !text.is_empty() && ctx.people.has_another_name(employee, &Personal::new(text.clone()))? {
                return Ok(false);
            }
        } else if before.and_then(|b| b.get(&cell.field)).is_some_and(|was| !stands(was, text)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a row is taken although something in it cannot be read: a promise to a client weighs more than its date.
fn is_firm(ctx: &Ctx<'_>, sent: &Sent, row: &ReturnedRow) -> bool {
    let result = row.value(answers::RESULT).and_then(ContactResult::from_key);
    sent.rule.row == RowKind::Task && result.is_some_and(|result| ctx.rules.contacts.firm.contains(&result))
}

/// Tells cells that were to stay as they were sent and did not.
fn tell_fixed(ctx: &mut Ctx<'_>, sent: &Sent, row: &ReturnedRow, before: Option<&BTreeMap<String, String>>) {
    for cell in row.fixed.iter().filter(|cell| sent.rule.fixed.contains(&cell.field)) {
        let Some(was) = before.and_then(|b| b.get(&cell.field)) else { continue };
        if !stands(was, cell.text.unmask(Purpose::Store)) {
            let params = vec![("column", column(&cell.field)), ("sent", Param::Text(was.clone()))];
            ctx.list_at(codes::RETURN_FIXED_CHANGED, (row.row, cell.column), params);
        }
    }
}

/// Whether a cell typed into still says what it was sent with: numbers of people stood there masked.
fn is_as_sent(was: Option<&str>, now: Option<&str>) -> bool {
    was == now || was.map(mask_numbers).as_deref() == now
}

/// Whether a cell that was to stay did: it was sent as it is written, with wide brackets too, and is read narrowed.
fn stands(was: &str, now: &str) -> bool {
    same_words(was, now) || same_words(&mask_numbers(was), now)
}

/// Whether values tell something of a field.
fn is_told(values: &[AnswerValue], field: &str) -> bool {
    values.iter().any(|v| v.field == field)
}

fn column(field: &str) -> Param {
    Param::Word { word: format!("column.{field}") }
}

/// The cell of a column in a row.
fn at(row: &ReturnedRow, field: &str) -> (u32, u32) {
    (row.row, row.typed.iter().find(|c| c.field == field).map_or(0, |c| c.column))
}
