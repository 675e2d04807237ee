//! Layouts of sheets whose columns were confirmed.

use chrono::NaiveDate;
use rusqlite::params;

use crate::store::{Store, StoreError, now_utc};

/// A remembered layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLayout {
    /// Hash of the header; 32 hexadecimal digits.
    pub fingerprint: String,
    /// Kind of sheet (`SheetKind` key).
    pub kind: String,
    /// `profile`: a person has said so. `recognised`: it was sure, under the rules of `rules_hash`.
    pub origin: String,
    /// The columns, as a mapping profile in TOML.
    pub mapping: String,
    pub rules_hash: String,
    /// The file it was confirmed with.
    pub file: String,
    pub today: NaiveDate,
}

impl Store {
    /// All remembered layouts, by fingerprint.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn layouts(&self) -> Result<Vec<StoredLayout>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT fingerprint, kind, origin, mapping, rules_hash, file, today FROM layout ORDER BY fingerprint",
        )?;
        let rows = statement.query_map([], |r| {
            Ok(StoredLayout {
                fingerprint: r.get(0)?,
                kind: r.get(1)?,
                origin: r.get(2)?,
                mapping: r.get(3)?,
                rules_hash: r.get(4)?,
                file: r.get(5)?,
                today: r.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Remembers a layout, in place of what was remembered of it.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn remember_layout(&self, layout: &StoredLayout) -> Result<(), StoreError> {
        self.conn.execute(
            "INSERT OR REPLACE INTO layout (fingerprint, kind, origin, mapping, rules_hash, file, today, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                layout.fingerprint,
                layout.kind,
                layout.origin,
                layout.mapping,
                layout.rules_hash,
                layout.file,
                layout.today,
                now_utc()
            ],
        )?;
        Ok(())
    }

    /// Forgets a layout.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn forget_layout(&self, fingerprint: &str) -> Result<(), StoreError> {
        self.conn.execute("DELETE FROM layout WHERE fingerprint = ?1", [fingerprint])?;
        Ok(())
    }
}
