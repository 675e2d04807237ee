//! What became of employees' products and of the money of the latest payday.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::track::{self, Track, TrackInput};
use crate::engagement::windows;
use crate::facts::{ChangeWindow, holding_change, inputs, payday_outflow, payday_retention};
use crate::model::EmployerId;

/// Which employers and which days.
#[derive(Debug, Clone, Default)]
pub struct TrackOptions {
    /// Only this employer (number or name).
    pub employer: Option<String>,
    /// Compare with the latest snapshot up to this day instead of the one before the visit or the month.
    pub from: Option<NaiveDate>,
    /// Up to this day instead of the newest.
    pub to: Option<NaiveDate>,
}

/// Tracks all employees, or those of one employer.
///
/// # Errors
/// Nothing has been imported, an unknown employer, or the store cannot be read.
pub fn track(workspace: &mut Workspace, options: &TrackOptions) -> Result<Track, AppError> {
    workspace.refresh_facts()?;
    let only = match &options.employer {
        Some(text) => Some(crate::app::employers::employer_named(workspace, text)?),
        None => None,
    };
    let names: BTreeMap<EmployerId, String> =
        workspace.store.employers()?.into_iter().filter(|(id, _)| only.is_none_or(|o| o == *id)).collect();
    if names.is_empty() {
        return Err(AppError::NothingImported);
    }
    let windows = change_windows(workspace, options)?;
    let changes = if options.from.is_none() && options.to.is_none() {
        holding_change::kept(&workspace.store)?
    } else {
        holding_change::between(&workspace.store, &windows)?
    };
    let retention = payday_retention::all(&workspace.store)?;
    let outflows = payday_outflow::all(&workspace.store)?;
    let by_employer = payday_retention::by_employer(&workspace.store)?;
    let dates: BTreeMap<EmployerId, (NaiveDate, NaiveDate)> =
        windows.iter().map(|w| (w.employer_id, (w.from, w.to))).collect();
    let input = TrackInput {
        products: &workspace.products,
        names: &names,
        windows: &dates,
        changes: &changes,
        retention: &retention,
        by_employer: &by_employer,
        outflows: &outflows,
        destinations: &workspace.rules.flows,
    };
    Ok(track::track(&input, |rate| workspace.rules.retention.band(rate).map(str::to_string)))
}

fn change_windows(workspace: &Workspace, options: &TrackOptions) -> Result<Vec<ChangeWindow>, AppError> {
    let dates = inputs::employer_dates(&workspace.store, workspace.today)?;
    let visits = crate::app::ledger::last_held(&workspace.store, workspace.today)?;
    let (retention, facts) = (&workspace.rules.retention, &workspace.rules.facts);
    let usual = windows::decide(retention, facts, &dates, &visits, workspace.today).change;
    if options.from.is_none() && options.to.is_none() {
        return Ok(usual);
    }
    let upto = |employer: &EmployerId, day: NaiveDate| {
        dates.get(employer).and_then(|d| d.snapshots.iter().rev().copied().find(|s| *s <= day))
    };
    Ok(dates
        .keys()
        .filter_map(|employer| {
            let usual = usual.iter().find(|w| w.employer_id == *employer);
            let from = options.from.map_or(usual.map(|w| w.from), |d| upto(employer, d))?;
            let to = options.to.map_or(usual.map(|w| w.to), |d| upto(employer, d))?;
            (from < to).then_some(ChangeWindow { employer_id: *employer, from, to })
        })
        .collect())
}
