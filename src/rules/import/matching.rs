//! By what people and employers of a sheet are found again (`matching.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::matching::{EmployerRule, EmployerStep, MatchOrder, PersonRule, PersonStep, RowKind};

/// The rules by key; their order is a value of each, so that a workspace can change one of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchingRules {
    /// Words that do not tell companies apart.
    pub firm: FirmWords,
    /// Whom a question shows besides those a number or a name speaks for.
    pub show: ShowRules,
    #[serde(default)]
    pub person: BTreeMap<PersonRule, PersonMatching>,
    #[serde(default)]
    pub employer: BTreeMap<EmployerRule, EmployerMatching>,
}

/// Words left out of a company's name before it is compared.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirmWords {
    pub words: Vec<String>,
    pub source: String,
}

/// What is shown of a payee nobody fits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowRules {
    /// People of the employer with the payee's surname who were not paid with it, at most so many.
    pub same_surname: usize,
    pub source: String,
}

/// A rule for people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonMatching {
    /// Smaller is tried first.
    pub order: i64,
    pub rows: Vec<RowKind>,
    /// Numbers that must not differ from those known.
    pub contradicted_by: Vec<PersonRule>,
    pub source: String,
}

/// A rule for employers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmployerMatching {
    /// Smaller is tried first.
    pub order: i64,
    /// Numbers that must not differ from those known.
    pub contradicted_by: Vec<EmployerRule>,
    pub source: String,
}

impl MatchingRules {
    /// Words that do not tell companies apart, the longer first: 股份有限公司 holds 有限公司 and 公司.
    pub fn firm_words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.firm.words.iter().filter(|w| !w.is_empty()).cloned().collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.chars().count()));
        words
    }

    /// The rules in the order in which they are tried; of two with the same number the shipped order decides.
    pub fn in_order(&self) -> MatchOrder {
        let mut person: Vec<_> = self.person.iter().collect();
        person.sort_by_key(|(rule, r)| (r.order, **rule));
        let mut employer: Vec<_> = self.employer.iter().collect();
        employer.sort_by_key(|(rule, r)| (r.order, **rule));
        let person_step = |(rule, r): (&PersonRule, &PersonMatching)| PersonStep {
            rule: *rule,
            rows: r.rows.clone(),
            contradicted_by: r.contradicted_by.clone(),
        };
        let employer_step = |(rule, r): (&EmployerRule, &EmployerMatching)| EmployerStep {
            rule: *rule,
            contradicted_by: r.contradicted_by.clone(),
        };
        MatchOrder {
            person: person.into_iter().map(person_step).collect(),
            employer: employer.into_iter().map(employer_step).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::Rules;

    #[test]
    fn the_order_is_that_of_the_field() {
        let order = Rules::load(None).unwrap().matching.in_order();
        let people: Vec<&str> = order.person.iter().map(|s| s.rule.key()).collect();
        assert_eq!(people, ["customer_number", "id_number", "account", "name_at_employer"]);
        let employers: Vec<&str> = order.employer.iter().map(|s| s.rule.key()).collect();
        assert_eq!(employers, ["credit_code", "employer_number", "normalised_name"]);
    }

    #[test]
    fn longer_firm_words_go_first() {
        let words = Rules::load(None).unwrap().matching.firm_words();
        let at = |word: &str| words.iter().position(|w| w == word).unwrap();
        assert!(at("股份有限公司") < at("有限公司") && at("有限公司") < at("公司"));
    }

    #[test]
    fn a_workspace_can_switch_a_rule_off_or_move_it() {
        let dir = tempfile::tempdir().unwrap();
        let text = "[person.account]\nenabled = false\n[person.id_number]\norder = 0\n";
        std::fs::write(dir.path().join("matching.toml"), text).unwrap();
        let order = Rules::load(Some(dir.path())).unwrap().matching.in_order();
        let people: Vec<&str> = order.person.iter().map(|s| s.rule.key()).collect();
        assert_eq!(people, ["id_number", "customer_number", "name_at_employer"]);
    }
}
