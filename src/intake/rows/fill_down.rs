//! Cells merged over several rows, one below the other: the value of the first holds for all.

use std::collections::BTreeMap;

use crate::rules::import::columns::ColumnRule;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::file::scan::SheetScan;
use crate::intake::header::layout::Layout;

/// A column whose vertical merges hold for all their rows.
pub(crate) struct Fill {
    column: usize,
    /// First and last row of each, ascending.
    spans: Vec<(u32, u32)>,
    next: usize,
    held: Option<(u32, Cell)>,
}

impl Fill {
    /// Gives the row's cell the value of the merge it lies in.
    pub fn fill_down(&mut self, row: &mut Row) {
        while self.spans.get(self.next).is_some_and(|(_, last)| *last < row.index) {
            self.next += 1;
            self.held = None;
        }
        let Some((first, last)) = self.spans.get(self.next) else { return };
        if row.index == *first {
            self.held = Some((*last, row.cell(self.column).clone()));
        } else if row.index > *first
            && row.cell(self.column).is_blank()
            && let Some((_, cell)) = &self.held
        {
            if row.cells.len() <= self.column {
                row.cells.resize(self.column + 1, Cell::Empty);
            }
            row.cells[self.column] = cell.clone();
        }
    }
}

/// Columns whose rules say that one value may hold for several rows.
pub(crate) fn fillable(rules: &BTreeMap<String, ColumnRule>, layout: &Layout) -> impl Iterator<Item = usize> {
    let long = layout.slot("product").is_some();
    let fills = move |rule: &ColumnRule| rule.fill || (rule.fill_long && long);
    layout.fields().filter(move |(field, _)| rules.get(*field).is_some_and(fills)).map(|(_, slot)| slot.column)
}

/// Vertical merges of the columns whose rules say so.
pub(crate) fn fills(scan: &SheetScan, rules: &BTreeMap<String, ColumnRule>, layout: &Layout) -> Vec<Fill> {
    fillable(rules, layout)
        .filter_map(|filled| {
            let column = filled as u32;
            let mut spans: Vec<(u32, u32)> = scan
                .merges
                .iter()
                .filter(|(top, left, bottom, _)| *left == column && bottom > top)
                .map(|(top, _, bottom, _)| (*top, *bottom))
                .collect();
            spans.sort_unstable();
            (!spans.is_empty()).then_some(Fill { column: filled, spans, next: 0, held: None })
        })
        .collect()
}
