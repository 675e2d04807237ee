//! Floor 7: arguments → app → show. One file per command; no logic here.

mod contact;
mod cycle;
mod demo;
mod dumps;
mod global;
mod help;
mod import;
mod init;
mod misuse;
mod nearest;
mod progress;
mod report;
mod rules;
mod screen;
mod simulate;
mod terminal;
mod trust;
mod visit;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::app::AppError;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::words::Words;

/// Payroll-client engagement for bank branches
#[derive(Debug, Parser)]
#[command(name = "daifa", version, disable_help_subcommand = true, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a workspace from the samples and play the cycle at two dates
    Demo(crate::cli::demo::DemoArgs),
    /// Make a workspace
    Init(crate::cli::init::InitArgs),
    /// Take in spreadsheets
    Import(crate::cli::import::ImportArgs),
    /// Rank employers with low AUM
    Rank(crate::cli::visit::rank::RankArgs),
    /// Plan on-site visits
    Plan(crate::cli::visit::plan::PlanArgs),
    /// Make the documents of a visit
    Pack(crate::cli::visit::pack::PackArgs),
    /// Track holdings and the money of the latest payday
    Track(crate::cli::contact::track::TrackArgs),
    /// Decide whom to contact
    Followup(crate::cli::contact::followup::FollowupArgs),
    /// Write workbooks for outlets and relationship managers
    Export(crate::cli::contact::export::ExportArgs),
    /// Write the managers' dashboard
    Report(crate::cli::report::ReportArgs),
    /// Import what is new in inbox/ and do all of the above
    Cycle(crate::cli::cycle::CycleArgs),
    /// Show what the software sees in a file
    Inspect(crate::cli::import::inspect::InspectArgs),
    Layouts(crate::cli::import::layouts::LayoutsArgs),
    /// Show working days, or add a year
    Calendar(crate::cli::visit::calendar::CalendarArgs),
    /// Show the rules in force
    Rules(crate::cli::rules::RulesArgs),
    /// Show and decide whom unclear rows speak of
    Match(crate::cli::import::decisions::MatchArgs),
    /// Check a workspace
    Doctor(crate::cli::trust::doctor::DoctorArgs),
    /// Show or verify the audit
    Audit(crate::cli::trust::audit::AuditArgs),
    /// Show, change or recover the key
    Key(crate::cli::trust::key::KeyArgs),
    /// Remove people's data for good
    Purge(crate::cli::trust::purge::PurgeArgs),
    /// Write a backup
    Backup(crate::cli::trust::backup::BackupArgs),
    /// Make a workspace from a backup
    Restore(crate::cli::trust::restore::RestoreArgs),
    /// Generate a sample branch
    Simulate(crate::cli::simulate::SimulateArgs),
}

/// A panic inside a reading thread is reported as a problem of its file, one inside the workbook library as an error, not as
/// a crash.
fn keep_readers_quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let reads = std::thread::current().name() == Some(crate::app::import::READER);
        if !reads && !crate::render::workbook::is_writing() {
            usual(info);
        }
    }));
}

/// Parses the arguments, runs the command, shows what came of it; returns the exit code.
pub fn run() -> i32 {
    crate::cli::dumps::switch_off();
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    // Not a command for people: this program reading one file for itself.
    if arguments.get(1).is_some_and(|a| a == crate::app::import::READ_COMMAND) {
        return crate::app::import::serve();
    }
    if arguments.get(1).is_some_and(|a| a == crate::app::workspace::templates::FILL_COMMAND) {
        return crate::app::workspace::templates::serve();
    }
    if let Ok(program) = std::env::current_exe() {
        crate::app::import::read_with(program.clone());
        crate::app::workspace::templates::fill_with(program);
    }
    keep_readers_quiet();
    let lang = crate::cli::help::language(&arguments);
    let words = match Words::load(lang, None) {
        Ok(words) => words,
        Err(error) => {
            crate::cli::terminal::err(&error.to_string());
            return 5;
        }
    };
    let command = crate::cli::help::overlay(Cli::command(), &words);
    let parsed = command.clone().try_get_matches_from(&arguments).and_then(|m| Cli::from_arg_matches(&m));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            match crate::cli::misuse::told(&error, &command, &arguments, &words) {
                Some(told) => crate::cli::terminal::err(&told),
                None => drop(error.print()),
            }
            return error.exit_code();
        }
    };
    let screen = Screen::new(words, cli.global.json);
    match dispatch(&cli, &screen) {
        Ok(code) => code,
        Err(error) => {
            screen.error(&error);
            error.exit_code()
        }
    }
}

fn dispatch(cli: &Cli, screen: &Screen) -> Result<i32, AppError> {
    let global = &cli.global;
    match &cli.command {
        Command::Demo(args) => crate::cli::demo::run(args, global, screen),
        Command::Init(args) => crate::cli::init::run(args, global, screen),
        Command::Import(args) => crate::cli::import::run(args, global, screen),
        Command::Rank(args) => crate::cli::visit::rank::run(args, global, screen),
        Command::Plan(args) => crate::cli::visit::plan::run(args, global, screen),
        Command::Pack(args) => crate::cli::visit::pack::run(args, global, screen),
        Command::Track(args) => crate::cli::contact::track::run(args, global, screen),
        Command::Followup(args) => crate::cli::contact::followup::run(args, global, screen),
        Command::Export(args) => crate::cli::contact::export::run(args, global, screen),
        Command::Report(args) => crate::cli::report::run(args, global, screen),
        Command::Cycle(args) => crate::cli::cycle::run(args, global, screen),
        Command::Inspect(args) => crate::cli::import::inspect::run(args, global, screen),
        Command::Layouts(args) => crate::cli::import::layouts::run(args, global, screen),
        Command::Calendar(args) => crate::cli::visit::calendar::run(args, global, screen),
        Command::Rules(args) => crate::cli::rules::run(args, global, screen),
        Command::Match(args) => crate::cli::import::decisions::run(args, global, screen),
        Command::Doctor(args) => crate::cli::trust::doctor::run(args, global, screen),
        Command::Audit(args) => crate::cli::trust::audit::run(args, global, screen),
        Command::Key(args) => crate::cli::trust::key::run(args, global, screen),
        Command::Purge(args) => crate::cli::trust::purge::run(args, global, screen),
        Command::Backup(args) => crate::cli::trust::backup::run(args, global, screen),
        Command::Restore(args) => crate::cli::trust::restore::run(args, global, screen),
        Command::Simulate(args) => crate::cli::simulate::run(args, global, screen),
    }
}

/// The command line as clap knows it: for the tests of help and words.
pub fn command() -> clap::Command {
    Cli::command()
}
