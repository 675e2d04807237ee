//! The words by which a cell says that what its row tells of happened, did not, or did not run through the bank.

use std::collections::HashSet;

use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::value::key;

/// Bytes beyond which a text says something of its own.
const LONGEST: usize = 160;
/// Characters of a code.
const LONGEST_CODE: usize = 8;

/// Characters of a word, and different words, that are shown.
const SHOWN: usize = 12;
pub(crate) const SHOWN_WORDS: usize = 5;

/// What a cell says of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// It happened.
    Done,
    /// It did not, or was undone.
    NotDone,
    /// It did not run through the bank.
    BesideBank,
    /// Nothing of it.
    Nothing,
    /// Something nobody knows.
    Unknown,
}

/// What has to be asked about one column: its words, those of them that are known, and how it should be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Question {
    pub column: usize,
    pub field: &'static str,
    pub done: Vec<String>,
    pub not_done: Vec<String>,
    pub unknown: Vec<String>,
}

impl Question {
    pub fn add(&mut self, says: Says, text: &str) {
        let list = match says {
            Says::Done => &mut self.done,
            Says::NotDone | Says::BesideBank => &mut self.not_done,
            Says::Nothing | Says::Unknown => &mut self.unknown,
        };
        let word = shown(text);
        if list.len() < SHOWN_WORDS && !list.contains(&word) {
            list.push(word);
        }
    }
}

/// The words of one kind of sheet, or those a person has given for one column.
#[derive(Default)]
pub(crate) struct StatusWords {
    done: HashSet<String>,
    not_done: HashSet<String>,
    /// Parts of a longer text that say it did not happen, and what turns them round before them.
    within: Vec<String>,
    negations: Vec<String>,
    /// Ways of paying through the bank, those that are not, and parts of the latter's names.
    by_bank: HashSet<String>,
    beside: HashSet<String>,
    beside_within: Vec<String>,
}

impl StatusWords {
    pub fn new(kind: SheetKind, rules: &Rules) -> StatusWords {
        let words = &rules.import.row_status;
        let own = words.of.get(&kind);
        let keys = |all: &[String], own: Option<&Vec<String>>| -> HashSet<String> {
            all.iter().chain(own.into_iter().flatten()).map(|w| key(w)).collect()
        };
        let list = |all: &[String]| all.iter().map(|w| key(w)).collect::<Vec<_>>();
        let events = own.is_some_and(|w| w.events);
        StatusWords {
            done: keys(&words.done, own.map(|w| &w.done)),
            not_done: keys(&words.not_done, own.map(|w| &w.not_done)),
            within: if events { list(&words.within) } else { Vec::new() },
            negations: list(&words.negations),
            by_bank: keys(&[], own.map(|w| &w.by_bank)),
            beside: keys(&[], own.map(|w| &w.beside_bank)),
            beside_within: own.map(|w| list(&w.beside_within)).unwrap_or_default(),
        }
    }

    /// Those of a profile's column.
    pub fn of_profile(done: &[String], not_done: &[String]) -> StatusWords {
        let keys = |list: &[String]| list.iter().map(|w| key(w)).collect();
        StatusWords { done: keys(done), not_done: keys(not_done), ..StatusWords::default() }
    }

    /// Whether ways of paying are told apart.
    pub fn knows_methods(&self) -> bool {
        !self.beside.is_empty()
    }

    /// What a text or one of its parts says: `失败(账号不存在)`, `1-成功`. What undoes beats what was done.
    pub fn word(&self, text: &str) -> Says {
        if text.len() > LONGEST {
            return Says::Unknown;
        }
        let whole = key(text);
        if self.done.contains(&whole) {
            return Says::Done;
        }
        let parts: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(key).chain([whole]).collect();
        if parts.iter().any(|p| self.not_done.contains(p)) {
            Says::NotDone
        } else if parts.iter().any(|p| self.done.contains(p)) {
            Says::Done
        } else {
            Says::Unknown
        }
    }

    /// The same of a column that says nothing else: parts of a sentence count (`收款账户状态异常`), and so do ways of paying.
    pub fn status(&self, text: &str) -> Says {
        match self.word(text) {
            Says::Unknown if self.is_beside(text) => Says::BesideBank,
            Says::Unknown if text.len() <= LONGEST => {
                let text = key(text);
                let turned = |at: usize| self.negations.iter().any(|n| text[..at].ends_with(n.as_str()));
                let found = |w: &String| text.find(w.as_str()).is_some_and(|at| !turned(at));
                if self.within.iter().any(found) { Says::NotDone } else { Says::Unknown }
            }
            says => says,
        }
    }

    /// How a payment was made.
    pub fn method(&self, text: &str) -> Says {
        if text.len() > LONGEST {
            return Says::Unknown;
        }
        let whole = key(text);
        if self.by_bank.contains(&whole) {
            return Says::Done;
        }
        if self.beside.contains(&whole) || self.beside_within.iter().any(|w| whole.contains(w.as_str())) {
            return Says::BesideBank;
        }
        let mut parts = text.split(|c: char| !c.is_alphanumeric()).map(key);
        if parts.any(|p| self.by_bank.contains(&p)) { Says::Done } else { self.word(text) }
    }

    /// What free text begins with.
    pub fn opening(&self, text: &str) -> Says {
        if text.len() > LONGEST {
            return Says::Nothing;
        }
        let text = key(text);
        let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if self.not_done.contains(first) {
            Says::NotDone
        } else if self.beside.contains(first) {
            Says::BesideBank
        } else {
            Says::Nothing
        }
    }

    /// A way of paying that does not run through the bank, and nothing else.
    pub fn is_beside(&self, text: &str) -> bool {
        text.len() <= LONGEST && !self.beside.is_empty() && self.beside.contains(&key(text))
    }
}

/// A short run of letters and digits: `E044`, `2`.
pub(crate) fn is_code(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.len() <= LONGEST_CODE && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// A text as it is shown.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
