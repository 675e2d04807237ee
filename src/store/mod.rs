//! Floor 2: the encrypted SQLite database of a workspace.

pub mod answers;
pub mod contacts;
pub mod copy;
mod error;
pub mod import;
pub mod ledger;
pub mod needs;
mod overlay;
pub mod schema;
pub mod sign;
#[cfg(test)]
mod tests;
pub mod trust;
pub mod user;
mod vault;

pub use crate::store::error::StoreError;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use sha2::Sha256;

use crate::files;
use crate::store::trust::keys::SecretKey;

/// Pages kept in memory at most, in KiB; a small branch needs few of them. With SQLite's own 2 MB an import decrypts the
/// pages of its indices again for nearly every row once a branch has some ten thousand people, with 64 MB at a million
/// (300 seconds instead of 139).
const CACHE_KIB: i64 = 196_608;

/// What [`Store::begin`] began.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    Whole,
    /// A part of a transaction that was there already.
    Part,
}

/// An open workspace database.
#[derive(Debug)]
pub struct Store {
    pub(crate) conn: Connection,
    /// Ready to take what is hashed under the workspace's own key.
    mac: Hmac<Sha256>,
    /// What does not tell companies apart.
    firm_words: Vec<String>,
}

impl Store {
    /// Makes the database of a new workspace; its HMAC key is random unless given.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn create(path: &Path, key: &SecretKey, hmac_key: Option<&SecretKey>) -> Result<Store, StoreError> {
        // Its log and the memory it shares get the rights of the database.
        drop(files::write_own(path));
        let mut conn = connect(path, key, OpenFlags::SQLITE_OPEN_CREATE)?;
        schema::migrate(&mut conn)?;
        let made = hmac_key.cloned().map_or_else(SecretKey::random, Ok)?;
        conn.execute("INSERT INTO workspace (name, value) VALUES ('hmac_key', ?1)", [made.to_hex()])?;
        Ok(Store { conn, mac: mac(&made), firm_words: Vec::new() })
    }

    /// Opens the database at `path` with its raw key and brings it to the current schema. Never makes one: a new
    /// database in the place of one that was emptied would hide that everything is lost, the audit too.
    ///
    /// # Errors
    /// No database or an emptied one, a wrong key, a newer workspace, a lock, a folder without write-ahead logging.
    pub fn open(path: &Path, key: &SecretKey) -> Result<Store, StoreError> {
        if std::fs::metadata(path).is_ok_and(|m| m.len() == 0) {
            return Err(StoreError::Emptied);
        }
        let mut conn = connect(path, key, OpenFlags::empty())?;
        if schema::is_blank(&conn)? {
            return Err(StoreError::Emptied);
        }
        schema::migrate(&mut conn)?;
        let mac = mac(&hmac_key(&conn)?);
        Ok(Store { conn, mac, firm_words: Vec::new() })
    }

    /// Runs `work` in one transaction: all of it is kept or nothing. Inside another one it is a part of that.
    pub fn transaction<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Store) -> Result<T, E>,
    ) -> Result<T, E> {
        let begun = self.begin()?;
        let done = work(self);
        self.end(begun, done)
    }

    /// Begins a transaction, or a part of the one there is; every [`Begun`] is to be given to [`Store::end`].
    ///
    /// # Errors
    /// The database is in use by another process.
    pub fn begin(&self) -> Result<Begun, StoreError> {
        let begun = if self.conn.is_autocommit() { Begun::Whole } else { Begun::Part };
        self.conn.execute_batch(if begun == Begun::Whole { "BEGIN IMMEDIATE" } else { "SAVEPOINT part" })?;
        Ok(begun)
    }

    /// Ends what was begun: kept when the work was done, else taken back.
    ///
    /// # Errors
    /// The work's own error, or the database cannot be written.
    pub fn end<T, E: From<StoreError>>(&self, begun: Begun, done: Result<T, E>) -> Result<T, E> {
        let (keep, undo) = match begun {
            Begun::Whole => ("COMMIT", "ROLLBACK"),
            Begun::Part => ("RELEASE part", "ROLLBACK TO part; RELEASE part"),
        };
        let kept = done.and_then(|value| match self.conn.execute_batch(keep) {
            Ok(()) => Ok(value),
            Err(e) => Err(StoreError::from(e).into()),
        });
        if kept.is_err() {
            self.conn.execute_batch(undo).ok();
        }
        kept
    }

    /// First 16 bytes of an HMAC-SHA-256 under the workspace's own key: finds a person again without storing who it is.
    pub(crate) fn hmac16(&self, scheme: &str, value: &str) -> [u8; 16] {
        short_hmac(self.mac.clone(), scheme, value)
    }

    /// Signs text that leaves and comes back (row keys of exported workbooks): 16 hexadecimal digits.
    pub fn sign(&self, text: &str) -> String {
        trust::keys::hex(&self.hmac16("sign", text)[..8])
    }

    /// Whether every page is as it was written and every index fits its table.
    ///
    /// # Errors
    /// The database cannot be read so far as to tell.
    pub fn is_intact(&self) -> Result<bool, StoreError> {
        copy::intact(&self.conn)
    }

    /// Rows that point at rows which are not there.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn foreign_key_faults(&self) -> Result<i64, StoreError> {
        Ok(self.conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |r| r.get(0))?)
    }
}

/// Version of the SQLite that is built in.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

/// A connection with the key given and everything set as a workspace wants it.
fn connect(path: &Path, key: &SecretKey, create: OpenFlags) -> Result<Connection, StoreError> {
    must_be_writable(path)?;
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create,
    )?;
    // A wrong key would otherwise be reported on stderr by the library itself.
    conn.query_row("PRAGMA cipher_log_level = none", [], |_| Ok(())).ok();
    conn.pragma_update(None, "key", format!("x'{}'", key.to_hex()))?;
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    // Fails here when the key is wrong.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))?;
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "wal", |r| r.get(0))?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(StoreError::NoWriteAheadLog);
    }
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    Ok(conn)
}

fn mac(key: &SecretKey) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes any key length")
}

fn short_hmac(mut mac: Hmac<Sha256>, scheme: &str, value: &str) -> [u8; 16] {
    mac.update(scheme.as_bytes());
    mac.update(&[0]);
    mac.update(value.as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    short
}

/// SQLite opens a file it may not write without a word, fails in the middle of the first import, and leaves a log beside
/// it that may not be written either.
fn must_be_writable(path: &Path) -> Result<(), StoreError> {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match std::fs::File::options().write(true).open(path) {
        Err(e) if matches!(e.kind(), PermissionDenied | ReadOnlyFilesystem) => Err(StoreError::ReadOnly),
        _ => Ok(()),
    }
}

/// The key of the identity table: made with the database, never rotated, kept inside it.
fn hmac_key(conn: &Connection) -> Result<SecretKey, StoreError> {
    use rusqlite::OptionalExtension as _;
    let read = conn.query_row("SELECT value FROM workspace WHERE name = 'hmac_key'", [], |r| r.get::<_, String>(0));
    // A new one would fit nobody who is known: not made here.
    read.optional()?.as_deref().and_then(SecretKey::from_hex).ok_or(StoreError::Damaged { what: "hmac_key" })
}

/// Recorded instants are UTC, to the second.
pub(crate) fn now_utc() -> String {
    chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
