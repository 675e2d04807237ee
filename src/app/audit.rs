//! The audit, shown and verified.

use super::error::AppError;
use super::workspace::Workspace;
use crate::store::audit::{AuditEntry, AuditState};

/// All entries, oldest first.
///
/// # Errors
/// The store cannot be read.
pub fn entries(workspace: &Workspace) -> Result<Vec<AuditEntry>, AppError> {
    Ok(workspace.store.audit_entries()?)
}

/// Walks the chain.
///
/// # Errors
/// [`AppError::AuditBroken`] at the first entry that was changed or removed.
pub fn verify(workspace: &Workspace) -> Result<AuditState, AppError> {
    let state = workspace.store.audit_verify()?;
    match state.broken_at {
        Some(seq) => Err(AppError::AuditBroken { seq }),
        None => Ok(state),
    }
}
