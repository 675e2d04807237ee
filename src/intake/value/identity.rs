//! Numbers that identify: ID numbers, accounts, credit codes, phones. A ruined number is reported, never repaired.

use chrono::{Datelike, NaiveDate};

use crate::intake::value::{Read, squeeze};
use crate::model::matching::remnant;

/// What an identifier's cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Identifier {
    Value(String),
    Nothing,
    Bad,
    /// It checks, but looks like fifteen digits filled up with zeros.
    Suspicious(String),
    /// Excel kept 15 digits of it; the rest is gone.
    Ruined,
    /// Stars in it: it identifies nobody.
    Masked,
}

/// From here on a number has lost digits or may have.
const EXACT: f64 = 1e15;

/// An 18-digit resident identity number with its check digit (GB 11643).
pub fn id_number(text: &str) -> Identifier {
    let text = whole(&squeeze(text)).to_ascii_uppercase();
    if let Some(special) = special(&text) {
        return special;
    }
    let digits = text.as_bytes();
    let zeros = digits.len() == 18 && digits.iter().all(u8::is_ascii_digit) && text.ends_with("000");
    match (is_id_number(&text), zeros) {
        (true, false) => Identifier::Value(text),
        // One in eleven ruined numbers has the right check digit by chance.
        (true, true) => Identifier::Suspicious(text),
        (false, true) => Identifier::Ruined,
        (false, false) => Identifier::Bad,
    }
}

/// An ID number from the digits of a number that was stored with all of them.
pub fn id_from_digits(digits: &str) -> Identifier {
    match id_number(digits) {
        Identifier::Bad if digits.len() >= 16 => Identifier::Ruined,
        other => other,
    }
}

/// A number in an ID column: fifteen digits or fewer are no ID, more are ruined.
pub fn id_from_number(value: f64) -> Identifier {
    if value.abs() >= EXACT { Identifier::Ruined } else { Identifier::Bad }
}

/// Any other document (passport, permits): letters and digits.
pub fn other_document(text: &str) -> Identifier {
    let text = squeeze(text).to_ascii_uppercase();
    if let Some(special) = special(&text) {
        return special;
    }
    let good = (5..=30).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '(' | ')' | '-'));
    if good { Identifier::Value(text) } else { Identifier::Bad }
}

/// Whether a text is an 18-character ID number with a real birth date and the right check digit.
pub fn is_id_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 18
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && birth_of(text).is_some()
        && check_digit(&bytes[..17]) == bytes[17]
}

fn check_digit(first: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first.iter().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    b"10X98765432"[(sum % 11) as usize]
}

/// Birth date in an ID number.
pub fn birth_of(id: &str) -> Option<NaiveDate> {
    let number = |from: usize, to: usize| id.get(from..to).and_then(|t| t.parse::<u32>().ok());
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(6, 10)?).ok()?, number(10, 12)?, number(12, 14)?)?;
    (1880..=2100).contains(&date.year()).then_some(date)
}

/// `F` or `M` by the seventeenth digit of an ID number.
pub fn gender_of(id: &str) -> Option<&'static str> {
    let digit = id.as_bytes().get(16).filter(|b| b.is_ascii_digit())?;
    Some(if (digit - b'0') % 2 == 1 { "M" } else { "F" })
}

/// `100023.0`, as programs write a whole number that passed through one with decimals: the digits.
fn whole(text: &str) -> &str {
    let digits = text.strip_suffix(".0").filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()));
    digits.unwrap_or(text)
}

/// An account or card number: digits, with blanks and hyphens removed.
pub fn account(text: &str) -> Identifier {
    let text: String = squeeze(text).chars().filter(|c| *c != '-').collect();
    let text = whole(&text).to_string();
    if let Some(special) = special(&text) {
        return special;
    }
    // Text too may have passed through a spreadsheet program, which fills up with zeros from the sixteenth digit on.
    // Of eighteen digits one sound number in a thousand looks so, of fewer too many; a card's check digit clears it.
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let filled = (18..=19).contains(&text.len()) && text.bytes().skip(15).all(|b| b == b'0');
    if digits && filled && !has_card_digit(&text) {
        return Identifier::Ruined;
    }
    let good = (6..=34).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
    if good { Identifier::Value(text) } else { Identifier::Bad }
}

/// A number in an account column.
pub fn account_from_number(value: f64) -> Identifier {
    digits_of(value)
        .map_or_else(|| if value.abs() >= EXACT { Identifier::Ruined } else { Identifier::Bad }, |d| account(&d))
}

/// A customer's or colleague's number as text.
pub fn number_text(text: &str) -> Identifier {
    let text = whole(&squeeze(text)).to_string();
    if let Some(special) = special(&text) {
        return special;
    }
    if text.chars().count() <= 40 { Identifier::Value(text) } else { Identifier::Bad }
}

/// The same stored as a number.
pub fn number_from_number(value: f64) -> Identifier {
    digits_of(value)
        .map_or_else(|| if value.abs() >= EXACT { Identifier::Ruined } else { Identifier::Bad }, Identifier::Value)
}

/// An account or card number from the digits of a number.
pub fn account_from_digits(digits: &str) -> Identifier {
    if keeps_all(digits) { account(digits) } else { Identifier::Ruined }
}

/// A customer's or colleague's number from the digits of a number.
pub fn number_from_digits(digits: &str) -> Identifier {
    if keeps_all(digits) { Identifier::Value(digits.to_string()) } else { Identifier::Ruined }
}

/// Whether digits as stored cannot have gone through a spreadsheet program's number, which keeps fifteen or sixteen
/// of them: no such number is exactly this one, or it ends in none of the zeros such a program fills up with, or its
/// last digit is the check digit of a card.
fn keeps_all(digits: &str) -> bool {
    let significant = digits.trim_start_matches('0');
    if significant.len() <= 15 {
        return true;
    }
    let Ok(value) = digits.parse::<u64>() else { return false };
    if value < 1 << 53 {
        return !significant.ends_with('0');
    }
    (value as f64) as u128 != u128::from(value) || (has_card_digit(digits) && !digits.ends_with("000"))
}

/// The check digit of card numbers (ISO/IEC 7812).
fn has_card_digit(digits: &str) -> bool {
    let doubled = |d: u32| if d > 4 { 2 * d - 9 } else { 2 * d };
    let digits = digits.chars().rev().filter_map(|c| c.to_digit(10));
    digits.enumerate().map(|(i, d)| if i % 2 == 1 { doubled(d) } else { d }).sum::<u32>() % 10 == 0
}

/// Whole, not negative, and small enough that no digit was lost.
fn digits_of(value: f64) -> Option<String> {
    (value.fract() == 0.0 && (0.0..EXACT).contains(&value)).then(|| format!("{value:.0}"))
}

/// Bytes beyond which a text is no number of any kind.
const LONGEST: usize = 200;

/// A text too long, nothing, stars, or the scientific form a spreadsheet program makes of long digits.
fn special(text: &str) -> Option<Identifier> {
    if text.len() > LONGEST {
        return Some(Identifier::Bad);
    }
    if text.is_empty() {
        return Some(Identifier::Nothing);
    }
    if remnant::is_masked(text) {
        return Some(Identifier::Masked);
    }
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let numeric = !mantissa.is_empty()
        && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && mantissa.contains('.')
        && exponent.strip_prefix('+').unwrap_or(exponent).bytes().all(|b| b.is_ascii_digit())
        && !exponent.is_empty();
    numeric.then_some(Identifier::Ruined)
}

/// A unified social credit code (GB 32100): 18 characters with a check character.
pub fn credit_code(text: &str) -> Read<String> {
    let text = squeeze(text).to_ascii_uppercase();
    if text.is_empty() {
        return Read::Nothing;
    }
    if is_credit_code(&text) { Read::Value(text) } else { Read::Bad }
}

fn is_credit_code(text: &str) -> bool {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = text.bytes().map(|b| ALPHABET.iter().position(|a| *a == b)).collect();
    let Some(values) = values.filter(|v| v.len() == 18) else { return false };
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..17] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    values[17] == (31 - sum % 31) % 31
}

/// A mobile or landline number; of several in one cell the first that is one.
pub fn phone(text: &str) -> Read<String> {
    let text = squeeze(text);
    if text.is_empty() {
        return Read::Nothing;
    }
    whole(&text).split(['/', ',', ';', '、', '|']).find_map(one_phone).map_or(Read::Bad, Read::Value)
}

fn one_phone(text: &str) -> Option<String> {
    let main = text.split(['转', '#', '(']).find(|p| !p.is_empty()).unwrap_or(text);
    let digits: String = main.chars().filter(|c| !matches!(c, '-' | '+' | ')' | '(')).collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        // An area code in brackets stands before the number.
        let all: String = text.chars().filter(|c| !matches!(c, '-' | '+' | ')' | '(')).collect();
        return all.bytes().all(|b| b.is_ascii_digit()).then(|| dialled(&all)).flatten();
    }
    dialled(&digits).or_else(|| dialled(&text.chars().filter(char::is_ascii_digit).collect::<String>()))
}

fn dialled(digits: &str) -> Option<String> {
    let national =
        digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86").filter(|r| r.len() == 11)).unwrap_or(digits);
    let bytes = national.as_bytes();
    // Which second digits are given out changes over the years, so it is not checked.
    let mobile = bytes.len() == 11 && bytes[0] == b'1';
    let landline = bytes.first() == Some(&b'0') && (10..=12).contains(&bytes.len());
    let local = (7..=8).contains(&bytes.len()) && bytes[0] != b'0';
    let service = bytes.len() == 10 && (national.starts_with("400") || national.starts_with("800"));
    (mobile || landline || local || service).then(|| national.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An ID number of nobody: region 000000 is not given out.
    fn made_up(birth: &str, order: u32) -> String {
        let first = format!("000000{birth}{order:03}");
        let check = check_digit(first.as_bytes());
        format!("{first}{}", check as char)
    }

    #[test]
    fn check_digits_of_the_standard() {
        // The worked example of GB 11643-1999.
        assert!(is_id_number("11010519491231002X"));
        assert!(!is_id_number("110105194912310021"));
        assert!(!is_id_number("11010519491331002X"));
        assert_eq!(birth_of("11010519491231002X"), NaiveDate::from_ymd_opt(1949, 12, 31));
        assert_eq!(gender_of("11010519491231002X"), Some("F"));
        assert_eq!(id_number(" 11010519491231002x "), Identifier::Value("11010519491231002X".into()));
    }

    #[test]
    fn ruined_and_masked_numbers() {
        assert_eq!(id_number("1.10101E+17"), Identifier::Ruined);
        assert_eq!(id_number("110101199003070000"), Identifier::Ruined);
        // 000000 19900307 000 with the check digit worked out by hand: sum 171, 171 mod 11 = 6, so 6 and no zero.
        assert_eq!(id_number(&made_up("19900307", 0)), Identifier::Value("000000199003070006".into()));
        assert_eq!(id_number("0000********061X"), Identifier::Masked);
        assert_eq!(id_from_number(1.101_011_990_030_7e17), Identifier::Ruined);
        assert_eq!(account("6.2E+18"), Identifier::Ruined);
        assert_eq!(account("6200 0000 0000 0001 496"), Identifier::Value("6200000000000001496".into()));
        assert_eq!(account_from_number(6.2e18), Identifier::Ruined);
        assert_eq!(account_from_number(600_000_001_496.0), Identifier::Value("600000001496".into()));
        assert_eq!(account("6200001234567890000"), Identifier::Ruined);
        assert_eq!(account("6200001234567801000"), Identifier::Value("6200001234567801000".into()), "it checks");
        assert_eq!(
            account("62000012345000"),
            Identifier::Value("62000012345000".into()),
            "short enough for any program"
        );
        assert_eq!(account("620000000000001.0"), Identifier::Value("620000000000001".into()));
        assert_eq!(number_text("100023.0"), Identifier::Value("100023".into()));
        assert_eq!(number_text("A.0"), Identifier::Value("A.0".into()));
        assert_eq!(phone("13800000001.0"), Read::Value("13800000001".into()));
        assert_eq!(number_text("1E5"), Identifier::Value("1E5".into()));
        assert_eq!(id_number(""), Identifier::Nothing);
        assert_eq!(id_number("123"), Identifier::Bad);
    }

    #[test]
    fn an_id_number_that_ends_in_zeros_is_only_suspicious_when_it_checks() {
        let found = (1..=12).flat_map(|m| (1..=28).map(move |d| made_up(&format!("1990{m:02}{d:02}"), 0)));
        let zero = found.into_iter().find(|id| id.ends_with("000")).unwrap();
        assert_eq!(id_number(&zero), Identifier::Suspicious(zero.clone()));
        assert_eq!(id_from_digits(&zero), Identifier::Suspicious(zero));
        assert_eq!(id_from_digits("110105194912310021"), Identifier::Ruined);
    }

    #[test]
    fn digits_that_went_through_no_number_are_kept() {
        // 6217000000000000123 lies between two numbers of double precision; 6217000000000000000 is one.
        assert_eq!(account_from_digits("6217000000000000123"), Identifier::Value("6217000000000000123".into()));
        assert_eq!(account_from_digits("6217000000000000000"), Identifier::Ruined);
        assert_eq!(account_from_digits("6217000000000010"), Identifier::Ruined);
        assert_eq!(account_from_digits("6217000000000013"), Identifier::Value("6217000000000013".into()));
        assert_eq!(number_from_digits("0000123450"), Identifier::Value("0000123450".into()));
        // The worked example of ISO/IEC 7812.
        assert!(has_card_digit("4992739871 6".replace(' ', "").as_str()) && !has_card_digit("49927398717"));
    }

    #[test]
    fn credit_codes() {
        // The standard's own example and one changed character.
        assert_eq!(credit_code("91350100M000100Y43"), Read::Value("91350100M000100Y43".into()));
        assert_eq!(credit_code("91350100M000100Y44"), Read::Bad);
        assert_eq!(credit_code("9135O100M000100Y43"), Read::Bad);
        assert_eq!(credit_code(" "), Read::Nothing);
    }

    #[test]
    fn phones() {
        for (text, expected) in [
            ("13800000078", "13800000078"),
            ("138 0000 0078", "13800000078"),
            ("+86-138-0000-0078", "13800000078"),
            ("(0512)60000000", "051260000000"),
            ("0512-60000000转801", "051260000000"),
            ("无号/13800000078", "13800000078"),
            ("60000000", "60000000"),
        ] {
            assert_eq!(phone(text), Read::Value(expected.into()), "{text}");
        }
        assert_eq!(phone("1380000"), Read::Value("1380000".into()));
        assert_eq!(phone("138000000789"), Read::Bad);
        assert_eq!(phone("abc"), Read::Bad);
    }

    proptest! {
        #[test]
        fn one_wrong_digit_never_passes(order in 1u32..999, place in 0usize..17, change in 1u8..10) {
            let good = made_up("19900307", order);
            prop_assert!(is_id_number(&good));
            let mut bytes = good.into_bytes();
            bytes[place] = b'0' + (bytes[place] - b'0' + change) % 10;
            prop_assert!(!is_id_number(&String::from_utf8(bytes).unwrap()));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = (id_number(&text), account(&text), credit_code(&text), phone(&text), other_document(&text));
        }
    }
}
