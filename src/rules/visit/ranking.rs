//! Target ranking (`ranking.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

/// Thresholds and weights of the ranking. Points are whole points out of 100.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankingRules {
    pub eligibility: Eligibility,
    /// Kinds of employers that are left out, by reason key.
    pub left_out: BTreeMap<String, LeftOut>,
    pub contribution: Contribution,
    pub per_head: PerHead,
    pub coverage: Coverage,
    pub retention: RetentionPoints,
    pub uplift: Uplift,
    pub staff_hours: StaffHours,
    pub backtest: Backtest,
    pub month_average: MonthAverage,
}

/// Who can be a target at all.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    pub min_effective_heads: i64,
    pub revisit_days: i64,
    /// Days for which an employer that was struck off, or not approved, is left out.
    pub struck_days: i64,
    pub source: String,
}

/// A kind of employer that is left out: its payroll type or nature contains one of the words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    pub payroll_types: Vec<String>,
    pub natures: Vec<String>,
    /// Whether it still counts among the peers others are compared with.
    pub peer: bool,
    pub source: String,
}

/// 贡献系数.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    pub low: f64,
    pub points: i64,
    pub source: String,
}

/// AUM per head against peers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerHead {
    pub points: i64,
    pub shrinkage_k: f64,
    pub source: String,
}

/// Relative loss index by number of products: no share of money, and of no period.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    pub points: i64,
    /// Points of the source: a number of products and its index. What lies between two is interpolated.
    pub curve: Vec<[i64; 2]>,
    /// Index of somebody without any product, to which the others are relative.
    pub none: i64,
    pub source: String,
}

/// Points for a low retention.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionPoints {
    pub points: i64,
    pub good: f64,
    pub source: String,
}

/// 提升空间.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uplift {
    pub percentile: f64,
    pub source: String,
}

/// Points for what a visit is expected to gain by the hour of our people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffHours {
    pub points: i64,
    /// Whole yuan of uplift by the staff-hour from which on all points are given.
    pub good_yuan_per_hour: i64,
    /// Minutes each person spends round a session, beside its opening hours.
    pub around_minutes: i64,
    pub source: String,
}

/// How past ranks are tested against later growth.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backtest {
    /// Days an earlier list must lie before the latest one.
    pub min_days: i64,
    /// Fewer pairs of score and growth allow no verdict.
    pub min_pairs: usize,
    /// Fewer employers among the pairs allow none either.
    pub min_employers: usize,
    pub source: String,
}

/// When a balance of a day misleads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthAverage {
    pub payday_days: i64,
    pub source: String,
}
