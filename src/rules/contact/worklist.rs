//! What fits into an RM's day (`worklist.toml`).

use serde::Deserialize;

use crate::model::status::Channel;

/// Capacity per RM and working day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorklistRules {
    pub day: DayCapacity,
    pub visit_day: DayCapacity,
    pub horizon: WorklistHorizon,
    pub unowned: UnownedRule,
    pub two_owners: UnownedRule,
}

/// Who is told of as having nobody in charge, or more than one, and who names one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnownedRule {
    /// From this AUM on also clients without a task, in yuan.
    pub vip_aum_yuan: i64,
    /// Positions, best first: at the employer's outlet, else anywhere.
    pub decided_by: Vec<String>,
    pub source: String,
}

/// Contacts per channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayCapacity {
    pub meeting: usize,
    pub phone: usize,
    pub wecom: usize,
    pub sms: usize,
    pub source: String,
}

impl DayCapacity {
    pub fn of(&self, channel: Channel) -> usize {
        match channel {
            Channel::Meeting => self.meeting,
            Channel::Phone => self.phone,
            Channel::Wecom => self.wecom,
            Channel::Sms => self.sms,
        }
    }
}

/// How far ahead tasks are dated, in working days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorklistHorizon {
    pub workdays: i64,
    /// How many days ahead it is looked whether somebody who is blocked may be contacted.
    pub permitted_days: i64,
    pub source: String,
}
