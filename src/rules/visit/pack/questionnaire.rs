//! The bank of the service questionnaire (`questionnaire.toml`); words stand under `question.<key>`.

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
    /// Its place on the form, whatever it was chosen for.
    pub order: i64,
    pub kind: QuestionKind,
    /// Most options that may be ticked, or places that are ranked; one unless given.
    #[serde(default = "one")]
    pub most: i64,
    /// Keys of the options (`question.<key>.option.<option>`).
    #[serde(default)]
    pub options: Vec<String>,
    /// Who is asked: `staff`, `executive`, `key_person`.
    pub groups: Vec<String>,
    /// Asked before all others wherever its condition holds.
    #[serde(default)]
    pub always: bool,
    /// By which the points of the needs that call for it are multiplied.
    #[serde(default = "one")]
    pub priority: i64,
    #[serde(default)]
    pub condition: Condition,
    /// Needs that call for it, beside those of its condition.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What an option that is ticked may lead to, as the key of a need.
    #[serde(default)]
    pub leads: BTreeMap<String, String>,
    pub source: String,
}

/// When a question is asked at all.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Kinds of employer (`turnout.kinds` of `staffing.toml`); none: at all of them.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// One of these needs must be there; none: whatever the needs. `outflow` stands for all of `outflow.<destination>`.
    #[serde(default)]
    pub needs: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    Single,
    Multi,
    /// 0 to 10.
    Scale,
    /// Options put into an order.
    Ranking,
    /// Written by hand.
    Text,
}

fn one() -> i64 {
    1
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::QuestionKind;
    use crate::rules::Rules;

    /// The keys are printed on forms and stand in workbooks that are out: they are neither changed nor given to another thing.
    #[test]
    fn keys_of_questions_and_options_stay() {
        let rules = Rules::load(None).unwrap().questionnaire;
        let mut keys = String::new();
        for (key, question) in &rules.questions {
            let _ = writeln!(keys, "{}", format!("{key}: {}", question.options.join(" ")).trim_end());
        }
        let known = include_str!("questionnaire_keys.txt");
        let gone: Vec<&str> = known.lines().filter(|line| !keys.lines().any(|k| k == *line)).collect();
        let new: Vec<&str> = keys.lines().filter(|line| !known.lines().any(|k| k == *line)).collect();
        assert!(gone.is_empty() && new.is_empty(), "gone: {gone:#?}\nto be put down in the file: {new:#?}");
    }

    #[test]
    fn the_bank_is_whole() {
        let rules = Rules::load(None).unwrap();
        let bank = &rules.questionnaire;
        assert!(bank.layout.limit <= 10 && bank.questions.len() >= 44);
        let known = |need: &String| match need.split_once('.') {
            Some(("product", product)) => rules.products.products.contains_key(product),
            Some(("outflow", to)) => rules.flows.destinations.contains_key(to),
            Some(_) => false,
            None => {
                let plain =
                    ["coverage", "aum_per_head", "retention", "executives", "affluent", "agreement_end", "outflow"];
                plain.contains(&need.as_str())
            }
        };
        let mut orders = std::collections::BTreeSet::new();
        for (key, question) in &bank.questions {
            assert!(orders.insert(question.order), "{key} has the place of another question");
            assert!(question.priority >= 1 && !question.groups.is_empty(), "{key}");
            let needs = question.needs.iter().chain(&question.condition.needs).chain(question.leads.values());
            assert!(needs.clone().all(known), "{key}: {:?}", needs.collect::<Vec<_>>());
            assert!(question.leads.values().all(|need| need != "outflow"), "{key}");
            assert!(question.leads.keys().all(|option| question.options.contains(option)), "{key}");
            let kinds = &rules.staffing.turnout.kinds;
            assert!(question.condition.kinds.iter().all(|kind| kinds.contains_key(kind)), "{key}");
            let options = question.options.len() as i64;
            let fits = match question.kind {
                QuestionKind::Single => question.most == 1 && options >= 2,
                QuestionKind::Multi => question.most >= 2 && question.most < options,
                QuestionKind::Ranking => question.most >= 2 && question.most <= options,
                QuestionKind::Scale | QuestionKind::Text => options == 0,
            };
            assert!(fits, "{key}: {:?}, {} of {options}", question.kind, question.most);
        }
    }
}
