//! What was said about contacts becomes contacts: whichever workbook, list or command brought it, there is one per matter
//! and day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::engagement::contact::answers::{self, Conflict, Merged};
use crate::model::activity::{ContactRow, LastContact, Who};
use crate::model::days::workdays::Workdays;
use crate::model::returns::answer::{Answer, AnswerValue, Subject};
use crate::model::status::{Channel, ContactResult};
use crate::model::{EmployeeId, Fen};
use crate::rules::contact::contact_policy::Until;
use crate::rules::contact::followup::Due;
use crate::rules::{Rules, hex_sha256};
use crate::store::Store;
use crate::store::answers::{About, NewAnswer};
use crate::store::contacts::LatestContact;

/// Columns of a contact, as in `workbooks.toml`.
pub const ON: &str = "contact_date";
pub const CHANNEL: &str = "actual_channel";
pub const RESULT: &str = "contact_result";
pub const WANTED: &str = "wanted_product";
pub const BOUGHT: &str = "deal_product";
pub const AMOUNT: &str = "wanted_amount";
pub const NEXT: &str = "next_contact";
pub const REMARK: &str = "remark";

/// What contacts are worked out with.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub store: &'a Store,
    pub rules: &'a Rules,
    pub workdays: &'a Workdays,
    pub today: NaiveDate,
}

/// With whom, in which matter.
#[derive(Debug, Clone)]
pub struct Matter {
    pub subject: Subject,
    pub employee: Option<EmployeeId>,
    /// How the task was to be done: a contact that does not say otherwise was made so.
    pub channel: Option<Channel>,
}

/// A value said, without a place.
pub fn said(field: &str, value: impl Into<String>) -> AnswerValue {
    AnswerValue { field: field.to_string(), value: Some(value.into()), base: None, cell: None }
}

/// What a row of somebody's own list says.
pub fn values_of(row: &ContactRow) -> Vec<AnswerValue> {
    let values = [
        (RESULT, Some(row.result.key().to_string())),
        (CHANNEL, row.channel.map(|c| c.key().to_string())),
        (WANTED, row.wanted_product.clone()),
        (BOUGHT, row.deal_product.clone()),
        (AMOUNT, row.amount.map(|fen| fen.0.to_string())),
        (NEXT, row.next_contact.map(|d| d.to_string())),
        (REMARK, row.note.clone()),
    ];
    values.into_iter().filter_map(|(field, value)| Some(said(field, value?))).collect()
}

/// What came of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// The latest contact that was added.
    pub contact: Option<i64>,
    /// What is said differently elsewhere, with the day.
    pub conflicts: Vec<(NaiveDate, Conflict)>,
}

/// Keeps an answer about a contact and works out anew what is known of the matter.
///
/// # Errors
/// The store cannot be read or written.
pub fn tell(ground: Ground<'_>, matter: &Matter, answer: &NewAnswer<'_>) -> Result<Settled, AppError> {
    ground.store.add_answer(answer, ground.today)?;
    settle(ground, matter)
}

/// Works out anew what is known of all matters of which an import spoke that has been withdrawn.
///
/// # Errors
/// The store cannot be read or written.
pub fn settle_again(ground: Ground<'_>, import: i64) -> Result<(), AppError> {
    for subject in ground.store.matters_of(import)? {
        settle(ground, &matter_of(ground.store, &subject)?)?;
    }
    Ok(())
}

/// With whom a matter is.
///
/// # Errors
/// The store cannot be read.
pub fn matter_of(store: &Store, subject: &Subject) -> Result<Matter, AppError> {
    let task = match subject {
        Subject::Task(id) => store.tasks_of(Some(id), None)?.into_iter().next(),
        _ => None,
    };
    let employee = match subject {
        Subject::Person(id) => Some(*id),
        _ => task.as_ref().map(|t| t.employee_id),
    };
    Ok(Matter { subject: subject.clone(), employee, channel: task.and_then(|t| t.channel) })
}

/// Works out anew what is known of the contacts of a matter from all that was said. A contact stands with the latest
/// answer of its day; one of a day of which nothing holds any more is taken back.
///
/// # Errors
/// The store cannot be read or written.
pub fn settle(ground: Ground<'_>, matter: &Matter) -> Result<Settled, AppError> {
    let Ground { store, rules, .. } = ground;
    let all = store.answers_of(&matter.subject)?;
    let task = match &matter.subject {
        Subject::Task(id) => Some(id.as_str()),
        _ => None,
    };
    let known_task = match task {
        Some(id) => store.tasks_of(Some(id), None)?.into_iter().next(),
        None => None,
    };
    let mut settled = Settled::default();
    let mut wanted: BTreeMap<NaiveDate, ((i64, i64), ContactRow)> = BTreeMap::new();
    for (day, of_day) in &answers::by_day(&all) {
        let merged = answers::merge(of_day);
        settled.conflicts.extend(merged.conflicts.iter().map(|c| (*day, c.clone())));
        let entry = teller(of_day, merged.value(RESULT)).map_or((0, 0), |a| a.entry);
        wanted.extend(contact(rules, matter, &merged, entry.1).map(|row| (*day, (entry, row))));
    }
    // A contact of a list that names no matter came with no answer, and is let be.
    let entries: BTreeSet<(i64, i64)> = all.iter().map(|a| a.entry).collect();
    let latest = all.iter().map(|a| (a.answer_id, a.entry)).max();
    let told = || store.told_contacts(task, matter.employee);
    let mut known = told()?;
    // What a contact stood before may come to light once it is taken back.
    while let Some((_, entry)) = latest {
        let stale = |k: &&LatestContact| entries.contains(&k.entry) && !wanted.contains_key(&k.date);
        let stale: Vec<i64> = known.iter().filter(stale).map(|k| k.contact_id).collect();
        if stale.is_empty() {
            break;
        }
        stale.into_iter().try_for_each(|id| store.retract_contact(id, entry))?;
        known = told()?;
    }
    for (day, ((activity, _), row)) in &wanted {
        let of_day = || known.iter().rev().filter(|k| k.date == *day);
        // Without a matter another contact of the day may be another one: only what answers said before is replaced.
        let own = of_day().find(|k| task.is_some() || entries.contains(&k.entry));
        let same = own.or_else(|| of_day().next());
        if same.is_some_and(|k| k.says_the_same(row)) {
            continue;
        }
        let before = own.map(|k| k.contact_id);
        let contact = store.add_contact(*activity, task, matter.employee, row, *day, before)?;
        settled.contact = Some(contact);
        if let (ContactResult::WrongNumber, Some(employee)) = (row.result, matter.employee) {
            store.note_wrong_phone(contact, employee, before)?;
        }
        if let Some(task) = task {
            let due = due_after(ground, known_task.as_ref().map(|t| t.rule.as_str()), row, *day);
            store.record_feedback(task, contact, row.channel, due, ground.today)?;
        }
    }
    Ok(settled)
}

/// Whose contact it is: of whoever said last what holds of its result, else of whoever said anything last. Who says which
/// of two holds has not made it.
fn teller<'a>(of_day: &[&'a Answer], result: Option<&str>) -> Option<&'a Answer> {
    let says = |a: &Answer| a.values.iter().any(|v| v.field == RESULT && v.value.as_deref() == result);
    of_day.iter().copied().max_by_key(|a| (!a.settles, says(a), a.answer_id))
}

/// The contact as it is known now; without a result there is none, only what was noted.
fn contact(rules: &Rules, matter: &Matter, merged: &Merged, line: i64) -> Option<ContactRow> {
    let cautious = || {
        let conflict = merged.conflicts.iter().find(|c| c.field == RESULT)?;
        let said = |result: &ContactResult| conflict.choices.iter().any(|(v, _)| v.as_deref() == Some(result.key()));
        rules.contacts.cautious.iter().copied().find(said)
    };
    let result = merged.value(RESULT).and_then(ContactResult::from_key).or_else(cautious)?;
    let text = |field: &str| merged.value(field).map(str::to_string);
    Some(ContactRow {
        row: u32::try_from(line - 1).unwrap_or_default(),
        task: None,
        who: Who::default(),
        rule: None,
        result,
        date: None,
        channel: merged.value(CHANNEL).and_then(Channel::from_key).or(matter.channel),
        wanted_product: text(WANTED),
        deal_product: text(BOUGHT),
        amount: merged.value(AMOUNT).and_then(|fen| fen.parse().ok()).map(Fen),
        next_contact: merged.value(NEXT).and_then(|day| day.parse().ok()),
        note: text(REMARK),
    })
}

/// By when the next contact is to be made; `None` when the result ends the task of this rule. What a complaint leaves to be
/// done ends with its settlement alone: that somebody was reached settles nothing.
fn due_after(ground: Ground<'_>, task_rule: Option<&str>, row: &ContactRow, date: NaiveDate) -> Option<NaiveDate> {
    let rule = ground.rules.contacts.results.get(&row.result)?;
    let task_rule = task_rule.and_then(|key| ground.rules.followup.rules.get(key));
    let stop = task_rule.and_then(|r| ground.rules.contact_policy.after.get(&r.after?));
    let unsettled = stop.is_some_and(|s| s.until == Until::Settled) && row.result != ContactResult::Settled;
    let workdays = match task_rule.map(|r| &r.due) {
        _ if !rule.closes => rule.again_workdays,
        Some(Due::Workdays { workdays }) if unsettled => *workdays,
        _ if unsettled => 0,
        _ => return None,
    };
    let again = || ground.workdays.add(date, workdays).unwrap_or(date);
    Some(row.next_contact.filter(|next| *next > date).unwrap_or_else(again))
}

/// The latest contact with everybody up to today, or what was noted of a later day. A row with only a note is no
/// contact, and is read all the same.
///
/// # Errors
/// The store cannot be read.
pub fn last_contacts(store: &Store, today: NaiveDate) -> Result<BTreeMap<EmployeeId, LastContact>, AppError> {
    let mut last = store.last_contacts(today)?;
    for said in store.answers_about(About::Contacts)?.into_values() {
        let Some(who) = said.iter().find_map(|answer| answer.employee) else { continue };
        for (on, of_day) in answers::by_day(&said).into_iter().filter(|(on, _)| *on <= today) {
            if last.get(&who).is_some_and(|known| known.on >= on) {
                continue;
            }
            if let Some(note) = answers::merge(&of_day).value(REMARK).map(str::to_string) {
                last.insert(who, LastContact { on, note: Some(note), ..LastContact::default() });
            }
        }
    }
    Ok(last)
}

/// Names a conflict: the same for the same matter, day and field, so that it can be settled by it.
pub fn conflict_id(subject: &Subject, on: Option<NaiveDate>, field: &str) -> String {
    let on = on.map(|d| d.to_string()).unwrap_or_default();
    format!("C{}", &hex_sha256(format!("{subject}|{on}|{field}").as_bytes())[..8])
}

/// Whether all that a row says was said before of that day.
pub fn is_known(earlier: &[Answer], on: NaiveDate, values: &[AnswerValue]) -> bool {
    let of_day = answers::by_day(earlier).remove(&on).unwrap_or_default();
    let says = |value: &AnswerValue| {
        of_day.iter().flat_map(|a| &a.values).any(|v| v.field == value.field && v.value == value.value)
    };
    !of_day.is_empty() && values.iter().all(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_of_whoever_said_what_holds_and_not_of_who_settled_it() {
        let answer = |answer_id: i64, author: &str, result: &str, settles: bool| Answer {
            answer_id,
            entry: (answer_id, 1),
            export_id: None,
            on: None,
            assumed: false,
            seen: 0,
            settles,
            employee: None,
            author: author.to_string(),
            file: String::new(),
            sheet: None,
            told_on: NaiveDate::default(),
            recorded_at: String::new(),
            applied: false,
            values: vec![said(RESULT, result)],
        };
        let first = answer(1, "甲", "interested", false);
        let second = answer(2, "乙", "refused", false);
        let settled = answer(3, "行长", "interested", true);
        let of = |all: &[&Answer], result: &str| teller(all, Some(result)).map(|a| a.author.clone()).unwrap();
        assert_eq!(of(&[&first, &second], "refused"), "乙");
        assert_eq!(of(&[&first, &second, &settled], "interested"), "甲");
        // Whoever settles it with what nobody had said has not called anybody either.
        assert_eq!(of(&[&first, &second, &answer(3, "行长", "considering", true)], "considering"), "乙");
        assert_eq!(of(&[&settled], "interested"), "行长");
    }
}
