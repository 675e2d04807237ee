//! The cells of a file as they are stored, apart from what they mean: for copies, and for a look with `--cells`.

use std::path::Path;

use crate::model::problem::Problem;
use crate::model::text::guarded;
use crate::rules::Rules;
use crate::rules::import::ImportRules;

use super::apart::{Request, Sheets};
use super::book::Book;
use super::issue::{self, Fault};
use super::sheet::{self, Row};
use super::{Hints, file_name, file_of, request, stem};

/// Cells an export of a sheet may have; a sheet of two cells far apart would otherwise fill the disk.
const MAX_EXPORT: usize = 20_000_000;

/// An opened file whose cells can be walked over.
pub struct Cells {
    file: String,
    /// Lower-case hexadecimal.
    pub sha256: String,
    book: Book,
}

impl Cells {
    /// Opens a file of any of the formats that arrive.
    ///
    /// # Errors
    /// What makes the whole file unusable.
    pub fn open(path: &Path, import: &ImportRules, hints: &Hints) -> Result<Cells, Problem> {
        Cells::open_sheets(path, import, hints, Sheets::Shown)
    }

    fn open_sheets(path: &Path, import: &ImportRules, hints: &Hints, sheets: Sheets) -> Result<Cells, Problem> {
        let file = file_name(path);
        let fail = |fault: Fault| fault.at(&file, None, None);
        let (opened, sha256) = file_of(path, import).map_err(fail)?;
        let wanted = Request { sheets, ..request(&stem(path), import, hints) };
        let book = Book::open(opened, &wanted).map_err(fail)?;
        Ok(Cells { file, sha256, book })
    }

    /// Names of the sheets, hidden ones included, in the order of the file (and of `FileReading::sheets`).
    pub fn sheets(&self) -> Vec<String> {
        self.book.sheets.iter().map(|s| s.name.clone()).collect()
    }

    /// Hands the rows of a sheet to `each`, top down.
    ///
    /// # Errors
    /// A sheet that cannot be read to its end.
    pub fn rows(&mut self, sheet: usize, each: &mut dyn FnMut(&mut Row) -> bool) -> Result<(), Problem> {
        let name = self.book.sheets.get(sheet).map(|s| s.name.clone());
        let read = self.book.rows(sheet, each);
        read.map(|_| ()).map_err(|fault| fault.at(&self.file, name.as_deref(), None))
    }
}

/// A sheet (the first, unless named) as CSV from A1 to its last cell: text unchanged but for a `'` before what a
/// spreadsheet would run as a formula, numbers shortest round-trip, dates `2026-01-05` or `2026-01-05T12:00:00`,
/// `TRUE`/`FALSE`, error literals as written.
///
/// # Errors
/// A file or sheet that cannot be read, or that spreads its cells too far.
pub fn cells_csv(path: &Path, sheet: Option<&str>, rules: &Rules, hints: &Hints) -> Result<String, Problem> {
    let import = ImportRules { max_columns: 16_384, ..rules.import.clone() };
    let wanted = sheet.map_or(Sheets::First, |name| Sheets::Named(name.to_string()));
    let mut cells = Cells::open_sheets(path, &import, hints, wanted)?;
    let file = cells.file.clone();
    let fail = |fault: Fault| fault.at(&file, sheet, None);
    let names = cells.sheets();
    let index = match sheet {
        None => 0,
        Some(name) => names.iter().position(|s| s == name).ok_or_else(|| {
            fail(Fault::new(issue::NO_SUCH_SHEET).text("wanted", name).text("sheets", names.join("、")))
        })?,
    };
    let mut lines: Vec<(u32, Vec<String>)> = Vec::new();
    cells.rows(index, &mut |row: &mut Row| {
        lines.push((row.index, row.cells.iter().map(shown).collect()));
        true
    })?;
    let width = lines.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let height = lines.iter().map(|(row, _)| *row as usize + 1).max().unwrap_or(0);
    if width.saturating_mul(height) > MAX_EXPORT {
        return Err(fail(Fault::new(issue::HOSTILE_ARCHIVE).word("reason", "reason_spread_too_far")));
    }
    lines.sort_by_key(|(row, _)| *row);
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut next = 0;
    let blank = vec![String::new(); width];
    let unreadable = |_| fail(Fault::new(issue::UNREADABLE_SHEET));
    for (row, mut cells) in lines {
        while next < row {
            writer.write_record(&blank).map_err(unreadable)?;
            next += 1;
        }
        cells.resize(width, String::new());
        writer.write_record(&cells).map_err(unreadable)?;
        next = row + 1;
    }
    let bytes = writer.into_inner().map_err(|_| fail(Fault::new(issue::UNREADABLE_SHEET)))?;
    String::from_utf8(bytes).map_err(|_| fail(Fault::new(issue::UNREADABLE_SHEET)))
}

/// A cell in the CSV: only text can be taken for a formula.
fn shown(cell: &sheet::Cell) -> String {
    match cell {
        sheet::Cell::Text(text) => guarded(text).into_owned(),
        other => other.stored(),
    }
}
