//! What can go wrong in a use case, and in [`AppError::spec`] how each is told: a stable code, typed arguments, an exit
//! code. Words: `error.<code>` in `messages`.

mod materials;

pub use crate::app::error::materials::MaterialFault;

use std::fmt::Display;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Local, Utc};
use serde::{Deserialize, Serialize};

use crate::app::detail;
use crate::engagement::freshness::Stale;
use crate::engagement::visit::pack::compare::fault::Fault as CompareFault;
use crate::facts::condition::{ConditionError, Why};
use crate::files::Unfit;
use crate::model::{EmployerId, Param, Reason, VisitId};
use crate::output::OutputError;
use crate::render::RenderError;
use crate::render::templates::TemplateError;
use crate::render::words::WordsError;
use crate::rules::RulesError;
use crate::rules::visit::calendar::CalendarError;
use crate::store::StoreError;

/// Who holds a workspace, as they noted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub user: String,
    pub pid: u32,
    pub since: DateTime<Utc>,
}

impl Holder {
    /// When it began, in the PC's own time.
    pub fn since(&self) -> String {
        self.since.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string()
    }
}

/// A failed use case. What failed left nothing half done; files imported before it stay.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("no workspace at {path}")]
    NoWorkspace { path: PathBuf },
    #[error("there is a workspace at {path} already")]
    WorkspaceExists { path: PathBuf },
    #[error("{path} is not empty and no workspace")]
    FolderNotEmpty { path: PathBuf },
    #[error("{path} is no usable workspace file: {reason}")]
    BadWorkspaceFile { path: PathBuf, reason: String },
    /// `path`: the workspace file.
    #[error("{path}, [materials]: {fault}")]
    Materials { path: PathBuf, fault: MaterialFault },
    #[error("another daifa is at work in {path}")]
    Busy { path: PathBuf, holder: Option<Holder> },
    #[error("{path} lies on a network share ({kind})")]
    NetworkShare { path: PathBuf, kind: String },
    #[error("{path}: {reason}")]
    File { path: PathBuf, reason: String },
    #[error("no such file: {path}")]
    NoFile { path: PathBuf },
    #[error("{path}: {unfit}")]
    Unfit { path: PathBuf, unfit: Unfit },
    #[error("no employer fits «{text}»")]
    UnknownEmployer { text: String },
    #[error("{} employers fit «{text}»", .candidates.len())]
    SeveralEmployers { text: String, candidates: Vec<(EmployerId, String)> },
    #[error("no visit {text}")]
    UnknownVisit { text: String },
    #[error("the visit cannot be held on {date}")]
    DateRefused { date: chrono::NaiveDate, reasons: Vec<Reason> },
    #[error("no day until {until} will do")]
    NoFreeDay { until: chrono::NaiveDate, reasons: Vec<Reason> },
    #[error("{path}, line {line}: no plan")]
    NoSolution { path: PathBuf, line: usize },
    #[error("the team cannot go on {date}")]
    TeamRefused { date: chrono::NaiveDate, reasons: Vec<Reason> },
    #[error("{times} are no times of a visit of {sessions} sessions")]
    /// `times`: beginning and end as they were written.
    TimeRefused { times: String, sessions: i64, earliest: String, latest: String },
    #[error("{visit} would take {minutes} minutes")]
    /// `times`: beginning and end of one session, of `most` minutes at most.
    VisitTooLong { visit: VisitId, times: String, minutes: i64, most: i64 },
    #[error("{attendance} visitors of {heads} people")]
    AttendanceRefused { attendance: i64, heads: i64 },
    #[error("{visit} on {date} is still to come")]
    VisitStands { visit: VisitId, date: chrono::NaiveDate },
    #[error("{text} was not declined")]
    NotDeclined { text: String },
    #[error("nothing was changed by hand of {text}")]
    NothingToUndo { text: String },
    #[error("no passphrase was given")]
    NoPassphrase,
    #[error("the passphrase is shorter than {least}")]
    ShortPassphrase { least: usize },
    #[error("stopped by the user; {files} files were imported before")]
    Interrupted { files: usize },
    #[error("stopped by the user; no file was written")]
    MakingStopped,
    #[error("nothing has been imported yet")]
    NothingImported,
    #[error("the data of {} are {} days too old", .0.data_date, .0.overdue())]
    DataStale(Stale),
    #[error("{refused} of {files} files were refused")]
    FilesRefused { refused: usize, files: usize },
    #[error("no conflict {text}")]
    UnknownConflict { text: String },
    #[error("{field} cannot be «{text}»")]
    ValueRefused { field: String, text: String },
    #[error("{field} is one of {list:?}, not «{text}»")]
    NotListed { field: String, text: String, list: Vec<String> },
    #[error("{field}: {date} has not come")]
    DayAhead { field: String, date: chrono::NaiveDate },
    #[error("step {step} of {visit} is open")]
    StepOpen { visit: VisitId, step: String },
    #[error("{visit} is not held before {date}")]
    StepTooEarly { visit: VisitId, date: chrono::NaiveDate },
    #[error("{field}: {date} has come")]
    DayPast { field: String, date: chrono::NaiveDate },
    #[error("the visit offered on {offered} is on {now} now")]
    OfferOver { offered: chrono::NaiveDate, now: chrono::NaiveDate },
    #[error("no task {text}")]
    UnknownTask { text: String },
    #[error("several tasks are open: {tasks}")]
    WhichTask { tasks: String },
    #[error("no need {text}")]
    UnknownNeed { text: String },
    #[error("no colleague {text}")]
    UnknownColleague { text: String },
    #[error("several colleagues are called {text}: {numbers:?}")]
    SeveralColleagues { text: String, numbers: Vec<String> },
    #[error("{text} is both of two colleagues")]
    SameColleague { text: String },
    #[error("no match {text}")]
    UnknownMatch { text: String },
    #[error("no person {text}")]
    UnknownPerson { text: String },
    #[error("match {text} cannot be decided so: {subject}, {choice}")]
    MatchNotSo { text: String, subject: &'static str, choice: &'static str },
    #[error("match {text} is not decided")]
    MatchNotDecided { text: String },
    #[error("visit {text} is over or declined")]
    VisitOver { text: String },
    #[error("the audit chain is broken at entry {seq}")]
    AuditBroken { seq: i64 },
    #[error("the audit ends before entry {seq}")]
    AuditCutOff { seq: i64, entries: i64 },
    #[error("entry {seq} of the audit is another one")]
    AuditRewritten { seq: i64 },
    #[error("{path} exists already")]
    FileExists { path: PathBuf },
    #[error("{unknown} of {given} numbers fit nobody")]
    NobodyFits { unknown: usize, given: usize },
    #[error("a backup is being made in {path}")]
    BackupRunning { path: PathBuf },
    #[error("{path} holds what a stopped run left and cannot be removed")]
    Leftovers { path: PathBuf },
    #[error("a removal needs a yes")]
    PurgeUnconfirmed,
    #[error("something would stay in {places}")]
    PurgeIncomplete { places: String },
    #[error("without these people the reports fail: {reason}")]
    PurgeBreaksReports { reason: String },
    #[error("the removal is out of proportion: {rows} rows")]
    PurgeOutOfProportion { rows: i64, reasons: Vec<Reason> },
    #[error("{day} is too recent to be archived; {latest} at the latest")]
    ArchiveTooRecent { day: chrono::NaiveDate, latest: chrono::NaiveDate },
    #[error("{path} is no whole backup")]
    BackupDamaged { path: PathBuf },
    #[error("no remembered layout {text}")]
    UnknownLayout { text: String },
    #[error("mapping profile {path}: {fault:?}")]
    Profile { path: PathBuf, fault: crate::intake::ProfileFault },
    #[error("products {path}: {fault:?}")]
    Compare { path: PathBuf, fault: Box<CompareFault> },
    #[error("sheet «{sheet}» of {file} cannot be shown: {reason}")]
    NoSheet { file: String, sheet: String, reason: String },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// A rules file that is only tried, wherever it lies.
    #[error(transparent)]
    RulesTried(RulesError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error(transparent)]
    Condition(#[from] ConditionError),
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A text that was to leave says what it must not (`script_fault.<rule>`).
    #[error("{file}, line {line}: «{text}» ({rule})")]
    ForbiddenWords { file: String, line: usize, text: String, rule: String },
    #[error(transparent)]
    Output(#[from] OutputError),
    /// What was changed is kept; a file that tells of it could not be rewritten.
    #[error("the change is kept, its files are not rewritten: {0}")]
    FilesBehind(Box<AppError>),
    #[error("{what}: {reason}")]
    Inner { what: &'static str, reason: String },
}

impl From<rusqlite::Error> for AppError {
    fn from(error: rusqlite::Error) -> AppError {
        AppError::Store(error.into())
    }
}

/// What is told of an error: all that others want to know of its variant.
#[derive(Debug)]
pub struct Spec<'e> {
    /// Stable code, the key of the words.
    pub code: &'static str,
    /// What the program exits with: 1 data refused; 3 workspace, key or version; 4 a file cannot be read or written; 5 a
    /// rules, words or profile file; 130 stopped by Ctrl-C, as shells expect it. 2 is left to wrong arguments.
    pub exit: i32,
    /// Arguments of the words.
    pub params: Vec<Argument>,
    /// What is told behind the words.
    pub reasons: &'e [Reason],
}

type Argument = (&'static str, Param);

const REFUSED: i32 = 1;
const WORKSPACE: i32 = 3;
const FILE: i32 = 4;
const RULES: i32 = 5;
const STOPPED: i32 = 130;

/// So many of those who may be meant are named in a sentence.
const CANDIDATES_NAMED: usize = 12;

fn told<'e>(exit: i32, code: &'static str, params: Vec<Argument>) -> Spec<'e> {
    Spec { code, exit, params, reasons: &[] }
}

fn arg(name: &'static str, text: impl Display) -> Argument {
    (name, Param::Text(text.to_string()))
}

fn listed(name: &'static str, texts: &[String]) -> Argument {
    (name, Param::List(texts.iter().map(|text| Param::Text(text.clone())).collect()))
}

fn at(path: &Path) -> Argument {
    arg("path", path.display())
}

fn count(name: &'static str, n: impl TryInto<i64>) -> Argument {
    (name, Param::Count(n.try_into().unwrap_or(i64::MAX)))
}

impl AppError {
    /// The one place that says of a variant how it is told.
    pub fn spec(&self) -> Spec<'_> {
        match self {
            AppError::NoWorkspace { path } => told(WORKSPACE, "no_workspace", vec![at(path)]),
            AppError::WorkspaceExists { path } => told(WORKSPACE, "workspace_exists", vec![at(path)]),
            AppError::FolderNotEmpty { path } => told(WORKSPACE, "folder_not_empty", vec![at(path)]),
            AppError::BadWorkspaceFile { path, reason } => {
                told(WORKSPACE, "bad_workspace_file", vec![at(path), ("reason", detail::said(reason))])
            }
            AppError::Materials { path, fault } => materials::told_of(path, fault),
            AppError::Busy { path, holder: None } => told(WORKSPACE, "busy_unknown", vec![at(path)]),
            AppError::Busy { path, holder: Some(by) } => {
                let holder = [arg("user", &by.user), arg("pid", by.pid), arg("since", by.since())];
                told(WORKSPACE, "busy", [at(path)].into_iter().chain(holder).collect())
            }
            AppError::NetworkShare { path, kind } => {
                told(WORKSPACE, "network_share", vec![at(path), arg("kind", kind)])
            }
            AppError::File { path, reason } => told(FILE, "file", vec![at(path), ("reason", detail::said(reason))]),
            AppError::NoFile { path } => told(FILE, "no_file", vec![at(path)]),
            AppError::Unfit { path, unfit } => of_unfit(FILE, path.display(), *unfit),
            AppError::UnknownEmployer { text } => told(REFUSED, "unknown_employer", vec![arg("text", text)]),
            AppError::SeveralEmployers { text, candidates } => {
                let named: Vec<String> =
                    candidates.iter().take(CANDIDATES_NAMED).map(|(id, name)| format!("{id} {name}")).collect();
                let params = vec![arg("text", text), count("several", candidates.len()), listed("candidates", &named)];
                told(REFUSED, "several_employers", params)
            }
            AppError::UnknownVisit { text } => told(REFUSED, "unknown_visit", vec![arg("text", text)]),
            AppError::DateRefused { date, reasons } => {
                Spec { reasons, ..told(REFUSED, "date_refused", vec![("date", Param::Date(*date))]) }
            }
            AppError::NoSolution { path, line } => {
                told(FILE, "no_solution", vec![at(path), ("line", Param::Count(*line as i64))])
            }
            AppError::NoFreeDay { until, reasons } => {
                Spec { reasons, ..told(REFUSED, "no_free_day", vec![("until", Param::Date(*until))]) }
            }
            AppError::TeamRefused { date, reasons } => {
                Spec { reasons, ..told(REFUSED, "team_refused", vec![("date", Param::Date(*date))]) }
            }
            AppError::TimeRefused { times, sessions, earliest, latest } => {
                let hours = vec![arg("times", times), arg("earliest", earliest), arg("latest", latest)];
                told(REFUSED, "time_refused", hours.into_iter().chain([count("sessions", *sessions)]).collect())
            }
            AppError::VisitTooLong { visit, times, minutes, most } => {
                let long = [count("minutes", *minutes), count("most", *most)];
                let params = [arg("visit", visit), arg("times", times)].into_iter().chain(long);
                told(REFUSED, "visit_too_long", params.collect())
            }
            AppError::AttendanceRefused { attendance, heads } => {
                let params = vec![count("attendance", *attendance), count("heads", *heads)];
                told(REFUSED, "attendance_refused", params)
            }
            AppError::VisitStands { visit, date } => {
                told(REFUSED, "visit_stands", vec![arg("visit", visit), ("date", Param::Date(*date))])
            }
            AppError::NotDeclined { text } => told(REFUSED, "not_declined", vec![arg("text", text)]),
            AppError::NothingToUndo { text } => told(REFUSED, "nothing_to_undo", vec![arg("text", text)]),
            AppError::NoPassphrase => told(WORKSPACE, "no_passphrase", vec![]),
            AppError::ShortPassphrase { least } => told(WORKSPACE, "short_passphrase", vec![count("least", *least)]),
            AppError::Interrupted { files } => told(STOPPED, "interrupted", vec![count("files", *files)]),
            AppError::MakingStopped => told(STOPPED, "making_stopped", vec![]),
            AppError::NothingImported => told(REFUSED, "nothing_imported", vec![]),
            AppError::DataStale(stale) => told(REFUSED, "data_stale", stale.params()),
            AppError::FilesRefused { refused, files } => {
                told(REFUSED, "files_refused", vec![count("refused", *refused), count("files", *files)])
            }
            AppError::UnknownConflict { text } => told(REFUSED, "unknown_conflict", vec![arg("text", text)]),
            AppError::ValueRefused { field, text } => {
                let field = ("field", Param::Word { word: format!("column.{field}") });
                told(REFUSED, "value_refused", vec![field, arg("text", text)])
            }
            AppError::NotListed { field, text, list } => {
                let field = ("field", Param::Word { word: format!("column.{field}") });
                told(REFUSED, "not_listed", vec![field, arg("text", text), listed("list", list)])
            }
            AppError::StepOpen { visit, step } => {
                told(REFUSED, "step_open", vec![arg("visit", visit), arg("step", step)])
            }
            AppError::StepTooEarly { visit, date } => {
                told(REFUSED, "step_too_early", vec![arg("visit", visit), ("date", Param::Date(*date))])
            }
            AppError::DayAhead { field, date } => {
                let field = ("field", Param::Word { word: format!("column.{field}") });
                told(REFUSED, "day_ahead", vec![field, ("date", Param::Date(*date))])
            }
            AppError::DayPast { field, date } => {
                let field = ("field", Param::Word { word: format!("column.{field}") });
                told(REFUSED, "day_past", vec![field, ("date", Param::Date(*date))])
            }
            AppError::OfferOver { offered, now } => {
                told(REFUSED, "offer_over", vec![("offered", Param::Date(*offered)), ("now", Param::Date(*now))])
            }
            AppError::UnknownTask { text } => told(REFUSED, "unknown_task", vec![arg("text", text)]),
            AppError::WhichTask { tasks } => told(REFUSED, "which_task", vec![arg("tasks", tasks)]),
            AppError::UnknownNeed { text } => told(REFUSED, "unknown_need", vec![arg("text", text)]),
            AppError::UnknownColleague { text } => told(REFUSED, "unknown_colleague", vec![arg("text", text)]),
            AppError::SeveralColleagues { text, numbers } => {
                told(REFUSED, "several_colleagues", vec![arg("text", text), listed("numbers", numbers)])
            }
            AppError::SameColleague { text } => told(REFUSED, "same_colleague", vec![arg("text", text)]),
            AppError::UnknownMatch { text } => told(REFUSED, "unknown_match", vec![arg("text", text)]),
            AppError::UnknownPerson { text } => told(REFUSED, "unknown_person", vec![arg("text", text)]),
            AppError::MatchNotSo { text, subject, choice } => {
                let subject = ("subject", Param::Word { word: (*subject).to_string() });
                told(REFUSED, "match_not_so", vec![arg("text", text), subject, arg("choice", choice)])
            }
            AppError::MatchNotDecided { text } => told(REFUSED, "match_not_decided", vec![arg("text", text)]),
            AppError::VisitOver { text } => told(REFUSED, "visit_over", vec![arg("text", text)]),
            AppError::AuditBroken { seq } => told(WORKSPACE, "audit_broken", vec![count("seq", *seq)]),
            AppError::AuditCutOff { seq, entries } => {
                told(WORKSPACE, "audit_cut_off", vec![count("seq", *seq), count("entries", *entries)])
            }
            AppError::AuditRewritten { seq } => told(WORKSPACE, "audit_rewritten", vec![count("seq", *seq)]),
            AppError::FileExists { path } => told(FILE, "file_exists", vec![at(path)]),
            AppError::NobodyFits { unknown, given } => {
                told(REFUSED, "nobody_fits", vec![count("unknown", *unknown), count("given", *given)])
            }
            AppError::BackupRunning { path } => told(WORKSPACE, "backup_running", vec![at(path)]),
            AppError::Leftovers { path } => told(WORKSPACE, "leftovers", vec![at(path)]),
            AppError::PurgeUnconfirmed => told(REFUSED, "purge_unconfirmed", vec![]),
            AppError::PurgeIncomplete { places } => told(REFUSED, "purge_incomplete", vec![arg("places", places)]),
            AppError::PurgeBreaksReports { reason } => {
                told(REFUSED, "purge_breaks_reports", vec![arg("reason", reason)])
            }
            AppError::PurgeOutOfProportion { rows, reasons } => {
                // Also as it is to be typed.
                let params = vec![count("rows", *rows), arg("typed", rows)];
                Spec { reasons, ..told(REFUSED, "purge_out_of_proportion", params) }
            }
            AppError::ArchiveTooRecent { day, latest } => {
                told(REFUSED, "archive_too_recent", vec![arg("day", day), arg("latest", latest)])
            }
            AppError::BackupDamaged { path } => told(FILE, "backup_damaged", vec![at(path)]),
            AppError::UnknownLayout { text } => told(REFUSED, "unknown_layout", vec![arg("text", text)]),
            AppError::Profile { path, fault } => {
                told(RULES, fault.code(), fault.params().into_iter().chain([at(path)]).collect())
            }
            AppError::Compare { path, fault } => {
                told(REFUSED, fault.code(), fault.params().into_iter().chain([at(path)]).collect())
            }
            AppError::NoSheet { file, sheet, reason } => {
                told(REFUSED, "no_sheet", vec![arg("file", file), arg("sheet", sheet), arg("reason", reason)])
            }
            AppError::Store(error) => of_store(WORKSPACE, error),
            AppError::Condition(ConditionError::Store(error)) => of_store(RULES, error),
            AppError::Condition(ConditionError::Unusable { rule, sql, why }) => {
                let reason = match why {
                    Why::Sql { reason } => detail::condition(reason),
                    other => Param::Word { word: other.word().unwrap_or_default().to_string() },
                };
                told(RULES, "condition", vec![arg("rule", rule), arg("condition", sql), ("reason", reason)])
            }
            AppError::Rules(RulesError::Unreadable { file, source })
            | AppError::RulesTried(RulesError::Unreadable { file, source })
            | AppError::Words(WordsError::Unreadable { file, source })
            | AppError::Template(
                TemplateError::Unreadable { file, source }
                | TemplateError::Words(WordsError::Unreadable { file, source }),
            ) if let Some(unfit) = Unfit::of(source) => of_unfit(RULES, file, unfit),
            AppError::Calendar(CalendarError { file, unfit: Some(unfit), .. }) => of_unfit(RULES, file, *unfit),
            AppError::Rules(error) => told(RULES, "rules", vec![("reason", detail::of_rules(error))]),
            AppError::RulesTried(error) => told(RULES, "rules_tried", vec![("reason", detail::of_rules(error))]),
            AppError::Calendar(error) => told(RULES, "calendar", vec![("reason", detail::of_calendar(error))]),
            AppError::Words(error) => told(RULES, "words", vec![("reason", detail::of_words(error))]),
            AppError::Template(TemplateError::TooMuch { name }) => {
                told(RULES, "template_too_much", vec![arg("file", name)])
            }
            AppError::Template(error) => told(RULES, "template", vec![("reason", detail::of_template(error))]),
            AppError::ForbiddenWords { file, line, text, rule } => {
                let word = |family: &str| Param::Word { word: format!("{family}.{rule}") };
                let params = vec![arg("file", file), count("line", *line), arg("text", text)];
                let words = [("fault", word("script_fault")), ("repair", word("script_repair"))];
                told(RULES, "forbidden_words", params.into_iter().chain(words).collect())
            }
            AppError::Render(RenderError::Full { path }) => told(FILE, "disk_full", vec![arg("path", path)]),
            AppError::Render(error) => told(REFUSED, "render", vec![("reason", detail::of_render(error))]),
            AppError::FilesBehind(error) => {
                let Spec { code, params, .. } = error.spec();
                let params = params.into_iter().map(|(name, param)| (name.to_string(), param)).collect();
                let reason = Param::Phrase { phrase: format!("error.{code}.found"), params };
                told(FILE, "files_behind", vec![("reason", reason)])
            }
            AppError::Output(OutputError::InUse { path }) => told(FILE, "file_in_use", vec![arg("path", path)]),
            AppError::Output(OutputError::Full { path }) => told(FILE, "disk_full", vec![arg("path", path)]),
            AppError::Output(OutputError::ReadOnly { path }) => told(FILE, "no_write_access", vec![arg("path", path)]),
            AppError::Output(OutputError::Unfit { path, unfit }) => of_unfit(FILE, path, *unfit),
            AppError::Output(error) => told(FILE, "output", vec![("reason", detail::of_output(error))]),
            AppError::Inner { what, .. } => told(REFUSED, "inner", vec![arg("what", what)]),
        }
    }
}

/// What was not opened and why, wherever it was wanted.
fn of_unfit<'e>(exit: i32, path: impl Display, unfit: Unfit) -> Spec<'e> {
    let path = arg("path", path);
    match unfit {
        Unfit::Kind => told(exit, "not_a_file", vec![path]),
        Unfit::Link => told(exit, "link_refused", vec![path]),
        Unfit::TooLong { limit } => told(exit, "file_too_long", vec![path, count("megabytes", limit >> 20)]),
    }
}

fn of_store<'e>(exit: i32, error: &StoreError) -> Spec<'e> {
    match error {
        StoreError::NoConfigFolder => told(exit, "no_config_folder", vec![]),
        StoreError::NoRandomness => told(exit, "no_randomness", vec![]),
        StoreError::KeyFile { path, reason } => {
            told(exit, "key_file", vec![at(path), ("reason", detail::said(reason))])
        }
        StoreError::KeyFileOpen { path } => told(exit, "key_file_open", vec![at(path)]),
        StoreError::Unfit { path, unfit } => of_unfit(exit, path.display(), *unfit),
        StoreError::WrongKey => told(exit, "wrong_key", vec![]),
        StoreError::NewerWorkspace { found, known } => {
            told(exit, "newer_workspace", vec![count("found", *found), count("known", *known)])
        }
        StoreError::NotOurs => told(exit, "not_ours", vec![]),
        StoreError::Emptied => told(exit, "database_emptied", vec![]),
        StoreError::Unreadable => told(exit, "database_unreadable", vec![]),
        StoreError::ForeignMigration { version } => told(exit, "foreign_migration", vec![count("version", *version)]),
        StoreError::DaysLost => told(exit, "days_lost", vec![]),
        StoreError::Locked => told(exit, "locked", vec![]),
        StoreError::NoWriteAheadLog => told(exit, "no_write_ahead_log", vec![]),
        StoreError::DiskFull => told(exit, "disk_full", vec![arg("path", "daifa.db")]),
        StoreError::ReadOnly => told(exit, "read_only", vec![]),
        StoreError::DiskFailure => told(exit, "disk_failure", vec![]),
        StoreError::Damaged { what } => told(exit, "damaged", vec![("reason", detail::damaged(what))]),
        StoreError::Sql(_) => told(exit, "database", vec![]),
    }
}
