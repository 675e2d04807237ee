//! What a file says of a sheet beside the values of its cells.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::intake::file::cell::Cell;
use crate::intake::value::amount::number_format::NumberFormat;

/// A sheet's name and what is known of it before its rows are read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SheetInfo {
    pub name: String,
    pub hidden: bool,
    pub scan: SheetScan,
}

/// What a sheet's XML says beside its values. Rows and columns are 0-based.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SheetScan {
    /// Top, left, bottom, right, all inclusive.
    pub merges: Vec<(u32, u32, u32, u32)>,
    pub hidden_rows: Vec<u32>,
    /// First and last, inclusive.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Rows there are, where the format tells without reading them.
    pub rows: Option<u64>,
    /// The workbook bears the stamp of those we write.
    #[serde(default)]
    pub own_book: bool,
    /// Delimited text: a comma too many moves all that follows it.
    #[serde(default)]
    pub delimited: bool,
    /// Numbers whose digits say more than their value, by row and column.
    #[serde(skip)]
    pub rescued: Vec<Rescued>,
    /// Cells whose format shows a number otherwise than it is stored.
    #[serde(skip)]
    pub formats: CellFormats,
}

impl SheetScan {
    /// A number of the sheet as it is seen, its digits saved where they say more than its value.
    pub fn number(&self, value: f64, (row, column): (u32, u32)) -> Cell {
        match self.rescued.binary_search_by_key(&(row, column), |r| (r.row, r.column)) {
            Ok(found) => Cell::Digits { value, digits: self.rescued[found].text() },
            Err(_) => Cell::of_number(value, self.formats.of(row, column)),
        }
    }
}

impl SheetScan {
    /// A formula whose result was never stored. It is not worked out where the format would show another number.
    pub(crate) fn without_value(&self, formula: String, (row, column): (u32, u32)) -> Cell {
        let shown =
            self.formats.of(row, column).is_some_and(|f| matches!(Cell::of_number(1.0, Some(f)), Cell::Shown(_)));
        Cell::NoValue(if shown { String::new() } else { formula })
    }
}

/// The number formats of a workbook's cell styles, by number; `None` for those that show what is stored.
pub(crate) type Styles = Arc<Vec<Option<NumberFormat>>>;

/// Which cells of a sheet have which format: by column, in stretches of rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CellFormats {
    styles: Styles,
    columns: BTreeMap<u32, Vec<Stretch>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Stretch {
    first: u32,
    last: u32,
    style: u32,
}

impl CellFormats {
    pub(crate) fn new(styles: &Styles) -> CellFormats {
        CellFormats { styles: styles.clone(), columns: BTreeMap::new() }
    }

    /// Whether any style shows a number otherwise than it is stored.
    pub(crate) fn matter(&self) -> bool {
        !self.styles.is_empty()
    }

    /// Notes the style of a stretch of cells of a column; rows come top down.
    pub(crate) fn note(&mut self, (first, last): (u32, u32), column: u32, style: u32) {
        if !self.styles.get(style as usize).is_some_and(Option::is_some) {
            return;
        }
        let stretches = self.columns.entry(column).or_default();
        match stretches.last_mut() {
            Some(above) if above.style == style && above.last.checked_add(1) == Some(first) => above.last = last,
            _ => stretches.push(Stretch { first, last, style }),
        }
    }

    /// Ends the sheet: files may hold their rows in any order.
    pub(crate) fn sort(&mut self) {
        self.columns.values_mut().for_each(|stretches| stretches.sort_by_key(|s| s.first));
    }

    fn of(&self, row: u32, column: u32) -> Option<&NumberFormat> {
        let stretches = self.columns.get(&column)?;
        let at = stretches.partition_point(|s| s.first <= row).checked_sub(1)?;
        let stretch = stretches.get(at).filter(|s| row <= s.last)?;
        self.styles.get(stretch.style as usize)?.as_ref()
    }
}

/// The digits of a number as they stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rescued {
    pub row: u32,
    pub column: u32,
    pub(crate) digits: u64,
    /// How many there are, zeros in front included.
    pub(crate) width: u8,
}

impl Rescued {
    pub fn text(&self) -> String {
        format!("{:0width$}", self.digits, width = usize::from(self.width))
    }
}
