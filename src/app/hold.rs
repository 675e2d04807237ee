//! One daifa at a time in a workspace: a lock the system frees when its process ends, however that comes about.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Local, Utc};
use serde::{Deserialize, Serialize};

use super::error::AppError;
use crate::output::{self, OutputError};

/// How long a second daifa waits for the first: most commands are done by then; after an import's minutes nobody waits.
const PATIENCE: Duration = Duration::from_secs(3);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
/// Beside the lock, for a locked file cannot be read on Windows.
const NOTE: &str = ".daifa/holder";

/// The workspace is this process's alone while this value lives.
#[derive(Debug)]
pub struct Hold {
    _lock: File,
}

/// Who holds a workspace, as they noted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub user: String,
    pub pid: u32,
    pub since: DateTime<Utc>,
}

impl Holder {
    /// When it began, in the PC's own time.
    pub fn since(&self) -> String {
        self.since.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string()
    }
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
        fs::create_dir_all(root.join(output::GROWING)).map_err(unwritable)?;
        let lock = File::create(&path).map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(e)) => return Err(unwritable(e)),
        }
        output::clear_growing(root);
        // Only a word to whoever comes next: without it they are told less.
        let note = Holder { user: user(), pid: std::process::id(), since: Utc::now() };
        serde_json::to_string(&note).map(|text| fs::write(root.join(NOTE), text)).ok();
        Ok(Some(Hold { _lock: lock }))
    }
}

fn holder(root: &Path) -> Option<Holder> {
    serde_json::from_str(&fs::read_to_string(root.join(NOTE)).ok()?).ok()
}

/// The operating system's user name.
fn user() -> String {
    ["USERNAME", "USER", "LOGNAME"].iter().find_map(|v| std::env::var(v).ok()).unwrap_or_else(|| "?".into())
}
