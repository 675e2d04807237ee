//! Numbers and where they stand in a text, however they are written.
//!
//! A short number of digits may be something else where it stands: a day, a month, an amount, an employer's number. Such
//! a number is only looked for as a word of its own, and is not sure.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use crate::model::text::free_text::narrow;

/// From this length on digits are somebody's number wherever they stand, also inside a longer run of digits.
pub(super) const LONG: usize = 11;
/// Shorter ones of digits only stand in too many texts by chance.
const SHORTEST_DIGITS: usize = 5;
/// Digits alone are sure from this length on, unless they read as a day.
const SURE_DIGITS: usize = 8;
/// Lengths of digits that may be a moment: a day, with an hour, with minutes, with seconds.
const MOMENTS: [usize; 4] = [8, 10, 12, 14];
/// What joins digits to a decimal, a day or a time. No comma: what stands between commas of thousands is shorter than any
/// number that is looked for.
const JOINTS: [char; 5] = ['.', '-', '/', ':', '：'];
/// What makes digits before it a day, an amount or a count.
const UNITS: [char; 12] = ['年', '月', '日', '元', '万', '千', '亿', '笔', '人', '户', '次', '%'];
/// What stands between two signs of a text that are next to each other when all but letters and digits is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    None,
    /// Blanks and dashes, with which any number may be written.
    Narrow,
    /// Dots, brackets and the like: also between amounts and days, so only long numbers are looked for across them.
    Wide,
    /// Anything else parts one number from the next.
    Break,
}

impl Gap {
    pub fn of(c: char) -> Gap {
        match narrow(c) {
            ' ' | '-' | '\t' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{3000}' => Gap::Narrow,
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => Gap::Narrow,
            '.' | '·' | '•' | '(' | ')' | '[' | ']' | '+' | '/' | '_' | '\'' | '’' => Gap::Wide,
            c if c.is_whitespace() => Gap::Wide,
            _ => Gap::Break,
        }
    }
}

/// A letter or digit in narrow capitals, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    pub byte: u8,
    pub start: usize,
    pub end: usize,
    /// What stands before it.
    pub gap: Gap,
}

pub(super) fn signs(text: &str) -> Vec<Sign> {
    let mut list: Vec<Sign> = Vec::new();
    let mut gap = Gap::Break;
    for (start, c) in text.char_indices() {
        let plain = narrow(c);
        if plain.is_ascii_alphanumeric() {
            list.push(Sign { byte: plain.to_ascii_uppercase() as u8, start, end: start + c.len_utf8(), gap });
            gap = Gap::None;
        } else {
            gap = gap.max(Gap::of(c));
        }
    }
    list
}

/// A number as it is compared: letters and digits in narrow capitals.
pub(super) fn plain(text: &str) -> String {
    let signs = text.chars().map(narrow).filter(char::is_ascii_alphanumeric);
    signs.map(|c| c.to_ascii_uppercase()).collect()
}

/// A place at which a number stands.
pub(super) struct Place {
    pub range: Range<usize>,
    pub sure: bool,
}

/// Numbers to be looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    /// By length; whether each is sure.
    by_length: BTreeMap<usize, HashMap<Vec<u8>, bool>>,
    /// First three signs of the numbers: nearly all places of a text are passed over by it.
    heads: HashSet<[u8; 3]>,
    /// Numbers with other signs in them, which are looked for as they are, and whether each is sure.
    odd: Vec<(String, bool)>,
}

impl Numbers {
    /// Numbers of fewer than `shortest` signs are left out; those that are `of_others` too are never sure.
    pub fn new<'v>(
        values: impl IntoIterator<Item = &'v String>,
        shortest: usize,
        of_others: &HashSet<String>,
    ) -> Numbers {
        let mut numbers = Numbers::default();
        for value in values {
            if value.chars().any(|c| !narrow(c).is_ascii_alphanumeric() && Gap::of(c) == Gap::Break) {
                let plain = plain(value);
                let digits = plain.bytes().filter(u8::is_ascii_digit).count();
                // Words that stand where a number is missing (待补) name nobody.
                if value.chars().count() >= shortest && digits > 0 {
                    let sure = digits >= SHORTEST_DIGITS && !of_others.contains(&plain) && is_sure(plain.as_bytes());
                    numbers.odd.push((value.clone(), sure));
                }
                continue;
            }
            let plain = plain(value);
            let sure = !of_others.contains(&plain) && is_sure(plain.as_bytes());
            let bytes = plain.into_bytes();
            let least = if bytes.iter().all(u8::is_ascii_digit) { shortest.max(SHORTEST_DIGITS) } else { shortest };
            if let Some(head) = bytes.first_chunk().filter(|_| bytes.len() >= least) {
                numbers.heads.insert(*head);
                numbers.by_length.entry(bytes.len()).or_default().insert(bytes, sure);
            }
        }
        numbers
    }

    /// Calls `hit` for each place at which a number stands, until it says no.
    pub fn places(&self, text: &str, signs: &[Sign], hit: &mut dyn FnMut(Place) -> bool) {
        for (value, sure) in &self.odd {
            let mut places = text.match_indices(value.as_str());
            if !places.all(|(at, _)| hit(Place { range: at..at + value.len(), sure: *sure })) {
                return;
            }
        }
        if self.heads.is_empty() {
            return;
        }
        let mut window = Vec::new();
        for at in 0..signs.len().saturating_sub(2) {
            if !self.heads.contains(&[signs[at].byte, signs[at + 1].byte, signs[at + 2].byte]) {
                continue;
            }
            for (length, values) in &self.by_length {
                let Some(part) = signs.get(at..at + length) else { break };
                window.clear();
                window.extend(part.iter().map(|s| s.byte));
                let Some(sure) = values.get(&window).copied() else { continue };
                let free = if sure { stands_free(text, signs, at, *length) } else { is_word(text, signs, at, *length) };
                if free && !hit(Place { range: part[0].start..part[length - 1].end, sure }) {
                    return;
                }
            }
        }
    }
}

/// Whether a number (letters and digits in narrow capitals) is nothing but somebody's number wherever it stands.
pub(super) fn is_sure(number: &[u8]) -> bool {
    number.iter().any(|b| !b.is_ascii_digit()) || (number.len() >= SURE_DIGITS && !is_moment(number))
}

/// Whether digits read as a day, with or without a time of day behind it.
fn is_moment(digits: &[u8]) -> bool {
    let number =
        |range: Range<usize>| digits[range].iter().fold(0u32, |n, b| n * 10 + u32::from(b.saturating_sub(b'0')));
    MOMENTS.contains(&digits.len())
        && matches!(number(0..2), 18..=20)
        && (1..=12).contains(&number(4..6))
        && (1..=31).contains(&number(6..8))
}

/// Whether the signs are a number of their own where they stand, not a part of another one.
fn stands_free(text: &str, signs: &[Sign], at: usize, length: usize) -> bool {
    let part = &signs[at..at + length];
    let widest = part[1..].iter().map(|s| s.gap).max().unwrap_or(Gap::None);
    let digits = part[..length - 1].iter().all(|s| s.byte.is_ascii_digit());
    if length >= LONG && digits && matches!(part[length - 1].byte, b'0'..=b'9' | b'X') {
        return widest < Gap::Break;
    }
    if !part.iter().any(|s| s.byte.is_ascii_alphabetic()) {
        return is_word(text, signs, at, length);
    }
    let ends = match signs.get(at + length) {
        // A word may follow a number that has letters of its own before its digits (KH000002ok).
        Some(next) if next.gap == Gap::None => next.byte.is_ascii_alphabetic(),
        _ => true,
    };
    widest <= Gap::Narrow && part[0].gap != Gap::None && ends
}

/// Whether the signs are written without a gap, are a whole word, and are no part of a decimal, an amount or a day.
pub(super) fn is_word(text: &str, signs: &[Sign], at: usize, length: usize) -> bool {
    let part = &signs[at..at + length];
    let (first, last) = (part[0], part[length - 1]);
    let before = at.checked_sub(1).map(|i| signs[i]);
    let after = signs.get(at + length).copied();
    let joins = |between: &str| {
        let mut chars = between.chars();
        chars.next().is_some_and(|c| JOINTS.contains(&c)) && chars.next().is_none()
    };
    let joined_before = before.is_some_and(|b| b.byte.is_ascii_digit() && joins(&text[b.end..first.start]));
    let joined_after = after.is_some_and(|a| a.byte.is_ascii_digit() && joins(&text[last.end..a.start]));
    let counts = text[last.end..].trim_start().starts_with(UNITS);
    part[1..].iter().all(|s| s.gap == Gap::None)
        && (at == 0 || first.gap != Gap::None)
        && after.is_none_or(|a| a.gap != Gap::None)
        && !(joined_before || joined_after || counts)
}
