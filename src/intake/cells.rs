//! The cells of a file as they are stored, apart from what they mean: for copies, and for a look with `--cells`.

use std::path::Path;

use crate::model::problem::Problem;
use crate::model::text::guarded;
use crate::rules::Rules;
use crate::rules::import::limits::ImportLimits;

use crate::intake::file::cell::{self, Row};
use crate::intake::file::request::{Request, Sheets};
use crate::intake::file::source::{Source, file_name, stem};
use crate::intake::issue::{self, Fault};
use crate::intake::sandbox::book::Book;
use crate::intake::sheet::hints::Hints;

/// Cells an export of a sheet may have; a sheet of two cells far apart would otherwise fill the disk.
const MAX_EXPORT: usize = 20_000_000;

/// An opened file whose cells can be walked over.
pub struct Cells {
    file: String,
    source: Source,
    book: Book,
}

impl Cells {
    /// Opens a file of any of the formats that arrive.
    ///
    /// # Errors
    /// What makes the whole file unusable.
    pub fn open(path: &Path, limits: &ImportLimits, hints: &Hints) -> Result<Cells, Problem> {
        Cells::open_sheets(path, limits, hints, Sheets::Shown)
    }

    fn open_sheets(path: &Path, limits: &ImportLimits, hints: &Hints, sheets: Sheets) -> Result<Cells, Problem> {
        let file = file_name(path);
        let fail = |fault: Fault| fault.at(&file, None, None);
        let (opened, source) = Source::open(path, limits).map_err(fail)?;
        let wanted = Request { sheets, ..Request::new(&stem(path), limits, hints.password_file.as_deref()) };
        let book = Book::open(opened, &wanted).map_err(fail)?;
        Ok(Cells { file, source, book })
    }

    /// SHA-256 of the file, in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.source.sha256
    }

    /// Whether what was read is of one file: nobody has written to it meanwhile. To be asked at the end.
    pub fn is_unchanged(&self) -> bool {
        self.source.is_unchanged()
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
    let mut csv = String::new();
    cells_csv_in_pieces(path, sheet, rules, hints, &mut |piece| {
        csv.push_str(piece);
        true
    })?;
    Ok(csv)
}

/// [`cells_csv`], handed to `each` in pieces so that a sheet of any length takes little memory; `each` says whether to go
/// on. All of the sheet is read before the first piece comes: every line is as wide as the widest.
///
/// # Errors
/// As [`cells_csv`]; after the first piece only a file somebody writes to, or a reader that comes to grief.
pub fn cells_csv_in_pieces(
    path: &Path,
    sheet: Option<&str>,
    rules: &Rules,
    hints: &Hints,
    each: &mut dyn FnMut(&str) -> bool,
) -> Result<(), Problem> {
    let limits = ImportLimits { max_columns: 16_384, ..rules.limits.clone() };
    let wanted = sheet.map_or(Sheets::First, |name| Sheets::Named(name.to_string()));
    let open = || Cells::open_sheets(path, &limits, hints, wanted.clone());
    let mut cells = open()?;
    let file = cells.file.clone();
    let fail = |fault: Fault| fault.at(&file, sheet, None);
    let changed = || Fault::new(issue::FILE_CHANGED).at(&file, None, None);
    let names = cells.sheets();
    let index = match sheet {
        None => 0,
        Some(name) => names.iter().position(|s| s == name).ok_or_else(|| {
            fail(Fault::new(issue::NO_SUCH_SHEET).text("wanted", name).text("sheets", names.join("、")))
        })?,
    };
    let mut extent = Extent { in_order: true, ..Extent::default() };
    cells.rows(index, &mut |row: &mut Row| {
        extent.add(row);
        true
    })?;
    if extent.width.saturating_mul(extent.height) > MAX_EXPORT {
        return Err(fail(Fault::new(issue::HOSTILE_ARCHIVE).word("reason", "reason_spread_too_far")));
    }
    let sha256 = cells.sha256().to_string();
    drop(cells);
    let mut cells = open()?;
    if cells.sha256() != sha256 {
        return Err(changed());
    }
    let mut lines = Lines::new(extent.width, each);
    let mut held: Vec<(u32, Vec<String>)> = Vec::new();
    let read = cells.rows(index, &mut |row: &mut Row| {
        let line = row.cells.iter().map(shown).collect();
        if extent.in_order {
            return lines.line(row.index, line);
        }
        held.push((row.index, line));
        true
    });
    held.sort_by_key(|(row, _)| *row);
    let went_on = held.into_iter().all(|(row, line)| lines.line(row, line)) && lines.finish();
    if went_on && !cells.is_unchanged() {
        return Err(changed());
    }
    read
}

/// How far the cells of a sheet reach.
#[derive(Default)]
struct Extent {
    width: usize,
    height: usize,
    /// Each row came behind those above it, as in all but broken files.
    in_order: bool,
}

impl Extent {
    fn add(&mut self, row: &Row) {
        let next = row.index as usize + 1;
        self.in_order &= next > self.height;
        self.height = self.height.max(next);
        self.width = self.width.max(row.cells.len());
    }
}

/// Bytes of CSV handed on at a time.
const PIECE: usize = 64 << 10;

/// Lines of CSV on their way to whoever wants them, the blank ones between filled in.
struct Lines<'e> {
    writer: csv::Writer<Vec<u8>>,
    width: usize,
    /// Row of the next line.
    next: u32,
    each: &'e mut dyn FnMut(&str) -> bool,
    wanted: bool,
}

impl<'e> Lines<'e> {
    fn new(width: usize, each: &'e mut dyn FnMut(&str) -> bool) -> Lines<'e> {
        Lines { writer: Lines::writer(), width, next: 0, each, wanted: true }
    }

    fn writer() -> csv::Writer<Vec<u8>> {
        csv::WriterBuilder::new().flexible(true).from_writer(Vec::new())
    }

    /// Writes a line; whether more are wanted.
    fn line(&mut self, row: u32, mut cells: Vec<String>) -> bool {
        while self.next < row && self.wanted {
            self.record(&vec![String::new(); self.width]);
            self.next += 1;
        }
        cells.resize(self.width, String::new());
        self.record(&cells);
        self.next = row + 1;
        self.wanted
    }

    fn record(&mut self, cells: &[String]) {
        // Into memory: nothing that could fail.
        self.writer.write_record(cells).ok();
        if self.writer.get_ref().len() >= PIECE {
            self.hand_on();
        }
    }

    fn hand_on(&mut self) {
        let writer = std::mem::replace(&mut self.writer, Lines::writer());
        let text = writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok());
        self.wanted = self.wanted && text.is_some_and(|text| (self.each)(&text));
    }

    /// Hands on what is left; whether all was wanted.
    fn finish(mut self) -> bool {
        if self.wanted {
            self.hand_on();
        }
        self.wanted
    }
}

/// A cell in the CSV: only text can be taken for a formula.
pub(in crate::intake) fn shown(cell: &cell::Cell) -> String {
    match cell {
        cell::Cell::Text(text) => guarded(text).into_owned(),
        other => other.stored(),
    }
}
