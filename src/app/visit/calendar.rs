//! Working days, and yearly notices a user adds.

use std::path::Path;

use chrono::{Datelike as _, NaiveDate};

use crate::app::error::AppError;
use crate::app::workspace::open::failed;
use crate::files;
use crate::model::days::workdays::CalendarDay;
use crate::output;
use crate::rules::visit::calendar;

/// Days from `from` to `to`, with the workspace's own notices when there is one.
///
/// # Errors
/// A notice in the workspace that cannot be read.
pub fn days(workspace: Option<&Path>, from: NaiveDate, to: NaiveDate) -> Result<Vec<CalendarDay>, AppError> {
    let overlay = workspace.map(|root| root.join("calendars"));
    let workdays = calendar::load(overlay.as_deref())?;
    Ok(from.iter_days().take_while(|d| *d <= to).map(|d| workdays.day(d)).collect())
}

/// Checks a yearly notice and copies it into the workspace; returns its year.
///
/// # Errors
/// Not a notice (JSON of holiday-cn's form), or the workspace cannot be written.
pub fn add(workspace: &Path, file: &Path) -> Result<i32, AppError> {
    crate::app::workspace::open::read_workspace_file(workspace)?;
    let text = files::read_text(file, files::LONGEST_TEXT).map_err(|e| failed(file, &e))?;
    let notice = calendar::parse(&file.display().to_string(), &text)?;
    output::write(workspace, &format!("calendars/{}.json", notice.year), text.as_bytes())?;
    Ok(notice.year)
}

/// The whole year of a day: what is shown when nothing else is asked for.
pub fn year_of(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let at = |m, d| NaiveDate::from_ymd_opt(day.year(), m, d).unwrap_or(day);
    (at(1, 1), at(12, 31))
}
