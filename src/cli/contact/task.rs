use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::contact::telling as app;
use crate::cli::contact::add;
use crate::cli::done::DoneArgs;
use crate::cli::global::Global;
use crate::cli::screen::Screen;

/// Tell of a follow-up task
#[derive(Debug, Args)]
pub struct TaskArgs {
    #[command(subcommand)]
    command: TaskCommand,
}

#[derive(Debug, Subcommand)]
enum TaskCommand {
    /// It is done; a complaint is settled
    Done {
        /// Number of the task
        task: String,
        #[command(flatten)]
        told: DoneArgs,
    },
}

pub fn run(args: &TaskArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let TaskCommand::Done { task, told: DoneArgs { on, note, dry_run } } = &args.command;
    let mut workspace = global.open()?;
    let taken = app::task_done(&mut workspace, task, *on, note.clone(), *dry_run)?;
    add::tell(&taken, *dry_run, screen)?;
    Ok(0)
}
