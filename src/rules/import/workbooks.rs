//! Workbooks that leave and come back: what is typed into them, and what their rows stand for (`workbooks.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

/// All of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkbookRules {
    pub source: String,
    /// Version of the mark workbooks are sent with.
    pub version: i64,
    pub handover: HandoverRule,
    pub books: BTreeMap<String, BookRule>,
    /// By the key of the column.
    pub fields: BTreeMap<String, FieldRule>,
}

/// 交接单.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverRule {
    /// What falls due in so many days is told.
    pub maturity_days: i64,
}

/// One kind of workbook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookRule {
    pub row: RowKind,
    /// Columns typed into.
    pub fields: Vec<String>,
    /// Columns that say whose row it is: one that was changed is nobody's.
    pub identity: Vec<String>,
    /// Columns that are to come back as they were sent.
    pub fixed: Vec<String>,
    /// The day of a contact whose day was not typed.
    #[serde(default)]
    pub undated: Undated,
    /// Days after which the recipient is reminded of a copy that has not come back.
    pub remind_days: i64,
}

/// What the key of a row names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A follow-up task, or somebody without one.
    Task,
    Employer,
    Visit,
    /// A cell that was filled in differently.
    Conflict,
}

/// The day of a contact whose day was not typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undated {
    /// The day of the list.
    Sent,
    /// The day it came back.
    #[default]
    Returned,
}

/// A column typed into.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    pub kind: FieldKind,
    /// Of a choice: keys, and how each is written.
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
}

/// What may be typed into a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A day that has come.
    Day,
    Date,
    Channel,
    Result,
    Product,
    /// Yuan.
    Money,
    Text,
    Choice,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn every_column_of_a_book_is_described() {
        let rules = Rules::load(None).unwrap().workbooks;
        for (name, book) in &rules.books {
            let missing: Vec<&String> = book.fields.iter().filter(|f| !rules.fields.contains_key(*f)).collect();
            assert!(missing.is_empty(), "{name}: {missing:?}");
        }
        let choice = |f: &FieldRule| (f.kind == FieldKind::Choice) == f.words.is_empty();
        assert!(!rules.fields.values().any(choice));
    }
}
