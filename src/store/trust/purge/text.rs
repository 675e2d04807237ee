//! Finding people's numbers in any text, however they are written: wide or narrow, in capitals or not, with blanks,
//! dashes, dots or brackets inside, with a country code before or a word behind.
//!
//! A number that is not sure is only taken for the person's where something sure (a number nobody else writes, or the
//! name) stands in the same text.

use std::collections::HashSet;
use std::ops::Range;

use hmac::Hmac;
use sha2::Sha256;

use crate::store::short_hmac;
use crate::store::trust::purge::numbers::{Gap, LONG, Numbers, Place, Sign, is_sure, is_word, plain, signs};
use crate::store::trust::purge::terms::BLOT;

/// Lengths of numbers looked up by their hash.
const HASHED: std::ops::RangeInclusive<usize> = 5..=32;
/// Parts a number is written in at most (`6222 0210 0111 1231 001`).
const MOST_PARTS: usize = 8;
/// Numbers by whose hash people are known.
const SCHEMES: [&str; 3] = ["customer", "id_number", "account"];
/// Scheme of phones somebody had before.
pub(crate) const PHONE: &str = "phone";

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

/// What a text says of the people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    Nothing,
    /// A number that may be something else, and nothing else of the people.
    Doubtful,
    Sure,
}

/// What is known of people who are looked for.
#[derive(Debug, Default)]
pub(super) struct Sought<'a> {
    /// Numbers they have.
    pub values: HashSet<String>,
    /// Signs a number must have to be looked for.
    pub shortest: usize,
    /// Numbers that somebody or something else has too, as [`plain`].
    pub of_others: HashSet<String>,
    pub names: HashSet<String>,
    /// Hashes of their numbers, former ones among them.
    pub hashes: Option<&'a HashSet<Vec<u8>>>,
    /// Hashes of former phones.
    pub phones: Option<&'a HashSet<Vec<u8>>>,
}

/// Looks for people by their numbers and by the hashes of numbers they had before.
#[derive(Debug, Clone)]
pub struct Finder {
    numbers: Numbers,
    whole: HashSet<String>,
    of_others: HashSet<String>,
    names: Vec<String>,
    hashes: HashSet<Vec<u8>>,
    phones: HashSet<Vec<u8>>,
    mac: Hmac<Sha256>,
}

impl Finder {
    /// `mac` carries the workspace's key.
    pub(super) fn new(sought: Sought<'_>, mac: Hmac<Sha256>) -> Finder {
        let numbers = Numbers::new(&sought.values, sought.shortest, &sought.of_others);
        let whole = sought.values.iter().map(|v| plain(v)).filter(|v| v.len() >= sought.shortest).collect();
        let names = sought.names.into_iter().filter(|n| n.chars().nth(1).is_some()).collect();
        let hashes = sought.hashes.cloned().unwrap_or_default();
        let of_others = sought.of_others;
        Finder { numbers, whole, of_others, names, hashes, phones: sought.phones.cloned().unwrap_or_default(), mac }
    }

    /// Whether `text` as a whole is one of their numbers.
    pub fn is(&self, text: &str) -> bool {
        self.is_present(text) || self.is_hashed(text.trim())
    }

    /// The same without their former numbers, which takes much less time.
    pub fn is_present(&self, text: &str) -> bool {
        self.whole.contains(&plain(text))
    }

    /// What of them stands in `text`.
    pub fn find(&self, text: &str) -> Found {
        self.find_in_pieces(text, true)
    }

    /// The same without their former numbers, which takes much less time.
    pub fn find_present(&self, text: &str) -> Found {
        self.find_in_pieces(text, false)
    }

    fn find_in_pieces(&self, text: &str, hashed: bool) -> Found {
        let mut best = Found::Nothing;
        for piece in pieces(text) {
            best = best.max(self.find_in(piece, hashed));
            if best == Found::Sure {
                break;
            }
        }
        best
    }

    fn find_in(&self, text: &str, hashed: bool) -> Found {
        let (signs, mut found) = (signs(text), Found::Nothing);
        let mut hit = |place: Place| {
            found = found.max(if place.sure { Found::Sure } else { Found::Doubtful });
            found != Found::Sure
        };
        self.numbers.places(text, &signs, &mut hit);
        if found != Found::Sure && hashed {
            self.hashed_places(text, &signs, &mut |place| {
                found = found.max(if place.sure { Found::Sure } else { Found::Doubtful });
                found != Found::Sure
            });
        }
        if found == Found::Doubtful && self.names_one(text) { Found::Sure } else { found }
    }

    fn names_one(&self, text: &str) -> bool {
        self.names.iter().any(|name| text.contains(name.as_str()))
    }

    /// `text` with every number of theirs blotted out; `None` when there is none. Nothing sure is found in it any more.
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
        let mut places: Vec<Place> = Vec::new();
        let mut hit = |place| {
            places.push(place);
            true
        };
        self.numbers.places(text, &signs, &mut hit);
        self.hashed_places(text, &signs, &mut hit);
        if !(places.iter().any(|p| p.sure) || self.names_one(text)) {
            return None;
        }
        places.sort_by_key(|p| (p.range.start, p.range.end));
        let (mut out, mut done) = (String::with_capacity(text.len()), 0);
        for place in places.iter().map(|p| &p.range) {
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
    fn hashed_places(&self, text: &str, signs: &[Sign], hit: &mut dyn FnMut(Place) -> bool) {
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
                    && !hit(Place { range: sign.start..part[length - 1].end, sure: true })
                {
                    return;
                }
            }
            for part in words_from(signs, first) {
                let (written, range) = (joined(part), sign.start..part[part.len() - 1].end);
                let digits = part.len() < LONG && part.iter().all(|s| s.byte.is_ascii_digit());
                let sure = is_sure(written.as_bytes()) && !self.of_others.contains(&written);
                if ((digits || !sure) && !is_word(text, signs, first, part.len()))
                    || !(self.is_hashed(&written) || self.is_hashed(&text[range.clone()]))
                {
                    continue;
                }
                if !hit(Place { range, sure }) {
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
        let (hashes, phones) = (of(false), of(true));
        let sought = Sought {
            values: values.iter().map(|v| v.to_string()).collect(),
            shortest: 5,
            of_others: HashSet::from(["DF00001".to_string()]),
            names: HashSet::from(["甲二".to_string()]),
            hashes: Some(&hashes),
            phones: Some(&phones),
        };
        Finder::new(sought, mac.clone())
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
            // Short digits only beside something sure.
            ("甲二的客户号12345", "甲二的客户号***"),
            ("KH000002,12345", "***,***"),
            // Numbers they had before, known by their hashes only.
            ("卡6200 0000 0000 0000 007", "卡***"),
            ("卡6200000000000000007ok", "卡***ok"),
            ("旧手机+8619911112222", "旧手机+86***"),
            ("199-1111-2222 2026-03-20", "*** 2026-03-20"),
            ("原客户号YW778899。", "原客户号***。"),
        ] {
            assert_eq!(said(text), blotted, "{text}");
            assert_eq!(person.find(text), Found::Sure, "{text}");
        }
        for text in
            ["KH0000021 19900000003", "金额12,345.00", "912345", "A12345", "6200000000000000017", "2026-03-16", ""]
        {
            assert_eq!(said(text), "as it was", "{text}");
        }
    }

    #[test]
    fn what_may_be_a_day_an_amount_or_an_employers_number_is_told_and_never_blotted_out() {
        let person = finder(
            &["20260310", "202603", "12345", "DF00001", "202603101530", "1000234567"],
            &[("customer", "20260309"), ("customer", "DF00001")],
        );
        for (text, found) in [
            ("20260310再访", Found::Doubtful),
            ("20260309再访", Found::Doubtful),
            ("客户12345", Found::Doubtful),
            ("单位DF00001", Found::Doubtful),
            ("202603101530", Found::Doubtful),
            // A day written as one, an amount, a part of a longer number is none of it.
            ("2026-03-10 2026-03-09", Found::Nothing),
            ("2026.03.10，2026/03", Found::Nothing),
            ("12,345.00 12345.00 12345元 12345万元 0.12345 12345次", Found::Nothing),
            ("912345 A12345 20260310A DF000011", Found::Nothing),
            ("DF-00001 2026-03-10T15:30", Found::Nothing),
        ] {
            assert_eq!(person.find(text), found, "{text}");
            assert_eq!(person.blot(text), None, "{text}");
            let named = format!("甲二 {text}");
            assert_eq!(person.find(&named) == Found::Sure, found == Found::Doubtful, "{named}");
            assert_eq!(person.blot(&named).is_some(), found == Found::Doubtful, "{named}");
        }
        // Ten digits that read as no day are nothing else.
        assert_eq!(person.blot("1000234567来电").as_deref(), Some("***来电"));
        assert_eq!(person.find("100-023-4567"), Found::Nothing);
    }

    #[test]
    fn a_number_that_is_freed_by_another_ones_going_goes_too() {
        let person = finder(&["19900000002", "kh345"], &[]);
        assert_eq!(person.blot("19900000002kh345").as_deref(), Some("******"));
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
            Just("2026"), Just("03"), Just("年"), Just("甲二"),
        ], 0..12)) {
            let text: String = parts.concat();
            let person = person();
            let blotted = person.blot(&text).unwrap_or_else(|| text.clone());
            prop_assert!(person.find(&blotted) != Found::Sure, "{text} → {blotted}");
            prop_assert_eq!(person.find(&text) == Found::Sure, blotted != text);
        }

        #[test]
        fn a_day_an_hour_or_an_amount_is_never_touched(
            (year, month, day) in (1900..2100u32, 1..=12u32, 1..=31u32), yuan in 0..100_000_000u32, fen in 0..100u32,
        ) {
            // Somebody has every one of these as a number.
            let number = format!("{year}{month:02}{day:02}");
            let person = finder(&[&number, &number[..6], &yuan.to_string()], &[("customer", &number)]);
            for text in [
                format!("{year}-{month:02}-{day:02}"), format!("{year}年{month}月{day}日"), format!("{year}/{month:02}/{day:02}"),
                format!("{year}-{month:02}-{day:02}T08:00:00Z"), number.clone(), format!("{yuan}.{fen:02}"), format!("{yuan}元"),
            ] {
                prop_assert_eq!(person.blot(&text), None, "{}", text);
            }
        }
    }
}
