//! How the figures are defined (`facts.toml`).

use serde::Deserialize;

/// Definitions the facts are worked out with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactRules {
    pub snapshot: SnapshotRules,
    pub outlet: OutletRules,
    pub effective: EffectiveRules,
    pub usual_wage: UsualWageRules,
    pub many_products: ManyProductsRules,
    pub affluent: AffluentRules,
    pub change: ChangeRules,
}

/// When a snapshot is stale, corrected or partial.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotRules {
    pub max_age_days: i64,
    pub attributes_max_age_days: i64,
    /// Share 0–1 of people in common from which a second file of the same date replaces the first.
    pub correction_overlap: f64,
    /// Share 0–1 of the former roster below which a sheet is a partial one.
    pub full_part_share: f64,
    /// Share 0–1 of the former roster in outlets a sheet does not have, from which it is one of some outlets only.
    pub absent_outlets_share: f64,
    pub source: String,
}

/// How titles and names say an outlet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutletRules {
    pub endings: Vec<String>,
    /// Words with such an ending that are no one outlet.
    pub not: Vec<String>,
    pub source: String,
}

/// 有效代发.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectiveRules {
    /// The latest month with wages and those before it, so many together.
    pub of_months: u32,
    pub months: i64,
    pub month_yuan: i64,
    pub source: String,
}

/// Over which months before the latest an employee's usual wage is the mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsualWageRules {
    pub months: u32,
    pub source: String,
}

/// From how many products on a person counts among those with many (`three_plus`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManyProductsRules {
    pub least: i64,
    pub source: String,
}

/// From which AUM an employee counts as affluent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AffluentRules {
    pub aum_yuan: i64,
    pub source: String,
}

/// Which snapshots are compared for gains and losses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRules {
    pub max_days: i64,
    pub source: String,
}
