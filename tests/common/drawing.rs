//! How tests draw sheets: a table in text, one cell between bars.

use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Formula, Worksheet};

/// Writes a table: a line a row, lines of dashes left out. Cells are written by [`put`]; formulas have no result.
pub fn draw(page: &mut Worksheet, table: &str) {
    let lines = table.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("|---"));
    for (row, line) in lines.enumerate() {
        let cells = line.strip_prefix('|').unwrap_or(line).trim_end_matches('|').split('|').map(str::trim);
        for (column, cell) in cells.enumerate() {
            put(page, row as u32, column as u16, cell, "");
        }
    }
}

/// Writes a cell: `'5` as text, `=A1` as a formula with `result`, `#N/A` as an error, `2026-01-05` as a date, `5.20` as a
/// number; digits with a zero before them or more than fifteen, as identifiers are kept, and everything else as text.
pub fn put(page: &mut Worksheet, row: u32, column: u16, cell: &str, result: &str) {
    let digits = cell.bytes().all(|b| b.is_ascii_digit());
    let identifier = digits && (cell.len() > 15 || cell.len() > 1 && cell.starts_with('0'));
    if cell.is_empty() {
    } else if let Some(text) = cell.strip_prefix('\'') {
        page.write_string(row, column, text).unwrap();
    } else if cell.starts_with('=') {
        page.write_formula(row, column, Formula::new(cell).set_result(result)).unwrap();
    } else if cell.starts_with('#') {
        page.write_formula(row, column, Formula::new("=NA()").set_result(cell)).unwrap();
    } else if let Some(number) = cell.parse::<f64>().ok().filter(|_| !identifier) {
        page.write_number(row, column, number).unwrap();
    } else if let Ok(date) = cell.parse::<NaiveDate>() {
        let serial = (date - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap()).num_days() as f64;
        let format = Format::new().set_num_format("yyyy-mm-dd");
        page.write_number_with_format(row, column, serial, &format).unwrap();
    } else {
        page.write_string(row, column, cell).unwrap();
    }
}
