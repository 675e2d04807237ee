//! Finding people's numbers in any text, however they are written: wide or narrow, in capitals or not, with blanks,
//! dashes, dots or brackets inside, with a country code before or a word behind.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use hmac::Hmac;
use sha2::Sha256;

use super::super::short_hmac;
use super::BLOT;
use crate::model::free_text::narrow;

/// From this length on digits are somebody's number wherever they stand, also inside a longer run of digits.
const LONG: usize = 11;
/// Shorter ones of digits only stand in too many texts by chance.
const SHORTEST_DIGITS: usize = 5;
/// Lengths of numbers looked up by their hash.
const HASHED: std::ops::RangeInclusive<usize> = 5..=32;
/// Parts a number is written in at most (`6222 0210 0111 1231 001`).
const MOST_PARTS: usize = 8;
/// Numbers by whose hash people are known.
const SCHEMES: [&str; 3] = ["customer", "id_number", "account"];
/// Scheme of phones somebody had before.
pub(in super::super) const PHONE: &str = "phone";

/// What stands between two signs of a text that are next to each other when all but letters and digits is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    /// Blanks and dashes, with which any number may be written.
    Narrow,
    /// Dots, brackets and the like: also between amounts and days, so only long numbers are looked for across them.
    Wide,
    /// Anything else parts one number from the next.
    Break,
}

impl Gap {
    fn of(c: char) -> Gap {
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
struct Sign {
    byte: u8,
    start: usize,
    end: usize,
    /// What stands before it.
    gap: Gap,
}

fn signs(text: &str) -> Vec<Sign> {
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

/// A long text in pieces, parted where no number can stand: a file's text must not be taken apart all at once.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    const LENGTH: usize = 1 << 16;
    let mut rest = text;
    std::iter::from_fn(move || {
        let from = (LENGTH..rest.len()).find(|i| rest.is_char_boundary(*i)).unwrap_or(rest.len());
        let parts = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && Gap::of(c) == Gap::Break;
        let end = rest[from..].find(parts).map_or(rest.len(), |at| from + at);
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// A number as it is compared: letters and digits in narrow capitals.
pub(super) fn plain(text: &str) -> String {
    let signs = text.chars().map(narrow).filter(char::is_ascii_alphanumeric);
    signs.map(|c| c.to_ascii_uppercase()).collect()
}

/// Numbers to be looked for.
#[derive(Debug, Clone, Default)]
struct Numbers {
    by_length: BTreeMap<usize, HashSet<Vec<u8>>>,
    /// First three signs of the numbers: nearly all places of a text are passed over by it.
    heads: HashSet<[u8; 3]>,
    /// Numbers with other signs in them, which are looked for as they are.
    odd: Vec<String>,
}

impl Numbers {
    /// Numbers of fewer than `shortest` signs are left out.
    fn new<'v>(values: impl IntoIterator<Item = &'v String>, shortest: usize) -> Numbers {
        let mut numbers = Numbers::default();
        for value in values {
            let bytes = plain(value).into_bytes();
            if value.chars().any(|c| !narrow(c).is_ascii_alphanumeric() && Gap::of(c) == Gap::Break) {
                numbers.odd.extend((value.chars().count() >= shortest).then(|| value.clone()));
                continue;
            }
            let least = if bytes.iter().all(u8::is_ascii_digit) { shortest.max(SHORTEST_DIGITS) } else { shortest };
            if let Some(head) = bytes.first_chunk().filter(|_| bytes.len() >= least) {
                numbers.heads.insert(*head);
                numbers.by_length.entry(bytes.len()).or_default().insert(bytes);
            }
        }
        numbers
    }

    /// Calls `hit` for each place at which a number stands, until it says no.
    fn places(&self, text: &str, signs: &[Sign], hit: &mut dyn FnMut(Range<usize>) -> bool) {
        for value in &self.odd {
            if !text.match_indices(value.as_str()).all(|(at, _)| hit(at..at + value.len())) {
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
                if values.contains(&window)
                    && stands_free(signs, at, *length)
                    && !hit(part[0].start..part[length - 1].end)
                {
                    return;
                }
            }
        }
    }
}

/// Whether the signs are a number of their own where they stand, not a part of another one.
fn stands_free(signs: &[Sign], at: usize, length: usize) -> bool {
    let part = &signs[at..at + length];
    let widest = part[1..].iter().map(|s| s.gap).max().unwrap_or(Gap::None);
    let digits = part[..length - 1].iter().all(|s| s.byte.is_ascii_digit());
    if length >= LONG && digits && matches!(part[length - 1].byte, b'0'..=b'9' | b'X') {
        return widest < Gap::Break;
    }
    let letters = part.iter().any(|s| s.byte.is_ascii_alphabetic());
    let ends = match signs.get(at + length) {
        // A word may follow a number that has letters of its own before its digits (KH000002ok).
        Some(next) if next.gap == Gap::None => letters && next.byte.is_ascii_alphabetic(),
        _ => true,
    };
    widest <= Gap::Narrow && part[0].gap != Gap::None && ends
}

/// Looks for people by their numbers and by the hashes of numbers they had before.
#[derive(Debug, Clone)]
pub struct Finder {
    numbers: Numbers,
    whole: HashSet<String>,
    hashes: HashSet<Vec<u8>>,
    phones: HashSet<Vec<u8>>,
    mac: Hmac<Sha256>,
}

impl Finder {
    /// `hashes` of numbers, `phones` of former phones; `mac` carries the workspace's key.
    pub(super) fn new(
        values: &HashSet<String>,
        shortest: usize,
        (hashes, phones): (&HashSet<Vec<u8>>, &HashSet<Vec<u8>>),
        mac: Hmac<Sha256>,
    ) -> Finder {
        let numbers = Numbers::new(values, shortest);
        let whole = values.iter().map(|v| plain(v)).filter(|v| v.len() >= shortest).collect();
        Finder { numbers, whole, hashes: hashes.clone(), phones: phones.clone(), mac }
    }

    /// Whether `text` as a whole is one of their numbers.
    pub fn is(&self, text: &str) -> bool {
        self.is_present(text) || self.is_hashed(text.trim())
    }

    /// The same without their former numbers, which takes much less time.
    pub fn is_present(&self, text: &str) -> bool {
        self.whole.contains(&plain(text))
    }

    /// Whether one of their numbers stands in `text`.
    pub fn finds(&self, text: &str) -> bool {
        self.any(text, true)
    }

    /// The same without their former numbers, which takes much less time.
    pub fn finds_present(&self, text: &str) -> bool {
        self.any(text, false)
    }

    fn any(&self, text: &str, hashed: bool) -> bool {
        pieces(text).any(|piece| self.any_in(piece, hashed))
    }

    fn any_in(&self, text: &str, hashed: bool) -> bool {
        let (signs, mut found) = (signs(text), false);
        let mut hit = |_| {
            found = true;
            false
        };
        self.numbers.places(text, &signs, &mut hit);
        if !found && hashed {
            self.hashed_places(text, &signs, &mut |_| {
                found = true;
                false
            });
        }
        found
    }

    /// `text` with every such number blotted out; `None` when there is none. Nothing is found in it any more.
    pub fn blot(&self, text: &str) -> Option<String> {
        let mut blotted = self.blot_once(text)?;
        // What stood beside a number may be one by itself now.
        while let Some(further) = self.blot_once(&blotted) {
            blotted = further;
        }
        Some(blotted)
    }

    fn blot_once(&self, text: &str) -> Option<String> {
        let signs = signs(text);
        let mut places: Vec<Range<usize>> = Vec::new();
        let mut hit = |place| {
            places.push(place);
            true
        };
        self.numbers.places(text, &signs, &mut hit);
        self.hashed_places(text, &signs, &mut hit);
        places.sort_by_key(|p| (p.start, p.end));
        let (mut out, mut done) = (String::with_capacity(text.len()), 0);
        for place in &places {
            if place.start >= done {
                out.push_str(&text[done..place.start]);
                out.push_str(BLOT);
            }
            done = done.max(place.end);
        }
        out.push_str(&text[done..]);
        (!places.is_empty()).then_some(out)
    }

    /// Numbers that are known by their hash only.
    fn hashed_places(&self, text: &str, signs: &[Sign], hit: &mut dyn FnMut(Range<usize>) -> bool) {
        if (self.hashes.is_empty() && self.phones.is_empty()) || is_day(text) {
            return;
        }
        for (first, sign) in signs.iter().enumerate() {
            let fixed = [(LONG, sign.byte == b'1' && !self.phones.is_empty()), (18, !self.hashes.is_empty())];
            for (length, _) in fixed.into_iter().filter(|(_, worth)| *worth) {
                if let Some(part) = signs.get(first..first + length)
                    && is_run(part)
                    && (length == LONG || is_id(part))
                    && self.is_hashed(&joined(part))
                    && !hit(sign.start..part[length - 1].end)
                {
                    return;
                }
            }
            for part in words_from(signs, first) {
                let (written, place) = (joined(part), sign.start..part[part.len() - 1].end);
                if (self.is_hashed(&written) || self.is_hashed(&text[place.clone()])) && !hit(place) {
                    return;
                }
            }
        }
    }

    /// Whether a number, in any case of its letters, has a hash of theirs.
    fn is_hashed(&self, number: &str) -> bool {
        let of = |text: &str| {
            let hash = |scheme: &str| short_hmac(self.mac.clone(), scheme, text);
            SCHEMES.iter().any(|s| !self.hashes.is_empty() && self.hashes.contains(&hash(s)[..]))
                || (!self.phones.is_empty() && self.phones.contains(&hash(PHONE)[..]))
        };
        if !HASHED.contains(&number.chars().count()) {
            return false;
        }
        let (upper, lower) = (number.to_uppercase(), number.to_lowercase());
        of(number) || (upper != number && of(&upper)) || (lower != number && of(&lower))
    }
}

/// Signs no break stands between, digits but for a last X.
fn is_run(part: &[Sign]) -> bool {
    let (last, rest) = part.split_last().map_or((b'?', part), |(last, rest)| (last.byte, rest));
    part[1..].iter().all(|s| s.gap < Gap::Break)
        && rest.iter().all(|s| s.byte.is_ascii_digit())
        && matches!(last, b'0'..=b'9' | b'X')
}

/// Eighteen signs with a birthday where an ID number has it.
fn is_id(part: &[Sign]) -> bool {
    let number =
        |range: Range<usize>| part[range].iter().fold(0u32, |n, s| n * 10 + u32::from(s.byte.saturating_sub(b'0')));
    matches!(number(6..8), 18..=20) && (1..=12).contains(&number(10..12)) && (1..=31).contains(&number(12..14))
}

fn joined(part: &[Sign]) -> String {
    part.iter().map(|s| char::from(s.byte)).collect()
}

/// Parts of a text beginning at sign `first` that could be a number of any kind: a word, digits inside a word, and words
/// of digits that follow with blanks or dashes between.
fn words_from(signs: &[Sign], first: usize) -> Vec<&[Sign]> {
    const LEAST_DIGITS: usize = 4;
    let digit = |i: usize| signs[i].byte.is_ascii_digit();
    if signs[first].gap == Gap::None && (!digit(first) || digit(first - 1)) {
        return Vec::new();
    }
    let (mut list, mut parts) = (Vec::new(), 0);
    for end in first + 1..=signs.len().min(first + HASHED.end()) {
        let next = signs.get(end);
        let word_ends = next.is_none_or(|n| n.gap != Gap::None);
        if word_ends || (digit(end - 1) && !digit(end)) {
            list.push(&signs[first..end]);
        }
        parts += usize::from(word_ends);
        let goes_on = next.is_some_and(|n| n.gap <= Gap::Narrow && (n.gap == Gap::None || digit(end)));
        if !goes_on || parts >= MOST_PARTS {
            break;
        }
    }
    list.retain(|part: &&[Sign]| part.iter().filter(|s| s.byte.is_ascii_digit()).count() >= LEAST_DIGITS);
    list.retain(|part| HASHED.contains(&part.len()));
    list
}

/// `2026-03-16`, alone or with a time behind it: what most texts of a database are.
fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes.len() <= 20
        && bytes
            .iter()
            .enumerate()
            .take(10)
            .all(|(i, b)| if matches!(i, 4 | 7) { *b == b'-' } else { b.is_ascii_digit() })
        && bytes.get(10).is_none_or(|b| *b == b'T')
}

#[cfg(test)]
mod tests {
    use hmac::KeyInit as _;
    use proptest::prelude::*;

    use super::*;

    fn finder(values: &[&str], former: &[(&str, &str)]) -> Finder {
        let mac = Hmac::<Sha256>::new_from_slice(b"key").unwrap();
        let of = |phones: bool| -> HashSet<Vec<u8>> {
            let own = former.iter().filter(|(scheme, _)| (*scheme == PHONE) == phones);
            own.map(|(scheme, value)| short_hmac(mac.clone(), scheme, value).to_vec()).collect()
        };
        let values = values.iter().map(|v| v.to_string()).collect();
        Finder::new(&values, SHORTEST_DIGITS, (&of(false), &of(true)), mac.clone())
    }

    fn person() -> Finder {
        finder(
            &["19900000002", "kh000002", "11010119900319118X", "12345"],
            &[("account", "6200000000000000007"), (PHONE, "19911112222"), ("customer", "yw778899")],
        )
    }

    #[test]
    fn numbers_are_blotted_out_and_nothing_beside_them() {
        let person = person();
        let said = |text: &str| person.blot(text).unwrap_or_else(|| "as it was".to_string());
        for (text, blotted) in [
            ("电话19900000002，已约", "电话***，已约"),
            ("199-0000-0002", "***"),
            ("{\"note\":\"KH000002 and KH0000021\"}", "{\"note\":\"*** and KH0000021\"}"),
            ("kh000002 199 0000 0002", "*** ***"),
            ("身份证11010119900319118x", "身份证***"),
            ("电话+8619900000002", "电话+86***"),
            ("86-199-0000-0002", "86-***"),
            ("199 0000 0002 2026-03-20再约", "*** 2026-03-20再约"),
            ("199.0000.0002", "***"),
            ("(199)0000 0002", "(***"),
            ("电话19900000002ok", "电话***ok"),
            ("KH000002ok", "***ok"),
            ("１９９　００００　０００２", "***"),
            ("客户12345", "客户***"),
            // Numbers they had before, known by their hashes only.
            ("卡6200 0000 0000 0000 007", "卡***"),
            ("卡6200000000000000007ok", "卡***ok"),
            ("旧手机+8619911112222", "旧手机+86***"),
            ("199-1111-2222 2026-03-20", "*** 2026-03-20"),
            ("原客户号YW778899。", "原客户号***。"),
        ] {
            assert_eq!(said(text), blotted, "{text}");
            assert!(person.finds(text), "{text}");
        }
        for text in
            ["KH0000021 19900000003", "金额12,345.00", "912345", "A12345", "6200000000000000017", "2026-03-16", ""]
        {
            assert_eq!(said(text), "as it was", "{text}");
        }
    }

    #[test]
    fn a_number_that_is_freed_by_another_ones_going_goes_too() {
        let person = finder(&["19900000002", "12345"], &[]);
        assert_eq!(person.blot("1990000000212345").as_deref(), Some("******"));
    }

    #[test]
    fn the_whole_of_a_cell_is_compared_in_any_way_of_writing() {
        let person = person();
        for text in ["KH000002", "kh000002", "199 0000 0002", "11010119900319118x", "6200000000000000007"] {
            assert!(person.is(text), "{text}");
        }
        assert!(!person.is("19900000003") && !person.is("KH0000021") && !person.is(""));
    }

    proptest! {
        #[test]
        fn nothing_is_found_in_what_was_blotted(parts in proptest::collection::vec(prop_oneof![
            Just("19900000002"), Just("199 0000"), Just("0002"), Just("12345"), Just("kh000002"), Just("KH"), Just("000002"),
            Just("11010119900319118x"), Just("6200000000000000007"), Just("6200"), Just("000000000000007"), Just(" "),
            Just("-"), Just("."), Just("，"), Just("客"), Just("１９９"), Just("+86"), Just("19911112222"), Just("5"),
        ], 0..12)) {
            let text: String = parts.concat();
            let person = person();
            let blotted = person.blot(&text).unwrap_or_else(|| text.clone());
            prop_assert!(!person.finds(&blotted), "{text} → {blotted}");
            prop_assert_eq!(person.finds(&text), blotted != text);
        }
    }
}
