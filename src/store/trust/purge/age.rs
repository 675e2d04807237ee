//! What is removed by age: of which days the files were whose data go.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::store::trust::purge::schema::Schema;
use crate::store::{Store, StoreError};

/// An imported file with data from before a day.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AgedImport {
    /// Of the file's bytes.
    pub sha256: String,
    /// It holds data of that day or later too.
    pub later: bool,
}

impl Store {
    /// Keeps of which days the data of each import are, as far as they tell; to be called before any of them goes.
    pub(in crate::store::trust) fn keep_spans(&self, day: NaiveDate) -> Result<(), StoreError> {
        let schema = Schema::read(&self.conn)?;
        let of_activities: String = schema
            .dated()
            .into_iter()
            .filter(|(table, _)| schema.has(table, "activity_id"))
            .map(|(table, column)| {
                format!(
                    "UNION ALL SELECT a.import_id, t.{column} FROM {table} t JOIN activity a ON a.activity_id = t.activity_id "
                )
            })
            .collect();
        self.conn.execute(
            &format!(
                "INSERT INTO import_span (import_id, first_day, last_day)
                 SELECT import_id, min(day), max(day) FROM (
                   SELECT import_id, as_of AS day FROM snapshot
                   UNION ALL SELECT import_id, payday FROM payroll_run
                   {of_activities}
                 ) GROUP BY import_id HAVING min(day) < ?1
                 ON CONFLICT (import_id) DO UPDATE SET
                   first_day = min(first_day, excluded.first_day), last_day = max(last_day, excluded.last_day)"
            ),
            [day],
        )?;
        Ok(())
    }

    /// Files with data from before the day, whether these are still there or were removed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(super) fn imports_before(&self, day: NaiveDate) -> Result<Vec<AgedImport>, StoreError> {
        let sql = "SELECT i.sha256, s.last_day >= ?1 FROM import_span s JOIN import i ON i.import_id = s.import_id
                   WHERE s.first_day < ?1 ORDER BY i.import_id";
        let mut statement = self.conn.prepare(sql)?;
        let rows = statement.query_map([day], |r| {
            let mut sha256: String = r.get(0)?;
            // That of a file taken in anew has its number behind it.
            sha256.truncate(sha256.find('#').unwrap_or(sha256.len()));
            Ok(AgedImport { sha256, later: r.get(1)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// SHA-256 of the outputs in which nobody's data stand, as the audit has them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn outputs_that_show_nobody(&self) -> Result<HashSet<String>, StoreError> {
        let sql = "SELECT sha256 FROM audit WHERE action = 'export' AND mask_level = 'none'";
        let mut statement = self.conn.prepare(sql)?;
        let rows = statement.query_map([], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
