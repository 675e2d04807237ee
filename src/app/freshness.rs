//! How the newest data of a workspace stand to the day the work is done for.

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::freshness::judge;
pub use crate::engagement::freshness::{Freshness, Stale};
use crate::facts::inputs;

/// How the newest holdings of the workspace stand to its day.
///
/// # Errors
/// The store cannot be read.
pub fn freshness(workspace: &Workspace) -> Result<Freshness, AppError> {
    let newest = inputs::newest_snapshot(&workspace.store, workspace.today)?;
    let employers = !workspace.store.employers()?.is_empty();
    Ok(judge(newest, employers, workspace.today, workspace.rules.facts.snapshot.max_age_days))
}

/// [`freshness`], refusing where a list would be made from data that are too old.
///
/// # Errors
/// [`AppError::DataStale`], or the store cannot be read.
pub fn require(workspace: &Workspace) -> Result<Freshness, AppError> {
    match freshness(workspace)? {
        Freshness::Stale(stale) => Err(AppError::DataStale(stale)),
        freshness => Ok(freshness),
    }
}
