//! Worksheets of Excel 2 to 4 (BIFF2, BIFF3, BIFF4), which the library for workbooks does not read: one stream of records,
//! with or without a container, without shared texts and often without any formats.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::intake::file::cell::{Cell, Gather, Reading, Row, text_cell};
use crate::intake::file::package::biff_marks::{self, records};
use crate::intake::file::scan::SheetInfo;
use crate::intake::issue::{self, Fault};
use crate::intake::value::amount::number_format::NumberFormat;

/// The cells of a sheet, by row and column.
type Grid = BTreeMap<(u16, u16), Cell>;

/// An old workbook or a sheet without one.
pub(crate) struct OldBook {
    pub sheets: Vec<SheetInfo>,
    pub date1904: bool,
    grids: Vec<Grid>,
}

/// Which of the formats a stream is in, by its first record: 2, 3 or 4, or 5 or 8, which the library reads.
pub(crate) fn version(stream: &[u8]) -> Option<u8> {
    let (kind, body) = records(stream, 0).next()?;
    match (kind, body.get(..2)?) {
        (0x0009, _) => Some(2),
        (0x0209, _) => Some(3),
        (0x0409, _) => Some(4),
        (0x0809, [0x00, 0x05]) => Some(5),
        (0x0809, [0x00, 0x06]) => Some(8),
        _ => None,
    }
}

/// What the records before a sheet's cells say of how to read them.
#[derive(Default)]
struct Looks {
    version: u8,
    codepage: u16,
    date1904: bool,
    /// Formats in their order: whether their numbers are days, and how they show others.
    formats: Vec<(bool, Option<NumberFormat>)>,
    /// The format of each style.
    styles: Vec<usize>,
}

const SHEET: u16 = 0x0010;

impl OldBook {
    /// # Errors
    /// A sheet behind a password, or a stream without any sheet (a chart, a macro).
    pub fn open(stream: &[u8], stem: &str) -> Result<OldBook, Fault> {
        let mut looks = Looks { version: version(stream).unwrap_or(4), ..Looks::default() };
        let mut book = OldBook { sheets: Vec::new(), date1904: false, grids: Vec::new() };
        let (mut name, mut at, mut inside) = (None, 0, false);
        // The cell whose text the next record holds.
        let mut result: Option<(u16, u16)> = None;
        for (kind, body) in records(stream, 0) {
            let start = at;
            at += 4 + body.len();
            match kind {
                0x0009 | 0x0209 | 0x0409 => {
                    inside = short(body, 2) == Some(SHEET);
                    if inside {
                        let scan = biff_marks::sheet_at(stream, start);
                        let name = name.take().unwrap_or_else(|| stem.to_string());
                        book.sheets.push(SheetInfo { name, hidden: false, scan });
                        book.grids.push(Grid::new());
                    }
                }
                0x002F => return Err(Fault::new(issue::ENCRYPTED_FILE)),
                // SHEETHDR of a workbook of Excel 4.
                0x008F => {
                    let length = body.get(4).map_or(0, |n| usize::from(*n));
                    name = body.get(5..5 + length).map(|bytes| looks.text(bytes));
                }
                0x000A => inside = false,
                _ if inside => {
                    if let Some(grid) = book.grids.last_mut() {
                        looks.take_cell(kind, body, grid, &mut result);
                    }
                    looks.take(kind, body);
                }
                _ => looks.take(kind, body),
            }
        }
        if book.sheets.is_empty() {
            return Err(Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_no_sheets"));
        }
        book.date1904 = looks.date1904;
        Ok(book)
    }

    /// As [`crate::intake::file::open::Book::rows`].
    pub fn rows(&self, sheet: usize, max_columns: usize, each: &mut dyn FnMut(&mut Row) -> bool) -> Reading {
        let mut gather = Gather::new(max_columns, each);
        for ((row, column), cell) in self.grids.get(sheet).into_iter().flatten() {
            if !gather.put((u32::from(*row), u32::from(*column)), cell.clone()) {
                return gather.reading;
            }
        }
        gather.flush();
        gather.reading
    }
}

impl Looks {
    fn take(&mut self, kind: u16, body: &[u8]) {
        match kind {
            0x0042 => self.codepage = short(body, 0).unwrap_or(0),
            0x0022 => self.date1904 = short(body, 0) == Some(1),
            // FORMAT: the text of a number format, after its length.
            0x001E | 0x041E => {
                let from = if kind == 0x041E { 3 } else { 1 };
                let text = body.get(from..).map(|bytes| self.text(bytes)).unwrap_or_default();
                self.formats.push((is_day(&text), NumberFormat::parse(&text)));
            }
            // XF: a style, whose second byte (of Excel 2 the third) is the number of its format.
            0x0043 => self.styles.extend(body.get(2).map(|b| usize::from(b & 0x3F))),
            0x0243 | 0x0443 => self.styles.extend(body.get(1).map(|b| usize::from(*b))),
            _ => {}
        }
    }

    fn take_cell(&self, kind: u16, body: &[u8], grid: &mut Grid, result: &mut Option<(u16, u16)>) {
        // Excel 2 writes three bytes of looks before the value, the later ones the number of a style.
        let from = if kind < 0x0200 && self.version == 2 { 7 } else { 6 };
        let Some(place) = short(body, 0).zip(short(body, 2)) else { return };
        let value = body.get(from..).unwrap_or_default();
        let cell = match kind {
            0x0002 => short(value, 0).map(|n| self.number(f64::from(n), body)),
            0x0003 | 0x0203 => float(value).map(|n| self.number(n, body)),
            0x027E => value.get(..4).map(|rk| self.number(rk_number(rk), body)),
            0x0004 => value.get(1..).map(|rest| self.cell_of(rest, value.first().copied().unwrap_or(0).into())),
            0x0204 | 0x00D6 => value.get(2..).map(|rest| self.cell_of(rest, short(value, 0).unwrap_or(0).into())),
            0x0005 | 0x0205 => match value {
                [value, 0, ..] => Some(Cell::Bool(*value != 0)),
                [code, _, ..] => Some(Cell::Error(error(*code).to_string())),
                _ => None,
            },
            0x0006 | 0x0206 | 0x0406 => self.result(value, body, place, result),
            0x0007 | 0x0207 => {
                // No place of its own: the result of the formula before it.
                let wide = kind == 0x0207;
                let length =
                    if wide { short(body, 0).unwrap_or(0).into() } else { body.first().copied().unwrap_or(0).into() };
                if let (Some(place), Some(rest)) = (result.take(), body.get(1 + usize::from(wide)..)) {
                    grid.insert(place, self.cell_of(rest, length));
                }
                return;
            }
            _ => return,
        };
        if let Some(cell) = cell {
            grid.insert(place, cell);
        }
    }

    /// The stored result of a formula.
    fn result(&self, value: &[u8], body: &[u8], place: (u16, u16), text: &mut Option<(u16, u16)>) -> Option<Cell> {
        let bytes: [u8; 8] = value.get(..8)?.try_into().ok()?;
        match bytes {
            [0, _, _, _, _, _, 0xFF, 0xFF] => {
                *text = Some(place);
                None
            }
            [1, _, flag, _, _, _, 0xFF, 0xFF] => Some(Cell::Bool(flag != 0)),
            [2, _, code, _, _, _, 0xFF, 0xFF] => Some(Cell::Error(error(code).to_string())),
            [_, _, _, _, _, _, 0xFF, 0xFF] => Some(Cell::Empty),
            bytes => Some(self.number(f64::from_le_bytes(bytes), body)),
        }
    }

    /// A number, or the day it stands for where its format shows one.
    fn number(&self, value: f64, body: &[u8]) -> Cell {
        let format = match self.version {
            2 => body.get(5).map(|b| usize::from(b & 0x3F)),
            _ => short(body, 4).and_then(|style| self.styles.get(usize::from(style)).copied()),
        };
        let format = format.and_then(|f| self.formats.get(f));
        if !format.is_some_and(|(day, _)| *day) || value < 1.0 {
            return Cell::of_number(value, format.and_then(|(_, shown)| shown.as_ref()));
        }
        let first =
            if self.date1904 { NaiveDate::from_ymd_opt(1904, 1, 1) } else { NaiveDate::from_ymd_opt(1899, 12, 30) };
        let at = first.and_then(|d| d.checked_add_days(Days::new(value.trunc() as u64)));
        let seconds = (value.fract() * 86_400.0).round() as u32;
        at.and_then(|d| d.and_hms_opt(seconds / 3600 % 24, seconds / 60 % 60, seconds % 60))
            .map_or(Cell::Number(value), Cell::Moment)
    }

    fn cell_of(&self, bytes: &[u8], length: usize) -> Cell {
        text_cell(self.text(&bytes[..length.min(bytes.len())]))
    }

    /// Text in the code page of the file; one that names none, or a Western one, was most likely written in Chinese.
    fn text(&self, bytes: &[u8]) -> String {
        legacy_text(bytes, self.codepage)
    }
}

/// Bytes of a text in a code page; where that is Western or unknown, Chinese where they can be read so.
pub(crate) fn legacy_text(bytes: &[u8], codepage: u16) -> String {
    let encoding = match codepage {
        950 => encoding_rs::BIG5,
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        _ => encoding_rs::GBK,
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken { encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned() } else { text.into_owned() }
}

/// Whether a number format shows a day: outside of quotes and brackets it has a year or a day in it.
fn is_day(format: &str) -> bool {
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    format.chars().any(|c| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match c {
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' => bracket = false,
            'y' | 'Y' | 'd' | 'D' => return !quoted && !bracket,
            _ => {}
        }
        false
    })
}

fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#VALUE!",
    }
}

fn rk_number(rk: &[u8]) -> f64 {
    let bits = u32::from_le_bytes([rk[0], rk[1], rk[2], rk[3]]);
    let value = if bits & 2 != 0 { f64::from(bits as i32 >> 2) } else { f64::from_bits(u64::from(bits & !3) << 32) };
    if bits & 1 != 0 { value / 100.0 } else { value }
}

fn float(bytes: &[u8]) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(..8)?.try_into().ok()?))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
