//! What a sheet's XML says beside its values, and the digits of numbers that their values do not keep.

use crate::intake::file::package::xml::{attribute, is_true, local_name, number, position, region};
use crate::intake::file::scan::{CellFormats, Rescued, SheetScan, Styles};

/// From so many digits on, a number's value no longer says them all.
const LONG: usize = 16;

/// Columns a sheet can have.
const MAX_COLUMNS: usize = 16_384;

/// Looks at a sheet's tags as they come.
pub(crate) struct SheetTags {
    scan: SheetScan,
    row: u32,
    /// Cells of the row so far.
    column: u32,
    /// The tag of the cell last begun.
    cell: Vec<u8>,
    /// A reader would stumble over a word of the sheet.
    pub odd: bool,
}

impl SheetTags {
    pub fn new(styles: &Styles) -> SheetTags {
        let scan = SheetScan { formats: CellFormats::new(styles), ..SheetScan::default() };
        SheetTags { scan, row: 0, column: 0, cell: Vec::new(), odd: false }
    }

    /// Takes a tag with the text before it; says whether the text after it is wanted.
    pub fn take(&mut self, tag: &[u8], text: &[u8]) -> bool {
        if !text.is_empty() {
            self.value(text);
        }
        match local_name(tag) {
            b"c" => {
                self.column += 1;
                self.cell.clear();
                self.cell.extend_from_slice(tag);
                if self.scan.formats.matter()
                    && let Some(style) = attribute(tag, b"s").and_then(number)
                {
                    let (row, column) = self.place();
                    self.scan.formats.note((row, row), column, style);
                }
            }
            b"v" => return !tag.ends_with(b"/"),
            b"row" => {
                self.row = attribute(tag, b"r").and_then(number).map_or(self.row + 1, |r| r.max(1));
                self.column = 0;
                self.scan.rows = Some(self.scan.rows.unwrap_or(0) + 1);
                if attribute(tag, b"hidden").is_some_and(is_true) {
                    self.scan.hidden_rows.push(self.row - 1);
                }
            }
            b"col" => {
                if attribute(tag, b"hidden").is_some_and(is_true)
                    && let (Some(min), Some(max)) =
                        (attribute(tag, b"min").and_then(number), attribute(tag, b"max").and_then(number))
                    && min > 0
                    && max >= min
                    && self.scan.hidden_columns.len() < MAX_COLUMNS
                {
                    self.scan.hidden_columns.push((min - 1, max - 1));
                }
            }
            b"dimension" => self.odd |= crate::intake::file::package::repair::is_odd(tag),
            b"mergeCell" => {
                if let Some(range) = attribute(tag, b"ref").and_then(region) {
                    self.scan.merges.push(range);
                }
            }
            _ => {}
        }
        false
    }

    /// Keeps the digits of a number if they say more than its value.
    fn value(&mut self, text: &[u8]) {
        if text.len() < LONG || !text.iter().all(u8::is_ascii_digit) {
            return;
        }
        if attribute(&self.cell, b"t").is_some_and(|t| t != b"n") {
            return;
        }
        let Some(digits) = std::str::from_utf8(text).ok().and_then(|t| t.parse::<u64>().ok()) else { return };
        let (row, column) = self.place();
        let width = u8::try_from(text.len()).unwrap_or(u8::MAX);
        self.scan.rescued.push(Rescued { row, column, digits, width });
    }

    /// Where the cell last begun stands.
    fn place(&self) -> (u32, u32) {
        let place = attribute(&self.cell, b"r").and_then(|r| position(std::str::from_utf8(r).ok()?));
        place.unwrap_or((self.row.saturating_sub(1), self.column.saturating_sub(1)))
    }

    /// Merged regions and hidden rows so far.
    pub fn marks(&self) -> usize {
        self.scan.merges.len() + self.scan.hidden_rows.len()
    }

    pub fn finish(mut self) -> SheetScan {
        self.scan.formats.sort();
        self.scan.rescued.sort_by_key(|r| (r.row, r.column));
        self.scan
    }
}
