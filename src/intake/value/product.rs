//! The words by which products are named, wherever a sheet names one: in the cells of a long sheet, as what was sold or
//! wished for, and in mapping profiles.

use std::collections::HashMap;

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::columns::Shape;

use crate::intake::value::key;

/// What a word stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Named {
    /// Number of the product.
    pub product: Option<u8>,
    /// Balance field it is counted in (`demand` is one without being a product).
    pub amount: Option<String>,
}

/// All words of all products, ready to look up.
pub(crate) struct ProductWords {
    exact: HashMap<String, Named>,
    /// Parts of words, of the profile only; the longest first.
    parts: Vec<(String, Named)>,
    /// Words of the rules inside names: 三年期大额存单第1期.
    inside: Vec<(String, Named)>,
    /// Key in the catalogue by number.
    keys: HashMap<u8, String>,
    /// What stands between several products in one cell.
    separators: Vec<char>,
}

impl ProductWords {
    /// The words of the rules, and those of a profile (`*理财*` = any word with 理财 in it).
    pub fn new<'p>(rules: &Rules, own: impl Iterator<Item = (&'p String, &'p String)>) -> ProductWords {
        let mut exact: HashMap<String, Named> = HashMap::new();
        let mut inside: Vec<(String, Named)> = Vec::new();
        for (field, rule) in rules.columns.of(SheetKind::Holdings) {
            let named = match (rule.shape, rule.product.as_deref().and_then(|p| rules.products.products.get(p))) {
                (Some(Shape::Amount), _) => {
                    Named { product: rules.products.shown_by_amount(field), amount: Some(field.clone()) }
                }
                (Some(Shape::Flag), Some(product)) => {
                    Named { product: Some(product.number), amount: product.amount.clone() }
                }
                _ => continue,
            };
            let words = rule.words.iter().map(|w| key(w)).filter(|w| w.chars().count() > 1);
            inside.extend(words.map(|w| (w, named.clone())));
            for word in rules.columns.headers(rule) {
                exact.entry(key(&word)).or_insert_with(|| named.clone());
            }
        }
        for (name, product) in &rules.products.products {
            let named = Named { product: Some(product.number), amount: product.amount.clone() };
            let own_name = product.name.iter().map(|n| key(n));
            for word in own_name.chain([key(name)]) {
                exact.insert(word, named.clone());
            }
        }
        let keys = rules.products.products.iter().map(|(k, p)| (p.number, k.clone())).collect();
        let separators = rules.recognise.long.separators.iter().flat_map(|s| s.chars()).collect();
        let mut words = ProductWords { exact, parts: Vec::new(), inside, keys, separators };
        for (word, product) in own {
            let Some(named) = words.named(product) else { continue };
            match word.trim().strip_prefix('*').and_then(|w| w.strip_suffix('*')) {
                Some(part) => words.parts.push((key(part), named)),
                None => {
                    words.exact.insert(key(word), named);
                }
            }
        }
        words.parts.sort_by_key(|(w, _)| (std::cmp::Reverse(w.chars().count()), w.clone()));
        words
    }

    /// What a word stands for; `None` for one nobody knows.
    pub fn named(&self, word: &str) -> Option<Named> {
        self.exactly(word).or_else(|| self.by_end(&key(word)))
    }

    /// The same, but not by a word of the rules inside a longer name.
    pub fn exactly(&self, word: &str) -> Option<Named> {
        let word = key(word);
        let by_part = || self.parts.iter().find(|(part, _)| word.contains(part.as_str())).map(|(_, n)| n);
        self.exact.get(&word).or_else(by_part).cloned()
    }

    /// Key in `products.toml` of the product a text names; of several in a list the first that is known.
    pub fn product(&self, text: &str) -> Option<&str> {
        let known = |word: &str, named: Option<Named>| {
            named.and_then(|n| n.product).and_then(|n| self.keys.get(&n)).filter(|_| !word.trim().is_empty())
        };
        let whole = known(text, self.exactly(text));
        let mut parts = text.split(|c| self.separators.contains(&c) || c == '，' || c == '；');
        whole.or_else(|| parts.find_map(|part| known(part, self.named(part)))).map(String::as_str)
    }

    /// By the words of the rules in a name: a name's last word says what it is (定期开放理财), of those that end there
    /// the longest (基金定投).
    fn by_end(&self, name: &str) -> Option<Named> {
        let end = |word: &String| name.rfind(word.as_str()).map(|at| at + word.len());
        let found = self.inside.iter().filter_map(|(word, named)| Some(((end(word)?, word.len()), named)));
        // Of a balance and a tick in the same words the balance.
        found.max_by_key(|(place, named)| (*place, named.amount.is_some())).map(|(_, named)| named.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_rules_and_of_a_profile() {
        let rules = Rules::load(None).unwrap();
        let own: Vec<(String, String)> =
            [("稳利3号", "理财"), ("*鑫*", "fund"), ("别的", "没有这个产品")].map(|(a, b)| (a.into(), b.into())).into();
        let words = ProductWords::new(&rules, own.iter().map(|(a, b)| (a, b)));
        let number = |key: &str| Some(rules.products.products[key].number);
        let named = |word: &str| words.named(word).map(|n| (n.product, n.amount));
        assert_eq!(named("定期存款"), Some((number("term_deposit"), Some("term".into()))));
        assert_eq!(named("活 期"), Some((None, Some("demand".into()))));
        assert_eq!(named("手机银行"), Some((number("mobile_bank"), None)));
        assert_eq!(named("基金定投"), Some((number("fund_plan"), None)));
        assert_eq!(named("稳利3号"), Some((number("wealth"), Some("wealth".into()))));
        assert_eq!(named("华鑫一号"), Some((number("fund"), Some("fund".into()))));
        for (word, product) in [
            ("整存整取定期存款", "term_deposit"),
            ("三年期大额存单2025年第1期", "large_cd"),
            ("某某货币市场基金A", "cash_management"),
            ("定期开放理财", "wealth"),
            ("沪深300基金定投", "fund_plan"),
            ("分红型终身寿险", "insurance"),
            ("个人住房按揭贷款", "mortgage"),
        ] {
            assert_eq!(named(word).map(|n| n.0), Some(number(product)), "{word}");
        }
        assert_eq!((named("别的"), named("稳利4号")), (None, None));
    }

    #[test]
    fn a_text_names_the_product_its_last_word_says_or_the_first_of_a_list() {
        let words = ProductWords::new(&Rules::load(None).unwrap(), std::iter::empty());
        for (text, product) in [
            ("理财", Some("wealth")),
            ("稳健90天净值型理财", Some("wealth")),
            ("三年期大额存单", Some("large_cd")),
            ("现金管理", Some("cash_management")),
            ("wealth", Some("wealth")),
            ("基金、理财", Some("fund")),
            ("还没想好，理财", Some("wealth")),
            ("甲乙丙一号", None),
            ("活期", None),
            ("、", None),
        ] {
            assert_eq!(words.product(text), product, "{text}");
        }
    }
}
