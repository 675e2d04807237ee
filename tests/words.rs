//! Every command, argument and error speaks both languages, and every example is a command line that parses.

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Command;
use daifa::app::AppError;
use daifa::app::error::{Holder, MaterialFault};
use daifa::app::freshness::Stale;
use daifa::engagement::visit::pack::compare::fault::Fault;
use daifa::facts::condition::{ConditionError, Why};
use daifa::files::Unfit;
use daifa::intake::{ProfileFault, Slip};
use daifa::model::status::{ContactResult, SheetKind};
use daifa::model::{EmployerId, Reason, VisitId};
use daifa::output::OutputError;
use daifa::render::RenderError;
use daifa::render::picture::PictureError;
use daifa::render::templates::TemplateError;
use daifa::render::words::{Lang, Words, WordsError};
use daifa::rules::RulesError;
use daifa::rules::visit::calendar::CalendarError;
use daifa::store::StoreError;

const LANGUAGES: [Lang; 2] = [Lang::ZhCn, Lang::En];

fn words(lang: Lang) -> Words {
    Words::load(lang, None).unwrap()
}

/// A command's key under `help`, the words that call it, and the command.
type Found = (String, Vec<String>, Command);

/// The program and all commands below it.
fn commands() -> Vec<Found> {
    let mut found = Vec::new();
    let mut open = vec![("help.daifa".to_string(), vec!["daifa".to_string()], daifa::cli::command())];
    while let Some((key, path, command)) = open.pop() {
        for inner in command.get_subcommands() {
            let name = inner.get_name().to_string();
            let inner_key = if path.len() == 1 { format!("help.{name}") } else { format!("{key}.{name}") };
            let inner_path = path.iter().cloned().chain([name]).collect();
            open.push((inner_key, inner_path, inner.clone()));
        }
        found.push((key, path, command));
    }
    found
}

#[test]
fn every_command_says_what_it_does_and_gives_an_example() {
    let (zh, en) = (words(Lang::ZhCn), words(Lang::En));
    let all = commands();
    assert!(all.len() > 17, "only {} commands were found", all.len());
    for (key, ..) in all {
        for part in ["about", "example"] {
            let key = format!("{key}.{part}");
            assert!(zh.has(&key) && en.has(&key), "{key} is missing");
        }
        let about = format!("{key}.about");
        // A key that only Chinese has would be lent to English.
        assert_ne!(zh.get(&about), en.get(&about), "{about} is not translated");
    }
}

#[test]
fn every_argument_has_help() {
    let (zh, en) = (words(Lang::ZhCn), words(Lang::En));
    let shared = ["help", "version"].map(|id| format!("help.option.{id}"));
    let keys = commands().into_iter().flat_map(|(key, _, command)| {
        let ids: Vec<String> = command.get_arguments().map(|a| a.get_id().to_string()).collect();
        ids.into_iter().map(move |id| (format!("{key}.{id}"), format!("help.option.{id}")))
    });
    let keys = keys.map(|(own, shared)| if zh.has(&own) { own } else { shared });
    for key in keys.collect::<Vec<_>>().into_iter().chain(shared) {
        assert!(zh.has(&key) && en.has(&key), "{key} is missing");
        assert_ne!(zh.get(&key), en.get(&key), "{key} is not translated");
    }
}

#[test]
fn every_help_text_belongs_to_a_command_or_an_argument() {
    let mut used: BTreeSet<String> =
        ["usage", "options", "arguments", "commands", "example"].map(|k| format!("help.{k}")).into();
    used.extend(["help", "version"].map(|id| format!("help.option.{id}")));
    for (key, _, command) in commands() {
        used.extend(["about", "example"].map(|part| format!("{key}.{part}")));
        used.extend(command.get_arguments().map(|a| format!("{key}.{}", a.get_id())));
        used.extend(command.get_arguments().map(|a| format!("help.option.{}", a.get_id())));
    }
    let words = words(Lang::ZhCn);
    let unused: Vec<&str> = words.keys().filter(|k| k.starts_with("help.") && !used.contains(*k)).collect();
    assert_eq!(unused, Vec::<&str>::new());
}

#[test]
fn every_example_runs_its_command() {
    for lang in LANGUAGES {
        let words = words(lang);
        for (key, path, _) in commands() {
            let example = words.get(&format!("{key}.example"));
            let arguments: Vec<&str> = example.split_whitespace().collect();
            let called: Vec<&str> = arguments.iter().copied().take(path.len()).collect();
            assert_eq!(called, path, "{key}.example calls another command");
            let parsed = daifa::cli::command().try_get_matches_from(&arguments);
            assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn every_error_says_what_was_found_and_how_to_mend_it() {
    let errors = errors();
    for lang in LANGUAGES {
        let words = words(lang);
        for error in &errors {
            for part in ["title", "found", "repair"] {
                let key = format!("error.{}.{part}", error.spec().code);
                let text = words.fill(&key, &error.spec().params);
                assert!(!text.contains('⟦') && !text.is_empty(), "{key}: {text}");
            }
        }
        for part in ["title", "found", "repair"] {
            assert!(words.has(&format!("error.label.{part}")), "error.label.{part}");
        }
    }
}

#[test]
fn every_error_text_belongs_to_an_error() {
    let mut known: BTreeSet<&str> = errors().iter().map(|e| e.spec().code).collect();
    known.insert("label");
    let words = words(Lang::ZhCn);
    let codes: BTreeSet<&str> =
        words.keys().filter_map(|k| k.strip_prefix("error.")).filter_map(|k| k.split('.').next()).collect();
    assert_eq!(codes, known);
}

/// One error of each code.
fn errors() -> Vec<AppError> {
    let path = || PathBuf::from("folder");
    let text = || "text".to_string();
    let date = NaiveDate::from_ymd_opt(2026, 3, 10).unwrap();
    let mut all = vec![
        AppError::NoWorkspace { path: path() },
        AppError::WorkspaceExists { path: path() },
        AppError::FolderNotEmpty { path: path() },
        AppError::BadWorkspaceFile { path: path(), reason: text() },
        AppError::Materials { path: path(), fault: MaterialFault::Colour { text: text() } },
        AppError::Materials { path: path(), fault: MaterialFault::Address { number: 2, text: text() } },
        AppError::Materials { path: path(), fault: MaterialFault::Key { number: 2, text: text() } },
        AppError::Materials { path: path(), fault: MaterialFault::Links { found: 5, most: 4 } },
        AppError::Materials { path: path(), fault: MaterialFault::LogoPlace { text: text() } },
        AppError::Materials {
            path: path(),
            fault: MaterialFault::LogoPicture {
                text: text(),
                reason: PictureError::TooLarge { width: 4_000, height: 3_000, most: 2_048 },
            },
        },
        AppError::Busy { path: path(), holder: None },
        AppError::Busy { path: path(), holder: Some(Holder { user: text(), pid: 7, since: Default::default() }) },
        AppError::NetworkShare { path: path(), kind: text() },
        AppError::File { path: path(), reason: text() },
        AppError::NoFile { path: path() },
        AppError::Unfit { path: path(), unfit: Unfit::Kind },
        AppError::Unfit { path: path(), unfit: Unfit::Link },
        AppError::Unfit { path: path(), unfit: Unfit::TooLong { limit: 1 << 20 } },
        AppError::UnknownEmployer { text: text() },
        AppError::SeveralEmployers { text: text(), candidates: vec![(EmployerId(1), text()), (EmployerId(2), text())] },
        AppError::UnknownVisit { text: text() },
        AppError::DateRefused { date, reasons: vec![Reason::new("holiday")] },
        AppError::NoSolution { path: PathBuf::from("计划.json"), line: 3 },
        AppError::NoFreeDay { until: date, reasons: vec![Reason::new("holiday")] },
        AppError::TeamRefused { date, reasons: vec![Reason::new("holiday")] },
        AppError::TimeRefused { times: text(), sessions: 2, earliest: text(), latest: text() },
        AppError::VisitTooLong { visit: VisitId(1), times: text(), minutes: 720, most: 240 },
        AppError::AttendanceRefused { attendance: 80, heads: 60 },
        AppError::StepTooEarly { visit: VisitId(1), date },
        AppError::StepOpen { visit: VisitId(1), step: text() },
        AppError::DayPast { field: "rest_until".into(), date },
        AppError::VisitStands { visit: VisitId(1), date },
        AppError::NotDeclined { text: text() },
        AppError::NothingToUndo { text: text() },
        AppError::NothingImported,
        AppError::DataStale(Stale { data_date: date, today: date, max_age: 45 }),
        AppError::NoPassphrase,
        AppError::ShortPassphrase { least: 8 },
        AppError::Interrupted { files: 2 },
        AppError::MakingStopped,
        AppError::FilesRefused { refused: 1, files: 2 },
        AppError::VisitOver { text: text() },
        AppError::UnknownMatch { text: text() },
        AppError::UnknownConflict { text: text() },
        AppError::ValueRefused { field: "contact_result".into(), text: text() },
        AppError::NotListed { field: "contact_result".into(), text: text(), list: vec![text()] },
        AppError::DayAhead { field: "contact_date".into(), date: chrono::NaiveDate::default() },
        AppError::OfferOver { offered: chrono::NaiveDate::default(), now: chrono::NaiveDate::default() },
        AppError::UnknownTask { text: text() },
        AppError::WhichTask { tasks: text() },
        AppError::UnknownNeed { text: text() },
        AppError::UnknownColleague { text: text() },
        AppError::SeveralColleagues { text: text(), numbers: vec![text()] },
        AppError::SameColleague { text: text() },
        AppError::UnknownPerson { text: text() },
        AppError::MatchNotSo { text: text(), subject: "payee", choice: "--new" },
        AppError::MatchNotDecided { text: text() },
        AppError::AuditBroken { seq: 3 },
        AppError::AuditCutOff { seq: 3, entries: 2 },
        AppError::AuditRewritten { seq: 3 },
        AppError::FileExists { path: path() },
        AppError::NobodyFits { unknown: 1, given: 2 },
        AppError::BackupRunning { path: path() },
        AppError::Leftovers { path: path() },
        AppError::PurgeUnconfirmed,
        AppError::PurgeIncomplete { places: text() },
        AppError::PurgeBreaksReports { reason: text() },
        AppError::PurgeOutOfProportion { rows: 3, reasons: Vec::new() },
        AppError::ArchiveTooRecent { day: date, latest: date },
        AppError::BackupDamaged { path: path() },
        AppError::NoSheet { file: text(), sheet: text(), reason: text() },
        AppError::UnknownLayout { text: text() },
        AppError::Rules(RulesError::Invalid { file: text(), reason: text() }),
        AppError::RulesTried(RulesError::Invalid { file: text(), reason: text() }),
        AppError::Calendar(CalendarError { file: text(), reason: text(), unfit: None }),
        AppError::Condition(ConditionError::Unusable { rule: text(), sql: text(), why: Why::Query }),
        AppError::Words(WordsError::Invalid { file: text(), reason: text() }),
        AppError::Render(RenderError::Document(text())),
        AppError::Template(TemplateError::TooMuch { name: text() }),
        AppError::Template(TemplateError::PrintsAll { file: text() }),
        AppError::ForbiddenWords { file: text(), line: 3, text: text(), rule: "guarantee".into() },
        AppError::Output(OutputError::InUse { path: text() }),
        AppError::FilesBehind(Box::new(AppError::Output(OutputError::InUse { path: text() }))),
        AppError::Output(OutputError::Full { path: text() }),
        AppError::Output(OutputError::ReadOnly { path: text() }),
        AppError::Output(OutputError::Outside { path: text() }),
        AppError::Inner { what: "part", reason: text() },
    ];
    let store = [
        StoreError::NoConfigFolder,
        StoreError::NoRandomness,
        StoreError::KeyFile { path: path(), reason: text() },
        StoreError::KeyFileOpen { path: path() },
        StoreError::Unfit { path: path(), unfit: Unfit::Kind },
        StoreError::WrongKey,
        StoreError::NewerWorkspace { found: 3, known: 2 },
        StoreError::NotOurs,
        StoreError::Emptied,
        StoreError::Unreadable,
        StoreError::ForeignMigration { version: 1 },
        StoreError::Locked,
        StoreError::DaysLost,
        StoreError::NoWriteAheadLog,
        StoreError::DiskFull,
        StoreError::ReadOnly,
        StoreError::DiskFailure,
        StoreError::Damaged { what: "part" },
        StoreError::Sql(rusqlite::Error::QueryReturnedNoRows),
    ];
    all.extend(store.map(AppError::Store));
    let faults = [
        ProfileFault::Syntax { line: 3, reason: Slip::Unknown, name: text() },
        ProfileFault::Nameless { number: 2 },
        ProfileFault::Column { column: text() },
        ProfileFault::Field { column: text(), field: text(), kind: SheetKind::Payroll },
        ProfileFault::Product { column: text(), product: text() },
        ProfileFault::Unit { unit: text() },
        ProfileFault::Place { value: text() },
        ProfileFault::Twice { field: text() },
    ];
    all.extend(faults.map(|fault| AppError::Profile { path: path(), fault }));
    let (line, key) = (3, text);
    let faults = [
        Fault::Syntax { line, reason: Slip::Form, name: text() },
        Fault::Unknown { line, key: key(), nearest: None, known: text() },
        Fault::Unknown { line, key: key(), nearest: Some(text()), known: text() },
        Fault::Missing { line, key: key() },
        Fault::Kind { line, key: key(), wanted: "whole" },
        Fault::Bound { line, key: key(), value: text(), least: text(), most: 60 },
        Fault::Rate { line, key: key(), value: text(), below: 0.3 },
        Fault::Percent { line, key: key(), value: text(), share: text() },
        Fault::Both { line, key: key(), other: text() },
        Fault::Calendar { line, from: date, last: 2026 },
    ];
    all.extend(faults.map(|fault| AppError::Compare { path: path(), fault: Box::new(fault) }));
    all.iter().for_each(listed);
    all
}

/// Does not compile when an error is added: then it must be added to [`errors`] as well.
fn listed(error: &AppError) {
    match error {
        AppError::NoWorkspace { .. } | AppError::WorkspaceExists { .. } | AppError::FolderNotEmpty { .. } => {}
        AppError::BadWorkspaceFile { .. }
        | AppError::Materials { .. }
        | AppError::Busy { .. }
        | AppError::NetworkShare { .. }
        | AppError::Unfit { .. }
        | AppError::File { .. } => {}
        AppError::NoFile { .. } | AppError::UnknownEmployer { .. } | AppError::UnknownVisit { .. } => {}
        AppError::SeveralEmployers { .. } | AppError::RulesTried(_) => {}
        AppError::DateRefused { .. } | AppError::NothingImported | AppError::FilesRefused { .. } => {}
        AppError::NoSolution { .. } => {}
        AppError::NoFreeDay { .. } | AppError::TeamRefused { .. } | AppError::TimeRefused { .. } => {}
        AppError::VisitTooLong { .. } | AppError::StepOpen { .. } => {}
        AppError::AttendanceRefused { .. } | AppError::DayPast { .. } | AppError::StepTooEarly { .. } => {}
        AppError::VisitStands { .. } | AppError::NotDeclined { .. } | AppError::NothingToUndo { .. } => {}
        AppError::DataStale(_) => {}
        AppError::NoPassphrase | AppError::ShortPassphrase { .. } | AppError::Interrupted { .. } => {}
        AppError::MakingStopped => {}
        AppError::UnknownMatch { .. } | AppError::UnknownPerson { .. } => {}
        AppError::UnknownConflict { .. } | AppError::ValueRefused { .. } | AppError::DayAhead { .. } => {}
        AppError::NotListed { .. } => {}
        AppError::OfferOver { .. } => {}
        AppError::UnknownTask { .. } | AppError::WhichTask { .. } => {}
        AppError::UnknownNeed { .. } | AppError::UnknownColleague { .. } => {}
        AppError::SeveralColleagues { .. } | AppError::SameColleague { .. } => {}
        AppError::MatchNotSo { .. } | AppError::MatchNotDecided { .. } => {}
        AppError::AuditCutOff { .. } | AppError::AuditRewritten { .. } => {}
        AppError::FileExists { .. } | AppError::BackupDamaged { .. } => {}
        AppError::NobodyFits { .. }
        | AppError::BackupRunning { .. }
        | AppError::Leftovers { .. }
        | AppError::PurgeUnconfirmed
        | AppError::PurgeIncomplete { .. }
        | AppError::PurgeBreaksReports { .. }
        | AppError::PurgeOutOfProportion { .. }
        | AppError::ArchiveTooRecent { .. } => {}
        AppError::VisitOver { .. } | AppError::AuditBroken { .. } | AppError::NoSheet { .. } => {}
        AppError::Rules(_) | AppError::Calendar(_) | AppError::Condition(_) | AppError::Words(_) => {}
        AppError::ForbiddenWords { .. } => {}
        AppError::Render(_) | AppError::Template(_) | AppError::Output(_) | AppError::Inner { .. } => {}
        AppError::UnknownLayout { .. } | AppError::FilesBehind(_) => {}
        AppError::Compare { fault, .. } => match fault.as_ref() {
            Fault::Syntax { .. } | Fault::Unknown { .. } | Fault::Missing { .. } | Fault::Kind { .. } => {}
            Fault::Bound { .. } | Fault::Rate { .. } | Fault::Percent { .. } => {}
            Fault::Both { .. } | Fault::Calendar { .. } => {}
        },
        AppError::Profile { fault, .. } => match fault {
            ProfileFault::Syntax { .. } | ProfileFault::Column { .. } | ProfileFault::Field { .. } => {}
            ProfileFault::Product { .. } | ProfileFault::Unit { .. } => {}
            ProfileFault::Place { .. } | ProfileFault::Twice { .. } | ProfileFault::Nameless { .. } => {}
        },
        AppError::Store(store) => match store {
            StoreError::NoConfigFolder | StoreError::NoRandomness | StoreError::KeyFile { .. } => {}
            StoreError::KeyFileOpen { .. } | StoreError::Unfit { .. } => {}
            StoreError::WrongKey | StoreError::NewerWorkspace { .. } | StoreError::NotOurs => {}
            StoreError::Emptied | StoreError::Unreadable => {}
            StoreError::ForeignMigration { .. }
            | StoreError::DaysLost
            | StoreError::Locked
            | StoreError::NoWriteAheadLog => {}
            StoreError::DiskFull | StoreError::ReadOnly | StoreError::DiskFailure => {}
            StoreError::Damaged { .. } | StoreError::Sql(_) => {}
        },
    }
}

#[test]
fn every_result_of_a_contact_has_a_word() {
    for lang in LANGUAGES {
        let words = words(lang);
        for result in ContactResult::ALL {
            let key = format!("contact_result.{}", result.key());
            assert!(words.has(&key), "{key}");
        }
    }
}

#[test]
fn every_sheet_we_write_is_known_when_it_is_imported() {
    let books = daifa::rules::Rules::load(None).unwrap().import.own_books;
    for lang in LANGUAGES {
        let words = words(lang);
        let sheets: Vec<&str> = words.keys().filter(|k| k.starts_with("sheet.")).collect();
        // Names of the kinds of sheets that are read stand among them.
        let kinds: Vec<String> = daifa::model::status::SheetKind::ALL.iter().map(|k| format!("sheet.{k}")).collect();
        let team = ["team", "timeline", "goods"].map(|k| format!("team_book.{k}"));
        let ours = sheets.into_iter().map(str::to_string).filter(|k| !kinds.contains(k)).chain(team);
        for key in ours {
            let name = words.get(&key).to_string();
            assert!(
                books.back.contains(&name) || books.side.contains(&name),
                "{key} ({name}) is in neither list of own_books"
            );
        }
    }
}
