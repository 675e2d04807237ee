//! A backup: the database, the branch's own rules, words, templates and holidays, and the settings, in one sealed file.
//!
//! The file: a line naming the format, a line of JSON ([`Header`], readable, holds no data of people), then a sealed
//! stream: a JSON [`Manifest`] with its length in front, then each file's bytes in its order.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::app::error::AppError;
use crate::app::workspace::hold::Copying;
use crate::app::workspace::open::Workspace;
use crate::app::workspace::open::WorkspaceFile;
use crate::app::workspace::open::failed;
use crate::app::workspace::open::overlay_files;
use crate::app::workspace::unlock::Given;
use crate::app::workspace::unlock::must_be_long;
use crate::app::workspace::unlock::tries;
use crate::files;
use crate::store::trust::audit::{AuditHead, AuditNote};
use crate::store::trust::keys::{self, SecretKey, WrappedKey};
use crate::store::trust::sealed::{Opener, Sealer, container_key};
use crate::store::{StoreError, copy, schema};

const FORMAT: &str = "daifa backup 1";
pub(crate) const DATABASE: &str = "daifa.db";
pub(crate) const SETTINGS: &str = "daifa.toml";
/// What the audit calls a backup that was noted and then not placed.
pub(crate) const FAILED: &str = "backup_failed";
/// The backup, whole, until the audit knows of it.
const SEALED: &str = "sealed";
/// Longest first lines that are read before anything is known to be right.
const LONGEST_HEADER: u64 = 64 << 10;
const LONGEST_MANIFEST: u64 = 64 << 20;

/// What can be read of a backup without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the store's schema.
    pub format: i64,
    /// Version of the program that wrote it.
    pub program: String,
    pub uuid: String,
    /// UTC.
    pub created: String,
    /// The database key, wrapped as in the workspace, or by the backup's own passphrase.
    pub key: WrappedKey,
    /// By which the database key is known: that it is the right one is then certain whatever else is damaged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_by: Option<String>,
    /// SHA-256 of this header without it: a damaged header is not taken for another key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Header {
    /// The header as it is written, with its own sum.
    fn summed(mut self) -> Result<Header, AppError> {
        self.sha256 = None;
        let text = serde_json::to_string(&self).map_err(|e| inner(&e))?;
        self.sha256 = Some(crate::rules::hex_sha256(text.as_bytes()));
        Ok(self)
    }

    /// Whether it is as it was written. Those of versions before this one have no sum.
    fn is_whole(&self) -> bool {
        match (&self.sha256, &self.known_by) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some(sum), _) => self.clone().summed().is_ok_and(|again| again.sha256.as_ref() == Some(sum)),
        }
    }
}

/// By which a backup knows its key; says nothing of the key itself.
fn known_by(key: &SecretKey) -> String {
    let mut hash = Sha256::new().chain_update(b"daifa backup key").chain_update(key.to_hex()).finalize().to_vec();
    hash.truncate(16);
    keys::hex(&hash)
}

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub files: Vec<ManifestFile>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

/// How far a backup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Making {
    /// The database is copied.
    Copying,
    /// The copy, or the backup, is read through.
    Checking,
    /// So many bytes are encrypted into the backup, of so many.
    Writing { done: u64, bytes: u64 },
    /// Another program keeps it from being noted in the audit.
    Waiting,
}

/// Bytes between two looks at how far it is.
const PIECE: u64 = 8 << 20;

/// A backup that was made.
#[derive(Debug, Clone, Serialize)]
pub struct Backup {
    pub file: PathBuf,
    pub bytes: u64,
    pub sha256: String,
    pub files: usize,
    /// `key_file` or `passphrase`: what opens it.
    pub by: String,
    pub audit: AuditHead,
}

/// Writes a backup of the workspace to `file`, which must not exist; reads it back whole before it says so.
/// Others may read and write the database meanwhile; `see` is told how far it is, and each time an import has kept it from
/// being noted in the audit, before which it does not get its name.
///
/// # Errors
/// The file exists, cannot be written, or does not read back as it was written; the database is damaged.
pub fn backup(
    workspace: &Workspace,
    file: &Path,
    passphrase: Option<&str>,
    see: &mut dyn FnMut(Making),
) -> Result<Backup, AppError> {
    if file.exists() {
        return Err(AppError::FileExists { path: file.to_path_buf() });
    }
    passphrase.map_or(Ok(()), |text| must_be_long(text, &workspace.rules.passphrase))?;
    let io = |e: std::io::Error| failed(file, &e);
    // A place that cannot be written is told before the work is done.
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let placed = tempfile::Builder::new().prefix(".daifa-").tempfile_in(folder).map_err(io)?;
    let _copying = Copying::begin(&workspace.root)?;
    let temporary = tempfile::Builder::new().prefix("backup-").tempdir_in(workspace.root.join(".daifa/tmp"));
    let temporary = temporary.map_err(|e| failed(&workspace.root, &e))?;
    let database = temporary.path().join(DATABASE);
    see(Making::Copying);
    workspace.store.copy_to(&database)?;
    see(Making::Checking);
    if !copy::is_sound(&database, &workspace.key)? {
        return Err(StoreError::Damaged { what: "database" }.into());
    }
    let key = match passphrase {
        Some(text) => keys::wrap_with_passphrase(&workspace.key, text, &workspace.file.uuid)?,
        None => workspace.file.key.clone(),
    };
    let settings = WorkspaceFile { next_key: None, next_recovery: None, ..workspace.file.clone() };
    let settings = toml::to_string(&settings).map_err(|e| inner(&e))?;
    let settings_path = temporary.path().join(SETTINGS);
    std::fs::write(&settings_path, settings).map_err(|e| failed(&settings_path, &e))?;
    let mut sources = vec![(DATABASE.to_string(), database.clone()), (SETTINGS.to_string(), settings_path)];
    sources.extend(overlay_files(&workspace.root)?.into_keys().map(|name| (name.clone(), workspace.root.join(name))));
    let mut manifest = Manifest { files: Vec::new() };
    for (name, path) in &sources {
        let (bytes, sha256) = digest(files::open_own(path).map_err(|e| failed(path, &e))?, path)?;
        manifest.files.push(ManifestFile { name: name.clone(), bytes, sha256 });
    }
    let header = Header {
        format: schema::version(),
        program: env!("CARGO_PKG_VERSION").to_string(),
        uuid: workspace.file.uuid.clone(),
        created: crate::store::now_utc(),
        key,
        known_by: Some(known_by(&workspace.key)),
        sha256: None,
    };
    let header = header.summed()?;
    // Where the next opening clears it away, should this run be killed before the audit knows of it.
    let sealed = temporary.path().join(SEALED);
    let mut out = files::create_new(&sealed).map_err(|e| failed(&sealed, &e))?;
    write_all(&mut out, &sealed, &header, &manifest, &sources, &workspace.key, see)?;
    std::fs::remove_file(&database).map_err(|e| failed(&database, &e))?;
    see(Making::Checking);
    let mut read = Reading::open(&sealed)?;
    read.unlock(&workspace.key)?;
    if read.manifest()? != manifest {
        return Err(damaged(file));
    }
    read.each(&manifest, |_, bytes| std::io::copy(bytes, &mut std::io::sink()).map(|_| ()).map_err(io))?;
    let (bytes, sha256) = digest(File::open(&sealed).map_err(|e| failed(&sealed, &e))?, &sealed)?;
    let mut note = AuditNote {
        action: "backup",
        purpose: header.key.by.clone(),
        subject: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        rows: manifest.files.len() as i64,
        columns: Vec::new(),
        mask_level: "whole",
        sha256: sha256.clone(),
    };
    // Noted first: a file with everybody's data never lies anywhere unknown to the audit.
    let audit = note_patiently(workspace, &note, see)?;
    if let Err(error) = place(placed, &sealed, file, &sha256) {
        note.action = FAILED;
        note_patiently(workspace, &note, see)?;
        return Err(error);
    }
    Ok(Backup { file: file.to_path_buf(), bytes, sha256, files: manifest.files.len(), by: header.key.by, audit })
}

/// An import keeps the database for as long as it takes to store a file: while another daifa is at work, its end is
/// waited for.
fn note_patiently(workspace: &Workspace, note: &AuditNote, see: &mut dyn FnMut(Making)) -> Result<AuditHead, AppError> {
    loop {
        // Looked at before the attempt: one that ends meanwhile leaves time for another.
        let beside = workspace.is_beside_another()?;
        match workspace.store.audit(note) {
            Err(StoreError::Locked) if beside => see(Making::Waiting),
            done => return Ok(done?),
        }
    }
}

/// Copies the sealed file beside its place, reads it back and gives it its name.
fn place(mut placed: NamedTempFile, sealed: &Path, file: &Path, sha256: &str) -> Result<(), AppError> {
    let io = |e: std::io::Error| failed(file, &e);
    std::io::copy(&mut File::open(sealed).map_err(|e| failed(sealed, &e))?, &mut placed).map_err(io)?;
    placed.as_file().sync_all().map_err(io)?;
    if digest(File::open(placed.path()).map_err(io)?, file)?.1 != sha256 {
        return Err(damaged(file));
    }
    placed.persist_noclobber(file).map(|_| ()).map_err(|e| io(e.error))
}

fn write_all(
    out: &mut File,
    file: &Path,
    header: &Header,
    manifest: &Manifest,
    sources: &[(String, PathBuf)],
    key: &SecretKey,
    see: &mut dyn FnMut(Making),
) -> Result<(), AppError> {
    let io = |e: std::io::Error| failed(file, &e);
    let bytes: u64 = manifest.files.iter().map(|f| f.bytes).sum();
    let header = serde_json::to_string(header).map_err(|e| inner(&e))?;
    let manifest = serde_json::to_vec(manifest).map_err(|e| inner(&e))?;
    write!(out, "{FORMAT}\n{header}\n").map_err(io)?;
    let mut sealer = Sealer::new(out, &container_key(key), header.as_bytes())?;
    sealer.write_all(&(manifest.len() as u64).to_le_bytes()).map_err(io)?;
    sealer.write_all(&manifest).map_err(io)?;
    let mut done = 0;
    for (_, path) in sources {
        let mut source = files::open_own(path).map_err(|e| failed(path, &e))?;
        loop {
            see(Making::Writing { done, bytes });
            match std::io::copy(&mut (&mut source).take(PIECE), &mut sealer).map_err(io)? {
                0 => break,
                more => done += more,
            }
        }
    }
    sealer.finish().map_err(io)?;
    Ok(())
}

/// Length and SHA-256 of what `from` gives.
pub(crate) fn digest(from: impl Read, path: &Path) -> Result<(u64, String), AppError> {
    files::sha256(from).map_err(|e| failed(path, &e))
}

fn inner(error: &dyn std::fmt::Display) -> AppError {
    AppError::Inner { what: "backup", reason: error.to_string() }
}

fn damaged(path: &Path) -> AppError {
    AppError::BackupDamaged { path: path.to_path_buf() }
}

/// A backup being read.
pub(crate) struct Reading {
    path: PathBuf,
    pub(crate) header: Header,
    /// The header as it stands: bound into the sealed stream.
    line: String,
    from: Option<BufReader<File>>,
    opener: Option<Opener<BufReader<File>>>,
}

impl Reading {
    pub(crate) fn open(path: &Path) -> Result<Reading, AppError> {
        let file = files::open(path).map_err(|e| failed(path, &e))?;
        let mut from = BufReader::new(file);
        let mut line = || -> Result<String, AppError> {
            let mut text = String::new();
            (&mut from).take(LONGEST_HEADER).read_line(&mut text).map_err(|_| damaged(path))?;
            text.pop().filter(|c| *c == '\n').ok_or_else(|| damaged(path))?;
            Ok(text)
        };
        if line()? != FORMAT {
            return Err(damaged(path));
        }
        let line = line()?;
        let header: Header = serde_json::from_str(&line).map_err(|_| damaged(path))?;
        if !header.is_whole() {
            return Err(damaged(path));
        }
        if header.format > schema::version() {
            return Err(StoreError::NewerWorkspace { found: header.format, known: schema::version() }.into());
        }
        Ok(Reading { path: path.to_path_buf(), header, line, from: Some(from), opener: None })
    }

    /// The database key, from what is at hand.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when none of the keys is this backup's; damaged when one is and does not open it.
    pub(crate) fn find_key(&self, given: &Given) -> Result<SecretKey, AppError> {
        let tries = tries(&self.header.key, &self.header.uuid, given)?;
        // A wrap opens only with its own key.
        let known = |key: &SecretKey| self.header.known_by.as_ref() == Some(&known_by(key));
        let certain = !tries.unwrapped.is_empty() || tries.plain.iter().any(known);
        for key in tries.unwrapped.into_iter().chain(tries.plain) {
            let mut probe = Reading::open(&self.path)?;
            if probe.unlock(&key).is_ok() && probe.peek().is_ok() {
                return Ok(key);
            }
        }
        Err(if certain { damaged(&self.path) } else { StoreError::WrongKey.into() })
    }

    pub(crate) fn unlock(&mut self, key: &SecretKey) -> Result<(), AppError> {
        let from = self.from.take().ok_or_else(|| damaged(&self.path))?;
        let opener = Opener::new(from, &container_key(key), self.line.as_bytes()).map_err(|_| damaged(&self.path))?;
        self.opener = Some(opener);
        Ok(())
    }

    fn opener(&mut self) -> Result<&mut Opener<BufReader<File>>, AppError> {
        self.opener.as_mut().ok_or(AppError::Store(StoreError::WrongKey))
    }

    /// The manifest's length: the first bytes that need the right key.
    fn peek(&mut self) -> Result<u64, AppError> {
        let path = self.path.clone();
        let mut length = [0; 8];
        self.opener()?.read_exact(&mut length).map_err(|_| damaged(&path))?;
        Ok(u64::from_le_bytes(length))
    }

    pub(crate) fn manifest(&mut self) -> Result<Manifest, AppError> {
        let path = self.path.clone();
        let length = self.peek()?;
        if length > LONGEST_MANIFEST {
            return Err(damaged(&path));
        }
        let mut text = Vec::new();
        self.opener()?.take(length).read_to_end(&mut text).map_err(|_| damaged(&path))?;
        serde_json::from_slice(&text).map_err(|_| damaged(&path))
    }

    /// Gives each file's bytes to `take`; fails when one differs from the manifest or anything follows the last.
    pub(crate) fn each(
        &mut self,
        manifest: &Manifest,
        mut take: impl FnMut(&ManifestFile, &mut dyn Read) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let path = self.path.clone();
        let opener = self.opener()?;
        for file in &manifest.files {
            let mut hashing = Hashing { from: opener.take(file.bytes), digest: Sha256::new(), bytes: 0 };
            take(file, &mut hashing)?;
            if hashing.bytes != file.bytes || keys::hex(&hashing.digest.finalize()) != file.sha256 {
                return Err(damaged(&path));
            }
        }
        match opener.read(&mut [0]) {
            Ok(0) => Ok(()),
            _ => Err(damaged(&path)),
        }
    }
}

/// Hashes what passes through.
struct Hashing<R: Read> {
    from: R,
    digest: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let n = self.from.read(to)?;
        self.digest.update(&to[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Earlier versions wrote the end of an audit chain that need not be the copy's.
    #[test]
    fn a_manifest_tells_of_the_files_and_one_of_before_is_read() {
        let file = r#"{"name":"daifa.db","bytes":3,"sha256":"ab"}"#;
        let before = format!(r#"{{"files":[{file}],"audit":{{"seq":7,"hash":"cd"}}}}"#);
        let manifest: Manifest = serde_json::from_str(&before).unwrap();
        assert_eq!(serde_json::to_string(&manifest).unwrap(), format!(r#"{{"files":[{file}]}}"#));
    }
}
