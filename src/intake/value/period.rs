//! Stretches of time as plans name them: a year, a half, a quarter, a month, or two dates.

use chrono::{Datelike, NaiveDate};

use crate::model::days::period::month_end;

use crate::intake::value::{date, squeeze};

/// `2026年`, `2026年上半年`, `2026年一季度`, `2026Q1`, `2026年3月`, `202603`, `2026-01-01至2026-03-31`; a text without
/// a year takes that of `base`. First and last day.
pub fn parse(text: &str, base: Option<NaiveDate>) -> Option<(NaiveDate, NaiveDate)> {
    let text = squeeze(text);
    if let Some([stretch]) = date::stretches(&text, base).as_deref()
        && stretch.0 < stretch.1
    {
        return Some(*stretch);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 6 && text.len() == 6 {
        return date::month(&text).map(|first| (first, month_end(first)));
    }
    let (year, rest) = match digits {
        4 => (text[..4].parse().ok()?, &text[4..]),
        _ => (base?.year(), text.as_str()),
    };
    let rest = rest.trim_start_matches(['年', '-', '/', '.', '度']);
    if rest.is_empty() || rest == "全年" {
        return (digits == 4 || rest == "全年").then(|| months(year, 1, 12)).flatten();
    }
    let rest = rest.trim_start_matches('第');
    match rest {
        "上半年" | "H1" => return months(year, 1, 6),
        "下半年" | "H2" => return months(year, 7, 12),
        _ => {}
    }
    let number = |text: &str| match text {
        "一" => Some(1),
        "二" => Some(2),
        "三" => Some(3),
        "四" => Some(4),
        other => other.parse::<u32>().ok(),
    };
    let quarter = rest.strip_suffix("季度").or(rest.strip_suffix('季')).or(rest.strip_prefix(['Q', 'q']));
    if let Some(n) = quarter.and_then(number) {
        return (1..=4).contains(&n).then(|| months(year, 3 * n - 2, 3 * n)).flatten();
    }
    let month = number(rest.strip_suffix("月份").or(rest.strip_suffix('月')).unwrap_or(rest))?;
    // A lone number without a year may be anything.
    if digits != 4 && !rest.contains('月') {
        return None;
    }
    months(year, month, month)
}

/// A number cell: `2026` or `202603`.
pub fn from_number(number: f64) -> Option<(NaiveDate, NaiveDate)> {
    (number.fract() == 0.0 && (1_900.0..=219_912.0).contains(&number))
        .then(|| parse(&number.to_string(), None))
        .flatten()
}

fn months(year: i32, first: u32, last: u32) -> Option<(NaiveDate, NaiveDate)> {
    let last = NaiveDate::from_ymd_opt(year, last, 1)?;
    Some((NaiveDate::from_ymd_opt(year, first, 1)?, month_end(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods() {
        let base = NaiveDate::from_ymd_opt(2026, 3, 18);
        for (text, first, last) in [
            ("2026年", "2026-01-01", "2026-12-31"),
            ("2026", "2026-01-01", "2026-12-31"),
            ("2026年度", "2026-01-01", "2026-12-31"),
            ("2026年上半年", "2026-01-01", "2026-06-30"),
            ("2026年一季度", "2026-01-01", "2026-03-31"),
            ("2026年第2季度", "2026-04-01", "2026-06-30"),
            ("2026Q4", "2026-10-01", "2026-12-31"),
            ("2026-Q1", "2026-01-01", "2026-03-31"),
            ("2026年2月", "2026-02-01", "2026-02-28"),
            ("2026-02", "2026-02-01", "2026-02-28"),
            ("202602", "2026-02-01", "2026-02-28"),
            ("三季度", "2026-07-01", "2026-09-30"),
            ("3月", "2026-03-01", "2026-03-31"),
            ("2026-01-01至2026-03-31", "2026-01-01", "2026-03-31"),
        ] {
            let expected = Some((first.parse().unwrap(), last.parse().unwrap()));
            assert_eq!(parse(text, base), expected, "{text}");
        }
        for text in ["", "5", "年初", "2026年13月", "五季度"] {
            assert_eq!(parse(text, base), None, "{text}");
        }
        assert_eq!(from_number(2026.0), parse("2026年", None));
        assert_eq!(from_number(202_603.0), parse("2026年3月", None));
        assert_eq!(from_number(46_000.0), None);
    }
}
