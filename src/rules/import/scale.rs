//! When the size of a column's amounts shows a wrong unit (`scale.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::status::SheetKind;

/// Thresholds of the comparison.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleRules {
    pub source: String,
    /// Fewer amounts that are not zero are not compared.
    pub min_amounts: u64,
    /// So many of the latest imports of the same column are looked at.
    pub history: usize,
    /// How many times off a mistaken unit is.
    pub factor: f64,
    /// Between `factor ÷ tolerance` and `factor × tolerance` counts as `factor`.
    pub tolerance: f64,
    pub reference: BTreeMap<String, ScaleReference>,
}

/// What a column is compared with where it has no history.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleReference {
    pub kind: SheetKind,
    pub field: String,
    pub against: Against,
    /// Usual ratio of the medians: at least, at most.
    pub low: f64,
    pub high: f64,
    pub source: String,
}

/// A figure of the payroll files in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// Median of single payments.
    Payment,
    /// Median of whole runs.
    RunTotal,
}
