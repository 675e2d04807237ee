use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{Global, Screen};
use crate::app::audit::{self as app, AuditFilter, AuditHead};
use crate::app::{AppError, Workspace};
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
    Show {
        /// Only this action: import, export, reveal, rules, key, purge, backup, restore
        #[arg(long, value_parser = ACTIONS)]
        action: Option<String>,
        /// Only from this day on (UTC)
        #[arg(long, value_name = "DATE")]
        since: Option<NaiveDate>,
        /// Only files or objects whose name contains this text
        #[arg(long, value_name = "TEXT")]
        subject: Option<String>,
    },
    /// Check the chain of hashes
    Verify {
        /// A head noted earlier, as audit head printed it: finds entries cut off or rewritten since
        #[arg(long, value_name = "SEQ:HASH", value_parser = parse_head)]
        head: Option<AuditHead>,
    },
    /// Print the number and hash of the last entry, to be kept elsewhere
    Head,
}

const ACTIONS: [&str; 10] =
    ["import", "export", "export_failed", "match", "reveal", "rules", "key", "purge", "backup", "restore"];

fn parse_head(text: &str) -> Result<AuditHead, String> {
    let (seq, hash) = text.trim().split_once(':').ok_or("SEQ:HASH")?;
    let seq: i64 = seq.trim().parse().map_err(|_| "SEQ:HASH")?;
    let hash = hash.trim().to_ascii_lowercase();
    let whole = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    if whole { Ok(AuditHead { seq, hash }) } else { Err("SEQ:HASH".into()) }
}

pub fn run(args: &AuditArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let workspace = global.open()?;
    match &args.command {
        AuditCommand::Show { action, since, subject } => {
            let filter = AuditFilter { action: action.clone(), since: *since, subject: subject.clone() };
            show(&workspace, &filter, screen)?;
        }
        AuditCommand::Verify { head } => {
            let state = app::verify(&workspace, head.as_ref())?;
            screen.value(&state)?;
            screen.say("audit.sound", &[("entries", Param::Count(state.entries))]);
            if head.is_some() {
                screen.say("audit.kept", &[]);
            } else if let Some(head) = &state.head {
                screen.say("audit.keep", &[("head", Param::Text(shown(head)))]);
            }
        }
        AuditCommand::Head => {
            let head = app::head(&workspace)?;
            screen.value(&head)?;
            match &head {
                // Alone on its line: it is to be copied.
                Some(head) => screen.line(&shown(head)),
                None => screen.say("audit.empty", &[]),
            }
        }
    }
    Ok(0)
}

fn shown(head: &AuditHead) -> String {
    format!("{}:{}", head.seq, head.hash)
}

fn show(workspace: &Workspace, filter: &AuditFilter, screen: &Screen) -> Result<(), AppError> {
    let entries = app::entries(workspace, filter)?;
    screen.value(&entries)?;
    let title = |key: &str| screen.words.get(&format!("table.audit.{key}")).to_string();
    let columns = ["seq", "at", "actor", "action", "purpose", "subject", "rows", "mask_level"];
    let columns = columns.map(|c| Column::new(c, title(c), Kind::Text)).into();
    let mut table = Table::new("audit", title("title"), columns);
    table.empty = screen.words.get("audit.empty").to_string();
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
    Ok(())
}
