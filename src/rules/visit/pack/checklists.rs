//! What is brought to a visit and made ready for it (`checklists.toml`); names stand under `item.<key>`.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistRules {
    pub groups: BTreeMap<String, ChecklistGroup>,
    pub items: BTreeMap<String, ChecklistItem>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistGroup {
    pub order: i64,
    pub source: String,
}

/// One thing, with at most one way of reckoning how many; none means something to do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    pub order: i64,
    pub group: String,
    /// Who sees to it; the lead when nobody has the role.
    pub role: String,
    /// Not brought where nobody has the role.
    #[serde(default)]
    pub only_with_role: bool,
    pub fixed: Option<i64>,
    /// For each hundred visitors.
    pub per_hundred: Option<i64>,
    pub per_member: Option<i64>,
    /// One for each person of this role (at least one).
    pub per_role: Option<String>,
    pub per_executive: Option<i64>,
    pub source: String,
}

impl ChecklistItem {
    /// How many are needed; `None` for something to do.
    pub fn quantity(&self, visitors: i64, executives: i64, team: &BTreeMap<&str, i64>) -> Option<i64> {
        let members: i64 = team.values().sum();
        let of_role = |role: &String| team.get(role.as_str()).copied().unwrap_or(0).max(1);
        self.fixed
            .or_else(|| self.per_hundred.map(|n| (visitors * n + 99).div_euclid(100)))
            .or_else(|| self.per_member.map(|n| members * n))
            .or_else(|| self.per_role.as_ref().map(of_role))
            .or_else(|| self.per_executive.map(|n| executives * n))
    }
}
