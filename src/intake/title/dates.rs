//! Days, months and stretches of days in a title, with the places they stand at.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use crate::model::days::period::month_end;
use crate::rules::import::TitleWords;

use crate::intake::value::{date, stamp};

/// What a title's words mean in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Day(NaiveDate),
    /// `2026年2月末`.
    MonthEnd(NaiveDate),
    /// First day of the month.
    Month(NaiveDate),
    /// First and last day.
    Stretch(NaiveDate, NaiveDate),
}

/// One of them, and the bytes of the text it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub at: Range<usize>,
    pub when: When,
}

/// All dates of one cell's text (narrowed), in order.
pub(crate) fn scan(text: &str, words: &TitleWords) -> Vec<Found> {
    let chars = squeezed(text);
    let mut list = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let starts = chars[at].1.is_ascii_digit() && (at == 0 || !chars[at - 1].1.is_ascii_digit());
        let Some((mut when, mut end)) = starts.then(|| single(&chars, at, words)).flatten() else {
            at += 1;
            continue;
        };
        if let Some((last, after)) = until(&chars, end, &when, words) {
            let first = match when {
                When::Day(d) | When::MonthEnd(d) | When::Month(d) | When::Stretch(d, _) => d,
            };
            if first <= last {
                when = When::Stretch(first, last);
                end = after;
            }
        }
        if let When::Day(day) = when
            && let Some(behind) = chars.get(end).and_then(|(from, _)| text.get(*from..))
            && let Some((stamp, _)) = stamp::at_start(day, behind)
        {
            when = When::Day(stamp.at.date());
        }
        let bytes = chars[at].0..chars.get(end).map_or(text.len(), |(i, _)| *i);
        list.push(Found { at: bytes, when });
        at = end;
    }
    list
}

/// The year a title names without a month: `2026年进企服务台账`.
pub(crate) fn year(text: &str) -> Option<i32> {
    text.match_indices('年').find_map(|(at, _)| {
        let digits = text[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        (digits == 4).then(|| text[at - 4..at].parse().ok()).flatten().filter(|y| (2000..2200).contains(y))
    })
}

/// The characters that are no blanks, with their places; one blank is left between two digits.
fn squeezed(text: &str) -> Vec<(usize, char)> {
    let mut chars: Vec<(usize, char)> = Vec::new();
    let mut gap = None;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            gap = gap.or(Some(at));
            continue;
        }
        if let Some(place) = gap.take()
            && c.is_ascii_digit()
            && chars.last().is_some_and(|(_, p)| p.is_ascii_digit())
        {
            chars.push((place, ' '));
        }
        chars.push((at, c));
    }
    chars
}

/// Characters a date is written with.
fn of_date(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | '号' | '-' | '/' | '.' | '−' | '–')
}

/// Longest date with its signs, `2026年12月31日`, in characters.
const LONGEST: usize = 11;

/// Shortest month, `26年3月`.
const SHORTEST: usize = 5;

/// A day or month that begins here, and where it ends.
fn single(chars: &[(usize, char)], at: usize, words: &TitleWords) -> Option<(When, usize)> {
    let length = chars[at..].iter().take(LONGEST).take_while(|(_, c)| of_date(*c)).count();
    for end in (at + SHORTEST..=at + length).rev() {
        let last = chars[end - 1].1;
        let next = chars.get(end).map(|(_, c)| *c);
        let cut = last.is_ascii_digit() && next.is_some_and(|c| c.is_ascii_digit());
        if cut || !(last.is_ascii_digit() || matches!(last, '日' | '号' | '月')) {
            continue;
        }
        let text: String = chars[at..end].iter().map(|(_, c)| *c).collect();
        // 2026年1-3月: no third of January.
        if next != Some('月')
            && let Some(day) = date::parse(&text, None)
        {
            return Some((When::Day(day), end));
        }
        if let Some(month) = date::month(&text).filter(|_| date::in_title(&text).1.len() == 1) {
            // 2026年3 stands before its 月 or its next part.
            if next == Some('月') {
                continue;
            }
            let rest: String = chars[end..].iter().take(4).map(|(_, c)| *c).collect();
            if let Some(word) = words.month_end.iter().find(|w| last == '月' && rest.starts_with(w.as_str())) {
                return Some((When::MonthEnd(month_end(month)), end + word.chars().count()));
            }
            return Some((When::Month(month), end));
        }
    }
    None
}

/// The last day of a stretch whose beginning ends here, and where it ends itself.
fn until(chars: &[(usize, char)], at: usize, begin: &When, words: &TitleWords) -> Option<(NaiveDate, usize)> {
    let (first, whole) = match begin {
        When::Day(day) => (*day, true),
        When::Month(day) => (*day, false),
        _ => return None,
    };
    let rest: String = chars[at..].iter().map(|(_, c)| *c).take(LONGEST + 4).collect();
    let joined = words.until.iter().filter(|w| rest.starts_with(w.as_str())).map(|w| w.chars().count()).max()?;
    let start = at + joined;
    if chars.get(start).is_some_and(|(_, c)| c.is_ascii_digit())
        && let Some((when, end)) = single(chars, start, words)
    {
        return Some(match when {
            When::Day(d) | When::MonthEnd(d) | When::Stretch(_, d) => (d, end),
            When::Month(m) => (month_end(m), end),
        });
    }
    // 3月16日, 3.16, 16日, 3月: the year, or the month, is that of the beginning.
    let numbers: Vec<char> = chars[start..].iter().map(|(_, c)| *c).take_while(|c| of_date(*c)).collect();
    let text: String = numbers.iter().collect();
    let number = |t: &str| (1..=2).contains(&t.len()).then(|| t.parse::<u32>().ok()).flatten();
    let end = |n: usize| start + n;
    let named = text.trim_end_matches(['日', '号']);
    let ended = named.len() < text.len();
    if let Some((month, day)) = named.split_once(['月', '.', '/'])
        && let (Some(month), Some(day)) = (number(month), number(day))
        && whole
    {
        return NaiveDate::from_ymd_opt(first.year(), month, day).map(|d| (d, end(numbers.len())));
    }
    if let Some(day) = number(named).filter(|_| ended && whole) {
        return first.with_day(day).map(|d| (d, end(numbers.len())));
    }
    let month = text.strip_suffix('月').and_then(number).filter(|_| !whole)?;
    NaiveDate::from_ymd_opt(first.year(), month, 1).map(|m| (month_end(m), end(numbers.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn of(text: &str) -> Vec<When> {
        let words = Rules::load(None).unwrap().import.title;
        scan(text, &words).into_iter().map(|f| f.when).collect()
    }

    #[test]
    fn days_months_and_stretches() {
        let day = |t: &str| vec![When::Day(d(t))];
        let stretch = |a: &str, b: &str| vec![When::Stretch(d(a), d(b))];
        for (text, found) in [
            ("截至2026年3月16日", day("2026-03-16")),
            ("2026 年 3 月 16 日", day("2026-03-16")),
            ("holdings_20260228_v2", day("2026-02-28")),
            ("数据2026-03-16 08:00", day("2026-03-16")),
            ("数据时间：2026-03-15T16:00:00.000Z", day("2026-03-16")),
            ("代发_2026-03-10-1", day("2026-03-10")),
            ("云启2026年3月工资", vec![When::Month(d("2026-03-01"))]),
            ("截至26年3月16日", day("2026-03-16")),
            ("26年3月工资", vec![When::Month(d("2026-03-01"))]),
            ("26-3-16", vec![]),
            ("202603工资", vec![When::Month(d("2026-03-01"))]),
            ("2026年2月末持有", vec![When::MonthEnd(d("2026-02-28"))]),
            ("2026年2月底", vec![When::MonthEnd(d("2026-02-28"))]),
            ("2026-01-01至2026-03-16", stretch("2026-01-01", "2026-03-16")),
            ("(2026年3月1日-2026年3月16日)", stretch("2026-03-01", "2026-03-16")),
            ("2026年3月1日 至 16日", stretch("2026-03-01", "2026-03-16")),
            ("2026年2月1日—2月28日", stretch("2026-02-01", "2026-02-28")),
            ("2026.1.1-3.16", stretch("2026-01-01", "2026-03-16")),
            ("代发_20260101-20260316", stretch("2026-01-01", "2026-03-16")),
            ("2026-03-01-2026-03-16", stretch("2026-03-01", "2026-03-16")),
            ("2026年1-3月奖金", stretch("2026-01-01", "2026-03-31")),
            ("2026年1月至3月奖金", stretch("2026-01-01", "2026-03-31")),
            ("对比2025-12-31 报告2026-03-16", vec![When::Day(d("2025-12-31")), When::Day(d("2026-03-16"))]),
            ("6200000000000000001", vec![]),
            ("2026年台账", vec![]),
        ] {
            assert_eq!(of(text), found, "{text}");
        }
        assert_eq!(year("2026年进企服务台账"), Some(2026));
        assert_eq!(year("12年老客户"), None);
    }

    proptest! {
        #[test]
        fn nothing_in_a_title_panics(text in "[0-9年月日号./~至 -]{0,24}\\PC{0,4}") {
            let words = Rules::load(None).unwrap().import.title;
            for found in scan(&text, &words) {
                prop_assert!(text.get(found.at).is_some());
            }
        }
    }
}
