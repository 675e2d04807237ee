//! Whom the visits to come ask other outlets for.

use crate::app::error::AppError;
use crate::app::visit::{plan, rank};
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::Visit;
use crate::engagement::visit::staffing::support;
pub use crate::engagement::visit::staffing::support::SupportRequest;
use crate::model::EmployerId;

/// What is asked of which outlet for these visits.
///
/// # Errors
/// The store cannot be read.
pub fn requests(workspace: &Workspace, visits: &[Visit]) -> Result<Vec<SupportRequest>, AppError> {
    let (profiles, colleagues) = (rank::profiles(workspace)?, plan::colleagues(workspace)?);
    let outlet = |id: EmployerId| profiles.iter().find(|p| p.employer_id == id).and_then(|p| p.outlet.clone());
    Ok(support::requests(&workspace.rules, visits, &colleagues, workspace.today, &outlet))
}
