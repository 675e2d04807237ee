//! What the software sees in a file, without taking it in.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::error::AppError;
use crate::app::import::listing::led_to;
use crate::app::import::readers::READER;
use crate::app::workspace::open::failed;
use crate::files::{self, Unfit};
use crate::intake;
use crate::intake::{FileReading, Hints, How};
use crate::model::Problem;
use crate::model::imported::mask_numbers;
use crate::model::status::SheetKind;
use crate::rules::Rules;

/// Where and when a file is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Its rules and layouts apply.
    pub workspace: Option<&'a Path>,
    pub today: NaiveDate,
}

/// Reads a file with the shipped rules, or with a workspace's; also whether it could be imported.
///
/// # Errors
/// No such file, or rules or a profile that cannot be read.
pub fn inspect(
    file: &Path,
    place: Place<'_>,
    hints: &Hints,
    profiles: &[PathBuf],
    wanted: impl Fn(usize, &str) -> bool,
) -> Result<(Inspection, bool), AppError> {
    let file = &must_open(file)?;
    crate::app::import::check_password_file(hints)?;
    let Place { workspace, today } = place;
    let rules = Rules::load(workspace.map(|w| w.join("rules")).as_deref())?;
    let profiles = crate::app::import::profiles::load_all(profiles, workspace, &rules)?;
    let hints = Hints { profiles, today: Some(today), ..hints.clone() };
    // Of the rows themselves only their number is shown.
    let seen = apart(|| intake::read_in_pieces(file, &rules, &hints, &[], &mut |_| true));
    let seen = seen.unwrap_or_else(|| intake::unreadable(file, BROKEN));
    Ok((Inspection::of(&seen, &rules, wanted), seen.is_usable()))
}

/// One that is not there, or is no file, is an error of the call.
fn must_open(file: &Path) -> Result<PathBuf, AppError> {
    match files::open(file) {
        // What else is wrong is told as what is wrong with a sheet.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound || Unfit::of(&e).is_some() => Err(failed(file, &e)),
        _ => Ok(led_to(file)),
    }
}

/// Why a file is unreadable whose reader came to grief.
const BROKEN: &str = "reason_broken_parts";

/// The work done on a thread of the readers, where a library's panic makes no noise; `None` when it ended in one.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().name(READER.to_string());
        reader.spawn_scoped(scope, work).ok().and_then(|r| r.join().ok())
    })
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
    /// How the field was recognised.
    pub how: Option<How>,
    /// How sure that is, 0 to 1; unknown for a column that is not used.
    pub confidence: Option<f64>,
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
            how: c.how,
            confidence: c.field.as_ref().map(|_| c.confidence),
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
                    sheet: mask_numbers(&s.sheet),
                    kind: s.kind,
                    title: s.title.iter().map(|t| mask_numbers(t)).collect(),
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
            problems: seen
                .problems
                .iter()
                .cloned()
                .map(|mut problem| {
                    problem.place.sheet = problem.place.sheet.as_deref().map(mask_numbers);
                    problem
                })
                .collect(),
        }
    }
}

/// Hands a sheet as CSV to `each`, in pieces; `sheet` is its name, or its number from 1. `each` says whether to go on.
///
/// # Errors
/// No such file; inside, what is wrong with it.
pub fn cells(
    file: &Path,
    sheet: Option<&str>,
    hints: &Hints,
    each: &mut (dyn FnMut(&str) -> bool + Send),
) -> Result<Result<(), Problem>, AppError> {
    let file = &must_open(file)?;
    let rules = Rules::load(None)?;
    let mut read = |sheet: Option<&str>| {
        let csv = apart(|| intake::cells_csv_in_pieces(file, sheet, &rules, hints, &mut *each));
        csv.unwrap_or_else(|| Err(intake::broken(file, BROKEN)))
    };
    let by_name = read(sheet);
    let number = sheet.and_then(|s| s.parse::<usize>().ok()).and_then(|n| n.checked_sub(1));
    let unknown = by_name.as_ref().is_err_and(|problem| problem.code == intake::issue::NO_SUCH_SHEET.id);
    let Some(index) = number.filter(|_| unknown) else { return Ok(by_name) };
    let opened = apart(|| intake::Cells::open(file, &rules.limits, hints).map(|cells| cells.sheets()));
    Ok(match opened.and_then(Result::ok).unwrap_or_default().get(index) {
        Some(name) => read(Some(name)),
        None => by_name,
    })
}
