use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::directory::Directory;
use crate::app::outputs;
use crate::app::visit::plan as app;
use crate::app::visit::step;
use crate::cli::done::DoneArgs;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::cli::visit::plan::wrote;
use crate::render::books::visit::plan as books;

/// Tell of a step of a visit
#[derive(Debug, Args)]
pub struct StepArgs {
    #[command(subcommand)]
    command: StepCommand,
}

#[derive(Debug, Subcommand)]
enum StepCommand {
    /// It is done
    Done {
        /// Visit (V0001) or employer
        visit: String,
        /// The step, as in the timeline
        step: String,
        #[command(flatten)]
        told: DoneArgs,
    },
    /// It was ticked off by mistake
    Undo {
        /// Visit (V0001) or employer
        visit: String,
        /// The step, as in the timeline
        step: String,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

pub fn run(args: &StepArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let directory = Directory::load(&workspace)?;
    let before = app::show(&workspace)?;
    let (visit, dry_run) = match &args.command {
        StepCommand::Done { visit, step, told: DoneArgs { on, note, dry_run } } => {
            (step::step_done(&mut workspace, visit, step, *on, note.clone(), *dry_run)?, *dry_run)
        }
        StepCommand::Undo { visit, step, dry_run } => {
            (step::step_undone(&mut workspace, visit, step, *dry_run)?, *dry_run)
        }
    };
    screen.value(&serde_json::json!({ "visits": screen.labelled(&[&visit])? }))?;
    screen.table(&books::steps_table(&visit, &directory.names(), &screen.words));
    if !dry_run {
        wrote(&outputs::follow_plan(&mut workspace, &before)?, screen);
    }
    Ok(0)
}
