//! Cells and rows as they stand in a file, whatever its format.

use std::collections::BTreeSet;

use chrono::{NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::intake::value::amount::number_format::{Look, NumberFormat};

/// One cell as stored. No `Debug`: cells hold personal data. It is serialised only on its way from a reading process.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    /// A number whose digits as stored say more than its value: sixteen or more, or zeros its format puts in front.
    Digits {
        value: f64,
        digits: String,
    },
    Bool(bool),
    Moment(#[serde(with = "moment")] NaiveDateTime),
    /// A time of day or a duration, in days.
    Span(f64),
    /// An error literal: `#N/A`.
    Error(String),
    /// A formula whose result was never stored.
    NoValue(String),
    /// A number that its format shows otherwise than it is stored.
    Shown(Box<Shown>),
}

/// A number as stored and as a person sees it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// As stored.
    pub value: f64,
    /// As seen, but for rounding: 3.5 for 35000 under `0!.0000`. A percentage keeps its share.
    pub seen: f64,
    /// Powers of ten by which it is seen smaller than it is stored.
    pub shift: i32,
    /// It is seen as a percentage.
    pub percent: bool,
    /// Words beside the number: `万元`.
    pub beside: String,
    /// All that is seen: `3.5万元`, `KH0001`.
    pub text: String,
}

impl Shown {
    fn of(value: f64, look: &Look) -> Shown {
        let shift = look.shift + if look.percent { 2 } else { 0 };
        Shown {
            value,
            seen: if look.percent { value } else { look.seen(value) },
            shift,
            percent: look.percent,
            beside: format!("{} {}", look.before, look.after).trim().to_string(),
            text: look.text(value),
        }
    }
}

impl Cell {
    /// A number as its format shows it.
    pub(crate) fn of_number(value: f64, format: Option<&NumberFormat>) -> Cell {
        let Some(look) = format.and_then(|f| f.look(value)) else { return Cell::Number(value) };
        if look.shift != 0 || look.percent || look.says() {
            return Cell::Shown(Box::new(Shown::of(value, look)));
        }
        let digits = look.digits(value);
        if digits.len() > value.to_string().len() { Cell::Digits { value, digits } } else { Cell::Number(value) }
    }

    /// The number in it, as stored.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Number(n) | Cell::Digits { value: n, .. } => Some(*n),
            Cell::Shown(shown) => Some(shown.value),
            _ => None,
        }
    }

    /// What a person sees in it, without rounding.
    pub fn seen(&self) -> String {
        if let Cell::Shown(shown) = self { shown.text.clone() } else { self.stored() }
    }

    /// Nothing in it, or only blanks.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// As stored: text unchanged, numbers shortest round-trip, dates ISO, `TRUE`/`FALSE`, error literals.
    pub fn stored(&self) -> String {
        match self {
            Cell::Empty | Cell::NoValue(_) => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Digits { digits, .. } => digits.clone(),
            Cell::Number(n) | Cell::Span(n) => n.to_string(),
            Cell::Shown(shown) => shown.value.to_string(),
            Cell::Bool(b) => if *b { "TRUE" } else { "FALSE" }.to_string(),
            Cell::Moment(at) if at.time() == NaiveTime::MIN => at.date().to_string(),
            Cell::Moment(at) => at.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            Cell::Error(literal) => literal.clone(),
        }
    }

    /// As seen, but of a long text only the beginning.
    pub fn shown(&self) -> String {
        match self {
            Cell::Text(text) if text.len() > SHOWN => text.chars().take(SHOWN).collect(),
            cell => cell.seen(),
        }
    }
}

/// Characters of a cell that a person is shown.
const SHOWN: usize = 300;
/// Moments as milliseconds: a workbook knows nothing finer.
mod moment {
    use chrono::{DateTime, NaiveDateTime};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(at: &NaiveDateTime, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.and_utc().timestamp_millis())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDateTime, D::Error> {
        let at = DateTime::from_timestamp_millis(i64::deserialize(from)?);
        at.map(|t| t.naive_utc()).ok_or_else(|| D::Error::custom("no such moment"))
    }
}

/// One row, dense from column A. `index` is 0-based.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Row {
    pub index: u32,
    pub cells: Vec<Cell>,
    /// Columns right of a merged heading, in the first rows of a sheet: what stands there is not under it.
    #[serde(skip)]
    pub ends: BTreeSet<usize>,
}

impl Row {
    pub fn new(index: u32, cells: Vec<Cell>) -> Row {
        Row { index, cells, ends: BTreeSet::new() }
    }

    pub fn cell(&self, column: usize) -> &Cell {
        const EMPTY: &Cell = &Cell::Empty;
        self.cells.get(column).unwrap_or(EMPTY)
    }

    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }

    /// Bytes of text in its cells.
    pub fn text_bytes(&self) -> u64 {
        let text = |cell: &Cell| match cell {
            Cell::Text(text) | Cell::NoValue(text) => text.len() as u64,
            Cell::Shown(shown) => (shown.text.len() + shown.beside.len()) as u64,
            _ => 0,
        };
        self.cells.iter().map(text).sum()
    }
}

/// How reading a sheet's rows went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Cells right of the last column read were left out.
    pub cut: bool,
    /// Cells that could not be read at all.
    pub unreadable: usize,
}

/// Collects the cells of a row while the reader moves on.
pub struct Gather<'e> {
    row: Row,
    any: bool,
    max_columns: usize,
    pub reading: Reading,
    each: &'e mut dyn FnMut(&mut Row) -> bool,
}

impl<'e> Gather<'e> {
    pub fn new(max_columns: usize, each: &'e mut dyn FnMut(&mut Row) -> bool) -> Self {
        Gather { row: Row::default(), any: false, max_columns, reading: Reading::default(), each }
    }

    /// `false` when no more rows are wanted.
    pub fn put(&mut self, (row, column): (u32, u32), cell: Cell) -> bool {
        if matches!(cell, Cell::Empty) {
            return true;
        }
        if self.any && row != self.row.index && !self.flush() {
            return false;
        }
        self.any = true;
        self.row.index = row;
        let column = column as usize;
        if column >= self.max_columns {
            self.reading.cut = true;
            return true;
        }
        if self.row.cells.len() <= column {
            self.row.cells.resize(column + 1, Cell::Empty);
        }
        self.row.cells[column] = cell;
        true
    }

    pub fn flush(&mut self) -> bool {
        if !self.any {
            return true;
        }
        let go_on = (self.each)(&mut self.row);
        self.row.cells.clear();
        self.any = false;
        go_on
    }
}

/// A cell of text; OpenDocument files and web pages hold error literals as text.
pub fn text_cell(text: String) -> Cell {
    match text.as_str() {
        "" => Cell::Empty,
        "#N/A" | "#REF!" | "#VALUE!" | "#DIV/0!" | "#NAME?" | "#NUM!" | "#NULL!" | "#SPILL!" => Cell::Error(text),
        _ => Cell::Text(text),
    }
}
