//! Merged regions and hidden rows and columns of OpenDocument sheets, for which their reader has no call.

use std::collections::BTreeMap;

use crate::intake::file::package::ods_styles::NamedStyles;
use crate::intake::file::package::xml::{attribute, number, unescape};
use crate::intake::file::scan::{CellFormats, SheetScan};

/// Rows a sheet can have.
const MAX_ROWS: u32 = 1_048_576;
/// Hidden rows written as one are no more than this where there is something in them.
const MAX_ALIKE: u32 = 10_000;
/// Columns a sheet can have.
const MAX_COLUMNS: u32 = 16_384;

/// Looks at the tags of `content.xml` as they come.
#[derive(Default)]
pub(crate) struct Tables {
    sheets: BTreeMap<String, SheetScan>,
    name: String,
    scan: SheetScan,
    marks: usize,
    /// Tables inside tables.
    depth: u32,
    row: u32,
    next_row: u32,
    column: u32,
    next_sheet_column: u32,
    styles: NamedStyles,
    /// Styles of the row's cells, and of the columns' from the first to the last, that give none of their own.
    of_row: Option<u32>,
    of_columns: Vec<(u32, u32, u32)>,
}

impl Tables {
    pub fn new(styles: &NamedStyles) -> Tables {
        Tables { styles: styles.clone(), ..Tables::default() }
    }

    pub fn take(&mut self, tag: &[u8]) {
        let (closing, inside) = tag.strip_prefix(b"/").map_or((false, tag), |t| (true, t));
        let name = crate::intake::file::package::xml::local_name(inside);
        if name == b"table" && inside.starts_with(b"table:") {
            return if closing { self.close() } else { self.open(tag) };
        }
        if closing || self.depth != 1 {
            return;
        }
        let count = |key: &[u8]| attribute(tag, key).and_then(number).unwrap_or(1).max(1);
        let hidden = || attribute(tag, b"visibility").is_some_and(|v| v == b"collapse" || v == b"filter");
        match name {
            b"table-column" => {
                let first = self.next_sheet_column;
                self.next_sheet_column = first.saturating_add(count(b"number-columns-repeated")).min(MAX_COLUMNS);
                if let Some(style) = self.style(tag, b"default-cell-style-name")
                    && self.next_sheet_column > first
                {
                    self.of_columns.push((first, self.next_sheet_column - 1, style));
                }
                if hidden() && self.next_sheet_column > first {
                    self.scan.hidden_columns.push((first, self.next_sheet_column - 1));
                }
            }
            b"table-row" => {
                self.row = self.next_row;
                self.next_row = self.row.saturating_add(count(b"number-rows-repeated")).min(MAX_ROWS);
                self.column = 0;
                self.of_row = self.style(tag, b"default-cell-style-name");
                if hidden() {
                    self.scan.hidden_rows.extend((self.row..self.next_row).take(MAX_ALIKE as usize));
                    self.marks += (self.next_row - self.row).min(MAX_ALIKE) as usize;
                }
            }
            b"table-cell" | b"covered-table-cell" => {
                let (rows, columns) = (count(b"number-rows-spanned"), count(b"number-columns-spanned"));
                if rows > 1 || columns > 1 {
                    let bottom = self.row.saturating_add(rows - 1).min(MAX_ROWS - 1);
                    let right = self.column.saturating_add(columns - 1).min(MAX_COLUMNS - 1);
                    self.marks += 1;
                    self.scan.merges.push((self.row, self.column, bottom, right));
                }
                let first = self.column;
                self.column = self.column.saturating_add(count(b"number-columns-repeated")).min(MAX_COLUMNS - 1);
                if attribute(tag, b"value").is_some() {
                    self.note(tag, first);
                }
            }
            _ => {}
        }
    }

    /// The number of the style an attribute names.
    fn style(&self, tag: &[u8], name: &[u8]) -> Option<u32> {
        attribute(tag, name).and_then(|name| self.styles.number(&unescape(name)))
    }

    /// Notes how numbers are seen in the cells from `first` up to where the next cell stands.
    fn note(&mut self, tag: &[u8], first: u32) {
        let of_cell = attribute(tag, b"style-name").map(|_| self.style(tag, b"style-name"));
        for column in first..self.column.max(first + 1) {
            let of_column = || self.of_columns.iter().rev().find(|(a, b, _)| (*a..=*b).contains(&column)).map(|c| c.2);
            let style = of_cell.unwrap_or_else(|| self.of_row.or_else(of_column));
            if let Some(style) = style {
                self.scan.formats.note((self.row, self.next_row.saturating_sub(1)), column, style);
            }
        }
    }

    fn open(&mut self, tag: &[u8]) {
        if tag.ends_with(b"/") {
            return;
        }
        self.depth += 1;
        if self.depth == 1 {
            let (sheets, styles) = (std::mem::take(&mut self.sheets), self.styles.clone());
            *self = Tables { sheets, styles, marks: self.marks, depth: 1, ..Tables::default() };
            self.scan.formats = CellFormats::new(&self.styles.styles);
            self.name = attribute(tag, b"name").map(unescape).unwrap_or_default();
        }
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.sheets.insert(std::mem::take(&mut self.name), std::mem::take(&mut self.scan));
        }
    }

    /// Merged regions and runs of hidden rows so far.
    pub fn marks(&self) -> usize {
        self.marks
    }

    pub fn finish(self) -> BTreeMap<String, SheetScan> {
        self.sheets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_spans_and_visibility() {
        let mut tables = Tables::default();
        for tag in [
            "table:table table:name=\"甲&amp;乙\" table:style-name=\"ta1\"",
            "table:table-column table:number-columns-repeated=\"2\"/",
            "table:table-column table:visibility=\"collapse\"/",
            "table:table-row table:number-rows-repeated=\"3\"",
            "table:table-cell/",
            "/table:table-row",
            "table:table-row table:visibility=\"filter\" table:number-rows-repeated=\"2\"",
            "table:table-cell table:number-columns-repeated=\"2\"/",
            "table:table-cell table:number-columns-spanned=\"2\" table:number-rows-spanned=\"3\"",
            "table:table table:name=\"内\" table:is-sub-table=\"true\"",
            "table:table-row table:visibility=\"collapse\"",
            "/table:table",
            "/table:table-cell",
            "/table:table",
        ] {
            tables.take(tag.as_bytes());
        }
        let sheets = tables.finish();
        assert_eq!(sheets.len(), 1);
        let scan = &sheets["甲&乙"];
        assert_eq!(scan.hidden_rows, [3, 4]);
        assert_eq!(scan.hidden_columns, [(2, 2)]);
        assert_eq!(scan.merges, [(3, 2, 5, 3)]);
    }
}
