//! What can be wrong with a file of two products.

use chrono::NaiveDate;

use crate::model::Param;
use crate::model::slip::Slip;

/// Why a file of two products cannot be used (`error.compare_<code>`). Lines count from 1; a key is written with its
/// section: `own.rate`.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Not TOML.
    Syntax { line: usize, reason: Slip, name: String },
    /// A key nobody knows, the one that may be meant, and all of its section.
    Unknown { line: usize, key: String, nearest: Option<String>, known: String },
    /// A key that must be there is not; the line is that of its section.
    Missing { line: usize, key: String },
    /// Not a value of the kind `wanted` (`word.compare_<wanted>`).
    Kind { line: usize, key: String, wanted: &'static str },
    /// A number below the least or above the most.
    Bound { line: usize, key: String, value: String, least: String, most: i64 },
    /// A rate that is not above 0 and below the bound.
    Rate { line: usize, key: String, value: String, below: f64 },
    /// A rate written in percent, and as it is to be.
    Percent { line: usize, key: String, value: String, share: String },
    /// A lag in days and in working days.
    Both { line: usize, key: String, other: String },
    /// Working days in a year that has no notice; `last` is the last year that has one.
    Calendar { line: usize, from: NaiveDate, last: i32 },
}

impl Fault {
    /// Key of its words.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Syntax { .. } => "compare_syntax",
            Fault::Unknown { .. } => "compare_unknown",
            Fault::Missing { .. } => "compare_missing",
            Fault::Kind { .. } => "compare_kind",
            Fault::Bound { .. } => "compare_bound",
            Fault::Rate { .. } => "compare_rate",
            Fault::Percent { .. } => "compare_percent",
            Fault::Both { .. } => "compare_both",
            Fault::Calendar { .. } => "compare_calendar",
        }
    }

    /// Arguments of those words.
    pub fn params(&self) -> Vec<(&'static str, Param)> {
        let text = |text: &dyn ToString| Param::Text(text.to_string());
        let word = |key: &str| Param::Word { word: key.to_string() };
        let at = |line: &usize| ("line", Param::Count(*line as i64));
        match self {
            Fault::Syntax { line, reason, name } => {
                vec![at(line), ("reason", word(reason.key())), ("name", text(name))]
            }
            Fault::Unknown { line, key, nearest, known } => {
                let nearest = match nearest {
                    Some(nearest) => Param::Phrase {
                        phrase: "compare_nearest".into(),
                        params: vec![("nearest".into(), text(nearest))],
                    },
                    None => text(&""),
                };
                vec![at(line), ("key", text(key)), ("nearest", nearest), ("known", text(known))]
            }
            Fault::Missing { line, key } => vec![at(line), ("key", text(key))],
            Fault::Kind { line, key, wanted } => {
                vec![at(line), ("key", text(key)), ("wanted", word(&format!("compare_{wanted}")))]
            }
            Fault::Bound { line, key, value, least, most } => vec![
                at(line),
                ("key", text(key)),
                ("value", text(value)),
                ("least", text(least)),
                ("most", Param::Count(*most)),
            ],
            Fault::Rate { line, key, value, below } => {
                vec![at(line), ("key", text(key)), ("value", text(value)), ("below", text(below))]
            }
            Fault::Percent { line, key, value, share } => {
                vec![at(line), ("key", text(key)), ("value", text(value)), ("share", text(share))]
            }
            Fault::Both { line, key, other } => vec![at(line), ("key", text(key)), ("other", text(other))],
            Fault::Calendar { line, from, last } => {
                vec![at(line), ("from", Param::Date(*from)), ("last", text(last))]
            }
        }
    }
}
