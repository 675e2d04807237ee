use clap::{ArgGroup, Args, Subcommand};

use crate::app::AppError;
use crate::app::contact::returns as app;
use crate::app::contact::returns::Settlement;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::Param;
use crate::render::books::contact::returns as books;

/// See what has come back of the workbooks that were sent
#[derive(Debug, Args)]
pub struct ReturnsArgs {
    #[command(subcommand)]
    command: ReturnsCommand,
}

#[derive(Debug, Subcommand)]
enum ReturnsCommand {
    /// List the workbooks that were sent, and how much of them has come back
    Status,
    /// List what people say differently
    Conflicts,
    /// Say which of two values holds
    #[command(group(ArgGroup::new("settlement").required(true).args(["take", "value"])))]
    Settle {
        /// Number of the conflict
        conflict: String,
        /// The value with this number, from 1
        #[arg(long, value_name = "CHOICE")]
        take: Option<usize>,
        /// Another value
        #[arg(long, value_name = "TEXT")]
        value: Option<String>,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// List whose workbooks have not come back
    Remind,
}

pub fn run(args: &ReturnsArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    match &args.command {
        ReturnsCommand::Status => {
            let exports = app::status(&workspace)?;
            screen.value(&serde_json::json!({ "exports": exports }))?;
            screen.table(&books::status_table(&exports, &screen.words));
        }
        ReturnsCommand::Conflicts => {
            let conflicts = app::conflicts(&workspace)?;
            screen.value(&serde_json::json!({ "conflicts": conflicts }))?;
            screen.table(&books::conflicts_table(&conflicts, &workspace.products, &screen.words));
        }
        ReturnsCommand::Settle { conflict, take, value, dry_run } => {
            let settlement = match (take, value) {
                (Some(number), _) => Settlement::Take(*number),
                (None, text) => Settlement::Value(text.clone().unwrap_or_default()),
            };
            let settled = app::settle(&mut workspace, conflict, &settlement, *dry_run)?;
            let left = app::conflicts(&workspace)?.len();
            screen.value(&serde_json::json!({ "settled": settled, "left": left, "dry_run": dry_run }))?;
            let params = [("conflict", Param::Text(settled.conflict_id)), ("left", Param::Count(left as i64))];
            screen.say(if *dry_run { "returns.would_settle" } else { "returns.settled" }, &params);
        }
        ReturnsCommand::Remind => {
            let reminders = app::reminders(&workspace)?;
            screen.value(&serde_json::json!({ "reminders": reminders }))?;
            screen.table(&books::reminders_table(&reminders, &screen.words));
        }
    }
    Ok(0)
}
