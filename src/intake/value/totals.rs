//! The one vocabulary of rows that sum up, average, compare or count others: no row of data, whatever the kind of sheet.

use std::collections::HashSet;

use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::value::{key, keyed};

/// Bytes beyond which a text is no label.
const LONGEST_LABEL: usize = 120;
/// Characters that may stand before a word that ends a label (`研发部小计`).
const BEFORE: usize = 8;
/// Digits as they are spoken and written on cheques.
pub(crate) const NUMERALS: &str = "零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟";

/// The words of such rows, for one sheet.
pub(crate) struct Totals {
    total: Vec<String>,
    /// Names that look like totals and are none.
    never: HashSet<String>,
    count_before: Vec<String>,
    count_after: Vec<String>,
    rest: Vec<String>,
    rest_endings: Vec<String>,
    groups: Vec<String>,
}

impl Totals {
    pub fn new(kind: SheetKind, rules: &Rules) -> Totals {
        let words = &rules.import.words;
        let keys = |list: &[String]| list.iter().map(|w| key(w)).collect::<Vec<_>>();
        let of_targets = kind == SheetKind::Targets;
        let never = if of_targets { keys(&rules.targets.branch_words) } else { Vec::new() };
        Totals {
            total: keys(&words.total),
            never: never.into_iter().collect(),
            count_before: keys(&words.count_before),
            count_after: keys(&words.count_after),
            // A target may be one of an average or a share.
            rest: if of_targets { Vec::new() } else { keys(&words.rest) },
            rest_endings: keys(&words.rest_endings),
            groups: keys(&words.section),
        }
    }

    /// A total's label wherever it stands: `合    计`, `研发部小计`, `以上共2人`.
    pub fn is_label(&self, text: &str) -> bool {
        if text.len() > LONGEST_LABEL {
            return false;
        }
        let text = keyed(text);
        !self.never.contains(&*text) && (self.sums(&text) || self.counts(&text))
    }

    /// A word that totals and nothing else: a product may be called after one.
    pub fn is_word(&self, text: &str) -> bool {
        text.len() <= LONGEST_LABEL && {
            let text = keyed(text);
            self.total.iter().any(|w| w == text.trim_end_matches(':'))
        }
    }

    /// In the place of a name: what is left of others (其他), how many they are (`2户`), or what they are compared with.
    pub fn is_rest(&self, text: &str) -> bool {
        if self.rest.is_empty() || text.len() > LONGEST_LABEL {
            return false;
        }
        let text = keyed(text);
        let bare = text.trim_matches(['(', ')', ':']).split('(').next().unwrap_or_default().trim_end_matches(':');
        let ends = |w: &String| bare.strip_suffix(w.as_str()).is_some_and(|b| b.chars().count() <= BEFORE);
        self.rest.iter().any(|w| w == bare) || self.rest_endings.iter().any(ends) || self.number_of(bare)
    }

    /// A group's heading: 生产部, 二车间.
    pub fn is_group(&self, text: &str) -> bool {
        if text.len() > LONGEST_LABEL {
            return false;
        }
        let text = key(text);
        text.chars().count() > 2 && self.groups.iter().any(|w| text.ends_with(w.as_str()))
    }

    /// The word itself, or a short text that begins or ends with it.
    fn sums(&self, key: &str) -> bool {
        let key = key.trim_end_matches(':');
        self.total.iter().any(|w| {
            key == w
                || (key.ends_with(w.as_str()) && key.chars().count() <= w.chars().count() + BEFORE)
                || key
                    .strip_prefix(w.as_str())
                    .is_some_and(|r| r.starts_with([':', '(']) || r.starts_with(|c: char| c.is_ascii_digit()))
        })
    }

    /// `以上共贰人`.
    fn counts(&self, key: &str) -> bool {
        let numeral = |c: char| c.is_ascii_digit() || NUMERALS.contains(c);
        self.count_before.iter().any(|before| {
            let rest = key.strip_prefix(before.as_str()).map(|r| r.trim_start_matches(':'));
            let number = rest.filter(|r| r.starts_with(numeral)).map(|r| r.trim_start_matches(numeral));
            number.is_some_and(|after| self.count_after.iter().any(|w| w == after.trim_end_matches(['.', ';'])))
        })
    }

    /// `2户`, `15家单位`.
    fn number_of(&self, key: &str) -> bool {
        let after = key.trim_start_matches(|c: char| c.is_ascii_digit());
        after.len() < key.len()
            && self.count_after.iter().any(|w| after.strip_prefix(w.as_str()).is_some_and(|r| r.chars().count() <= 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: SheetKind) -> Totals {
        Totals::new(kind, &Rules::load(None).unwrap())
    }

    #[test]
    fn labels_of_totals() {
        let totals = of(SheetKind::Payroll);
        for text in [
            "合        计",
            "合计:",
            "小计",
            "本页小计",
            "研发部小计",
            "共计25人",
            "合计(大写)",
            "总　计",
            "以上共贰人",
        ] {
            assert!(totals.is_label(text), "{text}");
        }
        for text in ["甲", "合计通信", "设计", "会计", "共青团", "其他", "平均"] {
            assert!(!totals.is_label(text), "{text}");
        }
    }

    #[test]
    fn what_stands_for_others_in_the_place_of_a_name() {
        let totals = of(SheetKind::Employers);
        for text in [
            "其他",
            "其它单位",
            "差额",
            "与上月差额",
            "平均",
            "人均工资",
            "2户",
            "共2户",
            "15 家单位",
            "其他（不足10人）",
            "占比",
        ] {
            assert!(totals.is_rest(text) || totals.is_label(text), "{text}");
        }
        for text in
            ["甲测试厂", "万户测试有限公司", "平均律测试琴行", "其他事务测试所", "2户外用品测试店", "千户苗", "丁差"]
        {
            assert!(!totals.is_rest(text), "{text}");
        }
        assert!(!of(SheetKind::Targets).is_rest("占比"));
    }
}
