//! How the goals of a visit, its cost and its room are reckoned (`goals.toml`). Percentages are whole ones.

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoalRules {
    pub interested: OfGuests,
    pub questionnaires: OfGuests,
    pub potential_vip: OfGuests,
    pub product: ProductGoal,
    pub aum: AumGoal,
    pub second_visit: SecondVisit,
    pub contact: ContactRule,
    pub squad: SquadRule,
    pub cost: CostRule,
    pub room: RoomRule,
    pub executives: ExecutiveLines,
}

/// A part of those who come.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfGuests {
    pub percent: i64,
    pub source: String,
}

/// How many of those who come and lack a product sign for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductGoal {
    /// So many products have a goal, the widest gap first.
    pub most: usize,
    pub take_up_percent: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AumGoal {
    /// Of the 提升空间 the guests stand for.
    pub conversion_percent: i64,
    /// Calendar days after the visit when it is looked at.
    pub days: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondVisit {
    /// Calendar days after a visit within which the next one is its second half.
    pub days: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactRule {
    pub per_month: i64,
    pub source: String,
}

/// From how many people on an employer has a team of its own (1+1+N+N).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SquadRule {
    pub heads: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostRule {
    /// What an hour of one of our people costs.
    pub hour_yuan: i64,
    /// Items that are given away (`checklists.toml`).
    pub gifts: Vec<String>,
    /// The most each of them costs.
    pub gift_most_yuan: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomRule {
    pub seat_percent: i64,
    /// For each portable terminal.
    pub sockets_each: i64,
    pub source: String,
}

/// Lines to write the executives' names on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExecutiveLines {
    pub lines: i64,
    pub source: String,
}
