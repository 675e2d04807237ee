//! The State Council's yearly notices on days off (`calendars/`, from holiday-cn, MIT), and those a workspace adds.

use std::path::Path;

use chrono::NaiveDate;
use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::files::{self, Unfit};
use crate::model::days::workdays::Workdays;

static SHIPPED: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/rules/visit/calendars");

/// One yearly file.
#[derive(Debug, Clone, Deserialize)]
pub struct YearNotice {
    pub year: i32,
    pub days: Vec<NoticeDay>,
}

/// A day that differs from the ordinary week.
#[derive(Debug, Clone, Deserialize)]
pub struct NoticeDay {
    pub name: String,
    pub date: NaiveDate,
    #[serde(rename = "isOffDay")]
    pub is_off_day: bool,
}

/// A calendar file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("calendar file {file}: {reason}")]
pub struct CalendarError {
    pub file: String,
    pub reason: String,
    /// Set when the file was not opened at all.
    pub unfit: Option<Unfit>,
}

/// Reads one yearly file.
///
/// # Errors
/// Not the JSON of such a notice, or a notice that names no day (the year is not published yet).
pub fn parse(file: &str, text: &str) -> Result<YearNotice, CalendarError> {
    let invalid = |reason: String| CalendarError { file: file.to_string(), reason, unfit: None };
    let notice: YearNotice =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| invalid(e.to_string()))?;
    if notice.days.is_empty() {
        return Err(invalid("no days".into()));
    }
    Ok(notice)
}

/// The shipped years with the workspace's `calendars/*.json` over them.
///
/// # Errors
/// A workspace file that is not a notice.
pub fn load(overlay: Option<&Path>) -> Result<Workdays, CalendarError> {
    let mut workdays = Workdays::default();
    let mut add = |notice: YearNotice| {
        workdays.add_year(notice.year, notice.days.into_iter().map(|d| (d.date, d.name, d.is_off_day)));
    };
    let mut shipped: Vec<_> = SHIPPED.files().filter(|f| f.path().extension().is_some_and(|e| e == "json")).collect();
    shipped.sort_by_key(|f| f.path());
    for file in shipped {
        let name = file.path().display().to_string();
        add(parse(&name, file.contents_utf8().unwrap_or_default())?);
    }
    let Some(Ok(entries)) = overlay.map(std::fs::read_dir) else { return Ok(workdays) };
    let mut paths: Vec<_> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "json")).collect();
    paths.sort();
    for path in paths {
        let name = path.display().to_string();
        let unread =
            |e: std::io::Error| CalendarError { file: name.clone(), reason: e.to_string(), unfit: Unfit::of(&e) };
        let text = files::read_own_text(&path, files::LONGEST_TEXT).map_err(unread)?;
        add(parse(&name, &text)?);
    }
    Ok(workdays)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_years_are_2018_to_2026() {
        let workdays = load(None).unwrap();
        assert_eq!(workdays.years().collect::<Vec<_>>(), (2018..=2026).collect::<Vec<_>>());
        let day = |text: &str| workdays.is_workday(text.parse().unwrap());
        // The State Council's notice for 2026: 1 to 3 January off, Sunday the 4th made up.
        assert_eq!(day("2026-01-02"), Some(false));
        assert_eq!(day("2026-01-04"), Some(true));
        assert_eq!(day("2026-02-14"), Some(true));
        assert_eq!(day("2027-01-04"), None);
    }
}
