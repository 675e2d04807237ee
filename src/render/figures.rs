//! Figures as they are shown, without their units. Rounding is half to even on whole fen, never on floats of money.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::model::money::{PERCENT_PLACES, RATE_PLACES, RATIO_PLACES};
use crate::model::{Fen, Points};

/// `-1234567.5` yuan → `-1,234,567.50`.
pub fn yuan(fen: Fen) -> String {
    let cents = fen.0.unsigned_abs();
    format!("{}{}.{:02}", sign(fen.0 < 0), grouped(cents / 100), cents % 100)
}

/// Ten-thousands of yuan with one decimal: 12,346,000 yuan → `1,234.6`.
pub fn wan(fen: Fen) -> String {
    tenths(wan_tenths(fen))
}

/// As [`wan`] without a `.0`, for sentences: `3,860`.
pub fn wan_short(fen: Fen) -> String {
    let text = wan(fen);
    text.strip_suffix(".0").map(str::to_string).unwrap_or(text)
}

/// 1 千元 = 100,000 fen; half to even.
fn wan_tenths(fen: Fen) -> i64 {
    const UNIT: i64 = 100_000;
    let (whole, rest) = (fen.0.div_euclid(UNIT), fen.0.rem_euclid(UNIT));
    whole + i64::from(rest * 2 > UNIT || (rest * 2 == UNIT && whole % 2 != 0))
}

/// `0.3125` → `31.2%`; what is no number is a dash.
pub fn percent(share: f64) -> String {
    decimal(share * 100.0, PERCENT_PLACES).map_or_else(dash, |t| t + "%")
}

/// A yearly rate in percent, with two decimals or as many of four as it has: `0.042` → `4.20`, `0.042075` → `4.2075`.
pub fn rate(share: f64) -> String {
    let text = decimal(share * 100.0, RATE_PLACES).unwrap_or_else(dash);
    let least = text.find('.').map_or(text.len(), |point| point + 1 + RATIO_PLACES);
    text[..text.trim_end_matches('0').len().max(least)].to_string()
}

/// `1.2345` → `1.23`.
pub fn ratio(value: f64) -> String {
    decimal(value, RATIO_PLACES).unwrap_or_else(dash)
}

/// `-12345` → `-12,345`.
pub fn count(n: i64) -> String {
    format!("{}{}", sign(n < 0), grouped(n.unsigned_abs()))
}

/// Points with one decimal: `12.3`.
pub fn points(points: Points) -> String {
    tenths(points.tenths())
}

/// Tenths as a decimal: 123 → `12.3`.
pub fn tenths(n: i64) -> String {
    let size = n.unsigned_abs();
    format!("{}{}.{}", sign(n < 0), grouped(size / 10), size % 10)
}

/// `2026-03-10`.
pub fn date(date: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// Key of the weekday's word: `weekday.1` for Monday … `weekday.7`.
pub fn weekday_key(date: NaiveDate) -> &'static str {
    match date.weekday() {
        Weekday::Mon => "weekday.1",
        Weekday::Tue => "weekday.2",
        Weekday::Wed => "weekday.3",
        Weekday::Thu => "weekday.4",
        Weekday::Fri => "weekday.5",
        Weekday::Sat => "weekday.6",
        Weekday::Sun => "weekday.7",
    }
}

/// Grouped decimal; `None` for what is no number. A rounded zero has no sign.
fn decimal(value: f64, places: usize) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let text = format!("{:.places$}", value.abs());
    let negative = value < 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0');
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(w, r)| (w, r));
    let point = if rest.is_empty() { "" } else { "." };
    Some(format!("{}{}{point}{rest}", sign(negative), group_digits(whole)))
}

fn dash() -> String {
    "—".to_string()
}

fn sign(negative: bool) -> &'static str {
    if negative { "-" } else { "" }
}

fn grouped(n: u64) -> String {
    group_digits(&n.to_string())
}

fn group_digits(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_is_grouped_and_keeps_its_fen() {
        assert_eq!(yuan(Fen(1_234_500)), "12,345.00");
        assert_eq!(yuan(Fen(-5)), "-0.05");
        assert_eq!(yuan(Fen(i64::MIN)), "-92,233,720,368,547,758.08");
        assert_eq!(wan(Fen::yuan(12_346_000)), "1,234.6");
        assert_eq!(wan_short(Fen::yuan(38_600_000)), "3,860");
    }

    #[test]
    fn halves_of_a_tenth_go_to_the_even_side() {
        assert_eq!(wan(Fen::yuan(12_500)), "1.2");
        assert_eq!(wan(Fen::yuan(13_500)), "1.4");
        assert_eq!(wan(Fen::yuan(-12_500)), "-1.2");
        assert_eq!(wan(Fen::yuan(-499)), "0.0");
    }

    #[test]
    fn shares_and_what_is_no_number() {
        assert_eq!(percent(0.3125), "31.2%");
        assert_eq!(percent(-0.0001), "0.0%");
        assert_eq!(percent(12.0), "1,200.0%");
        assert_eq!(percent(f64::NAN), "—");
        assert_eq!(ratio(0.705), "0.70");
        assert_eq!([0.042, 0.042_05, 0.042_075_268_8, 0.0].map(rate), ["4.20", "4.205", "4.2075", "0.00"]);
        assert_eq!(rate(f64::NAN), "—");
        assert_eq!(points(Points(12_345)), "12.3");
        // As a number 58.05 lies a little below the half, in a spreadsheet it does not.
        assert_eq!([58_050, 58_150].map(|p| points(Points(p))), ["58.0", "58.2"]);
    }

    proptest! {
        #[test]
        fn shown_yuan_reads_back(fen in any::<i64>()) {
            let digits: String = yuan(Fen(fen)).chars().filter(|c| *c != ',' && *c != '.').collect();
            prop_assert_eq!(digits.parse::<i64>().unwrap(), fen);
        }

        #[test]
        fn shown_wan_is_within_half_a_tenth(fen in -1_000_000_000_000i64..1_000_000_000_000) {
            let tenths: i64 = wan(Fen(fen)).chars().filter(|c| *c != ',' && *c != '.').collect::<String>().parse().unwrap();
            prop_assert!((tenths * 100_000 - fen).abs() <= 50_000);
        }
    }
}
