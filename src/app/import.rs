//! Takes spreadsheets in: one file, one transaction, all of it or nothing.

mod ctx;
pub mod decisions;
pub mod inspect;
mod kinds;
pub mod layouts;
mod listing;
pub mod marked_copy;
mod matching;
pub mod outcome;
pub(crate) mod own_fault;
pub mod profiles;
mod readers;
pub mod report;
mod scale;
mod sheets;
mod stopped;

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::app::contact::answers;
use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Found, Ground};
use crate::app::import::kinds::Kinds;
use crate::app::import::listing::Listing;
use crate::app::import::listing::file_name;
pub use crate::app::import::listing::is_sheet_file;
use crate::app::import::listing::labels;
use crate::app::import::listing::list_files;
pub use crate::app::import::outcome::FileOutcome;
pub use crate::app::import::outcome::ImportReport;
pub use crate::app::import::outcome::Outcome;
use crate::app::import::readers::Incoming;
use crate::app::import::readers::Job;
pub use crate::app::import::readers::READER;
pub use crate::app::import::stopped::Stopped;
use crate::app::visit;
use crate::app::workspace::folders;
use crate::app::workspace::open::Workspace;
use crate::engagement::import::repeats::Answer;
use crate::files;
use crate::intake::{FileReading, Piece};
pub use crate::intake::{Hints, READ_COMMAND, Unit, read_with, serve};
use crate::model::imported::{ProblemCount, mask_numbers};
use crate::model::personal::ColumnLevel;
use crate::model::{Problem, Severity};
use crate::store::import::imports::ImportRecord;
use crate::store::trust::audit::{AuditNote, ShownColumn};

/// How an import is to be done.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    pub hints: Hints,
    /// Take the good rows of a file that has errors.
    pub accept_valid_rows: bool,
    /// Take a file in anew that was taken in before.
    pub again: bool,
    /// Payroll runs correct those of the same employer, day and people whatever their amounts, flows those of the same
    /// transaction number.
    pub correction: bool,
    /// Payroll runs were paid beside those of the same people and amounts.
    pub additional: bool,
    /// The user has looked at the unit of suspect amounts: it is right.
    pub unit_is_right: bool,
    /// Mapping profiles to apply.
    pub profiles: Vec<PathBuf>,
}

impl ImportOptions {
    fn answer(&self) -> Answer {
        match (self.correction, self.additional) {
            (true, _) => Answer::Correction,
            (false, true) => Answer::Additional,
            (false, false) => Answer::Nothing,
        }
    }
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress<'a> {
    pub file: &'a str,
    /// From 1.
    pub file_number: usize,
    pub files: usize,
    /// Rows of this import stored so far, all files together.
    pub rows: u64,
    /// Rows of all its files as far as they say so beforehand, titles and totals included.
    pub expected: Option<u64>,
    /// What is done when all rows are in (`word.stage_<key>`); `None` while they are read.
    pub stage: Option<&'static str>,
}

impl Progress<'_> {
    /// A stage after the rows, which says nothing of how far it is.
    pub fn stage(key: &'static str) -> Progress<'static> {
        Progress { file: "", file_number: 0, files: 0, rows: 0, expected: None, stage: Some(key) }
    }
}

/// Imports files (and all files of folders), in the order of kind and name.
///
/// # Errors
/// A path that is not there, or a store that cannot be written; what is wrong inside a file is in the report.
pub fn import(workspace: &mut Workspace, paths: &[PathBuf], options: &ImportOptions) -> Result<ImportReport, AppError> {
    import_watched(workspace, paths, options, &mut |_| true).map_err(|stopped| stopped.error)
}

/// A password file that is not there is an error of the call, not of the files it was meant for.
pub(super) fn check_password_file(hints: &Hints) -> Result<(), AppError> {
    match &hints.password_file {
        Some(path) => files::open(path).map(|_| ()).map_err(|e| crate::app::workspace::open::failed(path, &e)),
        None => Ok(()),
    }
}

/// [`import`], telling `watch` how far it is; `watch` says whether to go on.
///
/// Files are read by as many threads as there are cores and stored by this one, in pieces that wait in short queues:
/// memory does not grow with the length of a file.
///
/// # Errors
/// As [`import`]; [`AppError::Interrupted`] when `watch` says no: files stored before stay and are told of, the one at
/// hand is undone.
pub fn import_watched(
    workspace: &mut Workspace,
    paths: &[PathBuf],
    options: &ImportOptions,
    watch: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Result<ImportReport, Stopped> {
    check_password_file(&options.hints)?;
    let Listing { files, passed_over } = list_files(paths, &workspace.root.join(folders::DONE))?;
    let rules = workspace.rules.clone();
    let profiles = profiles::load_all(&options.profiles, Some(&workspace.root), &rules)?;
    let layouts = layouts::known(workspace)?;
    let employer = options
        .hints
        .employer
        .as_deref()
        .map(|text| crate::app::employers::employer_said(workspace, text))
        .transpose()?;
    let hints = Hints { profiles, layouts, employer, today: Some(workspace.today), ..options.hints.clone() };
    let mut report = ImportReport { problems: passed_over, ..ImportReport::default() };
    let old = workspace.store.old_name_keys()?;
    if !old.is_empty() {
        workspace.store.transaction(|store| store.renew_name_keys(&old))?;
    }
    let store = &workspace.store;
    let known = |sha256: &str| Ok::<bool, AppError>(store.imported_on(sha256)?.is_some());
    let (jobs, unchanged) = readers::order(files, &rules, &hints, options.again, known)?;
    let labels = labels(jobs.iter().map(|j| &j.path).chain(unchanged.iter().map(|j| &j.path)));
    let (count, mut rows) = (jobs.len(), 0);
    let expected = jobs.iter().map(|j| j.glance.rows).sum();
    let mut stored = BTreeSet::new();
    let read = readers::read_side_by_side(&jobs, &rules, &hints, |incoming| {
        let label = labels.get(&incoming.job.path).map_or("", String::as_str);
        // A copy of a file that was refused is not known: it is refused for its own problems.
        if stored.contains(&incoming.job.glance.sha256) {
            report.files.push(FileOutcome::unchanged(incoming.job, label));
            return Ok(());
        }
        let file = file_name(&incoming.job.path);
        let (before, file_number) = (rows, incoming.number);
        let mut watch_rows = |taken: u64| {
            rows = before + taken;
            watch(&Progress { file: &file, file_number, files: count, rows, expected, stage: None })
        };
        let told = report.problems.len();
        let mut outcome = import_one(workspace, incoming, options, &mut watch_rows, &mut report.problems)?;
        show_as(label, &mut outcome, &mut report.problems[told..]);
        if outcome.outcome == Outcome::Imported {
            stored.insert(outcome.sha256.clone());
        }
        report.files.push(FileOutcome { password_file: options.hints.password_file.clone(), ..outcome });
        Ok::<(), AppError>(())
    })
    .map_err(|e| match e {
        AppError::Interrupted { .. } => AppError::Interrupted { files: report.count(Outcome::Imported) },
        other => other,
    });
    for job in &unchanged {
        report.files.push(FileOutcome::unchanged(job, labels.get(&job.path).map_or("", String::as_str)));
    }
    report.files.sort_by_key(|f| (f.kinds.first().copied(), f.file.clone()));
    report.problem_counts = ProblemCount::gather(&report.problems, workspace.rules.limits.report_places);
    // Who is asked for is only known after everybody waiting was tried again; when it broke off, as far as it came.
    let answered =
        read.and_then(|()| visit::change::answered::apply(workspace)).map(|told| report.problems.extend(told));
    report.problem_counts = ProblemCount::gather(&report.problems, workspace.rules.limits.report_places);
    let settled = answered.and_then(|()| {
        if !jobs.is_empty() && !watch(&Progress::stage("facts")) {
            return Err(AppError::Interrupted { files: report.count(Outcome::Imported) });
        }
        workspace.refresh_facts()
    });
    match settled.and(count_open(workspace, &mut report.files)) {
        Ok(()) => Ok(report),
        Err(error) => Err(Stopped::new(report, error)),
    }
}

/// Whom somebody has to decide on, and payees that match nobody, of each file.
fn count_open(workspace: &Workspace, files: &mut [FileOutcome]) -> Result<(), AppError> {
    for file in files {
        let Some(id) = file.import_id else { continue };
        file.open_matches = workspace.store.open_matches_of(id)?;
        if file.unmatched_payees > 0 {
            file.unmatched_payees = workspace.store.unmatched_of_import(id)?;
        }
    }
    Ok(())
}

/// Gives a file and its problems the name it is called by; numbers in names of sheets are masked like any other.
fn show_as(label: &str, file: &mut FileOutcome, problems: &mut [Problem]) {
    file.file = label.to_string();
    for sheet in &mut file.sheets {
        sheet.sheet = mask_numbers(&sheet.sheet);
    }
    for problem in problems {
        problem.place.file = label.to_string();
        problem.place.sheet = problem.place.sheet.as_deref().map(mask_numbers);
    }
}

/// Why a file's transaction is not kept.
enum Undone {
    /// What is wrong stands in the reading's problems.
    Refused(Box<FileReading>),
    Failed(AppError),
}

impl<E: Into<AppError>> From<E> for Undone {
    fn from(error: E) -> Undone {
        Undone::Failed(error.into())
    }
}

/// Stores what a reader hands on, in one transaction.
fn import_one(
    workspace: &mut Workspace,
    incoming: Incoming<'_>,
    options: &ImportOptions,
    watch: &mut dyn FnMut(u64) -> bool,
    problems: &mut Vec<Problem>,
) -> Result<FileOutcome, AppError> {
    let job = incoming.job;
    let mut outcome = FileOutcome::of(job, Outcome::Refused);
    let (rules, products, today) = (workspace.rules.clone(), workspace.products.clone(), workspace.today);
    let (workdays, branch) = (workspace.workdays.clone(), workspace.file.branch.clone());
    let ground = Ground {
        rules: &rules,
        products: &products,
        workdays: &workdays,
        branch: &branch,
        today,
        answer: options.answer(),
    };
    let stored = workspace.store.transaction(|store| {
        let before = store.marks()?;
        let withdrawn = if job.known { store.withdraw_import(&job.glance.sha256)? } else { None };
        let import_id = store.add_import(&record_of(job, today))?;
        let mut ctx = Ctx::new(store, ground, import_id, &outcome.file);
        if let Some(withdrawn) = withdrawn {
            answers::settle_again(ctx.contact_ground(), withdrawn)?;
        }
        let mut reading = take_pieces(&mut ctx, &incoming, options, watch)?;
        let (file, sheets) = (&reading.file, &reading.sheets);
        let suspect = scale::check(store, &rules.scale, import_id, file, sheets, options.unit_is_right)?;
        reading.problems.extend(suspect);
        let Found { problems: found, unmatched, left_out } = ctx.finish();
        let is_error = |p: &Problem| p.severity == Severity::Error;
        let errors = reading.problems.iter().chain(&found).any(is_error);
        if !reading.is_usable() || (errors && !options.accept_valid_rows) {
            // What else was found in the store would hold only if the file were taken.
            reading.problems.extend(found.into_iter().filter(is_error));
            return Err(Undone::Refused(Box::new(reading)));
        }
        reading.leave_out(left_out.iter().map(|l| (l.sheet.as_str(), l.row)));
        let rows = reading.rows_taken();
        store.finish_import(import_id, rows as i64, reading.rows_skipped() as i64, reading.problems.len() as i64)?;
        if let Some(withdrawn) = withdrawn {
            store.settle_people_of(withdrawn)?;
        }
        store.audit(&import_note(job, &reading, withdrawn))?;
        layouts::remember(store, &rules, &reading, today)?;
        Ok((reading, import_id, found, unmatched, store.brought(import_id, before)?))
    });
    let reading = match stored {
        Ok((reading, import_id, found, unmatched, brought)) => {
            problems.extend(found);
            outcome.import_id = Some(import_id);
            outcome.outcome = Outcome::Imported;
            outcome.rows_taken = reading.rows_taken();
            outcome.brought = Some(brought);
            outcome.unmatched_payees = unmatched;
            reading
        }
        Err(Undone::Refused(reading)) => {
            let (profiles, told) = profiles::write_drafts(workspace, &reading)?;
            outcome.profiles = profiles;
            problems.extend(told);
            *reading
        }
        Err(Undone::Failed(error)) => return Err(error),
    };
    outcome.rows_skipped = reading.rows_skipped();
    outcome.date = reading.sheets.iter().find_map(|s| s.as_of.or(s.payday));
    outcome.kinds = reading.kinds();
    outcome.sheets =
        sheets::outcomes(&reading.sheets, &rules, options.hints.unit, outcome.outcome == Outcome::Imported);
    outcome.rows_not_taken = outcome.sheets.iter().map(|sheet| sheet.rows_not_taken).sum();
    problems.extend(reading.problems);
    Ok(outcome)
}

/// Takes the pieces as they come. Once the file is sure to be refused its rows are no longer stored, only read to the
/// end, so that all that is wrong can be told.
fn take_pieces(
    ctx: &mut Ctx<'_>,
    incoming: &Incoming<'_>,
    options: &ImportOptions,
    watch: &mut dyn FnMut(u64) -> bool,
) -> Result<FileReading, Undone> {
    let mut kinds = Kinds::default();
    let mut taken = 0;
    let mut hopeless = false;
    while let Some(piece) = incoming.next() {
        match piece {
            Piece::Sheet(head) => kinds.begin(ctx, *head),
            Piece::Rows { rows, errors, .. } => {
                taken += rows.len() as u64;
                hopeless |= errors && !options.accept_valid_rows;
                if !hopeless {
                    kinds.rows(ctx, rows)?;
                }
                if !watch(taken) {
                    return Err(Undone::Failed(AppError::Interrupted { files: 0 }));
                }
            }
            Piece::SheetEnd(sheet) if !hopeless => kinds.settle(ctx, &sheet)?,
            Piece::SheetEnd(_) => {}
        }
    }
    if !hopeless {
        kinds.finish(ctx)?;
    }
    Ok(incoming.reading())
}

fn record_of(job: &Job, today: NaiveDate) -> ImportRecord {
    let kinds: Vec<&str> = job.glance.kinds.iter().map(|k| k.key()).collect();
    ImportRecord {
        file: file_name(&job.path),
        sha256: job.glance.sha256.clone(),
        kinds: kinds.join(","),
        rows_taken: 0,
        rows_skipped: 0,
        problems: 0,
        today,
    }
}

/// `withdrawn`: the import whose place this one takes.
fn import_note(job: &Job, reading: &FileReading, withdrawn: Option<i64>) -> AuditNote {
    let kinds: Vec<&str> = reading.kinds().iter().map(|k| k.key()).collect();
    let again = withdrawn.map(|import| format!(": again, import {import} withdrawn")).unwrap_or_default();
    AuditNote {
        action: "import",
        purpose: kinds.join(",") + &again,
        subject: reading.file.clone(),
        rows: reading.rows_taken() as i64,
        columns: personal_columns(reading),
        mask_level: "whole",
        sha256: job.glance.sha256.clone(),
    }
}

impl FileOutcome {
    /// A file whose content is in the store.
    fn unchanged(job: &Job, label: &str) -> FileOutcome {
        let mut file = FileOutcome::of(job, Outcome::Unchanged);
        show_as(label, &mut file, &mut []);
        file
    }

    fn of(job: &Job, outcome: Outcome) -> FileOutcome {
        FileOutcome {
            file: file_name(&job.path),
            kinds: job.glance.kinds.clone(),
            outcome,
            rows_taken: 0,
            rows_skipped: 0,
            rows_not_taken: 0,
            date: None,
            unmatched_payees: 0,
            sha256: job.glance.sha256.clone(),
            sheets: Vec::new(),
            brought: None,
            marked_copy: None,
            open_matches: 0,
            profiles: Vec::new(),
            path: job.path.clone(),
            password_file: None,
            import_id: None,
        }
    }
}

/// Fields with personal data that the file brought, for the audit.
fn personal_columns(reading: &FileReading) -> Vec<ShownColumn> {
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
    columns.into_iter().map(|key| ShownColumn::new(key, ColumnLevel::Whole)).collect()
}
