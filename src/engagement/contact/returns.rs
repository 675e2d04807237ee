//! What has come back of the workbooks that were sent, and where people say different things.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::returns::answer::Subject;

/// A workbook that was sent, and what has come back of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportState {
    pub export_id: String,
    pub workbook: String,
    pub recipient: String,
    pub sent_on: NaiveDate,
    /// Rows that can be answered.
    pub rows: i64,
    /// Rows of which something was said.
    pub answered: i64,
    pub conflicts: i64,
}

/// Somebody whose workbook has not come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reminder {
    pub recipient: String,
    pub export_id: String,
    pub workbook: String,
    /// Days since it was sent.
    pub days: i64,
}

/// Different values of one field of one matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenConflict {
    pub conflict_id: String,
    /// Task, person, employer, visit or step.
    pub row: String,
    /// The same in words: client (masked), employer, matter.
    pub about: String,
    /// The day of the contact.
    pub day: Option<NaiveDate>,
    pub field: String,
    pub values: Vec<ConflictValue>,
    #[serde(skip)]
    pub subject: Option<Subject>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConflictValue {
    /// As it is kept; `null`: emptied.
    pub value: Option<String>,
    pub by: String,
    pub at: String,
    pub file: String,
    pub cell: Option<String>,
    #[serde(skip)]
    pub export_id: Option<String>,
}
