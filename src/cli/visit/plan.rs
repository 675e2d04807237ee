use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::directory::Directory;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::visit::plan as app;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::books::visit::plan as books;

/// Propose dates, teams and dated steps for the targets of the ranking
#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(subcommand)]
    command: Option<PlanCommand>,
}

#[derive(Debug, Subcommand)]
enum PlanCommand {
    /// List the visits still to come
    Show,
    /// The employer agreed to the proposed date, or to another
    Confirm {
        /// Visit (V0001) or employer
        visit: String,
        /// The date agreed on
        #[arg(long)]
        date: Option<NaiveDate>,
    },
    /// Propose another date
    Move {
        /// Visit (V0001) or employer
        visit: String,
        /// The new date
        #[arg(long)]
        date: NaiveDate,
    },
    /// The employer declined
    Cancel {
        /// Visit (V0001) or employer
        visit: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Until when nobody asks again
        #[arg(long, value_name = "DATE")]
        until: Option<NaiveDate>,
    },
}

pub fn run(args: &PlanArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let directory = Directory::load(&workspace)?;
    let changed: Option<app::Visit> = match &args.command {
        None => {
            screen.stale(freshness::require(&workspace)?);
            let plan = app::plan(&mut workspace)?;
            let mut written = vec![outputs::write_plan(&workspace, &plan, &directory)?];
            written.extend(outputs::write_calendars(&workspace, &directory)?);
            screen.value(&plan)?;
            screen.table(&books::plan_table(&plan.visits, &directory.names(), &screen.words));
            screen.table(&books::unplanned_table(&plan.unplanned, &directory.names(), &screen.words));
            written.iter().for_each(|file| screen.wrote(file));
            return Ok(0);
        }
        Some(PlanCommand::Show) => {
            screen.stale(freshness::freshness(&workspace)?);
            None
        }
        Some(PlanCommand::Confirm { visit, date }) => Some(app::confirm(&mut workspace, visit, *date)?),
        Some(PlanCommand::Move { visit, date }) => Some(app::move_to(&mut workspace, visit, *date)?),
        Some(PlanCommand::Cancel { visit, reason, until }) => {
            Some(app::cancel(&mut workspace, visit, reason.clone(), *until)?)
        }
    };
    let visits = match changed {
        Some(visit) => vec![visit],
        None => app::show(&workspace)?,
    };
    screen.value(&serde_json::json!({ "visits": screen.labelled(&visits)? }))?;
    screen.table(&books::plan_table(&visits, &directory.names(), &screen.words));
    Ok(0)
}
