//! Themes of salons and lectures by group of clients, and what a salon speaks of (`themes.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeRules {
    pub choice: ThemeChoice,
    pub groups: BTreeMap<String, ThemeGroup>,
    pub themes: BTreeMap<String, Theme>,
    pub salons: BTreeMap<String, Salon>,
    pub points: BTreeMap<String, SalonPoint>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeChoice {
    /// Themes for each group.
    pub most: usize,
    /// Points of a salon.
    pub most_points: usize,
    pub source: String,
}

/// A group of clients; it is thought of where the employer's kind or one of its needs says so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeGroup {
    pub order: i64,
    pub kinds: Vec<String>,
    pub needs: Vec<String>,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub order: i64,
    pub groups: Vec<String>,
    /// Kinds of employers it is for; empty: all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Needs that put it before others.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Only where somebody in this role comes.
    pub role: Option<String>,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Salon {
    pub order: i64,
    /// Who holds it.
    pub role: String,
    /// Held by the lead where nobody has the role and the topic is of this salon.
    #[serde(default)]
    pub by_lead: bool,
    pub source: String,
}

/// Something a salon speaks of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SalonPoint {
    pub order: i64,
    pub salon: String,
    /// Kinds of employers it is for; empty: all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Needs that put it before others.
    #[serde(default)]
    pub needs: Vec<String>,
    pub source: String,
}
