//! One daifa at a time in a workspace: a lock the system frees when its process ends, however that comes about.

use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::Utc;

use crate::app::error::AppError;
use crate::app::error::Holder;
use crate::files;
use crate::output::{self, OutputError};

/// How long a second daifa waits for the first: most commands are done by then; after an import's minutes nobody waits.
const PATIENCE: Duration = Duration::from_secs(3);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
/// Beside the lock, for a locked file cannot be read on Windows.
const NOTE: &str = ".daifa/holder";
/// Longest note that is read, in bytes.
const LONGEST_NOTE: u64 = 64 << 10;
/// Backups at work share the lock on this file: they run beside whoever holds the workspace.
const BACKUPS: &str = ".daifa/backups";

/// The workspace is this process's alone while this value lives.
#[derive(Debug)]
pub struct Hold {
    _lock: File,
}

impl Hold {
    /// Takes the workspace, waiting a little for another daifa, and clears what a killed one left half-grown.
    ///
    /// # Errors
    /// [`AppError::Busy`] with who holds it; a folder that must not be written.
    pub fn take(root: &Path) -> Result<Hold, AppError> {
        let start = Instant::now();
        loop {
            if let Some(hold) = Hold::try_take(root)? {
                return Ok(hold);
            }
            if start.elapsed() >= PATIENCE {
                return Err(AppError::Busy { path: root.to_path_buf(), holder: holder(root) });
            }
            std::thread::sleep(BETWEEN_TRIES);
        }
    }

    /// Takes the workspace if nobody has it.
    ///
    /// # Errors
    /// A folder that must not be written, a disk that knows no locks.
    pub fn try_take(root: &Path) -> Result<Option<Hold>, AppError> {
        let path = root.join(".daifa/lock");
        let unwritable = |e| AppError::Output(OutputError::of(&path.display().to_string(), e));
        files::make_folder(root, &root.join(output::GROWING)).map_err(unwritable)?;
        let lock = files::write_own(&path).map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(e)) => return Err(unwritable(e)),
        }
        let no_backup = files::write_own(&root.join(BACKUPS)).map_err(unwritable)?;
        output::clear_growing(root, no_backup.try_lock().is_ok());
        drop(no_backup);
        // Only a word to whoever comes next: without it they are told less.
        let note = Holder { user: crate::store::user::name(), pid: std::process::id(), since: Utc::now() };
        write_note(&root.join(NOTE), &note).ok();
        Ok(Some(Hold { _lock: lock }))
    }
}

/// A backup is at work while this value lives: nobody clears the copy it makes, and what must not be in a backup any
/// more is not removed meanwhile.
#[derive(Debug)]
pub struct Copying {
    _lock: File,
}

impl Copying {
    /// Notes that a backup begins, beside others.
    ///
    /// # Errors
    /// [`AppError::Busy`] when somebody is at work beside whom no backup may run.
    pub fn begin(root: &Path) -> Result<Copying, AppError> {
        let lock = patiently(root, File::try_lock_shared)?;
        let busy = || AppError::Busy { path: root.to_path_buf(), holder: holder(root) };
        lock.map(|lock| Copying { _lock: lock }).ok_or_else(busy)
    }

    /// Keeps backups off while this value lives, and makes sure that no copy a killed one left remains. To be called by
    /// who holds the workspace.
    ///
    /// # Errors
    /// [`AppError::BackupRunning`]; [`AppError::Leftovers`] when something left cannot be removed.
    pub fn forbid(root: &Path) -> Result<Copying, AppError> {
        let running = || AppError::BackupRunning { path: root.to_path_buf() };
        let lock = patiently(root, File::try_lock)?.ok_or_else(running)?;
        output::clear_growing(root, true);
        match fs::read_dir(root.join(output::GROWING)).into_iter().flatten().flatten().next() {
            Some(left) => Err(AppError::Leftovers { path: left.path() }),
            None => Ok(Copying { _lock: lock }),
        }
    }
}

/// The lock of the backups, if it can be had within [`PATIENCE`].
fn patiently(root: &Path, try_lock: impl Fn(&File) -> Result<(), TryLockError>) -> Result<Option<File>, AppError> {
    let path = root.join(BACKUPS);
    let unwritable = |e| AppError::Output(OutputError::of(&path.display().to_string(), e));
    let file = files::write_own(&path).map_err(unwritable)?;
    let start = Instant::now();
    loop {
        match try_lock(&file) {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(e)) => return Err(unwritable(e)),
            Err(TryLockError::WouldBlock) if start.elapsed() >= PATIENCE => return Ok(None),
            Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN_TRIES),
        }
    }
}

fn write_note(path: &Path, note: &Holder) -> std::io::Result<()> {
    let text = serde_json::to_string(note)?;
    let mut file = files::write_own(path)?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())
}

fn holder(root: &Path) -> Option<Holder> {
    serde_json::from_str(&files::read_own_text(&root.join(NOTE), LONGEST_NOTE).ok()?).ok()
}
