use clap::{Args, Subcommand};

use super::{Global, Screen};
use crate::app::{AppError, audit as app};
use crate::model::Param;
use crate::render::table::{Cell, Column, Kind, Row, Table};

/// Show or verify who imported, exported and revealed what
#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// List the entries
    Show,
    /// Check the chain of hashes
    Verify,
}

pub fn run(args: &AuditArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let workspace = global.open()?;
    match args.command {
        AuditCommand::Show => {
            let entries = app::entries(&workspace)?;
            screen.value(&entries)?;
            let title = |key: &str| screen.words.get(&format!("table.audit.{key}")).to_string();
            let columns = ["seq", "at", "actor", "action", "purpose", "subject", "rows", "mask_level"];
            let columns = columns.map(|c| Column::new(c, title(c), Kind::Text)).into();
            let mut table = Table::new("audit", title("title"), columns);
            let shown = ["seq", "at", "action", "subject", "rows"];
            table.console = Some(shown.map(str::to_string).into());
            for e in &entries {
                let action = screen.words.word(&format!("audit_{}", e.action)).to_string();
                let cells = vec![
                    Cell::Count(e.seq),
                    Cell::text(e.at.as_str()),
                    Cell::text(e.actor.as_str()),
                    Cell::Text(action),
                    Cell::text(e.purpose.as_str()),
                    Cell::text(e.subject.as_str()),
                    Cell::Count(e.rows),
                    Cell::text(e.mask_level.as_str()),
                ];
                table.rows.push(Row::new(cells));
            }
            screen.table(&table);
        }
        AuditCommand::Verify => {
            let state = app::verify(&workspace)?;
            screen.value(&state)?;
            let head = state.head.clone().unwrap_or_default();
            let params = [("entries", Param::Count(state.entries)), ("head", Param::Text(head))];
            screen.say("audit.sound", &params);
        }
    }
    Ok(0)
}
