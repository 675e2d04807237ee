//! Who may be contacted how often and how (`contact_policy.toml`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::model::status::{Channel, ContactResult};

/// Channels, consent and caps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactPolicy {
    pub channel_by_aum: ChannelByAum,
    pub consent: ConsentRules,
    pub rest: RestRules,
    /// What a contact's result stops.
    pub after: BTreeMap<ContactResult, Stop>,
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

/// What a result stops, and until when.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    pub stops: Stops,
    /// These channels alone; none: every one.
    #[serde(default)]
    pub channels: Vec<Channel>,
    pub until: Until,
    /// Days that have to go by after that.
    #[serde(default)]
    pub days: i64,
    pub source: String,
}

/// What is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stops {
    /// Every contact, service too.
    All,
    Marketing,
}

/// What ends a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// The person stands in a list of a later day.
    List,
    /// The phone number is another one, or somebody was reached by phone.
    Number,
    /// A contact says that it is settled.
    Settled,
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
