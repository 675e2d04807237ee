//! What a file says of a sheet beside the values of its cells.

use serde::{Deserialize, Serialize};

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
    /// Numbers shown as percentages, by row and column.
    #[serde(default)]
    pub percents: Vec<(u32, u32)>,
    /// Delimited text: a comma too many moves all that follows it.
    #[serde(default)]
    pub delimited: bool,
    /// Numbers whose digits say more than their value, by row and column.
    #[serde(skip)]
    pub rescued: Vec<Rescued>,
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
