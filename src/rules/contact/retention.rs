//! Retention after payday (`retention.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

/// Window and bands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRules {
    pub window: WindowRules,
    /// By key; a rate belongs to the first band, in order, that it is below.
    pub bands: BTreeMap<String, Band>,
}

/// Days counted from payday (T+0).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowRules {
    pub days: i64,
    pub before_days: i64,
    pub tolerance_days: i64,
    pub report_after_days: i64,
    pub period_max_days: i64,
    pub source: String,
}

/// A named range of rates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub order: i64,
    /// Share 0–1; none for the highest band.
    pub below: Option<f64>,
    pub source: String,
}

impl RetentionRules {
    /// Key of the band a rate belongs to.
    pub fn band(&self, rate: f64) -> Option<&str> {
        let mut bands: Vec<(&String, &Band)> = self.bands.iter().collect();
        bands.sort_by_key(|(_, b)| b.order);
        bands.into_iter().find(|(_, b)| b.below.is_none_or(|limit| rate < limit)).map(|(k, _)| k.as_str())
    }
}
