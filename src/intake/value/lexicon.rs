//! Words of fixed lists in cells: yes and no, levels, risk levels, kinds of payment; and names.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::status::{Level, PayKind};
use crate::rules::import::ImportRules;

use crate::intake::value::amount::money::{self, Amount, NoAmount, Suffixes, Unit};
use crate::intake::value::hours::HoursWords;
use crate::intake::value::payday::PaydayWords;
use crate::intake::value::{Read, clean, key, keyed};

/// The word lists of the rules, ready to look up.
pub struct Lexicon {
    flags: HashMap<String, bool>,
    nothing: Words,
    unknown: Words,
    no_end: Words,
    footer: Vec<String>,
    hints: HashSet<String>,
    guides: Vec<String>,
    secrets: Vec<String>,
    not_secrets: Vec<String>,
    firms: Vec<String>,
    levels: Vec<(String, Level)>,
    risk: HashMap<String, i64>,
    class: HashMap<String, i64>,
    gender: HashMap<String, String>,
    pay_other: Vec<String>,
    pay_bonus: Vec<String>,
    pay_aside: Vec<String>,
    pay_wage: Vec<String>,
    pay_words: Vec<String>,
    pub payday: PaydayWords,
    pub hours: HoursWords,
    tails: Vec<String>,
    amounts: Suffixes,
}

/// Bytes beyond which a text stands for something, padded or not.
const LONGEST_NOTHING: usize = 40;

/// Bytes beyond which a text is no total row's label, however many blanks it has inside.
const LONGEST_TOTAL: usize = 120;

/// As much of a text as the labels it may begin with take.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_TOTAL);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Words that a text may be, as they are compared. Most cells are none of them: their first byte tells.
#[derive(Default)]
pub(crate) struct Words {
    words: HashSet<String>,
    first: Vec<bool>,
}

impl Words {
    fn new(words: &[String]) -> Words {
        let words: HashSet<String> = words.iter().map(|w| key(w)).collect();
        let mut first = vec![false; 256];
        words.iter().filter_map(|w| w.bytes().next()).for_each(|byte| first[usize::from(byte)] = true);
        Words { words, first }
    }

    /// Whether a text in the form of [`keyed`] is one of them.
    fn contain(&self, key: &str) -> bool {
        key.bytes().next().is_some_and(|byte| self.first[usize::from(byte)]) && self.words.contains(key)
    }
}

fn keys(list: &[String]) -> Vec<String> {
    list.iter().map(|w| key(w)).collect()
}

fn numbered(lists: &BTreeMap<String, Vec<String>>) -> HashMap<String, i64> {
    let mut map = HashMap::new();
    for (number, words) in lists {
        if let Ok(n) = number.parse() {
            map.extend(words.iter().map(|w| (key(w), n)));
        }
    }
    map
}

impl Lexicon {
    pub fn new(rules: &ImportRules) -> Lexicon {
        let words = &rules.words;
        let mut flags: HashMap<String, bool> = words.no.iter().map(|w| (key(w), false)).collect();
        flags.extend(words.yes.iter().map(|w| (key(w), true)));
        let mut levels: Vec<(String, Level)> = Vec::new();
        for (list, level) in [
            (&rules.levels.executive, Level::Executive),
            (&rules.levels.manager, Level::Manager),
            (&rules.levels.staff, Level::Staff),
        ] {
            levels.extend(list.iter().map(|w| (key(w), level)));
        }
        // 副总经理 holds 经理 too: the longer word decides.
        levels.sort_by_key(|(w, _)| std::cmp::Reverse(w.chars().count()));
        let mut gender = HashMap::new();
        for (letter, list) in &rules.gender {
            gender.extend(list.iter().map(|w| (key(w), letter.clone())));
        }
        Lexicon {
            flags,
            amounts: Suffixes::new(&rules.units),
            nothing: Words::new(&words.nothing),
            unknown: Words::new(&words.unknown),
            no_end: Words::new(&words.no_end),
            footer: keys(&words.footer),
            hints: words.template_hint.iter().map(|w| key(w)).collect(),
            guides: keys(&words.guide_sheet),
            secrets: keys(&words.secret),
            not_secrets: keys(&words.not_secret),
            firms: keys(&rules.title.employer_endings),
            levels,
            risk: numbered(&rules.risk),
            class: numbered(&rules.account_class),
            gender,
            pay_other: keys(&rules.pay.other),
            pay_bonus: keys(&rules.pay.bonus),
            pay_aside: keys(&rules.pay.aside),
            pay_wage: keys(&rules.pay.wage),
            pay_words: keys(&rules.title.payroll_words),
            payday: PaydayWords::new(&words.month_end, &rules.payday),
            hours: HoursWords::new(&rules.visit_hours),
            tails: keys(&words.number_tail),
        }
    }

    /// An amount in a text: `1,234.50`, `5万`.
    ///
    /// # Errors
    /// See [`money::parse`].
    pub fn amount(&self, text: &str, unit: Unit) -> Result<Amount, NoAmount> {
        money::parse(text, unit, &self.amounts)
    }

    /// Empty, or a word that stands for nothing.
    pub fn is_nothing(&self, text: &str) -> bool {
        if text.len() > LONGEST_NOTHING {
            return text.trim().is_empty();
        }
        let key = keyed(text);
        key.is_empty() || self.nothing.contain(&key)
    }

    /// 未知, N/A, NULL: nobody knows, which is not the same as nothing.
    pub fn is_unknown(&self, text: &str) -> bool {
        text.len() <= LONGEST_NOTHING && self.unknown.contain(&keyed(text))
    }

    /// 尾号, 后四位: what stands behind such a word is the end of a number.
    pub fn after_tail_word<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.tails.iter().find_map(|w| text.rfind(w.as_str()).map(|at| &text[at + w.len()..]))
    }

    /// 长期 and the like: a date that never comes.
    pub fn is_no_end(&self, text: &str) -> bool {
        self.no_end.contain(&keyed(text))
    }

    /// 是/否, Y/N, √, 已开通/未开通, a count; what is empty or `-` is not held.
    pub fn flag(&self, text: &str) -> Read<bool> {
        let key = keyed(text);
        if key.is_empty() {
            return Read::Nothing;
        }
        if let Some(flag) = self.flags.get(&*key) {
            return Read::Value(*flag);
        }
        if self.nothing.contain(&key) {
            return Read::Nothing;
        }
        key.replace(',', "").parse::<f64>().map_or(Read::Bad, |n| Read::Value(n > 0.0))
    }

    /// Words for yes and no of another language, before those of the rules.
    pub fn add_flags(&mut self, yes: &[String], no: &[String]) {
        self.flags.extend(no.iter().map(|w| (key(w), false)));
        self.flags.extend(yes.iter().map(|w| (key(w), true)));
    }

    /// Whether a text ends like the name of a firm or an institution.
    pub fn is_firm(&self, text: &str) -> bool {
        let key = keyed(text);
        key.chars().count() >= 4 && self.firms.iter().any(|w| key.ends_with(w.as_str()))
    }

    /// Whether a text is one of the yes/no words and no number.
    pub fn is_flag_word(&self, text: &str) -> bool {
        let key = key(text);
        self.flags.contains_key(&key) && key.parse::<f64>().is_err()
    }

    /// 制表:, 审核人: and the like.
    pub fn is_footer(&self, text: &str) -> bool {
        let key = keyed(beginning(text.trim_start()));
        self.footer.iter().any(|w| key.starts_with(w.as_str()))
    }

    /// 必填, 选填: a row that explains the template.
    pub fn is_template_hint(&self, text: &str) -> bool {
        if text.len() > LONGEST_TOTAL {
            return false;
        }
        let key = keyed(text);
        self.hints.contains(key.trim_matches(['(', ')', '*', '[', ']']))
    }

    /// The name of a sheet that only explains.
    pub fn is_guide_sheet(&self, name: &str) -> bool {
        let key = key(name);
        self.guides.iter().any(|w| key == *w || (w.chars().count() >= 4 && key.contains(w.as_str())))
    }

    /// A header naming a secret: Chinese words anywhere, Latin ones as a whole word, whatever blanks, dots or dashes stand
    /// in it (`P.I.N.`, `Pin code`).
    pub fn is_secret(&self, header: &str) -> bool {
        let squeezed = key(header);
        if self.secrets.iter().any(|w| !w.is_ascii() && squeezed.contains(w.as_str())) {
            return true;
        }
        // Blanks part words, so they must not be squeezed out here.
        let spaced: String = clean(header).to_uppercase();
        let inside = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || matches!(c, '.' | '-' | '_');
        spaced.split(|c: char| !inside(c)).any(|run| {
            let words: Vec<&str> = run.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
            let all = words.concat();
            let harmless = self.not_secrets.iter().any(|w| all.contains(w.as_str()));
            let parts = (0..words.len()).flat_map(|i| (i + 1..=words.len()).map(move |j| (i, j)));
            !harmless && parts.into_iter().any(|(i, j)| self.secrets.contains(&words[i..j].concat()))
        })
    }

    pub fn level(&self, text: &str) -> Option<Level> {
        let key = key(text);
        self.levels.iter().find(|(w, _)| key.contains(w.as_str())).map(|(_, level)| *level)
    }

    /// 1 to 5.
    pub fn risk(&self, text: &str) -> Option<i64> {
        let key = key(text);
        if let Some(level) = self.risk.get(&key) {
            return Some(*level);
        }
        if let Some(digit) = key.parse::<f64>().ok().filter(|n| n.fract() == 0.0 && (1.0..=5.0).contains(n)) {
            return Some(digit as i64);
        }
        // C3(平衡型), C3-平衡型, R3级: the code leads.
        let head: String = key.chars().take(2).collect();
        self.risk.get(&head).copied().or_else(|| {
            let inner = key.trim_end_matches(|c: char| !c.is_alphanumeric());
            let inner = inner.trim_end_matches("级").trim_end_matches("投资者").trim_end_matches("客户");
            self.risk.get(inner).copied()
        })
    }

    /// 1, 2 or 3 for Ⅰ, Ⅱ, Ⅲ类户.
    pub fn account_class(&self, text: &str) -> Option<i64> {
        let key = key(text);
        let key = key.split('.').next().unwrap_or("");
        self.class.get(key).or_else(|| self.class.get(key.trim_end_matches("账户").trim_end_matches('户'))).copied()
    }

    pub fn gender(&self, text: &str) -> Option<String> {
        self.gender.get(&key(text)).cloned()
    }

    /// What a payment was for, from its purpose; `None` for an empty one.
    pub fn pay_kind(&self, purpose: &str) -> Option<PayKind> {
        let key = key(purpose);
        if key.is_empty() {
            return None;
        }
        let key = self.without_asides(key);
        let has = |list: &[String]| list.iter().any(|w| key.contains(w.as_str()));
        Some(if has(&self.pay_other) {
            PayKind::Other
        } else if has(&self.pay_bonus) {
            PayKind::Bonus
        } else {
            PayKind::Wage
        })
    }

    /// The same from the name of a file, which may speak of several payments: bonuses only where it names no wages.
    pub fn pay_kind_of_name(&self, name: &str) -> Option<PayKind> {
        let squeezed = key(name);
        let wages = self.pay_wage.iter().any(|w| squeezed.contains(w.as_str()));
        self.pay_kind(name).filter(|kind| *kind == PayKind::Bonus && !wages)
    }

    /// A purpose without the brackets that only say what is in it or was taken off: 工资（含年终奖）, 工资（扣除借款后）.
    fn without_asides(&self, mut text: String) -> String {
        let mut from = 0;
        while let Some(open) = text[from..].find('(').map(|at| from + at)
            && let Some(length) = text[open..].find(')')
        {
            if self.pay_aside.iter().any(|w| text[open + 1..].starts_with(w.as_str())) {
                text.replace_range(open..=open + length, "");
                from = open;
            } else {
                from = open + length;
            }
        }
        text
    }

    /// The same from a title, which must speak of payment at all.
    pub fn pay_kind_of_title(&self, title: &str) -> Option<PayKind> {
        let kind = self.pay_kind(title)?;
        let squeezed = key(title);
        (kind != PayKind::Wage || self.pay_words.iter().any(|w| squeezed.contains(w.as_str()))).then_some(kind)
    }
}

/// A person's name: blanks inside Chinese names removed, dots between name parts written `·`.
pub fn name(text: &str) -> String {
    let text = clean(text);
    // As most names are: nothing in it to be written another way.
    if text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '\u{4e00}'..='\u{9fff}')) {
        return text;
    }
    let chinese = text.chars().any(is_ideograph);
    let dotted = text.chars().map(|c| match c {
        '•' | '・' | '‧' | '∙' | '⋅' | '●' | '．' => '·',
        '.' if chinese => '·',
        c => c,
    });
    if chinese {
        dotted.filter(|c| !c.is_whitespace()).collect()
    } else {
        dotted.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether two texts are the same words: narrow or wide, with or without blanks, in capitals or not.
pub fn same_words(a: &str, b: &str) -> bool {
    key(a) == key(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn lexicon() -> Lexicon {
        Lexicon::new(&Rules::load(None).unwrap().import)
    }

    #[test]
    fn flags() {
        let lexicon = lexicon();
        for text in ["是", "Y", "y", "1", "√", "有", "已开通", "２", "1,000.5"] {
            assert_eq!(lexicon.flag(text), Read::Value(true), "{text}");
        }
        for text in ["否", "N", "0", "×", "无", "未开通", "0.00"] {
            assert_eq!(lexicon.flag(text), Read::Value(false), "{text}");
        }
        for text in ["", " ", "-", "—", "N/A"] {
            assert_eq!(lexicon.flag(text), Read::Nothing, "{text}");
        }
        assert_eq!(lexicon.flag("也许"), Read::Bad);
    }

    #[test]
    fn rows_that_are_no_data() {
        let lexicon = lexicon();
        assert!(lexicon.is_footer("制表人：甲") && lexicon.is_footer("审 核:") && !lexicon.is_footer("甲"));
        assert!(lexicon.is_template_hint("(必填)"));
    }

    #[test]
    fn secrets() {
        let lexicon = lexicon();
        for header in [
            "取款密码",
            "PIN",
            "卡片CVV2",
            "password",
            "登录 Password",
            "CVN2",
            "CVN",
            "PIN Code",
            "pin_code",
            "Card PIN",
            "OTP",
            "PWD",
            "P.I.N.",
            "p i n",
            "ＰＩＮ",
            "卡背面三位",
            "密鑰",
            "C-V-V",
            "Security Code",
            "登录pwd（必填）",
        ] {
            assert!(lexicon.is_secret(header), "{header}");
        }
        for header in
            ["有效期", "Shipping", "拼音", "PINYIN", "Pin Yin", "OPTION", "SPIN", "pinned", "客户姓名", "OPT-IN"]
        {
            assert!(!lexicon.is_secret(header), "{header}");
        }
    }

    #[test]
    fn words_of_people() {
        let lexicon = lexicon();
        assert_eq!(lexicon.level("副总经理"), Some(Level::Executive));
        assert_eq!(lexicon.level("部门经理"), Some(Level::Manager));
        assert_eq!(lexicon.level("普通员工"), Some(Level::Staff));
        assert_eq!(lexicon.level("甲"), None);
        for (text, level) in
            [("C3", 3), ("R1", 1), ("平衡型", 3), ("C5(进取型)", 5), ("C2-稳健型", 2), ("4", 4), ("保守型投资者", 1)]
        {
            assert_eq!(lexicon.risk(text), Some(level), "{text}");
        }
        for (text, class) in [("Ⅰ类", 1), ("II类", 2), ("1类", 1), ("Ⅱ类户", 2), ("二类账户", 2), ("2", 2)]
        {
            assert_eq!(lexicon.account_class(text), Some(class), "{text}");
        }
        assert_eq!(lexicon.gender("女"), Some("F".into()));
    }

    #[test]
    fn purposes() {
        let lexicon = lexicon();
        assert_eq!(lexicon.pay_kind("3月工资"), Some(PayKind::Wage));
        assert_eq!(lexicon.pay_kind("2025年年终奖"), Some(PayKind::Bonus));
        assert_eq!(lexicon.pay_kind("高温补贴"), Some(PayKind::Bonus));
        assert_eq!(lexicon.pay_kind("离职补偿金"), Some(PayKind::Other));
        for wages in ["工资（含年终奖）", "工资（扣除借款后）", "3月（不含奖金）工资"] {
            assert_eq!(lexicon.pay_kind(wages), Some(PayKind::Wage), "{wages}");
        }
        assert_eq!(lexicon.pay_kind("3月工资(绩效)"), Some(PayKind::Bonus));
        assert_eq!(lexicon.pay_kind_of_name("甲测试有限公司年终奖20260210"), Some(PayKind::Bonus));
        assert_eq!(lexicon.pay_kind_of_name("2月工资及年终奖"), None);
        assert_eq!(lexicon.pay_kind(""), None);
        assert_eq!(lexicon.pay_kind_of_title("Sheet1"), None);
        assert_eq!(lexicon.pay_kind_of_title("云启信息2026年3月工资表"), Some(PayKind::Wage));
    }

    #[test]
    fn names_are_one_way_of_writing() {
        assert_eq!(name("甲 子"), "甲子");
        assert_eq!(name(" 甲　子 "), "甲子");
        assert_eq!(name("甲子•丑寅"), "甲子·丑寅");
        assert_eq!(name("甲子．丑寅"), "甲子·丑寅");
        assert_eq!(name("Ann  B. Lee"), "Ann B. Lee");
    }
}
