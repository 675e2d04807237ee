//! A workspace again, from a backup: beside the old one, never over it.

use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use crate::app::error::AppError;
use crate::app::trust::backup::DATABASE;
use crate::app::trust::backup::Header;
use crate::app::trust::backup::Reading;
use crate::app::trust::backup::SETTINGS;
use crate::app::trust::doctor;
use crate::app::trust::doctor::Finding;
use crate::app::workspace::open::OpenOptions;
use crate::app::workspace::open::Workspace;
use crate::app::workspace::open::failed;
use crate::app::workspace::open::must_be_empty;
use crate::app::workspace::open::read_workspace_file;
use crate::app::workspace::open::write_starters;
use crate::app::workspace::open::write_workspace_file;
use crate::app::workspace::unlock::Given;
use crate::app::workspace::unlock::tries;
use crate::files;
use crate::store::trust::audit::{AuditHead, AuditNote};
use crate::store::trust::keys::WrappedKey;

/// A workspace that was restored.
#[derive(Debug, Clone, Serialize)]
pub struct Restored {
    pub root: PathBuf,
    pub header: Header,
    pub files: usize,
    pub audit: AuditHead,
    /// The key's wrap needs a file this PC has not: `key recover` makes a new one.
    pub needs_key: bool,
    pub findings: Vec<Finding>,
}

/// Restores `file` into `root`, which must be empty or not exist. What fails leaves nothing behind.
///
/// # Errors
/// The folder holds something, the key is another one, the backup was changed or cut.
pub fn restore(file: &Path, root: &Path, options: &OpenOptions) -> Result<Restored, AppError> {
    must_be_empty(root)?;
    let given = Given { passphrase: options.passphrase.as_deref(), recovery: options.recovery.as_deref() };
    let mut reading = Reading::open(file)?;
    let key = reading.find_key(&given)?;
    reading.unlock(&key)?;
    let fresh = !root.exists();
    let done = unpack(&mut reading, file, root, options);
    if done.is_err() {
        // Only what was made here: the folder was empty.
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
        if fresh {
            fs::remove_dir(root).ok();
        }
    }
    done
}

fn unpack(reading: &mut Reading, file: &Path, root: &Path, options: &OpenOptions) -> Result<Restored, AppError> {
    let header = reading.header.clone();
    let manifest = reading.manifest()?;
    write_starters(root)?;
    // Until everything has arrived, the folder is no workspace.
    let settings = root.join(".daifa/tmp").join(SETTINGS);
    reading.each(&manifest, |entry, bytes| {
        let target = match entry.name.as_str() {
            SETTINGS => settings.clone(),
            name if name == DATABASE || is_overlay(name) => root.join(name),
            _ => return Err(AppError::BackupDamaged { path: file.to_path_buf() }),
        };
        let io = |e: std::io::Error| failed(&target, &e);
        files::make_folder(root, target.parent().unwrap_or(root)).map_err(io)?;
        let mut out = files::create_new(&target).map_err(io)?;
        std::io::copy(bytes, &mut out).map_err(|e| match e.kind() {
            std::io::ErrorKind::InvalidData => AppError::BackupDamaged { path: file.to_path_buf() },
            _ => failed(&target, &e),
        })?;
        out.flush().and_then(|()| out.sync_all()).map_err(io)
    })?;
    let mut workspace_file = read_workspace_file(&root.join(".daifa/tmp"))?;
    fs::remove_file(&settings).map_err(|e| failed(&settings, &e))?;
    // With a passphrase of its own, a backup opens where the key file of the workspace is not.
    let given = Given { passphrase: options.passphrase.as_deref(), recovery: None };
    let opens = |key: &WrappedKey| tries(key, &header.uuid, &given).is_ok_and(|t| !t.unwrapped.is_empty());
    if !opens(&workspace_file.key) && opens(&header.key) {
        workspace_file.key = header.key.clone();
    }
    let needs_key = !opens(&workspace_file.key);
    write_workspace_file(root, &workspace_file)?;
    let mut workspace = Workspace::open(root, options)?;
    let sha256 = sha256_of(file)?;
    let audit = workspace.store.audit(&AuditNote {
        action: "restore",
        purpose: header.created.clone(),
        subject: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        rows: manifest.files.len() as i64,
        columns: Vec::new(),
        mask_level: "whole",
        sha256,
    })?;
    let findings = doctor::doctor(&mut workspace);
    Ok(Restored { root: root.to_path_buf(), header, files: manifest.files.len(), audit, needs_key, findings })
}

fn sha256_of(path: &Path) -> Result<String, AppError> {
    let file = files::open(path).map_err(|e| failed(path, &e))?;
    Ok(crate::app::trust::backup::digest(file, path)?.1)
}

/// Only folders a workspace overlays, and nothing that leads out of them.
fn is_overlay(name: &str) -> bool {
    let parts: Vec<Component> = Path::new(name).components().collect();
    let inside = parts.iter().all(|c| matches!(c, Component::Normal(_))) && !name.contains(['\\', ':']);
    inside && ["rules/", "templates/", "calendars/"].iter().any(|f| name.starts_with(f))
}

#[cfg(test)]
mod tests {
    use super::is_overlay;

    #[test]
    fn only_files_of_a_workspace_are_taken_out() {
        for good in ["rules/ranking.toml", "templates/zh-CN/messages/cli.toml", "calendars/2027.json"] {
            assert!(is_overlay(good), "{good}");
        }
        for bad in ["rules/../daifa.toml", "/etc/rules/x", "out/x", "rules", "..", "rules\\..\\x", "C:/rules/x", ""] {
            assert!(!is_overlay(bad), "{bad}");
        }
    }
}
