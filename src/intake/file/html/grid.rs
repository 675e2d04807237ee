//! The cells of one table of a page, put where a browser would show them.

use crate::intake::file::cell::{Cell, Row, text_cell};
use crate::intake::file::scan::SheetScan;

/// Longest text of a cell, in characters, as in Excel.
const CELL_CHARS: usize = 32_767;
/// Rows a sheet can have.
const MAX_ROWS: u32 = 1_048_576;

/// Whether the rows of a table are asked for, or only passed over.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Wanted {
    Yes,
    No,
}

/// A table being read.
pub(crate) struct Grid {
    pub offset: usize,
    /// Something is written in it.
    pub filled: bool,
    /// Cells right of the last column read were left out.
    pub cut: bool,
    wanted: Wanted,
    max_columns: usize,
    row: Row,
    in_row: bool,
    hidden: bool,
    next_row: u32,
    column: usize,
    /// First row in which each column is free of the cells above it.
    free_from: Vec<u32>,
    open: Option<Open>,
    scan: SheetScan,
    columns_told: u32,
    titles: Vec<String>,
    name: Option<String>,
    stopped: bool,
}

/// The cell whose text is being collected.
struct Open {
    column: usize,
    text: String,
    chars: usize,
    /// A blank or a line break to write before the next character.
    pending: Option<char>,
    number: Option<String>,
}

impl Grid {
    pub fn new(offset: usize, wanted: Wanted, max_columns: usize) -> Grid {
        Grid {
            offset,
            filled: false,
            cut: false,
            wanted,
            max_columns,
            row: Row::default(),
            in_row: false,
            hidden: false,
            next_row: 0,
            column: 0,
            free_from: Vec::new(),
            open: None,
            scan: SheetScan::default(),
            columns_told: 0,
            titles: Vec::new(),
            name: None,
            stopped: false,
        }
    }

    /// A line of text above the table, as a row of its own.
    pub fn title(&mut self, line: &str, each: &mut dyn FnMut(&mut Row) -> bool) {
        self.row.index = self.next_row;
        self.row.cells = vec![Cell::Text(line.to_string())];
        self.next_row += 1;
        self.hand_over(each);
    }

    /// Remembers the lines above for when the table is read again.
    pub fn keep_title(&mut self, lines: Vec<String>) {
        self.titles = lines;
    }

    /// The lines above.
    pub fn title_lines(&self) -> &[String] {
        &self.titles
    }

    /// Names the table.
    pub fn caption(&mut self, name: String) {
        self.name = Some(name).filter(|n| !n.is_empty());
    }

    /// A `<col>`: only whether it is hidden matters.
    pub fn column(&mut self, span: u32, hidden: bool) {
        let first = self.columns_told;
        self.columns_told = first.saturating_add(span.clamp(1, 1_000)).min(MAX_ROWS);
        if hidden {
            self.scan.hidden_columns.push((first, self.columns_told - 1));
        }
    }

    pub fn begin_row(&mut self, hidden: bool, each: &mut dyn FnMut(&mut Row) -> bool) {
        self.end_row(each);
        self.in_row = true;
        self.hidden = hidden;
        self.row.index = self.next_row;
        self.next_row = self.next_row.saturating_add(1);
        self.column = 0;
    }

    pub fn end_row(&mut self, each: &mut dyn FnMut(&mut Row) -> bool) {
        self.end_cell();
        if !self.in_row {
            return;
        }
        self.in_row = false;
        if self.hidden {
            self.scan.hidden_rows.push(self.row.index);
        }
        self.hand_over(each);
    }

    /// Gives away the row being held, if there is anything in it.
    fn hand_over(&mut self, each: &mut dyn FnMut(&mut Row) -> bool) {
        while self.row.cells.last().is_some_and(|c| matches!(c, Cell::Empty)) {
            self.row.cells.pop();
        }
        if !self.row.cells.is_empty() && self.wanted == Wanted::Yes && !self.stopped && self.row.index < MAX_ROWS {
            self.stopped = !each(&mut self.row);
        }
        self.row.cells.clear();
    }

    pub fn begin_cell(
        &mut self,
        rows: u32,
        columns: u32,
        number: Option<String>,
        each: &mut dyn FnMut(&mut Row) -> bool,
    ) {
        self.end_cell();
        if !self.in_row {
            self.begin_row(false, each);
        }
        let row = self.row.index;
        while self.free_from.get(self.column).is_some_and(|free| *free > row) {
            self.column += 1;
        }
        let first = self.column;
        // No rows means all the rest of the table.
        let rows = if rows == 0 { MAX_ROWS } else { rows };
        let columns = columns.clamp(1, 1_000) as usize;
        let end = first.saturating_add(columns).min(self.max_columns.max(first));
        if self.free_from.len() < end {
            self.free_from.resize(end, 0);
        }
        let below = row.saturating_add(rows);
        self.free_from[first.min(end)..end].iter_mut().for_each(|free| *free = below);
        if (rows > 1 || end > first + 1) && end > first {
            self.scan.merges.push((row, first as u32, below - 1, end as u32 - 1));
        }
        self.column = first.saturating_add(columns);
        self.open = Some(Open { column: first, text: String::new(), chars: 0, pending: None, number });
    }

    /// Text inside the open cell; blanks fold as in a browser, and blocks begin a new line.
    pub fn text(&mut self, text: &str, line_break: bool) {
        let Some(cell) = &mut self.open else { return };
        if line_break {
            cell.pending = Some('\n');
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() {
                cell.pending = cell.pending.or(Some(' '));
                continue;
            }
            if cell.chars >= CELL_CHARS {
                return;
            }
            if let Some(blank) = cell.pending.take().filter(|_| !cell.text.is_empty()) {
                cell.text.push(blank);
                cell.chars += 1;
            }
            cell.text.push(c);
            cell.chars += 1;
        }
    }

    pub fn end_cell(&mut self) {
        let Some(open) = self.open.take() else { return };
        let cell = value(open.text, open.number);
        if matches!(cell, Cell::Empty) {
            return;
        }
        self.filled = true;
        if open.column >= self.max_columns {
            self.cut = true;
            return;
        }
        if self.row.cells.len() <= open.column {
            self.row.cells.resize(open.column + 1, Cell::Empty);
        }
        self.row.cells[open.column] = cell;
    }

    /// Ends the table: cells cannot reach below its last row.
    pub fn finish(&mut self, each: &mut dyn FnMut(&mut Row) -> bool) {
        self.end_row(each);
        let last = self.next_row.saturating_sub(1);
        self.scan.merges.iter_mut().for_each(|m| m.2 = m.2.min(last));
        self.scan.merges.retain(|m| (m.0, m.1) != (m.2, m.3));
    }

    /// Title lines, name, and what is known beside the values.
    pub fn into_parts(self) -> (Vec<String>, Option<String>, SheetScan) {
        (self.titles, self.name, self.scan)
    }
}

/// What a cell shows, unless the number behind it (`x:num`) says more.
fn value(shown: String, number: Option<String>) -> Cell {
    let Some(number) = number else { return text_cell(shown) };
    let number = number.trim();
    if number.len() >= 16 && number.bytes().all(|b| b.is_ascii_digit()) {
        return Cell::Text(number.to_string());
    }
    // A date or a percentage shows something else than its number, and what it shows is what is meant.
    let plain = shown.replace(',', "").parse::<f64>().is_ok_and(f64::is_finite);
    match number.parse::<f64>() {
        Ok(n) if plain && n.is_finite() => Cell::Number(n),
        _ => text_cell(shown),
    }
}
