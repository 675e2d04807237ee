//! A problem found in a user's file: stable code, place, typed arguments. Words for it stand in `messages.toml`.

pub mod codes;

use serde::{Deserialize, Serialize};

use crate::model::reason::Param;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row (or file) cannot be taken.
    Error,
    /// Taken, but somebody should look.
    Warning,
    /// Worth knowing: hidden rows skipped, a unit assumed from the header.
    Note,
}

/// Where a problem is. `cell` is in A1 notation; `None` where the whole sheet or file is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub file: String,
    pub sheet: Option<String>,
    pub cell: Option<String>,
}

/// One problem. `code` names an entry `problem.<code>` of `messages.toml` with `title`, `found`, `repair`.
/// `params` fill its placeholders; they never hold names, numbers of people or balances.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    pub code: &'static str,
    pub severity: Severity,
    #[serde(flatten)]
    pub place: Place,
    #[serde(serialize_with = "crate::model::reason::as_map")]
    pub params: Vec<(&'static str, Param)>,
}

/// `0, 27` → `AB1`.
pub fn cell_name(row: u32, column: u32) -> String {
    format!("{}{}", column_letters(column), row + 1)
}

/// `27` → `AB`.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut n = column as u64 + 1;
    while n > 0 {
        letters.push(b'A' + ((n - 1) % 26) as u8);
        n = (n - 1) / 26;
    }
    letters.reverse();
    String::from_utf8(letters).expect("letters are ASCII")
}

/// `AB1` → `0, 27`; `None` for what is no cell of a sheet.
pub fn cell_position(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let column = letters.bytes().fold(0, |n, b| n * 26 + u32::from(b - b'A') + 1);
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cells_are_read_back() {
        for (row, column) in [(0, 0), (9, 25), (0, 26), (41, 701), (1_048_575, 16_383)] {
            assert_eq!(cell_position(&cell_name(row, column)), Some((row, column)));
        }
        assert!(["", "A", "1", "A0", "a1", "AAAA1", "A1B"].into_iter().all(|n| cell_position(n).is_none()));
    }

    #[test]
    fn cells_are_named_as_in_excel() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(9, 25), "Z10");
        assert_eq!(cell_name(0, 26), "AA1");
        assert_eq!(cell_name(1_048_575, 16_383), "XFD1048576");
    }
}
