//! Headers by which a sheet and its columns are known (`columns.toml`).

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::model::status::SheetKind;

/// Aliases of every field of every kind of sheet, shared lists put in.
#[derive(Debug, Clone, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct ColumnRules {
    pub source: String,
    /// How a balance column is written around a product's word (`{}余额`).
    pub amount_patterns: Vec<String>,
    /// How a yes/no column is written around a product's word (`是否持有{}`).
    pub flag_patterns: Vec<String>,
    /// Lists that several kinds have in common, by block and name: `@person.id_number` in a field's aliases is one.
    shared: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    pub employers: BTreeMap<String, ColumnRule>,
    pub holdings: BTreeMap<String, ColumnRule>,
    pub payroll: BTreeMap<String, ColumnRule>,
    pub staff: BTreeMap<String, ColumnRule>,
    pub visits: BTreeMap<String, ColumnRule>,
    pub flows: BTreeMap<String, ColumnRule>,
    pub contacts: BTreeMap<String, ColumnRule>,
    pub sales: BTreeMap<String, ColumnRule>,
    pub targets: BTreeMap<String, ColumnRule>,
    /// None: workbooks of ours are known by their mark.
    #[serde(skip)]
    pub returned: BTreeMap<String, ColumnRule>,
}

/// One field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRule {
    /// Headers as written, in order of preference; the first one is what messages call the column.
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

impl<'de> Deserialize<'de> for ColumnRules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ColumnRules, D::Error> {
        let mut rules = ColumnRules::deserialize(deserializer)?;
        let shared = rules.shared.clone();
        for kind in SheetKind::ALL {
            for rule in rules.of_mut(*kind).values_mut() {
                rule.aliases = with_shared(&rule.aliases, &shared).map_err(D::Error::custom)?;
            }
        }
        Ok(rules)
    }
}

/// The aliases with the lists they name in place, each wording where it stands first.
fn with_shared(
    aliases: &[String],
    shared: &BTreeMap<String, BTreeMap<String, Vec<String>>>,
) -> Result<Vec<String>, String> {
    let mut all: Vec<String> = Vec::new();
    for alias in aliases {
        let list = match alias.strip_prefix('@') {
            Some(name) => {
                let list = name.split_once('.').and_then(|(block, list)| shared.get(block)?.get(list));
                list.ok_or_else(|| format!("{alias}: no such list in [shared]"))?
            }
            None => std::slice::from_ref(alias),
        };
        for wording in list {
            if !all.contains(wording) {
                all.push(wording.clone());
            }
        }
    }
    Ok(all)
}

macro_rules! by_kind {
    ($($kind:ident => $field:ident,)+) => {
        impl ColumnRules {
            /// The fields of one kind, by key.
            pub fn of(&self, kind: SheetKind) -> &BTreeMap<String, ColumnRule> {
                match kind {
                    $(SheetKind::$kind => &self.$field,)+
                }
            }

            fn of_mut(&mut self, kind: SheetKind) -> &mut BTreeMap<String, ColumnRule> {
                match kind {
                    $(SheetKind::$kind => &mut self.$field,)+
                }
            }
        }
    };
}

by_kind! {
    Employers => employers,
    Staff => staff,
    Holdings => holdings,
    Payroll => payroll,
    Visits => visits,
    Flows => flows,
    Contacts => contacts,
    Sales => sales,
    Targets => targets,
    Returned => returned,
}

impl ColumnRules {
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

#[cfg(test)]
mod tests {
    use crate::model::status::SheetKind;
    use crate::rules::Rules;

    fn workspace(text: &str) -> Result<Rules, crate::rules::RulesError> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("columns.toml"), text).unwrap();
        Rules::load(Some(dir.path()))
    }

    #[test]
    fn a_shared_list_stands_where_it_is_named() {
        let columns = Rules::load(None).unwrap().columns;
        let failure = &columns.shared["entry"]["failure"];
        assert_eq!([&columns.payroll["failure"].aliases, &columns.sales["failure"].aliases], [failure, failure]);
        // A wording stands once, where it comes first.
        let mine = "[payroll.id_number]\naliases = [\"证件\", \"证件号\", \"@person.id_number\", \"身份证\", \"号\"]";
        let aliases = &workspace(mine).unwrap().columns.payroll["id_number"].aliases;
        assert_eq!(aliases[..4], ["证件", "证件号", "证件号码", "身份证号"]);
        assert_eq!(aliases.iter().filter(|a| *a == "身份证" || *a == "证件号").count(), 2);
        assert_eq!(aliases.last().unwrap(), "号");
        for kind in SheetKind::ALL.iter().copied() {
            assert!(columns.of(kind).values().flat_map(|rule| &rule.aliases).all(|a| !a.starts_with('@')), "{kind:?}");
        }
    }

    #[test]
    fn a_workspace_adds_a_wording_for_all_kinds_at_once() {
        let columns = workspace("[shared.person]\nid_type = [\"证件名\"]").unwrap().columns;
        assert_eq!(columns.holdings["id_type"].aliases, ["证件名"]);
        assert_eq!(columns.flows["id_type"].aliases, ["证件名"]);
        let unknown = workspace("[payroll.name]\naliases = [\"@person.nickname\"]").unwrap_err().to_string();
        assert!(unknown.contains("@person.nickname"), "{unknown}");
    }
}
