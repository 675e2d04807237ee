//! The only writer of files people get: whole or not at all, inside the root.

use std::fs;
use std::io::{ErrorKind, Seek as _, Write};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::files::{self, Unfit};

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub path: PathBuf,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub bytes: u64,
}

/// A file that was not written; nothing of it is left behind.
#[derive(Debug, Error)]
pub enum OutputError {
    #[error("{path} does not stay inside the output folder")]
    Outside { path: String },
    #[error("{path}: {unfit}")]
    Unfit { path: String, unfit: Unfit },
    #[error("{path} is held open by another program")]
    InUse { path: String },
    #[error("there is no space for {path}")]
    Full { path: String },
    #[error("{path} must not be written")]
    ReadOnly { path: String },
    #[error("{path} cannot be written: {source}")]
    Io { path: String, source: std::io::Error },
}

/// Folder of a workspace where files grow until they are whole; what a killed run left there goes at the next opening.
pub const GROWING: &str = ".daifa/tmp";

/// Writes `bytes` to `relative` (with `/` between folders) under `root`, replacing an older file in one step.
///
/// # Errors
/// A path that leaves the root or passes through a link, a file another program holds, a full or read-only disk.
pub fn write(root: &Path, relative: &str, bytes: &[u8]) -> Result<Written, OutputError> {
    prepare(root, relative, bytes)?.place()
}

/// A file that is whole on the disk and not yet under its name: what must come before it (the audit) can be done now.
#[derive(Debug)]
pub struct Prepared {
    temp: tempfile::NamedTempFile,
    relative: String,
    written: Written,
}

/// The first half of [`write()`].
///
/// # Errors
/// As [`write()`], but for a file another program holds.
pub fn prepare(root: &Path, relative: &str, bytes: &[u8]) -> Result<Prepared, OutputError> {
    let mut growing = grow(root, relative)?;
    growing.write_all(bytes).map_err(|e| growing.failed(e))?;
    growing.finish()
}

/// As [`prepare`], for what is too long to be held and not written from front to back: `fill` writes it.
///
/// # Errors
/// As [`prepare`]; what `fill` fails with.
pub fn prepare_with<E: From<OutputError>>(
    root: &Path,
    relative: &str,
    fill: impl FnOnce(&mut fs::File) -> Result<(), E>,
) -> Result<Prepared, E> {
    let (mut temp, path) = begin(root, relative)?;
    fill(temp.as_file_mut())?;
    let io = |source| OutputError::of(&path.display().to_string(), source);
    temp.as_file().sync_all().map_err(io)?;
    temp.rewind().map_err(io)?;
    let (bytes, sha256) = files::sha256(temp.as_file()).map_err(io)?;
    Ok(Prepared { temp, relative: relative.to_string(), written: Written { path, sha256, bytes } })
}

/// A file that is written piece by piece. It has no name until it is placed; dropped before, nothing of it is left.
#[derive(Debug)]
pub struct Growing {
    temp: tempfile::NamedTempFile,
    relative: String,
    path: PathBuf,
    sha256: Sha256,
    bytes: u64,
}

/// Begins a file that is to stand at `relative` (with `/` between folders) under `root`.
///
/// # Errors
/// As [`prepare()`].
pub fn grow(root: &Path, relative: &str) -> Result<Growing, OutputError> {
    let (temp, path) = begin(root, relative)?;
    Ok(Growing { temp, relative: relative.to_string(), path, sha256: Sha256::new(), bytes: 0 })
}

/// An empty file that is to be `relative` under `root` one day, and where it will stand.
fn begin(root: &Path, relative: &str) -> Result<(tempfile::NamedTempFile, PathBuf), OutputError> {
    let outside = || OutputError::Outside { path: relative.to_string() };
    let inner = Path::new(relative);
    let parts: Vec<_> = inner.components().collect();
    if parts.is_empty()
        || relative.contains(['\\', ':', '\0'])
        || !parts.iter().all(|c| matches!(c, Component::Normal(_)))
    {
        return Err(outside());
    }
    // By its parts: on Windows the text's slashes would stand among backslashes.
    let path: PathBuf = root.components().chain(parts).collect();
    let shown = path.display().to_string();
    let io = |source| OutputError::of(&shown, source);
    let folder = path.parent().ok_or_else(outside)?;
    let growing = root.join(GROWING);
    // A link planted among the folders would lead out although the text of the path does not.
    for way in [folder, &growing] {
        if let Some(link) = files::link_on_the_way(root, way).map_err(io)? {
            return Err(OutputError::Unfit { path: link.display().to_string(), unfit: Unfit::Link });
        }
    }
    files::make_folder(root, folder).map_err(io)?;
    let beside = if growing.is_dir() { &growing } else { folder };
    let temp = tempfile::Builder::new().prefix(".daifa-").tempfile_in(beside).map_err(io)?;
    Ok((temp, path))
}

impl Growing {
    /// What an error of writing means.
    pub fn failed(&self, source: std::io::Error) -> OutputError {
        OutputError::of(&self.path.display().to_string(), source)
    }

    /// Makes sure that all of it is on the disk.
    ///
    /// # Errors
    /// A full disk.
    pub fn finish(self) -> Result<Prepared, OutputError> {
        self.temp.as_file().sync_all().map_err(|e| self.failed(e))?;
        let sha256 = self.sha256.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Ok(Prepared {
            temp: self.temp,
            relative: self.relative,
            written: Written { path: self.path, sha256, bytes: self.bytes },
        })
    }
}

impl Write for Growing {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        let taken = self.temp.write(piece)?;
        self.sha256.update(&piece[..taken]);
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.temp.flush()
    }
}

impl Prepared {
    /// What it will be called, relative to its root.
    pub fn relative(&self) -> &str {
        &self.relative
    }

    /// SHA-256 of the file, in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.written.sha256
    }

    /// Gives the file its name, in one step.
    ///
    /// # Errors
    /// A file another program holds, a folder that cannot be written.
    pub fn place(self) -> Result<Written, OutputError> {
        let Prepared { temp, written, .. } = self;
        let shown = written.path.display().to_string();
        temp.persist(&written.path).map_err(|e| match e.error.kind() {
            // Windows refuses to replace a workbook that is open in Excel.
            ErrorKind::PermissionDenied if written.path.exists() => OutputError::InUse { path: shown.clone() },
            _ => OutputError::of(&shown, e.error),
        })?;
        if let Some(folder) = written.path.parent() {
            sync_folder(folder).map_err(|e| OutputError::of(&shown, e))?;
        }
        Ok(written)
    }
}

/// Removes what a killed run left half-grown. To be called by who holds the workspace alone; `folders` only while no
/// backup is at work, for a backup's copy of the database grows in a folder of its own.
pub fn clear_growing(root: &Path, folders: bool) {
    // What lies behind a link is not ours.
    if !matches!(files::link_on_the_way(root, &root.join(GROWING)), Ok(None)) {
        return;
    }
    for entry in fs::read_dir(root.join(GROWING)).into_iter().flatten().flatten() {
        // One that cannot be removed now is tried again at the next opening. A link is a file here.
        let _ = match entry.file_type() {
            Ok(kind) if kind.is_dir() && folders => fs::remove_dir_all(entry.path()),
            Ok(kind) if kind.is_dir() => continue,
            _ => fs::remove_file(entry.path()),
        };
    }
}

impl OutputError {
    /// What an error of the system means to whoever wanted `path` written.
    pub fn of(path: &str, source: std::io::Error) -> OutputError {
        let path = path.to_string();
        if let Some(unfit) = Unfit::of(&source) {
            return OutputError::Unfit { path, unfit };
        }
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => OutputError::Full { path },
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => OutputError::ReadOnly { path },
            _ => OutputError::Io { path, source },
        }
    }
}

/// Makes the rename last through a power cut; Windows has no such call.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_else_is_left() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "资料包/甲.txt", b"one").unwrap();
        let written = write(root.path(), "资料包/甲.txt", b"abc").unwrap();
        assert_eq!(fs::read(&written.path).unwrap(), b"abc");
        assert_eq!(written.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(fs::read_dir(root.path().join("资料包")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_grows_has_its_name_when_it_is_whole() {
        let root = tempfile::tempdir().unwrap();
        let mut growing = grow(root.path(), "甲.csv").unwrap();
        growing.write_all(b"a").unwrap();
        growing.write_all(b"bc").unwrap();
        assert!(!root.path().join("甲.csv").exists());
        let written = growing.finish().unwrap().place().unwrap();
        assert_eq!(fs::read(&written.path).unwrap(), b"abc");
        assert_eq!(
            (written.bytes, written.sha256.as_str()),
            (3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        drop(grow(root.path(), "乙.csv").unwrap());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }

    #[test]
    fn paths_that_leave_the_root_are_refused() {
        let root = tempfile::tempdir().unwrap();
        for bad in ["../x", "/x", "a/../../x", "", "C:/x", "a\\..\\x", ".", "a\0b"] {
            assert!(matches!(write(root.path(), bad, b"x"), Err(OutputError::Outside { .. })), "{bad:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_root_is_refused() {
        let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(other.path(), root.path().join("out")).unwrap();
        for path in ["out/x", "out/甲/x"] {
            let refused = write(root.path(), path, b"x");
            assert!(matches!(refused, Err(OutputError::Unfit { unfit: Unfit::Link, .. })), "{refused:?}");
        }
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
    }
}
