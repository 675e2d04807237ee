//! The columns of one table, each told whole: its title from the words, what it shows of a row, and in which tone.

use std::borrow::Borrow;

use crate::model::status::AumBasis;
use crate::render::table::{self, Cell, Kind, Row, Table, Tone};
use crate::render::words::Words;

type Of<'a, T, V> = Box<dyn Fn(&T) -> V + 'a>;

/// A column over rows of `T`.
struct Column<'a, T> {
    head: table::Column,
    cell: Of<'a, T, Cell>,
    tone: Option<Of<'a, T, Tone>>,
}

/// Columns of one table over rows of `T`.
pub(crate) struct Columns<'a, T> {
    words: &'a Words,
    table: &'static str,
    list: Vec<Column<'a, T>>,
    row_tone: Option<Of<'a, T, Tone>>,
}

impl<'a, T> Columns<'a, T> {
    pub fn new(words: &'a Words, table: &'static str) -> Columns<'a, T> {
        Columns { words, table, list: Vec::new(), row_tone: None }
    }

    /// A column under a head of its own.
    pub fn push(mut self, head: table::Column, cell: impl Fn(&T) -> Cell + 'a) -> Self {
        self.list.push(Column { head, cell: Box::new(cell), tone: None });
        self
    }

    fn head(&self, key: &str, kind: Kind) -> table::Column {
        let own = format!("table.{}.{key}", self.table);
        let title = if self.words.has(&own) { self.words.get(&own) } else { self.words.get(&format!("column.{key}")) };
        table::Column::new(key, title, kind)
    }

    /// A column as wide as its content.
    pub fn add(self, key: &str, kind: Kind, cell: impl Fn(&T) -> Cell + 'a) -> Self {
        let head = self.head(key, kind);
        self.push(head, cell)
    }

    /// `width` in characters of a workbook.
    pub fn wide(self, key: &str, kind: Kind, width: f64, cell: impl Fn(&T) -> Cell + 'a) -> Self {
        let head = self.head(key, kind).width(width);
        self.push(head, cell)
    }

    /// A column of AUM, titled by the basis all of the table is on.
    pub fn aum(self, key: &str, basis: AumBasis, kind: Kind, width: f64, cell: impl Fn(&T) -> Cell + 'a) -> Self {
        let title = self.words.get(&format!("aum_{basis}.{key}"));
        self.push(table::Column::new(key, title, kind).width(width), cell)
    }

    /// An empty column to be typed into.
    pub fn input(self, key: &str, kind: Kind, width: f64) -> Self {
        let head = self.head(key, kind).width(width).input();
        self.push(head, |_| Cell::Empty)
    }

    /// A column to be typed into that shows what was typed before.
    pub fn typed(self, key: &str, kind: Kind, width: f64, cell: impl Fn(&T) -> Cell + 'a) -> Self {
        let head = self.head(key, kind).width(width).input();
        self.push(head, cell)
    }

    pub fn hidden(self, key: &str, cell: impl Fn(&T) -> Cell + 'a) -> Self {
        let head = self.head(key, Kind::Text).width(8.0).hidden();
        self.push(head, cell)
    }

    /// The tone of the column told last, where it differs from the row's.
    pub fn tone(mut self, tone: impl Fn(&T) -> Tone + 'a) -> Self {
        if let Some(last) = self.list.last_mut() {
            last.tone = Some(Box::new(tone));
        }
        self
    }

    /// The tone of whole rows.
    pub fn row_tone(mut self, tone: impl Fn(&T) -> Tone + 'a) -> Self {
        self.row_tone = Some(Box::new(tone));
        self
    }

    /// The table of `rows`, with its title, and the sentence that stands where there are none.
    pub fn table<R: Borrow<T>>(self, rows: impl IntoIterator<Item = R>) -> Table {
        let title = self.words.get(&format!("table.{}.title", self.table));
        let empty = self.words.get(&format!("table.{}.empty", self.table));
        self.titled(title, empty, rows)
    }

    /// The table of `rows` under a title of its own.
    pub fn titled<R: Borrow<T>>(self, title: &str, empty: &str, rows: impl IntoIterator<Item = R>) -> Table {
        let rows = rows.into_iter().map(|r| self.row(r.borrow())).collect();
        let columns = self.list.into_iter().map(|c| c.head).collect();
        Table { rows, empty: empty.to_string(), ..Table::new(self.table, title, columns) }
    }

    /// What the columns show of one row.
    pub fn row(&self, of: &T) -> Row {
        let row = Row::new(self.list.iter().map(|c| (c.cell)(of)).collect());
        let row = row.tone(self.row_tone.as_ref().map(|tone| tone(of)).unwrap_or_default());
        let tones = self.list.iter().enumerate().filter_map(|(at, c)| Some((at, c.tone.as_ref()?(of))));
        tones.filter(|(_, tone)| *tone != Tone::Normal).fold(row, |row, (at, tone)| row.cell_tone(at, tone))
    }
}
