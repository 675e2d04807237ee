//! What a generated file is made of.

use std::borrow::Cow;

use chrono::NaiveDate;

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleFile {
    /// Folder and file name, with `/`.
    pub path: String,
    pub format: SampleFormat,
    /// Rows of the first are made one by one; here it has those above them.
    pub sheets: Vec<SampleSheet>,
}

/// How the file is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    Xlsx,
    /// GB18030 text, first sheet only.
    CsvGbk,
    /// UTF-8 text with a byte order mark, first sheet only.
    CsvUtf8,
}

/// One sheet as a grid from A1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleSheet {
    pub name: String,
    pub rows: Vec<SampleRow<'static>>,
    pub merges: Vec<Merge>,
    /// Rows kept in view while scrolling: all up to the end of the header.
    pub frozen: u32,
    /// Column widths in characters.
    pub widths: Vec<u32>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRow<'a> {
    pub kind: RowKind,
    pub hidden: bool,
    pub cells: Vec<Cell<'a>>,
}

/// What a row is for; decides how it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    Title,
    /// Unit and date rows above the header.
    Remark,
    Header,
    Data,
    Total,
    Footer,
}

/// A merged range, 0-based and inclusive; its text is the cell at the upper left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    /// A number and the decimals it is shown with; it has no more than these.
    Number(f64, u8),
    /// A real date (a serial in the file).
    Date(NaiveDate),
}

impl<'a> Cell<'a> {
    pub fn text(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    pub fn count(n: i64) -> Cell<'a> {
        Cell::Number(n as f64, 0)
    }

    fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Empty => Cell::Empty,
            Cell::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Cell::Number(number, decimals) => Cell::Number(number, decimals),
            Cell::Date(date) => Cell::Date(date),
        }
    }
}

impl SampleRow<'_> {
    pub fn into_owned(self) -> SampleRow<'static> {
        let SampleRow { kind, hidden, cells } = self;
        SampleRow { kind, hidden, cells: cells.into_iter().map(Cell::into_owned).collect() }
    }
}

impl SampleSheet {
    pub fn push(&mut self, kind: RowKind, cells: Vec<Cell<'static>>) {
        self.rows.push(SampleRow { kind, hidden: false, cells });
    }
}

pub(super) fn data(cells: Vec<Cell<'_>>) -> SampleRow<'_> {
    SampleRow { kind: RowKind::Data, hidden: false, cells }
}

pub(super) fn row(kind: RowKind, cells: Vec<Cell<'_>>) -> SampleRow<'_> {
    SampleRow { kind, hidden: false, cells }
}
