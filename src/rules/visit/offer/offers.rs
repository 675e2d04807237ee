//! What may be spoken of and offered at a visit (`offers.toml`). The words of a shipped entry stand under `offer.<key>`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferRules {
    pub products: PublicProducts,
    pub tiers: BTreeMap<String, Tier>,
    pub offers: BTreeMap<String, Offer>,
}

/// Which products are spoken of before everybody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicProducts {
    /// Highest level of risk (1–5).
    pub most_risk: i64,
    pub source: String,
}

/// A tier of employers by 贡献系数.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Least coefficient.
    pub from: f64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    pub order: i64,
    pub kind: OfferKind,
    /// What is said, for entries a workspace adds.
    pub text: Option<String>,
    /// The product a quota is asked for.
    pub product: Option<String>,
    /// Kinds of employers it is for (`staffing.toml`, `[turnout.kinds]`).
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Needs that call for it. Without kinds and needs it is for everybody.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Tiers that have it; empty: all, and those whose tier is not known.
    #[serde(default)]
    pub tiers: Vec<String>,
    /// Told only where somebody in this role comes.
    pub role: Option<String>,
    /// First and last day on which it holds.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    /// What it costs us for each interested person.
    pub unit_yuan: Option<f64>,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferKind {
    Merchant,
    /// Kept for payroll clients; a quota is asked for.
    Reserved,
    Rate,
}

impl OfferKind {
    /// As in `offer_kind.<key>`.
    pub fn key(self) -> &'static str {
        match self {
            OfferKind::Merchant => "merchant",
            OfferKind::Reserved => "reserved",
            OfferKind::Rate => "rate",
        }
    }
}
