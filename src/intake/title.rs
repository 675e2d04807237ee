//! What the rows above the header say: employer, date, payday, month, unit.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use crate::rules::import::TitleWords;

use super::header::Aliases;
use super::value::money::Unit;
use super::value::{date, squeeze};

/// What was found; the title's own words come first, a free date only fills a gap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TitleFacts {
    pub employer: Option<String>,
    pub as_of: Option<NaiveDate>,
    pub payday: Option<NaiveDate>,
    /// First day of the month the sheet is for.
    pub month: Option<NaiveDate>,
    pub unit: Option<Unit>,
    /// A date without a label.
    pub free_date: Option<NaiveDate>,
}

#[derive(Clone, Copy, PartialEq)]
enum Label {
    Employer,
    AsOf,
    Payday,
    Month,
    Unit,
    Ignore,
}

/// Reads title rows, each given as its cells' texts.
pub fn read(rows: &[Vec<String>], words: &TitleWords, aliases: &Aliases) -> TitleFacts {
    let mut facts = TitleFacts::default();
    let labels = labels(words);
    for row in rows {
        let text: String = row.join("\t").nfkc().collect();
        let marks = marks(&text, &labels);
        let mut free = text[..marks.first().map_or(text.len(), |m| m.start)].to_string();
        for (i, mark) in marks.iter().enumerate() {
            let end = marks.get(i + 1).map_or(text.len(), |m| m.start);
            let value = text[mark.end..end].trim();
            let first_cell =
                value.split('\t').next().unwrap_or("").trim().trim_end_matches([',', ';', '。', ')']).trim();
            facts.take(mark.label, first_cell, aliases);
            // What follows the labelled value in further cells is free again.
            free.extend(value.split('\t').skip(1).filter(|_| mark.label != Label::Ignore).map(|t| format!("\t{t}")));
        }
        facts.take_free(&free, words);
    }
    facts
}

impl TitleFacts {
    fn take(&mut self, label: Label, value: &str, aliases: &Aliases) {
        if value.is_empty() {
            return;
        }
        let (dates, months) = date::in_title(value);
        let day = dates.first().copied();
        match label {
            // 单位 alone may mean the money's unit or the employer.
            Label::Unit | Label::Employer => match aliases.unit_of(value) {
                Some(unit) => self.unit = self.unit.or(Some(unit)),
                None if label == Label::Unit && value.contains('元') => {}
                None => self.employer = self.employer.take().or_else(|| Some(squeeze(value))),
            },
            Label::AsOf => {
                self.as_of = self.as_of.or(day).or_else(|| months.first().map(|m| crate::model::period::month_end(*m)));
            }
            Label::Payday => self.payday = self.payday.or(day),
            Label::Month => self.month = self.month.or_else(|| date::month(value)).or(months.first().copied()),
            Label::Ignore => {}
        }
    }

    fn take_free(&mut self, text: &str, words: &TitleWords) {
        let (dates, months) = date::in_title(text);
        self.free_date = self.free_date.or(dates.first().copied());
        self.month = self.month.or(months.first().copied());
        if self.employer.is_none() {
            self.employer = text.split('\t').find_map(|cell| employer_in(cell, words));
        }
    }
}

struct Mark {
    start: usize,
    end: usize,
    label: Label,
}

fn labels(words: &TitleWords) -> Vec<(String, Label)> {
    let mut list: Vec<(String, Label)> = Vec::new();
    for (group, label) in [
        (&words.employer, Label::Employer),
        (&words.as_of, Label::AsOf),
        (&words.payday, Label::Payday),
        (&words.month, Label::Month),
        (&words.unit, Label::Unit),
        (&words.ignore, Label::Ignore),
    ] {
        list.extend(group.iter().map(|w| (w.nfkc().collect(), label)));
    }
    // 金额单位 before 单位, 数据日期 before 日期.
    list.sort_by_key(|(w, _)| std::cmp::Reverse(w.chars().count()));
    list
}

/// Where labels stand: followed by a colon, by a cell's end, or, for dates, directly by a digit.
fn marks(text: &str, labels: &[(String, Label)]) -> Vec<Mark> {
    let mut list: Vec<Mark> = Vec::new();
    for (word, label) in labels {
        for (start, _) in text.match_indices(word.as_str()) {
            let after = start + word.len();
            if list.iter().any(|m| start < m.end && after > m.start) {
                continue;
            }
            let rest = &text[after..];
            let tight = rest.trim_start_matches(' ');
            let starts_cell = text[..start].ends_with(['\t', '(', ' ', ',', ';']) || start == 0;
            let dated = matches!(label, Label::AsOf | Label::Payday) && tight.starts_with(|c: char| c.is_ascii_digit());
            if let Some(value) = tight.strip_prefix(':') {
                list.push(Mark { start, end: text.len() - value.len(), label: *label });
            } else if dated || (starts_cell && tight.starts_with('\t')) {
                list.push(Mark { start, end: after, label: *label });
            }
        }
    }
    list.sort_by_key(|m| m.start);
    list
}

/// `云启信息有限公司2026年3月工资表` → `云启信息有限公司`.
fn employer_in(cell: &str, words: &TitleWords) -> Option<String> {
    let text = squeeze(cell);
    if !words.payroll_words.iter().any(|w| text.contains(&squeeze(w))) {
        return None;
    }
    words
        .employer_endings
        .iter()
        .filter_map(|ending| {
            let end = text.find(ending.as_str())? + ending.len();
            let name =
                text[..end].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '-' | '.'));
            (name.chars().count() >= ending.chars().count() + 2).then(|| name.to_string())
        })
        .max_by_key(String::len)
}

#[cfg(test)]
mod tests {
    use super::*;
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
        assert_eq!(facts.unit, Some(Unit::TenThousand));
        assert_eq!(facts.free_date, None);
    }

    #[test]
    fn labels_and_values_in_cells_of_their_own() {
        let facts = read_rows(&["工  资  表", "发放单位：          |所属月份：|2024.4|发放日期：||金额单位： 元"]);
        assert_eq!(facts.employer, None);
        assert_eq!(facts.month, d("2024-04-01"));
        assert_eq!(facts.payday, None);
        assert_eq!(facts.unit, Some(Unit::Yuan));
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
        assert_eq!(facts.free_date, d("2026-02-28"));
        assert_eq!(facts.employer, None);
    }
}
