//! What a payment is for, as far as it tells two payments of one day apart: from purposes, titles and names.

use unicode_normalization::UnicodeNormalization as _;

use crate::model::runs::{Purpose, WageMonth};
use crate::rules::import::repeats::RunWords;

/// Characters that may stand between a month and its word: 2月员工工资.
const BETWEEN: usize = 2;
const NUMERALS: &str = "一二三四五六七八九十";

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a payment's own purpose: a month alone is the month paid for.
    Cell,
    /// In a title or a name, whose months may be those of the payday.
    Title,
}

/// Reads one text.
pub fn read(text: &str, place: Place, words: &RunWords) -> Purpose {
    let chars = without_asides(&text.nfkc().filter(|c| !c.is_whitespace()).collect::<Vec<_>>(), words);
    let text: String = chars.iter().collect();
    let mut purpose = Purpose::default();
    for at in (0..chars.len()).filter(|at| chars[*at] == '月') {
        if is_month_of_wages(&chars[at + 1..], place, words) {
            months_before(&chars[..at], &mut purpose);
        }
    }
    year_months(&chars, place, words, &mut purpose);
    purpose.marks.extend(words.marks.iter().filter(|m| text.contains(m.as_str())).cloned());
    for at in (0..chars.len()).filter(|at| chars[*at] == '第') {
        if let Some((number, after)) = number(&chars, at + 1)
            && let Some(unit) = words.batch.iter().find(|u| begins(&chars[after..], u))
        {
            purpose.marks.insert(format!("第{number}{unit}"));
        }
    }
    purpose
}

/// Whether a text says that the payments are planned (`Some(true)`) or have been made.
pub fn is_planned(text: &str, words: &RunWords) -> Option<bool> {
    let text: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let has = |list: &[String]| list.iter().any(|w| text.contains(w.as_str()));
    match (has(&words.planned), has(&words.actual)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn begins(chars: &[char], word: &str) -> bool {
    word.chars().enumerate().all(|(i, c)| chars.get(i) == Some(&c))
}

/// Brackets that only say what is in the money are left out.
fn without_asides(chars: &[char], words: &RunWords) -> Vec<char> {
    let mut left = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let aside = chars[at] == '(' && words.aside.iter().any(|w| begins(&chars[at + 1..], w));
        match chars[at..].iter().position(|c| *c == ')').filter(|_| aside) {
            Some(length) => at += length + 1,
            None => {
                left.push(chars[at]);
                at += 1;
            }
        }
    }
    left
}

/// What stands behind 月 decides: wages, and no day.
fn is_month_of_wages(behind: &[char], place: Place, words: &RunWords) -> bool {
    let skipped = usize::from(behind.first().is_some_and(|c| ['份', '度', '的'].contains(c)));
    let behind = &behind[skipped..];
    if behind.first().is_some_and(char::is_ascii_digit) {
        return false;
    }
    place == Place::Cell || wages_follow(behind, words)
}

fn wages_follow(behind: &[char], words: &RunWords) -> bool {
    (0..=BETWEEN.min(behind.len())).any(|gap| {
        !behind[..gap].iter().any(char::is_ascii_digit) && words.month_of.iter().any(|w| begins(&behind[gap..], w))
    })
}

/// The months that end before a 月, with their year: 2月, 2026年2月, 1-3月, 1、2月, 十二月.
fn months_before(chars: &[char], purpose: &mut Purpose) {
    let Some((month, start)) = month_ending(chars) else { return };
    let before = &chars[..start];
    let mut first = month;
    let mut year_at = start;
    if let Some((sign, rest)) = before.split_last()
        && let Some((earlier, earlier_start)) = month_ending(rest).filter(|_| "-~至到、,和及".contains(*sign))
    {
        let joined = "、,和及".contains(*sign);
        purpose.months.extend(joined.then_some(WageMonth { year: None, month: earlier }));
        first = if joined || earlier > month { month } else { earlier };
        year_at = earlier_start;
    }
    let year = year_ending(&chars[..year_at]);
    purpose.months.extend((first..=month).map(|month| WageMonth { year, month }));
}

/// A month's number at the end of a text, and where it begins.
fn month_ending(chars: &[char]) -> Option<(u32, usize)> {
    let of = |one: fn(&char) -> bool| chars.iter().rev().take_while(|c| one(c)).count();
    let digits = of(|c| c.is_ascii_digit());
    let numerals = of(|c| NUMERALS.contains(*c));
    let start = chars.len() - digits.max(numerals);
    let month = match (digits, numerals) {
        (1 | 2, _) => chars[start..].iter().collect::<String>().parse().ok()?,
        (0, 1..=2) => numeral(&chars[start..])?,
        _ => return None,
    };
    (1..=12).contains(&month).then_some((month, start))
}

/// 一 to 十九.
fn numeral(chars: &[char]) -> Option<u32> {
    let value = |c: char| NUMERALS.chars().position(|n| n == c).map(|at| at as u32 + 1);
    match chars {
        [one] => value(*one),
        ['十', one] if *one != '十' => Some(10 + value(*one)?),
        _ => None,
    }
}

/// A year at the end of a text, with its sign: `2026年`, `26年`, `2026-`.
fn year_ending(chars: &[char]) -> Option<i32> {
    let (sign, rest) = chars.split_last()?;
    let digits = rest.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let year: i32 = rest[rest.len() - digits..].iter().collect::<String>().parse().ok()?;
    match (digits, sign) {
        (4, '年' | '-' | '.' | '/') => Some(year),
        (2, '年') => Some(2000 + year),
        _ => None,
    }
}

/// `202602工资`, `2026-02工资`.
fn year_months(chars: &[char], place: Place, words: &RunWords, purpose: &mut Purpose) {
    for at in 0..chars.len() {
        if at > 0 && chars[at - 1].is_ascii_digit() {
            continue;
        }
        let digits: Vec<char> = chars[at..].iter().take(7).copied().collect();
        let (year, month, length) = match digits[..] {
            [y0, y1, y2, y3, '-' | '.' | '/', m0, m1] => ([y0, y1, y2, y3], [m0, m1], 7),
            [y0, y1, y2, y3, m0, m1, ..] => ([y0, y1, y2, y3], [m0, m1], 6),
            _ => continue,
        };
        let number = |chars: &[char]| chars.iter().collect::<String>().parse::<u32>().ok();
        let (Some(year), Some(month)) = (number(&year), number(&month)) else { continue };
        let behind = &chars[at + length..];
        let alone = place == Place::Cell && behind.is_empty();
        if (2000..2100).contains(&year) && (1..=12).contains(&month) && (alone || wages_follow(behind, words)) {
            purpose.months.insert(WageMonth { year: Some(year as i32), month });
        }
    }
}

/// A number at `at`, and where it ends.
fn number(chars: &[char], at: usize) -> Option<(u32, usize)> {
    let run = |one: fn(&char) -> bool| at + chars[at..].iter().take_while(|c| one(c)).count();
    let digits = run(|c| c.is_ascii_digit());
    if digits > at {
        return Some((chars[at..digits].iter().collect::<String>().parse().ok()?, digits));
    }
    let numerals = run(|c| NUMERALS.contains(*c));
    Some((numeral(&chars[at..numerals])?, numerals))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn of(text: &str, place: Place) -> String {
        read(text, place, &Rules::load(None).unwrap().repeats.words).key()
    }

    #[test]
    fn purposes_say_months_and_marks() {
        for (text, key) in [
            ("2月工资", "2"),
            ("２月份工资", "2"),
            ("2026年2月工资", "2026-02"),
            ("26年12月薪资", "2026-12"),
            ("十二月份薪酬", "12"),
            ("202602工资", "2026-02"),
            ("2026-02工资", "2026-02"),
            ("1-3月工资", "1 2 3"),
            ("1、2月工资", "1 2"),
            ("2月", "2"),
            ("3月10日发放", ""),
            ("工资", ""),
            ("补发2月工资", "2 补发"),
            ("3月工资(含补贴)", "3"),
            ("工资第二批", "第2批"),
            ("工资第2批", "第2批"),
            ("13月工资", ""),
        ] {
            assert_eq!(of(text, Place::Cell), key, "{text}");
        }
    }

    #[test]
    fn a_title_says_the_month_of_wages_only_beside_their_word() {
        for (text, key) in [
            ("云启信息2026年2月工资表", "2026-02"),
            ("2月员工工资", "2"),
            ("3月代发明细", ""),
            ("代发20260310", ""),
            ("2026年3月10日代发工资", ""),
            ("202603工资发放表", "2026-03"),
            ("Sheet1", ""),
        ] {
            assert_eq!(of(text, Place::Title), key, "{text}");
        }
    }

    #[test]
    fn names_say_what_was_planned() {
        let said = |text| is_planned(text, &Rules::load(None).unwrap().repeats.words);
        assert_eq!(said("3月代发计划.xlsx"), Some(true));
        assert_eq!(said("实际代发.xlsx"), Some(false));
        assert_eq!(said("计划与实际对照.xlsx"), None);
        assert_eq!(said("工资.xlsx"), None);
    }
}
