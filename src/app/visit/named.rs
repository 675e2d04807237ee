//! Visits as users name them: by number, or by the employer.

use crate::app::employers::employer_named;
use crate::app::error::AppError;
use crate::app::ledger::VisitPayload;
use crate::app::visit::plan;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::Visit;
use crate::model::VisitId;
use crate::store::ledger::StoredVisit;

/// The visits a user names by a number or an employer's name or number, over or not, by day; there is at least one.
fn visits_named(workspace: &Workspace, text: &str) -> Result<Vec<StoredVisit>, AppError> {
    let unknown = || AppError::UnknownVisit { text: text.to_string() };
    let mut visits = workspace.store.visits(workspace.today)?;
    match text.parse::<VisitId>() {
        Ok(id) => visits.retain(|v| v.visit_id == id),
        Err(_) => match employer_named(workspace, text) {
            Ok(id) => visits.retain(|v| v.employer_id == id),
            Err(AppError::UnknownEmployer { .. }) => return Err(unknown()),
            Err(AppError::SeveralEmployers { text, mut candidates }) => {
                // An error names the first: those that have a visit may be meant.
                candidates.sort_by_key(|(id, _)| !visits.iter().any(|v| v.employer_id == *id));
                return Err(AppError::SeveralEmployers { text, candidates });
            }
            Err(error) => return Err(error),
        },
    }
    visits.sort_by_key(|v| (v.date, v.visit_id));
    if visits.is_empty() { Err(unknown()) } else { Ok(visits) }
}

/// A visit that is still to come.
///
/// # Errors
/// No such visit, a name several employers have, a visit that is not to come any more, or the store cannot be read.
pub(super) fn find(workspace: &Workspace, text: &str) -> Result<(StoredVisit, Visit), AppError> {
    let named = visits_named(workspace, text)?;
    let fits = |visit: VisitId| named.iter().any(|v| v.visit_id == visit);
    let found = plan::stored_ahead(workspace)?.into_iter().find(|(v, _)| fits(v.visit_id));
    found.ok_or_else(|| AppError::VisitOver { text: text.to_string() })
}

/// A visit, over or not: of several the latest.
///
/// # Errors
/// No such visit, a name several employers have, or the store cannot be read.
pub(super) fn find_any(workspace: &Workspace, text: &str) -> Result<(StoredVisit, Visit), AppError> {
    for stored in visits_named(workspace, text)?.into_iter().rev() {
        if let Some(plan) = VisitPayload::read(&stored)?.plan {
            return Ok((stored, plan));
        }
    }
    Err(AppError::UnknownVisit { text: text.to_string() })
}
