//! Thinning old months to what reports need: each month's last whole list of an employer and whatever is compared stays,
//! with AUM, amounts, products and who was there; wages and purchases stay whole. Other lists, attributes told again in a
//! later list, and flows of paydays looked at no more go. What is known and worked out today is the same afterwards.

#[cfg(test)]
mod tests;

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;

use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::report::dashboard;
use crate::app::workspace::hold::Copying;
use crate::app::workspace::open::Workspace;
use crate::engagement::archive::{self, Compared, Fate, Known, Lists, Told};
use crate::facts::{FactSettings, Windows};
use crate::model::days::period::{days_after, month_start, months_before};
use crate::rules::Rules;
use crate::store::trust::archive::{ATTRIBUTES, HeldRow, Thinned};
use crate::store::trust::audit::{AuditFilter, AuditHead, AuditNote};
use crate::store::{Store, StoreError};

/// The database file, and what of it falls on one person in one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Size {
    /// `daifa.db` with its log.
    pub bytes: u64,
    /// People in lists in force: one person in one list counts once.
    pub employee_months: i64,
    /// `bytes` through `employee_months`; `None` without any list.
    pub bytes_per_employee_month: Option<u64>,
}

/// Lists and rows in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Kept {
    pub lists: i64,
    pub rows: i64,
}

/// What was thinned, or would be.
#[derive(Debug, Clone, Serialize)]
pub struct Archived {
    /// Nothing was changed: it only says what would be.
    pub preview: bool,
    pub before: NaiveDate,
    /// Employers' days with a list in force, of all days, before.
    pub had: Kept,
    /// The same afterwards.
    pub kept: Kept,
    pub removed: Vec<Thinned>,
    pub size: Size,
    /// Once the space is given back; `None` in a preview.
    pub size_after: Option<Size>,
    /// When the last backup was made (UTC).
    pub last_backup: Option<String>,
    pub audit: Option<AuditHead>,
}

/// How heavy the store is.
///
/// # Errors
/// The database cannot be read.
pub fn size(workspace: &Workspace) -> Result<Size, AppError> {
    let of = |name: &str| std::fs::metadata(workspace.root.join(name)).map_or(0, |m| m.len());
    let bytes = of("daifa.db") + of("daifa.db-wal");
    let rows = workspace.store.held_rows()?.rows;
    let each = u64::try_from(rows).ok().and_then(|rows| bytes.checked_div(rows));
    Ok(Size { bytes, employee_months: rows, bytes_per_employee_month: each })
}

/// A preview goes the whole way and is taken back.
enum Stop {
    Previewed(Box<Archived>),
    Failed(AppError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Failed(error.into())
    }
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Stop {
        Stop::Failed(error)
    }
}

/// Thins what is from before the day; without `really` it only says what would go.
///
/// # Errors
/// The day is too recent, the database cannot be read or written.
pub fn archive(
    workspace: &mut Workspace,
    before: NaiveDate,
    really: bool,
    see: &mut dyn FnMut(&'static str),
) -> Result<Archived, AppError> {
    // The paydays of last month may have to be judged still.
    let latest = months_before(workspace.today, 1);
    if before > latest {
        return Err(AppError::ArchiveTooRecent { day: before, latest });
    }
    // A backup reads the file that is to be written anew.
    let _no_backup = really.then(|| Copying::forbid(&workspace.root)).transpose()?;
    see("facts");
    workspace.refresh_facts()?;
    let size_before = size(workspace)?;
    let done = workspace.transaction(|workspace| -> Result<Archived, Stop> {
        see("thin");
        let mut archived = thin(workspace, before, size_before)?;
        if !really {
            return Err(Stop::Previewed(Box::new(archived)));
        }
        archived.audit = Some(workspace.store.audit(&note_of(&archived)?)?);
        see("facts");
        workspace.refresh_facts()?;
        Ok(archived)
    });
    let mut archived = match done {
        Ok(archived) => archived,
        Err(Stop::Previewed(archived)) => return Ok(*archived),
        Err(Stop::Failed(error)) => return Err(error),
    };
    archived.preview = false;
    see("compact");
    workspace.store.compact(&workspace.root.join("daifa.db"))?;
    archived.size_after = Some(size(workspace)?);
    Ok(archived)
}

/// What the audit and the user are told of a thinning that was done in the database.
fn thin(workspace: &Workspace, before: NaiveDate, size: Size) -> Result<Archived, AppError> {
    let store = &workspace.store;
    let had = kept(store)?;
    let (_, windows) = workspace.fact_plan()?;
    let compared = compared(workspace)?;
    let lists = lists(store, &workspace.rules, &windows, compared, workspace.today)?;
    let removed = thin_store(store, &lists, &workspace.fact_settings(), before)?;
    let backups = AuditFilter { action: Some("backup".to_string()), ..AuditFilter::default() };
    Ok(Archived {
        preview: true,
        before,
        had,
        kept: kept(store)?,
        removed,
        size,
        size_after: None,
        last_backup: store.audit_entries(&backups)?.into_iter().map(|e| e.at).max(),
        audit: None,
    })
}

fn kept(store: &Store) -> Result<Kept, StoreError> {
    let held = store.held_rows()?;
    Ok(Kept { lists: held.lists, rows: held.rows })
}

/// Thins the database. The facts of today must have been worked out; to be called inside a transaction.
fn thin_store(
    store: &Store,
    lists: &Lists,
    settings: &FactSettings,
    before: NaiveDate,
) -> Result<Vec<Thinned>, StoreError> {
    store.mark_lists(&archive::superfluous(lists, before), before)?;
    let oldest = settings.attributes_oldest;
    let changed = store.thin_attributes(settings.as_of, &|rows| thin_rows(rows, before, oldest))?;
    let mut removed = store.remove_marked(before)?;
    removed.extend((changed > 0).then_some(Thinned { table: "holding", rows: changed, attributes: true }));
    Ok(removed)
}

/// The outlet stays: sums by outlet are compared too.
fn columns() -> [Known; ATTRIBUTES.len()] {
    ATTRIBUTES.map(|column| match column {
        "birth" | "last_transaction" | "last_login" => Known::Largest,
        column => Known::Latest(column == "outlet"),
    })
}

fn thin_rows(rows: &mut [HeldRow], before: NaiveDate, oldest: NaiveDate) -> Vec<usize> {
    let fate = |row: &HeldRow| match (row.goes, row.as_of < before) {
        (true, _) => Fate::Gone,
        (false, true) => Fate::Old,
        (false, false) => Fate::Recent,
    };
    let told = |row: &HeldRow| Told { as_of: row.as_of, fate: fate(row), values: row.values.clone() };
    let mut all: Vec<Told> = rows.iter().map(told).collect();
    if all.iter().all(|t| t.fate == Fate::Recent) {
        return Vec::new();
    }
    let changed = archive::thin(&mut all, &columns(), oldest);
    for at in &changed {
        rows[*at].values.clone_from(&all[*at].values);
    }
    changed
}

/// The lists there are, and what compares them today.
fn lists(
    store: &Store,
    rules: &Rules,
    windows: &Windows,
    compared: Vec<Compared>,
    today: NaiveDate,
) -> Result<Lists, StoreError> {
    let mut lists = Lists { max_age: rules.facts.snapshot.max_age_days, compared, ..Lists::default() };
    for (employer, day, whole) in store.list_days(today)? {
        lists.days.entry(employer).or_default().insert(day, whole);
    }
    for window in &windows.pay {
        let days = [window.before_as_of, window.after_as_of].into_iter().flatten();
        lists.in_windows.extend(days.map(|day| (window.employer_id, day)));
    }
    for window in &windows.change {
        lists.in_windows.extend([(window.employer_id, window.from), (window.employer_id, window.to)]);
    }
    Ok(lists)
}

/// Days with which today is compared: last month, year's start, a year ago, before the periods of targets, before visits.
fn compared(workspace: &Workspace) -> Result<Vec<Compared>, AppError> {
    let today = workspace.today;
    let new_year = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    let targets = workspace.store.targets()?;
    let starts = targets.iter().map(|t| t.first_day).chain([month_start(today), new_year]);
    let days = starts.map(|day| days_after(day, -1)).chain([today, dashboard::last_year_day(today)]);
    let visits = ledger::last_held(&workspace.store, today)?;
    let before = |(employer, day)| Compared { employer: Some(employer), day: days_after(day, -1) };
    Ok(days.map(|day| Compared { employer: None, day }).chain(visits.into_iter().map(before)).collect())
}

fn note_of(archived: &Archived) -> Result<AuditNote, AppError> {
    let fault = |e: serde_json::Error| AppError::Inner { what: "archive", reason: e.to_string() };
    let counts = serde_json::to_vec(&archived.removed).map_err(fault)?;
    Ok(AuditNote {
        action: "archive",
        purpose: "age".to_string(),
        subject: format!("before {}", archived.before),
        rows: archived.removed.iter().map(|r| r.rows).sum(),
        columns: Vec::new(),
        mask_level: "none",
        sha256: crate::rules::hex_sha256(&counts),
    })
}
