//! What workbooks are made of.

use crate::model::returns::book::Mark;
use crate::render::RenderError;
use crate::render::table::{Cell, Kind, Row, Table, Tone};

/// A workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    pub title: String,
    pub sheets: Vec<Sheet>,
    /// By which it is known when it comes back.
    pub mark: Option<BookMark>,
}

/// The mark of a workbook that comes back, and the columns that are looked at then.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BookMark {
    pub mark: Mark,
    /// Keys of columns that are to come back as they were sent; those that are typed into are known.
    pub fixed: Vec<String>,
}

/// A sheet: its parts stand one below the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Mended where Excel does not take it (`/ : * ? [ ] \`, more than 31 characters, twice the same).
    pub name: String,
    /// Wide sheets are printed across whatever this says.
    pub landscape: bool,
    pub parts: Vec<Part>,
    pub tab: Option<Tone>,
    /// Not shown in Excel's list of hidden sheets either.
    pub very_hidden: bool,
}

/// Takes the rows of a long list, one by one.
pub type Take<'t> = &'t mut dyn FnMut(Row) -> Result<(), RenderError>;

/// Tells the rows of the long list with this number.
pub type Feed<'f> = &'f mut dyn FnMut(usize, Take<'_>) -> Result<(), RenderError>;

impl Book {
    /// Rows of all long lists together.
    pub fn long_rows(&self) -> u64 {
        let parts = self.sheets.iter().flat_map(|s| &s.parts);
        parts.map(|p| if let Part::Long { rows, .. } = p { *rows } else { 0 }).sum()
    }

    /// The same book with the rows of its long lists in it.
    ///
    /// # Errors
    /// What `feed` fails with.
    pub fn filled(mut self, feed: Feed<'_>) -> Result<Book, RenderError> {
        for part in self.sheets.iter_mut().flat_map(|s| &mut s.parts) {
            if let Part::Long { table, list, .. } = part {
                let mut table = std::mem::take(table);
                feed(*list, &mut |row| {
                    table.rows.push(row);
                    Ok(())
                })?;
                *part = Part::Table(table);
            }
        }
        Ok(self)
    }
}

impl Sheet {
    pub fn new(name: impl Into<String>, parts: Vec<Part>) -> Sheet {
        Sheet { name: name.into(), parts, ..Sheet::default() }
    }
}

/// One part of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Title(String),
    /// Paragraphs over the whole width.
    Lines(Vec<String>),
    /// Tiles with key figures.
    Figures(Vec<Figure>),
    Table(Table),
    /// A table whose rows come one by one while the workbook is written: the `list`-th of the book's long lists, of which
    /// so many rows are expected. All its columns have widths of their own.
    Long {
        table: Table,
        list: usize,
        rows: u64,
    },
    /// What follows is printed on a new page.
    NewPage,
    /// Charts that follow each other stand in pairs where the sheet is wide enough.
    Chart(Chart),
}

/// A key figure: a label, the value in large type, a note (change, target) below.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub label: String,
    pub value: Cell,
    pub kind: Kind,
    pub note: Option<String>,
    pub tone: Tone,
}

/// A native Excel chart; its data stand on a hidden sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub kind: ChartKind,
    pub title: String,
    pub categories: Vec<String>,
    /// Name and one value per category; what is no number leaves a gap.
    pub series: Vec<(String, Vec<f64>)>,
    /// Excel's format of the values, e.g. `0.0%`.
    pub number_format: String,
    /// Height in rows of 20 pixels.
    pub rows: u32,
}

impl Chart {
    pub fn new(kind: ChartKind, title: impl Into<String>, categories: Vec<String>) -> Chart {
        let number_format = "#,##0".to_string();
        Chart { kind, title: title.into(), categories, series: Vec::new(), number_format, rows: 14 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    Column,
    /// Lying; the first category on top.
    Bar,
    Line,
    StackedColumn,
}
