//! The workspace's own rules, words, templates and holidays as last seen: a change of what the software does is recorded.

use std::collections::BTreeMap;

use crate::store::trust::audit::AuditNote;
use crate::store::{Store, StoreError};

impl Store {
    /// Compares the files (name → SHA-256) with those seen last and records each difference; returns how many there are.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub fn see_overlay(&mut self, files: &BTreeMap<String, String>) -> Result<usize, StoreError> {
        let known: BTreeMap<String, String> = self
            .conn
            .prepare("SELECT name, sha256 FROM overlay_file")?
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<Result<_, _>>()?;
        if known == *files {
            return Ok(0);
        }
        self.transaction(|store| {
            let mut changes = 0;
            let names: std::collections::BTreeSet<&String> = known.keys().chain(files.keys()).collect();
            for name in names {
                let purpose = match (known.get(name), files.get(name)) {
                    (None, Some(_)) => "added".to_string(),
                    (Some(old), None) => format!("removed, was {old}"),
                    (Some(old), Some(new)) if old != new => format!("changed, was {old}"),
                    _ => continue,
                };
                changes += 1;
                let sha256 = files.get(name).cloned().unwrap_or_default();
                match files.get(name) {
                    Some(new) => store.conn.execute(
                        "INSERT INTO overlay_file (name, sha256) VALUES (?1, ?2)
                         ON CONFLICT DO UPDATE SET sha256 = excluded.sha256",
                        [name, new],
                    )?,
                    None => store.conn.execute("DELETE FROM overlay_file WHERE name = ?1", [name])?,
                };
                store.audit(&AuditNote {
                    action: "rules",
                    purpose,
                    subject: name.clone(),
                    mask_level: "none",
                    sha256,
                    ..AuditNote::default()
                })?;
            }
            Ok(changes)
        })
    }
}
