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
    /// Given in full when nobody holds what the topic is about.
    pub lack: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicRule {
    /// Months (1–12) in which the topic is in season.
    pub months: Vec<u32>,
    /// Keys of the products whose absence speaks for the topic.
    pub lacking: Vec<String>,
    /// `wealth`, `loan`, `lecture` or `none`.
    pub salon: String,
    pub source: String,
}

/// Which products the pack speaks of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Focus {
    /// Held by less than so many per cent.
    pub below_percent: i64,
    pub most: usize,
    pub source: String,
}
