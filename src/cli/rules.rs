use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::rules as app;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::table::{Cell, Column, Kind, Row, Table, Tone};

/// Show the rules in force
#[derive(Debug, Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// List every key with its value
    Show {
        /// Also show where each value comes from: shipped or your own file, and its source
        #[arg(long)]
        origin: bool,
        /// Only keys that contain this text
        #[arg(value_name = "TEXT")]
        filter: Option<String>,
    },
}

pub fn run(args: &RulesArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let RulesCommand::Show { origin, filter } = &args.command;
    let entries = app::show(global.found_root().as_deref(), filter.as_deref())?;
    screen.value(&entries)?;
    let title = |key: &str| screen.words.get(&format!("table.rules.{key}")).to_string();
    let mut keys = vec!["key", "value"];
    if *origin {
        keys.extend(["from", "source"]);
    }
    // Keys are copied from here: the values give way first.
    let kind = |k: &str| if k == "key" && !*origin { Kind::Text } else { Kind::Wrap };
    let columns = keys.iter().map(|k| Column::new(*k, title(k), kind(k))).collect();
    let mut table = Table::new("rules", title("title"), columns);
    table.empty = screen.words.get("rules.none").to_string();
    for entry in &entries {
        let own = entry.origin.from != "shipped";
        let mut cells = vec![Cell::text(entry.key.as_str()), Cell::text(entry.origin.value.as_str())];
        if *origin {
            let from = if own { entry.origin.from.clone() } else { screen.words.get("rules.shipped").to_string() };
            cells.extend([Cell::Text(from), Cell::text(entry.origin.source.as_deref().unwrap_or_default())]);
        }
        table.rows.push(Row::new(cells).tone(if own { Tone::Warn } else { Tone::Normal }));
    }
    screen.table(&table);
    Ok(0)
}
