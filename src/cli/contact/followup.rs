use clap::Args;

use crate::app::AppError;
use crate::app::contact::follow_up as app;
use crate::app::directory::Directory;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::reveal;
use crate::cli::contact::track::add_customer_numbers;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::books::contact::track as books;

/// Decide whom to contact, why, with what and by when
#[derive(Debug, Args)]
pub struct FollowupArgs {
    /// How many tasks to print (all are in the workbooks)
    #[arg(long, default_value_t = 15)]
    top: usize,
    /// Add the bank's customer numbers to the JSON (recorded in the audit)
    #[arg(long, requires = "json", requires = "purpose")]
    reveal: bool,
    /// What the customer numbers are needed for (recorded in the audit)
    #[arg(long, value_name = "TEXT", requires = "reveal")]
    purpose: Option<String>,
}

pub fn run(args: &FollowupArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    screen.stale(freshness::require(&workspace)?);
    let follow_up = app::follow_up(&mut workspace)?;
    let mut json = screen.labelled(&follow_up)?;
    if args.reveal {
        let people =
            follow_up.tasks.iter().map(|t| t.employee_id).chain(follow_up.blocked.iter().map(|b| b.employee_id));
        let numbers = reveal::customer_numbers(&workspace, people, "followup", args.purpose.as_deref())?;
        add_customer_numbers(json.get_mut("tasks"), &numbers);
        add_customer_numbers(json.get_mut("blocked"), &numbers);
    }
    screen.value(&json)?;
    let labels = app::labels(&workspace);
    screen.table(&books::rules_table(&labels, &follow_up.tasks, &follow_up.blocked, &screen.words));
    let directory = Directory::load(&workspace)?;
    let rows = outputs::shown_tasks(&workspace, &follow_up, &directory)?;
    screen.table(&books::first_tasks_table(&rows, args.top, &workspace.products, &screen.words));
    Ok(0)
}
