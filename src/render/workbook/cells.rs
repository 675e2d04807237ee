//! Writing single cells.

use std::borrow::Cow;

use chrono::Datelike;
use rust_xlsxwriter::{ExcelDateTime, Format, Url, Worksheet, XlsxError};

use crate::render::table::{Cell, Kind};
use crate::render::workbook::layout::Layout;
use crate::render::workbook::text;

/// Text over the whole width of the sheet, with the height its lines need.
pub fn span(
    ws: &mut Worksheet,
    row: u32,
    layout: &Layout,
    content: &str,
    format: &Format,
    line: f64,
) -> Result<(), XlsxError> {
    let content = text::free(content);
    ws.set_row_height(row, line * text::lines(&content, layout.total()) as f64)?;
    merge(ws, row, (0, layout.last()), &content, format)
}

/// Text over a run of columns; one column needs no merging.
pub fn merge(ws: &mut Worksheet, row: u32, run: (u16, u16), content: &str, format: &Format) -> Result<(), XlsxError> {
    if run.0 == run.1 {
        return write_text(ws, row, run.0, content, format);
    }
    ws.merge_range(row, run.0, row, run.1, content, &quoted(content, format))?;
    Ok(())
}

/// Text as text: where it begins as a formula does, so that editing the cell does not make it one.
pub fn write_text(ws: &mut Worksheet, row: u32, column: u16, content: &str, format: &Format) -> Result<(), XlsxError> {
    ws.write_string_with_format(row, column, content, &quoted(content, format))?;
    Ok(())
}

fn quoted<'f>(content: &str, format: &'f Format) -> Cow<'f, Format> {
    if text::looks_like_formula(content) {
        Cow::Owned(format.clone().set_quote_prefix())
    } else {
        Cow::Borrowed(format)
    }
}

/// A typed value; what Excel's numbers and dates cannot hold stands as text.
pub fn write_cell(
    ws: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    kind: &Kind,
    format: &Format,
) -> Result<(), XlsxError> {
    let number = match cell {
        Cell::Empty => None,
        Cell::Text(content) => return write_text(ws, row, column, &text::clean(content), format),
        Cell::Link { text: content, target } => return write_link(ws, row, column, content, target, format),
        Cell::Date(date) => {
            let day = u16::try_from(date.year())
                .ok()
                .and_then(|y| ExcelDateTime::from_ymd(y, date.month() as u8, date.day() as u8).ok());
            match day {
                Some(day) => ws.write_datetime_with_format(row, column, &day, format)?,
                None => ws.write_string_with_format(row, column, cell.shown(kind), format)?,
            };
            return Ok(());
        }
        Cell::Count(n) => Some(*n as f64),
        Cell::Money(fen) if *kind == Kind::Wan => Some(fen.0 as f64 / 1_000_000.0),
        Cell::Money(fen) => Some(fen.as_yuan()),
        Cell::Share(value) | Cell::Ratio(value) => Some(*value),
        // As it is shown, so that the parts beside it add up to it.
        Cell::Points(points) => Some(points.tenths() as f64 / 10.0),
    };
    match number.filter(|n| n.is_finite()) {
        Some(n) => ws.write_number_with_format(row, column, n, format)?,
        None => ws.write_blank(row, column, format)?,
    };
    Ok(())
}

fn write_link(
    ws: &mut Worksheet,
    row: u32,
    column: u16,
    content: &str,
    target: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let content = text::clean(content);
    let format: &Format = &quoted(&content, format);
    let relative = !target.contains(':') && !target.starts_with(['/', '\\']) && !target.is_empty();
    let link = if target.starts_with("internal:") || target.starts_with("https://") || target.starts_with("http://") {
        Some(target.to_string())
    } else {
        relative.then(|| format!("file:///{target}"))
    };
    let url = link.filter(|l| l.chars().count() <= 2000 && !content.is_empty());
    match url {
        Some(link) => ws.write_url_with_format(row, column, Url::new(link).set_text(content), format)?,
        None => ws.write_string_with_format(row, column, content, format)?,
    };
    Ok(())
}
