//! A unit of money said in a sentence: `以分为单位`, `以下金额均以万元为单位`, `金额单位统一为万元`.

use crate::rules::import::UnitWords;

use crate::intake::value::amount::money::Unit;
use crate::intake::value::key;

/// What a text says of the unit of money.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Said {
    #[default]
    Nothing,
    One(Unit),
    /// There is a unit's word, but it does not say one unit.
    Unclear(String),
}

impl Said {
    pub fn unit(&self) -> Option<Unit> {
        if let Said::One(unit) = self { Some(*unit) } else { None }
    }

    /// What two places say together; two units are none.
    pub fn and(self, other: Said, text: &str) -> Said {
        match (self, other) {
            (Said::One(a), Said::One(b)) if a != b => Said::Unclear(text.to_string()),
            (Said::One(unit), _) | (_, Said::One(unit)) => Said::One(unit),
            (Said::Unclear(text), _) | (_, Said::Unclear(text)) => Said::Unclear(text),
            (Said::Nothing, Said::Nothing) => Said::Nothing,
        }
    }
}

/// Parts of a text between blanks and signs.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '%' | '‰'))).filter(|p| !p.is_empty())
}

/// Who knows the words for units.
pub(crate) trait Units {
    /// Whether a word is our own money's name and no unit: 人民币.
    fn is_own_money(&self, word: &str) -> bool;
    /// What the words that stand beside a number say of it.
    fn beside(&self, words: &str) -> Said;
}

/// The words such sentences are made of.
pub(crate) struct Sentences {
    by: Vec<String>,
    /// Tails, the longest first, and whether the sentence has to break behind them.
    tails: Vec<(String, bool)>,
    subjects: Vec<String>,
    fillers: Vec<String>,
    joiners: Vec<String>,
    breaks: Vec<String>,
    measures: Vec<String>,
    not_money: Vec<String>,
}

/// Bytes between 以 and 为单位 at most: 人民币万元.
const LONGEST_UNIT: usize = 48;
/// Bytes beyond which a text is gone through no further.
const LONGEST: usize = 6_000;

impl Sentences {
    pub fn new(words: &UnitWords) -> Sentences {
        let words = &words.sentence;
        let keys = |list: &[String]| list.iter().map(|w| key(w)).collect::<Vec<_>>();
        let open = keys(&words.tails).into_iter().map(|w| (w, false));
        let mut tails: Vec<(String, bool)> = open.chain(keys(&words.closed).into_iter().map(|w| (w, true))).collect();
        tails.sort_by_key(|(w, _)| std::cmp::Reverse(w.len()));
        Sentences {
            by: keys(&words.by),
            tails,
            subjects: keys(&words.subjects),
            fillers: keys(&words.fillers),
            joiners: keys(&words.joiners),
            breaks: keys(&words.breaks),
            measures: keys(&words.measures),
            not_money: keys(&words.not_money),
        }
    }

    /// What a text says in such a sentence; `units` knows the units.
    pub fn said(&self, text: &str, units: &dyn Units) -> Said {
        // Most texts are none.
        if text.len() > LONGEST {
            return Said::Nothing;
        }
        let text = key(text);
        if !self.speaks(&text) {
            return Said::Nothing;
        }
        let money = |clause: &&str| !self.not_money.iter().any(|w| clause.contains(w.as_str()));
        let ends = |c: char| matches!(c, '。' | '.' | ';' | '!' | '?' | '|');
        let clauses = text.split(ends).filter(money);
        let all = clauses.flat_map(|c| self.before_tails(c, units).into_iter().chain(self.behind_subjects(c, units)));
        all.fold(Said::Nothing, |all, said| match (all, said) {
            // Of two that differ, or one that is none, nobody knows which holds.
            (_, Said::Unclear(_)) | (Said::Unclear(_), _) => Said::Unclear(text.clone()),
            (all, said) => all.and(said, &text),
        })
    }

    fn speaks(&self, text: &str) -> bool {
        let any = |words: &[String]| words.iter().any(|w| text.contains(w.as_str()));
        any(&self.subjects) || (any(&self.by) && self.tails.iter().any(|(w, _)| text.contains(w.as_str())))
    }

    /// `以万元为单位`, `以元计`.
    fn before_tails(&self, clause: &str, units: &dyn Units) -> Vec<Said> {
        let mut found = Vec::new();
        for (tail, closed) in &self.tails {
            for (at, _) in clause.match_indices(tail.as_str()) {
                let behind = &clause[at + tail.len()..];
                if *closed && !self.breaks(behind) {
                    continue;
                }
                let mut from = at.saturating_sub(LONGEST_UNIT);
                while !clause.is_char_boundary(from) {
                    from += 1;
                }
                let before = &clause[from..at];
                let begins = self.by.iter().filter_map(|w| before.rfind(w.as_str()).map(|i| i + w.len())).max();
                found.extend(begins.map(|begin| self.exactly(&before[begin..], units)));
            }
        }
        found
    }

    /// `金额单位统一为万元`, `表中金额均为分`, `单位:元`.
    fn behind_subjects(&self, clause: &str, units: &dyn Units) -> Vec<Said> {
        let mut found = Vec::new();
        for subject in &self.subjects {
            for (at, _) in clause.match_indices(subject.as_str()) {
                let mut rest = &clause[at + subject.len()..];
                while let Some(after) = self.fillers.iter().find_map(|w| rest.strip_prefix(w.as_str())) {
                    rest = after;
                }
                let joined = self.joiners.iter().find_map(|w| rest.strip_prefix(w.as_str()));
                let Some(mut rest) = joined else { continue };
                while let Some(after) = self.joiners.iter().find_map(|w| rest.strip_prefix(w.as_str())) {
                    rest = after;
                }
                let quoted = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
                found.push(self.begins(quoted, units));
            }
        }
        found
    }

    /// What a text says that is a unit and nothing else.
    fn exactly(&self, text: &str, units: &dyn Units) -> Said {
        let mut all = Said::Nothing;
        for piece in pieces(text).filter(|p| !units.is_own_money(p)) {
            match self.unit(piece, units) {
                Said::Nothing => return Said::Nothing,
                Said::Unclear(text) => return Said::Unclear(text),
                said => all = all.and(said, text),
            }
        }
        all
    }

    /// What a text says that begins with a unit, behind which the sentence breaks.
    fn begins(&self, text: &str, units: &dyn Units) -> Said {
        let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
        let word = &text[..end];
        // The longest beginning that is a unit: 万元 before 万.
        let ends = word.char_indices().map(|(i, c)| i + c.len_utf8()).take(LONGEST_WORD).collect::<Vec<_>>();
        let found = ends.into_iter().rev().find_map(|end| match self.unit(&word[..end], units) {
            Said::Nothing => None,
            said => Some((said, end)),
        });
        let Some((said, length)) = found.filter(|(_, length)| self.breaks(&text[*length..])) else {
            return Said::Nothing;
        };
        // 元、万元: of two nobody knows which holds.
        let next = pieces(&text[length..]).next().filter(|_| text[length..].starts_with(['/', ',', '、', '和', '或']));
        match next.map(|p| self.unit(p, units)) {
            Some(other @ (Said::One(_) | Said::Unclear(_))) if other != said => Said::Unclear(text.to_string()),
            _ => said,
        }
    }

    fn unit(&self, piece: &str, units: &dyn Units) -> Said {
        if self.measures.iter().any(|w| w == piece) {
            return Said::Nothing;
        }
        units.beside(piece)
    }

    /// Whether a sentence ends or goes on with another clause.
    fn breaks(&self, behind: &str) -> bool {
        !behind.starts_with(char::is_alphanumeric) || self.breaks.iter().any(|w| behind.starts_with(w.as_str()))
    }
}

/// Characters of a unit's words at most: 人民币百万元.
const LONGEST_WORD: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::header::detect::Aliases;
    use crate::intake::value::amount::money::Unit;
    use crate::rules::Rules;
    use proptest::prelude::*;

    fn said(text: &str) -> Said {
        Aliases::new(&Rules::load(None).unwrap()).unit_text.sentence(text)
    }

    #[test]
    fn units_in_sentences() {
        for text in [
            "以下金额均以万元为单位",
            "以下金额均以 万元 为单位。",
            "说明：1.账号为文本格式；2.金额以万元为单位；3.不得有空行",
            "注：本表金额单位统一为万元，请勿填写元",
            "（以人民币万元为单位）",
            "表中金额均以“万元”为单位",
            "金额单位均为：万元",
            "表中数据以万元列示",
            "以上金额以万元计。",
            "金额單位：萬元",
            "本表以萬元為單位",
            "金额以万元(人民币)为单位",
            "所有金额均为万元",
            "按万元填报,保留两位小数",
            "以万元为计量单位",
        ] {
            assert_eq!(said(text), Said::One(Unit::TenThousand), "{text}");
        }
        for text in ["以下金额均以元为单位，精确到分", "金额以元计", "单位：元（精确到分）"]
        {
            assert_eq!(said(text), Said::One(Unit::Yuan), "{text}");
        }
        for text in [
            "以分为单位",
            "注意：本文件中的金额均以分为单位！",
            "#注意：本文件中的金额均以分为单位！",
            "金额单位为分",
            "金额均为分，不含小数点",
            "以“分”为单位",
            "单位是人民币分",
            "以百元为单位",
            "金额以美元列示",
            "以角为单位",
            "单位：元，以分为单位",
            "单位：元/万元",
        ] {
            assert!(matches!(said(text), Said::Unclear(_)), "{text}: {:?}", said(text));
        }
        for text in [
            "以支行为单位统计",
            "以分行为单位报送",
            "以部分为单位",
            "以户为单位",
            "以月为单位发放",
            "单位为分公司",
            "单位：元气测试有限公司",
            "代发单位：分水测试厂",
            "用人单位：千山测试有限公司",
            "金额精确到分",
            "金额保留到分位",
            "工资以人民币发放",
            "合计金额为100万元",
            "合计金额：5000元",
            "单位：户",
            "数量单位：份",
            "积分以分为单位",
            "满意度以分计",
            "以元旦为起点计算",
            "以万科为单位",
            "按元计划执行",
            "工作单位：万达",
            "",
        ] {
            let expected = if text == "满意度以分计" { None } else { Some(Said::Nothing) };
            assert!(expected.is_none_or(|e| said(text) == e), "{text}: {:?}", said(text));
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_around_it_a_sentence_is_found(
            before in "[账号名称为文本，。；、 ]{0,12}[，。；：！]",
            unit in prop::sample::select(vec![("元", 0), ("千元", 3), ("万元", 4), ("百万元", 6), ("亿元", 8)]),
            form in prop::sample::select(vec!["金额均以{}为单位", "金额单位为{}", "以人民币{}计", "金额以{}填列"]),
            after in "[，。；！）][请勿修改表头 ]{0,8}",
        ) {
            let text = format!("{before}{}{after}", form.replace("{}", unit.0));
            let expected = Unit::ALL.into_iter().find(|u| u.power_of_ten() == Some(unit.1)).unwrap();
            prop_assert_eq!(said(&text), Said::One(expected), "{}", text);
        }

        #[test]
        fn no_text_panics(text in "[以按用分元万为单位计金额均:：（）、，]{0,20}\\PC{0,4}") {
            let _ = said(&text);
        }
    }
}
