//! Text that a spreadsheet would run as a formula, kept from being one.

use std::borrow::Cow;

/// Text a spreadsheet could take for a formula: it begins with `= + - @`, a tab or a line end, or with a full-width
/// form, which input methods and some programs turn into the plain one.
pub fn looks_like_formula(text: &str) -> bool {
    let first = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    text.starts_with(first)
}

/// Text for an output that has no type for text (CSV, a page, the terminal): a `'` stands before what a spreadsheet
/// would run. A signed figure (`-1,200.50`, `+3.2%`) and a lone dash are only what they look like, and stay.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if looks_like_formula(text) && !is_figure(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A sign with a plain number and at most a unit (`%`, `个百分点`, `万元`) behind it, or dashes alone.
fn is_figure(text: &str) -> bool {
    if text.bytes().all(|b| b == b'-') {
        return true;
    }
    let Some(number) = text.strip_prefix(['+', '-']) else { return false };
    let unit = |c: char| matches!(c, '%' | '‰' | ' ') || (!c.is_ascii() && c.is_alphabetic());
    let number = number.trim_end_matches(unit);
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    digits(part) && whole.split(',').all(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_seen_in_both_widths() {
        assert!(["=1", "\u{ff1d}1", "\u{ff20}x", "-1", "\tx", "\r", "\n="].into_iter().all(looks_like_formula));
        assert!(!["1=1", "甲", ""].into_iter().any(looks_like_formula));
    }

    #[test]
    fn figures_stay_and_formulas_do_not() {
        for figure in
            ["-1", "-3.2个百分点", "+1,234.5万元", "-1,200.50", "+3.2%", "-0.5", "-", "--", "甲", "", "1=1", "—"]
        {
            assert_eq!(guarded(figure), figure);
        }
        for formula in ["=1+1", "+8+1", "-1+1", "-", "@a"].into_iter().filter(|f| f.len() > 1) {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for formula in
            ["-1-1", "-.", "+", "+,", "-1.2.3", "-1,", "\u{ff1d}1", "\t1", "-1个+1", "-个", "-cmd|' /C calc'!A0"]
        {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
    }

    proptest! {
        #[test]
        fn nothing_runs(start in "[=+\\-@\t\r\n\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}]", rest in "[\u{0}-\u{7f}]{0,12}") {
            let text = format!("{start}{rest}");
            let shown = guarded(&text);
            let number = shown.trim_start_matches(['+', '-']).trim_end_matches(['%', ' ']).replace(',', "");
            prop_assert!(shown.starts_with('\'') || number.is_empty() || number.parse::<f64>().is_ok(), "{shown:?}");
        }
    }
}
