//! The audit, shown and verified.

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
pub use crate::store::trust::audit::{AuditEntry, AuditFilter, AuditHead};
use crate::store::trust::audit::{AuditState, KeptHead};

/// Entries that fit `filter`, oldest first.
///
/// # Errors
/// The store cannot be read.
pub fn entries(workspace: &Workspace, filter: &AuditFilter) -> Result<Vec<AuditEntry>, AppError> {
    Ok(workspace.store.audit_entries(filter)?)
}

/// The end of the chain, to be kept elsewhere.
///
/// # Errors
/// The store cannot be read.
pub fn head(workspace: &Workspace) -> Result<Option<AuditHead>, AppError> {
    Ok(workspace.store.audit_head()?)
}

/// Walks the chain, and compares it with a head kept elsewhere.
///
/// # Errors
/// [`AppError::AuditBroken`] at the first entry that was changed or removed; [`AppError::AuditCutOff`] and
/// [`AppError::AuditRewritten`] when the chain is sound in itself but does not hold the kept head.
pub fn verify(workspace: &Workspace, kept: Option<&AuditHead>) -> Result<AuditState, AppError> {
    let state = workspace.store.audit_verify_against(kept)?;
    if let Some(seq) = state.broken_at {
        return Err(AppError::AuditBroken { seq });
    }
    match (state.kept, kept) {
        (Some(KeptHead::CutOff), Some(kept)) => Err(AppError::AuditCutOff { seq: kept.seq, entries: state.entries }),
        (Some(KeptHead::Rewritten), Some(kept)) => Err(AppError::AuditRewritten { seq: kept.seq }),
        _ => Ok(state),
    }
}
