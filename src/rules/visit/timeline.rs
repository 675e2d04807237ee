//! When each step of a visit is due, and how the day runs (`timeline.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimelineRules {
    /// Kept with every visit whose steps were dated by it; raised when the steps change.
    pub version: i64,
    pub lead: LeadTime,
    pub overdue: Overdue,
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

/// When a step that is not done is told to the manager.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overdue {
    /// More calendar days late than this.
    pub escalate_days: i64,
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
    /// Days from the anchor; negative ones lie before it.
    pub offset: i64,
    #[serde(default)]
    pub anchor: StepAnchor,
    /// The offset counts bank working days instead of calendar days.
    #[serde(default)]
    pub workdays: bool,
    /// Key of the owner: `manager`, `rm`, `lead`, `office`.
    pub owner: String,
    /// One step for each publicity channel.
    #[serde(default)]
    pub per_channel: bool,
    /// A visit for which this step would already be late is refused. Reckoned in calendar days before the visit.
    #[serde(default)]
    pub hard: bool,
    /// Not hard where materials have been approved before.
    #[serde(default)]
    pub unless_preapproved: bool,
    /// A round of invitation: no two of them fall on one day.
    #[serde(default)]
    pub round: bool,
    /// Of an offer due before the days are no longer kept for an answer.
    #[serde(default)]
    pub by_answer: bool,
    /// The answer to an offer itself: due on the last day for it.
    #[serde(default)]
    pub is_answer: bool,
    pub source: String,
}

/// What a step is dated from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepAnchor {
    #[default]
    Visit,
    /// The employer's first payday after the visit.
    Payday,
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
    /// Least calendar days from plan to visit: those set, and those the hard steps need.
    pub fn least_lead(&self) -> i64 {
        let preapproved = self.lead.materials_preapproved;
        let lead = if preapproved { self.lead.preapproved_days } else { self.lead.days };
        let hard = |s: &&StepRule| s.hard && s.anchor == StepAnchor::Visit && !(preapproved && s.unless_preapproved);
        let needed = self.steps.values().filter(hard).map(|s| -s.offset).max().unwrap_or_default();
        lead.max(self.lead.publicity_days).max(needed)
    }

    /// Steps in their order.
    pub fn ordered(&self) -> Vec<(&str, &StepRule)> {
        let mut steps: Vec<(&str, &StepRule)> = self.steps.iter().map(|(k, s)| (k.as_str(), s)).collect();
        steps.sort_by_key(|(k, s)| (s.order, *k));
        steps
    }
}
