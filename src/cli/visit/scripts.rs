use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::scripts as app;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::table::{Cell, Column, Kind, Row, Table};

/// Look after what is said to clients
#[derive(Debug, Args)]
pub struct ScriptsArgs {
    #[command(subcommand)]
    command: ScriptsCommand,
}

#[derive(Debug, Subcommand)]
enum ScriptsCommand {
    /// Find what scripts must not say
    Check {
        /// md, txt, docx or xlsx; all templates unless given
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

pub fn run(args: &ScriptsArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let ScriptsCommand::Check { files } = &args.command;
    let checked = app::check(global.found_root().as_deref(), files, &screen.words)?;
    screen.value(&checked.found)?;
    screen.table(&table(&checked.found, screen));
    checked.problems.iter().for_each(|problem| screen.warn(problem));
    Ok(i32::from(!checked.found.is_empty() || !checked.problems.is_empty()))
}

fn table(found: &[app::Found], screen: &Screen) -> Table {
    let title = |key: &str| screen.words.get(&format!("table.script_faults.{key}")).to_string();
    let kinds = [
        ("file", Kind::Text),
        ("line", Kind::Count),
        ("text", Kind::Wrap),
        ("rule", Kind::Text),
        ("repair", Kind::Wrap),
    ];
    let columns = kinds.into_iter().map(|(key, kind)| Column::new(key, title(key), kind)).collect();
    let mut table = Table::new("script_faults", title("title"), columns);
    table.empty = screen.words.get("scripts.none").to_string();
    for one in found {
        let file = one.sheet.as_ref().map_or_else(|| one.file.clone(), |sheet| format!("{} {sheet}", one.file));
        table.rows.push(Row::new(vec![
            Cell::Text(file),
            Cell::Count(one.line as i64),
            Cell::text(one.text.as_str()),
            Cell::text(one.label.as_str()),
            Cell::text(one.repair.as_str()),
        ]));
    }
    table
}
