//! The plan as it stands, with nothing new planned: for the files that tell of it after a change.

use std::collections::BTreeSet;

use crate::app::error::AppError;
use crate::app::visit::notices;
use crate::app::visit::plan::{self, Plan};
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::schedule::Unplanned;
use crate::model::{EmployerId, Reason};

/// The visits still to come as they stand, and why the other employers have none: as the next plan would tell it, which is
/// only tried. Employers it would offer a day are among them with that day.
///
/// # Errors
/// As [`plan::plan`].
pub fn as_it_stands(workspace: &mut Workspace) -> Result<Plan, AppError> {
    workspace.refresh_facts()?;
    let visits = plan::told_today(workspace, plan::show(workspace)?)?;
    let next = workspace.tried(true, plan::plan)?;
    let ahead: BTreeSet<EmployerId> = visits.iter().map(|visit| visit.employer_id).collect();
    let mut unplanned: Vec<Unplanned> =
        next.unplanned.into_iter().filter(|u| !ahead.contains(&u.employer_id)).collect();
    let new = next.visits.into_iter().filter(|visit| !ahead.contains(&visit.employer_id));
    unplanned.extend(new.map(|visit| Unplanned {
        employer_id: visit.employer_id,
        reasons: vec![Reason::new("planned_next").date("date", visit.date)],
        earliest: Some(visit.date),
    }));
    notices::tell(workspace, &mut unplanned)?;
    Ok(Plan { visits, unplanned, worth: next.worth, assumed: next.assumed, changed: Vec::new() })
}
