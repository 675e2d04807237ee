//! Thinning old months: lists nothing needs, attributes told again later, flows outside every window that is looked at.
//!
//! Which lists and attributes go is decided above; here is what only the rows themselves tell.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use rusqlite::params;

use crate::model::{EmployeeId, EmployerId};
use crate::store::{Store, StoreError};

/// Attributes of people in `holding` that facts take from the latest list that tells them.
pub const ATTRIBUTES: [&str; 15] = [
    "outlet",
    "rm",
    "level",
    "grade",
    "account_class",
    "gender",
    "birth",
    "last_transaction",
    "last_login",
    "risk_level",
    "risk_until",
    "consent_sms",
    "consent_phone",
    "consent_wecom",
    "due_date",
];

/// What goes with an attribute: the amount due with its day.
const BESIDE: [(&str, &str); 1] = [("due_date", "due_amount_fen")];

/// People whose rows are in memory at once.
const BATCH: i64 = 20_000;

/// Rows of a table that went, or that keep less than before.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Thinned {
    pub table: &'static str,
    pub rows: i64,
    /// The rows stay; attributes were taken out of them.
    pub attributes: bool,
}

/// A row of a person in a list in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    pub part: i64,
    /// As whom the list has the person.
    pub recorded: EmployeeId,
    pub as_of: NaiveDate,
    /// Its list is one of those to go.
    pub goes: bool,
    /// In the order of [`ATTRIBUTES`], each with what goes with it.
    pub values: Vec<Option<(String, Option<String>)>>,
}

/// Lists and rows in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldRows {
    /// Employers' days with a list.
    pub lists: i64,
    /// One person in one list.
    pub rows: i64,
}

impl Store {
    /// Employers' days with lists of holdings in force up to `today`, and whether one of the day is a whole one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn list_days(&self, today: NaiveDate) -> Result<Vec<(EmployerId, NaiveDate, bool)>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT employer_id, as_of, max(basis = 'full') FROM current_part WHERE kind = 'holdings' AND as_of <= ?1
             GROUP BY employer_id, as_of ORDER BY employer_id, as_of",
        )?;
        let rows = statement.query_map([today], |r| Ok((EmployerId(r.get(0)?), r.get(1)?, r.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Lists and rows in force of all days.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn held_rows(&self) -> Result<HeldRows, StoreError> {
        Ok(self.conn.query_row(
            "SELECT (SELECT count(*) FROM (SELECT DISTINCT employer_id, as_of FROM current_part WHERE kind = 'holdings')),
               (SELECT count(*) FROM holding h JOIN current_part p ON p.part_id = h.part_id WHERE p.kind = 'holdings')
               - (SELECT count(*) FROM holding_shadow s JOIN current_part p ON p.part_id = s.part_id)",
            [],
            |r| Ok(HeldRows { lists: r.get(0)?, rows: r.get(1)? }),
        )?)
    }

    /// Marks the lists that are to go: those of these days, as far as no person needs them, and all before `before` that
    /// are no longer in force. The windows of today must have been worked out. Returns how many of the days go.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn mark_lists(&self, days: &[(EmployerId, NaiveDate)], before: NaiveDate) -> Result<i64, StoreError> {
        self.conn.execute_batch(
            "DROP TABLE IF EXISTS temp.archiving_day;
             DROP TABLE IF EXISTS temp.archiving;
             CREATE TEMP TABLE archiving_day (employer_id INTEGER, as_of TEXT, PRIMARY KEY (employer_id, as_of)) WITHOUT ROWID;
             CREATE TEMP TABLE archiving (part_id INTEGER PRIMARY KEY);",
        )?;
        let mut insert = self.conn.prepare("INSERT INTO temp.archiving_day VALUES (?1, ?2)")?;
        for (employer, day) in days {
            insert.execute(params![employer.0, day])?;
        }
        // Somebody who is with another employer now: that they were here at all, and what they had on the day from which
        // the other's changes are counted. And balances of people paid by several employers, in whichever list they are.
        let needed = "DELETE FROM temp.archiving_day WHERE (employer_id, as_of) IN (
               SELECT h.employer_id, h.as_of
               FROM temp.archiving_day d
               JOIN current_holding h ON h.employer_id = d.employer_id AND h.as_of = d.as_of
               JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id <> h.employer_id
               JOIN change_window w ON w.employer_id = e.employer_id AND h.as_of <= w.from_as_of
               WHERE h.as_of = w.from_as_of OR NOT EXISTS (
                 SELECT 1 FROM current_holding o
                 WHERE o.recorded_id = h.recorded_id AND o.employer_id = h.employer_id AND o.as_of <= w.from_as_of
                   AND NOT EXISTS (SELECT 1 FROM temp.archiving_day g
                     WHERE g.employer_id = o.employer_id AND g.as_of = o.as_of))
               UNION
               SELECT h.employer_id, h.as_of
               FROM several_payee s
               CROSS JOIN current_holding h
               CROSS JOIN temp.archiving_day d ON d.employer_id = h.employer_id AND d.as_of = h.as_of
               WHERE h.recorded_id IN (SELECT s.employee_id
                   UNION ALL SELECT a.employee_id FROM employee_alias a WHERE a.canonical_id = s.employee_id)
                 AND EXISTS (SELECT 1 FROM several_pay y JOIN pay_window w ON w.employer_id = y.employer_id
                   WHERE y.employee_id = s.employee_id AND h.as_of IN (w.before_as_of, w.after_as_of)))";
        self.conn.execute(needed, [])?;
        self.conn.execute(
            "INSERT INTO temp.archiving
             SELECT c.part_id FROM current_part c
             JOIN temp.archiving_day d ON d.employer_id = c.employer_id AND d.as_of = c.as_of WHERE c.kind = 'holdings'
             UNION
             SELECT p.part_id FROM snapshot_part p JOIN snapshot s ON s.snapshot_id = p.snapshot_id
             WHERE s.kind = 'holdings' AND s.as_of < ?1 AND p.superseded_by IS NOT NULL",
            [before],
        )?;
        Ok(self.conn.query_row("SELECT count(*) FROM temp.archiving_day", [], |r| r.get(0))?)
    }

    /// Lets `thin` look at the rows of each person in lists in force up to `today`, by day, once the lists to go are marked;
    /// rows it says have changed are written. Returns how many these are.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub fn thin_attributes(
        &self,
        today: NaiveDate,
        thin: &dyn Fn(&mut [HeldRow]) -> Vec<usize>,
    ) -> Result<i64, StoreError> {
        let most: i64 = self.conn.query_row("SELECT COALESCE(max(employee_id), 0) FROM employee", [], |r| r.get(0))?;
        let mut changed = 0;
        for first in (1..=most).step_by(BATCH as usize) {
            let mut people = self.rows_of_people(first, first + BATCH - 1, today)?;
            for rows in &mut people {
                for at in thin(rows) {
                    self.put_attributes(&rows[at])?;
                    changed += 1;
                }
            }
        }
        Ok(changed)
    }

    /// Rows of the people from `first` to `last`, one list a person.
    fn rows_of_people(&self, first: i64, last: i64, today: NaiveDate) -> Result<Vec<Vec<HeldRow>>, StoreError> {
        let text = |column: &str| format!("CAST(h.{column} AS TEXT)");
        let columns: Vec<String> = ATTRIBUTES.iter().chain(BESIDE.iter().map(|(_, b)| b)).map(|c| text(c)).collect();
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT h.employee_id, h.part_id, h.recorded_id, h.as_of, g.part_id IS NOT NULL, {}
             FROM (SELECT employee_id AS recorded_id FROM employee WHERE employee_id BETWEEN ?1 AND ?2
                   UNION SELECT employee_id FROM employee_alias WHERE canonical_id BETWEEN ?1 AND ?2) who
             CROSS JOIN current_holding h ON h.recorded_id = who.recorded_id
             LEFT JOIN temp.archiving g ON g.part_id = h.part_id
             WHERE h.employee_id BETWEEN ?1 AND ?2 AND h.as_of <= ?3
             ORDER BY h.employee_id, h.as_of, h.part_id, h.recorded_id",
            columns.join(", ")
        ))?;
        let mut rows = statement.query(params![first, last, today])?;
        let mut people: Vec<Vec<HeldRow>> = Vec::new();
        let mut of = None;
        while let Some(r) = rows.next()? {
            let who: i64 = r.get(0)?;
            if of != Some(who) {
                people.push(Vec::new());
                of = Some(who);
            }
            let beside = |column: &str| BESIDE.iter().position(|(c, _)| *c == column).map(|i| 5 + ATTRIBUTES.len() + i);
            let value = |i: usize| -> Result<Option<(String, Option<String>)>, rusqlite::Error> {
                let with = beside(ATTRIBUTES[i]).map_or(Ok(None), |at| r.get(at))?;
                Ok(r.get::<_, Option<String>>(5 + i)?.map(|value| (value, with)))
            };
            people.last_mut().into_iter().try_for_each(|rows| -> Result<(), rusqlite::Error> {
                rows.push(HeldRow {
                    part: r.get(1)?,
                    recorded: EmployeeId(r.get(2)?),
                    as_of: r.get(3)?,
                    goes: r.get(4)?,
                    values: (0..ATTRIBUTES.len()).map(value).collect::<Result<_, _>>()?,
                });
                Ok(())
            })?;
        }
        Ok(people)
    }

    fn put_attributes(&self, row: &HeldRow) -> Result<(), StoreError> {
        let columns: Vec<&str> = ATTRIBUTES.into_iter().chain(BESIDE.map(|(_, beside)| beside)).collect();
        let set: Vec<String> = columns.iter().zip(3..).map(|(c, n)| format!("{c} = ?{n}")).collect();
        let sql = format!("UPDATE holding SET {} WHERE part_id = ?1 AND employee_id = ?2", set.join(", "));
        let mut statement = self.conn.prepare_cached(&sql)?;
        statement.raw_bind_parameter(1, row.part)?;
        statement.raw_bind_parameter(2, row.recorded.0)?;
        let told = |column: &str| ATTRIBUTES.iter().position(|c| *c == column).and_then(|i| row.values[i].as_ref());
        for (i, column) in ATTRIBUTES.iter().enumerate() {
            statement.raw_bind_parameter(3 + i, told(column).map(|(value, _)| value))?;
        }
        for (i, (column, _)) in BESIDE.iter().enumerate() {
            let beside = told(column).and_then(|(_, beside)| beside.as_ref());
            statement.raw_bind_parameter(3 + ATTRIBUTES.len() + i, beside)?;
        }
        statement.raw_execute()?;
        Ok(())
    }

    /// Removes the lists that are marked, and the flows before `before` that belong to no payday looked at today. To be
    /// called inside a transaction.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn remove_marked(&self, before: NaiveDate) -> Result<Vec<Thinned>, StoreError> {
        self.keep_spans(before)?;
        self.conn.execute_batch("PRAGMA defer_foreign_keys = ON;")?;
        let mut removed = Vec::new();
        let mut delete = |table: &'static str, fitting: &str| -> Result<(), StoreError> {
            if self.is_table(table)? {
                let rows = self.conn.execute(&format!("DELETE FROM {table} WHERE {fitting}"), [])? as i64;
                removed.extend((rows > 0).then_some(Thinned { table, rows, attributes: false }));
            }
            Ok(())
        };
        let marked = "part_id IN (SELECT part_id FROM temp.archiving)";
        for table in ["holding_further", "holding", "holding_shadow", "part_outlet"] {
            delete(table, marked)?;
        }
        delete("employer_moved", "kind = 'part' AND row_id IN (SELECT part_id FROM temp.archiving)")?;
        delete("snapshot_part", marked)?;
        delete(
            "outlet_set",
            "set_id NOT IN (SELECT outlet_set_id FROM snapshot_part WHERE outlet_set_id IS NOT NULL)",
        )?;
        // The day is ours: no text of a user's stands in the SQL.
        delete(
            "snapshot",
            &format!(
                "kind = 'holdings' AND as_of < '{before}' AND snapshot_id NOT IN (SELECT snapshot_id FROM snapshot_part)"
            ),
        )?;
        delete(
            "flow",
            &format!(
                "date < '{before}' AND NOT EXISTS (
                   SELECT 1 FROM payday_retention r
                   JOIN pay_window w ON w.employer_id = r.employer_id AND w.slot = r.slot
                   WHERE r.slot = 1 AND flow.date BETWEEN w.payday AND w.window_end AND r.employee_id = COALESCE(
                     (SELECT a.canonical_id FROM employee_alias a WHERE a.employee_id = flow.employee_id),
                     flow.employee_id))"
            ),
        )?;
        // Worked out anew from what stays; nobody goes who could be named on the start page.
        self.forget_worked_out()?;
        self.conn
            .execute_batch("DELETE FROM attributed_part; DROP TABLE temp.archiving; DROP TABLE temp.archiving_day;")?;
        Ok(removed)
    }

    fn is_table(&self, name: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
        Ok(self.conn.query_row(sql, [name], |r| r.get(0))?)
    }
}
