//! Offers that were taken back and of which the employer has still to be told.

use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::visit::answers;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::Visit;
use crate::engagement::visit::schedule::Unplanned;
use crate::engagement::visit::withdrawn::{self, NOTICE};
use crate::model::VisitId;

/// They, by day, each with the one step that is left of it.
///
/// # Errors
/// The store cannot be read.
pub fn withdrawn(workspace: &Workspace) -> Result<Vec<Visit>, AppError> {
    let (store, today) = (&workspace.store, workspace.today);
    let done = answers::steps_done(store, today)?;
    let histories = ledger::histories(store, today)?;
    let latest: Vec<Visit> = histories.into_iter().filter_map(|mut history| history.pop()).collect();
    let told = |visit: VisitId| done.get(&(visit, NOTICE.to_string())).is_some_and(|told| told.state == "yes");
    Ok(withdrawn::withdrawn(latest, told, today))
}

/// Puts them among the employers without a visit, with the reason.
///
/// # Errors
/// The store cannot be read.
pub(super) fn tell(workspace: &Workspace, unplanned: &mut Vec<Unplanned>) -> Result<(), AppError> {
    withdrawn::tell(unplanned, &withdrawn(workspace)?);
    Ok(())
}
