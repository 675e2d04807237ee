//! Whether a list of an employer's people is the whole one: lists of some outlets only are not.

use std::collections::BTreeSet;
use std::rc::Rc;

use unicode_normalization::UnicodeNormalization as _;

use crate::rules::facts::{OutletRules, SnapshotRules};

/// The outlets a list tells of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListOutlets {
    /// Of its rows, of all employers, and of the employer's other lists of the day.
    pub rows: Vec<Rc<BTreeSet<String>>>,
    /// The one its title or a name says.
    pub said: Option<String>,
    /// The outlets of the employer's lists before.
    pub before: Vec<Rc<BTreeSet<String>>>,
}

impl ListOutlets {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    /// All of them, in any order, some perhaps twice. What the rows say goes before a title.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let rows = self.rows.iter().flat_map(|set| set.iter()).map(String::as_str);
        let silent = self.rows.iter().all(|set| set.is_empty());
        rows.chain(self.said.as_deref().filter(|_| silent))
    }

    fn tells_of(&self, outlet: &str) -> bool {
        if self.rows.iter().all(|set| set.is_empty()) {
            self.said.as_deref() == Some(outlet)
        } else {
            self.rows.iter().any(|set| set.contains(outlet))
        }
    }

    /// Whether somebody missing may stand in the list of another outlet, where the list before had them at `outlet`.
    /// Somebody whose outlet nobody knows may, where only a title says what the list is of and the one before was of
    /// more.
    pub fn is_elsewhere(&self, outlet: Option<&str>) -> bool {
        match outlet {
            Some(outlet) => !self.is_empty() && !self.tells_of(outlet),
            None => {
                self.said.is_some()
                    && self.rows.iter().flat_map(|set| set.iter()).all(|r| Some(r) == self.said.as_ref())
                    && self.all().collect::<BTreeSet<_>>()
                        != self.before.iter().flat_map(|set| set.iter()).map(String::as_str).collect()
            }
        }
    }
}

/// How much of an employer's roster a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Who is missing has departed.
    Whole,
    /// Of its outlets only: who is missing of them has departed, of the others nobody knows.
    Outlets,
    /// Who is missing is unknown.
    Part,
}

/// How much of the `roster` people before a list with so many people is, so many of those missing belonging to outlets it
/// does not have.
pub fn extent(rules: &SnapshotRules, people: i64, roster: i64, elsewhere: i64) -> Extent {
    if (people as f64) < rules.full_part_share * (roster - elsewhere) as f64 {
        Extent::Part
    } else if elsewhere > 0 && elsewhere as f64 >= rules.absent_outlets_share * roster as f64 {
        Extent::Outlets
    } else {
        Extent::Whole
    }
}

/// The one outlet that the first of some texts (title, name of the sheet, of the file) with an outlet in it says: one that
/// is known, else a word that ends as outlets do. The branch itself is none.
pub fn outlet_said(rules: &OutletRules, texts: &[&str], known: &BTreeSet<String>, branch: &str) -> Option<String> {
    texts.iter().find_map(|text| {
        let text: String = text.nfkc().collect();
        let text = text.replace(branch, " ");
        let mut found: Vec<&String> = known.iter().filter(|o| *o != branch && text.contains(o.as_str())).collect();
        // 江北 in 江北支行 is the same.
        found.sort_by_key(|o| std::cmp::Reverse(o.chars().count()));
        let longest = found.first().copied().cloned();
        let several = found.iter().any(|o| longest.as_ref().is_some_and(|l| !l.contains(o.as_str())));
        match longest {
            Some(_) if several => None,
            Some(outlet) => Some(outlet),
            None => word_of_an_outlet(rules, &text),
        }
    })
}

fn word_of_an_outlet(rules: &OutletRules, text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| {
        rules.endings.iter().any(|e| word.ends_with(e.as_str())) && !rules.not.iter().any(|n| n == word)
    });
    match (words.next(), words.next()) {
        (Some(only), None) => Some(only.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn set(list: &[&str]) -> BTreeSet<String> {
        list.iter().map(ToString::to_string).collect()
    }

    fn said(texts: &[&str], known: &[&str]) -> Option<String> {
        outlet_said(&Rules::load(None).unwrap().facts.outlet, texts, &set(known), "测试支行")
    }

    #[test]
    fn names_say_an_outlet_that_is_known_or_looks_like_one() {
        assert_eq!(said(&["h2_一网点"], &[]).as_deref(), Some("一网点"));
        assert_eq!(said(&["Sheet1", "江北支行代发员工20260316"], &["江北支行", "江北"]).as_deref(), Some("江北支行"));
        assert_eq!(said(&["测试支行持有产品"], &["测试支行"]), None, "the branch itself");
        assert_eq!(said(&["测试支行一网点"], &[]).as_deref(), Some("一网点"));
        for nothing in ["各网点", "持有产品_按网点", "持有产品", "一网点、二网点", ""] {
            assert_eq!(said(&[nothing], &[]), None, "{nothing}");
        }
        assert_eq!(said(&["一网点和二网点"], &["一网点", "二网点"]), None, "two of them");
    }

    #[test]
    fn whoever_belongs_to_an_outlet_of_the_list_and_is_not_there_has_left() {
        let list = ListOutlets { rows: vec![Rc::new(set(&["一网点"]))], ..ListOutlets::default() };
        assert!(list.is_elsewhere(Some("二网点")) && !list.is_elsewhere(Some("一网点")));
        assert!(!list.is_elsewhere(None), "nobody says that the list is of one outlet only");
        let nothing = ListOutlets::default();
        assert!(!nothing.is_elsewhere(Some("二网点")) && !nothing.is_elsewhere(None));
    }

    #[test]
    fn a_title_counts_where_the_rows_say_no_other_outlet() {
        let titled = |rows: &[&str], before: &[&str]| ListOutlets {
            rows: vec![Rc::new(set(rows))],
            said: Some("一网点".into()),
            before: vec![Rc::new(set(before))],
        };
        assert!(titled(&[], &[]).is_elsewhere(Some("二网点")) && !titled(&[], &[]).is_elsewhere(Some("一网点")));
        assert!(titled(&[], &[]).is_elsewhere(None));
        assert!(!titled(&[], &["一网点"]).is_elsewhere(None), "the list before was of this outlet too");
        assert!(!titled(&["一网点", "二网点"], &[]).is_elsewhere(Some("二网点")), "the rows say more than the title");
    }

    #[test]
    fn a_list_without_a_twentieth_of_the_people_for_their_outlet_is_of_its_outlets_only() {
        let extent = |people, roster, elsewhere| {
            super::extent(&Rules::load(None).unwrap().facts.snapshot, people, roster, elsewhere)
        };
        assert_eq!(extent(12, 20, 8), Extent::Outlets);
        assert_eq!(extent(19, 20, 1), Extent::Outlets);
        assert_eq!(extent(99, 100, 1), Extent::Whole, "one of a hundred, alone in an outlet");
        assert_eq!((extent(20, 20, 0), extent(12, 20, 0)), (Extent::Whole, Extent::Whole));
        assert_eq!(extent(11, 20, 0), Extent::Part, "eleven of twenty");
        assert_eq!(extent(5, 20, 8), Extent::Part, "five of the twelve of its outlet");
    }
}
