//! Workbooks: one way of writing for every sheet people get, so that all look and print alike.

mod cells;
mod chart;
pub mod copy;
mod figures;
mod layout;
mod parts;
mod room;
mod shared;
mod sheet;
mod style;
mod text;

pub use crate::render::workbook::parts::{Book, Chart, ChartKind, Figure, Part, Sheet};
pub use crate::render::workbook::room::is_writing;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use crate::model::imported::BOOK_STAMP;
use crate::render::RenderError;
use crate::render::words::Words;
use crate::render::workbook::shared::{HiddenSheet, Shared};
use crate::render::workbook::style::Styles;

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
    let created = ExcelDateTime::parse_from_str(BOOK_STAMP.trim_end_matches('Z'))?;
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

#[cfg(test)]
mod tests;
