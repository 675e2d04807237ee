//! Floor 7: arguments → app → show. One file per command; no logic here.

mod contact;
mod cycle;
mod demo;
mod done;
mod dumps;
mod global;
mod help;
mod import;
mod init;
mod misuse;
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
#[command(name = "daifa", version, disable_help_subcommand = true, term_width = 0)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a workspace from the samples and play the cycle at two dates
    Demo(demo::DemoArgs),
    /// Make a workspace
    Init(init::InitArgs),
    /// Take in spreadsheets
    Import(import::ImportArgs),
    /// Rank employers with low AUM
    Rank(visit::rank::RankArgs),
    /// Plan on-site visits
    Plan(visit::plan::PlanArgs),
    /// Make the documents of a visit
    Pack(visit::pack::PackArgs),
    /// Put two products beside each other
    Compare(visit::compare::CompareArgs),
    /// Look after what is said to clients
    Scripts(visit::scripts::ScriptsArgs),
    /// Track holdings and the money of the latest payday
    Track(contact::track::TrackArgs),
    /// Decide whom to contact
    Followup(contact::followup::FollowupArgs),
    /// Show a client's or an employer's history
    Show(contact::show::ShowArgs),
    /// Tell of a contact with a client
    Contact(contact::add::ContactArgs),
    /// Tell of a follow-up task
    Task(contact::task::TaskArgs),
    /// Keep what a client or an employer wants
    Need(contact::need::NeedArgs),
    /// Hand a colleague's clients over to another one
    Handover(contact::handover::HandoverArgs),
    /// Tell of a step of a visit
    Step(visit::step::StepArgs),
    /// See what has come back of the workbooks that were sent
    Returns(contact::returns::ReturnsArgs),
    /// Write workbooks for outlets and relationship managers
    Export(contact::export::ExportArgs),
    /// Write the managers' dashboard
    Report(report::ReportArgs),
    /// Import what is new in inbox/ and do all of the above
    Cycle(cycle::CycleArgs),
    /// Show what the software sees in a file
    Inspect(import::inspect::InspectArgs),
    Layouts(import::layouts::LayoutsArgs),
    /// Show working days, or add a year
    Calendar(visit::calendar::CalendarArgs),
    /// Show the rules in force
    Rules(rules::RulesArgs),
    /// Show and decide whom unclear rows speak of
    Match(import::decisions::MatchArgs),
    /// Check a workspace
    Doctor(trust::doctor::DoctorArgs),
    /// Show or verify the audit
    Audit(trust::audit::AuditArgs),
    /// Show, change or recover the key
    Key(trust::key::KeyArgs),
    /// Remove people's data for good
    Purge(trust::purge::PurgeArgs),
    /// Thin old months to what reports need
    Archive(trust::archive::ArchiveArgs),
    /// Write a backup
    Backup(trust::backup::BackupArgs),
    /// Make a workspace from a backup
    Restore(trust::restore::RestoreArgs),
    /// Generate a sample branch
    Simulate(simulate::SimulateArgs),
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
    dumps::switch_off();
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
    let lang = help::language(&arguments);
    let words = match Words::load(lang, None) {
        Ok(words) => words,
        Err(error) => {
            terminal::err(&error.to_string());
            return 5;
        }
    };
    let command = help::overlay(Cli::command(), &words);
    let parsed = command.clone().try_get_matches_from(&arguments).and_then(|m| Cli::from_arg_matches(&m));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            match misuse::told(&error, &command, &arguments, &words) {
                Some(told) => terminal::err(&told),
                None => help::print(&error),
            }
            return error.exit_code();
        }
    };
    let screen = Screen::new(words, cli.global.json);
    match dispatch(&cli, &screen) {
        Ok(code) => code,
        Err(error) => {
            screen.error(&error);
            error.spec().exit
        }
    }
}

fn dispatch(cli: &Cli, screen: &Screen) -> Result<i32, AppError> {
    let global = &cli.global;
    match &cli.command {
        Command::Demo(args) => demo::run(args, global, screen),
        Command::Init(args) => init::run(args, global, screen),
        Command::Import(args) => import::run(args, global, screen),
        Command::Rank(args) => visit::rank::run(args, global, screen),
        Command::Plan(args) => visit::plan::run(args, global, screen),
        Command::Pack(args) => visit::pack::run(args, global, screen),
        Command::Compare(args) => visit::compare::run(args, global, screen),
        Command::Scripts(args) => visit::scripts::run(args, global, screen),
        Command::Track(args) => contact::track::run(args, global, screen),
        Command::Followup(args) => contact::followup::run(args, global, screen),
        Command::Show(args) => contact::show::run(args, global, screen),
        Command::Contact(args) => contact::add::run(args, global, screen),
        Command::Task(args) => contact::task::run(args, global, screen),
        Command::Need(args) => contact::need::run(args, global, screen),
        Command::Handover(args) => contact::handover::run(args, global, screen),
        Command::Step(args) => visit::step::run(args, global, screen),
        Command::Returns(args) => contact::returns::run(args, global, screen),
        Command::Export(args) => contact::export::run(args, global, screen),
        Command::Report(args) => report::run(args, global, screen),
        Command::Cycle(args) => cycle::run(args, global, screen),
        Command::Inspect(args) => import::inspect::run(args, global, screen),
        Command::Layouts(args) => import::layouts::run(args, global, screen),
        Command::Calendar(args) => visit::calendar::run(args, global, screen),
        Command::Rules(args) => rules::run(args, global, screen),
        Command::Match(args) => import::decisions::run(args, global, screen),
        Command::Doctor(args) => trust::doctor::run(args, global, screen),
        Command::Audit(args) => trust::audit::run(args, global, screen),
        Command::Key(args) => trust::key::run(args, global, screen),
        Command::Purge(args) => trust::purge::run(args, global, screen),
        Command::Archive(args) => trust::archive::run(args, global, screen),
        Command::Backup(args) => trust::backup::run(args, global, screen),
        Command::Restore(args) => trust::restore::run(args, global, screen),
        Command::Simulate(args) => simulate::run(args, global, screen),
    }
}

/// The command line as clap knows it: for the tests of help and words.
pub fn command() -> clap::Command {
    Cli::command()
}
