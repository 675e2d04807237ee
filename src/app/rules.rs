//! The rules in force, and where each value comes from.

use std::path::Path;

use serde::Serialize;

use crate::app::error::AppError;
use crate::rules::{Origin, Rules};

/// One key of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleEntry {
    /// `<file>.<table>.<key>`.
    pub key: String,
    #[serde(flatten)]
    pub origin: Origin,
}

/// All keys, or those that contain `filter`, in order.
///
/// # Errors
/// A rules file of the workspace that cannot be used.
pub fn show(workspace: Option<&Path>, filter: Option<&str>) -> Result<Vec<RuleEntry>, AppError> {
    let rules = Rules::load(workspace.map(|w| w.join("rules")).as_deref())?;
    Ok(rules
        .origins
        .into_iter()
        .filter(|(key, _)| filter.is_none_or(|f| key.contains(f)))
        .map(|(key, origin)| RuleEntry { key, origin })
        .collect())
}
