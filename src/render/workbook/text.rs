//! Text as Excel takes it.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

pub use crate::model::text::looks_like_formula;
use crate::render::free_text;

/// Excel's limit of a cell, in UTF-16 units.
const LONGEST_CELL: usize = 32_767;
/// Excel's limit of a sheet's name.
const LONGEST_NAME: usize = 31;

/// Text without what XML cannot hold, with plain line ends, cut to what a cell holds.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut room = LONGEST_CELL - 1;
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')) {
        match room.checked_sub(c.len_utf16()) {
            Some(left) => room = left,
            None => {
                out.push('…');
                break;
            }
        }
        out.push(c);
    }
    out
}

/// A sentence, a title or a name as it may leave, beside the cells of tables, whose columns say what they hold.
pub fn free(text: &str) -> String {
    clean(&free_text::shown("", text))
}

/// Width of the longest line, a Chinese character counting two.
pub fn width(text: &str) -> usize {
    text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// Lines the text takes in a column of `characters`.
pub fn lines(text: &str, characters: f64) -> usize {
    let room = (characters - 1.0).max(1.0);
    text.lines().map(|l| ((l.width() as f64 / room).ceil() as usize).max(1)).sum::<usize>().max(1)
}

/// A column's title in a column of `characters`: where it does not fit, what stands in brackets goes on a line of its own
/// rather than being broken inside.
pub fn header(title: &str, characters: f64) -> String {
    let title = clean(title);
    match title.find(['（', '(']).filter(|at| *at > 0) {
        Some(at) if lines(&title, characters) > 1 && !title.contains('\n') => {
            format!("{}\n{}", title[..at].trim_end(), &title[at..])
        }
        _ => title,
    }
}

/// Valid sheet names, each given once (Excel ignores case).
#[derive(Debug, Default)]
pub struct SheetNames(BTreeSet<String>);

impl SheetNames {
    pub fn unique(&mut self, name: &str) -> String {
        let bad = |c: char| c.is_control() || matches!(c, '/' | ':' | '*' | '?' | '[' | ']' | '\\');
        let clean: String = clean(name).chars().map(|c| if bad(c) { '_' } else { c }).collect();
        let clean = clean.trim().trim_matches('\'');
        // Excel keeps "History" for itself.
        let base =
            if clean.is_empty() || clean.eq_ignore_ascii_case("history") { format!("{clean}_") } else { clean.into() };
        for number in 1.. {
            let tail = if number == 1 { String::new() } else { format!("({number})") };
            let mut shown = cut(&base, LONGEST_NAME - tail.len());
            shown.push_str(&tail);
            if self.0.insert(shown.to_lowercase()) {
                return shown;
            }
        }
        base
    }
}

fn cut(text: &str, units: usize) -> String {
    let mut room = units;
    text.chars().take_while(|c| room.checked_sub(c.len_utf16()).map(|left| room = left).is_some()).collect()
}

/// A sheet's name inside a reference.
pub fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_valid_and_differ() {
        let mut names = SheetNames::default();
        assert_eq!(names.unique("云启/信息[1]"), "云启_信息_1_");
        assert_eq!(names.unique("abc"), "abc");
        assert_eq!(names.unique("ABC"), "ABC(2)");
        assert_eq!(names.unique("History"), "History_");
        assert_eq!(names.unique(""), "_");
        let long = "单".repeat(40);
        assert_eq!(names.unique(&long).chars().count(), 31);
        assert_eq!(names.unique(&long).chars().count(), 31);
    }

    #[test]
    fn long_text_is_cut_and_says_so() {
        let cut = clean(&"字".repeat(40_000));
        assert_eq!(cut.chars().count(), 32_767);
        assert!(cut.ends_with('…'));
        assert_eq!(clean("a\r\nb\u{ffff}"), "a\nb");
    }

    #[test]
    fn a_title_that_does_not_fit_breaks_before_its_brackets() {
        assert_eq!(header("人均AUM月日均（元）", 16.0), "人均AUM月日均\n（元）");
        assert_eq!(header("AUM per head (yuan)", 14.0), "AUM per head\n(yuan)");
        for fits in ["得分", "提升空间（万元）", "（元）", "人均AUM月日均\n（元）"] {
            assert_eq!(header(fits, 17.0), fits);
        }
        assert_eq!(header("没有括号而且很长很长的列名", 8.0), "没有括号而且很长很长的列名");
    }

    #[test]
    fn lines_count_chinese_characters_twice() {
        assert_eq!(lines("十个字十个字十个字十", 11.0), 2);
        assert_eq!(lines("a\n\nb", 11.0), 3);
        assert_eq!(width("单位名称\nabc"), 8);
    }
}
