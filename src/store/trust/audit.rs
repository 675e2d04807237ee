//! Who did what with whose data: append-only and hash-chained, so that a changed or removed entry shows.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::model::personal::ColumnLevel;
use crate::store::trust::keys::hex;
use crate::store::{Store, StoreError, now_utc};

/// A column with personal data that was shown, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownColumn {
    /// `name`, `phone` …
    pub key: String,
    pub level: ColumnLevel,
}

impl ShownColumn {
    pub fn new(key: impl Into<String>, level: ColumnLevel) -> ShownColumn {
        ShownColumn { key: key.into(), level }
    }

    /// As it is kept: `phone:masked`.
    fn kept(&self) -> String {
        format!("{}:{}", self.key, self.level.key())
    }
}

/// What is to be recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditNote {
    /// `import`, `export`, `set_aside`, `reveal`, `rules`, `key`, `purge`, `archive`, `backup`, `backup_failed`, `restore`.
    pub action: &'static str,
    pub purpose: String,
    /// File or object concerned; never a person.
    pub subject: String,
    pub rows: i64,
    /// Columns with personal data that were shown.
    pub columns: Vec<ShownColumn>,
    /// The barest level of all: `masked`, `whole` or `none` (no personal data).
    pub mask_level: &'static str,
    pub sha256: String,
}

/// A recorded entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    pub seq: i64,
    /// UTC.
    pub at: String,
    pub actor: String,
    pub action: String,
    pub purpose: String,
    pub subject: String,
    pub rows: i64,
    /// Keys, with commas between them.
    pub columns: String,
    /// The barest level of all.
    pub mask_level: String,
    pub sha256: String,
    /// `masked`, `partly` or `whole` by column; `None`: the entry was made when one level was kept for all.
    pub levels: Option<BTreeMap<String, String>>,
    /// The columns with their levels, as they are kept and hashed.
    #[serde(skip)]
    kept_columns: String,
    #[serde(skip)]
    previous: String,
    #[serde(skip)]
    hash: String,
}

impl AuditEntry {
    fn chained_hash(&self) -> String {
        // Each field with its length, so that no two different entries give the same text.
        let fields = [
            &self.seq.to_string(),
            &self.at,
            &self.actor,
            &self.action,
            &self.purpose,
            &self.subject,
            &self.rows.to_string(),
            &self.kept_columns,
            &self.mask_level,
            &self.sha256,
            &self.previous,
        ];
        let mut digest = Sha256::new();
        for field in fields {
            digest.update((field.len() as u64).to_le_bytes());
            digest.update(field.as_bytes());
        }
        hex(&digest.finalize())
    }
}

/// An entry's place in the chain. Kept elsewhere, it shows later whether what came before it was cut off or rewritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    pub seq: i64,
    pub hash: String,
}

/// Entries to show: all, or those that fit every part given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub action: Option<String>,
    /// From this day (UTC) on.
    pub since: Option<chrono::NaiveDate>,
    /// Part of the subject.
    pub subject: Option<String>,
}

impl AuditFilter {
    fn fits(&self, entry: &AuditEntry) -> bool {
        self.action.as_ref().is_none_or(|a| *a == entry.action)
            && self.since.is_none_or(|d| entry.at.as_str() >= d.to_string().as_str())
            && self.subject.as_ref().is_none_or(|s| entry.subject.contains(s))
    }
}

/// What [`Store::audit_verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditState {
    pub entries: i64,
    /// The first entry that does not fit the chain or cannot be read.
    pub broken_at: Option<i64>,
    /// The last entry.
    pub head: Option<AuditHead>,
    /// How the head kept elsewhere fits, if one was given.
    pub kept: Option<KeptHead>,
}

/// A head kept elsewhere against the chain as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptHead {
    /// The entry is there and unchanged.
    Fits,
    /// The chain ends before it: entries were cut off.
    CutOff,
    /// Another entry stands in its place: the chain was rewritten.
    Rewritten,
}

impl Store {
    /// Appends one entry; returns its place in the chain.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn audit(&self, note: &AuditNote) -> Result<AuditHead, StoreError> {
        // Alone, it takes the write lock before it reads the end of the chain: a backup may run beside an import.
        let alone = self.conn.is_autocommit();
        if alone {
            self.conn.execute_batch("BEGIN IMMEDIATE")?;
        }
        let appended = self.append(note);
        if alone {
            self.conn.execute_batch(if appended.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        }
        appended
    }

    fn append(&self, note: &AuditNote) -> Result<AuditHead, StoreError> {
        let last: Option<(i64, String)> = self
            .conn
            .query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let (seq, previous) = last.map_or((1, String::new()), |(seq, hash)| (seq + 1, hash));
        let mut entry = AuditEntry {
            seq,
            at: now_utc(),
            actor: crate::store::user::name(),
            action: note.action.into(),
            purpose: note.purpose.clone(),
            subject: note.subject.clone(),
            rows: note.rows,
            columns: String::new(),
            mask_level: note.mask_level.into(),
            sha256: note.sha256.clone(),
            levels: None,
            kept_columns: note.columns.iter().map(ShownColumn::kept).collect::<Vec<_>>().join(","),
            previous,
            hash: String::new(),
        };
        entry.hash = entry.chained_hash();
        self.conn.execute(
            "INSERT INTO audit (seq, at, actor, action, purpose, subject, row_count, columns, mask_level, sha256, previous, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            params![
                entry.seq, entry.at, entry.actor, entry.action, entry.purpose, entry.subject, entry.rows,
                entry.kept_columns, entry.mask_level, entry.sha256, entry.previous, entry.hash
            ],
        )?;
        Ok(AuditHead { seq: entry.seq, hash: entry.hash })
    }

    /// Goes through the entries, oldest first, without holding them all.
    fn each_entry(&self, mut see: impl FnMut(AuditEntry)) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT seq, at, actor, action, purpose, subject, row_count, columns, mask_level, sha256, previous, hash
             FROM audit ORDER BY seq",
        )?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            // Bytes that are no text make an entry that does not fit its hash, not one nobody can look at.
            let text = |column: usize| -> Result<String, StoreError> {
                let bytes = r.get_ref(column)?.as_bytes().map_err(rusqlite::Error::from)?;
                Ok(String::from_utf8_lossy(bytes).into_owned())
            };
            let kept_columns = text(7)?;
            let (columns, levels) = columns_and_levels(&kept_columns);
            see(AuditEntry {
                seq: r.get(0)?,
                at: text(1)?,
                actor: text(2)?,
                action: text(3)?,
                purpose: text(4)?,
                subject: text(5)?,
                rows: r.get(6)?,
                columns,
                mask_level: text(8)?,
                sha256: text(9)?,
                levels,
                kept_columns,
                previous: text(10)?,
                hash: text(11)?,
            });
        }
        Ok(())
    }

    /// Entries that fit `filter`, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn audit_entries(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>, StoreError> {
        let mut entries = Vec::new();
        self.each_entry(|entry| {
            if filter.fits(&entry) {
                entries.push(entry);
            }
        })?;
        Ok(entries)
    }

    /// The last entry's place in the chain.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn audit_head(&self) -> Result<Option<AuditHead>, StoreError> {
        let head = |r: &rusqlite::Row| Ok(AuditHead { seq: r.get(0)?, hash: r.get(1)? });
        Ok(self.conn.query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], head).optional()?)
    }

    /// Whether a file with this content was written under this name by us.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn was_exported(&self, subject: &str, sha256: &str) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT 1 FROM audit WHERE action = 'export' AND subject = ?1 AND sha256 = ?2")?
            .exists([subject, sha256])?)
    }

    /// Walks the chain from the start.
    ///
    /// # Errors
    /// The database is held by somebody else, or its disk does not read.
    pub fn audit_verify(&self) -> Result<AuditState, StoreError> {
        self.audit_verify_against(None)
    }

    /// As [`Store::audit_verify`], and looks whether the chain still holds the head `kept` elsewhere.
    ///
    /// # Errors
    /// As [`Store::audit_verify`].
    pub fn audit_verify_against(&self, kept: Option<&AuditHead>) -> Result<AuditState, StoreError> {
        let mut state = AuditState { entries: 0, broken_at: None, head: None, kept: None };
        let mut previous = String::new();
        let walked = self.each_entry(|entry| {
            state.entries += 1;
            let fits = entry.seq == state.entries && entry.previous == previous && entry.hash == entry.chained_hash();
            if !fits && state.broken_at.is_none() {
                state.broken_at = Some(entry.seq);
            }
            if kept.is_some_and(|k| k.seq == entry.seq) {
                let same = kept.is_some_and(|k| k.hash.eq_ignore_ascii_case(&entry.hash));
                state.kept = Some(if same { KeptHead::Fits } else { KeptHead::Rewritten });
            }
            previous.clone_from(&entry.hash);
            state.head = Some(AuditHead { seq: entry.seq, hash: entry.hash });
        });
        match walked {
            Ok(()) => {}
            // What cannot be read any more was damaged or taken away: the chain ends there.
            Err(StoreError::Damaged { .. } | StoreError::Sql(_)) => {
                state.broken_at = state.broken_at.or(Some(state.entries + 1));
            }
            Err(error) => return Err(error),
        }
        if kept.is_some() && state.kept.is_none() {
            state.kept = Some(KeptHead::CutOff);
        }
        Ok(state)
    }
}

/// The keys of kept columns, and the level of each; entries of earlier versions have keys only.
fn columns_and_levels(kept: &str) -> (String, Option<BTreeMap<String, String>>) {
    let parts: Vec<(&str, Option<&str>)> = kept
        .split(',')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once(':').map_or((part, None), |(key, level)| (key, Some(level))))
        .collect();
    let keys = parts.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(",");
    let levels = parts.iter().map(|(key, level)| Some((key.to_string(), (*level)?.to_string()))).collect();
    (keys, levels)
}
