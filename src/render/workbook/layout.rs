//! Widths: how wide the columns of a sheet are and how far its titles reach.

use crate::render::table::{Column, Kind, Table};
use crate::render::workbook::{Part, Sheet, text};

/// Titles, paragraphs and charts reach over at least this many characters.
const NARROWEST_SHEET: f64 = 84.0;
/// As above on a sheet printed across: two charts beside each other.
const NARROWEST_ACROSS: f64 = 132.0;
/// Beyond this a sheet is printed across.
const PORTRAIT: f64 = 100.0;
/// Columns beside a narrow table.
const SPARE: f64 = 10.5;

/// Widths of a sheet's columns in characters.
#[derive(Debug)]
pub struct Layout {
    pub widths: Vec<f64>,
    pub hidden: Vec<bool>,
}

impl Layout {
    pub fn of(sheet: &Sheet) -> Layout {
        let (mut widths, mut hidden) = (Vec::<f64>::new(), Vec::<bool>::new());
        for part in &sheet.parts {
            let (Part::Table(table) | Part::Long { table, .. }) = part else { continue };
            for (i, column) in table.columns.iter().enumerate() {
                let width = column_width(table, i, column);
                match widths.get_mut(i) {
                    Some(w) => *w = w.max(width),
                    None => widths.push(width),
                }
                // Two tables below each other can hide a column only together.
                match hidden.get_mut(i) {
                    Some(h) => *h &= column.hidden,
                    None => hidden.push(column.hidden),
                }
            }
        }
        let mut layout = Layout { widths, hidden };
        let least = if sheet.landscape { NARROWEST_ACROSS } else { NARROWEST_SHEET };
        while layout.total() < least {
            layout.widths.push(SPARE);
            layout.hidden.push(false);
        }
        layout
    }

    pub fn shown(&self, column: usize) -> f64 {
        if self.hidden[column] { 0.0 } else { self.widths[column] }
    }

    pub fn total(&self) -> f64 {
        (0..self.widths.len()).map(|c| self.shown(c)).sum()
    }

    pub fn wide(&self) -> bool {
        self.total() > PORTRAIT
    }

    /// Index of the last column.
    pub fn last(&self) -> u16 {
        self.widths.len().saturating_sub(1) as u16
    }

    /// The columns cut into `n` runs of about equal width: first and last column of each.
    pub fn runs(&self, n: usize) -> Vec<(u16, u16)> {
        let columns = self.widths.len();
        let n = n.clamp(1, columns.max(1));
        let (mut runs, mut from, mut sum) = (Vec::new(), 0, 0.0);
        for column in 0..columns {
            sum += self.shown(column);
            let left = n - runs.len();
            let due = self.total() * (runs.len() + 1) as f64 / n as f64;
            let half = self.widths.get(column + 1).map_or(0.0, |_| self.shown(column + 1) / 2.0);
            let must = columns - column - 1 < left;
            if left > 1 && (sum + half >= due || must) {
                runs.push((from as u16, column as u16));
                from = column + 1;
            }
        }
        runs.push((from as u16, self.last()));
        runs
    }

    /// Width in pixels of a run of columns.
    pub fn pixels(&self, run: (u16, u16)) -> u32 {
        (usize::from(run.0)..=usize::from(run.1))
            .filter(|c| !self.hidden[*c])
            .map(|c| (self.widths[c] * 7.0 + 5.0) as u32)
            .sum()
    }
}

fn column_width(table: &Table, index: usize, column: &Column) -> f64 {
    if let Some(width) = column.width {
        return width;
    }
    let cells = table.rows.iter().filter_map(|r| r.cells.get(index));
    let content = cells.map(|c| text::width(&c.shown(&column.kind))).max().unwrap_or(0);
    let title = text::width(&column.title);
    // A long title over short figures breaks into two lines.
    let title = if title > 8 { title.div_ceil(2) + 1 } else { title };
    let (choices, widest) = match &column.kind {
        Kind::Choice(list) => (list.iter().map(|c| text::width(c)).max().unwrap_or(0) + 2, 30.0),
        Kind::Wrap => (0, 48.0),
        Kind::Text => (0, 42.0),
        _ => (0, 30.0),
    };
    let least = if column.input { 11.0 } else { 6.0 };
    // Room for the filter's button beside the title.
    ((content + 2).max(title + 4).max(choices) as f64).clamp(least, widest)
}
