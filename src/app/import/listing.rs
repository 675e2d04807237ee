//! Which files an import is about, and what each is called.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::workspace::open::failed;
use crate::app::workspace::open::files_below;
use crate::model::problem::codes;
use crate::model::{Param, Place, Problem};

/// Files to import, and folders that are passed over.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub files: Vec<PathBuf>,
    /// What is to be told of folders in which files lie that nobody reads.
    pub passed_over: Vec<Problem>,
}

/// Files under `paths`, folders one level deep, hidden and Excel's lock files left out, in order of name; a file that is
/// named twice once. A folder inside a folder is told of, unless nothing lies in it or it is `done`, where files go that
/// were imported. The inbox, in which `done` lies, is taken with all its folders: outlets put what they send back into
/// their own.
///
/// # Errors
/// A path that is not there, or a folder that cannot be read.
pub(super) fn list_files(paths: &[PathBuf], done: &Path) -> Result<Listing, AppError> {
    let mut listing = Listing::default();
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let done = real(done);
    for path in paths {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|e| failed(path, &e))?;
            let mut inside: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| is_sheet_file(p)).collect();
            inside.sort();
            for entry in inside {
                if entry.is_symlink() || !entry.is_dir() {
                    listing.files.push(entry);
                } else if real(&entry) != done {
                    match files_below(&entry) {
                        Ok(below) if done.parent() == Some(real(path).as_path()) => {
                            listing.files.extend(below.into_iter().filter(|file| is_shown(file, path)));
                        }
                        _ => listing.passed_over.extend(passed_over(&entry)),
                    }
                }
            }
        } else if path.exists() {
            listing.files.push(led_to(path));
        } else {
            return Err(AppError::NoFile { path: path.clone() });
        }
    }
    let mut seen = BTreeSet::new();
    listing.files.retain(|file| seen.insert(real(file)));
    Ok(listing)
}

/// The file a link leads to that somebody has named; one that is only found in a folder is refused when it is read.
pub(in crate::app) fn led_to(path: &Path) -> PathBuf {
    let target = path.is_symlink().then(|| path.canonicalize().ok()).flatten();
    target.unwrap_or_else(|| path.to_path_buf())
}

/// What is to be told of a folder inside one that is imported; nothing where nothing lies in it.
fn passed_over(folder: &Path) -> Option<Problem> {
    // One that cannot be looked into is told of as well.
    let files = files_below(folder).map(|files| files.iter().filter(|f| is_sheet_file(f)).count());
    if files.as_ref().is_ok_and(|n| *n == 0) {
        return None;
    }
    let place = Place { file: last_parts(folder, 2), sheet: None, cell: None };
    let params = vec![("files", Param::Count(files.unwrap_or(0) as i64))];
    Some(codes::FOLDER_PASSED_OVER.at(place, params))
}

/// Whether a file in a folder is one to import: not hidden, not the lock file of an open workbook, not a note of ours.
pub fn is_sheet_file(path: &Path) -> bool {
    let name = file_name(path);
    !(name.starts_with('.') || name.starts_with("~$") || name.ends_with(".md") || name.ends_with(".json"))
}

/// Whether a file below a folder is one to import, and no folder on the way is hidden.
fn is_shown(file: &Path, below: &Path) -> bool {
    let way = file.strip_prefix(below).unwrap_or(file);
    is_sheet_file(file) && !way.components().any(|c| c.as_os_str().to_string_lossy().starts_with('.'))
}

/// What each file is called: its name, with as many of its folders as it takes to tell it from others of the name.
pub(super) fn labels<'p>(paths: impl Iterator<Item = &'p PathBuf>) -> BTreeMap<PathBuf, String> {
    let paths: Vec<&PathBuf> = paths.collect();
    let label = |path: &PathBuf| {
        let alone = |n: &usize| paths.iter().filter(|p| **p != path).all(|p| last_parts(p, *n) != last_parts(path, *n));
        let parts = (1..=path.components().count()).find(alone).unwrap_or(1);
        (path.clone(), last_parts(path, parts))
    };
    paths.iter().map(|path| label(path)).collect()
}

/// The last parts of a path, with `/` between them.
fn last_parts(path: &Path, parts: usize) -> String {
    let all: Vec<String> = path.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    all[all.len().saturating_sub(parts)..].join("/")
}

/// The name of a file without its folders.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}
