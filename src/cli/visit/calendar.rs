use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::visit::calendar as app;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::Param;
use crate::model::days::workdays::CalendarDay;
use crate::render::figures;
use crate::render::table::{Cell, Column, Kind, Row, Table, Tone};

/// Show working days, days off and make-up days
#[derive(Debug, Args)]
pub struct CalendarArgs {
    /// First day (default: 1 January of the year)
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Last day (default: 31 December of the year)
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    #[command(subcommand)]
    command: Option<CalendarCommand>,
}

#[derive(Debug, Subcommand)]
enum CalendarCommand {
    /// Add the notice of a year to the workspace
    Add {
        /// JSON file in the form of the shipped ones
        file: PathBuf,
    },
}

pub fn run(args: &CalendarArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    if let Some(CalendarCommand::Add { file }) = &args.command {
        let year = app::add(&global.root(), file)?;
        screen.value(&serde_json::json!({ "year": year }))?;
        screen.say("calendar.added", &[("year", Param::Text(year.to_string()))]);
        return Ok(0);
    }
    if args.from.is_none() && args.to.is_none() {
        global.tell_day()?;
    }
    let (first, last) = app::year_of(global.today());
    let from = args.from.unwrap_or(first);
    let days = app::days(
        global.found_root().as_deref(),
        from,
        args.to.unwrap_or(if args.from.is_some() { from.max(last) } else { last }),
    )?;
    screen.value(&days)?;
    screen.table(&table(&days, args.from.is_some() || args.to.is_some(), screen));
    Ok(0)
}

/// All days of a span asked for; of a whole year only those that differ from the ordinary week.
fn table(days: &[CalendarDay], all: bool, screen: &Screen) -> Table {
    let words = &screen.words;
    let title = |key: &str| words.get(&format!("table.calendar.{key}")).to_string();
    let columns = vec![
        Column::new("date", title("date"), Kind::Date),
        Column::new("weekday", title("weekday"), Kind::Text),
        Column::new("workday", title("workday"), Kind::Text),
        Column::new("name", title("name"), Kind::Text),
    ];
    let mut table = Table::new("calendar", title("title"), columns);
    for day in days.iter().filter(|d| all || d.name.is_some()) {
        let (state, tone) = match day.workday {
            Some(true) if day.name.is_some() => ("make_up", Tone::Warn),
            Some(true) => ("workday", Tone::Normal),
            Some(false) => ("off", Tone::Good),
            None => ("unknown", Tone::Muted),
        };
        let cells = vec![
            Cell::Date(day.date),
            Cell::text(words.get(figures::weekday_key(day.date))),
            Cell::text(words.get(&format!("calendar.{state}"))),
            day.name.clone().map_or(Cell::Empty, Cell::Text),
        ];
        table.rows.push(Row::new(cells).tone(tone));
    }
    table.empty = words.get("calendar.none").to_string();
    table
}
