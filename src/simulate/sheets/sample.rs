//! What a generated file is made of.

use chrono::NaiveDate;

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleFile {
    /// Folder and file name, with `/`.
    pub path: String,
    pub format: SampleFormat,
    pub sheets: Vec<SampleSheet>,
}

/// How the file is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    Xlsx,
    /// GB18030 text, first sheet only.
    CsvGbk,
}

/// One sheet as a grid from A1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleSheet {
    pub name: String,
    pub rows: Vec<SampleRow>,
    pub merges: Vec<Merge>,
    /// Rows kept in view while scrolling: all up to the end of the header.
    pub frozen: u32,
    /// Column widths in characters.
    pub widths: Vec<u32>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRow {
    pub kind: RowKind,
    pub hidden: bool,
    pub cells: Vec<Cell>,
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
pub enum Cell {
    Empty,
    Text(String),
    /// A number and the decimals it is shown with.
    Number(f64, u8),
    /// A real date (a serial in the file).
    Date(NaiveDate),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    pub fn count(n: i64) -> Cell {
        Cell::Number(n as f64, 0)
    }
}

impl SampleSheet {
    pub fn push(&mut self, kind: RowKind, cells: Vec<Cell>) {
        self.rows.push(SampleRow { kind, hidden: false, cells });
    }
}

pub(super) fn data(cells: Vec<Cell>) -> SampleRow {
    SampleRow { kind: RowKind::Data, hidden: false, cells }
}
