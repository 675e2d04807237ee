//! Words inside texts: destinations of money, results and channels of contacts.

use std::collections::HashMap;

use crate::intake::value::key;

/// Words that stand for keys. A text that is one of the words counts before one that only contains one.
#[derive(Debug, Default)]
pub(crate) struct WordList {
    exact: HashMap<String, String>,
    /// In the order in which they are tried.
    contained: Vec<(String, String)>,
}

impl WordList {
    /// Contained words are tried list by list: the first list wins.
    pub fn in_order<'a>(lists: impl Iterator<Item = (String, &'a [String])>) -> WordList {
        let mut this = WordList::default();
        for (name, words) in lists {
            for word in words.iter().map(|w| key(w)) {
                this.exact.entry(word.clone()).or_insert_with(|| name.clone());
                this.contained.push((word, name.clone()));
            }
        }
        this
    }

    /// Contained words are tried longest first: 基金定投 before 基金.
    pub fn longest_first<'a>(lists: impl Iterator<Item = (String, &'a [String])>) -> WordList {
        let mut this = WordList::in_order(lists);
        this.contained.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
        this
    }

    /// The key whose word the text is, whole or up to the first remark: `未接(占线)`, `有意向-理财`. Never by what it
    /// only contains, for 没有意向 and 无法接通 say the opposite of their ends.
    pub fn find_whole(&self, text: &str) -> Option<&str> {
        let text = key(text);
        let remark = text.find(['(', '-', '—', ':', ',', ';', '、', '/', '。', '，', '；']);
        self.exact.get(&text).or_else(|| self.exact.get(&text[..remark?])).map(String::as_str)
    }

    /// The key whose word the text is, or else contains. A single letter or sign is only ever the whole text.
    pub fn find(&self, text: &str) -> Option<&str> {
        let text = key(text);
        self.exact.get(&text).map(String::as_str).or_else(|| {
            let inside = |(word, _): &&(String, String)| word.chars().count() > 1 && text.contains(word.as_str());
            self.contained.iter().find(inside).map(|(_, name)| name.as_str())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn a_result_is_never_taken_for_its_opposite() {
        let rules = Rules::load(None).unwrap();
        let lists = rules.contacts.results.iter().map(|(key, r)| (key.to_string(), r.words.as_slice()));
        let words = WordList::in_order(lists);
        for (text, result) in [
            ("已成交", Some("deal")),
            ("未接（占线）", Some("no_answer")),
            ("有意向-理财", Some("interested")),
            ("暂无需求，年后再说", Some("no_need")),
            ("无法接通", Some("no_answer")),
            ("未成交", None),
            ("没有意向", Some("no_need")),
            ("不感兴趣", Some("no_need")),
            ("未预约上", None),
        ] {
            assert_eq!(words.find_whole(text), result, "{text}");
        }
    }
}
