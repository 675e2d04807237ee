//! Where the money of a payday goes (`flows.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

/// Words of directions, and the catalogue of destinations.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowRules {
    pub source: String,
    /// Words for money leaving the account.
    pub out: Vec<String>,
    /// Words for money coming in.
    #[serde(rename = "in")]
    pub inward: Vec<String>,
    /// Words of parts that are booked beside others under one transaction number: a fee, the interest of a repayment.
    pub parts: Vec<String>,
    /// Characters from which on a transaction number is taken to be given out once; shorter ones begin anew every day.
    pub unique_reference: usize,
    /// By key; a text belongs to the first, in order, of whose words it contains one.
    pub destinations: BTreeMap<String, DestinationRule>,
}

/// One destination.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationRule {
    pub order: i64,
    /// Whether the money is still with us.
    pub stays: bool,
    pub words: Vec<String>,
    /// Words that are looked for before all others: money at other institutions, whatever is done with it there.
    #[serde(default)]
    pub first: Vec<String>,
    /// What to call one that a workspace adds; shipped ones have their names in `messages`.
    pub label: Option<String>,
    pub source: String,
}

/// The destination of what fits no other.
pub const OTHER: &str = "other";

impl FlowRules {
    /// Destinations in order.
    pub fn ordered(&self) -> Vec<(&str, &DestinationRule)> {
        let mut list: Vec<(&str, &DestinationRule)> = self.destinations.iter().map(|(k, d)| (k.as_str(), d)).collect();
        list.sort_by_key(|(key, rule)| (rule.order, *key));
        list
    }
}
