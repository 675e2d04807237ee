//! Workbooks: one way of writing for every sheet people get, so that all look and print alike.

mod chart;
pub mod copy;
mod figures;
mod layout;
mod room;
mod sheet;
mod style;
mod text;

pub use crate::render::workbook::room::is_writing;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};

use crate::render::RenderError;
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::style::Styles;

/// A workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    pub title: String,
    pub sheets: Vec<Sheet>,
}

/// A sheet: its parts stand one below the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Mended where Excel does not take it (`/ : * ? [ ] \`, more than 31 characters, twice the same).
    pub name: String,
    /// Wide sheets are printed across whatever this says.
    pub landscape: bool,
    pub parts: Vec<Part>,
    pub tab: Option<Tone>,
    /// Not shown in Excel's list of hidden sheets either.
    pub very_hidden: bool,
}

impl Sheet {
    pub fn new(name: impl Into<String>, parts: Vec<Part>) -> Sheet {
        Sheet { name: name.into(), parts, ..Sheet::default() }
    }
}

/// One part of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Title(String),
    /// Paragraphs over the whole width.
    Lines(Vec<String>),
    /// Tiles with key figures.
    Figures(Vec<Figure>),
    Table(Table),
    /// Charts that follow each other stand in pairs where the sheet is wide enough.
    Chart(Chart),
}

/// A key figure: a label, the value in large type, a note (change, target) below.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub label: String,
    pub value: Cell,
    pub kind: Kind,
    pub note: Option<String>,
    pub tone: Tone,
}

/// A native Excel chart; its data stand on a hidden sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub kind: ChartKind,
    pub title: String,
    pub categories: Vec<String>,
    /// Name and one value per category; what is no number leaves a gap.
    pub series: Vec<(String, Vec<f64>)>,
    /// Excel's format of the values, e.g. `0.0%`.
    pub number_format: String,
    /// Height in rows of 20 pixels.
    pub rows: u32,
}

impl Chart {
    pub fn new(kind: ChartKind, title: impl Into<String>, categories: Vec<String>) -> Chart {
        let number_format = "#,##0".to_string();
        Chart { kind, title: title.into(), categories, series: Vec::new(), number_format, rows: 14 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    Column,
    /// Lying; the first category on top.
    Bar,
    Line,
    StackedColumn,
}

/// The workbook as the bytes of an .xlsx file; the same book gives the same bytes.
///
/// # Errors
/// What Excel's format cannot hold: more than 1,048,576 rows or 16,384 columns.
pub fn write(book: &Book, words: &Words) -> Result<Vec<u8>, RenderError> {
    let mut names = text::SheetNames::default();
    let shown: Vec<String> = book.sheets.iter().map(|s| names.unique(&s.name)).collect();
    let mut shared = Shared {
        words,
        styles: Styles::default(),
        title: &book.title,
        choices: HiddenSheet::new(names.unique(words.get("book.choices"))),
        charts: HiddenSheet::new(names.unique(words.get("book.chart_data"))),
    };
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::parse_from_str("2026-01-01T00:00:00")?;
    workbook.set_properties(&DocProperties::new().set_title(text::free(&book.title)).set_creation_datetime(&created));
    let first = book.sheets.iter().position(|s| !s.very_hidden);
    for (i, (sheet, name)) in book.sheets.iter().zip(&shown).enumerate() {
        let mut worksheet = sheet::write(sheet, &mut shared)?;
        worksheet.set_name(name)?.set_very_hidden(sheet.very_hidden);
        if Some(i) == first {
            worksheet.set_active(true);
        }
        workbook.push_worksheet(worksheet);
    }
    if first.is_none() {
        // Excel refuses a workbook without a visible sheet.
        workbook.add_worksheet();
    }
    for hidden in [shared.choices, shared.charts].into_iter().filter(|h| h.used > 0) {
        workbook.push_worksheet(hidden.worksheet);
    }
    Ok(workbook.save_to_buffer()?)
}

/// The 0-based row of a sheet on which a row of its `table`-th table will stand; `None` where there is no such row.
pub fn row_of(parts: &[Part], table: usize, row: usize) -> Option<u32> {
    sheet::row_of(parts, table, row)
}

/// What the sheets of one workbook share while it is written.
struct Shared<'a> {
    words: &'a Words,
    styles: Styles,
    title: &'a str,
    /// Lists too long for a drop-down's own text, one per column.
    choices: HiddenSheet,
    /// Data of the charts, block under block.
    charts: HiddenSheet,
}

/// A very-hidden sheet that is kept only if something was written to it.
struct HiddenSheet {
    name: String,
    worksheet: Worksheet,
    /// Columns (choices) or rows (charts) taken.
    used: u32,
}

impl HiddenSheet {
    fn new(name: String) -> HiddenSheet {
        let mut worksheet = Worksheet::new();
        // The name was made unique and valid before; a refusal would leave the default name and show in the tests.
        let _ = worksheet.set_name(&name);
        worksheet.set_very_hidden(true);
        HiddenSheet { name, worksheet, used: 0 }
    }
}

#[cfg(test)]
mod tests;
