//! Who did what with whose data: append-only and hash-chained, so that a changed or removed entry shows.

use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Store, StoreError, keys::hex, now_utc};

/// What is to be recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditNote {
    /// `import`, `export`, `reveal`, `rules`, `visit` …
    pub action: &'static str,
    pub purpose: String,
    /// File or object concerned; never a person.
    pub subject: String,
    pub rows: i64,
    /// Columns with personal data that were shown.
    pub columns: Vec<String>,
    /// `masked`, `whole` or `none` (no personal data).
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
    pub columns: String,
    pub mask_level: String,
    pub sha256: String,
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
            &self.columns,
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

/// What [`Store::audit_verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditState {
    pub entries: i64,
    /// The first entry that does not fit the chain.
    pub broken_at: Option<i64>,
    /// Hash of the last entry; kept elsewhere, it shows a later truncation.
    pub head: Option<String>,
}

impl Store {
    /// Appends one entry.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn audit(&self, note: &AuditNote) -> Result<(), StoreError> {
        let last: Option<(i64, String)> = self
            .conn
            .query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let (seq, previous) = last.map_or((1, String::new()), |(seq, hash)| (seq + 1, hash));
        let mut entry = AuditEntry {
            seq,
            at: now_utc(),
            actor: actor(),
            action: note.action.into(),
            purpose: note.purpose.clone(),
            subject: note.subject.clone(),
            rows: note.rows,
            columns: note.columns.join(","),
            mask_level: note.mask_level.into(),
            sha256: note.sha256.clone(),
            previous,
            hash: String::new(),
        };
        entry.hash = entry.chained_hash();
        self.conn.execute(
            "INSERT INTO audit (seq, at, actor, action, purpose, subject, row_count, columns, mask_level, sha256, previous, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            params![
                entry.seq, entry.at, entry.actor, entry.action, entry.purpose, entry.subject, entry.rows, entry.columns,
                entry.mask_level, entry.sha256, entry.previous, entry.hash
            ],
        )?;
        Ok(())
    }

    /// All entries, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn audit_entries(&self) -> Result<Vec<AuditEntry>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT seq, at, actor, action, purpose, subject, row_count, columns, mask_level, sha256, previous, hash
             FROM audit ORDER BY seq",
        )?;
        let rows = statement.query_map([], |r| {
            Ok(AuditEntry {
                seq: r.get(0)?,
                at: r.get(1)?,
                actor: r.get(2)?,
                action: r.get(3)?,
                purpose: r.get(4)?,
                subject: r.get(5)?,
                rows: r.get(6)?,
                columns: r.get(7)?,
                mask_level: r.get(8)?,
                sha256: r.get(9)?,
                previous: r.get(10)?,
                hash: r.get(11)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
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
    /// The database cannot be read.
    pub fn audit_verify(&self) -> Result<AuditState, StoreError> {
        let entries = self.audit_entries()?;
        let mut previous = String::new();
        let mut broken_at = None;
        for (index, entry) in entries.iter().enumerate() {
            if entry.seq != index as i64 + 1 || entry.previous != previous || entry.hash != entry.chained_hash() {
                broken_at = Some(entry.seq);
                break;
            }
            previous.clone_from(&entry.hash);
        }
        Ok(AuditState { entries: entries.len() as i64, broken_at, head: entries.last().map(|e| e.hash.clone()) })
    }
}

/// The operating system's user name.
fn actor() -> String {
    ["USERNAME", "USER", "LOGNAME"].iter().find_map(|v| std::env::var(v).ok()).unwrap_or_else(|| "unknown".into())
}
