pub(crate) mod decisions;
pub(crate) mod inspect;
pub(crate) mod layouts;
pub(crate) mod said;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::app::AppError;
use crate::app::contact::unmatched;
use crate::app::import as app;
use crate::app::import::ImportOptions;
use crate::app::import::ImportReport;
use crate::app::import::Outcome;
use crate::app::import::Stopped;
use crate::app::import::report;
use crate::app::outputs;
use crate::app::outputs::packs::Packed;
use crate::app::visit::{notices, plan};
use crate::cli::global::Global;
use crate::cli::import::said::Said;
use crate::cli::progress::Watch;
use crate::cli::screen::Screen;
use crate::cli::visit::plan::{caught_up, wrote};
use crate::model::Param;
use crate::model::problem::codes;
use crate::model::text::argument;
use crate::render::books::import::issues;

/// Take in spreadsheets: one file, one transaction
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files or folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    said: Said,
    /// The unit of amounts that look 10,000 times off is right
    #[arg(long)]
    unit_is_right: bool,
    /// Take the good rows of files that have errors
    #[arg(long)]
    accept_valid_rows: bool,
    /// The payroll runs put right those of the same day, though the amounts differ
    #[arg(long)]
    correction: bool,
    /// The payroll runs were paid beside those of the same people and amounts
    #[arg(long, conflicts_with = "correction")]
    additional: bool,
    /// Take files in anew that were taken in before, in place of what they brought then
    #[arg(long)]
    again: bool,
}

pub fn run(args: &ImportArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let options = ImportOptions {
        hints: args.said.hints(),
        unit_is_right: args.unit_is_right,
        profiles: args.said.profile.clone(),
        accept_valid_rows: args.accept_valid_rows,
        correction: args.correction,
        additional: args.additional,
        again: args.again,
    };
    let before = (plan::show(&workspace)?, notices::withdrawn(&workspace)?);
    let watch = Watch::new(screen);
    let ended = app::import_watched(&mut workspace, &args.paths, &options, &mut |p| watch.see(p));
    drop(watch);
    let mut report = match ended {
        Ok(report) => report,
        Err(stopped) => {
            let Stopped { report, error } = report::write_stopped(&workspace, stopped);
            if !report.is_empty() {
                screen.value(&report)?;
                show_import(&report, screen, true);
            }
            return Err(error);
        }
    };
    report::write(&workspace, &mut report)?;
    screen.value(&report)?;
    show_import(&report, screen, true);
    for file in &report.files {
        for profile in &file.profiles {
            let params = [
                ("profile", Param::Text(profile.clone())),
                ("command", Param::Text(command(args, global, &file.path, profile))),
            ];
            screen.say("import.profile", &params);
        }
    }
    let unmatched = unmatched::unmatched_rows(&workspace)?;
    if report.files.iter().any(|f| f.unmatched_payees > 0) {
        screen.table(&crate::render::books::contact::maintenance::unmatched_table(&unmatched, &screen.words));
    }
    // What was typed into 02 or recorded of a visit changes the plan as a command does.
    if (plan::show(&workspace)?, notices::withdrawn(&workspace)?) != before {
        wrote(&outputs::follow_plan(&mut workspace, &before.0)?, screen);
    } else {
        caught_up(outputs::catch_up(&mut workspace, &Packed::default())?.as_ref(), screen);
    }
    Ok(i32::from(report.count(Outcome::Refused) > 0))
}

/// The command that goes on with a file once its profile is completed.
fn command(args: &ImportArgs, global: &Global, file: &Path, profile: &str) -> String {
    // A name that begins like an option is none with its folder before it.
    let file = if file.to_string_lossy().starts_with('-') { Path::new(".").join(file) } else { file.to_path_buf() };
    let mut parts = vec!["daifa import".to_string(), argument(&file.display().to_string())];
    parts.extend(["--profile".to_string(), argument(profile)]);
    let kept = [
        ("--kind", args.said.kind.map(|k| k.key().to_string())),
        ("--as-of", args.said.as_of.map(|d| d.to_string())),
        ("--employer", args.said.employer.clone()),
        ("--payday", args.said.payday.map(|d| d.to_string())),
        ("--unit", args.said.unit.map(|u| u.key().to_string())),
        ("--workspace", global.workspace.as_ref().map(|w| w.display().to_string())),
    ];
    for (name, value) in kept {
        parts.extend(value.into_iter().map(|v| match v.starts_with('-') {
            true => argument(&format!("{name}={v}")),
            false => format!("{name} {}", argument(&v)),
        }));
    }
    parts.join(" ")
}

/// What became of the files, and the problems found.
pub fn show_import(report: &ImportReport, screen: &Screen, all: bool) {
    if all {
        screen.table(&issues::files_table(&report::file_lines(report), &screen.words));
    }
    let count = |n: usize| Param::Count(n as i64);
    let params = [
        ("rows", count(report.rows_taken())),
        ("skipped", count(report.rows_skipped() - report.rows_not_taken())),
        ("not_taken", count(report.rows_not_taken())),
        ("problems", count(report.problem_count())),
        ("unchanged", count(report.count(Outcome::Unchanged))),
        ("refused", count(report.count(Outcome::Refused))),
    ];
    screen.say("import.summary", &params);
    if report.rows_not_taken() > 0 {
        screen.say("import.not_taken", &params);
    }
    for (outcome, key) in [(Outcome::Unchanged, "import.unchanged"), (Outcome::Refused, "import.refused")] {
        if report.count(outcome) > 0 {
            screen.say(key, &params);
        }
    }
    let matches: i64 = report.files.iter().map(|f| f.open_matches).sum();
    if matches > 0 {
        screen.say("import.matches", &[("matches", Param::Count(matches))]);
    }
    if report.problem_count() > 0 && (all || report.count(Outcome::Refused) > 0) {
        screen.table(&issues::counts_table(&report.problem_counts, &screen.words));
    }
    for problem in report.problems.iter().filter(|p| p.code == codes::FOLDER_PASSED_OVER.id) {
        let files = problem.params.iter().find(|(name, _)| *name == "files").map(|(_, n)| n.clone());
        let folder = Param::Text(problem.place.file.clone());
        screen.say("import.folder", &[("folder", folder), ("files", files.unwrap_or(Param::Count(0)))]);
    }
    for file in report.files.iter().filter_map(|f| f.marked_copy.as_ref()) {
        screen.say("import.marked", &[("file", Param::Text(file.clone()))]);
    }
    if let Some(file) = &report.report {
        screen.say("import.report", &[("file", Param::Text(file.clone()))]);
    }
}
