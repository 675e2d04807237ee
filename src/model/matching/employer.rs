//! What a row knows an employer by, what is known of the employers it may name, and what the rules make of both.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use crate::model::EmployerId;
use crate::model::matching::{EmployerRule, Hit, Key, MatchReason};

/// What an employer can be found by.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmployerKeys<'a> {
    pub credit_code: Option<&'a str>,
    pub bank_number: Option<&'a str>,
    pub name: Option<&'a str>,
}

/// A name as far as the way of writing goes: without blanks, brackets and dots, in one width and case.
pub fn whole_name(name: &str) -> String {
    let plain = name.nfkc().filter(|c| !c.is_whitespace() && !"()（）【】[]·.,，".contains(*c));
    plain.collect::<String>().to_uppercase()
}

/// A name without the `words` by which the same company is written differently (有限公司, 集团), and without brackets and
/// blanks.
pub fn name_key(words: &[String], name: &str) -> String {
    let plain = whole_name(name);
    let key = words.iter().fold(plain.clone(), |key, word| key.replace(word.as_str(), ""));
    if key.is_empty() { plain } else { key }
}

/// Everything the store knows of the employers a row may name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmployerCandidates {
    /// The row's numbers, in the order of the rules.
    pub numbers: Vec<Hit<EmployerRule, EmployerId>>,
    /// The row's name.
    pub name: Option<EmployerName>,
    /// Employers met by that name or one like it, by the number that stands for them now; several entries for one met by
    /// several names.
    pub named: Vec<NamedEmployer>,
    /// Matches opened before for one of the row's numbers or its name, the latest last.
    pub asked: Vec<AskedEmployer>,
    /// The kinds of numbers all of these are known by; read only where the row has numbers to be told apart by.
    pub known: BTreeMap<EmployerId, Vec<EmployerRule>>,
}

/// A row's name of an employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerName {
    /// See [`whole_name`].
    pub whole: String,
    pub whole_key: Key,
    /// The key of [`name_key`], which names like it share.
    pub like_key: Key,
}

/// An employer met by a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEmployer {
    pub id: EmployerId,
    /// The name it is shown under.
    pub name: String,
    /// Met by this very name.
    pub noted: bool,
    /// Kept only until it is decided who it is.
    pub provisional: bool,
    /// Asked for by its whole name: then the name is its own.
    pub own_name: bool,
}

/// A match opened before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedEmployer {
    pub match_id: i64,
    /// The number its rows are kept under.
    pub kept_under: EmployerId,
    /// Those of the row's keys for which it was opened.
    pub keys: Vec<Key>,
    pub decided: bool,
}

/// What the rules say of an employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmployerMatch {
    Found(EmployerId),
    Nobody,
    Unsure(UnsureEmployer),
}

/// An employer that fits none for sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsureEmployer {
    pub reason: MatchReason,
    /// Which might be meant, and by which rule.
    pub candidates: Vec<(EmployerId, EmployerRule)>,
    /// The match opened for this before, and the number its rows are kept under.
    pub known: Option<(i64, EmployerId)>,
    /// What a later row is found by to be about the same.
    pub keys: Vec<Key>,
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_same_company_written_differently() {
        let words = ["有限责任公司", "有限公司", "集团", "公司"].map(String::from);
        let name_key = |name| super::name_key(&words, name);
        assert_eq!(name_key("佳惠商贸(集团)有限公司"), name_key("佳惠商贸 集团 有限责任公司"));
        assert_eq!(name_key("恒远制造（临江）有限公司"), name_key("恒远制造(临江)有限公司"));
        assert_ne!(name_key("恒远制造有限公司"), name_key("恒远制品有限公司"));
        assert_eq!(name_key("集团公司"), "集团公司");
    }
}
