//! Dates and paydays in the forms people write them.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use crate::model::days::period::month_end;
use crate::model::rows::Paydays;

use crate::intake::value::stamp::{self, Stamp};
use crate::intake::value::{clean, squeeze};

/// Systems write these years for "never" and "not set".
const FIRST_YEAR: i32 = 1900;
const LAST_YEAR: i32 = 2199;

/// A date in a text: `2026-01-05`, `2026/1/5`, `2026.1.5`, `2026年1月5日`, `20260105`, `26年1月5日`, each with or
/// without a time after it; `1月5日` takes the year from `base`: the year that puts it nearest.
pub fn parse(text: &str, base: Option<NaiveDate>) -> Option<NaiveDate> {
    if let Some(date) = iso(text) {
        return Some(date);
    }
    let text = clean(text);
    let found = leading(&text)?;
    match found {
        Found { date: Some(date), rest } => with_time(date, rest),
        Found { date: None, .. } => None,
    }
    .or_else(|| month_day(&squeeze(&text), base))
}

/// `2026-03-05`, as programs write it.
fn iso(text: &str) -> Option<NaiveDate> {
    let digits = |from: usize, to: usize| -> Option<u32> {
        let digits = text.as_bytes().get(from..to)?;
        digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
    };
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = i32::try_from(digits(0, 4)?).ok().filter(|y| (FIRST_YEAR..=LAST_YEAR).contains(y))?;
    NaiveDate::from_ymd_opt(year, digits(5, 7)?, digits(8, 10)?)
}

/// The day of a date with what stands behind it: nothing, or a time of day, in Beijing time unless it says otherwise.
fn with_time(date: NaiveDate, rest: &str) -> Option<NaiveDate> {
    match stamp::of(date, rest) {
        Some(stamp) => Some(stamp.at.date()),
        None => is_time(rest).then_some(date),
    }
}

/// A date with a time of day behind it.
pub(crate) fn moment(text: &str) -> Option<Stamp> {
    let text = clean(text);
    let found = leading(&text)?;
    stamp::of(found.date?, found.rest)
}

/// In which order a column writes day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Year first, as [`parse`] reads it.
    #[default]
    Auto,
    /// `05/01/2026` is the fifth of January.
    Dmy,
    /// `05/01/2026` is the first of May.
    Mdy,
}

/// A date whose day or month comes first; a text that begins with the year is read all the same.
pub fn parse_ordered(text: &str, order: DateOrder, base: Option<NaiveDate>) -> Option<NaiveDate> {
    if order == DateOrder::Auto {
        return parse(text, base);
    }
    let text = clean(text);
    let day_part = text.split([' ', 'T']).next().unwrap_or("");
    let parts: Vec<&str> = day_part.split(['/', '-', '.']).collect();
    let [first, second, year] = parts[..] else { return parse(&text, base) };
    let digits = |t: &str, n: usize| t.len() <= n && !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !(digits(first, 2) && digits(second, 2) && digits(year, 4)) {
        return parse(&text, base);
    }
    let year = if year.len() == 2 { format!("20{year}") } else { year.to_string() };
    let day = match order {
        DateOrder::Mdy => ymd(&year, first, second),
        _ => ymd(&year, second, first),
    };
    let behind = |day| stamp::of(day, &text[day_part.len()..]);
    day.map(|day| behind(day).map_or(day, |stamp| stamp.at.date()))
}

/// A stored placeholder for "no date": 1900-01-01 and before, 2999-12-31, 9999-12-31.
pub fn is_placeholder(text: &str) -> bool {
    let digits: String = squeeze(text).chars().filter(char::is_ascii_digit).take(8).collect();
    matches!(
        digits.as_str(),
        "99991231" | "29991231" | "00010101" | "19000101" | "00000000" | "18991231" | "99990101" | "20991231"
    )
}

/// The same for a date cell.
pub fn is_placeholder_date(date: NaiveDate) -> bool {
    date.year() > LAST_YEAR
        || date <= NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(NaiveDate::MIN)
        || is_placeholder(&date.to_string())
}

/// A plain number in a date column: `20260105`, or a serial day of either epoch.
pub fn from_number(value: f64, date1904: bool) -> Option<NaiveDate> {
    if !value.is_finite() || value < 1.0 {
        return None;
    }
    if value.fract() == 0.0 && (19_000_101.0..=21_991_231.0).contains(&value) {
        return from_digits(&(value as i64).to_string());
    }
    // 1927 to 2119: below and above, a number is an amount or a count that went astray.
    if !(10_000.0..80_000.0).contains(&value) {
        return None;
    }
    moment_from_number(value, date1904).map(|at| at.date())
}

/// A serial day of either epoch with its time of day, to the millisecond; binary noise does not move it to another day.
pub(crate) fn moment_from_number(value: f64, date1904: bool) -> Option<NaiveDateTime> {
    if !(10_000.0..80_000.0).contains(&value) {
        return None;
    }
    let millis = (value * 86_400_000.0).round() as i64 + if date1904 { 1_462 * 86_400_000 } else { 0 };
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
    epoch.checked_add_signed(chrono::TimeDelta::milliseconds(millis))
}

/// All dates of a title, and all bare months (as their first day), in order of appearance.
pub fn in_title(text: &str) -> (Vec<NaiveDate>, Vec<NaiveDate>) {
    let text = squeeze(text);
    let (mut dates, mut months) = (Vec::new(), Vec::new());
    let mut rest = text.as_str();
    let mut previous = ' ';
    while let Some(c) = rest.chars().next() {
        let starts = c.is_ascii_digit() && !previous.is_ascii_digit();
        if starts && let Some(found) = leading(rest) {
            if let Some(date) = found.date {
                dates.push(date);
                previous = '0';
                rest = found.rest;
                continue;
            }
        } else if starts && let Some((month, after)) = year_month(rest) {
            months.push(month);
            previous = '0';
            rest = after;
            continue;
        }
        previous = c;
        rest = &rest[c.len_utf8()..];
    }
    (dates, months)
}

/// `2026年3月`, `2026.3`, `2026-03`, `202603` as the first day of that month.
pub fn month(text: &str) -> Option<NaiveDate> {
    let text = squeeze(text);
    let (found, rest) = year_month(&text)?;
    (rest.is_empty() || !rest.starts_with(|c: char| c.is_ascii_digit())).then_some(found)
}

/// A number in a payday column: a day of the month, or a date.
pub fn paydays_from_number(value: f64, date1904: bool) -> Option<Paydays> {
    if value.fract() == 0.0 && (1.0..=31.0).contains(&value) {
        return Some(Paydays(vec![value as u32]));
    }
    from_number(value, date1904).map(|d| Paydays(vec![d.day()]))
}

/// Stretches of days: `2026-03-02至2026-03-06`, `2026/3/9、2026/3/11`, `3月2日-3月6日`.
pub fn stretches(text: &str, base: Option<NaiveDate>) -> Option<Vec<(NaiveDate, NaiveDate)>> {
    let text = squeeze(text);
    let mut list = Vec::new();
    for piece in text.split([',', '、', ';', '\n']).filter(|p| !p.is_empty()) {
        if let Some(day) = parse(piece, base) {
            list.push((day, day));
            continue;
        }
        let (from, to) = piece.split_once(['至', '~', '到', '—', '–']).or_else(|| {
            piece.match_indices('-').map(|(i, _)| (&piece[..i], &piece[i + 1..])).find(|(a, b)| {
                parse(a, base).is_some() && (parse(b, base).is_some() || b.bytes().all(|c| c.is_ascii_digit()))
            })
        })?;
        let from = parse(from, base)?;
        let to = parse(to, Some(from)).or_else(|| {
            let day: u32 = to.trim_end_matches(['日', '号']).parse().ok()?;
            from.with_day(day)
        })?;
        if to < from {
            return None;
        }
        list.push((from, to));
    }
    list.sort_unstable();
    (!list.is_empty()).then_some(list)
}

struct Found<'t> {
    date: Option<NaiveDate>,
    rest: &'t str,
}

/// Year, month, day at the start of a text. `None` when it does not begin like a date and may be another form.
fn leading(text: &str) -> Option<Found<'_>> {
    let digits = run(text);
    if digits.len() == 8 {
        let date = from_digits(digits)?;
        return Some(Found { date: Some(date), rest: &text[8..] });
    }
    if digits.len() == 14 {
        return Some(Found { date: from_digits(&digits[..8]), rest: &text[8..] });
    }
    if let Some((year, rest)) = year(text) {
        let month = run(rest);
        if (1..=2).contains(&month.len())
            && let Some(after) = separator(&rest[month.len()..], '月')
        {
            let day = run(after);
            if (1..=2).contains(&day.len()) {
                let date = ymd(&year, month, day)?;
                let rest = after[day.len()..].trim_start();
                let rest = rest.strip_prefix(['日', '号']).unwrap_or(rest);
                return Some(Found { date: Some(date), rest });
            }
        }
        return None;
    }
    // Not beginning with a year: 1月5日 and the like are tried by the caller.
    (digits.len() <= 2 && text.contains('月')).then_some(Found { date: None, rest: text })
}

/// The year a text begins with, and what follows its separator. Of two digits, which only 年 tells to be a year, it is
/// the one of 1950 to 2049, as Windows and Excel take it.
fn year(text: &str) -> Option<(String, &str)> {
    let digits = run(text);
    match digits.len() {
        4 => Some((digits.to_string(), separator(&text[4..], '年')?)),
        2 => {
            let century = if digits < "50" { "20" } else { "19" };
            Some((format!("{century}{digits}"), text[2..].trim_start().strip_prefix('年')?.trim_start()))
        }
        _ => None,
    }
}

fn year_month(text: &str) -> Option<(NaiveDate, &str)> {
    let digits = run(text);
    if digits.len() == 6 {
        return Some((ymd(&digits[..4], &digits[4..], "1")?, &text[6..]));
    }
    let (year, rest) = year(text)?;
    let month = run(rest);
    if !(1..=2).contains(&month.len()) {
        return None;
    }
    let after = &rest[month.len()..];
    Some((ymd(&year, month, "1")?, after.strip_prefix('月').unwrap_or(after)))
}

fn month_day(text: &str, base: Option<NaiveDate>) -> Option<NaiveDate> {
    let base = base?;
    let (month, rest) = text.split_once('月')?;
    let day = rest.strip_suffix(['日', '号']).unwrap_or(rest);
    let (month, day): (u32, u32) = (month.parse().ok()?, day.parse().ok()?);
    let candidates = [base.year() - 1, base.year(), base.year() + 1];
    candidates
        .into_iter()
        .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
        .min_by_key(|d| (*d - base).num_days().abs())
}

fn separator(text: &str, word: char) -> Option<&str> {
    let text = text.trim_start();
    text.strip_prefix(['-', '/', '.', word, '−', '–']).map(str::trim_start)
}

/// Nothing, or a time of day.
fn is_time(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['T', ' ', '(']);
    let part_of_day = ["上午", "下午", "中午", "早上", "晚上", "凌晨"].iter().find_map(|w| rest.strip_prefix(w));
    let rest = part_of_day.unwrap_or(rest).trim_start();
    rest.is_empty()
        || rest.strip_prefix("星期").or_else(|| rest.strip_prefix('周')).is_some_and(|r| r.chars().count() <= 2)
        || (rest.contains([':', '时'])
            && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ' ' | '时' | '分' | '秒')))
}

fn run(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

fn from_digits(digits: &str) -> Option<NaiveDate> {
    ymd(digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?)
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    (FIRST_YEAR..=LAST_YEAR).contains(&date.year()).then_some(date)
}

/// Last day of the month a text names.
pub fn end_of_month(text: &str) -> Option<NaiveDate> {
    month(text).map(month_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::days::period::days_after;
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn written_forms() {
        for text in [
            "2026-01-05",
            "2026/1/5",
            "2026.1.5",
            "2026年1月5日",
            "２０２６年１月５日",
            "2026 年 1 月 5 日",
            "20260105",
            "2026-01-05 12:00:00",
            "2026-01-05T12:00:00",
            "20260105120000",
            "2026-01-04T16:00:00.000Z",
            "2026-01-05T23:30:00+09:00",
            "20260104T163000Z",
            "20260104163000Z",
            "26年1月5日",
            "2026年1月5日星期一",
            "2026年1月5日上午",
            "2026年1月5日 下午3:00",
            " 2026-1-5 ",
        ] {
            assert_eq!(parse(text, None), Some(d("2026-01-05")), "{text}");
        }
        for text in
            ["", "2026-13-01", "2026-02-30", "26-1-5", "1月5日", "2026年1月", "昨天", "20261301", "2026-01-05前", "5"]
        {
            assert_eq!(parse(text, None), None, "{text}");
        }
    }

    #[test]
    fn a_profile_says_what_comes_first() {
        for (text, order, day) in [
            ("05/01/2026", DateOrder::Dmy, "2026-01-05"),
            ("05/01/2026", DateOrder::Mdy, "2026-05-01"),
            ("5.1.26", DateOrder::Dmy, "2026-01-05"),
            ("05-01-2026 12:00", DateOrder::Dmy, "2026-01-05"),
            ("2026-01-05", DateOrder::Dmy, "2026-01-05"),
        ] {
            assert_eq!(parse_ordered(text, order, None), Some(d(day)), "{text}");
        }
        assert_eq!(parse_ordered("13/13/2026", DateOrder::Dmy, None), None);
        assert_eq!(parse_ordered("05/01/2026", DateOrder::Auto, None), None);
    }

    #[test]
    fn a_day_without_year_takes_the_nearest() {
        assert_eq!(parse("12月28日", Some(d("2026-01-05"))), Some(d("2025-12-28")));
        assert_eq!(parse("1月5日", Some(d("2026-02-28"))), Some(d("2026-01-05")));
    }

    #[test]
    fn numbers() {
        assert_eq!(from_number(20_260_105.0, false), Some(d("2026-01-05")));
        assert_eq!(from_number(46_027.0, false), Some(d("2026-01-05")));
        assert_eq!(from_number(46_027.5, false), Some(d("2026-01-05")));
        assert_eq!(from_number(46_026.999_999_999_9, false), Some(d("2026-01-05")), "binary noise");
        assert_eq!(from_number(46_027.0 - 1_462.0, true), Some(d("2026-01-05")));
        assert_eq!(from_number(5.0, false), None);
        assert_eq!(from_number(f64::NAN, false), None);
    }

    #[test]
    fn titles() {
        assert_eq!(in_title("员工持有产品明细(截至2026年2月28日)").0, vec![d("2026-02-28")]);
        assert_eq!(in_title("云启信息2026年3月工资表"), (vec![], vec![d("2026-03-01")]));
        assert_eq!(in_title("holdings_20260228_v2").0, vec![d("2026-02-28")]);
        assert_eq!(month("2024.4"), Some(d("2024-04-01")));
        assert_eq!(end_of_month("202602"), Some(d("2026-02-28")));
    }

    #[test]
    fn leave() {
        assert_eq!(stretches("2026-03-02至2026-03-06", None), Some(vec![(d("2026-03-02"), d("2026-03-06"))]));
        assert_eq!(
            stretches("2026/3/9、2026/3/11", None),
            Some(vec![(d("2026-03-09"), d("2026-03-09")), (d("2026-03-11"), d("2026-03-11"))])
        );
        assert_eq!(stretches("3月2日-3月6日", Some(d("2026-03-01"))), Some(vec![(d("2026-03-02"), d("2026-03-06"))]));
        assert_eq!(stretches("2026-03-06至2026-03-02", None), None);
    }

    proptest! {
        #[test]
        fn every_form_of_every_day_reads_back(offset in 0i64..69_000) {
            let date = days_after(d("1927-06-01"), offset);
            prop_assert_eq!(parse(&date.to_string(), None), Some(date));
            prop_assert_eq!(parse(&date.format("%Y%m%d").to_string(), None), Some(date));
            prop_assert_eq!(parse(&format!("{}年{}月{}日", date.year(), date.month(), date.day()), None), Some(date));
            let serial = (date - d("1899-12-30")).num_days() as f64;
            prop_assert_eq!(from_number(serial, false), Some(date));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = (parse(&text, Some(d("2026-03-02"))), in_title(&text), stretches(&text, None));
        }
    }
}
