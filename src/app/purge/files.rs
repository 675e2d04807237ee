//! Files of the workspace that hold the people, or data of the days that were removed.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::error::AppError;
use super::super::workspace::{Workspace, failed, files_below, relative};
use crate::intake::{self, Hints};
use crate::model::personal::Purpose;
use crate::rules::{Rules, hex_sha256};
use crate::store::purge::{AgedImport, Finder, Traces};

/// Longest part of a packed file that is looked through, in bytes: as long as a sheet that could be imported.
const LONGEST_PART: u64 = 512 << 20;

type Packed<'b> = zip::ZipArchive<std::io::Cursor<&'b [u8]>>;

/// A file that holds something of the people, or of the days removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundFile {
    /// Relative to the workspace.
    pub file: String,
    /// Only a name was found: it may be another person's. Such a file is never removed.
    pub name_only: bool,
    /// It cannot be looked into (protected or damaged): look yourself. Such a file is never removed.
    pub unreadable: bool,
    /// It holds data of later days too. Such a file is never removed.
    pub later: bool,
    pub removed: bool,
}

impl FoundFile {
    fn may_go(&self) -> bool {
        !self.name_only && !self.unreadable && !self.later
    }
}

/// A removal by age: the day before which everything goes, and the files imported with data of earlier days.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Aged {
    pub before: NaiveDate,
    pub imports: Vec<AgedImport>,
}

/// Imported sheets and outputs that hold the people or the days.
pub(super) fn find(workspace: &Workspace, traces: &Traces, aged: Option<&Aged>) -> Result<Vec<FoundFile>, AppError> {
    let anybody = !(traces.people.is_empty() && traces.values.unmask(Purpose::Store).is_empty());
    let mut found = Vec::new();
    if !anybody && aged.is_none() {
        return Ok(found);
    }
    let store = &workspace.store;
    for (folder, ours) in [("inbox", false), ("out", true)] {
        let wanted = Wanted {
            numbers: store.finder_in_files(traces),
            ids: ours.then(|| store.finder_of_ids(traces)),
            names: traces.names.unmask(Purpose::Store),
        };
        for path in files_below(&workspace.root.join(folder))? {
            let bytes = std::fs::read(&path).map_err(|e| failed(&path, &e))?;
            let file = relative(&workspace.root, &path);
            let old = match aged {
                Some(aged) if ours => of_an_earlier_day(&file, aged) && !store.shows_nobody(&hex_sha256(&bytes))?,
                _ => false,
            };
            let sha256 = aged.map(|_| hex_sha256(&bytes));
            let import = aged.and_then(|a| a.imports.iter().find(|i| !ours && Some(&i.sha256) == sha256.as_ref()));
            let hit = if anybody { wanted.look(&path, &bytes, &workspace.rules) } else { Hit::Nothing };
            let file = FoundFile { file, ..FoundFile::default() };
            match (hit, import) {
                (Hit::Value, _) => found.push(file),
                _ if old => found.push(file),
                (_, Some(import)) => found.push(FoundFile { later: import.later, ..file }),
                (Hit::Name, _) => found.push(FoundFile { name_only: true, ..file }),
                (Hit::Closed, _) => found.push(FoundFile { unreadable: true, ..file }),
                (Hit::Nothing, _) => {}
            }
        }
    }
    Ok(found)
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
    /// Looks into a file: packed ones (xlsx, docx, ods) part by part, all as text in every encoding they may have,
    /// spreadsheets also cell by cell, for a number may be stored as one. Former numbers, known by their hashes only,
    /// are looked for where the text is clean.
    fn look(&self, path: &Path, bytes: &[u8], rules: &Rules) -> Hit {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        let spreadsheet = matches!(extension.as_str(), "xls" | "xlsb" | "xlsx" | "xlsm" | "ods" | "et");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok().filter(|_| bytes.starts_with(b"PK"));
        let best = match &mut archive {
            Some(archive) => self.parts(archive, !spreadsheet),
            None => self.bytes(bytes, !spreadsheet),
        };
        if best == Hit::Value || !spreadsheet {
            return best;
        }
        let sheets = intake::read(path, rules, &Hints::default()).sheets;
        let cells = sheets
            .iter()
            .filter_map(|sheet| intake::cells_csv(path, Some(&sheet.sheet), rules, &Hints::default()).ok());
        let found = cells.map(|text| self.text(&text, true)).max();
        match (found, &mut archive) {
            (Some(found), _) => best.max(found),
            // What an import refuses, as our own marked copies, is looked through all the same.
            (None, Some(archive)) => best.max(self.parts(archive, true)),
            (None, None) => best.max(Hit::Closed),
        }
    }

    fn parts(&self, archive: &mut Packed<'_>, former: bool) -> Hit {
        let mut best = Hit::Nothing;
        for index in 0..archive.len() {
            let Ok(part) = archive.by_index(index) else { continue };
            let mut inflated = Vec::new();
            // What cannot be read to its end is looked through as far as it goes.
            part.take(LONGEST_PART).read_to_end(&mut inflated).ok();
            best = best.max(self.bytes(&inflated, former));
        }
        best
    }

    fn bytes(&self, bytes: &[u8], former: bool) -> Hit {
        let utf16 = |shift: usize| {
            let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(bytes.get(shift..).unwrap_or_default());
            self.text(&text, former)
        };
        let (plain, _, broken) = encoding_rs::UTF_8.decode(bytes);
        let mut best = self.text(&plain, former);
        if broken {
            let (chinese, _, _) = encoding_rs::GB18030.decode(bytes);
            best = best.max(self.text(&chinese, former)).max(utf16(0)).max(utf16(1));
        }
        best
    }

    fn text(&self, text: &str, former: bool) -> Hit {
        let numbers = if former { self.numbers.finds(text) } else { self.numbers.finds_present(text) };
        if numbers || self.ids.as_ref().is_some_and(|ids| ids.finds_present(text)) {
            return Hit::Value;
        }
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '·');
        if self.names.is_empty() || !words.into_iter().any(|w| self.names.contains(w)) {
            Hit::Nothing
        } else {
            Hit::Name
        }
    }
}
