//! What became of employees' products and of the money of the latest payday.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
pub use crate::engagement::contact::track::{Track, TrackedEmployee};
use crate::engagement::contact::track::{TrackInput, Tracker};
use crate::engagement::windows;
use crate::facts::employee::person_rows::Who;
use crate::facts::employee::{holding_change, person_rows};
use crate::facts::pay::payday_retention;
use crate::facts::pay::payday_retention::EmployerRetention;
use crate::facts::{ChangeWindow, inputs};
use crate::model::{EmployeeId, EmployerId};

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

/// The sums over all employees, or over those of one employer.
///
/// # Errors
/// Nothing has been imported, an unknown employer, or the store cannot be read.
pub fn track(workspace: &mut Workspace, options: &TrackOptions) -> Result<Track, AppError> {
    Tracking::begin(workspace, options)?.run(|tracking| tracking.each(|_| Ok(())))
}

/// Tracking made ready: which employers are shown, what is compared, and the paydays. The people themselves are read one
/// by one, as often as they are asked for.
#[derive(Debug)]
pub struct Tracking<'w> {
    workspace: &'w Workspace,
    only: Option<EmployerId>,
    names: BTreeMap<EmployerId, String>,
    /// The snapshots compared per employer.
    windows: BTreeMap<EmployerId, (NaiveDate, NaiveDate)>,
    paydays: BTreeMap<EmployerId, EmployerRetention>,
    /// Other snapshots than the usual ones.
    other: Option<Vec<ChangeWindow>>,
}

impl<'w> Tracking<'w> {
    /// # Errors
    /// Nothing has been imported, an unknown employer, or the store cannot be read.
    pub fn begin(workspace: &'w mut Workspace, options: &TrackOptions) -> Result<Tracking<'w>, AppError> {
        workspace.refresh_facts()?;
        workspace.store.read_through()?;
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
        let paydays = payday_retention::windows(&workspace.store)?.into_iter().filter(|p| p.slot == 1);
        Ok(Tracking {
            only,
            names,
            windows: windows.iter().map(|w| (w.employer_id, (w.from, w.to))).collect(),
            paydays: paydays.map(|p| (p.employer_id, p)).collect(),
            other: (options.from.is_some() || options.to.is_some()).then_some(windows),
            workspace,
        })
    }

    /// Does `work` while the changes between the snapshots asked for are known.
    ///
    /// # Errors
    /// What `work` fails with, or the store cannot be written to for the time of the call.
    pub fn run<T>(&self, work: impl FnOnce(&Self) -> Result<T, AppError>) -> Result<T, AppError> {
        match &self.other {
            Some(windows) => holding_change::with_windows(&self.workspace.store, windows, |_| work(self)),
            None => work(self),
        }
    }

    /// The workspace it reads.
    pub fn workspace(&self) -> &Workspace {
        self.workspace
    }

    /// The first and the last day compared, as in the [`Track`] of [`Tracking::each`], before anybody is read.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn span(&self) -> Result<(Option<NaiveDate>, Option<NaiveDate>), AppError> {
        let shown = || self.windows.iter().filter(|(id, _)| self.names.contains_key(id));
        let mut by_from: Vec<(NaiveDate, EmployerId)> = shown().map(|(id, w)| (w.0, *id)).collect();
        let mut by_to: Vec<(std::cmp::Reverse<NaiveDate>, EmployerId)> =
            shown().map(|(id, w)| (std::cmp::Reverse(w.1), *id)).collect();
        by_from.sort_unstable();
        by_to.sort_unstable();
        let has_any = |id: EmployerId| person_rows::has_any(&self.workspace.store, id);
        let (mut from, mut to) = (None, None);
        for (day, id) in by_from {
            if has_any(id)? {
                from = Some(day);
                break;
            }
        }
        for (day, id) in by_to {
            if has_any(id)? {
                to = Some(day.0);
                break;
            }
        }
        Ok((from, to))
    }

    /// Tells of everybody, by employee and employer, and adds them up.
    ///
    /// # Errors
    /// What `see` fails with, or the store cannot be read.
    pub fn each(&self, mut see: impl FnMut(&TrackedEmployee<'_>) -> Result<(), AppError>) -> Result<Track, AppError> {
        let who = self.only.map_or(Who::All, Who::OfEmployer);
        let mut tracker = self.tracker();
        person_rows::each(&self.workspace.store, who, |person| tracker.person(person, &mut see))?;
        let bands = &self.workspace.rules.retention;
        Ok(tracker.finish(|rate| bands.band(rate).map(str::to_string)))
    }

    /// Tells of the people with these numbers and those between them.
    ///
    /// # Errors
    /// What `see` fails with, or the store cannot be read.
    pub fn between<'s>(
        &'s self,
        first: EmployeeId,
        last: EmployeeId,
        mut see: impl FnMut(&TrackedEmployee<'s>) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let mut tracker = self.tracker();
        person_rows::each(&self.workspace.store, Who::Between(first, last), |person| tracker.person(person, &mut see))
    }

    fn tracker(&self) -> Tracker<'_> {
        Tracker::new(TrackInput {
            products: &self.workspace.products,
            names: &self.names,
            windows: &self.windows,
            paydays: &self.paydays,
            destinations: &self.workspace.rules.flows,
        })
    }
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
    let usual: BTreeMap<EmployerId, ChangeWindow> = usual.into_iter().map(|w| (w.employer_id, w)).collect();
    Ok(dates
        .keys()
        .filter_map(|employer| {
            let usual = usual.get(employer);
            let from = options.from.map_or(usual.map(|w| w.from), |d| upto(employer, d))?;
            let to = options.to.map_or(usual.map(|w| w.to), |d| upto(employer, d))?;
            (from < to).then_some(ChangeWindow { employer_id: *employer, from, to })
        })
        .collect())
}

#[cfg(test)]
mod tests;
