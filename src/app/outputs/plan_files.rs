//! The files that tell of the plan, written together: whatever changes it leaves none of them as it was.

use std::collections::BTreeSet;

use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::outputs::calendars::write_calendars;
use crate::app::outputs::start_page::{self, Rewritten};
use crate::app::outputs::write_plan;
use crate::app::visit::pack::{self, Repacked};
use crate::app::visit::plan::Plan;
use crate::app::visit::standing;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::Visit;
use crate::facts;
use crate::model::VisitId;
use crate::output::Written;

/// Name of the stamp under which the visits are kept whose packs are to be made anew: until all files were written.
const BEHIND: &str = "plan_files";

/// What was written.
#[derive(Debug, Default)]
pub struct PlanFiles {
    /// 02 and the calendars.
    pub plan: Vec<Written>,
    /// Documents of visits.
    pub packs: Vec<Written>,
    /// Where the packs of visits that were moved or cancelled lie now, relative to the workspace.
    pub set_aside: Vec<String>,
    /// 00.
    pub start: Rewritten,
}

/// Brings the files in step with the plan as it stands after a change; `before`: the visits to come as they were. Nothing is
/// planned. Where nothing is known of any employer today there are no files to write.
///
/// # Errors
/// A file cannot be written ([`AppError::FilesBehind`]): the change itself is kept all the same, and the next run that writes
/// these files writes what this one did not.
pub fn follow_plan(workspace: &mut Workspace, before: &[Visit]) -> Result<PlanFiles, AppError> {
    match standing::as_it_stands(workspace) {
        Err(AppError::NothingImported) => Ok(PlanFiles::default()),
        plan => write_plan_files(workspace, &plan?, before),
    }
}

/// The same for a plan that was just made.
///
/// # Errors
/// As [`follow_plan`].
pub fn write_plan_files(workspace: &mut Workspace, plan: &Plan, before: &[Visit]) -> Result<PlanFiles, AppError> {
    let mut changed = behind(workspace)?;
    changed.extend(plan.visits.iter().filter(|visit| !before.contains(&visit.as_kept())).map(|visit| visit.visit_id));
    if !changed.is_empty() {
        put_behind(workspace, &changed)?;
    }
    let files = write_all(workspace, plan, &changed).map_err(|error| match error {
        AppError::Output(_) | AppError::File { .. } => AppError::FilesBehind(Box::new(error)),
        error => error,
    })?;
    // A run that had nothing to make anew leaves the same: none of it is kept.
    facts::forget_stamp(&workspace.store, BEHIND)?;
    Ok(files)
}

fn write_all(workspace: &mut Workspace, plan: &Plan, changed: &BTreeSet<VisitId>) -> Result<PlanFiles, AppError> {
    let directory = Directory::load(workspace)?;
    let mut written = vec![write_plan(workspace, plan, &directory)?];
    written.extend(write_calendars(workspace, &directory)?);
    let Repacked { written: packs, set_aside } = pack::repack(workspace, changed)?;
    let start = start_page::rewrite(workspace, plan, written.iter().chain(&packs), &directory)?;
    Ok(PlanFiles { plan: written, packs, set_aside, start })
}

/// Visits whose packs an earlier run was to make anew and did not.
fn behind(workspace: &Workspace) -> Result<BTreeSet<VisitId>, AppError> {
    let kept = facts::stamp_of(&workspace.store, BEHIND)?;
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
}

fn put_behind(workspace: &Workspace, visits: &BTreeSet<VisitId>) -> Result<(), AppError> {
    let json = serde_json::to_string(visits);
    let json = json.map_err(|e| AppError::Inner { what: BEHIND, reason: e.to_string() })?;
    Ok(facts::put_stamp(&workspace.store, BEHIND, &json)?)
}
