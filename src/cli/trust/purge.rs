use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use crate::app::AppError;
use crate::app::trust::purge as app;
use crate::app::trust::purge::FoundFile;
use crate::app::trust::purge::Mode;
use crate::app::trust::purge::Purged;
use crate::app::trust::purge::Removal;
use crate::app::trust::purge::Whose;
use crate::cli::global::Global;
use crate::cli::progress::SearchBar;
use crate::cli::screen::Screen;
use crate::cli::terminal;
use crate::model::{EmployeeId, Param, Personal};
use crate::render::table::{Cell, Column, Kind, Row, Table};

/// Remove people's data for good, with a certificate
#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// Number of the person, as P000123 (may be given several times)
    #[arg(long, value_name = "PERSON", value_parser = number, conflicts_with = "before")]
    person: Vec<EmployeeId>,
    /// File with one customer, ID, account or phone number a line; - for the keyboard
    #[arg(long, value_name = "FILE", conflicts_with = "before")]
    find: Option<PathBuf>,
    /// Everything dated before this day, and everybody of whom nothing is left then
    #[arg(long, value_name = "DATE", required_unless_present_any = ["person", "find"])]
    before: Option<NaiveDate>,
    /// Also remove files in inbox, out and profiles that hold the people
    #[arg(long)]
    files: bool,
    /// Only show what would be removed
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Really remove: it cannot be undone
    #[arg(long)]
    yes: bool,
    /// Rows the dry run showed: asked for where the removal is out of proportion
    #[arg(long, value_name = "COUNT", requires = "yes", value_parser = rows)]
    rows: Option<i64>,
}

/// A count as it is shown, with or without commas between the thousands.
fn rows(text: &str) -> Result<i64, String> {
    let plain: String = text.trim().chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    plain.parse().map_err(|_| "1234".to_string())
}

fn number(text: &str) -> Result<EmployeeId, String> {
    text.parse().map_err(|()| "P000123".to_string())
}

pub fn run(args: &PurgeArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    if !args.yes && !args.dry_run {
        return Err(AppError::PurgeUnconfirmed);
    }
    let whose = match args.before {
        Some(day) => Whose::Before(day),
        None => Whose::People(people(args)?),
    };
    let mode = match (args.yes, args.files) {
        (false, _) => Mode::Rehearse,
        (true, false) => Mode::Database,
        (true, true) => Mode::DatabaseAndFiles,
    };
    let mut workspace = global.open_as_left()?;
    if app::waits(&workspace)? {
        terminal::err(screen.words.get("purge.going_on"));
    }
    let mut removal = Removal { whose, mode, rows: args.rows };
    let mut bar = SearchBar::new(screen);
    let purged = match app::purge(&mut workspace, &removal, &mut |looking| bar.see(looking)) {
        Err(error @ AppError::PurgeOutOfProportion { .. }) if std::io::stdin().is_terminal() && !screen.json => {
            screen.error(&error);
            removal.rows = asked(screen);
            if removal.rows.is_none() {
                screen.aside("purge.not_done");
                return Ok(error.spec().exit);
            }
            app::purge(&mut workspace, &removal, &mut |looking| bar.see(looking))?
        }
        purged => purged?,
    };
    drop(bar);
    screen.value(&purged)?;
    show(&purged, screen);
    Ok(0)
}

/// The count somebody types who has read how far the removal goes.
fn asked(screen: &Screen) -> Option<i64> {
    screen.aside("purge.ask_rows");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).ok()?;
    rows(&line).ok()
}

fn people(args: &PurgeArgs) -> Result<Vec<Personal<String>>, AppError> {
    let mut people: Vec<Personal<String>> = args.person.iter().map(|id| Personal::new(id.to_string())).collect();
    match &args.find {
        Some(path) if path.as_os_str() == "-" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|e| crate::app::workspace::open::failed(path, &e))?;
            people.extend(app::list_of(&text));
        }
        Some(path) => people.extend(app::list_from(path)?),
        None => {}
    }
    Ok(people)
}

fn show(purged: &Purged, screen: &Screen) {
    let words = &screen.words;
    let rows: i64 = purged.removed.iter().map(|r| r.rows).sum();
    let count = |n: usize| Param::Count(n as i64);
    if purged.resumed {
        screen.line(words.get("purge.resumed"));
    }
    let params = [("people", count(purged.people.len())), ("rows", Param::Count(rows))];
    let done = if purged.remaining.iter().any(|r| r.doubtful) { "purge.done_doubtful" } else { "purge.done" };
    screen.say(if purged.rehearsal { "purge.would" } else { done }, &params);
    if purged.rehearsal && !purged.unusual.is_empty() {
        screen.say(
            "purge.unusual",
            &[
                ("reasons", Param::Text(words.reasons(&purged.unusual))),
                // As it is to be typed.
                ("typed", Param::Text(rows.to_string())),
            ],
        );
    }
    if purged.contacts > 0 {
        screen.say("purge.contacts", &[("contacts", count(purged.contacts))]);
    }
    let title = |key: &str| words.get(&format!("table.purge.{key}")).to_string();
    let columns = ["table", "rows", "how"].map(|c| Column::new(c, title(c), Kind::Text));
    let mut table = Table::new("purge", title("title"), columns.into());
    table.empty = words.get("purge.nothing").to_string();
    for removed in &purged.removed {
        let how = words.get(match removed {
            r if r.blotted => "purge.blotted",
            r if r.made_anonymous => "purge.made_anonymous",
            _ => "purge.removed",
        });
        let name = app::label_of(&removed.table, words);
        table.rows.push(Row::new(vec![Cell::Text(name), Cell::Count(removed.rows), Cell::text(how)]));
    }
    screen.table(&table);
    for remaining in purged.remaining.iter().filter(|r| r.doubtful) {
        let table = Param::Text(app::label_of(&remaining.table, words));
        screen.say("purge.doubtful", &[("table", table), ("rows", Param::Count(remaining.rows))]);
    }
    if !purged.files.is_empty() {
        screen.line(words.get("purge.files"));
    }
    for file in &purged.files {
        // Whole, not cut to a column: somebody is to find them.
        screen.say(state_of(file), &[("file", Param::Text(file.file.clone()))]);
    }
    if !purged.backups.is_empty() {
        screen.say("purge.backups", &[("backups", count(purged.backups.len()))]);
    }
    for written in &purged.written {
        screen.wrote(written);
    }
}

fn state_of(file: &FoundFile) -> &'static str {
    match file {
        f if f.removed => "purge.file_removed",
        f if f.name_only => "purge.file_name_only",
        f if f.doubtful => "purge.file_doubtful",
        f if f.unreadable => "purge.file_unreadable",
        f if f.later => "purge.file_later",
        _ => "purge.file_stays",
    }
}
