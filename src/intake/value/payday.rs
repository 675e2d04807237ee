//! Days of the month on which an employer pays, and what becomes of them on a day off: `15日（遇节假日顺延）`.

use chrono::Datelike as _;

use crate::model::rows::{Paydays, Shift};
use crate::rules::import::PaydayShiftWords;

use crate::intake::value::date;
use crate::intake::value::key;

/// The words of the rules, as compared.
pub struct PaydayWords {
    month_end: Vec<String>,
    shifts: [(Shift, Vec<String>); 3],
    days_off: Vec<String>,
    openers: Vec<String>,
}

/// What a text says of paydays on a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Nothing,
    Shift(Shift),
    /// Two things at once, or a number of days by which each payday is moved: somebody has to say.
    Unclear,
}

impl PaydayWords {
    pub fn new(month_end: &[String], words: &PaydayShiftWords) -> PaydayWords {
        let keys = |list: &[String]| list.iter().map(|w| key(w)).collect::<Vec<String>>();
        PaydayWords {
            month_end: keys(month_end),
            shifts: [
                (Shift::Unmoved, keys(&words.unmoved)),
                (Shift::Earlier, keys(&words.earlier)),
                (Shift::Later, keys(&words.later)),
            ],
            days_off: keys(&words.days_off),
            openers: keys(&words.openers),
        }
    }

    /// A text as compared, with one word for the end of the month: 最后一个工作日 is no rule for days off.
    fn plain(&self, text: &str) -> String {
        let mut text = key(text);
        let Some(short) = self.month_end.iter().min_by_key(|w| w.len()) else { return text };
        let mut words: Vec<&String> = self.month_end.iter().collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        for word in words.into_iter().filter(|w| *w != short) {
            text = text.replace(word.as_str(), short);
        }
        text
    }

    fn is_month_end(&self, piece: &str) -> bool {
        self.month_end.iter().any(|w| w.trim_start_matches("每月") == piece || *w == format!("月{piece}"))
    }

    /// Where the clause on days off begins in a piece of a text.
    fn clause(&self, piece: &str) -> Option<usize> {
        let said = self.shifts.iter().flat_map(|(_, words)| words).chain(&self.days_off);
        let at = said.filter_map(|w| piece.find(w.as_str())).min()?;
        let opened = self.openers.iter().filter_map(|w| piece[..at].rfind(w.as_str())).min();
        Some(opened.unwrap_or(at))
    }
}

/// What a text says becomes of a payday on a day off.
pub fn shift(text: &str, words: &PaydayWords) -> Said {
    let mut text = words.plain(text);
    let mut said: Vec<Shift> = Vec::new();
    for (shift, list) in &words.shifts {
        for word in list {
            while let Some(at) = text.find(word.as_str()) {
                said.push(*shift);
                // 提前3天 without a word of days off moves every payday.
                let days =
                    text[at + word.len()..].starts_with(|c: char| c.is_ascii_digit() || "一二两三四五".contains(c));
                if days && !words.days_off.iter().any(|w| text.contains(w.as_str())) {
                    return Said::Unclear;
                }
                text.replace_range(at..at + word.len(), "，");
            }
        }
    }
    said.dedup();
    match said[..] {
        [] => Said::Nothing,
        [shift] => Said::Shift(shift),
        _ => Said::Unclear,
    }
}

/// What a remark says of it, which may speak of other things too: only together with a word of days off.
pub fn shift_in_remark(text: &str, words: &PaydayWords) -> Option<Shift> {
    let plain = key(text);
    let sentences = plain.split(['。', ';', '\n']).filter(|s| words.days_off.iter().any(|w| s.contains(w.as_str())));
    let mut said = sentences.filter_map(|s| match shift(s, words) {
        Said::Shift(shift) => Some(shift),
        _ => None,
    });
    said.next().filter(|first| said.all(|more| more == *first))
}

/// Days of the month: `每月10日`, `10号`, `月末`, `10日/25日`, `10、25`, `次月5日`, or a whole date; and the employer's own
/// rule for days off, where the text states one.
pub fn read(text: &str, words: &PaydayWords) -> Option<(Paydays, Option<Shift>)> {
    if let Some(date) = date::parse(text, None) {
        return Some((Paydays(vec![date.day()]), None));
    }
    let rule = match shift(text, words) {
        Said::Nothing => None,
        Said::Shift(shift) => Some(shift),
        Said::Unclear => return None,
    };
    let mut text = words.plain(text);
    // 10日（管理层）、25日（员工）: remarks change nothing, but for the rule that is read above.
    while let Some(open) = text.find('(')
        && let Some(length) = text[open..].find(')')
    {
        text.replace_range(open..=open + length, "");
    }
    let mut days = Vec::new();
    for whole in text.split([',', '、', '/', ';', '和', '及', '，', '；', '|', '与', '。', ':']) {
        let clause = words.clause(whole);
        let mut piece = clause.map_or(whole, |at| &whole[..at]);
        for prefix in ["发薪日", "每月", "每个月", "次月", "当月", "下月", "月"] {
            piece = piece.strip_prefix(prefix).unwrap_or(piece);
        }
        let bare = ["之前", "以前", "前"].iter().find_map(|s| piece.strip_suffix(s)).unwrap_or(piece);
        if words.is_month_end(bare) {
            days.push(31);
            continue;
        }
        if piece.is_empty() || (clause.is_some() && !piece.contains(|c: char| c.is_ascii_digit())) {
            continue;
        }
        for suffix in ["左右", "之前", "前", "发放", "发薪", "发", "日", "号"] {
            piece = piece.strip_suffix(suffix).unwrap_or(piece);
        }
        let piece = piece.strip_suffix(['日', '号']).unwrap_or(piece);
        let day: u32 = piece.parse().ok()?;
        if !(1..=31).contains(&day) {
            return None;
        }
        days.push(day);
    }
    days.sort_unstable();
    days.dedup();
    (!days.is_empty()).then_some((Paydays(days), rule))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use proptest::prelude::*;

    fn words() -> PaydayWords {
        let import = Rules::load(None).unwrap().import;
        PaydayWords::new(&import.words.month_end, &import.payday)
    }

    #[test]
    fn paydays_as_written() {
        let words = words();
        for (text, days) in [
            ("每月10日", vec![10]),
            ("10号", vec![10]),
            ("10號", vec![10]),
            ("月末", vec![31]),
            ("每月月底", vec![31]),
            ("每月最后一个工作日", vec![31]),
            ("10日,25日", vec![10, 25]),
            ("25日/10日", vec![10, 25]),
            ("每月10日、25日", vec![10, 25]),
            ("次月5日", vec![5]),
            ("15日前", vec![15]),
            ("10号发", vec![10]),
            ("10日（管理层）、25日（员工）", vec![10, 25]),
            ("月底前", vec![31]),
            ("每月月末之前", vec![31]),
            ("2026-03-10", vec![10]),
            ("10", vec![10]),
        ] {
            assert_eq!(read(text, &words), Some((Paydays(days), None)), "{text}");
        }
        assert_eq!(read("不定期", &words), None);
        assert_eq!(read("32日", &words), None);
    }

    #[test]
    fn rules_for_days_off_as_written() {
        let words = words();
        let (earlier, later) = (Shift::Earlier, Shift::Later);
        for (text, days, shift) in [
            ("15日（遇节假日顺延）", vec![15], later),
            ("15日(遇節假日順延)", vec![15], later),
            ("每月15日，遇节假日顺延", vec![15], later),
            ("每月15日遇节假日顺延", vec![15], later),
            ("15日，如遇节假日，则顺延至节后第一个工作日", vec![15], later),
            ("15号顺延", vec![15], later),
            ("25日，遇周六、周日顺延", vec![25], later),
            ("25日发放,逢假顺延", vec![25], later),
            ("每月15日（逢周末或节假日推迟到下一工作日）", vec![15], later),
            ("15日（遇节假日延至节后）", vec![15], later),
            ("10日，逢节假日提前", vec![10], earlier),
            ("10日（逢节假日提前一天）", vec![10], earlier),
            ("每月10日（遇节假日提前）", vec![10], earlier),
            ("10日/25日（遇休提前）", vec![10, 25], earlier),
            ("逢节假日提前，每月10日", vec![10], earlier),
            ("月末（遇休息日提前至上一工作日）", vec![31], earlier),
            ("月末，遇节假日顺延", vec![31], later),
            ("15日（节假日不顺延）", vec![15], Shift::Unmoved),
            ("15日，节假日照常发放", vec![15], Shift::Unmoved),
        ] {
            assert_eq!(read(text, &words), Some((Paydays(days), Some(shift))), "{text}");
        }
        // Which of the two holds, or by how many days each payday is moved, somebody has to say.
        for text in ["15日（周末提前，节假日顺延）", "10日（提前）、25日（顺延）", "15日（提前3天）"]
        {
            assert_eq!(read(text, &words), None, "{text}");
        }
    }

    #[test]
    fn remarks_speak_of_it_only_with_a_word_of_days_off() {
        let words = words();
        assert_eq!(shift_in_remark("发薪日遇节假日顺延；联系人出差", &words), Some(Shift::Later));
        assert_eq!(shift_in_remark("走访提前预约", &words), None);
        assert_eq!(shift_in_remark("节假日顺延。节假日提前", &words), None);
        assert_eq!(shift_in_remark("节假日不对外营业", &words), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[\\PC遇节假日顺延提前15，（）]{0,24}") {
            let words = words();
            let _ = (read(&text, &words), shift(&text, &words), shift_in_remark(&text, &words));
        }
    }
}
