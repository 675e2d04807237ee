//! Who may be contacted how often and how (`contact_policy.toml`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::model::status::Channel;

/// Channels, consent and caps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactPolicy {
    pub channel_by_aum: ChannelByAum,
    pub consent: ConsentRules,
    pub rest: RestRules,
    /// By channel key, and `all` for all channels together.
    pub caps: BTreeMap<String, Cap>,
}

/// Preferred channels by AUM, highest tier first.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelByAum {
    pub tiers: Vec<Tier>,
    pub executive: Vec<Channel>,
    pub source: String,
}

/// From this AUM on, these channels in order.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    pub aum_yuan: i64,
    pub channels: Vec<Channel>,
}

/// Channels for which marketing needs a consent of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRules {
    pub channels: Vec<Channel>,
    pub source: String,
}

/// How long nobody sells to a person who said so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestRules {
    /// Days after 无需求.
    pub no_need_days: i64,
    pub source: String,
}

/// Sliding windows; all must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    pub windows: Vec<Window>,
    pub source: String,
}

/// At most `most` contacts in any `days` days, for contacts between two days where these are given, both included.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    pub days: i64,
    pub most: i64,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}
