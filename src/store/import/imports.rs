//! Files taken in, and the snapshots they make.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::model::{EmployerId, ProductSet};

use crate::store::{Store, StoreError, now_utc};

/// A file as the import table records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRecord {
    pub file: String,
    pub sha256: String,
    /// Kinds of its sheets, joined by a comma.
    pub kinds: String,
    pub rows_taken: i64,
    pub rows_skipped: i64,
    pub problems: i64,
    pub today: NaiveDate,
}

/// `full`: whoever is missing has departed. `partial`: whoever is missing is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartBasis {
    Full,
    Partial,
}

impl PartBasis {
    fn key(self) -> &'static str {
        match self {
            PartBasis::Full => "full",
            PartBasis::Partial => "partial",
        }
    }
}

impl Store {
    /// The day a file with this content was imported, if it was.
    pub fn imported_on(&self, sha256: &str) -> Result<Option<String>, StoreError> {
        Ok(self.conn.query_row("SELECT today FROM import WHERE sha256 = ?1", [sha256], |r| r.get(0)).optional()?)
    }

    /// Puts what a file brought out of sight, so that it can be taken in anew: with another payday, date or employer, or
    /// after a column alias was added. What it had replaced counts again, unless something newer has replaced the file
    /// itself: then that replaces both. Staff and visits stay as they are. Returns the import, if there is one in force;
    /// once the file was taken in anew its people want [`Store::settle_people_of`].
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn withdraw_import(&self, sha256: &str) -> Result<Option<i64>, StoreError> {
        let known = "SELECT import_id FROM import WHERE sha256 = ?1";
        let Some(import) = self.conn.query_row(known, [sha256], |r| r.get::<_, i64>(0)).optional()? else {
            return Ok(None);
        };
        let parts = "snapshot_id IN (SELECT snapshot_id FROM snapshot WHERE import_id = ?1)";
        for (table, key, of_import) in [
            ("snapshot_part", "part_id", parts),
            ("payroll_run", "run_id", "import_id = ?1"),
            ("target", "target_id", "import_id = ?1"),
        ] {
            // One after the other: a file may have replaced parts of its own.
            let list =
                format!("SELECT {key} FROM {table} WHERE {of_import} AND superseded_by IS NOT {key} ORDER BY {key}");
            let ids: Vec<i64> =
                self.conn.prepare(&list)?.query_map([import], |r| r.get(0))?.collect::<Result<_, _>>()?;
            let mut hand_on = self.conn.prepare(&format!(
                "UPDATE {table} SET superseded_by = (SELECT w.superseded_by FROM {table} w WHERE w.{key} = ?1)
                 WHERE superseded_by = ?1 AND {key} <> ?1"
            ))?;
            let mut withdraw =
                self.conn.prepare(&format!("UPDATE {table} SET superseded_by = {key} WHERE {key} = ?1"))?;
            for id in ids {
                hand_on.execute([id])?;
                withdraw.execute([id])?;
            }
        }
        self.conn.execute("UPDATE activity SET withdrawn = 1 WHERE import_id = ?1", [import])?;
        self.conn.execute("UPDATE import SET sha256 = sha256 || '#' || import_id WHERE import_id = ?1", [import])?;
        Ok(Some(import))
    }

    /// Records a file; returns its import id.
    pub fn add_import(&self, record: &ImportRecord) -> Result<i64, StoreError> {
        self.conn.execute(
            "INSERT INTO import (file, sha256, kinds, rows_taken, rows_skipped, problems, today, imported_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                record.file,
                record.sha256,
                record.kinds,
                record.rows_taken,
                record.rows_skipped,
                record.problems,
                record.today,
                now_utc()
            ],
        )?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Completes the record of a file that is read to its end.
    pub fn finish_import(
        &self,
        import_id: i64,
        rows_taken: i64,
        rows_skipped: i64,
        problems: i64,
    ) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE import SET rows_taken = ?2, rows_skipped = ?3, problems = ?4 WHERE import_id = ?1",
            params![import_id, rows_taken, rows_skipped, problems],
        )?;
        Ok(())
    }

    /// Opens a snapshot of one sheet and date.
    pub fn add_snapshot(
        &self,
        import_id: i64,
        kind: &str,
        as_of: NaiveDate,
        covered: ProductSet,
    ) -> Result<i64, StoreError> {
        self.conn.execute(
            "INSERT INTO snapshot (import_id, kind, as_of, covered) VALUES (?1, ?2, ?3, ?4)",
            params![import_id, kind, as_of, covered.0],
        )?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Opens an employer's part of a snapshot; `supersedes` are the parts it replaces.
    pub fn add_part(
        &self,
        snapshot_id: i64,
        employer: EmployerId,
        basis: PartBasis,
        supersedes: &[i64],
    ) -> Result<i64, StoreError> {
        let (was, employer) = (employer, self.canonical_employer(employer)?);
        let revision: i64 = self.conn.query_row(
            "SELECT COALESCE(max(p.revision), 0) + 1 FROM snapshot_part p
             JOIN snapshot s ON s.snapshot_id = p.snapshot_id
             JOIN snapshot n ON n.kind = s.kind AND n.as_of = s.as_of AND n.snapshot_id = ?1
             WHERE p.employer_id = ?2",
            params![snapshot_id, employer.0],
            |r| r.get(0),
        )?;
        self.conn.execute(
            "INSERT INTO snapshot_part (snapshot_id, employer_id, basis, revision) VALUES (?1, ?2, ?3, ?4)",
            params![snapshot_id, employer.0, basis.key(), revision],
        )?;
        let part = self.conn.last_insert_rowid();
        if was != employer {
            self.note_moved("part", part, was.0)?;
        }
        self.supersede_parts(part, supersedes)?;
        Ok(part)
    }

    /// Puts older parts out of sight.
    pub fn supersede_parts(&self, newer: i64, older: &[i64]) -> Result<(), StoreError> {
        for old in older {
            self.conn.execute("UPDATE snapshot_part SET superseded_by = ?1 WHERE part_id = ?2", params![newer, old])?;
        }
        Ok(())
    }

    /// Says whether a part is the whole roster, once all its people are there.
    pub fn set_basis(&self, part: i64, basis: PartBasis) -> Result<(), StoreError> {
        self.conn.execute("UPDATE snapshot_part SET basis = ?2 WHERE part_id = ?1", params![part, basis.key()])?;
        Ok(())
    }

    /// Says which products a snapshot tells of, where only its last row shows it.
    pub fn set_covered(&self, snapshot: i64, covered: ProductSet) -> Result<(), StoreError> {
        self.conn.execute("UPDATE snapshot SET covered = ?2 WHERE snapshot_id = ?1", params![snapshot, covered.0])?;
        Ok(())
    }

    /// Current parts of an employer for one kind and date, oldest first.
    pub fn current_parts(&self, kind: &str, employer: EmployerId, as_of: NaiveDate) -> Result<Vec<i64>, StoreError> {
        let employer = self.canonical_employer(employer)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT part_id FROM current_part WHERE kind = ?1 AND employer_id = ?2 AND as_of = ?3 ORDER BY part_id",
        )?;
        let rows = statement.query_map(params![kind, employer.0, as_of], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All files in the order they came, withdrawn ones included (their hash has `#` and a number behind it).
    pub fn imports(&self) -> Result<Vec<ImportRecord>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT file, sha256, kinds, rows_taken, rows_skipped, problems, today FROM import ORDER BY import_id",
        )?;
        let rows = statement.query_map([], |r| {
            Ok(ImportRecord {
                file: r.get(0)?,
                sha256: r.get(1)?,
                kinds: r.get(2)?,
                rows_taken: r.get(3)?,
                rows_skipped: r.get(4)?,
                problems: r.get(5)?,
                today: r.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
