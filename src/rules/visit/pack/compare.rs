//! What may be written of two products that are put beside each other (`compare.toml`).

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareRules {
    pub bounds: CompareBounds,
}

/// Beyond these a value is taken for a slip.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareBounds {
    /// Yearly rates, as shares of 1, are below it.
    pub rate_below: f64,
    /// Longest term in calendar days.
    pub days_most: i64,
    /// Longest idle time before the term and behind it, each in the days it is counted in.
    pub lag_most: i64,
    /// Largest amount, and largest worth of points, in yuan.
    pub yuan_most: i64,
    pub source: String,
}
