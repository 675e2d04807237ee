//! What a row knows a person by, what is known of the people it may speak of, and what the rules make of both.

use std::cmp::Ordering;

use crate::model::matching::remnant::{Known, Remnants, is_remnant};
use crate::model::matching::{Hit, Key, MatchReason, PersonRule, Whose};
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, Personal};

/// What a person can be found by.
#[derive(Debug, Clone, Copy, Default)]
pub struct PersonKeys<'a> {
    pub customer_number: Option<&'a Personal<String>>,
    pub id_number: Option<&'a Personal<String>>,
    pub account: Option<&'a Personal<String>>,
    /// What is left of masked numbers: it tells people of one name apart, and finds nobody by itself.
    pub left: Option<&'a Remnants>,
}

impl<'a> PersonKeys<'a> {
    /// The number a rule looks at, with the scheme it is hashed under.
    pub fn of(self, rule: PersonRule) -> Option<(&'static str, &'a Personal<String>)> {
        let (scheme, value) = self.by_scheme()[place_of(rule)?];
        value.map(|v| (scheme, v))
    }

    /// Those that are of none of these kinds.
    pub fn without(self, rules: &[PersonRule]) -> PersonKeys<'a> {
        let kept = |number: Option<&'a Personal<String>>, rule| number.filter(|_| !rules.contains(&rule));
        PersonKeys {
            customer_number: kept(self.customer_number, PersonRule::CustomerNumber),
            id_number: kept(self.id_number, PersonRule::IdNumber),
            account: kept(self.account, PersonRule::Account),
            left: self.left,
        }
    }

    /// Whether there is no whole number.
    pub fn is_empty(self) -> bool {
        self.by_scheme().iter().all(|(_, value)| value.is_none())
    }

    /// What is left of masked numbers; `None` when nothing is.
    pub fn left(self) -> Option<&'a Remnants> {
        self.left.filter(|left| !left.is_empty())
    }

    /// The numbers with the schemes they are hashed under, in the order of [`Known`].
    pub fn by_scheme(self) -> [(&'static str, Option<&'a Personal<String>>); 3] {
        [("customer", self.customer_number), ("id_number", self.id_number), ("account", self.account)]
    }
}

/// Where the numbers a rule looks at stand in [`Known`].
fn place_of(rule: PersonRule) -> Option<usize> {
    match rule {
        PersonRule::CustomerNumber => Some(0),
        PersonRule::IdNumber => Some(1),
        PersonRule::Account => Some(2),
        PersonRule::NameAtEmployer => None,
    }
}

/// The whole number among those known that a rule looks at; one that came masked is none.
pub fn whole_number(known: &Known, rule: PersonRule) -> Option<&Personal<String>> {
    known[place_of(rule)?].as_ref().filter(|n| !is_remnant(n.unmask(Purpose::Store)))
}

/// How the length of a number stands to that of a known one that differs from it by leading zeros alone; `None` when they
/// are two numbers.
pub fn zeros_apart(given: &Personal<String>, known: &Personal<String>) -> Option<Ordering> {
    let [given, known] = [given, known].map(|n| n.unmask(Purpose::Store));
    let bare = known.trim_start_matches('0');
    (!bare.is_empty() && bare == given.trim_start_matches('0')).then(|| given.len().cmp(&known.len()))
}

/// A number without what spreadsheets and people leave out or add: leading zeros, letter case, hyphens.
pub fn bare_number(number: &Personal<String>) -> String {
    let number = number.unmask(Purpose::Store);
    let plain: String = number.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    plain.trim_start_matches('0').to_string()
}

/// The numbers of a row as the store knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonNumbers {
    /// In the order of the rules.
    pub hits: Vec<Hit<PersonRule, EmployeeId>>,
    /// What those whose they are, are known by; empty where every number is somebody's, for then nothing rests on it.
    pub known: Vec<Known>,
}

/// Which people of a name at an employer are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Anybody,
    /// Who is known by no number.
    Unnumbered,
    /// Whose customer number is this one but for what [`bare_number`] takes away.
    Alike(String),
}

/// The people of a name at an employer, each once, by the number that stands for them now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namesakes {
    pub people: Vec<Namesake>,
    /// What a question about the name at the employer is found by.
    pub keys: Vec<Key>,
}

/// One of the people of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namesake {
    pub whose: Whose<EmployeeId>,
    /// The numbers they are known by; read only where a row has something left to compare with them.
    pub known: Vec<Known>,
}

/// What the rules say of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonMatch {
    /// Exactly one fits. `fresh`: the row carries numbers not known of the person yet.
    Found {
        id: EmployeeId,
        fresh: bool,
    },
    /// Exactly one fits, and the only numbers that differ from those known do so by leading zeros alone, as spreadsheets
    /// lose them. `short`: the row's are the ones that lack them; they find nobody and take nothing's place.
    Zeros {
        id: EmployeeId,
        short: Vec<PersonRule>,
        fresh: bool,
    },
    Nobody,
    Unsure(UnsurePerson),
}

/// A row that fits nobody for sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsurePerson {
    pub reason: MatchReason,
    /// Who might be meant, and by which rule.
    pub candidates: Vec<(EmployeeId, PersonRule)>,
    /// The match opened for these numbers before, and the number its rows are kept under.
    pub known: Option<(i64, EmployeeId)>,
    /// Hashes of all numbers of the row.
    pub keys: Vec<Key>,
    /// Those for all of which a match opened before must have been opened to be the same; none is where this is empty.
    pub sought: Vec<Key>,
}
