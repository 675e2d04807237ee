//! What the rows above the header say: employer, date, payday, month, unit.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use crate::rules::import::TitleWords;

use crate::intake::header::detect::Aliases;
use crate::intake::header::units;
use crate::intake::title::dates::{self, When};
use crate::intake::value::amount::unit_sentences::Said;
use crate::intake::value::{Read, date, identity, squeeze};

/// What was found; the title's own words come first, a free date only fills a gap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TitleFacts {
    pub employer: Option<String>,
    /// The employer's 统一社会信用代码, where its check character is right.
    pub credit_code: Option<String>,
    pub as_of: Option<NaiveDate>,
    pub payday: Option<NaiveDate>,
    /// First day of the month the sheet is for.
    pub month: Option<NaiveDate>,
    pub unit: Said,
    /// Different days without a label.
    pub free_dates: Vec<NaiveDate>,
    /// Different last days of stretches and of months that a day is meant by (`2月末`); no payday.
    pub free_ends: Vec<NaiveDate>,
    /// A second data date or payday with a label, another than the first.
    pub other_as_of: Option<NaiveDate>,
    pub other_payday: Option<NaiveDate>,
    /// A year without a month.
    pub year: Option<i32>,
}

#[derive(Clone, Copy, PartialEq)]
enum Label {
    Employer,
    AsOf,
    Payday,
    Month,
    Unit,
    CreditCode,
    Ignore,
    OtherDate,
}

/// Reads title rows, each given as its cells' texts.
pub fn read(rows: &[Vec<String>], words: &TitleWords, aliases: &Aliases) -> TitleFacts {
    let mut facts = TitleFacts::default();
    let labels = Labels::new(words);
    for row in rows {
        let text: String = row.join("\t").nfkc().collect();
        let marks = labels.marks(&text, words);
        let mut free = text[..marks.first().map_or(text.len(), |m| m.start)].to_string();
        for (i, mark) in marks.iter().enumerate() {
            let end = marks.get(i + 1).map_or(text.len(), |m| m.start);
            let value = text[mark.end..end].trim();
            let ignored = matches!(mark.label, Label::Ignore | Label::OtherDate);
            let first_cell =
                value.split('\t').next().unwrap_or("").trim().trim_end_matches([',', ';', '。', '(']).trim();
            let left = facts.take(mark, balanced(first_cell), aliases, words);
            // What follows the labelled value is free again: after it, and in further cells.
            let further = left.into_iter().chain(value.split('\t').skip(1));
            free.extend(further.filter(|_| !ignored).map(|t| format!("\t{t}")));
        }
        facts.take_free(&free, words, aliases);
        row.iter().for_each(|cell| facts.take_sentence(cell, aliases));
    }
    facts
}

/// Whether a text begins with a label of the title's that has its value behind it, or, unless it has to stand in the
/// same cell, beside it.
pub(crate) fn is_labelled(text: &str, labels: &Labels, words: &TitleWords, same_cell: bool) -> bool {
    let text: String = text.nfkc().collect();
    let beside = if same_cell { "" } else { "\t" };
    let text = format!("{}{beside}", text.trim());
    let Some(mark) = labels.marks(&text, words).into_iter().next() else { return false };
    let ours = !matches!(mark.label, Label::Ignore | Label::OtherDate);
    ours && text[..mark.start].trim_matches(['(', ' ']).is_empty()
}

impl TitleFacts {
    /// The days a snapshot's title gives without a label.
    pub fn free_days(&self) -> Vec<NaiveDate> {
        let mut days: Vec<NaiveDate> = self.free_dates.iter().chain(&self.free_ends).copied().collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// Takes a labelled value; returns what of it belongs to something else.
    fn take<'v>(&mut self, mark: &Mark, value: &'v str, aliases: &Aliases, words: &TitleWords) -> Option<&'v str> {
        if value.is_empty() {
            return None;
        }
        let found = dates::scan(value, words);
        let when = found.first().map(|f| f.when);
        match mark.label {
            Label::Unit | Label::Employer => return self.take_name(mark, value, aliases, words),
            Label::AsOf => {
                let day = match when {
                    Some(When::Day(d) | When::MonthEnd(d) | When::Stretch(_, d)) => Some(d),
                    Some(When::Month(m)) => Some(crate::model::days::period::month_end(m)),
                    None => None,
                };
                self.other_as_of = self.other_as_of.or(day.filter(|d| self.as_of.is_some_and(|known| known != *d)));
                self.as_of = self.as_of.or(day);
            }
            Label::Payday => {
                let day = if let Some(When::Day(d)) = when { Some(d) } else { None };
                self.other_payday = self.other_payday.or(day.filter(|d| self.payday.is_some_and(|known| known != *d)));
                self.payday = self.payday.or(day);
            }
            Label::Month => {
                let first = if let Some(When::Month(m)) = when { Some(m) } else { None };
                self.month = self.month.or_else(|| date::month(value)).or(first);
            }
            Label::CreditCode => {
                let code = value.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                if let Read::Value(code) = identity::credit_code(code) {
                    self.credit_code = self.credit_code.take().or(Some(code));
                }
            }
            Label::Ignore | Label::OtherDate => {}
        }
        None
    }

    /// A sentence about the unit holds wherever it stands, behind 说明 or 备注 too.
    pub(crate) fn take_sentence(&mut self, text: &str, aliases: &Aliases) {
        let sentence = aliases.unit_text.sentence(text);
        self.unit = match (std::mem::take(&mut self.unit), sentence) {
            (known, Said::Nothing) => known,
            (Said::One(known), Said::One(said)) if known == said => Said::One(known),
            (Said::Nothing, said) => said,
            (_, _) => Said::Unclear(text.trim().to_string()),
        };
    }

    /// 单位 alone may mean the money's unit or the employer.
    fn take_name<'v>(&mut self, mark: &Mark, value: &'v str, aliases: &Aliases, words: &TitleWords) -> Option<&'v str> {
        let (name, rest) = name_in(value, words);
        let unit = mark.label == Label::Unit;
        // Blanks may stand inside a unit: 万  元.
        if let Some(unit) = aliases.unit_of(value) {
            self.unit = std::mem::take(&mut self.unit).and(Said::One(unit), value);
            return None;
        }
        let said = units::said(if unit { value } else { name }, aliases, true);
        match said {
            Said::Unclear(_) if !unit => {}
            Said::Nothing => {}
            said => {
                self.unit = std::mem::take(&mut self.unit).and(said, value);
                return rest;
            }
        }
        if unit && aliases.unit_text.is_own(name) {
            return rest;
        }
        // 开户单位, 分公司: something else's name; 单位:户 is none.
        if !mark.inside && !aliases.unit_text.is_measure(name) {
            self.employer = self.employer.take().or_else(|| Some(squeeze(name)).filter(|n| !n.is_empty()));
        }
        rest
    }

    fn take_free(&mut self, text: &str, words: &TitleWords, aliases: &Aliases) {
        for cell in text.split('\t') {
            for found in dates::scan(cell, words) {
                match found.when {
                    When::Day(d) if !self.free_dates.contains(&d) => self.free_dates.push(d),
                    When::MonthEnd(d) | When::Stretch(_, d) if !self.free_ends.contains(&d) => self.free_ends.push(d),
                    When::Month(m) => self.month = self.month.or(Some(m)),
                    _ => {}
                }
            }
            self.year = self.year.or_else(|| dates::year(cell));
            if self.employer.is_none() {
                self.employer = employer_in(cell, words);
            }
            let said = units::said(cell, aliases, false);
            self.unit = match (std::mem::take(&mut self.unit), said) {
                // Where a label says it, a sentence that speaks of amounts says nothing more.
                (Said::One(unit), Said::Unclear(_)) => Said::One(unit),
                (known, said) => known.and(said, cell.trim()),
            };
        }
    }
}

/// Without a closing bracket that was opened before.
fn balanced(text: &str) -> &str {
    let count = |c: char| text.matches(c).count();
    if text.ends_with(')') && count(')') > count('(') { text[..text.len() - 1].trim_end() } else { text }
}

/// A name at the start of a labelled value, and what follows it: after wide blanks, a page number, a date.
fn name_in<'v>(value: &'v str, words: &TitleWords) -> (&'v str, Option<&'v str>) {
    let date = dates::scan(value, words).into_iter().map(|f| f.at.start).find(|at| *at > 0);
    let page = value.match_indices('第').find(|(at, _)| {
        let inside: String = value[*at..].chars().skip(1).take_while(|c| *c != '页').collect();
        *at > 0 && value[*at..].contains('页') && inside.trim().parse::<u32>().is_ok()
    });
    let cut = [value.find("  "), date, page.map(|(at, _)| at)].into_iter().flatten().min();
    let (mut name, rest) = match cut {
        Some(at) => (value[..at].trim_end_matches(['(', ' ', ',', ';']), Some(&value[at..])),
        None => (value, None),
    };
    for seal in &words.seal {
        if let Some(bare) = name.strip_suffix(')').and_then(|n| n.trim_end().strip_suffix(seal.as_str()))
            && let Some(bare) = bare.rsplit_once('(').filter(|(_, inside)| inside.chars().count() <= 4)
        {
            name = bare.0.trim_end();
        }
    }
    (name, rest)
}

/// Characters of labels that end other words too (单位, 公司).
const SHORTEST_LABEL: usize = 2;

struct Mark {
    start: usize,
    end: usize,
    label: Label,
    /// It is the end of a longer word, which may mean something else.
    inside: bool,
}

/// The labels of a title, the longest first.
pub(crate) struct Labels(Vec<(String, Label)>);

impl Labels {
    pub fn new(words: &TitleWords) -> Labels {
        let mut list: Vec<(String, Label)> = Vec::new();
        for (group, label) in [
            (&words.employer, Label::Employer),
            (&words.as_of, Label::AsOf),
            (&words.payday, Label::Payday),
            (&words.month, Label::Month),
            (&words.unit, Label::Unit),
            (&words.credit_code, Label::CreditCode),
            (&words.ignore, Label::Ignore),
            (&words.other_dates, Label::OtherDate),
        ] {
            list.extend(group.iter().map(|w| (w.nfkc().collect(), label)));
        }
        // 金额单位 before 单位, 数据日期 before 日期.
        list.sort_by_key(|(w, _)| std::cmp::Reverse(w.chars().count()));
        Labels(list)
    }

    /// Where labels stand: followed by a colon, by a cell's end, or, for dates, directly by a digit.
    fn marks(&self, text: &str, words: &TitleWords) -> Vec<Mark> {
        let mut list: Vec<Mark> = Vec::new();
        for (word, label) in &self.0 {
            for (start, _) in text.match_indices(word.as_str()) {
                let after = start + word.len();
                if list.iter().any(|m| start < m.end && after > m.start) {
                    continue;
                }
                let tight = text[after..].trim_start_matches(' ');
                // 单位名称(盖章):
                let sealed = tight.strip_prefix('(').and_then(|t| t.split_once(')'));
                let sealed = sealed.filter(|(seal, _)| words.seal.iter().any(|w| seal.trim().ends_with(w.as_str())));
                let tight = sealed.map_or(tight, |(_, rest)| rest.trim_start_matches(' '));
                let inside = text[..start].chars().next_back().is_some_and(char::is_alphabetic)
                    && word.chars().count() <= SHORTEST_LABEL;
                let starts_cell = text[..start].ends_with(['\t', '(', ' ', ',', ';']) || start == 0;
                let of_day = matches!(label, Label::AsOf | Label::Payday | Label::OtherDate);
                let dated = of_day && tight.starts_with(|c: char| c.is_ascii_digit());
                if let Some(value) = tight.strip_prefix(':') {
                    list.push(Mark { start, end: text.len() - value.len(), label: *label, inside });
                } else if dated || (starts_cell && tight.starts_with('\t')) {
                    list.push(Mark { start, end: after, label: *label, inside });
                }
            }
        }
        list.sort_by_key(|m| m.start);
        list
    }
}

/// `云启信息有限公司2026年3月工资表` → `云启信息有限公司`.
pub(crate) fn employer_in(cell: &str, words: &TitleWords) -> Option<String> {
    let text = squeeze(cell);
    if !words.payroll_words.iter().any(|w| text.contains(&squeeze(w))) {
        return None;
    }
    let ending = |text: &str| {
        let ends = |e: &String| text.rfind(e.as_str()).map(|at| (at + e.len(), e.chars().count()));
        words.employer_endings.iter().filter_map(ends).max()
    };
    let mut text = text.as_str();
    for lead in &words.before_employer {
        if let Some((_, after)) = text.split_once(lead.as_str())
            && ending(after).is_some()
        {
            text = after;
        }
    }
    // 附件1:, 1., 2026年度, 2026年3月份 stand before the name.
    let dates = dates::scan(text, words);
    if let Some(found) = dates.iter().take_while(|f| ending(&text[..f.at.start]).is_none()).last() {
        text = &text[found.at.end..];
    }
    if let Some(rest) = text.strip_prefix("附件").or(text.strip_prefix("附表")) {
        text = rest.trim_start_matches(|c: char| c.is_numeric() || is_ordinal(c));
    }
    let lead = |c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '-' | '.' | ':' | '、' | '_');
    let text = text.trim_start_matches(lead).trim_start_matches(['度', '份']);
    // The name ends before the day and what is paid.
    let stops = dates::scan(text, words).into_iter().map(|f| f.at.start);
    let stops = stops.chain(words.payroll_words.iter().filter_map(|w| text.find(&squeeze(w))));
    let stop = stops.filter(|at| ending(&text[..*at]).is_some()).min().unwrap_or(text.len());
    let (end, letters) = ending(&text[..stop])?;
    let name = &text[..end];
    (name.chars().count() >= letters + 2).then(|| name.to_string())
}

fn is_ordinal(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::value::amount::money::Unit;
    use crate::rules::Rules;

    fn read_rows(rows: &[&str]) -> TitleFacts {
        let rules = Rules::load(None).unwrap();
        let rows: Vec<Vec<String>> = rows.iter().map(|r| r.split('|').map(str::to_string).collect()).collect();
        read(&rows, &rules.import.title, &Aliases::new(&rules))
    }

    fn d(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn labelled_titles() {
        let facts = read_rows(&[
            "员工持有产品明细表",
            "单位名称：云启信息 截至2026年2月28日 单位：万元",
            "制表日期:2026-03-05",
        ]);
        assert_eq!(facts.employer.as_deref(), Some("云启信息"));
        assert_eq!(facts.as_of, d("2026-02-28"));
        assert_eq!(facts.unit, Said::One(Unit::TenThousand));
        assert!(facts.free_days().is_empty());
    }

    #[test]
    fn labels_and_values_in_cells_of_their_own() {
        let facts = read_rows(&["工  资  表", "发放单位：          |所属月份：|2024.4|发放日期：||金额单位： 元"]);
        assert_eq!(facts.employer, None);
        assert_eq!(facts.month, d("2024-04-01"));
        assert_eq!(facts.payday, None);
        assert_eq!(facts.unit, Said::One(Unit::Yuan));
        let facts = read_rows(&["发薪日|2026-03-10|公司名称|恒远制造"]);
        assert_eq!(facts.payday, d("2026-03-10"));
        assert_eq!(facts.employer.as_deref(), Some("恒远制造"));
    }

    #[test]
    fn free_titles() {
        let facts = read_rows(&["云启信息有限公司2026年3月工资发放表"]);
        assert_eq!(facts.employer.as_deref(), Some("云启信息有限公司"));
        assert_eq!(facts.month, d("2026-03-01"));
        let facts = read_rows(&["代发客户持有明细(2026-02-28)"]);
        assert_eq!(facts.free_days(), vec![d("2026-02-28").unwrap()]);
        assert_eq!(facts.employer, None);
    }

    #[test]
    fn units_in_many_wordings() {
        for title in [
            "单位：万元、人",
            "单位：户、万元",
            "单位：人，万元",
            "单位：万元/人",
            "单位：万元、%",
            "单位：万元    2026年3月16日",
            "单位：万元（保留两位小数）",
            "金额单位：人民币万元",
            "（单位：人民币 万元）",
            "货币单位：人民币（万元）",
            "（人民币：万元）",
            "金额：万元",
            "计量单位：万元",
            "单位:万元 币种:人民币",
            "代发客户资产明细表（万元）",
            "资产明细 单位(万元)",
            "注：本表金额均以万元为单位",
            "单位：  万  元",
            "单位：万",
            "单位|万元",
            "50万元以上客户明细 单位：万元",
        ] {
            assert_eq!(read_rows(&[title]).unit, Said::One(Unit::TenThousand), "{title}");
        }
        for title in ["单位：元、万元", "单位：千元或万元", "金额万元明细", "数量单位：箱（万元）、百万元"]
        {
            assert!(matches!(read_rows(&[title]).unit, Said::Unclear(_)), "{title}");
        }
        for title in [
            "50万元以上客户明细",
            "几万元、百万元以上客户",
            "单位：万科测试有限公司",
            "单位名称：元气测试",
            "代发工资10万元",
        ] {
            assert_eq!(read_rows(&[title]).unit, Said::Nothing, "{title}");
        }
        let facts = read_rows(&["单位：万元    2026年3月16日"]);
        assert_eq!((facts.free_days(), facts.employer), (vec![d("2026-03-16").unwrap()], None));
        assert_eq!(read_rows(&["单位：元气测试有限公司"]).employer.as_deref(), Some("元气测试有限公司"));
    }

    #[test]
    fn employers_with_what_stands_around_them() {
        for (title, employer) in [
            ("附件1：甲测试有限公司2026年3月工资表", "甲测试有限公司"),
            ("附件一甲测试有限公司工资表", "甲测试有限公司"),
            ("2026年度甲测试有限公司工资表", "甲测试有限公司"),
            ("2026年3月份甲测试有限公司工资表", "甲测试有限公司"),
            ("甲测试有限公司北京分公司2026年3月工资表", "甲测试有限公司北京分公司"),
            ("甲测试有限公司工资表（发往分公司）", "甲测试有限公司"),
            ("单位名称：甲测试有限公司（盖章）", "甲测试有限公司"),
            ("单位名称（盖章）：甲测试有限公司", "甲测试有限公司"),
            ("单位名称：甲测试（集团）有限公司", "甲测试(集团)有限公司"),
            ("单位名称：甲测试有限公司      2026年3月10日", "甲测试有限公司"),
            ("单位名称：甲测试有限公司 2026年3月10日", "甲测试有限公司"),
            ("单位：甲测试有限公司   第1页", "甲测试有限公司"),
            ("一测支行代发客户甲测试有限公司工资明细", "甲测试有限公司"),
            ("付款单位名称：甲测试有限公司", "甲测试有限公司"),
            ("代发单位:甲测试有限公司;笔数:1;金额:5000.00", "甲测试有限公司"),
            ("（单位名称：甲测试厂）", "甲测试厂"),
        ] {
            assert_eq!(read_rows(&[title]).employer.as_deref(), Some(employer), "{title}");
        }
        for title in [
            "单位：户",
            "单位：人、%",
            "分公司：北京",
            "填报单位：一测支行",
            "报送单位：一测支行",
            "编制单位：甲测试有限公司人力资源部",
            "开户单位：一测支行",
        ] {
            assert_eq!(read_rows(&[title]).employer, None, "{title}");
        }
    }

    #[test]
    fn days_that_mean_something_else() {
        let as_of = |title: &str| read_rows(&[title]).as_of;
        assert_eq!(as_of("统计区间：2026-01-01至2026-03-16"), d("2026-03-16"));
        assert_eq!(as_of("对比基期：2025-12-31    报告期：2026-03-16"), d("2026-03-16"));
        assert_eq!(as_of("查询日期：2026-03-18  数据日期：2026-03-16"), d("2026-03-16"));
        assert_eq!(as_of("截至2026年2月末"), d("2026-02-28"));
        let facts = read_rows(&["代发客户资产明细（2026年3月1日-2026年3月16日）"]);
        assert_eq!((facts.free_days(), facts.free_dates), (vec![d("2026-03-16").unwrap()], vec![]));
        for title in ["填表时间：2026-03-18", "打印时间2026-03-18", "计薪期间：2026年2月1日-2026年2月28日"]
        {
            let facts = read_rows(&[title]);
            assert_eq!((facts.free_days(), facts.as_of, facts.payday), (vec![], None, None), "{title}");
        }
        let facts = read_rows(&["资产明细 2026-02-28", "2026-03-16"]);
        assert_eq!((facts.free_days().len(), facts.free_dates.len()), (2, 2));
        assert_eq!(read_rows(&["2026年进企服务台账"]).year, Some(2026));
    }
}
