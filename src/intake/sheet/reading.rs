//! What a reading gives: of a file, of a sheet, of rows on the way.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::intake::header::layout::{ColumnReading, How};
use crate::intake::header::units::is_money;
use crate::intake::mapping::draft::Draft;
use crate::intake::mapping::profile::Profile;
use crate::intake::rows::magnitude::ColumnScale;
use crate::intake::value::amount::money::Unit;
use crate::model::problem::Problem;
use crate::model::returns::book::Mark;
use crate::model::rows::Rows;
use crate::model::status::SheetKind;
use crate::model::{ProductSet, Severity};
use crate::rules::Rules;

/// All that was read of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileReading {
    /// File name only.
    pub file: String,
    /// Lower-case hexadecimal; empty when the file could not be opened.
    pub sha256: String,
    pub sheets: Vec<SheetReading>,
    /// In the order of the sheets. An error without a cell means that its sheet (or the file) cannot be imported.
    pub problems: Vec<Problem>,
}

/// What was read of one sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetReading {
    pub sheet: String,
    pub kind: Option<SheetKind>,
    /// The rows above the header as text.
    pub title: Vec<String>,
    /// First and last row of the header, 0-based.
    pub header_rows: Option<(u32, u32)>,
    pub columns: Vec<ColumnReading>,
    /// Unit of money the title gives: `yuan`, `ten_thousand` … (`word.unit_<key>`).
    pub unit: Option<String>,
    /// The one date of all holdings rows; `None` when they differ.
    pub as_of: Option<NaiveDate>,
    /// The one payday of all payroll rows; `None` when they differ.
    pub payday: Option<NaiveDate>,
    /// First day of the month the title names.
    pub month: Option<NaiveDate>,
    /// From the hint or the title; rows with a column of their own carry their own.
    pub employer: Option<String>,
    /// Employer of rows that name none and whose people are not known from elsewhere.
    pub fallback_employer: Option<String>,
    /// A profile or a remembered layout, where one was applied.
    pub how: Option<How>,
    /// Headers the user's profile names that the sheet has not, where it does not fit.
    pub misfit: Option<Vec<String>>,
    /// Names the layout whatever its data, with what is worth remembering of it.
    pub layout: Option<(String, Profile)>,
    /// A mapping profile made ready, where something has to be asked.
    pub draft: Option<Draft>,
    /// Products whose flag or balance column is there (holdings).
    pub covered: ProductSet,
    /// Rows that were good; `None` when the sheet was not understood or is not to be read.
    pub row_count: Option<usize>,
    /// The rows themselves: only [`read`](crate::intake::read()) keeps them.
    pub rows: Option<Rows>,
    /// How large the money of each column is.
    pub scales: Vec<ColumnScale>,
    pub skipped: Vec<SkippedRow>,
    /// How many rows of people were left out (holdings), hidden or with an error, by the employer they or their sheet
    /// name.
    pub left_out: BTreeMap<Option<String>, i64>,
    /// The first rows, personal data masked.
    pub preview: Vec<Vec<String>>,
}

/// A row that is no data (`word.skip_<reason>`): blank, total, footer, section, title_repeated, header_repeated,
/// column_numbers, serial_only, template_hint, sample, after_table, hidden, zero_amount, not_done, not_by_bank, no_result, unknown_indicator, duplicate, problem;
/// while storing: no_employer, person_unknown, lies_ahead, another_name, reported_before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkippedRow {
    /// 0-based.
    pub row: u32,
    pub reason: &'static str,
}

impl Default for SheetReading {
    fn default() -> Self {
        SheetReading {
            sheet: String::new(),
            kind: None,
            title: Vec::new(),
            header_rows: None,
            columns: Vec::new(),
            unit: None,
            as_of: None,
            payday: None,
            month: None,
            employer: None,
            fallback_employer: None,
            how: None,
            misfit: None,
            layout: None,
            draft: None,
            covered: ProductSet::EMPTY,
            row_count: None,
            rows: None,
            scales: Vec::new(),
            skipped: Vec::new(),
            left_out: BTreeMap::new(),
            preview: Vec::new(),
        }
    }
}

impl FileReading {
    /// Whether anything can be imported: some sheet has rows, and no error concerns the file or one of those sheets.
    pub fn is_usable(&self) -> bool {
        let read: Vec<&str> =
            self.sheets.iter().filter(|s| s.row_count.is_some_and(|n| n > 0)).map(|s| s.sheet.as_str()).collect();
        !read.is_empty()
            && !self.problems.iter().any(|p| {
                p.severity == Severity::Error
                    && p.place.cell.is_none()
                    && p.place.sheet.as_deref().is_none_or(|s| read.contains(&s))
            })
    }

    /// Kinds of the sheets that gave rows, sorted.
    pub fn kinds(&self) -> Vec<SheetKind> {
        let read = self.sheets.iter().filter(|s| s.row_count.is_some_and(|n| n > 0));
        let mut kinds: Vec<SheetKind> = read.filter_map(|s| s.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Rows that were good.
    pub fn rows_taken(&self) -> usize {
        self.sheets.iter().filter_map(|s| s.row_count).sum()
    }

    /// Moves good rows that could not be stored (by sheet) from those taken to those skipped.
    pub fn leave_out<'r>(&mut self, rows: impl Iterator<Item = (&'r str, SkippedRow)>) {
        for (sheet, row) in rows {
            let read = self.sheets.iter_mut().find(|s| s.sheet == sheet && s.row_count.is_some_and(|n| n > 0));
            if let Some(sheet) = read {
                sheet.row_count = sheet.row_count.map(|n| n - 1);
                sheet.skipped.push(row);
            }
        }
        self.sheets.iter_mut().for_each(|s| s.skipped.sort_by_key(|r| r.row));
    }

    /// Rows that are no data, or no good.
    pub fn rows_skipped(&self) -> usize {
        self.sheets.iter().map(|s| s.skipped.len()).sum()
    }
}

/// What is known of a sheet once its header is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetHead {
    pub sheet: String,
    pub kind: SheetKind,
    /// For rows that carry no date of their own.
    pub as_of: Option<NaiveDate>,
    /// For rows that carry no payday of their own.
    pub payday: Option<NaiveDate>,
    /// For rows that name no employer.
    pub employer: Option<String>,
    /// For rows that name no employer, of people not known from elsewhere.
    pub fallback_employer: Option<String>,
    pub covered: ProductSet,
    /// The mark of a workbook of ours.
    pub mark: Option<Mark>,
}

/// What is handed on while a file is read, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// A sheet was understood; its rows follow.
    Sheet(Box<SheetHead>),
    /// The next rows, up to row `at` (0-based); `errors`: the sheet has shown an error so far.
    Rows { rows: Rows, at: u32, errors: bool },
    /// The sheet is read to its end.
    SheetEnd(Box<SheetReading>),
}

/// Unit of a column and where it comes from: `command` (`asked`), `header`, `title`, or `assumed` (yuan) for money
/// without a word about it.
pub fn unit_of(
    rules: &Rules,
    sheet: &SheetReading,
    column: &ColumnReading,
    asked: Option<Unit>,
) -> Option<(String, &'static str)> {
    let kind = sheet.kind?;
    let field = column.field.as_deref()?;
    if let Some(unit) = asked.filter(|_| is_money(rules, kind, field)) {
        return Some((unit.key().to_string(), "command"));
    }
    if let Some(unit) = &column.unit {
        return Some((unit.clone(), "header"));
    }
    if !is_money(rules, kind, field) {
        return None;
    }
    Some(match &sheet.unit {
        Some(unit) => (unit.clone(), "title"),
        None => (Unit::Yuan.key().to_string(), "assumed"),
    })
}
