//! The service questionnaire (`questionnaire.toml`); words stand under `question.<key>`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionnaireRules {
    pub layout: Layout,
    pub questions: BTreeMap<String, Question>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Most questions put to one group.
    pub limit: usize,
    /// Totals of fewer answers are not given to the employer.
    pub least_cell: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub order: i64,
    pub kind: QuestionKind,
    /// Most options that may be ticked; one unless given.
    #[serde(default = "one")]
    pub most: i64,
    /// Keys of the options (`question.<key>.option.<option>`).
    pub options: Vec<String>,
    /// Who is asked: `staff`, `executive`, `key_person`.
    pub groups: Vec<String>,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    Single,
    Multi,
    /// 0 to 10.
    Scale,
}

fn one() -> i64 {
    1
}

impl QuestionnaireRules {
    /// The questions put to a group, in order.
    pub fn for_group(&self, group: &str) -> Vec<(&str, &Question)> {
        let mut list: Vec<(&str, &Question)> = self
            .questions
            .iter()
            .filter(|(_, q)| q.groups.iter().any(|g| g == group))
            .map(|(k, q)| (k.as_str(), q))
            .collect();
        list.sort_by_key(|(k, q)| (q.order, *k));
        list
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::Rules;

    #[test]
    fn no_group_is_asked_more_than_the_limit() {
        let rules = Rules::load(None).unwrap().questionnaire;
        assert!(rules.layout.limit <= 10);
        for (group, expected) in [("staff", 8), ("executive", 6), ("key_person", 5)] {
            let count = rules.for_group(group).len();
            assert_eq!(count, expected, "{group}");
            assert!(count <= rules.layout.limit);
        }
        let staff: Vec<&str> = rules.for_group("staff").into_iter().map(|(k, _)| k).collect();
        assert_eq!(staff[0], "whereabouts");
        assert_eq!(staff[7], "consent");
    }
}
