//! Takes spreadsheets in: one file, one transaction, all of it or nothing.

mod holdings;
mod payroll;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;

use super::error::AppError;
use super::visits::{VisitPayload, is_ahead, is_held};
use super::workspace::Workspace;
use crate::engagement::effect::VisitRecord;
pub use crate::intake::Hints;
use crate::intake::{self, FileReading, SheetReading};
use crate::model::rows::{EmployerRow, Rows, StaffRow, VisitRow};
use crate::model::status::{SheetKind, VisitStatus};
use crate::model::{EmployerId, Param, Place, Problem, Severity};
use crate::rules::Rules;
use crate::store::audit::AuditNote;
use crate::store::employers::EmployerKeys;
use crate::store::imports::{ImportRecord, PartBasis};
use crate::store::ledger::{StoredVisit, VisitOrigin};
use crate::store::{Store, StoreError};

/// How an import is to be done.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    pub hints: Hints,
    /// Take the good rows of a file that has errors.
    pub accept_valid_rows: bool,
    /// Take a file in anew that was taken in before.
    pub again: bool,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Imported,
    /// The same content is in the store already.
    Unchanged,
    Refused,
}

/// One file of an import.
#[derive(Debug, Clone, Serialize)]
pub struct FileOutcome {
    pub file: String,
    pub kinds: Vec<SheetKind>,
    pub outcome: Outcome,
    pub rows_taken: usize,
    pub rows_skipped: usize,
    /// Date of the snapshot or payday, when there is one.
    pub date: Option<NaiveDate>,
    /// Payees of this file that match nobody.
    pub unmatched_payees: usize,
    #[serde(skip)]
    pub path: PathBuf,
}

/// All files of an import, and every problem found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportReport {
    pub files: Vec<FileOutcome>,
    pub problems: Vec<Problem>,
}

impl ImportReport {
    pub fn count(&self, outcome: Outcome) -> usize {
        self.files.iter().filter(|f| f.outcome == outcome).count()
    }

    pub fn rows_taken(&self) -> usize {
        self.files.iter().map(|f| f.rows_taken).sum()
    }

    pub fn rows_skipped(&self) -> usize {
        self.files.iter().map(|f| f.rows_skipped).sum()
    }

    /// Errors and warnings; notes are not counted as problems.
    pub fn problem_count(&self) -> usize {
        self.problems.iter().filter(|p| p.severity != Severity::Note).count()
    }
}

/// Imports files (and all files of folders), in the order of kind and name.
///
/// # Errors
/// A path that is not there, or a store that cannot be written; what is wrong inside a file is in the report.
pub fn import(workspace: &mut Workspace, paths: &[PathBuf], options: &ImportOptions) -> Result<ImportReport, AppError> {
    let files = list_files(paths)?;
    let mut readings: Vec<(PathBuf, FileReading)> = read_all(&files, &workspace.rules, &options.hints);
    readings.sort_by_key(|(_, r)| (kinds_of(r).first().copied(), r.file.clone()));
    let mut report = ImportReport::default();
    for (path, reading) in readings {
        let outcome = import_one(workspace, path, &reading, options, &mut report.problems)?;
        report.problems.extend(reading.problems);
        report.files.push(outcome);
    }
    if report.count(Outcome::Imported) > 0 {
        workspace.store.transaction(|store| store.rematch_payees().map_err(AppError::from))?;
        for file in report.files.iter_mut().filter(|f| f.unmatched_payees > 0) {
            file.unmatched_payees = workspace.store.unmatched_of_file(&file.file)?;
        }
    }
    workspace.refresh_facts()?;
    Ok(report)
}

/// Files under `paths`, folders one level deep, hidden and Excel's lock files left out, in order of name.
fn list_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|e| super::workspace::failed(path, &e))?;
            let mut inside: Vec<PathBuf> =
                entries.flatten().map(|e| e.path()).filter(|p| p.is_file() && is_sheet_file(p)).collect();
            inside.sort();
            files.extend(inside);
        } else if path.exists() {
            files.push(path.clone());
        } else {
            return Err(AppError::NoFile { path: path.clone() });
        }
    }
    Ok(files)
}

/// Whether a file in a folder is one to import: not hidden, not the lock file of an open workbook, not a note of ours.
pub fn is_sheet_file(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    !(name.starts_with('.') || name.starts_with("~$") || name.ends_with(".md") || name.ends_with(".json"))
}

/// Name of the threads that read files: a library's panic on a hostile file is caught there and told as a problem.
pub const READER: &str = "reader";

/// Reads files side by side, one thread per core.
fn read_all(files: &[PathBuf], rules: &Rules, hints: &Hints) -> Vec<(PathBuf, FileReading)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len().max(1));
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut mine = Vec::new();
        while let Some(path) = files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            mine.push((path.clone(), intake::read(path, rules, hints)));
        }
        mine
    };
    std::thread::scope(|scope| {
        let reader = || std::thread::Builder::new().name(READER.to_string());
        let handles: Vec<_> = (0..threads).filter_map(|_| reader().spawn_scoped(scope, work).ok()).collect();
        handles.into_iter().flat_map(|h| h.join().unwrap_or_default()).collect()
    })
}

fn kinds_of(reading: &FileReading) -> Vec<SheetKind> {
    let mut kinds: Vec<SheetKind> = reading
        .sheets
        .iter()
        .filter(|s| s.rows.as_ref().is_some_and(|r| !r.is_empty()))
        .filter_map(|s| s.kind)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn import_one(
    workspace: &mut Workspace,
    path: PathBuf,
    reading: &FileReading,
    options: &ImportOptions,
    problems: &mut Vec<Problem>,
) -> Result<FileOutcome, AppError> {
    let mut outcome = FileOutcome {
        file: reading.file.clone(),
        kinds: kinds_of(reading),
        outcome: Outcome::Refused,
        rows_taken: 0,
        rows_skipped: reading.sheets.iter().map(|s| s.skipped.len()).sum(),
        date: reading.sheets.iter().find_map(|s| s.as_of.or(s.payday)),
        unmatched_payees: 0,
        path,
    };
    let known = workspace.store.imported_on(&reading.sha256)?.is_some();
    if known && !options.again {
        outcome.outcome = Outcome::Unchanged;
        outcome.rows_skipped = 0;
        return Ok(outcome);
    }
    let errors = reading.problems.iter().any(|p| p.severity == Severity::Error);
    if !reading.is_usable() || (errors && !options.accept_valid_rows) {
        return Ok(outcome);
    }
    let (rules, products, today) = (workspace.rules.clone(), workspace.products.clone(), workspace.today);
    let mut found = Vec::new();
    let taken = workspace.store.transaction(|store| {
        if known {
            store.withdraw_import(&reading.sha256)?;
        }
        let rows = reading.sheets.iter().filter_map(|s| s.rows.as_ref()).map(Rows::len).sum::<usize>();
        let kinds: Vec<&str> = outcome.kinds.iter().map(|k| k.key()).collect();
        let import_id = store.add_import(&ImportRecord {
            file: reading.file.clone(),
            sha256: reading.sha256.clone(),
            kinds: kinds.join(","),
            rows_taken: rows as i64,
            rows_skipped: outcome.rows_skipped as i64,
            problems: reading.problems.len() as i64,
            today,
        })?;
        let mut taking = Taking {
            store,
            rules: &rules,
            products: &products,
            today,
            import_id,
            reading,
            found: &mut found,
            employers: BTreeMap::new(),
        };
        for sheet in &reading.sheets {
            outcome.unmatched_payees += taking.sheet(sheet)?;
        }
        store.audit(&AuditNote {
            action: "import",
            purpose: kinds.join(","),
            subject: reading.file.clone(),
            rows: rows as i64,
            columns: personal_columns(reading),
            mask_level: "whole",
            sha256: reading.sha256.clone(),
        })?;
        Ok::<usize, AppError>(rows)
    })?;
    problems.extend(found);
    outcome.outcome = Outcome::Imported;
    outcome.rows_taken = taken;
    Ok(outcome)
}

/// Fields with personal data that the file brought, for the audit.
fn personal_columns(reading: &FileReading) -> Vec<String> {
    const PERSONAL: &[&str] =
        &["customer_number", "name", "id_number", "phone", "account", "contact_name", "contact_phone"];
    let mut columns: Vec<String> = reading
        .sheets
        .iter()
        .flat_map(|s| s.columns.iter().filter_map(|c| c.field.clone()))
        .filter(|f| PERSONAL.contains(&f.as_str()))
        .collect();
    columns.sort();
    columns.dedup();
    columns
}

/// The taking in of one file.
struct Taking<'a> {
    store: &'a Store,
    rules: &'a Rules,
    products: &'a crate::model::Products,
    today: NaiveDate,
    import_id: i64,
    reading: &'a FileReading,
    found: &'a mut Vec<Problem>,
    /// Employers by the text that names them.
    employers: BTreeMap<String, EmployerId>,
}

impl Taking<'_> {
    /// Takes a sheet; returns how many payees match nobody.
    fn sheet(&mut self, sheet: &SheetReading) -> Result<usize, AppError> {
        match &sheet.rows {
            Some(Rows::Employers(rows)) => self.employer_rows(sheet, rows).map(|()| 0),
            Some(Rows::Staff(rows)) => self.staff_rows(rows).map(|()| 0),
            Some(Rows::Holdings(rows)) => self.holding_rows(sheet, rows).map(|()| 0),
            Some(Rows::Payroll(rows)) => self.payroll_rows(sheet, rows),
            Some(Rows::Visits(rows)) => self.visit_rows(sheet, rows).map(|()| 0),
            None => Ok(0),
        }
    }

    fn raise(&mut self, code: &'static str, severity: Severity, sheet: &str, params: Vec<(&'static str, Param)>) {
        let place = Place { file: self.reading.file.clone(), sheet: Some(sheet.to_string()), cell: None };
        self.found.push(Problem { code, severity, place, params });
    }

    /// The employer a text names; one nobody knows is added, with a note.
    fn employer(&mut self, sheet: &str, text: &str) -> Result<EmployerId, AppError> {
        if let Some(id) = self.employers.get(text) {
            return Ok(*id);
        }
        let id = match self.store.find_employer_by_text(text)? {
            Some(id) => id,
            None => {
                self.raise("employer_added", Severity::Warning, sheet, vec![("employer", Param::Text(text.into()))]);
                self.store.add_employer(EmployerKeys::default(), text)?
            }
        };
        self.employers.insert(text.to_string(), id);
        Ok(id)
    }

    fn employer_rows(&mut self, sheet: &SheetReading, rows: &[EmployerRow]) -> Result<(), AppError> {
        let as_of = sheet.as_of.unwrap_or(self.today);
        let snapshot = self.store.add_snapshot(self.import_id, "employers", as_of, crate::model::ProductSet::EMPTY)?;
        for row in rows {
            let keys = EmployerKeys {
                credit_code: row.credit_code.as_deref(),
                bank_number: row.bank_number.as_deref(),
                name: Some(&row.name),
            };
            let id = match self.store.find_employer(keys)? {
                Some(id) => id,
                None => self.store.add_employer(keys, &row.name)?,
            };
            self.store.complete_employer(id, keys)?;
            let older = self.store.current_parts("employers", id, as_of)?;
            let part = self.store.add_part(snapshot, id, PartBasis::Full, &older)?;
            self.store.add_employer_state(part, id, row)?;
        }
        Ok(())
    }

    fn staff_rows(&mut self, rows: &[StaffRow]) -> Result<(), AppError> {
        for row in rows {
            self.store.put_staff(row)?;
        }
        Ok(())
    }

    fn visit_rows(&mut self, sheet: &SheetReading, rows: &[VisitRow]) -> Result<(), AppError> {
        let tolerance = self.rules.schedule.proposal.held_within_days;
        let mut ahead = 0;
        for row in rows {
            if row.date > self.today {
                ahead += 1;
                continue;
            }
            let employer = self.employer(&sheet.sheet, &row.employer)?;
            let known: Vec<_> = self.store.visits()?.into_iter().filter(|v| v.employer_id == employer).collect();
            // Held a few days off the plan it is still the planned visit.
            let near = |v: &&StoredVisit| is_ahead(v.status) && (v.date - row.date).num_days().abs() <= tolerance;
            let same = known.iter().find(|v| v.date == row.date).or_else(|| known.iter().find(near));
            let visit = match same {
                Some(v) => v.visit_id,
                None => self.store.add_visit(employer)?,
            };
            let plan = match same {
                Some(v) => VisitPayload::read(v)?.plan,
                None => None,
            };
            let status = match (row.first_follow_up, row.key_person_call) {
                (Some(_), Some(_)) => VisitStatus::Closed,
                (_, None) => VisitStatus::AwaitingCall,
                _ => VisitStatus::Held,
            };
            debug_assert!(is_held(status));
            let record = VisitRecord {
                staff_count: row.staff_count,
                attendance: row.attendance,
                interested: row.interested,
                deals: row.deals,
                first_follow_up: row.first_follow_up,
                key_person_call: row.key_person_call,
                note: row.note.clone(),
            };
            let payload = VisitPayload { plan, record: Some(record) }.to_json()?;
            let hash = self.rules.hash_of(&["report"]);
            self.store.revise_visit(visit, status, row.date, &payload, VisitOrigin::Import, &hash, self.today)?;
        }
        if ahead > 0 {
            self.raise("visit_not_held_yet", Severity::Warning, &sheet.sheet, vec![("rows", Param::Count(ahead))]);
        }
        Ok(())
    }
}

/// A row that lacks what intake promises: never silently dropped.
fn lacking(what: &'static str) -> AppError {
    AppError::Store(StoreError::Damaged { what })
}
