//! What a folder of the workspace is: made here, its owner's alone, and never a link, so that what is written, cleared,
//! imported and removed there lies there.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::workspace::settings::failed;
use crate::files::{self, Found, Unfit};
use crate::output;

/// Where imported sheets are moved to, by day.
pub(crate) const DONE: &str = "inbox/done";

/// Folders every workspace has.
const MADE: &[&str] = &["rules", "templates", "calendars", "inbox", "out", output::GROWING];
/// Folders it has from some work on. Another thing of the name is told where the folder is wanted: the rest goes on.
const LATER: &[&str] = &["inbox/done", "profiles"];
/// Files that are written in place, or by SQLite, which follows links.
const FILES: &[&str] =
    &["daifa.toml", "daifa.db", "daifa.db-wal", "daifa.db-shm", "daifa.db-journal", ".daifa/lock", ".daifa/backups"];

/// Makes the folders of a workspace, and the workspace's own.
///
/// # Errors
/// They cannot be written.
pub(crate) fn make(root: &Path) -> Result<(), AppError> {
    std::fs::create_dir_all(root).map_err(|e| failed(root, &e))?;
    // A disk that keeps no rights of its own is no reason not to work.
    files::make_private(root).ok();
    for folder in MADE {
        let path = root.join(folder);
        files::make_folder(root, &path).map_err(|e| failed(&path, &e))?;
    }
    Ok(())
}

/// Refuses a workspace one of whose folders or files is a link, or something else of that name, before anything in it is
/// used: what lies behind a link would be emptied, cut to nothing, or imported and never removed.
///
/// # Errors
/// [`AppError::Unfit`] with the first of them.
pub(crate) fn check(root: &Path) -> Result<(), AppError> {
    let unfit = |path: &Path, unfit| Err(AppError::Unfit { path: path.to_path_buf(), unfit });
    for name in MADE.iter().chain(LATER).chain(FILES) {
        let path = root.join(name);
        if let Some(link) = files::link_on_the_way(root, &path).map_err(|e| failed(&path, &e))? {
            return unfit(&link, Unfit::Link);
        }
        let fits = LATER.contains(name)
            || path.symlink_metadata().map_or(true, |m| if FILES.contains(name) { m.is_file() } else { m.is_dir() });
        if !fits {
            return unfit(&path, Unfit::Kind);
        }
    }
    Ok(())
}

/// All files below a folder, in order; none when there is no such folder. Links are not followed, and left out with all
/// that is no file: see [`all_below`].
///
/// # Errors
/// A folder that cannot be looked into.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, AppError> {
    let all = all_below(folder)?;
    Ok(all.into_iter().filter(|(_, kind)| *kind == Found::File).map(|(path, _)| path).collect())
}

/// All that lies below a folder but folders, in order, each with what it is. A link, also in the place of the folder itself,
/// is told as such and not followed.
///
/// # Errors
/// A folder that cannot be looked into.
pub(crate) fn all_below(folder: &Path) -> Result<Vec<(PathBuf, Found)>, AppError> {
    if folder.is_symlink() {
        return Ok(vec![(folder.to_path_buf(), Found::Link)]);
    }
    files::below(folder).map_err(|e| failed(folder, &e))
}
