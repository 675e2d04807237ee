//! What clients and employers want of us, and who has taken over whose clients.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::model::status::NeedKind;
use crate::model::{EmployeeId, EmployerId, StaffId};
use crate::store::{Store, StoreError, now_utc, user};

/// Something somebody wants, or what else is kept of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredNeed {
    pub need_id: i64,
    pub employee_id: Option<EmployeeId>,
    pub employer_id: Option<EmployerId>,
    pub kind: NeedKind,
    pub text: String,
    pub owner: Option<StaffId>,
    pub due: Option<NaiveDate>,
    /// The day it was told.
    pub on: NaiveDate,
    /// The day it was dealt with.
    pub done_on: Option<NaiveDate>,
}

impl Store {
    /// Keeps something of a person or an employer; returns its number.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn add_need(
        &self,
        of: (Option<EmployeeId>, Option<EmployerId>),
        (kind, text): (NeedKind, &str),
        owner: Option<StaffId>,
        due: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<i64, StoreError> {
        self.conn.execute(
            "INSERT INTO need (employee_id, employer_id, note, owner, due, author, today, recorded_at, kind)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                of.0.map(|e| e.0),
                of.1.map(|e| e.0),
                text,
                owner.map(|o| o.0),
                due,
                user::name(),
                today,
                now_utc(),
                kind.key()
            ],
        )?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Says that it was dealt with.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn end_need(&self, need: i64, on: NaiveDate, note: Option<&str>, today: NaiveDate) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT INTO need_end (need_id, note, date, author, today, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![need, note, on, user::name(), today, now_utc()],
        )?;
        Ok(())
    }

    /// All needs told up to `today`, open ones first, by their day.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn needs(&self, today: NaiveDate) -> Result<Vec<StoredNeed>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT n.need_id, COALESCE(p.canonical_id, n.employee_id), COALESCE(f.canonical_id, n.employer_id), n.note,
               n.owner, n.due, n.today, e.date, n.kind
             FROM need n
             LEFT JOIN need_end e ON e.need_id = n.need_id AND e.today <= ?1
             LEFT JOIN employee_alias p ON p.employee_id = n.employee_id
             LEFT JOIN employer_alias f ON f.employer_id = n.employer_id
             WHERE n.today <= ?1 ORDER BY e.date IS NOT NULL, n.due IS NULL, n.due, n.need_id",
        )?;
        let rows = statement.query_map([today], |r| {
            let kind: String = r.get(8)?;
            Ok(StoredNeed {
                kind: NeedKind::from_key(&kind).unwrap_or(NeedKind::Wish),
                need_id: r.get(0)?,
                employee_id: r.get::<_, Option<i64>>(1)?.map(EmployeeId),
                employer_id: r.get::<_, Option<i64>>(2)?.map(EmployerId),
                text: r.get(3)?,
                owner: r.get::<_, Option<i64>>(4)?.map(StaffId),
                due: r.get(5)?,
                on: r.get(6)?,
                done_on: r.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A colleague's clients are another one's from `today` on.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn add_handover(&self, from: StaffId, to: StaffId, today: NaiveDate) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT INTO handover (from_staff, to_staff, author, today, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![from.0, to.0, user::name(), today, now_utc()],
        )?;
        Ok(())
    }

    /// Who stands in for whom on `today`: the latest word on each colleague, followed to its end. Who has been given his
    /// clients back stands for himself.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn handovers(&self, today: NaiveDate) -> Result<BTreeMap<StaffId, StaffId>, StoreError> {
        let known: Option<i64> = self
            .conn
            .query_row("SELECT 1 FROM handover WHERE today <= ?1 LIMIT 1", [today], |r| r.get(0))
            .optional()?;
        let mut direct: BTreeMap<StaffId, StaffId> = BTreeMap::new();
        if known.is_none() {
            return Ok(direct);
        }
        let mut statement = self
            .conn
            .prepare("SELECT from_staff, to_staff FROM handover WHERE today <= ?1 ORDER BY today, handover_id")?;
        let rows = statement.query_map([today], |r| Ok((StaffId(r.get(0)?), StaffId(r.get(1)?))))?;
        for row in rows {
            let (from, to) = row?;
            // Taken back: those who had it have it no more.
            direct.retain(|old, new| !(*old == to && *new == from));
            direct.insert(from, to);
            direct.remove(&to);
        }
        let end = |from: &StaffId| {
            let mut at = *from;
            for _ in 0..direct.len() {
                at = direct.get(&at).copied().unwrap_or(at);
            }
            at
        };
        Ok(direct.keys().map(|from| (*from, end(from))).collect())
    }
}
