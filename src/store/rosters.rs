//! An employer's list of a day: who is missing from it, and people of whom it tells less than of the others.

use rusqlite::{params, params_from_iter, types::Value};

use crate::model::{EmployeeId, EmployerId, ProductSet};

use super::{Store, StoreError};

impl Store {
    /// People of the employer's last list before `as_of` of whom none of `parts` has a row.
    pub fn missing_since(
        &self,
        employer: EmployerId,
        as_of: chrono::NaiveDate,
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

    /// Moves people of a part into a part beside it, of the same revision, that does not cover the products `untold`.
    pub fn tell_less(&self, part: i64, untold: ProductSet, people: &[EmployeeId]) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT INTO snapshot (import_id, kind, as_of, covered)
             SELECT s.import_id, s.kind, s.as_of, s.covered & ~?2 FROM snapshot s
             JOIN snapshot_part p ON p.snapshot_id = s.snapshot_id WHERE p.part_id = ?1",
            params![part, untold.0],
        )?;
        let snapshot = self.conn.last_insert_rowid();
        self.conn.execute(
            "INSERT INTO snapshot_part (snapshot_id, employer_id, basis, revision)
             SELECT ?2, employer_id, basis, revision FROM snapshot_part WHERE part_id = ?1",
            params![part, snapshot],
        )?;
        let beside = self.conn.last_insert_rowid();
        self.conn.execute(
            "INSERT INTO employer_moved (kind, row_id, was)
             SELECT kind, ?2, was FROM employer_moved WHERE kind = 'part' AND row_id = ?1",
            params![part, beside],
        )?;
        // Rows of further products point to those of their people: both move before it is looked at again.
        self.conn.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        for table in ["holding", "holding_further"] {
            let sql = format!("UPDATE {table} SET part_id = ?2 WHERE part_id = ?1 AND employee_id = ?3");
            let mut statement = self.conn.prepare_cached(&sql)?;
            for person in people {
                statement.execute(params![part, beside, person.0])?;
            }
        }
        Ok(())
    }

    /// Of some parts of one employer and day those that are one list, people of whom it tells less standing in a part of
    /// their own ([`Store::tell_less`]).
    pub fn lists_in_several_parts(&self, parts: &[i64]) -> Result<Vec<Vec<i64>>, StoreError> {
        let places = vec!["?"; parts.len()].join(",");
        let sql = format!(
            "SELECT s.import_id, p.revision, p.part_id FROM snapshot_part p
             JOIN snapshot s ON s.snapshot_id = p.snapshot_id WHERE p.part_id IN ({places}) ORDER BY 1, 2, 3"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map(params_from_iter(parts), |r| Ok(((r.get(0)?, r.get(1)?), r.get::<_, i64>(2)?)))?;
        let rows: Vec<((i64, i64), i64)> = rows.collect::<Result<_, _>>()?;
        let lists = rows.chunk_by(|a, b| a.0 == b.0).filter(|list| list.len() > 1);
        Ok(lists.map(|list| list.iter().map(|(_, part)| *part).collect()).collect())
    }
}
