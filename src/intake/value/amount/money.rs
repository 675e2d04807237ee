//! Amounts: text as exact decimals, numbers rounded to fen.

use crate::model::Fen;
use crate::rules::import::UnitWords;

use crate::intake::value::squeeze;

/// What one unit of a column's numbers is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    #[default]
    Yuan,
    Thousand,
    TenThousand,
    Million,
    HundredMillion,
}

impl Unit {
    /// Stable key; shown as `word.unit_<key>`.
    pub fn key(self) -> &'static str {
        match self {
            Unit::Yuan => "yuan",
            Unit::Thousand => "thousand",
            Unit::TenThousand => "ten_thousand",
            Unit::Million => "million",
            Unit::HundredMillion => "hundred_million",
        }
    }

    pub const ALL: [Unit; 5] = [Unit::Yuan, Unit::Thousand, Unit::TenThousand, Unit::Million, Unit::HundredMillion];

    /// The unit with this key.
    pub fn from_key(key: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|u| u.key() == key)
    }

    /// The power of ten it is of a yuan.
    pub fn power_of_ten(self) -> Option<i32> {
        i32::try_from((self.fen() / 100).checked_ilog10()?).ok()
    }

    fn fen(self) -> i64 {
        match self {
            Unit::Yuan => 100,
            Unit::Thousand => 100_000,
            Unit::TenThousand => 1_000_000,
            Unit::Million => 100_000_000,
            Unit::HundredMillion => 10_000_000_000,
        }
    }
}

/// An amount and whether fractions of a fen were rounded off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    pub fen: Fen,
    pub rounded: bool,
}

/// Why a text or number is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAmount {
    NotANumber,
    TooLarge,
}

/// Largest amount taken, in fen (90 billion yuan): beyond it a number is something else, and the sum of a million such
/// amounts stays in range.
const LIMIT: i128 = 9_000_000_000_000;
const _: () = assert!(LIMIT * 1_000_000 < i64::MAX as i128);

/// The words for each unit, as the rules write them.
pub(crate) fn words(units: &UnitWords) -> [(&Vec<String>, Unit); 5] {
    [
        (&units.yuan, Unit::Yuan),
        (&units.thousand, Unit::Thousand),
        (&units.ten_thousand, Unit::TenThousand),
        (&units.million, Unit::Million),
        (&units.hundred_million, Unit::HundredMillion),
    ]
}

/// The words of units that may stand behind a number, longer ones before those within them.
#[derive(Debug, Clone, Default)]
pub struct Suffixes(Vec<(String, Unit)>);

impl Suffixes {
    pub fn new(units: &UnitWords) -> Suffixes {
        let mut list: Vec<(String, Unit)> = Vec::new();
        for (group, unit) in words(units) {
            // 5w, as people type it.
            list.extend(group.iter().flat_map(|w| [(w.to_lowercase(), unit), (w.clone(), unit)]));
        }
        list.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
        Suffixes(list)
    }

    /// The text before a unit's word at its end, and the unit.
    fn strip<'t>(&self, text: &'t str) -> Option<(&'t str, Unit)> {
        self.0.iter().find_map(|(word, unit)| Some((text.strip_suffix(word.as_str())?, *unit)))
    }
}

/// A text, narrowed, without the signs that stand before or around a number, and whether there is a minus among them.
fn unsigned(text: &str) -> (bool, &str) {
    let mut rest = text;
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        negative = true;
        rest = inner;
    }
    loop {
        let before = rest;
        for prefix in ["人民币", "RMB", "CNY", "¥", "￥", "+"] {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
        for minus in ['-', '−', '–', '—'] {
            if !negative && let Some(r) = rest.strip_prefix(minus) {
                negative = true;
                rest = r;
            }
        }
        if rest == before {
            return (negative, rest);
        }
    }
}

/// `1,234.50`, `１２３`, `¥5`, `(123)`, `123-`, `5万`, `3.2亿元`; a unit in the text overrides the column's.
///
/// # Errors
/// Text that is no decimal number, or one beyond any amount of money.
pub fn parse(text: &str, unit: Unit, suffixes: &Suffixes) -> Result<Amount, NoAmount> {
    if let Some((digits, decimals)) = plain(text) {
        return scaled(digits, decimals, unit, false);
    }
    if holds_two_numbers(text) {
        return Err(NoAmount::NotANumber);
    }
    let text = squeeze(text);
    let (mut negative, rest) = unsigned(text.strip_suffix(['整', '正']).unwrap_or(&text));
    let (mut rest, unit) = suffixes.strip(rest).unwrap_or((rest, unit));
    if !negative && let Some(r) = rest.strip_suffix('-') {
        negative = true;
        rest = r;
    }
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let whole = ungroup(whole).ok_or(NoAmount::NotANumber)?;
    if (whole.is_empty() && fraction.is_empty()) || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        // Spreadsheet programs write 1.5E+05 into text files.
        return scientific(rest)
            .map_or(Err(NoAmount::NotANumber), |v| from_number(if negative { -v } else { v }, unit));
    }
    if whole.len() > 18 {
        return Err(NoAmount::TooLarge);
    }
    let fraction = &fraction[..fraction.len().min(18)];
    let digits: i128 = format!("{whole}{fraction}").parse().map_err(|_| NoAmount::NotANumber)?;
    scaled(digits, fraction.len() as u32, unit, negative)
}

/// The digits of a number written with nothing but them and a point, and how many stand behind it: as most amounts are.
fn plain(text: &str) -> Option<(i128, u32)> {
    let (mut digits, mut point) = (0i64, None);
    if text.len() > PLAIN_DIGITS || text.is_empty() {
        return None;
    }
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => digits = digits * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() && at > 0 => point = Some(at + 1),
            _ => return None,
        }
    }
    Some((i128::from(digits), point.map_or(0, |p| text.len() - p) as u32))
}

/// Characters of a number that is surely no longer than an `i64` holds.
const PLAIN_DIGITS: usize = 18;

/// A decimal in a unit as an amount, half a fen to the even one.
fn scaled(digits: i128, decimals: u32, unit: Unit, negative: bool) -> Result<Amount, NoAmount> {
    let scale = 10i128.pow(decimals);
    let scaled = digits.checked_mul(i128::from(unit.fen())).ok_or(NoAmount::TooLarge)?;
    let (mut fen, remainder) = (scaled / scale, scaled % scale);
    if remainder * 2 > scale || (remainder * 2 == scale && fen % 2 == 1) {
        fen += 1;
    }
    if fen > LIMIT {
        return Err(NoAmount::TooLarge);
    }
    let fen = fen as i64;
    Ok(Amount { fen: Fen(if negative { -fen } else { fen }), rounded: remainder != 0 })
}

/// Whether digits stand on both sides of a line break, or of blanks that do not group thousands: `5000 600`, but `5 000`.
fn holds_two_numbers(text: &str) -> bool {
    let text = text.trim();
    if !text.contains(char::is_whitespace) {
        return false;
    }
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let digit_ends = |p: &str| p.ends_with(|c: char| c.is_numeric());
    let digit_starts = |p: &str| p.starts_with(|c: char| c.is_numeric());
    let beside = |lines: bool| pieces.windows(2).any(|w| digit_ends(w[0]) && digit_starts(w[1])) && lines;
    if beside(text.contains(['\n', '\r'])) {
        return true;
    }
    let length = |run: &str| run.chars().take_while(|c| c.is_numeric()).count();
    let last_run = |p: &str| p.chars().rev().take_while(|c| c.is_numeric()).count();
    pieces.windows(2).filter(|w| digit_ends(w[0]) && digit_starts(w[1])).any(|w| {
        // Signs of other groups or of decimals before the blank: these are not the thousands of one number.
        let apart = w[0].contains([',', '.', '，', '．']);
        apart || length(w[1]) != 3 || last_run(w[0]) > 3
    })
}

/// Whether a text is a number below zero, whatever its unit: `-5`, `(1,234.50)`, `5万-`.
pub fn is_negative(text: &str) -> bool {
    let text = squeeze(text);
    let (minus, rest) = unsigned(&text);
    let number = rest.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.');
    (minus || rest.ends_with('-')) && number.chars().all(digits) && number.bytes().any(|b| matches!(b, b'1'..=b'9'))
}

/// `1.234,50` as written where a comma marks the decimals: the same with a point.
pub fn with_decimal_point(text: &str) -> String {
    squeeze(text).chars().filter(|c| *c != '.').map(|c| if c == ',' { '.' } else { c }).collect()
}

/// A number of a sheet; binary noise far below a fen does not count as rounding.
///
/// # Errors
/// NaN and infinities; numbers beyond any amount of money.
pub fn from_number(value: f64, unit: Unit) -> Result<Amount, NoAmount> {
    if !value.is_finite() {
        return Err(NoAmount::NotANumber);
    }
    let exact = value * unit.fen() as f64;
    if exact.abs() > LIMIT as f64 {
        return Err(NoAmount::TooLarge);
    }
    let fen = exact.round_ties_even();
    Ok(Amount { fen: Fen(fen as i64), rounded: (exact - fen).abs() > 1e-4_f64.max(exact.abs() * 1e-12) })
}

/// Digits with thousands separators in the right places; `None` when a separator stands elsewhere.
fn ungroup(whole: &str) -> Option<String> {
    if !whole.contains(',') {
        return whole.bytes().all(|b| b.is_ascii_digit()).then(|| whole.to_string()).or_else(|| {
            // Left to the scientific form.
            (whole.contains(['e', 'E'])).then(String::new)
        });
    }
    let groups: Vec<&str> = whole.split(',').collect();
    let good = groups.iter().enumerate().all(|(i, g)| {
        g.bytes().all(|b| b.is_ascii_digit()) && if i == 0 { (1..=3).contains(&g.len()) } else { g.len() == 3 }
    });
    good.then(|| groups.concat())
}

fn scientific(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    if !digits(whole) || !digits(fraction) || !digits(exponent.trim_start_matches(['+', '-'])) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::value::lexicon::Lexicon;
    use crate::rules::Rules;
    use proptest::prelude::*;

    /// With the units of the rules.
    fn parse(text: &str, unit: Unit) -> Result<Amount, NoAmount> {
        thread_local!(static WORDS: Lexicon = Lexicon::new(&Rules::load(None).unwrap().import));
        WORDS.with(|words| words.amount(text, unit))
    }

    fn fen(text: &str, unit: Unit) -> Option<i64> {
        parse(text, unit).ok().map(|a| a.fen.0)
    }

    #[test]
    fn a_minus_is_seen_whatever_the_unit() {
        for text in ["-5", "(1,234.50)", "（3万元）", "5-", "¥-0.5", "—88.8元"] {
            assert!(is_negative(text), "{text}");
        }
        for text in ["5", "-", "-0.00", "12-3", "-3号楼5", "2026-03-18", "(空)"] {
            assert!(!is_negative(text), "{text}");
        }
    }

    #[test]
    fn written_forms() {
        for (text, expected) in [
            ("1,234.50", 123_450),
            ("１，２３４", 123_400),
            ("¥ 88", 8_800),
            ("5萬", 5_000_000),
            ("5w", 5_000_000),
            ("3.2億元", 32_000_000_000),
            ("2百萬", 200_000_000),
            ("3千", 300_000),
            ("￥88.8", 8_880),
            ("(123)", -12_300),
            ("（1,000.01）", -100_001),
            ("-5", -500),
            ("－5", -500),
            ("5-", -500),
            ("-¥5", -500),
            ("5万", 5_000_000),
            ("3.2亿", 32_000_000_000),
            ("0.5万元", 500_000),
            ("100元", 10_000),
            ("3.5w", 3_500_000),
            ("5万元整", 5_000_000),
            ("100元整", 10_000),
            (".5", 50),
            ("12.", 1_200),
            ("1.5E+05", 15_000_000),
            ("12,345,678.9", 1_234_567_890),
        ] {
            assert_eq!(fen(text, Unit::Yuan), Some(expected), "{text}");
        }
        for text in ["5000\n600", "5 000\n600", "5000 600", "5,000 600", "1.5 200", "5 00", "５０００ ６００"] {
            assert_eq!(parse(text, Unit::Yuan), Err(NoAmount::NotANumber), "{text}");
        }
        for (text, expected) in [
            ("5 000", 500_000),
            ("1 234 567.80", 123_456_780),
            ("￥ 5000", 500_000),
            ("5000 元", 500_000),
            ("- 5", -500),
        ] {
            assert_eq!(fen(text, Unit::Yuan), Some(expected), "{text}");
        }
        for text in ["", "abc", "1,23", "1.234,50", "1.2.3", "$5", "12a", "--5", "1e", "NaN", "inf", "五万"] {
            assert_eq!(parse(text, Unit::Yuan), Err(NoAmount::NotANumber), "{text}");
        }
    }

    #[test]
    fn a_comma_may_mark_the_decimals() {
        for (text, expected) in [("1.234,50", 123_450), ("0,95", 95), ("12", 1_200), ("-3,1", -310)] {
            assert_eq!(fen(&with_decimal_point(text), Unit::Yuan), Some(expected), "{text}");
        }
    }

    #[test]
    fn units_of_the_column_and_of_the_cell() {
        assert_eq!(fen("1.5", Unit::TenThousand), Some(1_500_000));
        assert_eq!(fen("100元", Unit::TenThousand), Some(10_000));
        assert_eq!(fen("2", Unit::HundredMillion), Some(20_000_000_000));
        assert_eq!(from_number(0.95, Unit::TenThousand).unwrap(), Amount { fen: Fen(950_000), rounded: false });
    }

    #[test]
    fn fractions_of_a_fen_are_rounded_to_even_and_told() {
        assert_eq!(parse("0.125", Unit::Yuan).unwrap(), Amount { fen: Fen(12), rounded: true });
        assert_eq!(parse("0.135", Unit::Yuan).unwrap(), Amount { fen: Fen(14), rounded: true });
        assert!(!from_number(0.1 + 0.2, Unit::Yuan).unwrap().rounded);
        assert!(from_number(1.005_5, Unit::Yuan).unwrap().rounded);
    }

    #[test]
    fn account_numbers_are_no_money() {
        assert_eq!(parse("6200000000000001496", Unit::Yuan), Err(NoAmount::TooLarge));
        assert_eq!(from_number(6.2e18, Unit::Yuan), Err(NoAmount::TooLarge));
        // 90 billion yuan is the last that is taken: a sheet full of larger ones would run out of range when summed.
        assert_eq!(parse("900亿", Unit::Yuan).map(|a| a.fen), Ok(Fen(9_000_000_000_000)));
        assert_eq!(parse("900.01亿", Unit::Yuan), Err(NoAmount::TooLarge));
        assert_eq!(from_number(90_000_000_001.0, Unit::Yuan), Err(NoAmount::TooLarge));
        assert_eq!(from_number(f64::NAN, Unit::Yuan), Err(NoAmount::NotANumber));
    }

    fn grouped(fen: i64) -> String {
        let digits = (fen.abs() / 100).to_string();
        let mut out = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(c);
        }
        format!("{}{out}.{:02}", if fen < 0 { "-" } else { "" }, fen.abs() % 100)
    }

    proptest! {
        #[test]
        fn fen_round_trip(value in -1_000_000_000_000i64..1_000_000_000_000) {
            let plain = format!("{}{}.{:02}", if value < 0 { "-" } else { "" }, value.abs() / 100, value.abs() % 100);
            prop_assert_eq!(fen(&plain, Unit::Yuan), Some(value));
            prop_assert_eq!(fen(&grouped(value), Unit::Yuan), Some(value));
            prop_assert_eq!(from_number(value as f64 / 100.0, Unit::Yuan).unwrap(), Amount { fen: Fen(value), rounded: false });
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = parse(&text, Unit::TenThousand);
        }
    }
}
