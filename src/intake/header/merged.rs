//! Where a merged heading ends, and which columns a heading over several of them gives its unit.

use crate::intake::file::cell::{Cell, Row};

/// Stands right of a merged heading: what is beside it is not under it. It reads as blank.
const HEADING_ENDS: &str = "\u{85}";

/// Whether a heading from further left ends before this cell.
pub(crate) fn ends_heading(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text == HEADING_ENDS)
}

/// Notes in the first rows where merged headings end; `merges`: first row and column, last row and column.
pub(crate) fn end_headings(rows: &mut [Row], merges: &[(u32, u32, u32, u32)]) {
    let width = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let last = rows.last().map_or(0, |r| r.index);
    for (top, left, bottom, right) in merges.iter().filter(|m| m.0 <= last) {
        let beside = *right as usize + 1;
        if left == right || beside >= width {
            continue;
        }
        for row in rows.iter_mut().filter(|r| (*top..=*bottom).contains(&r.index)) {
            if row.cells.len() <= beside {
                row.cells.resize(beside + 1, Cell::Empty);
            }
            if matches!(row.cells[beside], Cell::Empty) {
                row.cells[beside] = Cell::Text(HEADING_ENDS.to_string());
            }
        }
    }
}

/// Takes those notes out of rows that turned out to be no headings.
pub(crate) fn clear_ends(rows: &mut [Row]) {
    for cell in rows.iter_mut().flat_map(|r| r.cells.iter_mut()).filter(|c| ends_heading(c)) {
        *cell = Cell::Empty;
    }
}
