//! A file of any of the formats that arrive, as sheets of rows of cells. The format is told by content, not by name.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Sheets, Xls, Xlsb, Xlsx};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::rules::import::ImportRules;

use super::guard::{self, Format, SheetScan};
use super::issue::{self, Fault};
use super::text;

/// One cell as stored. No `Debug`: cells hold personal data.
#[derive(Clone, Default, PartialEq)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Bool(bool),
    Moment(NaiveDateTime),
    /// A time of day or a duration, in days.
    Span(f64),
    /// An error literal: `#N/A`.
    Error(String),
    /// A formula whose result was never stored.
    NoValue(String),
}

impl Cell {
    /// Nothing in it, or only blanks.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// As stored: text unchanged, numbers shortest round-trip, dates ISO, `TRUE`/`FALSE`, error literals.
    pub fn stored(&self) -> String {
        match self {
            Cell::Empty | Cell::NoValue(_) => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Number(n) | Cell::Span(n) => n.to_string(),
            Cell::Bool(b) => if *b { "TRUE" } else { "FALSE" }.to_string(),
            Cell::Moment(at) if at.time() == NaiveTime::MIN => at.date().to_string(),
            Cell::Moment(at) => at.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            Cell::Error(literal) => literal.clone(),
        }
    }
}

/// One row, dense from column A. `index` is 0-based.
#[derive(Clone, Default)]
pub struct Row {
    pub index: u32,
    pub cells: Vec<Cell>,
}

impl Row {
    pub fn cell(&self, column: usize) -> &Cell {
        const EMPTY: &Cell = &Cell::Empty;
        self.cells.get(column).unwrap_or(EMPTY)
    }

    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }
}

/// A sheet's name and what is known of it before its rows are read.
#[derive(Debug, Clone, Default)]
pub struct SheetInfo {
    pub name: String,
    pub hidden: bool,
    pub scan: SheetScan,
}

/// An opened file.
pub struct Book {
    pub sheets: Vec<SheetInfo>,
    pub date1904: bool,
    /// Anything worth saying about the file although it was opened.
    pub notes: Vec<Fault>,
    source: Source,
    max_columns: usize,
}

enum Source {
    Xlsx(Box<Xlsx<Cursor<Vec<u8>>>>),
    Xlsb(Box<Xlsb<Cursor<Vec<u8>>>>),
    Loaded(Box<Sheets<Cursor<Vec<u8>>>>),
    Text(Vec<Row>),
}

/// How reading a sheet's rows went.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reading {
    /// Cells right of the last column read were left out.
    pub cut: bool,
    /// Cells that could not be read at all.
    pub unreadable: usize,
}

/// A run of this many unreadable cells means that the sheet itself is broken.
const BROKEN_RUN: usize = 100;

impl Book {
    /// Opens a file's bytes; `stem` names the one sheet of a text file.
    ///
    /// # Errors
    /// What makes the whole file unusable.
    pub fn open(bytes: Vec<u8>, stem: &str, rules: &ImportRules) -> Result<Book, Fault> {
        if bytes.is_empty() {
            return Err(Fault::new(issue::EMPTY_FILE));
        }
        let max_columns = rules.max_columns as usize;
        if bytes.starts_with(b"PK") {
            return open_zip(bytes, rules, max_columns);
        }
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return open_compound(bytes, max_columns);
        }
        if is_bare_biff(&bytes) {
            return open_loaded(bytes, max_columns, |b| {
                Xls::new(b).map(Sheets::Xls).map_err(|e| fault_of(&e.to_string()))
            });
        }
        let (rows, cut, note) = text::rows(&bytes, max_columns)?;
        let mut notes: Vec<Fault> = note.into_iter().collect();
        if cut {
            notes.push(Fault::new(issue::COLUMNS_LEFT_OUT).count("limit", rules.max_columns));
        }
        let info = SheetInfo { name: stem.to_string(), ..SheetInfo::default() };
        Ok(Book { sheets: vec![info], date1904: false, notes, source: Source::Text(rows), max_columns })
    }

    /// Hands the rows of a sheet to `each`, top down, without holding more than one; `each` says whether to go on.
    /// Rows without any cell are not handed over.
    ///
    /// # Errors
    /// A sheet that cannot be read to its end.
    pub fn rows(&mut self, sheet: usize, each: &mut dyn FnMut(&mut Row) -> bool) -> Result<Reading, Fault> {
        let Some(info) = self.sheets.get(sheet) else { return Ok(Reading::default()) };
        let name = info.name.clone();
        let max_columns = self.max_columns;
        let source = &mut self.source;
        // The binary readers index into untrusted data; a panic in them is a broken sheet, not a broken program.
        catch_unwind(AssertUnwindSafe(|| match source {
            Source::Xlsx(book) => xlsx_rows(book, &name, max_columns, each),
            Source::Xlsb(book) => xlsb_rows(book, &name, max_columns, each),
            Source::Loaded(book) => loaded_rows(book, &name, max_columns, each),
            Source::Text(rows) => {
                for row in rows.iter_mut() {
                    if !each(row) {
                        break;
                    }
                }
                Ok(Reading::default())
            }
        }))
        .unwrap_or_else(|_| Err(Fault::new(issue::UNREADABLE_SHEET)))
    }
}

fn open_zip(bytes: Vec<u8>, rules: &ImportRules, max_columns: usize) -> Result<Book, Fault> {
    let mut scan = guard::scan(&bytes, &rules.zip)?;
    let opened = |source: Source, metadata: &[calamine::Sheet], date1904: bool, scan: &mut guard::Scan| {
        let sheets = metadata
            .iter()
            .filter(|s| matches!(s.typ, SheetType::WorkSheet))
            .map(|s| SheetInfo {
                name: s.name.clone(),
                hidden: s.visible != SheetVisible::Visible,
                scan: scan.sheets.remove(&s.name).unwrap_or_default(),
            })
            .collect();
        Book { sheets, date1904, notes: Vec::new(), source, max_columns }
    };
    match scan.format {
        Some(Format::Xlsx) => {
            let book = guarded(|| Xlsx::new(Cursor::new(bytes)).map_err(|e| fault_of(&e.to_string())))?;
            let metadata = book.sheets_metadata().to_vec();
            let date1904 = scan.date1904;
            Ok(opened(Source::Xlsx(Box::new(book)), &metadata, date1904, &mut scan))
        }
        Some(Format::Xlsb) => {
            let book = guarded(|| Xlsb::new(Cursor::new(bytes)).map_err(|e| fault_of(&e.to_string())))?;
            let metadata = book.sheets_metadata().to_vec();
            let date1904 = book.has_1904_epoch();
            Ok(opened(Source::Xlsb(Box::new(book)), &metadata, date1904, &mut scan))
        }
        Some(Format::Ods) => open_loaded(bytes, max_columns, |b| {
            calamine::Ods::new(b).map(Sheets::Ods).map_err(|e| fault_of(&e.to_string()))
        }),
        None => Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_zip")),
    }
}

fn open_compound(bytes: Vec<u8>, max_columns: usize) -> Result<Book, Fault> {
    let marker: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    // The directory of a small container stands near the front or the end; searching all of it is cheap enough.
    if bytes.windows(marker.len()).any(|w| w == marker) {
        return Err(Fault::new(issue::ENCRYPTED_FILE));
    }
    open_loaded(bytes, max_columns, |b| Xls::new(b).map(Sheets::Xls).map_err(|e| fault_of(&e.to_string())))
}

fn open_loaded(
    bytes: Vec<u8>,
    max_columns: usize,
    open: impl FnOnce(Cursor<Vec<u8>>) -> Result<Sheets<Cursor<Vec<u8>>>, Fault>,
) -> Result<Book, Fault> {
    let book = guarded(|| open(Cursor::new(bytes)))?;
    let date1904 = matches!(&book, Sheets::Xls(xls) if xls.has_1904_epoch());
    let sheets = book
        .sheets_metadata()
        .iter()
        .filter(|s| matches!(s.typ, SheetType::WorkSheet))
        .map(|s| {
            let merges = match &book {
                Sheets::Xls(xls) => xls.merge_cells_by_sheet_name(&s.name).unwrap_or_default(),
                _ => Vec::new(),
            };
            let merges = merges.iter().map(|d| (d.start.0, d.start.1, d.end.0, d.end.1)).collect();
            SheetInfo {
                name: s.name.clone(),
                hidden: s.visible != SheetVisible::Visible,
                scan: SheetScan { merges, ..SheetScan::default() },
            }
        })
        .collect();
    Ok(Book { sheets, date1904, notes: Vec::new(), source: Source::Loaded(Box::new(book)), max_columns })
}

/// Runs a reader on untrusted bytes; a panic inside it is an unreadable file.
fn guarded<T>(open: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(open))
        .unwrap_or_else(|_| Err(Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_parts")))
}

/// The readers' errors name parts and offsets that say nothing to a clerk; only the password counts.
fn fault_of(error: &str) -> Fault {
    if error.contains("password protected") {
        return Fault::new(issue::ENCRYPTED_FILE);
    }
    Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_parts")
}

/// A worksheet stream without its container, as Excel 2 to 4 wrote it.
fn is_bare_biff(bytes: &[u8]) -> bool {
    matches!(bytes, [0x09, 0x00 | 0x02 | 0x04 | 0x08, 0x04..=0x10, 0x00, ..])
}

/// Collects the cells of a row while the reader moves on.
struct Gather<'e> {
    row: Row,
    any: bool,
    max_columns: usize,
    reading: Reading,
    each: &'e mut dyn FnMut(&mut Row) -> bool,
}

impl<'e> Gather<'e> {
    fn new(max_columns: usize, each: &'e mut dyn FnMut(&mut Row) -> bool) -> Self {
        Gather { row: Row::default(), any: false, max_columns, reading: Reading::default(), each }
    }

    /// `false` when no more rows are wanted.
    fn put(&mut self, (row, column): (u32, u32), cell: Cell) -> bool {
        if matches!(cell, Cell::Empty) {
            return true;
        }
        if self.any && row != self.row.index && !self.flush() {
            return false;
        }
        self.any = true;
        self.row.index = row;
        let column = column as usize;
        if column >= self.max_columns {
            self.reading.cut = true;
            return true;
        }
        if self.row.cells.len() <= column {
            self.row.cells.resize(column + 1, Cell::Empty);
        }
        self.row.cells[column] = cell;
        true
    }

    fn flush(&mut self) -> bool {
        if !self.any {
            return true;
        }
        let go_on = (self.each)(&mut self.row);
        self.row.cells.clear();
        self.any = false;
        go_on
    }
}

fn xlsx_rows(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    name: &str,
    max_columns: usize,
    each: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<Reading, Fault> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
    let mut gather = Gather::new(max_columns, each);
    let mut run = 0;
    loop {
        match cells.next_cell_with_formula_metadata() {
            Ok(Some(record)) => {
                run = 0;
                let cell = match (record.value, record.formula) {
                    (DataRef::Empty, Some(formula)) => Cell::NoValue(formula_text(formula)),
                    (value, _) => cell_of(value),
                };
                if !gather.put(record.pos, cell) {
                    return Ok(gather.reading);
                }
            }
            Ok(None) => break,
            Err(_) => {
                gather.reading.unreadable += 1;
                run += 1;
                if run >= BROKEN_RUN {
                    return Err(Fault::new(issue::UNREADABLE_SHEET));
                }
            }
        }
    }
    gather.flush();
    Ok(gather.reading)
}

/// Only formulas written out in the cell itself can be worked out again.
fn formula_text(formula: calamine::XlsxFormulaMetadata) -> String {
    match formula {
        calamine::XlsxFormulaMetadata::Normal { formula } => formula,
        _ => String::new(),
    }
}

fn xlsb_rows(
    book: &mut Xlsb<Cursor<Vec<u8>>>,
    name: &str,
    max_columns: usize,
    each: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<Reading, Fault> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
    let mut gather = Gather::new(max_columns, each);
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) => {
                let position = cell.get_position();
                if !gather.put(position, cell_of(cell.get_value().clone())) {
                    return Ok(gather.reading);
                }
            }
            Ok(None) => break,
            Err(_) => return Err(Fault::new(issue::UNREADABLE_SHEET)),
        }
    }
    gather.flush();
    Ok(gather.reading)
}

fn loaded_rows(
    book: &mut Sheets<Cursor<Vec<u8>>>,
    name: &str,
    max_columns: usize,
    each: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<Reading, Fault> {
    let range = book.worksheet_range(name).map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
    let Some((top, left)) = range.start() else { return Ok(Reading::default()) };
    let mut gather = Gather::new(max_columns, each);
    for (r, row) in range.rows().enumerate() {
        for (c, value) in row.iter().enumerate() {
            if !gather.put((top + r as u32, left + c as u32), cell_of_owned(value)) {
                return Ok(gather.reading);
            }
        }
    }
    gather.flush();
    Ok(gather.reading)
}

fn cell_of(value: DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(n) => Cell::Number(n as f64),
        DataRef::Float(n) => Cell::Number(n),
        DataRef::String(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text.to_string()),
        DataRef::Bool(b) => Cell::Bool(b),
        DataRef::DateTime(at) => moment(at),
        DataRef::DateTimeIso(text) => iso_moment(text),
        DataRef::DurationIso(text) => text_cell(text),
        DataRef::Error(e) => Cell::Error(e.to_string()),
    }
}

fn cell_of_owned(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::Int(n) => Cell::Number(*n as f64),
        Data::Float(n) => Cell::Number(*n),
        Data::String(text) => text_cell(text.clone()),
        Data::Bool(b) => Cell::Bool(*b),
        Data::DateTime(at) => moment(*at),
        Data::DateTimeIso(text) => iso_moment(text.clone()),
        Data::DurationIso(text) => text_cell(text.clone()),
        Data::Error(e) => Cell::Error(e.to_string()),
    }
}

/// OpenDocument files hold error literals as text.
fn text_cell(text: String) -> Cell {
    match text.as_str() {
        "" => Cell::Empty,
        "#N/A" | "#REF!" | "#VALUE!" | "#DIV/0!" | "#NAME?" | "#NUM!" | "#NULL!" | "#SPILL!" => Cell::Error(text),
        _ => Cell::Text(text),
    }
}

fn moment(at: calamine::ExcelDateTime) -> Cell {
    if at.is_duration() || (0.0..1.0).contains(&at.as_f64()) {
        return Cell::Span(at.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
        .and_then(|d| d.and_hms_milli_opt(u32::from(hour), u32::from(minute), u32::from(second), u32::from(milli)))
        .map_or(Cell::Number(at.as_f64()), Cell::Moment)
}

fn iso_moment(text: String) -> Cell {
    let parsed =
        text.parse::<NaiveDateTime>().or_else(|_| text.parse::<NaiveDate>().map(|d| d.and_time(NaiveTime::MIN)));
    parsed.map_or(Cell::Text(text), Cell::Moment)
}
