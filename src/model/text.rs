//! Text others wrote, kept from acting: as a formula in a spreadsheet, on a terminal, in a shell.

pub mod file_name;
pub mod free_text;
pub mod likeness;
pub mod shared;
use std::borrow::Cow;

/// Text a spreadsheet could take for a formula: it begins with `= + - @`, a tab or a line end, or with a full-width
/// form, which input methods and some programs turn into the plain one.
pub fn looks_like_formula(text: &str) -> bool {
    let first = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    text.starts_with(first)
}

/// Characters that do something on a terminal instead of standing there: control characters (also those of 0x80 to
/// 0x9f), turned text, separators of lines, and those nobody sees (which change a character's width after the fact).
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Text whose lines only stand on a terminal: a blank for every control character but the line end, nothing for the
/// others that [`steers`] tells.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && steers(c)) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|c| c.is_control() || !steers(*c));
    kept.map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

/// `text` as one argument in a command that is shown for copying, for the shell of this system.
pub fn argument(text: &str) -> String {
    if cfg!(windows) { cmd_argument(text) } else { posix_argument(text) }
}

/// Whether a shell takes the text for what it is.
fn is_plain(text: &str) -> bool {
    let plain = |c: char| matches!(c, '_' | '.' | '/' | ':' | '+' | ',' | '=' | '@' | '-') || c.is_alphanumeric();
    !text.is_empty() && text.chars().all(plain)
}

/// In single quotes, within which a POSIX shell knows no sign but the quote itself; with characters that a terminal
/// would not show as they are, in the form `$'…'`, which bash, zsh and POSIX 2024 know.
fn posix_argument(text: &str) -> String {
    if text.chars().any(steers) {
        let mut out = String::from("$'");
        for c in text.chars() {
            match c {
                // In digits too: a shell that does not know this form sees no quote and no backslash of the name in it.
                '\'' => out.push_str("\\047"),
                '\\' => out.push_str("\\134"),
                c if steers(c) => {
                    let mut bytes = [0; 4];
                    c.encode_utf8(&mut bytes).bytes().for_each(|b| out.push_str(&format!("\\{b:03o}")));
                }
                c => out.push(c),
            }
        }
        return out + "'";
    }
    if is_plain(text) { text.to_string() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// In double quotes, within which cmd still replaces `%NAME%`: a `%` stands outside of them, behind its `^`.
fn cmd_argument(text: &str) -> String {
    let plain = text.chars().all(|c| c == '\\' || is_plain(c.encode_utf8(&mut [0; 4])));
    if plain && !text.is_empty() {
        return text.to_string();
    }
    // A `\` before the closing quote would take it away.
    let ends = text.len() - text.trim_end_matches('\\').len();
    let quoted = text.replace('"', "\"\"").replace('%', "\"^%\"");
    format!("\"{quoted}{}\"", "\\".repeat(ends))
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

    #[test]
    fn what_stands_on_a_terminal_only_stands() {
        assert_eq!(harmless("甲\u{1b}[31m\u{9b}乙\r\n丙\t\u{202e}丁"), "甲 [31m 乙 \n丙 丁");
        assert_eq!(harmless("甲乙\n丙 —·…"), "甲乙\n丙 —·…");
    }

    #[test]
    fn an_argument_is_one_word_for_a_posix_shell() {
        for (text, shown) in [
            ("工资-3月.xlsx", "工资-3月.xlsx"),
            ("a b", "'a b'"),
            ("$(x)`y`;&|<>*?~#", "'$(x)`y`;&|<>*?~#'"),
            ("a'b\"c", "'a'\\''b\"c'"),
            ("", "''"),
            ("甲\u{1b}'\\", "$'甲\\033\\047\\134'"),
            ("甲\n", "$'甲\\012'"),
        ] {
            assert_eq!(posix_argument(text), shown);
        }
    }

    #[test]
    fn an_argument_is_one_word_for_cmd() {
        for (text, shown) in [
            ("C:\\工资\\3月.xlsx", "C:\\工资\\3月.xlsx"),
            ("a b", "\"a b\""),
            ("a&b|c", "\"a&b|c\""),
            ("100%PATH%", "\"100\"^%\"PATH\"^%\"\""),
            ("a\"b", "\"a\"\"b\""),
            ("a b\\", "\"a b\\\\\""),
            ("", "\"\""),
        ] {
            assert_eq!(cmd_argument(text), shown);
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
