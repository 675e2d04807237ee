//! An employer's list of a day: who is missing from it.

use rusqlite::{params_from_iter, types::Value};

use crate::model::{EmployeeId, EmployerId};

use crate::store::{Store, StoreError};

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
}
