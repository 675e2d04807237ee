//! Workbooks of ours that come back: the mark they are known by, and what was typed into their rows.

use std::fmt;

use crate::model::personal::Personal;

/// Name of the hidden sheet with the mark. In ASCII, so that every office program keeps it.
pub const MARK_SHEET: &str = "daifa";
/// First cell of a line of that sheet that tells of a column: its sheet, field and header, and whether it is typed into.
pub const COLUMN: &str = "column";
/// Last cell of such a line.
pub const TYPED: &str = "typed";
/// Field of the hidden column with the keys of the rows.
pub const KEY: &str = "row_key";
/// Field of a name somebody types, or that stands there already: it is looked up and kept nowhere.
pub const SIGNED_NAME: &str = "signed_name";
/// Begins the part of a visit that an empty line of such a list is: `line:3`.
pub const EMPTY_LINE: &str = "line:";

/// What a workspace signs to name itself on its workbooks.
pub const WORKSPACE: &str = "workspace";

/// What a workbook says of itself. Nothing of it is taken on trust before the signature was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// Version of the mark.
    pub version: i64,
    /// The workspace's signature.
    pub workspace: String,
    pub export: String,
    /// Kind of workbook (`workbooks.toml`).
    pub book: String,
    pub signature: String,
}

impl Mark {
    /// Its lines on the hidden sheet.
    pub fn lines(&self) -> [(&'static str, String); 5] {
        [
            ("version", self.version.to_string()),
            ("workspace", self.workspace.clone()),
            ("export", self.export.clone()),
            ("book", self.book.clone()),
            ("signature", self.signature.clone()),
        ]
    }

    /// What is signed.
    pub fn text(&self) -> String {
        [&self.version.to_string(), &self.workspace, &self.export, &self.book].map(String::as_str).join("|")
    }
}

/// A row of such a workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReturnedRow {
    /// 0-based row of the sheet.
    pub row: u32,
    /// The signed key as it stands in the hidden column.
    pub key: String,
    pub typed: Vec<TypedCell>,
    /// Cells that were to stay as they were sent.
    pub fixed: Vec<FixedCell>,
    /// Columns in which something was typed that cannot be read, which has been told.
    pub unread: Vec<String>,
}

impl ReturnedRow {
    /// What was typed into a column.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.typed.iter().find(|c| c.field == field)?.value.as_deref()
    }
}

/// A cell to be typed into.
#[derive(Clone, PartialEq)]
pub struct TypedCell {
    pub field: String,
    /// 0-based.
    pub column: u32,
    /// In one way of writing: days as ISO, keys of what is chosen from a list, money in fen. `None`: empty.
    pub value: Option<String>,
}

impl fmt::Debug for TypedCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Anything may stand in a note.
        write!(f, "TypedCell({})", self.field)
    }
}

/// A cell that was to stay as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedCell {
    pub field: String,
    /// 0-based.
    pub column: u32,
    /// As shown; days as ISO.
    pub text: Personal<String>,
}
