//! Ranks employers with low AUM.

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::ranking::{self, Ranking};
use crate::facts::{EmployerProfile, employer_profile, payday_retention};

/// Profiles of all employers as known today.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read.
pub fn profiles(workspace: &Workspace) -> Result<Vec<EmployerProfile>, AppError> {
    let profiles = employer_profile::all(&workspace.store, workspace.today, &workspace.products)?;
    if profiles.is_empty() { Err(AppError::NothingImported) } else { Ok(profiles) }
}

/// The ranking of today.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read.
pub fn rank(workspace: &mut Workspace) -> Result<Ranking, AppError> {
    workspace.refresh_facts()?;
    workspace.store.read_through()?;
    let profiles = profiles(workspace)?;
    let retention = payday_retention::by_employer(&workspace.store)?;
    Ok(ranking::rank(&workspace.rules.ranking, &profiles, &retention, workspace.today))
}
