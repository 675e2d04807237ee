//! Workbooks: one way of writing for every sheet people get, so that all look and print alike.

mod cells;
mod chart;
pub mod copy;
mod figures;
mod layout;
pub mod mark;
mod parts;
mod room;
mod shared;
mod sheet;
mod style;
mod text;

use std::io::Write as _;
use std::path::Path;

pub use crate::render::workbook::parts::{Book, BookMark, Chart, ChartKind, Feed, Figure, Part, Sheet, Take};
pub use crate::render::workbook::room::is_writing;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};

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
    Ok(assemble(book, words, None, &mut |_, _| Ok(()))?.save_to_buffer()?)
}

/// A workbook with more rows in its long lists is not held in memory while it is written.
const HELD_ROWS: u64 = 20_000;

/// The workbook into `file`, the rows of its long lists told by `feed`; where they are many they pass through files in
/// `folder`, and no more than one is in memory.
///
/// # Errors
/// As [`write()`]; what `feed` fails with, or a folder that cannot be written.
pub fn write_long(
    book: Book,
    words: &Words,
    folder: &Path,
    file: &mut std::fs::File,
    feed: Feed<'_>,
) -> Result<(), RenderError> {
    if book.long_rows() <= HELD_ROWS {
        let book = book.filled(feed)?;
        return save(assemble(&book, words, None, &mut |_, _| Ok(()))?, file);
    }
    room::guarded(folder, || save(assemble(&book, words, Some(folder), feed)?, file))
}

fn save(mut workbook: Workbook, file: &mut std::fs::File) -> Result<(), RenderError> {
    let mut out = std::io::BufWriter::with_capacity(1 << 16, file);
    workbook.save_to_writer(&mut out)?;
    out.flush().map_err(rust_xlsxwriter::XlsxError::IoError)?;
    Ok(())
}

/// How hard a workbook is compressed, 1 to 9. Excel 365 saves with 3 as well: against the customary 6 a file grows by some
/// twentieth and is compressed in a good half of the time.
const ZIP_LEVEL: u8 = 3;

/// Puts a workbook together; sheets with long lists grow in `folder` where one is given.
fn assemble(book: &Book, words: &Words, folder: Option<&Path>, feed: Feed<'_>) -> Result<Workbook, RenderError> {
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
    workbook.set_zip_compression_level(ZIP_LEVEL);
    if let Some(folder) = folder {
        workbook.set_tempdir(folder)?;
    }
    let created = ExcelDateTime::parse_from_str(BOOK_STAMP.trim_end_matches('Z'))?;
    workbook.set_properties(&DocProperties::new().set_title(text::free(&book.title)).set_creation_datetime(&created));
    let first = book.sheets.iter().position(|s| !s.very_hidden);
    for (i, (sheet, name)) in book.sheets.iter().zip(&shown).enumerate() {
        let grows = folder.is_some() && sheet.parts.iter().any(|p| matches!(p, Part::Long { .. }));
        let worksheet = if grows { workbook.new_worksheet_with_constant_memory()? } else { Worksheet::new() };
        let mut worksheet = sheet::write(worksheet, sheet, &mut shared, &mut *feed)?;
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
    if let Some(mark) = &book.mark {
        workbook.push_worksheet(mark::write(book, mark, &shown)?);
    }
    for hidden in [shared.choices, shared.charts].into_iter().filter(|h| h.used > 0) {
        workbook.push_worksheet(hidden.worksheet);
    }
    Ok(workbook)
}

/// The 0-based row of a sheet on which a row of its `table`-th table will stand; `None` where there is no such row.
pub fn row_of(parts: &[Part], table: usize, row: usize) -> Option<u32> {
    sheet::row_of(parts, table, row)
}

#[cfg(test)]
mod tests;
