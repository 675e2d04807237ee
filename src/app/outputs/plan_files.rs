//! The files that tell of the plan, written together: whatever changes it leaves none of them as it was.

use std::collections::BTreeSet;

use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::outputs::calendars::write_calendars;
use crate::app::outputs::packs::{self, Packed};
use crate::app::outputs::start_page::{self, Rewritten};
use crate::app::outputs::write_plan;
use crate::app::scripts::Doubt;
use crate::app::visit::pack_folders::Void;
use crate::app::visit::plan::{self, Plan};
use crate::app::visit::standing;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::Visit;
use crate::model::VisitId;
use crate::output::Written;

/// What was written.
#[derive(Debug, Default)]
pub struct PlanFiles {
    /// 02 and the calendars.
    pub plan: Vec<Written>,
    /// Documents of visits.
    pub packs: Vec<Written>,
    /// Those of visits that were moved or cancelled.
    pub void: Void,
    /// What of the packs' texts is to be looked at before it leaves.
    pub doubts: BTreeSet<Doubt>,
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
    Ok(follow(workspace, before, &Packed::default())?.unwrap_or_default())
}

fn follow(workspace: &mut Workspace, before: &[Visit], packed: &Packed) -> Result<Option<PlanFiles>, AppError> {
    match standing::as_it_stands(workspace) {
        Err(AppError::NothingImported) => Ok(None),
        plan => write_beside(workspace, &plan?, before, packed).map(Some),
    }
}

/// The same for a plan that was just made.
///
/// # Errors
/// As [`follow_plan`].
pub fn write_plan_files(workspace: &mut Workspace, plan: &Plan, before: &[Visit]) -> Result<PlanFiles, AppError> {
    write_beside(workspace, plan, before, &Packed::default())
}

/// The files beside the packs this run has made already.
fn write_beside(
    workspace: &mut Workspace,
    plan: &Plan,
    before: &[Visit],
    packed: &Packed,
) -> Result<PlanFiles, AppError> {
    let changed = plan.visits.iter().filter(|visit| !before.contains(&visit.as_kept())).map(|visit| visit.visit_id);
    ledger::fall_behind(&workspace.store, changed)?;
    let changed = ledger::behind(&workspace.store)?;
    let files = write_all(workspace, plan, &changed, packed).map_err(|error| match error {
        AppError::Output(_) | AppError::File { .. } => AppError::FilesBehind(Box::new(error)),
        error => error,
    })?;
    ledger::caught_up(&workspace.store)?;
    Ok(files)
}

/// Writes the files that an earlier run was to bring in step with the plan and did not, beside the packs this run has made:
/// these first, for one that cannot be written is still to be made up for, and today's start page leads to all of them.
/// `None` where nothing was behind.
///
/// # Errors
/// As [`follow_plan`].
pub fn catch_up(workspace: &mut Workspace, packed: &Packed) -> Result<Option<PlanFiles>, AppError> {
    if ledger::behind(&workspace.store)?.is_empty() {
        return Ok(None);
    }
    let before = plan::show(workspace)?;
    follow(workspace, &before, packed)
}

fn write_all(
    workspace: &mut Workspace,
    plan: &Plan,
    changed: &BTreeSet<VisitId>,
    packed: &Packed,
) -> Result<PlanFiles, AppError> {
    let directory = Directory::load(workspace)?;
    let mut written = vec![write_plan(workspace, plan, &directory)?];
    written.extend(write_calendars(workspace, &directory)?);
    let left: BTreeSet<VisitId> = changed.difference(&packed.visits).copied().collect();
    let Packed { written: packs, void, doubts, .. } = packs::repack(workspace, &left)?;
    let all = written.iter().chain(&packed.written).chain(&packs);
    let start = start_page::rewrite(workspace, plan, all, &directory)?;
    Ok(PlanFiles { plan: written, packs, void, doubts, start })
}
