//! What a branch says of its outlets beside the list of people.

use serde::{Deserialize, Serialize};

/// An outlet in `daifa.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutletSetting {
    /// As the list of people names it.
    pub name: String,
    /// 区: that of employers whose own is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Portable terminals (PAD) it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminals: Option<u32>,
}
