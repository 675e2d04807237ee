//! The indicators outlets have targets for (`targets.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::activity::FigureUnit;

/// Indicators by key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetRules {
    pub source: String,
    /// Words that mean the whole branch where an outlet is named.
    pub branch_words: Vec<String>,
    pub wide: WideTargets,
    pub indicators: BTreeMap<String, IndicatorRule>,
    /// What one name can mean, by key.
    pub bases: BTreeMap<String, BasisRule>,
}

/// One of the meanings of indicators that share a name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasisRule {
    /// Words that say so, in the indicator's name or in a column of their own.
    pub words: Vec<String>,
    /// Indicator as named → indicator of this meaning.
    pub indicators: BTreeMap<String, String>,
}

/// Sheets with a column per indicator or month.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WideTargets {
    /// Words around an indicator or month in a header that say that its column has targets, the longer first.
    pub words: Vec<String>,
    /// Words in titles and names of sheets and files that say the same of all columns.
    pub said: Vec<String>,
    /// Words there that say that the columns have what was reached.
    pub reached: Vec<String>,
}

/// One indicator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorRule {
    pub unit: FigureUnit,
    pub course: Course,
    pub words: Vec<String>,
}

/// How a target is approached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// A stock or a rate: the figure itself is to reach the target.
    Level,
    /// The rise since the day before the period.
    Gain,
    /// What adds up within the period.
    Flow,
}
