//! A file of any of the formats that arrive, as sheets of rows of cells. The format is told by content, not by name.

use std::io::{Read as _, Seek as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Reader, SheetType, SheetVisible, Sheets, Xls, XlsOptions, Xlsb, Xlsx};
use cfb::CompoundFile as Container;

use crate::intake::file::cell::{Reading, Row};
use crate::intake::file::csv::Delimited;
use crate::intake::file::decrypt;
use crate::intake::file::encoding::{Text, not_readable};
use crate::intake::file::html::Page;
use crate::intake::file::input::Input;
use crate::intake::file::package::archive::{self, Format};
use crate::intake::file::package::biff_old::{self, OldBook};
use crate::intake::file::package::biff_texts::{Texts, with_lengths_in_bytes};
use crate::intake::file::package::{biff_marks, repair};
use crate::intake::file::request::Request;
use crate::intake::file::scan::SheetInfo;
use crate::intake::file::scan::SheetScan;
use crate::intake::file::sniff::{self, Markup};
use crate::intake::file::workbook::{loaded_rows, xlsb_rows, xlsx_rows};
use crate::intake::file::xml2003::{Opened, SheetXml};
use crate::intake::issue::{self, Fault};

/// An opened file, read in this process.
pub struct Book {
    pub sheets: Vec<SheetInfo>,
    pub date1904: bool,
    /// Anything worth saying about the file although it was opened.
    pub notes: Vec<Fault>,
    source: Source,
    max_columns: usize,
    /// Bytes of text its cells may still have.
    text_left: u64,
}

enum Source {
    Xlsx(Box<Xlsx<Input>>),
    Xlsb(Box<Xlsb<Input>>),
    /// The sheets' names as the reader has them, and how its texts are to be read.
    Loaded(Box<Sheets<Input>>, Vec<String>, Texts),
    Old(OldBook),
    Text(Delimited),
    Page(Page),
    SheetXml(SheetXml),
}

impl Book {
    /// Opens a file's bytes.
    ///
    /// # Errors
    /// What makes the whole file unusable.
    pub fn open(input: Input, request: &Request) -> Result<Book, Fault> {
        let mut book = Book::open_as_told(input, request)?;
        book.text_left = request.zip.free_text_bytes.max(book.text_left.saturating_mul(request.zip.max_text_ratio));
        Ok(book)
    }

    /// Opens a file by what its first bytes tell; its room for text is its own size.
    fn open_as_told(mut input: Input, request: &Request) -> Result<Book, Fault> {
        let max_columns = request.max_columns as usize;
        let start = input.start(8).map_err(|_| not_readable())?;
        if start.is_empty() {
            return Err(Fault::new(issue::EMPTY_FILE));
        }
        if start.starts_with(b"PK") {
            return open_zip(input, request);
        }
        if start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return open_compound(input, request);
        }
        if is_bare_biff(&start) {
            return open_bare(input, request);
        }
        open_text(input, &request.stem, max_columns)
    }

    /// Hands the rows of a sheet to `each`, top down, without holding more than one; `each` says whether to go on.
    /// Rows without any cell are not handed over.
    ///
    /// # Errors
    /// A sheet that cannot be read to its end.
    pub fn rows(&mut self, sheet: usize, each: &mut dyn FnMut(&mut Row) -> bool) -> Result<Reading, Fault> {
        let max_columns = self.max_columns;
        let (Some(info), source) = (self.sheets.get(sheet), &mut self.source) else { return Ok(Reading::default()) };
        let (left, mut beyond) = (&mut self.text_left, false);
        let each: &mut dyn FnMut(&mut Row) -> bool = &mut |row| {
            // One text shared by a million cells is a small file and a lot of work.
            let rest = left.checked_sub(row.text_bytes());
            *left = rest.unwrap_or(0);
            beyond = rest.is_none();
            !beyond && each(row)
        };
        // The binary readers index into untrusted data; a panic in them is a broken sheet, not a broken program.
        let reading = catch_unwind(AssertUnwindSafe(|| match source {
            Source::Xlsx(book) => xlsx_rows(book, info, max_columns, each),
            Source::Xlsb(book) => xlsb_rows(book, info, max_columns, each),
            Source::Loaded(book, names, texts) => {
                let name = names.get(sheet).unwrap_or(&info.name);
                loaded_rows(book, (name, *texts), info, max_columns, each)
            }
            Source::Old(book) => Ok(book.rows(sheet, max_columns, each)),
            Source::Page(page) => page.rows(sheet, max_columns, each),
            Source::SheetXml(book) => book.rows(sheet, max_columns, each),
            Source::Text(text) => text.rows(max_columns, each),
        }))
        .unwrap_or_else(|_| Err(Fault::new(issue::UNREADABLE_SHEET)));
        if beyond {
            return Err(Fault::new(issue::HOSTILE_ARCHIVE).word("reason", "reason_texts_repeated"));
        }
        reading
    }
}

/// Delimited text, a web page or an XML spreadsheet.
fn open_text(mut input: Input, stem: &str, max_columns: usize) -> Result<Book, Fault> {
    let text_left = input.length().map_err(|_| not_readable())?;
    if sniff::is_packed(&input.start(sniff::PACKED_START).map_err(|_| not_readable())?) {
        let bytes = input.whole().map_err(|_| not_readable())?;
        input = Input::memory(sniff::unpack(&bytes).unwrap_or(bytes));
    }
    let text = Text::open(input)?;
    let notes: Vec<Fault> = text.note().into_iter().collect();
    match sniff::kind(text.start()) {
        Some(Markup::SheetXml) => {
            let Opened { book, sheets, date1904 } = SheetXml::open(text.whole()?)?;
            Ok(Book { sheets, date1904, notes, source: Source::SheetXml(book), max_columns, text_left })
        }
        Some(Markup::Page) => {
            let (page, sheets) = Page::open(text.whole()?, stem, max_columns)?;
            Ok(Book { sheets, date1904: false, notes, source: Source::Page(page), max_columns, text_left })
        }
        Some(Markup::FlatOds) => Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_fods")),
        Some(Markup::OtherXml) => Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_xml")),
        None => {
            let text = Delimited::new(text)?;
            let scan = SheetScan { rows: Some(text.lines()), delimited: true, ..SheetScan::default() };
            let info = SheetInfo { name: stem.to_string(), hidden: false, scan };
            Ok(Book { sheets: vec![info], date1904: false, notes, source: Source::Text(text), max_columns, text_left })
        }
    }
}

/// Workbooks larger than this, inflated, are not mended.
const MENDED_BYTES: u64 = 64 << 20;

fn open_zip(mut input: Input, request: &Request) -> Result<Book, Fault> {
    let max_columns = request.max_columns as usize;
    let mut scan = archive::scan(&mut input, &request.zip)?;
    if scan.marked_copy {
        return Err(Fault::new(issue::MARKED_COPY));
    }
    input.rewind().map_err(|_| not_readable())?;
    if scan.odd && scan.inflated <= MENDED_BYTES {
        input = Input::memory(repair::mended(&mut input)?);
    }
    let text_left = scan.inflated;
    let opened = |source: Source, metadata: &[calamine::Sheet], date1904: bool, scan: &mut archive::Scan| {
        let sheets = metadata
            .iter()
            .filter(|s| matches!(s.typ, SheetType::WorkSheet))
            .map(|s| SheetInfo {
                name: s.name.clone(),
                hidden: s.visible != SheetVisible::Visible,
                scan: SheetScan { own_book: scan.own_book, ..scan.sheets.remove(&s.name).unwrap_or_default() },
            })
            .collect();
        Book { sheets, date1904, notes: Vec::new(), source, max_columns, text_left }
    };
    match scan.format {
        Some(Format::Xlsx) => {
            let book = guarded(|| Xlsx::new(input).map_err(|e| fault_of(&e.to_string())))?;
            let metadata = book.sheets_metadata().to_vec();
            let date1904 = scan.date1904;
            Ok(opened(Source::Xlsx(Box::new(book)), &metadata, date1904, &mut scan))
        }
        Some(Format::Xlsb) => {
            let book = guarded(|| Xlsb::new(input).map_err(|e| fault_of(&e.to_string())))?;
            let metadata = book.sheets_metadata().to_vec();
            let date1904 = book.has_1904_epoch();
            Ok(opened(Source::Xlsb(Box::new(book)), &metadata, date1904, &mut scan))
        }
        Some(Format::Ods) => {
            let book = guarded(|| calamine::Ods::new(input).map_err(|e| fault_of(&e.to_string())))?;
            let metadata = book.sheets_metadata().to_vec();
            let source = Source::Loaded(Box::new(Sheets::Ods(book)), Vec::new(), Texts::default());
            Ok(opened(source, &metadata, false, &mut scan))
        }
        None => Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_zip")),
    }
}

/// A compound file holds an old workbook, or a new one behind a password.
fn open_compound(mut input: Input, request: &Request) -> Result<Book, Fault> {
    let mut stream = Vec::new();
    // What this library finds broken the workbook's own reader may still read.
    if let Ok(mut compound) = cfb::CompoundFile::open(&mut input) {
        if compound.exists("/EncryptedPackage") {
            return open_package(&mut compound, request);
        }
        stream = guarded(|| Ok(workbook_stream(&mut compound))).unwrap_or_default();
    }
    if biff_old::version(&stream).is_some_and(|v| v < 5) {
        return open_old(&stream, request);
    }
    input.rewind().map_err(|_| not_readable())?;
    open_xls(input, &stream, request.max_columns as usize)
}

/// The records of an old workbook; none where they cannot be read.
fn workbook_stream(compound: &mut cfb::CompoundFile<&mut Input>) -> Vec<u8> {
    let stream = ["/Workbook", "/Book"].into_iter().find_map(|name| compound.open_stream(name).ok());
    let mut bytes = Vec::new();
    match stream.map(|mut s| s.read_to_end(&mut bytes)) {
        Some(Ok(_)) => bytes,
        _ => Vec::new(),
    }
}

/// Records without a container: sheets of Excel 2 to 4, and later workbooks that programs write so.
fn open_bare(input: Input, request: &Request) -> Result<Book, Fault> {
    let stream = input.whole().map_err(|_| not_readable())?;
    if biff_old::version(&stream).is_some_and(|v| v < 5) {
        return open_old(&stream, request);
    }
    open_xls(contained(&stream)?, &stream, request.max_columns as usize)
}

fn open_old(stream: &[u8], request: &Request) -> Result<Book, Fault> {
    let book = guarded(|| OldBook::open(stream, &request.stem))?;
    let (sheets, date1904) = (book.sheets.clone(), book.date1904);
    let (max_columns, text_left) = (request.max_columns as usize, stream.len() as u64);
    Ok(Book { sheets, date1904, notes: Vec::new(), source: Source::Old(book), max_columns, text_left })
}

/// Records in a container, as their reader wants them.
fn contained(stream: &[u8]) -> Result<Input, Fault> {
    let broken = |_| Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_parts");
    let mut compound = Container::create(std::io::Cursor::new(Vec::new())).map_err(broken)?;
    compound.create_stream("/Workbook").and_then(|mut s| s.write_all(stream)).map_err(broken)?;
    Ok(Input::memory(compound.into_inner().into_inner()))
}

/// A new workbook behind a password.
fn open_package(compound: &mut cfb::CompoundFile<&mut Input>, request: &Request) -> Result<Book, Fault> {
    let passwords = request.password_file.as_deref().map(decrypt::passwords).transpose()?.unwrap_or_default();
    let package = decrypt::decipher(compound, &passwords)?;
    if !package.starts_with(b"PK") {
        return Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_binary"));
    }
    open_zip(Input::memory(package), request)
}

/// `stream`: the records in the file, where they could be read.
fn open_xls(mut input: Input, stream: &[u8], max_columns: usize) -> Result<Book, Fault> {
    let text_left = input.length().unwrap_or(0);
    let texts = Texts::of(stream);
    let mut beside = guarded(|| Ok(biff_marks::sheets(stream))).unwrap_or_default();
    if texts.is_wide() {
        input = contained(&with_lengths_in_bytes(stream))?;
    }
    let mut options = XlsOptions::default();
    options.force_codepage = texts.codepage;
    let book = guarded(|| Xls::new_with_options(input, options).map_err(|e| fault_of(&e.to_string())))?;
    let date1904 = book.has_1904_epoch();
    let worksheets =
        || book.sheets_metadata().iter().enumerate().filter(|(_, s)| matches!(s.typ, SheetType::WorkSheet));
    let names = worksheets().map(|(_, s)| s.name.clone()).collect();
    let sheets = worksheets()
        .map(|(i, s)| {
            let beside = beside.get_mut(i).map(std::mem::take).unwrap_or_default();
            let merges = book.merge_cells_by_sheet_name(&s.name).unwrap_or_default();
            let merges = merges.iter().map(|d| (d.start.0, d.start.1, d.end.0, d.end.1)).collect();
            SheetInfo {
                name: texts.mended(&s.name),
                hidden: s.visible != SheetVisible::Visible,
                scan: SheetScan { merges, ..beside },
            }
        })
        .collect();
    let source = Source::Loaded(Box::new(Sheets::Xls(book)), names, texts);
    Ok(Book { sheets, date1904, notes: Vec::new(), source, max_columns, text_left })
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
