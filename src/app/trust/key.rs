//! The key of a workspace: shown (never itself), changed, and set up anew from a recovery copy.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::app::error::AppError;
use crate::app::workspace::hold::Copying;
use crate::app::workspace::open::Workspace;
use crate::app::workspace::open::failed;
use crate::app::workspace::open::write_workspace_file;
use crate::app::workspace::unlock;
use crate::app::workspace::unlock::new_key_file;
use crate::store::trust::audit::{AuditHead, AuditNote};
use crate::store::trust::keys::{self, SecretKey, WrappedKey};

/// What wraps the database key.
#[derive(Clone, PartialEq, Eq)]
pub enum Protection {
    KeyFile,
    Passphrase(String),
}

/// How the key is to be changed.
#[derive(Clone, Default)]
pub struct KeyOptions {
    /// Another kind of protection; else the present kind stays.
    pub protection: Option<Protection>,
    /// Also encrypt the database anew, with a new random key.
    pub full: bool,
    /// Where the recovery copy of a new database key goes; else beside the key file.
    pub recovery_copy: Option<PathBuf>,
}

/// What was changed.
#[derive(Debug, Clone, Serialize)]
pub struct KeyChanged {
    /// `key_file` or `passphrase`.
    pub by: String,
    pub key_file: Option<PathBuf>,
    /// Written when the database has a new key: older copies no longer open it.
    pub recovery_copy: Option<PathBuf>,
    pub full: bool,
    /// Keys of before that stay in the key file, for copies of the workspace or others may use it.
    pub keys_kept: usize,
    pub audit: AuditHead,
}

/// Where the key is and of what kind; never the key.
#[derive(Debug, Clone, Serialize)]
pub struct KeyState {
    pub by: String,
    pub key_file: Option<PathBuf>,
    pub key_file_found: bool,
    /// Recovery copies that still lie beside the key file, on the PC they are to help against losing.
    pub recovery_copies_here: Vec<PathBuf>,
    /// A change of the key was interrupted; the next command brings it to its end.
    pub changing: bool,
}

/// Shows where the key is.
///
/// # Errors
/// The user has no configuration folder.
pub fn show(file: &crate::app::workspace::open::WorkspaceFile) -> Result<KeyState, AppError> {
    let path = keys::key_file(&file.uuid)?;
    let by_file = file.key.salt.is_none();
    let beside = path.parent().and_then(|folder| std::fs::read_dir(folder).ok());
    let start = format!("{}.recovery", file.uuid);
    let mut copies: Vec<PathBuf> = beside
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&start)))
        .collect();
    copies.sort();
    Ok(KeyState {
        by: file.key.by.clone(),
        key_file_found: by_file && path.exists(),
        key_file: by_file.then_some(path),
        recovery_copies_here: copies,
        changing: file.next_key.is_some(),
    })
}

/// Wraps the database key anew; with `full`, gives the database a new one first. `purpose` goes into the audit.
///
/// # Errors
/// A file cannot be written. Stopped at any step, the workspace opens with the old key or with the new one, and the
/// next opening brings the change to its end.
pub fn change(workspace: &mut Workspace, options: &KeyOptions, purpose: &str) -> Result<KeyChanged, AppError> {
    // Neither a backup at work nor one that was killed may go on holding the database under the old key.
    let _no_backup = options.full.then(|| Copying::forbid(&workspace.root)).transpose()?;
    let change = Change::prepare(workspace, options)?;
    change.announce(workspace)?;
    change.rekey(workspace)?;
    let audit = change.note(workspace, purpose)?;
    change.complete(workspace)?;
    let by_file = workspace.file.key.salt.is_none();
    let key_file = by_file.then(|| keys::key_file(&workspace.file.uuid)).transpose()?;
    Ok(KeyChanged {
        by: workspace.file.key.by.clone(),
        keys_kept: key_file.as_ref().map_or(0, |file| keys::read_keys(file).map_or(0, |k| k.len().saturating_sub(1))),
        key_file,
        recovery_copy: change.recovery_copy,
        full: options.full,
        audit,
    })
}

/// A change of the key in its steps, each of which may be the last one done.
struct Change {
    database: SecretKey,
    wrap: WrappedKey,
    recovery_copy: Option<PathBuf>,
    full: bool,
}

impl Change {
    /// The new keys, and the files that hold them; nothing uses them yet.
    fn prepare(workspace: &Workspace, options: &KeyOptions) -> Result<Change, AppError> {
        let uuid = &workspace.file.uuid;
        let present = if workspace.file.key.salt.is_some() { None } else { Some(Protection::KeyFile) };
        let protection = options.protection.clone().or(present).ok_or(AppError::NoPassphrase)?;
        if let Protection::Passphrase(text) = &protection {
            unlock::must_be_long(text, &workspace.rules.passphrase)?;
        }
        let database = if options.full { SecretKey::random()? } else { workspace.key.clone() };
        let wrap = match &protection {
            Protection::Passphrase(text) => keys::wrap_with_passphrase(&database, text, uuid)?,
            Protection::KeyFile => {
                let wrapping = SecretKey::random()?;
                let mut all = kept_keys(&keys::key_file(uuid)?);
                all.push(wrapping.clone());
                keys::replace_key_file(&new_key_file(&keys::key_file(uuid)?), &all)?;
                keys::wrap(&database, &wrapping, uuid, "key_file")?
            }
        };
        let recovery_copy = match (&options.recovery_copy, options.full) {
            (Some(path), _) => Some(std::path::absolute(path).map_err(|e| failed(path, &e))?),
            (None, true) => Some(free_recovery_copy(uuid)?),
            (None, false) => None,
        };
        if let Some(path) = &recovery_copy {
            keys::write_key_file(path, &database)?;
        }
        Ok(Change { database, wrap, recovery_copy, full: options.full })
    }

    /// `daifa.toml` holds both wraps from here on.
    fn announce(&self, workspace: &mut Workspace) -> Result<(), AppError> {
        workspace.file.next_key = Some(self.wrap.clone());
        workspace.file.next_recovery.clone_from(&self.recovery_copy);
        write_workspace_file(&workspace.root, &workspace.file)
    }

    fn rekey(&self, workspace: &mut Workspace) -> Result<(), AppError> {
        if self.full {
            workspace.store.rekey(&self.database)?;
        }
        workspace.key = self.database.clone();
        Ok(())
    }

    /// Before the last step: a key that holds is never unknown to the audit. Stopped before this one, the next opening
    /// notes it.
    fn note(&self, workspace: &Workspace, purpose: &str) -> Result<AuditHead, AppError> {
        Ok(workspace.store.audit(&AuditNote {
            action: "key",
            purpose: purpose.to_string(),
            subject: self.wrap.by.clone(),
            mask_level: "none",
            ..AuditNote::default()
        })?)
    }

    /// Only the new wrap stays, and the new key file takes the place of the old one.
    fn complete(&self, workspace: &mut Workspace) -> Result<(), AppError> {
        let root = workspace.root.clone();
        unlock::complete(&root, &mut workspace.file, true)
    }
}

/// The keys that stay in a key file: all of them, for one the user has named may open other workspaces, and a restored or
/// copied workspace has the key file of the first. One that is just being made for another counts as well.
fn kept_keys(key_file: &Path) -> Vec<SecretKey> {
    let mut kept: Vec<SecretKey> = Vec::new();
    for path in [key_file.to_path_buf(), new_key_file(key_file)] {
        for key in keys::read_keys(&path).unwrap_or_default() {
            if !kept.contains(&key) {
                kept.push(key);
            }
        }
    }
    kept
}

/// A name beside the key file that nothing has yet.
fn free_recovery_copy(uuid: &str) -> Result<PathBuf, AppError> {
    let key_file = keys::key_file(uuid)?;
    let named = |n: u32| key_file.with_file_name(format!("{uuid}.recovery{n}.txt"));
    Ok((2..).map(named).find(|p| !p.exists()).unwrap_or_else(|| named(2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::workspace::open::InitOptions;
    use crate::app::workspace::open::OpenOptions;
    use crate::app::workspace::open::init;
    use crate::render::words::Lang;
    use crate::store::trust::audit::AuditFilter;

    const OLD: &str = "旧的一句话";
    const NEW: &str = "新的一句话";

    fn open(root: &std::path::Path, passphrase: &str) -> Result<Workspace, AppError> {
        Workspace::open(
            root,
            &OpenOptions {
                lang: Lang::En,
                today: "2026-03-02".parse().unwrap(),
                passphrase: Some(passphrase.to_string()),
                recovery: None,
                beside: false,
            },
        )
    }

    fn made() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("w");
        let options = InitOptions {
            passphrase: Some(OLD.to_string()),
            recovery_copy: Some(dir.path().join("recovery.txt")),
            ..InitOptions::default()
        };
        init(&root, &options).unwrap();
        (dir, root)
    }

    fn options(dir: &std::path::Path) -> KeyOptions {
        KeyOptions {
            protection: Some(Protection::Passphrase(NEW.to_string())),
            full: true,
            recovery_copy: Some(dir.join("recovery2.txt")),
        }
    }

    /// After each number of steps done: which passphrases open the workspace, and which does so after it was opened.
    #[test]
    fn stopped_after_any_step_the_workspace_opens_with_the_old_or_the_new_key() {
        for steps in 0..=4_usize {
            let (dir, root) = made();
            let mut workspace = open(&root, OLD).unwrap();
            let work = |workspace: &mut Workspace| -> Result<(), AppError> {
                if steps >= 1 {
                    let change = Change::prepare(workspace, &options(dir.path()))?;
                    if steps >= 2 {
                        change.announce(workspace)?;
                    }
                    if steps >= 3 {
                        change.rekey(workspace)?;
                    }
                    if steps >= 4 {
                        change.complete(workspace)?;
                    }
                }
                Ok(())
            };
            work(&mut workspace).unwrap();
            drop(workspace);
            let (opens, other) = if steps < 3 { (OLD, NEW) } else { (NEW, OLD) };
            assert!(open(&root, other).is_err(), "{other} opens after {steps} steps");
            let opened =
                open(&root, opens).unwrap_or_else(|e| panic!("{opens} does not open after {steps} steps: {e}"));
            // A change that was begun is told, with what became of the recovery copy it wrote.
            let told = opened.settled.as_ref().map(|s| (s.forward, s.recovery_copy.clone()));
            let copy = Some(dir.path().join("recovery2.txt"));
            assert_eq!(told, [None, None, Some((false, copy.clone())), Some((true, copy)), None][steps]);
            drop(opened);
            let settled = open(&root, opens).unwrap();
            assert!(settled.settled.is_none());
            let noted = AuditFilter { action: Some("key".into()), ..AuditFilter::default() };
            assert_eq!(settled.store.audit_entries(&noted).unwrap().len(), [0, 0, 1, 1, 0][steps], "{steps} steps");
            assert!(settled.file.next_key.is_none());
            assert!(settled.store.is_intact().unwrap());
        }
    }

    #[test]
    fn a_full_change_leaves_neither_the_old_passphrase_nor_the_old_recovery_copy() {
        let (dir, root) = made();
        let mut workspace = open(&root, OLD).unwrap();
        let old = workspace.key.clone();
        change(&mut workspace, &options(dir.path()), "rotate_full").unwrap();
        assert!(workspace.key != old);
        drop(workspace);
        assert!(open(&root, OLD).is_err());
        let with = |copy: &str| OpenOptions {
            lang: Lang::En,
            today: "2026-03-02".parse().unwrap(),
            passphrase: None,
            recovery: Some(dir.path().join(copy)),
            beside: false,
        };
        assert!(Workspace::open(&root, &with("recovery.txt")).is_err());
        assert!(Workspace::open(&root, &with("recovery2.txt")).is_ok());
    }
}
