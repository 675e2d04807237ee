//! Why something was decided: rule, parameters, points. Labels are made at the edge, in the user's language.

use chrono::NaiveDate;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::money::{Fen, Points};
use crate::model::text::shared::SharedText;

/// A typed argument of a reason or a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Param {
    Count(i64),
    /// A share 0–1 or another plain ratio.
    Ratio(f64),
    Date(NaiveDate),
    Text(String),
    /// Named so that it is never taken for a count.
    Money {
        fen: Fen,
    },
    /// A share 0–1 to be shown as a percentage.
    Share {
        share: f64,
    },
    /// A word of the catalogue, shown in the user's language (`messages.toml`: `word.<key>`).
    Word {
        word: String,
    },
    /// A sentence part of the catalogue (`detail.<key>`, else the entry `<key>` itself) with arguments of its own.
    Phrase {
        phrase: String,
        params: Vec<(String, Param)>,
    },
    List(Vec<Param>),
}

/// One reason. Its label is the entry `reason.<rule>` of `messages.toml`, filled with `params`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub rule: SharedText,
    #[serde(serialize_with = "as_map", deserialize_with = "from_map")]
    pub params: Vec<(String, Param)>,
    /// What the reason adds to the score; zero where there is no score.
    pub points: Points,
    /// A label a rules file carries itself (a follow-up rule added by a user); else the catalogue's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_label: Option<SharedText>,
}

impl Reason {
    pub fn new(rule: impl Into<SharedText>) -> Reason {
        Reason { rule: rule.into(), params: Vec::new(), points: Points(0), own_label: None }
    }

    pub fn points(mut self, points: Points) -> Reason {
        self.points = points;
        self
    }

    pub fn with(mut self, name: &str, param: Param) -> Reason {
        // Most reasons have one or two, and a branch has a million of them.
        self.params.reserve_exact(1);
        self.params.push((name.to_string(), param));
        self
    }

    pub fn count(self, name: &str, n: i64) -> Reason {
        self.with(name, Param::Count(n))
    }

    pub fn date(self, name: &str, date: NaiveDate) -> Reason {
        self.with(name, Param::Date(date))
    }

    pub fn money(self, name: &str, fen: Fen) -> Reason {
        self.with(name, Param::Money { fen })
    }

    pub fn share(self, name: &str, share: f64) -> Reason {
        self.with(name, Param::Share { share })
    }

    pub fn ratio(self, name: &str, ratio: f64) -> Reason {
        self.with(name, Param::Ratio(ratio))
    }

    pub fn text(self, name: &str, text: impl Into<String>) -> Reason {
        self.with(name, Param::Text(text.into()))
    }

    pub fn word(self, name: &str, word: impl Into<String>) -> Reason {
        self.with(name, Param::Word { word: word.into() })
    }

    /// What it says as a part of another sentence.
    pub fn as_phrase(&self) -> Param {
        Param::Phrase { phrase: format!("reason.{}", self.rule), params: self.params.clone() }
    }
}

/// Named parameters as a JSON object, in their order.
pub(super) fn as_map<K: Serialize, S: Serializer>(params: &[(K, Param)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(params.iter().map(|(k, v)| (k, v)))
}

fn from_map<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Param)>, D::Error> {
    struct Pairs;
    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, Param)>;
        fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
            f.write_str("named parameters")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    deserializer.deserialize_map(Pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_reads_back_from_its_json() {
        let reason = Reason::new("low_retention")
            .points(Points(1_500))
            .share("rate", 0.08)
            .money("own", Fen::yuan(9_500))
            .count("n", 3)
            .date("payday", "2026-03-10".parse().unwrap());
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(
            json,
            r#"{"rule":"low_retention","params":{"rate":{"share":0.08},"own":{"fen":950000},"n":3,"payday":"2026-03-10"},"points":1500}"#
        );
        assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), reason);
    }
}
