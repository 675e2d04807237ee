//! Whether a workspace is sound.

use serde::Serialize;

use super::error::AppError;
use super::workspace::Workspace;
use crate::facts::inputs;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Key of the words: `doctor.<check>`.
    pub check: &'static str,
    pub ok: bool,
    pub detail: String,
}

/// Checks the database, its chain of audit entries, rules, calendar and data.
///
/// # Errors
/// The database cannot be read at all.
pub fn doctor(workspace: &mut Workspace) -> Result<Vec<Finding>, AppError> {
    let store = workspace.store.check()?;
    let audit = workspace.store.audit_verify()?;
    let coverage = inputs::snapshot_coverage(&workspace.store, workspace.today)?;
    let years: Vec<String> = workspace.workdays.years().map(|y| y.to_string()).collect();
    let known_today = workspace.workdays.is_workday(workspace.today).is_some();
    let newest = coverage.first().map(|c| c.as_of);
    let max_age = workspace.rules.facts.snapshot.max_age_days;
    let fresh = newest.is_some_and(|d| (workspace.today - d).num_days() <= max_age);
    let (unsure, _) = workspace.store.open_matches()?;
    let finding = |check, ok, detail: String| Finding { check, ok, detail };
    Ok(vec![
        finding("version", true, format!("daifa {} / SQLite {}", env!("CARGO_PKG_VERSION"), store.sqlite)),
        finding("schema", true, store.schema_version.to_string()),
        finding("integrity", store.intact, String::new()),
        finding("foreign_keys", store.foreign_key_faults == 0, store.foreign_key_faults.to_string()),
        finding("audit", audit.broken_at.is_none(), audit.entries.to_string()),
        finding("rules", true, workspace.rules.hash()[..8].to_string()),
        finding("calendar", known_today, years.join(" ")),
        finding("data", fresh, newest.map_or_else(String::new, |d| d.to_string())),
        finding("files", true, workspace.store.imports()?.len().to_string()),
        // Payees are told below: that some are unknown is usual, that a row fits two people is not.
        finding("matches", unsure == 0, unsure.to_string()),
        finding("unmatched", true, workspace.store.unmatched_payees(workspace.today)?.len().to_string()),
    ])
}
