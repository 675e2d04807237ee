//! What can be wrong with the store.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::files::Unfit;

/// What can be wrong with the store. Words for each stand in `messages` under `error.<code>`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("no configuration folder for the key file")]
    NoConfigFolder,
    #[error("the system gives no random numbers")]
    NoRandomness,
    #[error("key file {path}: {reason}")]
    KeyFile { path: PathBuf, reason: String },
    #[error("key file {path} can be read by others")]
    KeyFileOpen { path: PathBuf },
    #[error("{path}: {unfit}")]
    Unfit { path: PathBuf, unfit: Unfit },
    #[error("the key does not open this workspace")]
    WrongKey,
    #[error("the workspace has format {found}, this program knows {known}")]
    NewerWorkspace { found: i64, known: i64 },
    #[error("the database belongs to another program")]
    NotOurs,
    #[error("the database holds nothing")]
    Emptied,
    #[error("the key is right, but the database does not open with it")]
    Unreadable,
    #[error("migration {version} of the database is not ours")]
    ForeignMigration { version: i64 },
    #[error("days in the database are no days: an earlier version's removal has blotted them out")]
    DaysLost,
    #[error("the database is in use by another process")]
    Locked,
    #[error("the database folder does not support write-ahead logging (a network share?)")]
    NoWriteAheadLog,
    #[error("the disk is full")]
    DiskFull,
    #[error("the database cannot be written")]
    ReadOnly,
    #[error("the disk does not read or write")]
    DiskFailure,
    #[error("the recorded {what} cannot be read")]
    Damaged { what: &'static str },
    #[error("database: {0}")]
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked,
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => StoreError::ReadOnly,
            Some(ErrorCode::NotADatabase) => StoreError::WrongKey,
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { what: "daifa.db" },
            Some(ErrorCode::SystemIoFailure) => StoreError::DiskFailure,
            _ => StoreError::Sql(error),
        }
    }
}
