//! Contacts that were made, and what they mean for their tasks.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rusqlite::params;

use crate::model::activity::{ContactRow, LastContact};
use crate::model::personal::Purpose;
use crate::model::status::{Channel, ContactResult};
use crate::model::{EmployeeId, Fen};

use crate::store::trust::purge::PHONE;
use crate::store::{Store, StoreError, now_utc};

/// A contact as it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredContact {
    pub contact_id: i64,
    pub task_id: Option<String>,
    /// Key of the task's rule.
    pub rule: Option<String>,
    pub employee_id: EmployeeId,
    pub date: NaiveDate,
    pub channel: Option<Channel>,
    pub result: ContactResult,
    pub amount: Option<Fen>,
    /// Key of the product the client asked about, or its name as written.
    pub wanted_product: Option<String>,
    /// The same of the one bought.
    pub deal_product: Option<String>,
    /// When to contact the client next, as agreed.
    pub next_contact: Option<NaiveDate>,
    /// Something was noted.
    pub has_note: bool,
}

/// What the latest contact left of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feedback {
    /// Day of that contact.
    pub on: NaiveDate,
    pub result: ContactResult,
    /// By when to make the next one; `None`: the task is done with.
    pub due: Option<NaiveDate>,
}

/// What was last told of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestContact {
    pub contact_id: i64,
    /// Number of the entry it came with, and its row there, from 1.
    pub entry: (i64, i64),
    pub date: NaiveDate,
    pub result: ContactResult,
    channel: Option<Channel>,
    wanted_product: Option<String>,
    deal_product: Option<String>,
    amount: Option<Fen>,
    next_contact: Option<NaiveDate>,
    note: Option<String>,
}

impl LatestContact {
    /// Whether a row tells nothing but that.
    pub fn says_the_same(&self, row: &ContactRow) -> bool {
        self.result == row.result
            && self.channel == row.channel
            && self.wanted_product == row.wanted_product
            && self.deal_product == row.deal_product
            && self.amount == row.amount
            && self.next_contact == row.next_contact
            && self.note == row.note
    }
}

/// A task a contact may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTask {
    pub task_id: String,
    pub rule: String,
    pub employee_id: EmployeeId,
    pub channel: Option<Channel>,
    /// The day it was issued.
    pub issued: NaiveDate,
    /// The day it was dated on then.
    pub dated: Option<NaiveDate>,
}

impl Store {
    /// The task of this number, or all tasks of a person, latest first.
    pub fn tasks_of(&self, task: Option<&str>, employee: Option<EmployeeId>) -> Result<Vec<KnownTask>, StoreError> {
        // By one key or the other, so that an index finds them however many tasks there are.
        let key = match task {
            Some(_) => "t.task_id = ?1 AND (?2 IS NULL OR COALESCE(a.canonical_id, t.employee_id) = ?2)",
            None => {
                "?1 IS NULL AND t.employee_id IN
                   (SELECT ?2 UNION ALL SELECT employee_id FROM employee_alias WHERE canonical_id = ?2)"
            }
        };
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT t.task_id, t.rule, COALESCE(a.canonical_id, t.employee_id),
               COALESCE((SELECT m.channel FROM task_event m WHERE m.task_id = t.task_id AND m.event = 'moved'
                 ORDER BY m.today DESC, m.event_id DESC LIMIT 1), e.channel), e.today, e.due FROM task t
             JOIN task_event e ON e.task_id = t.task_id AND e.event = 'issued'
             LEFT JOIN employee_alias a ON a.employee_id = t.employee_id
             WHERE {key}
               AND NOT EXISTS (SELECT 1 FROM task_event f WHERE f.task_id = e.task_id AND f.event = 'issued'
                 AND f.today < e.today)
             ORDER BY e.event_id DESC"
        ))?;
        let rows = statement.query_map(params![task, employee.map(|e| e.0)], |r| {
            let channel: Option<String> = r.get(3)?;
            Ok(KnownTask {
                task_id: r.get(0)?,
                rule: r.get(1)?,
                employee_id: EmployeeId(r.get(2)?),
                channel: channel.as_deref().and_then(Channel::from_key),
                issued: r.get(4)?,
                dated: r.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Contacts with somebody in one matter (`task`), or in none, by day; with what was said of them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn told_contacts(
        &self,
        task: Option<&str>,
        employee: Option<EmployeeId>,
    ) -> Result<Vec<LatestContact>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT c.contact_id, c.date, c.result, c.channel, c.wanted_product, c.deal_product, c.amount_fen,
               c.next_contact, c.note, o.activity_id, o.line
             FROM current_contact c JOIN contact o ON o.contact_id = c.contact_id
             WHERE c.task_id IS ?1 AND (?1 IS NOT NULL OR c.employee_id = ?2) ORDER BY c.date, c.contact_id",
        )?;
        let mut rows = statement.query(params![task, employee.map(|e| e.0)])?;
        let mut told = Vec::new();
        while let Some(r) = rows.next()? {
            let (result, channel): (String, Option<String>) = (r.get(2)?, r.get(3)?);
            told.push(LatestContact {
                contact_id: r.get(0)?,
                entry: (r.get(9)?, r.get(10)?),
                date: r.get(1)?,
                result: result_of(&result)?,
                channel: channel.as_deref().and_then(Channel::from_key),
                wanted_product: r.get(4)?,
                deal_product: r.get(5)?,
                amount: r.get::<_, Option<i64>>(6)?.map(Fen),
                next_contact: r.get(7)?,
                note: r.get(8)?,
            });
        }
        Ok(told)
    }

    /// Adds a contact, in the place of another one where it is the same as it is known now; returns its id.
    pub fn add_contact(
        &self,
        activity: i64,
        task: Option<&str>,
        employee: Option<EmployeeId>,
        row: &ContactRow,
        date: NaiveDate,
        supersedes: Option<i64>,
    ) -> Result<i64, StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO contact (activity_id, line, task_id, employee_id, date, channel, result, wanted_product,
                   deal_product, amount_fen, next_contact, note, supersedes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                activity,
                i64::from(row.row) + 1,
                task,
                employee.map(|e| e.0),
                date,
                row.channel.map(Channel::key),
                row.result.key(),
                row.wanted_product,
                row.deal_product,
                row.amount.map(|a| a.0),
                row.next_contact,
                row.note,
                supersedes
            ])?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Puts a contact out of sight: all that was said of it was taken back, or speaks of another day. One with nobody
    /// takes its place, so that it counts again should the entry (its number and row) that took it back be withdrawn.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn retract_contact(&self, contact: i64, (activity, line): (i64, i64)) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO contact (activity_id, line, date, result, supersedes)
                 SELECT ?2, ?3, date, result, contact_id FROM contact WHERE contact_id = ?1",
            )?
            .execute(params![contact, activity, line])?;
        Ok(())
    }

    /// Records what a contact means for its task: `due` dates it anew, without it the task is done with.
    pub fn record_feedback(
        &self,
        task: &str,
        contact: i64,
        channel: Option<Channel>,
        due: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<(), StoreError> {
        let event = if due.is_some() { "contacted" } else { "result" };
        self.conn
            .prepare_cached(
                "INSERT INTO task_event (task_id, event, due, channel, payload, today, recorded_at, contact_id)
                 VALUES (?1, ?2, ?3, ?4, '{}', ?5, ?6, ?7)",
            )?
            .execute(params![task, event, due, channel.map(Channel::key), today, now_utc(), contact])?;
        Ok(())
    }

    /// Per task the feedback of its latest contact up to `today`.
    pub fn feedback(&self, today: NaiveDate) -> Result<BTreeMap<String, Feedback>, StoreError> {
        // In this order: there are few contacts beside the tasks that were issued.
        let mut statement = self.conn.prepare(
            "SELECT e.task_id, c.date, c.result, e.due FROM current_contact c
             CROSS JOIN task_event e ON e.contact_id = c.contact_id
             WHERE c.date <= ?1 ORDER BY e.task_id, c.date, e.event_id",
        )?;
        let rows = statement
            .query_map([today], |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get::<_, String>(2)?, r.get(3)?)))?;
        let mut latest = BTreeMap::new();
        for row in rows {
            let (task, on, result, due) = row?;
            latest.insert(task, Feedback { on, result: result_of(&result)?, due });
        }
        Ok(latest)
    }

    /// Contacts up to `today` of this person, or of all who are known, by day.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn contacts(&self, today: NaiveDate, who: Option<EmployeeId>) -> Result<Vec<StoredContact>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT c.contact_id, c.task_id, t.rule, c.employee_id, c.date, c.channel, c.result, c.amount_fen,
               c.wanted_product, c.next_contact, c.deal_product, c.note IS NOT NULL
             FROM current_contact c LEFT JOIN task t ON t.task_id = c.task_id
             WHERE c.employee_id IS NOT NULL AND c.date <= ?1 AND (?2 IS NULL OR c.employee_id = ?2)
             ORDER BY c.date, c.contact_id",
        )?;
        let mut rows = statement.query(params![today, who.map(|who| who.0)])?;
        let mut contacts = Vec::new();
        while let Some(r) = rows.next()? {
            let (channel, result): (Option<String>, String) = (r.get(5)?, r.get(6)?);
            contacts.push(StoredContact {
                contact_id: r.get(0)?,
                task_id: r.get(1)?,
                rule: r.get(2)?,
                employee_id: EmployeeId(r.get(3)?),
                date: r.get(4)?,
                channel: channel.as_deref().and_then(Channel::from_key),
                result: result_of(&result)?,
                amount: r.get::<_, Option<i64>>(7)?.map(Fen),
                wanted_product: r.get(8)?,
                next_contact: r.get(9)?,
                deal_product: r.get(10)?,
                has_note: r.get(11)?,
            });
        }
        Ok(contacts)
    }

    /// Who told of contacts up to `today`, by contact: for whom the workbook was that it was typed into, the file of
    /// somebody's own list, or who gave the command. Of a contact that a list names without its task nobody is known.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn told_by(&self, today: NaiveDate) -> Result<BTreeMap<i64, String>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT c.contact_id, n.author FROM current_contact c
             JOIN contact o ON o.contact_id = c.contact_id
             JOIN answer n ON n.employee_id = o.employee_id AND n.activity_id = o.activity_id AND n.line = o.line
               AND n.task_id IS o.task_id
             WHERE c.date <= ?1 AND n.settles = 0",
        )?;
        let rows = statement.query_map([today], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The latest contact with everybody up to `today`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_contacts(&self, today: NaiveDate) -> Result<BTreeMap<EmployeeId, LastContact>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT employee_id, date, channel, result, note, COALESCE(deal_product, wanted_product), amount_fen, next_contact
             FROM current_contact
             WHERE employee_id IS NOT NULL AND date <= ?1 ORDER BY date, contact_id",
        )?;
        let mut rows = statement.query([today])?;
        let mut last = BTreeMap::new();
        while let Some(r) = rows.next()? {
            let (channel, result): (Option<String>, Option<String>) = (r.get(2)?, r.get(3)?);
            let channel = channel.as_deref().and_then(Channel::from_key);
            let result = result.as_deref().and_then(ContactResult::from_key);
            let amount: Option<i64> = r.get(6)?;
            let (product, next) = (r.get(5)?, r.get(7)?);
            let told =
                LastContact { on: r.get(1)?, channel, result, product, amount: amount.map(Fen), next, note: r.get(4)? };
            last.insert(EmployeeId(r.get(0)?), told);
        }
        Ok(last)
    }

    /// Notes under which number, as hash, somebody was not to be reached: the one that is known, or that of the contact
    /// whose place this one takes, whatever number is known by now.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub fn note_wrong_phone(&self, contact: i64, employee: EmployeeId, before: Option<i64>) -> Result<(), StoreError> {
        let same = "INSERT INTO wrong_phone (contact_id, employee_id, hmac)
                    SELECT ?1, employee_id, hmac FROM wrong_phone WHERE contact_id = ?2";
        if self.conn.prepare_cached(same)?.execute(params![contact, before])? > 0 {
            return Ok(());
        }
        let Some(phone) = self.person(employee)?.and_then(|person| person.phone) else { return Ok(()) };
        let hmac = self.hmac16(PHONE, phone.unmask(Purpose::Store));
        self.conn
            .prepare_cached("INSERT INTO wrong_phone (contact_id, employee_id, hmac) VALUES (?1, ?2, ?3)")?
            .execute(params![contact, employee.0, hmac])?;
        Ok(())
    }

    /// Contacts whose wrong number is still the one that is known.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn wrong_phones(&self) -> Result<BTreeSet<i64>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT w.contact_id FROM wrong_phone w
             LEFT JOIN employee_alias a ON a.employee_id = w.employee_id
             WHERE NOT EXISTS (SELECT 1 FROM former_phone f
               WHERE f.hmac = w.hmac AND f.employee_id IN (w.employee_id, a.canonical_id))",
        )?;
        Ok(statement.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?)
    }
}

fn result_of(key: &str) -> Result<ContactResult, StoreError> {
    ContactResult::from_key(key).ok_or(StoreError::Damaged { what: "contact" })
}
