//! Alerts and the judgement of visits (`report.toml`).

pub mod targets;
use std::collections::BTreeMap;

use serde::Deserialize;

/// What the dashboard raises and how it judges.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRules {
    pub alerts: BTreeMap<String, Alert>,
    pub effect: EffectRules,
    pub screen: Screen,
    pub course: CourseRules,
}

/// One alert on an employer; only the threshold its key speaks of is set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    pub share: Option<f64>,
    pub workdays: Option<i64>,
    pub days: Option<i64>,
    pub owner: String,
    pub due_workdays: i64,
    pub source: String,
}

/// When a visit counts as followed up and as having worked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectRules {
    pub first_contact_days: i64,
    pub key_person_call_days: i64,
    pub peers: usize,
    pub people: i64,
    pub visitors_per_staff: f64,
    pub retention_gain: f64,
    /// Purchases count so many days after the visit.
    pub deal_days: i64,
    pub source: String,
}

/// 红黄绿 of targets: completion ÷ expected progress.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseRules {
    pub red_below: f64,
    pub green_from: f64,
    pub source: String,
}

/// The first screen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    pub top_alerts: usize,
    pub overdue_days: i64,
    pub source: String,
}
