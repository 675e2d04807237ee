//! A file of any of the formats that arrive, as sheets of rows of cells. The format is told by content, not by name.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Reader, SheetType, SheetVisible, Sheets, Xls, Xlsb, Xlsx};

use crate::rules::import::ImportRules;

use super::excel::{loaded_rows, xlsb_rows, xlsx_rows};
use super::guard::{self, Format, SheetScan};
use super::issue::{self, Fault};
use super::markup::{self, Markup};
use super::page::Page;
use super::sheet::{Reading, Row, SheetInfo};
use super::sheet_xml::{Opened, SheetXml};
use super::text::{self, Delimited};

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
    Text(Delimited),
    Page(Page),
    SheetXml(SheetXml),
}

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
        open_text(&bytes, stem, max_columns)
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
            Source::Page(page) => page.rows(sheet, max_columns, each),
            Source::SheetXml(book) => book.rows(sheet, max_columns, each),
            Source::Text(text) => text.rows(max_columns, each),
        }))
        .unwrap_or_else(|_| Err(Fault::new(issue::UNREADABLE_SHEET)))
    }
}

/// Delimited text, a web page or an XML spreadsheet.
fn open_text(bytes: &[u8], stem: &str, max_columns: usize) -> Result<Book, Fault> {
    let unpacked = if markup::is_packed(bytes) { markup::unpack(bytes) } else { None };
    let (text, note) = text::decode(unpacked.as_deref().unwrap_or(bytes))?;
    let notes: Vec<Fault> = note.into_iter().collect();
    match markup::kind(&text) {
        Some(Markup::SheetXml) => {
            let Opened { book, sheets, date1904 } = SheetXml::open(text)?;
            Ok(Book { sheets, date1904, notes, source: Source::SheetXml(book), max_columns })
        }
        Some(Markup::Page) => {
            let (page, sheets) = Page::open(text, stem, max_columns)?;
            Ok(Book { sheets, date1904: false, notes, source: Source::Page(page), max_columns })
        }
        Some(Markup::OtherXml) => Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_xml")),
        None => {
            let text = Delimited::new(text)?;
            let scan = SheetScan { rows: Some(text.lines()), ..SheetScan::default() };
            let info = SheetInfo { name: stem.to_string(), hidden: false, scan };
            Ok(Book { sheets: vec![info], date1904: false, notes, source: Source::Text(text), max_columns })
        }
    }
}

fn open_zip(bytes: Vec<u8>, rules: &ImportRules, max_columns: usize) -> Result<Book, Fault> {
    let mut scan = guard::scan(&bytes, &rules.zip)?;
    if scan.marked_copy {
        return Err(Fault::new(issue::MARKED_COPY));
    }
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
