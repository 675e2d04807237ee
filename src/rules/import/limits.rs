//! Bounds on reading sheets (`limits.toml`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::Severity;

/// How large a file may be, how long it is read, and between which bounds days and figures lie.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportLimits {
    pub source: String,
    /// The header is looked for in the first so many rows.
    pub header_depth: u32,
    /// Largest file taken, in bytes.
    pub max_bytes: u64,
    /// Cells right of this column are left out.
    pub max_columns: u32,
    /// Problems of one code listed per sheet; the rest is only counted.
    pub max_problems_per_code: usize,
    /// Places the report names of each code.
    pub report_places: usize,
    pub preview_rows: usize,
    /// Rows handed on together from reading to storing.
    pub rows_per_piece: usize,
    /// Rows, or people, that wait at most in memory until they are written together.
    pub rows_held: usize,
    /// A header row knows at least so many columns.
    pub min_columns: usize,
    /// Merged regions from which a sheet without a header counts as a form.
    pub form_merges: usize,
    /// Rows read of the sheet with the mark of a workbook that comes back.
    pub mark_rows: usize,
    pub zip: ZipLimits,
    pub marked_copy: MarkedCopyRules,
    pub reader: ReaderLimits,
    pub days: DayLimits,
    pub plain_marks: PlainMarks,
}

/// Bounds on a zipped workbook, checked while inflating.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZipLimits {
    pub max_entries: usize,
    pub max_entry_bytes: u64,
    pub max_total_bytes: u64,
    /// Smallest compressed ÷ inflated size of a part.
    pub min_ratio: f64,
    /// Longest text between two tags, and longest tag, in bytes.
    pub max_text_bytes: usize,
    /// Entries of the table of shared texts, all of which are held in memory.
    pub max_strings: usize,
    /// Merged regions and hidden rows of a sheet together.
    pub max_marks: usize,
    /// Bytes of text all cells of a file may have together, however often they share one.
    pub free_text_bytes: u64,
    /// Beyond [`Self::free_text_bytes`], so many times the file's inflated size.
    pub max_text_ratio: u64,
    /// Archives inside archives are looked through to this depth.
    pub max_depth: u32,
    /// Longest archive inside another one, in bytes: it is whole in memory while it is looked through.
    pub max_nested_bytes: u64,
}

/// Copies of files with the cells marked that have problems.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkedCopyRules {
    /// Mildest severity of a cell's problem that makes a copy.
    pub from: Severity,
    /// Rows of a sheet that are copied whole; of the rest only those with problems.
    pub max_rows: u32,
    /// Notes on one sheet; further cells are only coloured.
    pub max_notes: usize,
}

/// Bounds on the process that reads a file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderLimits {
    /// Longest time it may work without sending anything.
    pub silence_seconds: u32,
    /// As much longer for each MiB of the file: most formats are loaded whole before anything can be sent.
    pub silence_seconds_per_mib: u32,
    /// Longest time it may work on one file.
    pub work_seconds: u32,
    /// Most memory it may hold, in bytes.
    pub max_memory: u64,
}

/// Days on which something can have happened.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayLimits {
    /// Before this day nothing was paid, bought or counted that these sheets tell of.
    pub earliest: NaiveDate,
    /// Pay sheets are made at most so many days before the payday.
    pub payday_ahead: i64,
    /// A next contact is at most so many days ahead.
    pub next_contact_ahead: i64,
    /// A column that stands at one and the same time, no more than so many seconds before midnight, means the next day.
    pub before_midnight_seconds: u32,
    /// Times that far apart, in seconds, are one and the same.
    pub same_time_seconds: u32,
}

/// What yields and marks of purchases mean that carry no sign of percent. Shares: 1 is 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainMarks {
    /// A yield below this is a share.
    pub yield_share_below: f64,
    /// From this on it is a percentage; between the two it is asked for.
    pub yield_percent_from: f64,
    /// A mark to take profit or stop loss below this is a share of gain or loss, from it on a net value.
    pub price_from: f64,
}
