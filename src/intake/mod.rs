//! Floor 2: messy sheets → typed rows and problems. Nothing is written, nothing stops at the first bad row, and
//! what is wrong is a [`Problem`], never an error.
//!
//! `guard` looks into the file, `book` opens it, `title` and `header` find out what it is, one module per kind of
//! sheet makes its rows from what `fields` and `value` read.

mod cells;
mod file;
mod header;
mod kinds;
mod mapping;
mod rows;
pub mod sandbox;
mod sheet;
mod title;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod glance;
pub mod issue;
pub mod search;
mod value;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::model::problem::Problem;
use crate::model::rows::Rows;
use crate::model::status::SheetKind;
use crate::model::{ProductSet, Severity};
use crate::rules::Rules;
use crate::rules::import::ImportRules;

pub use crate::intake::cells::{Cells, cells_csv, cells_csv_in_pieces};
pub use crate::intake::file::cell::{Cell, Row};
use crate::intake::file::open::Book;
use crate::intake::file::source::Source;
pub use crate::intake::glance::{Glance, glance};
use crate::intake::header::detect::Aliases;
pub use crate::intake::header::layout::{ColumnReading, How};
pub use crate::intake::header::units::unit_of;
pub use crate::intake::header::withheld::Withheld;
use crate::intake::issue::Fault;
pub use crate::intake::mapping::draft::{Draft, DraftColumn};
pub use crate::intake::mapping::profile::Profile;
pub use crate::intake::mapping::profile_fault::{ProfileFault, Slip};
pub use crate::intake::rows::magnitude::ColumnScale;
pub use crate::intake::sandbox::child::serve;
pub use crate::intake::sandbox::parent::{COMMAND as READ_COMMAND, read_with};
use crate::intake::sandbox::parent::{Request, Sheets};
use crate::intake::sheet::walk::{Table, Tools};
use crate::intake::value::lexicon::Lexicon;
pub use crate::intake::value::money::Unit;

/// What the user says about a file that the file may not say itself. A row's own column still wins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    pub kind: Option<SheetKind>,
    pub as_of: Option<NaiveDate>,
    pub employer: Option<String>,
    pub payday: Option<NaiveDate>,
    /// Unit of all money columns, whatever the sheet says.
    pub unit: Option<Unit>,
    /// The day of the import, for dates without a year where nothing else tells it.
    pub today: Option<NaiveDate>,
    /// Passwords for protected workbooks, one a line.
    pub password_file: Option<PathBuf>,
    /// What the user says about the columns; the first that fits a sheet is applied to it.
    pub profiles: Vec<Profile>,
    /// Layouts confirmed before, by fingerprint.
    pub layouts: BTreeMap<String, KnownLayout>,
}

/// A layout that was confirmed before.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownLayout {
    pub profile: Profile,
    /// By a person, with a profile; else by an import of columns that were sure. What a person has confirmed is not asked
    /// again whatever stands in the cells.
    pub by_person: bool,
}

/// All that was read of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileReading {
    /// File name only.
    pub file: String,
    /// Lower-case hexadecimal; empty when the file could not be opened.
    pub sha256: String,
    pub sheets: Vec<SheetReading>,
    /// In the order of the sheets. An error without a cell means that its sheet (or the file) cannot be imported.
    pub problems: Vec<Problem>,
}

/// What was read of one sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetReading {
    pub sheet: String,
    pub kind: Option<SheetKind>,
    /// The rows above the header as text.
    pub title: Vec<String>,
    /// First and last row of the header, 0-based.
    pub header_rows: Option<(u32, u32)>,
    pub columns: Vec<ColumnReading>,
    /// Unit of money the title gives: `yuan`, `ten_thousand` … (`word.unit_<key>`).
    pub unit: Option<String>,
    /// The one date of all holdings rows; `None` when they differ.
    pub as_of: Option<NaiveDate>,
    /// The one payday of all payroll rows; `None` when they differ.
    pub payday: Option<NaiveDate>,
    /// First day of the month the title names.
    pub month: Option<NaiveDate>,
    /// From the hint or the title; rows with a column of their own carry their own.
    pub employer: Option<String>,
    /// Employer of rows that name none and whose people are not known from elsewhere.
    pub fallback_employer: Option<String>,
    /// A profile or a remembered layout, where one was applied.
    pub how: Option<How>,
    /// Headers the user's profile names that the sheet has not, where it does not fit.
    pub misfit: Option<Vec<String>>,
    /// Names the layout whatever its data, with what is worth remembering of it.
    pub layout: Option<(String, Profile)>,
    /// A mapping profile made ready, where something has to be asked.
    pub draft: Option<Draft>,
    /// Products whose flag or balance column is there (holdings).
    pub covered: ProductSet,
    /// Rows that were good; `None` when the sheet was not understood or is not to be read.
    pub row_count: Option<usize>,
    /// The rows themselves: only [`read`] keeps them.
    pub rows: Option<Rows>,
    /// How large the money of each column is.
    pub scales: Vec<ColumnScale>,
    pub skipped: Vec<SkippedRow>,
    /// How many rows of people were left out (holdings), hidden or with an error, by the employer they or their sheet
    /// name.
    pub left_out: BTreeMap<Option<String>, i64>,
    /// The first rows, personal data masked.
    pub preview: Vec<Vec<String>>,
}

/// A row that is no data (`word.skip_<reason>`): blank, total, footer, section, title_repeated, header_repeated,
/// column_numbers, serial_only, template_hint, after_table, hidden, zero_amount, not_done, no_result, unknown_indicator, duplicate, problem;
/// while storing: no_employer, person_unknown, lies_ahead, another_name, reported_before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkippedRow {
    /// 0-based.
    pub row: u32,
    pub reason: &'static str,
}

impl Default for SheetReading {
    fn default() -> Self {
        SheetReading {
            sheet: String::new(),
            kind: None,
            title: Vec::new(),
            header_rows: None,
            columns: Vec::new(),
            unit: None,
            as_of: None,
            payday: None,
            month: None,
            employer: None,
            fallback_employer: None,
            how: None,
            misfit: None,
            layout: None,
            draft: None,
            covered: ProductSet::EMPTY,
            row_count: None,
            rows: None,
            scales: Vec::new(),
            skipped: Vec::new(),
            left_out: BTreeMap::new(),
            preview: Vec::new(),
        }
    }
}

impl FileReading {
    /// Whether anything can be imported: some sheet has rows, and no error concerns the file or one of those sheets.
    pub fn is_usable(&self) -> bool {
        let read: Vec<&str> =
            self.sheets.iter().filter(|s| s.row_count.is_some_and(|n| n > 0)).map(|s| s.sheet.as_str()).collect();
        !read.is_empty()
            && !self.problems.iter().any(|p| {
                p.severity == Severity::Error
                    && p.place.cell.is_none()
                    && p.place.sheet.as_deref().is_none_or(|s| read.contains(&s))
            })
    }
}

/// What is known of a sheet once its header is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetHead {
    pub sheet: String,
    pub kind: SheetKind,
    /// For rows that carry no date of their own.
    pub as_of: Option<NaiveDate>,
    /// For rows that carry no payday of their own.
    pub payday: Option<NaiveDate>,
    /// For rows that name no employer.
    pub employer: Option<String>,
    /// For rows that name no employer, of people not known from elsewhere.
    pub fallback_employer: Option<String>,
    pub covered: ProductSet,
}

/// What is handed on while a file is read, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// A sheet was understood; its rows follow.
    Sheet(Box<SheetHead>),
    /// The next rows, up to row `at` (0-based); `errors`: the sheet has shown an error so far.
    Rows { rows: Rows, at: u32, errors: bool },
    /// The sheet is read to its end.
    SheetEnd(Box<SheetReading>),
}

/// A file of which nothing can be kept, for a reason given as `word.<reason>`.
pub fn unreadable(path: &Path, reason: &'static str) -> FileReading {
    FileReading { file: file_name(path), problems: vec![broken(path, reason)], ..FileReading::default() }
}

/// A file somebody wrote to while it was read: what was read may be partly the old and partly the new.
pub fn changed(path: &Path) -> FileReading {
    let file = file_name(path);
    let problem = Fault::new(crate::intake::issue::FILE_CHANGED).at(&file, None, None);
    FileReading { problems: vec![problem], file, ..FileReading::default() }
}

/// A file whose reader got stuck when it was looked at first.
pub fn stuck(path: &Path, sha256: &str, problem: &Problem) -> FileReading {
    FileReading {
        file: file_name(path),
        sha256: sha256.to_string(),
        problems: vec![problem.clone()],
        ..FileReading::default()
    }
}

/// The problem of such a file.
pub fn broken(path: &Path, reason: &'static str) -> Problem {
    Fault::new(crate::intake::issue::UNREADABLE_FILE).word("reason", reason).at(&file_name(path), None, None)
}

/// Reads a file of any of the formats that arrive, rows and all. What is wrong with it stands in `problems`.
pub fn read(path: &Path, rules: &Rules, hints: &Hints) -> FileReading {
    let mut sheets: Vec<(String, Option<Rows>)> = Vec::new();
    let mut reading = read_in_pieces(path, rules, hints, &mut |piece| {
        match piece {
            Piece::Sheet(head) => sheets.push((head.sheet, None)),
            Piece::Rows { rows, .. } => match sheets.last_mut() {
                Some((_, Some(known))) => known.append(rows),
                Some((_, none)) => *none = Some(rows),
                None => {}
            },
            Piece::SheetEnd(_) => {}
        }
        true
    });
    let mut sheets = sheets.into_iter().peekable();
    for sheet in &mut reading.sheets {
        if let Some((_, rows)) = sheets.next_if(|(name, _)| *name == sheet.sheet) {
            sheet.rows = rows.filter(|_| sheet.row_count.is_some());
        }
    }
    reading
}

/// Reads a file and hands its rows on while it goes, so that a file of any length takes little memory; `each` says
/// whether to go on. What it gives back has no rows.
pub fn read_in_pieces(path: &Path, rules: &Rules, hints: &Hints, each: &mut dyn FnMut(Piece) -> bool) -> FileReading {
    let (file, source) = match Source::open(path, &rules.import) {
        Ok(opened) => opened,
        Err(fault) => {
            let file = file_name(path);
            return FileReading { problems: vec![fault.at(&file, None, None)], file, ..FileReading::default() };
        }
    };
    let mut broken_off = false;
    let mut hand_on = |piece| {
        broken_off |= !each(piece);
        !broken_off
    };
    let reading = read_opened(file, path, rules, hints, &mut hand_on);
    // Whatever else is wrong with what was read: it was never a file.
    if !broken_off && !source.is_unchanged() {
        return changed(path);
    }
    FileReading { sha256: source.sha256, ..reading }
}

/// [`read_in_pieces`] of a file that is open.
fn read_opened(
    file: File,
    path: &Path,
    rules: &Rules,
    hints: &Hints,
    each: &mut dyn FnMut(Piece) -> bool,
) -> FileReading {
    let mut reading = FileReading { file: file_name(path), ..FileReading::default() };
    let stem = stem(path);
    let mut book = match Book::open(file, &request(&stem, &rules.import, hints)) {
        Ok(book) => book,
        Err(fault) => {
            reading.problems.push(fault.at(&reading.file, None, None));
            return reading;
        }
    };
    reading.problems.extend(book.notes.drain(..).map(|f| f.at(&reading.file, None, None)));
    let lexicon = Lexicon::new(&rules.import);
    let aliases = Aliases::new(rules);
    let tools = Tools { rules, lexicon: &lexicon, aliases: &aliases, hints, date1904: book.date1904, stem: &stem };
    let several = book.sheets.len() > 1;
    let mut go_on = true;
    for index in 0..book.sheets.len() {
        let info = book.sheets[index].clone();
        let skip = if info.hidden {
            Some(crate::intake::issue::HIDDEN_SHEET_SKIPPED)
        } else if several && lexicon.is_guide_sheet(&info.name) {
            Some(crate::intake::issue::GUIDE_SHEET_SKIPPED)
        } else {
            None
        };
        if let Some(code) = skip {
            reading.problems.push(Fault::new(code).at(&reading.file, Some(&info.name), None));
            reading.sheets.push(SheetReading { sheet: info.name, ..SheetReading::default() });
            continue;
        }
        let mut hand_on = |piece| {
            go_on &= each(piece);
            go_on
        };
        let mut table = Table::new(&tools, &reading.file, &info.name, info.scan, &mut hand_on);
        let outcome = book.rows(index, &mut |row| table.row(row));
        let (sheet, problems) = table.finish(outcome);
        if sheet.row_count.is_some() {
            go_on &= each(Piece::SheetEnd(Box::new(sheet.clone())));
        }
        reading.sheets.push(sheet);
        reading.problems.extend(problems);
        if !go_on {
            break;
        }
    }
    if !hints.profiles.is_empty() && !reading.sheets.iter().any(|s| s.how == Some(How::Profile)) {
        let columns = reading.sheets.iter().filter_map(|s| s.misfit.as_ref()).min_by_key(|m| m.len());
        let fault = Fault::new(crate::intake::issue::PROFILE_MISMATCH)
            .text("columns", columns.map_or(String::new(), |c| c.join("、")));
        reading.problems.push(fault.at(&reading.file, None, None));
    }
    soften(&mut reading);
    reading
}

/// Beside a sheet that was read, one that is no list of ours is only worth a warning.
fn soften(reading: &mut FileReading) {
    if !reading.sheets.iter().any(|s| s.row_count.is_some()) {
        return;
    }
    let soft = [crate::intake::issue::UNKNOWN_KIND.id, crate::intake::issue::FORM_NOT_TABLE.id];
    reading.problems.iter_mut().filter(|p| soft.contains(&p.code)).for_each(|p| p.severity = Severity::Warning);
}

/// Whether two texts are the same words: narrow or wide, with or without blanks, in capitals or not.
pub fn same_words(a: &str, b: &str) -> bool {
    crate::intake::value::lexicon::key(a) == crate::intake::value::lexicon::key(b)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

fn request(stem: &str, import: &ImportRules, hints: &Hints) -> Request {
    Request {
        stem: stem.to_string(),
        max_columns: import.max_columns,
        zip: import.zip.clone(),
        limits: import.reader,
        rows: None,
        sheets: Sheets::Shown,
        password_file: hints.password_file.clone(),
    }
}
