//! Headers by which a sheet and its columns are known (`columns.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::status::SheetKind;

/// Aliases of every field of every kind of sheet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRules {
    pub source: String,
    /// How a balance column is written around a product's word (`{}余额`).
    pub amount_patterns: Vec<String>,
    /// How a yes/no column is written around a product's word (`是否持有{}`).
    pub flag_patterns: Vec<String>,
    pub employers: BTreeMap<String, ColumnRule>,
    pub holdings: BTreeMap<String, ColumnRule>,
    pub payroll: BTreeMap<String, ColumnRule>,
    pub staff: BTreeMap<String, ColumnRule>,
    pub visits: BTreeMap<String, ColumnRule>,
    pub flows: BTreeMap<String, ColumnRule>,
    pub contacts: BTreeMap<String, ColumnRule>,
    pub sales: BTreeMap<String, ColumnRule>,
    pub targets: BTreeMap<String, ColumnRule>,
}

/// One field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRule {
    /// Headers as written; the first one is what messages call the column.
    pub aliases: Vec<String>,
    /// Headers that win over the others; of several others with different contents somebody has to say.
    #[serde(default)]
    pub first: Vec<String>,
    /// Headers that say so little that they give way to the others.
    #[serde(default)]
    pub last: Vec<String>,
    /// Headers of parts of the whole: where two of them stand side by side, neither is the field.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Words put into the patterns of `shape`.
    #[serde(default)]
    pub words: Vec<String>,
    pub shape: Option<Shape>,
    /// Key in `products.toml` of the product a flag shows.
    pub product: Option<String>,
    /// Name of a group of which at least one column must be there.
    pub required: Option<String>,
    /// Telling for this kind: at least one such column must be there.
    #[serde(default)]
    pub signature: bool,
    /// A cell merged downwards holds for all its rows.
    #[serde(default)]
    pub fill: bool,
    /// The same, in a sheet with a row per person and product.
    #[serde(default)]
    pub fill_long: bool,
    pub source: Option<String>,
}

/// What a column of a product holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Amount,
    Flag,
}

impl ColumnRules {
    /// The fields of one kind, by key.
    pub fn of(&self, kind: SheetKind) -> &BTreeMap<String, ColumnRule> {
        match kind {
            SheetKind::Employers => &self.employers,
            SheetKind::Staff => &self.staff,
            SheetKind::Holdings => &self.holdings,
            SheetKind::Payroll => &self.payroll,
            SheetKind::Visits => &self.visits,
            SheetKind::Flows => &self.flows,
            SheetKind::Contacts => &self.contacts,
            SheetKind::Sales => &self.sales,
            SheetKind::Targets => &self.targets,
        }
    }

    /// All headers of a field: its aliases, then its words in the patterns of its shape.
    pub fn headers(&self, rule: &ColumnRule) -> Vec<String> {
        let patterns: &[String] = match rule.shape {
            Some(Shape::Amount) => &self.amount_patterns,
            Some(Shape::Flag) => &self.flag_patterns,
            None => &[],
        };
        let expanded = rule.words.iter().flat_map(|w| patterns.iter().map(move |p| p.replace("{}", w)));
        rule.aliases.iter().cloned().chain(expanded).collect()
    }
}
