use chrono::NaiveDate;
use clap::Args;
use serde_json::Value;

use crate::app::AppError;
use crate::app::contact::follow_up;
use crate::app::contact::track as app;
use crate::app::contact::track::TrackOptions;
use crate::app::directory::Directory;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::reveal;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::books::contact::track as books;

/// Track products gained and lost, AUM, and the money of the latest payday
#[derive(Debug, Args)]
pub struct TrackArgs {
    /// Only this employer: number or name
    employer: Option<String>,
    /// Compare with the latest snapshot up to this day
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Up to this day (default: the newest snapshot)
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// Add the bank's customer numbers to the JSON (recorded in the audit)
    #[arg(long, requires = "json", requires = "purpose")]
    reveal: bool,
    /// What the customer numbers are needed for (recorded in the audit)
    #[arg(long, value_name = "TEXT", requires = "reveal")]
    purpose: Option<String>,
}

pub fn run(args: &TrackArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let freshness = freshness::freshness(&workspace)?;
    screen.stale(freshness);
    let options = TrackOptions { employer: args.employer.clone(), from: args.from, to: args.to };
    let track = app::track(&mut workspace, &options)?;
    let mut json = screen.labelled(&track)?;
    if args.reveal {
        let numbers = reveal::customer_numbers(
            &workspace,
            track.employees.iter().map(|e| e.employee_id),
            "track",
            args.purpose.as_deref(),
        )?;
        add_customer_numbers(json.get_mut("employees"), &numbers);
    }
    screen.value(&json)?;
    screen.table(&books::track_table(&track, &screen.words));
    // Of data that are too old nobody would stand in it.
    if args.employer.is_none() && args.from.is_none() && args.to.is_none() && !freshness.is_stale() {
        let follow_up = follow_up::follow_up(&mut workspace)?;
        let directory = Directory::load(&workspace)?;
        screen.wrote(&outputs::write_maintenance(&workspace, &track, &follow_up, &directory)?);
    }
    Ok(0)
}

/// Adds `customer_number` to each object of a list that names its employee.
pub fn add_customer_numbers(
    list: Option<&mut Value>,
    numbers: &std::collections::BTreeMap<crate::model::EmployeeId, String>,
) {
    let items = list.and_then(Value::as_array_mut).into_iter().flatten();
    for item in items.filter_map(Value::as_object_mut) {
        let id = item.get("employee_id").and_then(Value::as_str).and_then(|t| t.parse().ok());
        let number = id.and_then(|id| numbers.get(&id)).cloned();
        item.insert("customer_number".into(), number.map_or(Value::Null, Value::String));
    }
}
