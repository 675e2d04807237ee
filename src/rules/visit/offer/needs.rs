//! What counts as a need of an employer's staff, and how much (`needs.toml`). Points are whole ones, given for the widest gap.

use serde::Deserialize;

use crate::model::product::ProductFamily;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedRules {
    pub product: ProductNeed,
    pub aum_per_head: Weight,
    pub coverage: Weight,
    pub retention: Weight,
    pub outflow: OutflowNeed,
    pub executives: Weight,
    pub affluent: ShareNeed,
    pub agreement_end: DaysNeed,
}

/// A product fewer people hold than at the peers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductNeed {
    pub points: i64,
    /// Families of products that are compared.
    pub families: Vec<ProductFamily>,
    /// Products that are compared whatever their family. One without stickiness never is.
    pub also: Vec<String>,
    /// Per cent of the points that each place of stickiness after the first takes away.
    pub stickiness_step: i64,
    /// Below this share of the peers' people (per cent) a product is not compared.
    pub least_percent: i64,
    /// Without peers these products are compared, as most people might hold them.
    pub alone: Vec<String>,
    /// Without peers: held by less than so many per cent counts, at half the points.
    pub alone_percent: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    pub points: i64,
    pub source: String,
}

/// Where the money goes after payday.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutflowNeed {
    pub points: i64,
    /// Destinations by which money leaves us (`flows.toml`).
    pub leaving: Vec<String>,
    /// Least share of all that flows out, per cent.
    pub least_percent: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareNeed {
    pub points: i64,
    pub least_percent: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaysNeed {
    pub points: i64,
    /// Calendar days after the visit.
    pub days: i64,
    pub source: String,
}
