//! A copy of somebody's sheets with marks on cells: values at their own places, no formulas, a first sheet that leads
//! to the marks. Rows are written as they come, so that a sheet of any length takes little memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDateTime, NaiveTime};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatBorder, Note, Workbook, Worksheet, XlsxError,
};

use crate::model::imported::{BOOK_STAMP, MARKED_COPY};
use crate::render::RenderError;
use crate::render::table::Tone;
use crate::render::words::Words;
use crate::render::workbook::shared::{HiddenSheet, Shared};
use crate::render::workbook::text::{self, SheetNames};
use crate::render::workbook::{Sheet, room, sheet, style};

/// Columns grow with their content up to this, in characters.
const WIDEST: usize = 40;
const NARROWEST: usize = 6;
/// Whole numbers from here on would be shown as `1.38E+11`.
const LONG_NUMBER: f64 = 1e11;
/// So many rows from the header on decide how wide a column is.
const WIDTH_ROWS: u32 = 2_000;
/// A header lower than this is not frozen: it would take the screen.
const LOWEST_FROZEN: u32 = 12;

/// A value of a copied cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Empty,
    Text(String),
    Number(f64),
    Bool(bool),
    Moment(NaiveDateTime),
    /// A time of day or a duration, in days.
    Span(f64),
}

/// What is said about a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub look: MarkLook,
    /// In words; shown when the mouse rests on the cell.
    pub note: String,
}

/// How a marked cell looks; the last one wins where several concern a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkLook {
    /// A header whose column is not used.
    Unused,
    /// A header whose column is used.
    Used,
    Note,
    Warning,
    Error,
}

/// Marks of one row by 0-based column.
pub type RowMarks = BTreeMap<u32, Mark>;

/// Where the header of a copied sheet stands: its last row, 0-based, and its last column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderPlace {
    pub row: u32,
    pub last_column: u32,
}

/// A workbook being copied.
pub struct MarkedBook<'w> {
    words: &'w Words,
    title: String,
    workbook: Workbook,
    names: SheetNames,
    first_name: String,
    formats: BTreeMap<Key, Format>,
    sheets: Vec<Worksheet>,
    max_notes: usize,
    /// Where the rows grow.
    folder: Arc<Path>,
}

/// What distinguishes formats.
type Key = (Option<MarkLook>, &'static str, bool);

/// A sheet being copied.
pub struct MarkedSheet {
    worksheet: Worksheet,
    widths: Vec<usize>,
    next_row: u32,
    /// Titles above the header, which run on over their neighbours, make no column wide.
    widths_from: u32,
    notes: usize,
    worst: Option<MarkLook>,
    header: Option<HeaderPlace>,
}

impl<'w> MarkedBook<'w> {
    /// A copy titled `title` whose first sheet will be called `first`; its rows pass through `folder`.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn new(
        words: &'w Words,
        title: &str,
        first: &str,
        folder: &Path,
        max_notes: usize,
    ) -> Result<MarkedBook<'w>, RenderError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        let mut names = SheetNames::default();
        let first_name = names.unique(first);
        let title = title.to_string();
        Ok(MarkedBook {
            words,
            title,
            workbook,
            names,
            first_name,
            formats: BTreeMap::new(),
            sheets: Vec::new(),
            max_notes,
            folder: folder.into(),
        })
    }

    /// The name a sheet will have: its own, mended where Excel does not take it or it is taken.
    pub fn name(&mut self, own: &str) -> String {
        self.names.unique(own)
    }

    /// Begins a sheet under a name from [`MarkedBook::name`].
    ///
    /// # Errors
    /// The folder for the rows cannot be written.
    pub fn begin(&mut self, name: &str, header: Option<HeaderPlace>) -> Result<MarkedSheet, RenderError> {
        let mut worksheet = self.workbook.new_worksheet_with_constant_memory()?;
        worksheet.set_name(name)?.set_landscape().set_print_fit_to_pages(1, 0).set_paper_size(sheet::A4);
        let widths_from = header.map_or(0, |h| h.row);
        Ok(MarkedSheet { worksheet, widths: Vec::new(), next_row: 0, widths_from, notes: 0, worst: None, header })
    }

    /// Writes a row (0-based); one that does not stand below those before it is left out, as is what lies outside of
    /// a sheet. Says whether it was written.
    ///
    /// # Errors
    /// The folder for the rows cannot be written.
    pub fn row(
        &mut self,
        sheet: &mut MarkedSheet,
        row: u32,
        values: &[Value],
        marks: &RowMarks,
    ) -> Result<bool, RenderError> {
        let folder = self.folder.clone();
        room::guarded(&folder, || self.add_row(sheet, row, values, marks))
    }

    fn add_row(
        &mut self,
        sheet: &mut MarkedSheet,
        row: u32,
        values: &[Value],
        marks: &RowMarks,
    ) -> Result<bool, RenderError> {
        const LAST_ROW: u32 = 1_048_575;
        if row < sheet.next_row || row > LAST_ROW {
            return Ok(false);
        }
        sheet.next_row = row + 1;
        let width = marks.keys().next_back().map_or(0, |c| *c as usize + 1).max(values.len()).min(16_384);
        for column in 0..width {
            let value = values.get(column).unwrap_or(&Value::Empty);
            let mark = marks.get(&(column as u32));
            if *value == Value::Empty && mark.is_none() {
                continue;
            }
            let look = mark.map(|m| m.look);
            sheet.worst = sheet.worst.max(look);
            self.cell(sheet, (row, column as u16), value, look)?;
            if let Some(mark) = mark.filter(|m| sheet.notes < self.max_notes && !m.note.is_empty()) {
                let lines = text::lines(&mark.note, 38.0) as u32;
                let note = Note::new(text::clean(&mark.note)).set_author("daifa").add_author_prefix(false);
                let note = note.set_width(280).set_height((lines * 18 + 14).clamp(50, 260)).set_font_name(style::FONT);
                sheet.worksheet.insert_note(row, column as u16, &note)?;
                sheet.notes += 1;
            }
            if (sheet.widths_from..sheet.widths_from + WIDTH_ROWS).contains(&row) {
                if sheet.widths.len() <= column {
                    sheet.widths.resize(column + 1, NARROWEST);
                }
                sheet.widths[column] = sheet.widths[column].max(width_of(value) + 2).min(WIDEST);
            }
        }
        Ok(true)
    }

    fn cell(
        &mut self,
        sheet: &mut MarkedSheet,
        (row, column): (u32, u16),
        value: &Value,
        look: Option<MarkLook>,
    ) -> Result<(), XlsxError> {
        let ws = &mut sheet.worksheet;
        let quote = matches!(value, Value::Text(t) if text::looks_like_formula(t));
        let format = self.formats.entry((look, number(value), quote)).or_insert_with_key(format);
        match value {
            Value::Empty => ws.write_blank(row, column, format)?,
            Value::Text(t) => ws.write_string_with_format(row, column, text::clean(t), format)?,
            Value::Bool(b) => ws.write_boolean_with_format(row, column, *b, format)?,
            Value::Number(n) | Value::Span(n) if n.is_finite() => {
                ws.write_number_with_format(row, column, *n, format)?
            }
            Value::Number(n) | Value::Span(n) => ws.write_string_with_format(row, column, n.to_string(), format)?,
            Value::Moment(at) => match excel_moment(at) {
                Some(moment) => ws.write_datetime_with_format(row, column, &moment, format)?,
                None => ws.write_string_with_format(row, column, at.to_string(), format)?,
            },
        };
        Ok(())
    }

    /// Ends a sheet: widths, panes, filter, and a tab in the colour of its worst mark.
    ///
    /// # Errors
    /// What Excel's format cannot hold.
    pub fn end(&mut self, mut sheet: MarkedSheet) -> Result<(), RenderError> {
        for (column, width) in sheet.widths.iter().enumerate() {
            sheet.worksheet.set_column_width(column as u16, *width as f64)?;
        }
        if let Some(header) = sheet.header {
            sheet.worksheet.set_repeat_rows(header.row, header.row)?;
            if header.row < LOWEST_FROZEN {
                sheet.worksheet.set_freeze_panes(header.row + 1, 0)?;
            }
            if sheet.next_row > header.row + 1 {
                sheet.worksheet.autofilter(header.row, 0, sheet.next_row - 1, header.last_column as u16)?;
            }
        }
        match sheet.worst {
            Some(MarkLook::Error) => sheet.worksheet.set_tab_color(style::tab(Tone::Bad)),
            Some(MarkLook::Warning) => sheet.worksheet.set_tab_color(style::tab(Tone::Warn)),
            _ => &mut sheet.worksheet,
        };
        self.sheets.push(sheet.worksheet);
        Ok(())
    }

    /// The workbook as bytes, `first` before the copied sheets; the same copy gives the same bytes. One that is
    /// `masked` says so in its properties, so that it is not taken for the file.
    ///
    /// # Errors
    /// What Excel's format cannot hold, or a folder that cannot be written.
    pub fn finish(self, first: &Sheet, masked: bool) -> Result<Vec<u8>, RenderError> {
        let folder = self.folder.clone();
        room::guarded(&folder, || self.put_together(first, masked))
    }

    fn put_together(mut self, first: &Sheet, masked: bool) -> Result<Vec<u8>, RenderError> {
        let created = ExcelDateTime::parse_from_str(BOOK_STAMP.trim_end_matches('Z'))?;
        let mut properties = DocProperties::new().set_title(text::clean(&self.title)).set_creation_datetime(&created);
        if masked {
            properties = properties.set_custom_property(MARKED_COPY, "1");
        }
        self.workbook.set_properties(&properties);
        let mut shared = Shared {
            words: self.words,
            styles: style::Styles::default(),
            title: &self.title,
            choices: HiddenSheet::new(self.names.unique(self.words.get("book.choices"))),
            charts: HiddenSheet::new(self.names.unique(self.words.get("book.chart_data"))),
        };
        let mut worksheet = sheet::write(Worksheet::new(), first, &mut shared, &mut |_, _| Ok(()))?;
        worksheet.set_name(&self.first_name)?.set_active(true);
        self.workbook.push_worksheet(worksheet);
        for sheet in self.sheets {
            self.workbook.push_worksheet(sheet);
        }
        Ok(self.workbook.save_to_buffer()?)
    }
}

fn excel_moment(at: &NaiveDateTime) -> Option<ExcelDateTime> {
    let year = u16::try_from(at.year()).ok().filter(|y| *y >= 1900)?;
    let date = ExcelDateTime::from_ymd(year, at.month() as u8, at.day() as u8).ok()?;
    let (time, milli) = (at.time(), chrono::Timelike::nanosecond(at) / 1_000_000);
    let seconds = f64::from(chrono::Timelike::second(&time)) + f64::from(milli) / 1000.0;
    date.and_hms(chrono::Timelike::hour(&time) as u16, chrono::Timelike::minute(&time) as u8, seconds).ok()
}

fn number(value: &Value) -> &'static str {
    match value {
        Value::Moment(at) if at.time() == NaiveTime::MIN => "yyyy-mm-dd",
        Value::Moment(_) => "yyyy-mm-dd hh:mm:ss",
        Value::Span(_) => "[h]:mm:ss",
        Value::Number(n) if n.fract() == 0.0 && n.abs() >= LONG_NUMBER => "0",
        _ => "General",
    }
}

fn width_of(value: &Value) -> usize {
    match value {
        Value::Empty => 0,
        Value::Text(t) => text::width(t),
        Value::Number(n) => n.to_string().len(),
        Value::Bool(_) => 5,
        Value::Moment(at) if at.time() == NaiveTime::MIN => 10,
        Value::Moment(_) => 19,
        Value::Span(_) => 9,
    }
}

fn format((look, number, quote): &Key) -> Format {
    let mut format = Format::new().set_font_name(style::FONT).set_font_size(10.0);
    if *number != "General" {
        format = format.set_num_format(*number);
    }
    if *quote {
        format = format.set_quote_prefix();
    }
    let Some(look) = look else { return format };
    let (fill, font, bold) = match look {
        MarkLook::Error => (0xF4A6A0, 0x7A0C0C, true),
        MarkLook::Warning => (0xFFE08A, 0x5C3B00, false),
        MarkLook::Note => (0xD6E6F5, 0x1F3864, false),
        MarkLook::Used => (0xD5EBD8, 0x1B5E20, true),
        MarkLook::Unused => (0xE7E9EC, 0x6B7280, true),
    };
    format = format.set_background_color(Color::RGB(fill)).set_font_color(Color::RGB(font));
    format = format.set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xAEB6C0));
    if bold { format.set_bold() } else { format }
}
