//! What came of a reading, counted.

use crate::model::status::SheetKind;

use crate::intake::{FileReading, SkippedRow};

impl FileReading {
    /// Kinds of the sheets that gave rows, sorted.
    pub fn kinds(&self) -> Vec<SheetKind> {
        let read = self.sheets.iter().filter(|s| s.row_count.is_some_and(|n| n > 0));
        let mut kinds: Vec<SheetKind> = read.filter_map(|s| s.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Rows that were good.
    pub fn rows_taken(&self) -> usize {
        self.sheets.iter().filter_map(|s| s.row_count).sum()
    }

    /// Moves good rows that could not be stored (by sheet) from those taken to those skipped.
    pub fn leave_out<'r>(&mut self, rows: impl Iterator<Item = (&'r str, SkippedRow)>) {
        for (sheet, row) in rows {
            let read = self.sheets.iter_mut().find(|s| s.sheet == sheet && s.row_count.is_some_and(|n| n > 0));
            if let Some(sheet) = read {
                sheet.row_count = sheet.row_count.map(|n| n - 1);
                sheet.skipped.push(row);
            }
        }
        self.sheets.iter_mut().for_each(|s| s.skipped.sort_by_key(|r| r.row));
    }

    /// Rows that are no data, or no good.
    pub fn rows_skipped(&self) -> usize {
        self.sheets.iter().map(|s| s.skipped.len()).sum()
    }
}
