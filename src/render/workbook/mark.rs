//! Workbooks that come back: the mark on a hidden sheet, and what is kept of the cells they were sent with.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use crate::model::returns::book::{COLUMN, KEY, MARK_SHEET, TYPED};
use crate::render::table::{Cell, Column, Kind, Table};
use crate::render::workbook::cells::write_text;
use crate::render::workbook::{Book, BookMark, Part, text};

/// A cell as it is sent: a value somebody may type over, or one that is to stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentCell {
    /// The key of the row.
    pub key: String,
    pub field: String,
    /// As shown; days as ISO.
    pub text: String,
}

fn tables(book: &Book) -> impl Iterator<Item = (usize, &Table)> {
    let parts = book.sheets.iter().enumerate().flat_map(|(at, sheet)| sheet.parts.iter().map(move |part| (at, part)));
    parts.filter_map(|(at, part)| match part {
        Part::Table(table) | Part::Long { table, .. } if key_of(table).is_some() => Some((at, table)),
        _ => None,
    })
}

fn key_of(table: &Table) -> Option<usize> {
    table.columns.iter().position(|c| c.key == KEY)
}

/// Gives the keys of all rows the form in which they leave.
pub fn sign(book: &mut Book, signed: impl Fn(&str) -> String) {
    for part in book.sheets.iter_mut().flat_map(|sheet| &mut sheet.parts) {
        let (Part::Table(table) | Part::Long { table, .. }) = part else { continue };
        let Some(key) = key_of(table) else { continue };
        for row in &mut table.rows {
            if let Some(Cell::Text(id)) = row.cells.get_mut(key)
                && !id.is_empty()
            {
                *id = signed(id);
            }
        }
    }
}

/// How many rows can be answered, and the cells of theirs that are looked at when they come back: those typed into that
/// are not empty, and the `fixed` ones.
pub fn sent(book: &Book, fixed: &[String]) -> (usize, Vec<SentCell>) {
    let (mut rows, mut cells) = (0, Vec::new());
    for (_, table) in tables(book) {
        let Some(key_at) = key_of(table) else { continue };
        let kept: Vec<(usize, &Column)> =
            table.columns.iter().enumerate().filter(|(_, c)| c.input || fixed.contains(&c.key)).collect();
        for row in &table.rows {
            let Some(Cell::Text(key)) = row.cells.get(key_at).filter(|c| **c != Cell::text("")) else { continue };
            rows += 1;
            for (at, column) in &kept {
                let cell = row.cells.get(*at).unwrap_or(&Cell::Empty);
                let text = match cell {
                    Cell::Date(day) => day.to_string(),
                    cell => cell.shown(&Kind::Text),
                };
                if !text.is_empty() {
                    cells.push(SentCell {
                        key: key.clone(),
                        field: column.key.clone(),
                        text: text::clean(&text).to_string(),
                    });
                }
            }
        }
    }
    (rows, cells)
}

/// Types into the first rows that can be answered, by row and field.
pub fn fill(book: &mut Book, told: &[BTreeMap<String, Cell>]) {
    let parts = book.sheets.iter_mut().flat_map(|sheet| &mut sheet.parts);
    let tables = parts.filter_map(|part| if let Part::Table(table) = part { Some(table) } else { None });
    let Some(table) = tables.into_iter().find(|table| key_of(table).is_some()) else { return };
    for (row, told) in table.rows.iter_mut().zip(told) {
        for (at, column) in table.columns.iter().enumerate().filter(|(_, c)| c.input) {
            if let (Some(cell), Some(value)) = (row.cells.get_mut(at), told.get(&column.key)) {
                *cell = value.clone();
            }
        }
    }
}

/// The hidden sheet; `names`: those of the sheets in the file.
pub(super) fn write(book: &Book, mark: &BookMark, names: &[String]) -> Result<Worksheet, XlsxError> {
    let mut ws = Worksheet::new();
    ws.set_name(MARK_SHEET)?.set_very_hidden(true);
    let plain = Format::default();
    let mut row = 0;
    let mut line = |cells: &[&str]| -> Result<(), XlsxError> {
        for (column, text) in cells.iter().enumerate() {
            write_text(&mut ws, row, column as u16, text, &plain)?;
        }
        row += 1;
        Ok(())
    };
    for (name, value) in mark.mark.lines() {
        line(&[name, &value])?;
    }
    for (sheet, table) in tables(book) {
        for column in table.columns.iter().filter(|c| c.input || c.key == KEY || mark.fixed.contains(&c.key)) {
            let typed = if column.input { TYPED } else { "" };
            line(&[COLUMN, &names[sheet], &column.key, &text::clean(&column.title), typed])?;
        }
    }
    Ok(ws)
}
