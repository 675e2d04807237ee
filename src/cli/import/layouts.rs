use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::import::layouts as app;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::Param;
use crate::render::table::{Cell, Column, Kind, Row, Table};

/// Show or forget remembered headers
#[derive(Debug, Args)]
pub struct LayoutsArgs {
    #[command(subcommand)]
    command: LayoutsCommand,
}

#[derive(Debug, Subcommand)]
enum LayoutsCommand {
    /// List the remembered headers
    Show,
    /// Forget one, or all
    Forget {
        /// Number, or its first characters
        #[arg(required_unless_present = "all")]
        layout: Option<String>,
        /// Forget all
        #[arg(long, conflicts_with = "layout")]
        all: bool,
    },
}

pub fn run(args: &LayoutsArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    match &args.command {
        LayoutsCommand::Show => {
            let layouts = app::show(&workspace)?;
            screen.value(&layouts)?;
            screen.table(&table(&layouts, screen));
        }
        LayoutsCommand::Forget { layout, .. } => {
            let forgotten = app::forget(&mut workspace, layout.as_deref())?;
            screen.value(&serde_json::json!({ "forgotten": forgotten }))?;
            screen.say("layouts.forgotten", &[("layouts", Param::Count(forgotten as i64))]);
        }
    }
    Ok(0)
}

/// Digits of a fingerprint that tell it from others on a screen.
const SHOWN: usize = 8;

fn table(layouts: &[app::LayoutLine], screen: &Screen) -> Table {
    let title = |key: &str| screen.words.get(&format!("table.layouts.{key}")).to_string();
    let columns = ["fingerprint", "kind", "origin", "file", "today", "columns"];
    let columns = columns.map(|c| Column::new(c, title(c), Kind::Text)).into();
    let mut table = Table::new("layouts", title("title"), columns);
    table.empty = screen.words.get("layouts.none").to_string();
    for layout in layouts {
        let used = layout.columns.iter().filter_map(|c| {
            let name = c.name.as_ref().or(c.field.as_ref())?;
            Some(if *name == c.header { name.clone() } else { format!("{}={name}", c.header) })
        });
        let cells = vec![
            Cell::text(layout.fingerprint.get(..SHOWN).unwrap_or(&layout.fingerprint)),
            Cell::text(screen.words.word(&format!("sheet.{}", layout.kind))),
            Cell::text(screen.words.word(&format!("layout_{}", layout.origin))),
            Cell::text(layout.file.as_str()),
            Cell::Date(layout.today),
            Cell::Text(used.collect::<Vec<_>>().join(screen.words.get("profile.separator"))),
        ];
        table.rows.push(Row::new(cells));
    }
    table
}
