//! One abstract table: typed cells under described columns. The console and the workbook show the same one.

use chrono::NaiveDate;

use crate::model::{Fen, Points};
use crate::render::figures;

/// A typed cell. What is unknown is [`Cell::Empty`], never zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Count(i64),
    Money(Fen),
    /// A share, 1.0 = 100 %.
    Share(f64),
    Ratio(f64),
    Points(Points),
    Date(NaiveDate),
    /// `target` is `internal:<sheet>!A1`, a path relative to the file, or an https address.
    Link {
        text: String,
        target: String,
    },
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// The value, or an empty cell where it is unknown: `Cell::or_empty(aum, Cell::Money)`.
    pub fn or_empty<T>(value: Option<T>, make: impl FnOnce(T) -> Cell) -> Cell {
        value.map_or(Cell::Empty, make)
    }

    /// As shown in a column of `kind`.
    pub fn shown(&self, kind: &Kind) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Link { text, .. } => text.clone(),
            Cell::Count(n) => figures::count(*n),
            Cell::Money(fen) if *kind == Kind::Wan => figures::wan(*fen),
            Cell::Money(fen) => figures::yuan(*fen),
            Cell::Share(share) => figures::percent(*share),
            Cell::Ratio(ratio) => figures::ratio(*ratio),
            Cell::Points(points) => figures::points(*points),
            Cell::Date(date) => figures::date(*date),
        }
    }

    /// Figures and dates stand at the right edge of a text column too.
    pub fn is_figure(&self) -> bool {
        !matches!(self, Cell::Empty | Cell::Text(_) | Cell::Link { .. })
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_string())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

/// How a column is shown. [`Cell::Money`] in a `Wan` column is shown in 万元; the title says so.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Text,
    /// Long text that breaks into lines.
    Wrap,
    /// What is typed after a command as it stands: `P000123`. Cut it would be of no use.
    Number,
    Count,
    Yuan,
    Wan,
    Share,
    Ratio,
    Points,
    Date,
    /// Text from a drop-down list.
    Choice(Vec<String>),
}

impl Kind {
    /// Shown at the right edge.
    pub fn is_figure(&self) -> bool {
        matches!(self, Kind::Count | Kind::Yuan | Kind::Wan | Kind::Share | Kind::Ratio | Kind::Points)
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub key: String,
    pub title: String,
    pub kind: Kind,
    /// Width in characters of the workbook; `None` fits the content.
    pub width: Option<f64>,
    /// Typed into by the user.
    pub input: bool,
    pub hidden: bool,
    /// Spanning header above this and neighbouring columns of the same group.
    pub group: Option<String>,
}

impl Column {
    pub fn new(key: impl Into<String>, title: impl Into<String>, kind: Kind) -> Column {
        Column { key: key.into(), title: title.into(), kind, width: None, input: false, hidden: false, group: None }
    }

    pub fn width(mut self, characters: f64) -> Column {
        self.width = Some(characters);
        self
    }

    pub fn input(mut self) -> Column {
        self.input = true;
        self
    }

    pub fn hidden(mut self) -> Column {
        self.hidden = true;
        self
    }

    pub fn group(mut self, title: impl Into<String>) -> Column {
        self.group = Some(title.into());
        self
    }
}

/// What a row or a cell says beside its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tone {
    #[default]
    Normal,
    Total,
    Good,
    Warn,
    Bad,
    Muted,
    /// Possible, and less likely than what is in [`Tone::Warn`].
    Faint,
    /// A day off.
    Off,
    /// Today.
    Now,
}

/// A row: one cell per column, hidden ones included.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    pub cells: Vec<Cell>,
    pub tone: Tone,
    /// Tones of single cells, by column index.
    pub tones: Vec<(usize, Tone)>,
}

impl Row {
    pub fn new(cells: Vec<Cell>) -> Row {
        Row { cells, ..Row::default() }
    }

    pub fn tone(mut self, tone: Tone) -> Row {
        self.tone = tone;
        self
    }

    pub fn cell_tone(mut self, column: usize, tone: Tone) -> Row {
        self.tones.push((column, tone));
        self
    }

    /// The tone of one cell: its own, else the row's.
    pub fn tone_of(&self, column: usize) -> Tone {
        self.tones.iter().rev().find(|(c, _)| *c == column).map_or(self.tone, |(_, t)| *t)
    }
}

/// A table with its title and notes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub key: String,
    pub title: String,
    /// Shown under the table on the console, above it in a workbook.
    pub notes: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Columns that stay in view when a sheet is scrolled sideways.
    pub freeze: usize,
    /// Keys of the columns shown on a terminal; `None` = as many as fit.
    pub console: Option<Vec<String>>,
    /// Sentence shown when there are no rows.
    pub empty: String,
    /// The keys of the columns stand in a hidden row above the header of a workbook: they stay with their columns whoever
    /// moves them or writes other titles.
    pub keyed: bool,
}

impl Table {
    pub fn new(key: impl Into<String>, title: impl Into<String>, columns: Vec<Column>) -> Table {
        Table { key: key.into(), title: title.into(), columns, ..Table::default() }
    }

    /// The place of the column with this key.
    pub fn at(&self, key: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.key == key)
    }

    /// Whether this text stands in the column of a row.
    pub fn says(&self, row: &Row, key: &str, text: &str) -> bool {
        matches!(self.at(key).and_then(|at| row.cells.get(at)), Some(Cell::Text(t)) if t == text)
    }

    /// Adds a row of sums: cells by the keys of their columns, the others empty.
    pub fn add_total<'k>(&mut self, cells: impl IntoIterator<Item = (&'k str, Cell)>) {
        let mut row = vec![Cell::Empty; self.columns.len()];
        for (key, cell) in cells {
            let at = self.at(key);
            debug_assert!(at.is_some(), "no column {key} in {}", self.key);
            if let Some(at) = at {
                row[at] = cell;
            }
        }
        self.rows.push(Row::new(row).tone(Tone::Total));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_shown_in_the_unit_of_its_column() {
        let cell = Cell::Money(Fen::yuan(12_346_000));
        assert_eq!(cell.shown(&Kind::Wan), "1,234.6");
        assert_eq!(cell.shown(&Kind::Yuan), "12,346,000.00");
        assert_eq!(Cell::or_empty(None, Cell::Money).shown(&Kind::Wan), "");
    }

    #[test]
    fn sums_stand_under_the_keys_of_their_columns() {
        let columns = [("name", Kind::Text), ("rate", Kind::Share), ("heads", Kind::Count)];
        let mut table = Table::new("t", "t", columns.map(|(key, kind)| Column::new(key, key, kind)).into());
        table.add_total([("heads", Cell::Count(3)), ("name", "合计".into())]);
        assert_eq!(table.rows[0].cells, [Cell::text("合计"), Cell::Empty, Cell::Count(3)]);
        assert!(table.says(&table.rows[0], "name", "合计") && !table.says(&table.rows[0], "rate", ""));
    }

    #[test]
    fn a_cell_has_its_own_tone_or_the_rows() {
        let row = Row::new(vec![Cell::Empty, Cell::Count(1)]).tone(Tone::Muted).cell_tone(1, Tone::Bad);
        assert_eq!((row.tone_of(0), row.tone_of(1)), (Tone::Muted, Tone::Bad));
    }
}
