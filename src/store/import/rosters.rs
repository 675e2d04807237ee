//! An employer's list of a day: who is missing from it, and which outlets it tells of.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params, params_from_iter, types::Value};

use crate::model::{EmployeeId, EmployerId};

use crate::store::{Store, StoreError};

impl Store {
    /// People of the employer's last list before `as_of` of whom none of `parts` has a row.
    pub fn missing_since(
        &self,
        employer: EmployerId,
        as_of: NaiveDate,
        parts: &[i64],
    ) -> Result<Vec<EmployeeId>, StoreError> {
        let employer = self.canonical_employer(employer)?;
        let places = vec!["?"; parts.len()].join(",");
        let sql = format!(
            "SELECT DISTINCT employee_id FROM current_holding WHERE employer_id = ?1 AND as_of =
               (SELECT COALESCE(max(CASE WHEN basis = 'full' THEN as_of END), max(as_of)) FROM current_part
                WHERE kind = 'holdings' AND employer_id = ?1 AND as_of < ?2)
             EXCEPT
             SELECT COALESCE(a.canonical_id, h.employee_id) FROM holding h
             LEFT JOIN employee_alias a ON a.employee_id = h.employee_id WHERE h.part_id IN ({places})"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let values: Vec<Value> = [employer.0.into(), as_of.to_string().into()]
            .into_iter()
            .chain(parts.iter().map(|p| (*p).into()))
            .collect();
        let rows = statement.query_map(params_from_iter(values), |r| Ok(EmployeeId(r.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Store {
    /// Keeps the outlets some lists tell of, and gives them a number: that of the first of the lists.
    pub fn add_outlet_set(&self, part: i64, outlets: &BTreeSet<String>) -> Result<i64, StoreError> {
        let mut statement = self.conn.prepare_cached("INSERT INTO outlet_set (set_id, outlet) VALUES (?1, ?2)")?;
        for outlet in outlets {
            statement.execute(params![part, outlet])?;
        }
        Ok(part)
    }

    /// Notes the outlets a list tells of.
    pub fn put_outlets(&self, part: i64, set: i64) -> Result<(), StoreError> {
        let sql = "UPDATE snapshot_part SET outlet_set_id = ?2 WHERE part_id = ?1";
        self.conn.prepare_cached(sql)?.execute(params![part, set])?;
        Ok(())
    }

    /// Says whether a list, though no whole roster, has everybody of its outlets.
    pub fn set_outlets_whole(&self, part: i64, whole: bool) -> Result<(), StoreError> {
        let sql = "UPDATE snapshot_part SET outlets_whole = ?2 WHERE part_id = ?1";
        self.conn.prepare_cached(sql)?.execute(params![part, whole])?;
        Ok(())
    }

    /// The number of the outlets a list tells of.
    pub fn outlet_set_of(&self, part: i64) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT outlet_set_id FROM snapshot_part WHERE part_id = ?1";
        Ok(self.conn.prepare_cached(sql)?.query_row([part], |r| r.get(0))?)
    }

    /// The outlets kept under a number.
    pub fn outlet_set(&self, set: i64) -> Result<BTreeSet<String>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT outlet FROM outlet_set WHERE set_id = ?1")?;
        let rows = statement.query_map([set], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Lists of an employer's last day before `as_of` whose people count as its roster.
    pub fn last_roster_parts(&self, employer: EmployerId, as_of: NaiveDate) -> Result<Vec<i64>, StoreError> {
        let employer = self.canonical_employer(employer)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT part_id FROM current_part WHERE kind = 'holdings' AND employer_id = ?1 AND as_of =
               (SELECT COALESCE(max(CASE WHEN basis = 'full' THEN as_of END), max(as_of)) FROM current_part
                WHERE kind = 'holdings' AND employer_id = ?1 AND as_of < ?2) ORDER BY part_id",
        )?;
        let rows = statement.query_map(params![employer.0, as_of], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The last outlet known of a person before a day.
    pub fn outlet_of(&self, id: EmployeeId, before: NaiveDate) -> Result<Option<String>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT outlet FROM current_holding WHERE recorded_id = ?1 AND as_of < ?2 AND outlet IS NOT NULL
             ORDER BY as_of DESC, part_id DESC LIMIT 1",
        )?;
        Ok(statement.query_row(params![id.0, before], |r| r.get(0)).optional()?)
    }

    /// Outlets known of lists, employers and colleagues.
    pub fn known_outlets(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT outlet FROM outlet_set UNION SELECT outlet FROM employer_state WHERE outlet IS NOT NULL
             UNION SELECT outlet FROM staff WHERE outlet IS NOT NULL",
        )?;
        let rows = statement.query_map([], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether one of an employer's lists of a day is the whole one.
    pub fn has_full_part(&self, employer: EmployerId, as_of: NaiveDate) -> Result<bool, StoreError> {
        let employer = self.canonical_employer(employer)?;
        let sql = "SELECT EXISTS (SELECT 1 FROM current_part
                   WHERE kind = 'holdings' AND employer_id = ?1 AND as_of = ?2 AND basis = 'full')";
        Ok(self.conn.prepare_cached(sql)?.query_row(params![employer.0, as_of], |r| r.get(0))?)
    }
}
