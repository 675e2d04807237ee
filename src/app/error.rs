//! What can go wrong in a use case: a stable code, typed arguments, an exit code. Words: `error.<code>` in `messages`.

use std::path::PathBuf;

use chrono::{DateTime, Local, Utc};
use serde::{Deserialize, Serialize};

use crate::app::detail;
use crate::app::freshness::Stale;
use crate::facts::condition::{ConditionError, Why};
use crate::files::Unfit;
use crate::model::Param;
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
    #[error("no visit {text}")]
    UnknownVisit { text: String },
    #[error("the visit cannot be held on {date}")]
    DateRefused { date: chrono::NaiveDate, reasons: Vec<crate::model::Reason> },
    #[error("no passphrase was given")]
    NoPassphrase,
    #[error("the passphrase is shorter than {least}")]
    ShortPassphrase { least: usize },
    #[error("stopped by the user; {files} files were imported before")]
    Interrupted { files: usize },
    #[error("nothing has been imported yet")]
    NothingImported,
    #[error("the data of {} are {} days too old", .0.data_date, .0.overdue())]
    DataStale(Stale),
    #[error("{refused} of {files} files were refused")]
    FilesRefused { refused: usize, files: usize },
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
    PurgeOutOfProportion { rows: i64, reasons: Vec<crate::model::Reason> },
    #[error("{path} is no whole backup")]
    BackupDamaged { path: PathBuf },
    #[error("no remembered layout {text}")]
    UnknownLayout { text: String },
    #[error("mapping profile {path}: {fault:?}")]
    Profile { path: PathBuf, fault: crate::intake::ProfileFault },
    #[error("sheet «{sheet}» of {file} cannot be shown: {reason}")]
    NoSheet { file: String, sheet: String, reason: String },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Rules(#[from] RulesError),
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
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("{what}: {reason}")]
    Inner { what: &'static str, reason: String },
}

impl From<rusqlite::Error> for AppError {
    fn from(error: rusqlite::Error) -> AppError {
        AppError::Store(error.into())
    }
}

impl AppError {
    /// Stable code, the key of the words.
    pub fn code(&self) -> &'static str {
        if let Some((_, unfit)) = self.unfit() {
            return match unfit {
                Unfit::Kind => "not_a_file",
                Unfit::Link => "link_refused",
                Unfit::TooLong { .. } => "file_too_long",
            };
        }
        match self {
            AppError::NoWorkspace { .. } => "no_workspace",
            AppError::WorkspaceExists { .. } => "workspace_exists",
            AppError::FolderNotEmpty { .. } => "folder_not_empty",
            AppError::BadWorkspaceFile { .. } => "bad_workspace_file",
            AppError::Busy { holder: Some(_), .. } => "busy",
            AppError::Busy { holder: None, .. } => "busy_unknown",
            AppError::NetworkShare { .. } => "network_share",
            AppError::File { .. } => "file",
            AppError::NoFile { .. } => "no_file",
            AppError::Unfit { .. } => "file",
            AppError::UnknownEmployer { .. } => "unknown_employer",
            AppError::UnknownVisit { .. } => "unknown_visit",
            AppError::DateRefused { .. } => "date_refused",
            AppError::NoPassphrase => "no_passphrase",
            AppError::ShortPassphrase { .. } => "short_passphrase",
            AppError::Interrupted { .. } => "interrupted",
            AppError::NothingImported => "nothing_imported",
            AppError::DataStale(_) => "data_stale",
            AppError::FilesRefused { .. } => "files_refused",
            AppError::UnknownMatch { .. } => "unknown_match",
            AppError::UnknownPerson { .. } => "unknown_person",
            AppError::MatchNotSo { .. } => "match_not_so",
            AppError::MatchNotDecided { .. } => "match_not_decided",
            AppError::VisitOver { .. } => "visit_over",
            AppError::AuditBroken { .. } => "audit_broken",
            AppError::AuditCutOff { .. } => "audit_cut_off",
            AppError::AuditRewritten { .. } => "audit_rewritten",
            AppError::FileExists { .. } => "file_exists",
            AppError::NobodyFits { .. } => "nobody_fits",
            AppError::BackupRunning { .. } => "backup_running",
            AppError::Leftovers { .. } => "leftovers",
            AppError::PurgeUnconfirmed => "purge_unconfirmed",
            AppError::PurgeIncomplete { .. } => "purge_incomplete",
            AppError::PurgeBreaksReports { .. } => "purge_breaks_reports",
            AppError::PurgeOutOfProportion { .. } => "purge_out_of_proportion",
            AppError::BackupDamaged { .. } => "backup_damaged",
            AppError::UnknownLayout { .. } => "unknown_layout",
            AppError::Profile { fault, .. } => fault.code(),
            AppError::NoSheet { .. } => "no_sheet",
            AppError::Store(store) => store_code(store),
            AppError::Rules(_) => "rules",
            AppError::Calendar(_) => "calendar",
            AppError::Condition(ConditionError::Store(store)) => store_code(store),
            AppError::Condition(ConditionError::Unusable { .. }) => "condition",
            AppError::Words(_) => "words",
            AppError::Template(TemplateError::TooMuch { .. }) => "template_too_much",
            AppError::Template(_) => "template",
            AppError::Render(RenderError::Full { .. }) => "disk_full",
            AppError::Render(_) => "render",
            AppError::Output(output) => output_code(output),
            AppError::Inner { .. } => "inner",
        }
    }

    /// What was not opened and why, wherever it was wanted.
    fn unfit(&self) -> Option<(String, Unfit)> {
        let read = |file: &String, source| Some((file.clone(), Unfit::of(source)?));
        match self {
            AppError::Unfit { path, unfit } | AppError::Store(StoreError::Unfit { path, unfit }) => {
                Some((path.display().to_string(), *unfit))
            }
            AppError::Output(OutputError::Unfit { path, unfit }) => Some((path.clone(), *unfit)),
            AppError::Calendar(CalendarError { file, unfit, .. }) => Some((file.clone(), (*unfit)?)),
            AppError::Rules(RulesError::Unreadable { file, source })
            | AppError::Words(WordsError::Unreadable { file, source })
            | AppError::Template(
                TemplateError::Unreadable { file, source }
                | TemplateError::Words(WordsError::Unreadable { file, source }),
            ) => read(file, source),
            _ => None,
        }
    }

    /// Arguments of the words.
    pub fn params(&self) -> Vec<(&'static str, Param)> {
        let text = |t: &dyn std::fmt::Display| Param::Text(t.to_string());
        let path = |p: &PathBuf| Param::Text(p.display().to_string());
        match self.unfit() {
            Some((p, Unfit::TooLong { limit })) => {
                return vec![("path", Param::Text(p)), ("megabytes", Param::Count((limit >> 20) as i64))];
            }
            Some((p, _)) => return vec![("path", Param::Text(p))],
            None => {}
        }
        match self {
            AppError::NoWorkspace { path: p }
            | AppError::WorkspaceExists { path: p }
            | AppError::FolderNotEmpty { path: p }
            | AppError::Busy { path: p, holder: None }
            | AppError::FileExists { path: p }
            | AppError::BackupDamaged { path: p }
            | AppError::BackupRunning { path: p }
            | AppError::Leftovers { path: p }
            | AppError::NoFile { path: p } => vec![("path", path(p))],
            AppError::Busy { path: p, holder: Some(h) } => {
                vec![("path", path(p)), ("user", text(&h.user)), ("pid", text(&h.pid)), ("since", text(&h.since()))]
            }
            AppError::NetworkShare { path: p, kind } => vec![("path", path(p)), ("kind", text(kind))],
            AppError::BadWorkspaceFile { path: p, reason } | AppError::File { path: p, reason } => {
                vec![("path", path(p)), ("reason", detail::said(reason))]
            }
            AppError::UnknownEmployer { text: t }
            | AppError::UnknownVisit { text: t }
            | AppError::UnknownMatch { text: t }
            | AppError::UnknownPerson { text: t }
            | AppError::MatchNotDecided { text: t }
            | AppError::UnknownLayout { text: t }
            | AppError::VisitOver { text: t } => vec![("text", text(t))],
            AppError::MatchNotSo { text: t, subject, choice } => vec![
                ("text", text(t)),
                ("subject", Param::Word { word: (*subject).to_string() }),
                ("choice", text(choice)),
            ],
            AppError::DateRefused { date, .. } => vec![("date", Param::Date(*date))],
            AppError::DataStale(stale) => stale.params(),
            AppError::NothingImported | AppError::NoPassphrase | AppError::PurgeUnconfirmed => Vec::new(),
            AppError::PurgeBreaksReports { reason } => vec![("reason", text(reason))],
            AppError::PurgeOutOfProportion { rows, .. } => {
                // As it is to be typed.
                vec![("rows", Param::Count(*rows)), ("typed", text(rows))]
            }
            AppError::ShortPassphrase { least } => vec![("least", Param::Count(*least as i64))],
            AppError::PurgeIncomplete { places } => vec![("places", text(places))],
            AppError::NobodyFits { unknown, given } => {
                vec![("unknown", Param::Count(*unknown as i64)), ("given", Param::Count(*given as i64))]
            }
            AppError::Interrupted { files } => vec![("files", Param::Count(*files as i64))],
            AppError::FilesRefused { refused, files } => {
                vec![("refused", Param::Count(*refused as i64)), ("files", Param::Count(*files as i64))]
            }
            AppError::AuditBroken { seq } | AppError::AuditRewritten { seq } => vec![("seq", Param::Count(*seq))],
            AppError::AuditCutOff { seq, entries } => {
                vec![("seq", Param::Count(*seq)), ("entries", Param::Count(*entries))]
            }
            AppError::Profile { path: p, fault } => {
                let mut params = fault.params();
                params.push(("path", path(p)));
                params
            }
            AppError::NoSheet { file, sheet, reason } => {
                vec![("file", text(file)), ("sheet", text(sheet)), ("reason", text(reason))]
            }
            AppError::Condition(ConditionError::Unusable { rule, sql, why }) => {
                let reason = match why {
                    Why::Sql { reason } => detail::condition(reason),
                    other => Param::Word { word: other.word().unwrap_or_default().to_string() },
                };
                vec![("rule", text(rule)), ("condition", text(sql)), ("reason", reason)]
            }
            AppError::Store(store) | AppError::Condition(ConditionError::Store(store)) => detail::store_params(store),
            AppError::Output(
                OutputError::InUse { path: p } | OutputError::Full { path: p } | OutputError::ReadOnly { path: p },
            ) => vec![("path", text(p))],
            AppError::Template(TemplateError::TooMuch { name }) => vec![("file", text(name))],
            AppError::Render(RenderError::Full { path }) => vec![("path", text(path))],
            AppError::Unfit { path: p, .. } => vec![("path", path(p))],
            AppError::Rules(error) => vec![("reason", detail::of_rules(error))],
            AppError::Calendar(error) => vec![("reason", detail::of_calendar(error))],
            AppError::Words(error) => vec![("reason", detail::of_words(error))],
            AppError::Template(error) => vec![("reason", detail::of_template(error))],
            AppError::Render(error) => vec![("reason", detail::of_render(error))],
            AppError::Output(error) => vec![("reason", detail::of_output(error))],
            AppError::Inner { what, .. } => vec![("what", text(what))],
        }
    }

    /// 1: data refused; 130: stopped by Ctrl-C; 3: workspace, key or version; 4: a file cannot be read or written; 5: a
    /// rules, words or profile file;
    /// 2 is left to wrong arguments.
    pub fn exit_code(&self) -> i32 {
        match self {
            AppError::NoWorkspace { .. }
            | AppError::WorkspaceExists { .. }
            | AppError::FolderNotEmpty { .. }
            | AppError::BadWorkspaceFile { .. }
            | AppError::Busy { .. }
            | AppError::BackupRunning { .. }
            | AppError::Leftovers { .. }
            | AppError::NetworkShare { .. }
            | AppError::AuditBroken { .. }
            | AppError::AuditCutOff { .. }
            | AppError::AuditRewritten { .. }
            | AppError::NoPassphrase
            | AppError::ShortPassphrase { .. }
            | AppError::Store(_) => 3,
            AppError::File { .. }
            | AppError::Unfit { .. }
            | AppError::NoFile { .. }
            | AppError::FileExists { .. }
            | AppError::BackupDamaged { .. }
            | AppError::Render(RenderError::Full { .. })
            | AppError::Output(_) => 4,
            AppError::Rules(_)
            | AppError::Calendar(_)
            | AppError::Condition(_)
            | AppError::Words(_)
            | AppError::Profile { .. }
            | AppError::Template(_) => 5,
            // What shells expect of a program that was stopped by Ctrl-C.
            AppError::Interrupted { .. } => 130,
            _ => 1,
        }
    }
}

fn output_code(error: &OutputError) -> &'static str {
    match error {
        OutputError::InUse { .. } => "file_in_use",
        OutputError::Full { .. } => "disk_full",
        OutputError::ReadOnly { .. } => "no_write_access",
        OutputError::Outside { .. } | OutputError::Unfit { .. } | OutputError::Io { .. } => "output",
    }
}

fn store_code(error: &StoreError) -> &'static str {
    match error {
        StoreError::NoConfigFolder => "no_config_folder",
        StoreError::NoRandomness => "no_randomness",
        StoreError::KeyFile { .. } => "key_file",
        StoreError::KeyFileOpen { .. } => "key_file_open",
        StoreError::Unfit { .. } => "key_file",
        StoreError::WrongKey => "wrong_key",
        StoreError::NewerWorkspace { .. } => "newer_workspace",
        StoreError::NotOurs => "not_ours",
        StoreError::Emptied => "database_emptied",
        StoreError::Unreadable => "database_unreadable",
        StoreError::ForeignMigration { .. } => "foreign_migration",
        StoreError::DaysLost => "days_lost",
        StoreError::Locked => "locked",
        StoreError::NoWriteAheadLog => "no_write_ahead_log",
        StoreError::DiskFull => "disk_full",
        StoreError::ReadOnly => "read_only",
        StoreError::DiskFailure => "disk_failure",
        StoreError::Damaged { .. } => "damaged",
        StoreError::Sql(_) => "database",
    }
}
