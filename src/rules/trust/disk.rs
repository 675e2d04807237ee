//! Disks a workspace must not lie on (`disk.toml`).

use serde::Deserialize;

/// See the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskRules {
    /// Types of file systems that lie behind a network or another machine.
    pub network: Vec<String>,
    /// Mount options by which a 9p file system is one of them.
    pub network_9p: Vec<String>,
    pub source: String,
}
