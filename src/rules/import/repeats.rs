//! When two payroll runs are the same payments (`repeats.toml`).

use serde::Deserialize;

/// Thresholds and words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepeatRules {
    /// Share 0–1 of the larger run, in payments with the same payee and amount, from which two are the same.
    pub same_share: f64,
    /// Fewer payments in common between two employers are no reason to ask.
    pub least_between_employers: usize,
    pub source: String,
    pub near: NearRules,
    pub words: RunWords,
}

/// How far the planned payday and the actual one may lie apart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NearRules {
    /// Bank working days.
    pub workdays: i64,
    /// Calendar days.
    pub calendar_days: i64,
    pub source: String,
}

/// Words of purposes, titles and names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunWords {
    /// Behind a month: it is the month the wages are for.
    pub month_of: Vec<String>,
    /// A payment with one of them is another than one without.
    pub marks: Vec<String>,
    /// Behind `第2`.
    pub batch: Vec<String>,
    /// Beginnings of brackets that do not count.
    pub aside: Vec<String>,
    pub planned: Vec<String>,
    pub actual: Vec<String>,
    pub source: String,
}
