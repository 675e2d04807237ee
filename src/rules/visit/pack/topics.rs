//! What a visit is about (`topics.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicRules {
    pub scoring: TopicScoring,
    pub topics: BTreeMap<String, TopicRule>,
    pub focus: Focus,
}

/// Whole points.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicScoring {
    /// Given in the topic's months.
    pub season: i64,
    /// Given where the topic is made for the employer's kind.
    pub kind: i64,
    /// Needs count for a topic up to so many, the greatest first.
    pub most_needs: usize,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicRule {
    /// Months (1–12) the topic is for: then it is in season; empty: for the whole year.
    pub months: Vec<u32>,
    /// Keys of the needs that speak for the topic (`needs.toml`).
    pub needs: Vec<String>,
    /// Kinds of employers it is for (`staffing.toml`, `[turnout.kinds]`); empty: for all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// `wealth`, `loan`, `lecture` or `none`.
    pub salon: String,
    pub source: String,
}

/// Which products the pack speaks of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Focus {
    pub most: usize,
    pub source: String,
}
