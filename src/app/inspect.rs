//! What the software sees in a file, without taking it in.

use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use super::error::AppError;
use crate::intake::{self, FileReading, Hints};
use crate::model::Problem;
use crate::model::status::SheetKind;
use crate::rules::Rules;

/// Reads a file with the shipped rules, or with a workspace's; also whether it could be imported.
///
/// # Errors
/// No such file, or rules that cannot be read.
pub fn inspect(
    file: &Path,
    workspace: Option<&Path>,
    hints: &Hints,
    wanted: impl Fn(usize, &str) -> bool,
) -> Result<(Inspection, bool), AppError> {
    if !file.is_file() {
        return Err(AppError::NoFile { path: file.to_path_buf() });
    }
    super::import::check_password_file(hints)?;
    let rules = Rules::load(workspace.map(|w| w.join("rules")).as_deref())?;
    let seen = intake::read(file, &rules, hints);
    Ok((Inspection::of(&seen, &rules, wanted), seen.is_usable()))
}

/// What was seen, as shown and as JSON: counts instead of the rows themselves.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    pub file: String,
    pub sha256: String,
    pub sheets: Vec<InspectedSheet>,
    pub problems: Vec<Problem>,
}

/// One sheet as seen.
#[derive(Debug, Clone, Serialize)]
pub struct InspectedSheet {
    pub sheet: String,
    pub kind: Option<SheetKind>,
    pub title: Vec<String>,
    /// First and last row of the header, 0-based.
    pub header_rows: Option<(u32, u32)>,
    pub columns: Vec<InspectedColumn>,
    pub unit: Option<String>,
    pub as_of: Option<NaiveDate>,
    pub payday: Option<NaiveDate>,
    pub rows: usize,
    /// Rows that are no data: (0-based row, reason).
    pub skipped: Vec<(u32, &'static str)>,
    pub preview: Vec<Vec<String>>,
}

/// One column as seen; `field` is `None` when it is not used.
#[derive(Debug, Clone, Serialize)]
pub struct InspectedColumn {
    /// 0-based.
    pub index: u32,
    pub header: String,
    pub field: Option<String>,
    /// The field's usual header: the first of its aliases.
    pub name: Option<String>,
    pub unit: Option<String>,
}

impl Inspection {
    /// The sheets `wanted` admits (by index from 0 and name), and all problems.
    fn of(seen: &FileReading, rules: &Rules, wanted: impl Fn(usize, &str) -> bool) -> Inspection {
        let name = |kind: Option<SheetKind>, field: &str| {
            rules.columns.of(kind?).get(field).and_then(|rule| rules.columns.headers(rule).into_iter().next())
        };
        let column = |kind: Option<SheetKind>, c: &intake::ColumnReading| InspectedColumn {
            index: c.index,
            header: c.header.clone(),
            field: c.field.clone(),
            name: c.field.as_deref().and_then(|f| name(kind, f)),
            unit: c.unit.clone(),
        };
        Inspection {
            file: seen.file.clone(),
            sha256: seen.sha256.clone(),
            sheets: seen
                .sheets
                .iter()
                .enumerate()
                .filter(|(i, s)| wanted(*i, &s.sheet))
                .map(|(_, s)| InspectedSheet {
                    sheet: s.sheet.clone(),
                    kind: s.kind,
                    title: s.title.clone(),
                    header_rows: s.header_rows,
                    columns: s.columns.iter().map(|c| column(s.kind, c)).collect(),
                    unit: s.unit.clone(),
                    as_of: s.as_of,
                    payday: s.payday,
                    rows: s.row_count.unwrap_or(0),
                    skipped: s.skipped.iter().map(|r| (r.row, r.reason)).collect(),
                    preview: s.preview.clone(),
                })
                .collect(),
            problems: seen.problems.clone(),
        }
    }
}

/// A sheet as CSV; `sheet` is its name, or its number from 1.
///
/// # Errors
/// No such file; inside, what is wrong with it.
pub fn cells(file: &Path, sheet: Option<&str>) -> Result<Result<String, Problem>, AppError> {
    if !file.is_file() {
        return Err(AppError::NoFile { path: file.to_path_buf() });
    }
    let rules = Rules::load(None)?;
    let by_name = intake::cells_csv(file, sheet, &rules);
    let number = sheet.and_then(|s| s.parse::<usize>().ok()).and_then(|n| n.checked_sub(1));
    let (Err(_), Some(index)) = (&by_name, number) else { return Ok(by_name) };
    let names: Vec<String> =
        intake::read(file, &rules, &Hints::default()).sheets.into_iter().map(|s| s.sheet).collect();
    Ok(match names.get(index) {
        Some(name) => intake::cells_csv(file, Some(name), &rules),
        None => by_name,
    })
}
