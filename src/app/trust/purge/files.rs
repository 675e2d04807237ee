//! Files of the workspace that hold the people, or data of the days that were removed. Each is looked into as an import
//! reads it: under the same guard, in a process of its own, within the same bounds. What goes beyond them is named, to be
//! looked at by somebody.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::app::trust::backup::digest;
use crate::app::trust::purge::outcome::FoundFile;
use crate::app::workspace::folders::all_below;
use crate::app::workspace::open::Workspace;
use crate::app::workspace::open::failed;
use crate::app::workspace::open::relative;
use crate::files::{self, Found as Lying};
use crate::intake::search;
use crate::model::personal::Purpose;
use crate::rules::import::limits::ImportLimits;
use crate::store::trust::purge::{AgedImport, Finder, Found, Traces};

/// Folders that are looked through, and whether the files in them are ours.
const FOLDERS: [(&str, bool); 3] = [("inbox", false), ("out", true), ("profiles", false)];
/// Files after which it is kept how far the search is.
const AT_ONCE: usize = 100;
/// Formats whose rows are looked at as well: a number may be stored as one.
const SPREADSHEETS: [&str; 6] = ["xls", "xlsb", "xlsx", "xlsm", "ods", "et"];

impl FoundFile {
    fn may_go(&self) -> bool {
        !(self.name_only || self.doubtful || self.unreadable || self.later)
    }
}

/// A removal by age: the day before which everything goes, and the files imported with data of earlier days.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Aged {
    pub before: NaiveDate,
    pub imports: Vec<AgedImport>,
}

/// The file that is being looked into.
#[derive(Debug, Clone, Copy)]
pub struct Looking<'f> {
    /// Relative to the workspace.
    pub file: &'f str,
    /// From 1.
    pub number: usize,
    pub files: usize,
}

/// A search through the files of a workspace.
pub(super) struct Search<'a> {
    root: PathBuf,
    limits: ImportLimits,
    /// Outputs in which nobody stands, by hash, where days are removed.
    shows_nobody: HashSet<String>,
    aged: Option<&'a Aged>,
    /// What is looked for in files of others, and in ours; nothing where nobody is removed.
    wanted: Option<[Wanted<'a>; 2]>,
    /// What lies there, and whether it is in a folder of ours.
    files: Vec<(PathBuf, Lying, bool)>,
    /// Files looked into so far.
    done: usize,
    last: Option<String>,
}

impl<'a> Search<'a> {
    pub fn new(workspace: &Workspace, traces: &'a Traces, aged: Option<&'a Aged>) -> Result<Search<'a>, AppError> {
        let store = &workspace.store;
        let anybody = !(traces.people.is_empty() && traces.values.unmask(Purpose::Store).is_empty());
        let wanted = |ours: bool| -> Result<Wanted<'a>, AppError> {
            Ok(Wanted {
                numbers: store.finder_in_files(traces)?,
                ids: ours.then(|| store.finder_of_ids(traces)),
                names: traces.names.unmask(Purpose::Store),
            })
        };
        let mut files = Vec::new();
        if anybody || aged.is_some() {
            for (folder, ours) in FOLDERS {
                let lying = all_below(&workspace.root.join(folder))?;
                files.extend(lying.into_iter().map(|(path, kind)| (path, kind, ours)));
            }
        }
        Ok(Search {
            root: workspace.root.clone(),
            limits: workspace.rules.limits.clone(),
            shows_nobody: if aged.is_some() { store.outputs_that_show_nobody()? } else { HashSet::new() },
            aged,
            wanted: if anybody { Some([wanted(false)?, wanted(true)?]) } else { None },
            files,
            done: 0,
            last: None,
        })
    }

    /// Leaves out what was looked into before, up to and with this file; `false` when it is gone and all is looked into
    /// anew.
    pub fn skip_to(&mut self, file: &str) -> bool {
        let at = self.files.iter().position(|(path, _, _)| relative(&self.root, path) == file);
        self.done = at.map_or(0, |at| at + 1);
        self.last = at.map(|_| file.to_string());
        at.is_some()
    }

    /// The last file that was looked into.
    pub fn up_to(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// Looks into all files that are left.
    pub fn all(&mut self, watch: crate::app::trust::purge::Watch<'_>) -> Result<Vec<FoundFile>, AppError> {
        let mut found = Vec::new();
        while let Some(some) = self.some(watch)? {
            found.extend(some);
        }
        Ok(found)
    }

    /// Looks into the next files; `None` when there are no more.
    pub fn some(&mut self, watch: crate::app::trust::purge::Watch<'_>) -> Result<Option<Vec<FoundFile>>, AppError> {
        if self.done >= self.files.len() {
            return Ok(None);
        }
        let mut found = Vec::new();
        let end = self.files.len().min(self.done + AT_ONCE);
        for index in self.done..end {
            let (path, kind, ours) = &self.files[index];
            let file = relative(&self.root, path);
            watch(&Looking { file: &file, number: index + 1, files: self.files.len() });
            if *kind == Lying::File {
                found.extend(self.look(path, file.clone(), *ours)?);
            } else {
                // Where a link leads is not looked at, and a pipe would keep us waiting.
                found.push(FoundFile { file: file.clone(), unreadable: true, ..FoundFile::default() });
            }
            self.last = Some(file);
        }
        self.done = end;
        Ok(Some(found))
    }

    /// What is found in one file. One that went while the search was on its way holds nothing any more.
    fn look(&self, path: &Path, file: String, ours: bool) -> Result<Option<FoundFile>, AppError> {
        let (mut old, mut import) = (false, None);
        if let Some(aged) = self.aged {
            let opened = match files::open_own(path) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                opened => opened,
            };
            // One that cannot be opened is to be looked at; the others go on.
            let Ok((_, sha256)) = opened.map_err(|e| failed(path, &e)).and_then(|from| digest(from, path)) else {
                return Ok(Some(FoundFile { file, unreadable: true, ..FoundFile::default() }));
            };
            old = ours && of_an_earlier_day(&file, aged) && !self.shows_nobody.contains(&sha256);
            import = aged.imports.iter().find(|i| !ours && i.sha256 == sha256);
        }
        let hit = match &self.wanted {
            Some(wanted) => wanted[usize::from(ours)].look(path, &self.limits),
            None => Hit::Nothing,
        };
        let found = FoundFile { file, ..FoundFile::default() };
        Ok(match (hit, import) {
            (Hit::Value, _) => Some(found),
            _ if old => Some(found),
            (_, Some(import)) => Some(FoundFile { later: import.later, ..found }),
            (Hit::Closed, _) => Some(FoundFile { unreadable: true, ..found }),
            (Hit::Name, _) => Some(FoundFile { name_only: true, ..found }),
            (Hit::Doubtful, _) => Some(FoundFile { doubtful: true, ..found }),
            (Hit::Nothing, _) => None,
        })
    }
}

/// Whether an output stands in the folder of an earlier day.
fn of_an_earlier_day(file: &str, aged: &Aged) -> bool {
    let day = file.split('/').nth(1).and_then(|d| d.parse::<NaiveDate>().ok());
    day.is_some_and(|d| d < aged.before)
}

/// Removes the files that may go; those that are gone already were removed before.
pub(super) fn remove(workspace: &Workspace, files: &mut [FoundFile]) -> Result<(), AppError> {
    for file in files.iter_mut().filter(|f| f.may_go()) {
        let path = workspace.root.join(&file.file);
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(&path, &e)),
            _ => file.removed = true,
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hit {
    Nothing,
    Doubtful,
    Name,
    Closed,
    Value,
}

/// What is looked for in files.
struct Wanted<'a> {
    /// Numbers the people have or had.
    numbers: Finder,
    /// Our own numbers of people and tasks, where files are ours.
    ids: Option<Finder>,
    names: &'a HashSet<String>,
}

impl Wanted<'_> {
    /// Looks into a file: all its text in every encoding it may have, packed ones part by part; spreadsheets also row by
    /// row, for a number may be stored as one, and a number that may be something else is the person's where the row has
    /// the name. Former numbers, known by their hashes only, are looked for where the text is clean.
    fn look(&self, path: &Path, limits: &ImportLimits) -> Hit {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        let spreadsheet = SPREADSHEETS.contains(&extension.as_str());
        let mut best = self.in_texts(path, limits, !spreadsheet);
        if best == Hit::Value || !spreadsheet {
            return best;
        }
        let mut in_rows = Hit::Nothing;
        let read = search::rows(path, limits, &mut |row| {
            in_rows = in_rows.max(self.line(row, true));
            in_rows != Hit::Value
        });
        best = best.max(in_rows);
        match read {
            Ok(()) => best,
            // What an import refuses although its text could be seen, as our own marked copies.
            Err(_) if best < Hit::Closed => best.max(self.in_texts(path, limits, true)),
            Err(_) => best,
        }
    }

    fn in_texts(&self, path: &Path, limits: &ImportLimits, former: bool) -> Hit {
        let mut best = Hit::Nothing;
        let seen = search::texts(path, limits, &mut |text| {
            // Marks of a packed document part nothing: a line of it is all of it.
            let lines = if text.contains('<') { Lines::Whole } else { Lines::Parted };
            best = best.max(self.text(text, lines, former));
            best != Hit::Value
        });
        if seen.is_err() && best != Hit::Value { Hit::Closed } else { best }
    }

    fn text(&self, text: &str, lines: Lines, former: bool) -> Hit {
        match lines {
            Lines::Parted => text.lines().map(|line| self.line(line, former)).max().unwrap_or(Hit::Nothing),
            Lines::Whole => text.split(['<', '>']).map(|part| self.line(part, former)).max().unwrap_or(Hit::Nothing),
        }
    }

    /// What a line or a row says of them.
    fn line(&self, text: &str, former: bool) -> Hit {
        let found = if former { self.numbers.find(text) } else { self.numbers.find_present(text) };
        if found == Found::Sure || self.ids.as_ref().is_some_and(|ids| ids.find_present(text) == Found::Sure) {
            return Hit::Value;
        }
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '·');
        if !self.names.is_empty() && words.into_iter().any(|w| self.names.contains(w)) {
            return Hit::Name;
        }
        if found == Found::Doubtful { Hit::Doubtful } else { Hit::Nothing }
    }
}

/// How a text is parted.
#[derive(Clone, Copy)]
enum Lines {
    /// Into its lines.
    Parted,
    /// At the marks of markup.
    Whole,
}
