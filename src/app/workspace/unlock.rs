//! Finding the key that opens a workspace, also one whose key was being changed when the PC went down.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::workspace::settings::WorkspaceFile;
use crate::app::workspace::settings::failed;
use crate::app::workspace::settings::write_workspace_file;
use crate::rules::trust::passphrase::PassphraseRules;
use crate::store::trust::audit::AuditNote;
use crate::store::trust::keys::{self, SecretKey, WrappedKey};
use crate::store::{Store, StoreError};

/// What the user opens with, besides the key file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    pub passphrase: Option<&'a str>,
    /// Only this recovery copy is tried.
    pub recovery: Option<&'a Path>,
}

/// An open database and its key.
#[derive(Debug)]
pub struct Unlocked {
    pub store: Store,
    pub key: SecretKey,
    /// Whether the key as it is to be opens the database too.
    next_fits: bool,
}

/// Refuses a new passphrase that is none or too short to withstand guessing.
///
/// # Errors
/// [`AppError::NoPassphrase`], [`AppError::ShortPassphrase`].
pub fn must_be_long(passphrase: &str, rules: &PassphraseRules) -> Result<(), AppError> {
    if passphrase.trim().is_empty() {
        return Err(AppError::NoPassphrase);
    }
    if rules.admits(passphrase) { Ok(()) } else { Err(AppError::ShortPassphrase { least: rules.least }) }
}

/// Where a new key file lies until the old one is let go.
pub fn new_key_file(key_file: &Path) -> PathBuf {
    let mut name = key_file.as_os_str().to_os_string();
    name.push(".new");
    PathBuf::from(name)
}

/// Database keys that may open a workspace.
#[derive(Debug, Default)]
pub struct Tries {
    /// Out of the wrap.
    pub unwrapped: Vec<SecretKey>,
    /// The contents of key files: one of them may be a recovery copy, which holds the database key itself.
    pub plain: Vec<SecretKey>,
}

/// What a wrap yields with what is at hand.
///
/// # Errors
/// Nothing is at hand: no key file, no passphrase.
pub fn tries(wrap: &WrappedKey, uuid: &str, given: &Given) -> Result<Tries, AppError> {
    if let Some(copy) = given.recovery {
        return Ok(Tries { unwrapped: Vec::new(), plain: vec![keys::read_key_file(copy)?] });
    }
    let mut found = Tries::default();
    let mut missing = None;
    let key_file = keys::key_file(uuid)?;
    for path in [new_key_file(&key_file), key_file] {
        match keys::read_keys(&path) {
            // The newest is the likeliest.
            Ok(keys) => found.plain.extend(keys.into_iter().rev()),
            Err(error) => missing = Some(error),
        }
    }
    if wrap.salt.is_some() {
        let environment = std::env::var("DAIFA_PASSPHRASE").ok();
        let passphrase = given.passphrase.map(str::to_string).or(environment).unwrap_or_default();
        found.unwrapped.extend(keys::unwrap_with_passphrase(wrap, &passphrase, uuid));
    } else if let (true, Some(error)) = (found.plain.is_empty(), missing) {
        return Err(error.into());
    } else {
        found.unwrapped.extend(found.plain.iter().filter_map(|file| keys::unwrap(wrap, file, uuid).ok()));
    }
    Ok(found)
}

/// Opens the database with the first key that fits.
///
/// # Errors
/// No key fits, or the database cannot be opened for another reason.
pub fn unlock(database: &Path, file: &WorkspaceFile, given: &Given) -> Result<Unlocked, AppError> {
    let now = tries(&file.key, &file.uuid, given)?;
    let next = file.next_key.as_ref().map(|wrap| tries(wrap, &file.uuid, given)).transpose()?.unwrap_or_default();
    let certain = !now.unwrapped.is_empty() || !next.unwrapped.is_empty();
    for key in now.unwrapped.into_iter().chain(next.unwrapped.iter().cloned()).chain(now.plain) {
        match Store::open(database, &key) {
            Ok(store) => {
                let next_fits = next.unwrapped.contains(&key);
                return Ok(Unlocked { store, key, next_fits });
            }
            Err(StoreError::WrongKey) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // A wrap opens only with its own key: then it is the database that is another one or damaged.
    Err(if certain { StoreError::Unreadable } else { StoreError::WrongKey }.into())
}

/// How an interrupted change of the key came to its end.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The new key is the one now; else the change was taken back.
    pub forward: bool,
    /// `key_file` or `passphrase`: what opens the workspace now.
    pub by: String,
    /// The recovery copy the change wrote: the valid one if it went forward, else void.
    pub recovery_copy: Option<PathBuf>,
}

/// Brings a change of the key that was interrupted to its end: forward when the changed key opens the database, else
/// back. The audit knows of it before it is done.
///
/// # Errors
/// `daifa.toml`, the key file or the audit cannot be written.
pub fn settle(root: &Path, file: &mut WorkspaceFile, unlocked: &Unlocked) -> Result<Option<Settled>, AppError> {
    let forward = unlocked.next_fits;
    let settled = file.next_key.as_ref().map(|next| Settled {
        forward,
        by: if forward { next.by.clone() } else { file.key.by.clone() },
        recovery_copy: file.next_recovery.clone(),
    });
    if let Some(settled) = &settled {
        unlocked.store.audit(&AuditNote {
            action: "key",
            purpose: if forward { "interrupted, completed" } else { "interrupted, taken back" }.to_string(),
            subject: settled.by.clone(),
            mask_level: "none",
            ..AuditNote::default()
        })?;
    }
    complete(root, file, forward)?;
    Ok(settled)
}

/// Leaves one wrap in `daifa.toml`, the next one or the one before, and one key file.
///
/// # Errors
/// `daifa.toml` or the key file cannot be written.
pub fn complete(root: &Path, file: &mut WorkspaceFile, forward: bool) -> Result<(), AppError> {
    let key_file = keys::key_file(&file.uuid)?;
    let new = new_key_file(&key_file);
    let changing = file.next_key.take();
    file.next_recovery = None;
    if let Some(next) = &changing {
        if forward {
            file.key = next.clone();
        }
        write_workspace_file(root, file)?;
    }
    let Ok(mut held) = keys::read_keys(&new) else { return Ok(()) };
    let fits = |k: &SecretKey| file.key.salt.is_none() && keys::unwrap(&file.key, k, &file.uuid).is_ok();
    // One that belongs to no change of this workspace is left alone.
    if !held.iter().any(fits) && changing.is_none() {
        return Ok(());
    }
    // It holds all keys of the old one, which other workspaces may use, and perhaps another workspace's new key.
    held.sort_by_key(fits);
    keys::replace_key_file(&key_file, &held)?;
    std::fs::remove_file(&new).map_err(|e| failed(&new, &e))
}
