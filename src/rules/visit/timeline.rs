//! When each step of a visit is due, and how the day runs (`timeline.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimelineRules {
    pub lead: LeadTime,
    pub publicity: Publicity,
    pub invitation: Invitation,
    pub steps: BTreeMap<String, StepRule>,
    pub agenda: BTreeMap<String, AgendaRule>,
}

/// The least time between the plan and the visit, in calendar days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadTime {
    pub days: i64,
    /// With materials that have been approved before.
    pub preapproved_days: i64,
    pub materials_preapproved: bool,
    pub publicity_days: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publicity {
    /// Keys of the channels used unless the employer allows fewer.
    pub channels: Vec<String>,
    pub source: String,
}

/// The named list of the invitation rounds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// At most so many people.
    pub list_limit: i64,
    pub affluent_yuan: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRule {
    pub order: i64,
    /// Days from the visit.
    pub offset: i64,
    /// The offset counts bank working days instead of calendar days.
    #[serde(default)]
    pub workdays: bool,
    /// Key of the owner: `manager`, `rm`, `lead`, `office`.
    pub owner: String,
    /// One step for each publicity channel.
    #[serde(default)]
    pub per_channel: bool,
    pub source: String,
}

/// One slot of the day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaRule {
    pub order: i64,
    pub from: Anchor,
    /// Minutes from the anchor to the beginning.
    pub minutes: i64,
    /// Minutes from the same anchor to the end of the slot.
    pub until: Option<i64>,
    /// Minutes from the end of the visit to the end of the slot, where it is reckoned from there.
    pub until_end: Option<i64>,
    /// Who leads the slot.
    pub role: String,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    Start,
    End,
}

impl TimelineRules {
    /// Least calendar days from plan to visit.
    pub fn least_lead(&self) -> i64 {
        let lead = if self.lead.materials_preapproved { self.lead.preapproved_days } else { self.lead.days };
        lead.max(self.lead.publicity_days)
    }

    /// Steps in their order.
    pub fn ordered(&self) -> Vec<(&str, &StepRule)> {
        let mut steps: Vec<(&str, &StepRule)> = self.steps.iter().map(|(k, s)| (k.as_str(), s)).collect();
        steps.sort_by_key(|(k, s)| (s.order, *k));
        steps
    }
}
