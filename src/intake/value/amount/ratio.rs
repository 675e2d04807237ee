//! Plain decimals and percentages, exact to the millionth.

use crate::intake::value::squeeze;

/// A number in millionths; `percent` when it was written as a percentage (and has been divided by 100).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    pub millionths: i64,
    pub percent: bool,
}

/// Beyond this a number is something else.
const LIMIT: f64 = 1e9;

/// `1.0234`, `3.2%`, `35％`; a range such as `3.1%-3.4%` is none.
pub fn parse(text: &str, header_says_percent: bool) -> Option<Ratio> {
    let text = squeeze(text);
    let bare = text.strip_suffix('%');
    let number: f64 = bare.unwrap_or(&text).replace(',', "").parse().ok()?;
    scaled(number, bare.is_some() || header_says_percent)
}

/// A number cell; under a header with a sign of percent it is a percentage, as text is.
pub fn from_number(number: f64, header_says_percent: bool) -> Option<Ratio> {
    scaled(number, header_says_percent)
}

/// A cell shown as a percentage: it holds the share itself.
pub fn from_share(number: f64) -> Option<Ratio> {
    scaled(number, false).map(|r| Ratio { percent: true, ..r })
}

fn scaled(number: f64, percent: bool) -> Option<Ratio> {
    (number.is_finite() && number.abs() < LIMIT).then(|| {
        let factor = if percent { 1e4 } else { 1e6 };
        Ratio { millionths: (number * factor).round() as i64, percent }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios() {
        let share = |n| Some(Ratio { millionths: n, percent: true });
        let plain = |n| Some(Ratio { millionths: n, percent: false });
        assert_eq!(parse("3.2%", false), share(32_000));
        assert_eq!(parse("３５％", false), share(350_000));
        assert_eq!(parse("1.0234", false), plain(1_023_400));
        assert_eq!(parse("35", true), share(350_000));
        assert_eq!(from_number(0.95, true), share(9_500));
        assert_eq!(parse("0.95", true), share(9_500));
        assert_eq!(from_number(35.0, true), share(350_000));
        assert_eq!(from_number(0.35, false), plain(350_000));
        assert_eq!(from_share(0.032), share(32_000));
        assert_eq!(parse("3.1%-3.4%", false), None);
    }
}
