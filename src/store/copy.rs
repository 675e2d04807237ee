//! The database as a whole: copied while others read, given a new key, checked.

use std::path::Path;

use rusqlite::Connection;

use crate::store::trust::keys::SecretKey;
use crate::store::{Store, StoreError};

impl Store {
    /// Writes a copy of the database as it is now, under the same key; readers and a writer may go on beside it.
    ///
    /// # Errors
    /// The file exists already, or there is no room for it.
    pub fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        self.conn.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
        Ok(())
    }

    /// Encrypts the whole database anew. SQLite's own transaction carries it: killed at any moment, the file opens with
    /// the old key or with the new one.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn rekey(&self, key: &SecretKey) -> Result<(), StoreError> {
        self.empty_log()?;
        self.conn.pragma_update(None, "rekey", format!("x'{}'", key.to_hex()))?;
        self.empty_log()
    }

    /// Brings the write-ahead log into the database file and cuts it to nothing.
    ///
    /// # Errors
    /// The database cannot be written, or somebody reads in it.
    pub fn empty_log(&self) -> Result<(), StoreError> {
        let busy: i64 = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
        if busy == 0 { Ok(()) } else { Err(StoreError::Locked) }
    }
}

/// Whether the database file at `path` opens with `key` and is sound throughout. Changes nothing in it.
///
/// # Errors
/// It cannot be read, or the key is another one.
pub fn is_sound(path: &Path, key: &SecretKey) -> Result<bool, StoreError> {
    let conn = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.query_row("PRAGMA cipher_log_level = none", [], |_| Ok(())).ok();
    conn.pragma_update(None, "key", format!("x'{}'", key.to_hex()))?;
    intact(&conn)
}

/// Whether every page is as it was written and every index fits its table.
pub(super) fn intact(conn: &Connection) -> Result<bool, StoreError> {
    let integrity: String = conn.query_row("PRAGMA integrity_check(1)", [], |r| r.get(0))?;
    let faults = conn.prepare("PRAGMA cipher_integrity_check")?.query_map([], |_| Ok(()))?.count();
    Ok(integrity == "ok" && faults == 0)
}
