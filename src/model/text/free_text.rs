//! Numbers inside free text, masked where they are as long as a phone's, an ID's or an account's.

use crate::model::personal::{mask_account, mask_phone};

/// Digits from which on a number is masked.
const SHORTEST: usize = 11;
/// Signs that may stand between two groups of one number: `(0571) - 8888`.
const MOST_BETWEEN: usize = 3;

/// Digits written together.
struct Group {
    digits: String,
    start: usize,
    end: usize,
    /// Only blanks, dashes, dots and the like stand between it and the group before.
    joined: bool,
}

/// The narrow form of a wide sign: Ｘ → X, １ → 1.
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}

fn joins(c: char) -> bool {
    let c = narrow(c);
    c.is_whitespace()
        || matches!(c, '-' | '.' | '·' | '(' | ')' | '[' | ']' | '/' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Length of the word of ASCII letters and digits at the beginning, in bytes.
fn hash_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphanumeric).count()
}

/// Digits of a task's number (`T580384741430`): one more than a phone has.
const TASK_DIGITS: usize = 12;

/// Whether the text begins with a whole hash or number of a task as this program writes them: nobody's number, although
/// digits run in it.
fn is_hash(text: &str) -> bool {
    let word = &text[..hash_length(text)];
    let hex = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if word.strip_prefix('T').is_some_and(|digits| digits.len() == TASK_DIGITS && hex(digits)) {
        return true;
    }
    matches!(word.len(), 32 | 64) && hex(word) && word.bytes().filter(u8::is_ascii_lowercase).count() >= word.len() / 8
}

fn groups(text: &str) -> Vec<Group> {
    let mut list: Vec<Group> = Vec::new();
    let (mut between, mut parted) = (0, true);
    let mut spared = 0;
    for (start, c) in text.char_indices() {
        let begins = !text[..start].ends_with(|c: char| c.is_ascii_alphanumeric());
        if begins && is_hash(&text[start..]) {
            spared = start + hash_length(&text[start..]);
        }
        if start < spared {
            parted = true;
            continue;
        }
        let plain = narrow(c);
        let end = start + c.len_utf8();
        if plain.is_ascii_digit() {
            match list.last_mut().filter(|g| g.end == start) {
                Some(group) => {
                    group.digits.push(plain);
                    group.end = end;
                }
                None => {
                    let joined = !parted && between <= MOST_BETWEEN;
                    list.push(Group { digits: plain.to_string(), start, end, joined });
                }
            }
            (between, parted) = (0, false);
        } else {
            between += 1;
            parted |= !joins(c);
        }
    }
    list
}

/// Whether digits stand for a month of a year people live in.
fn is_month(year: &str, month: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    year.len() == 4 && month.len() <= 2 && matches!(number(year), 1900..=2099) && matches!(number(month), 1..=12)
}

/// Whether digits stand for a day: the year in four, month and day in one or two.
fn is_day(year: &str, month: &str, day: &str) -> bool {
    is_month(year, month) && day.len() <= 2 && matches!(day.parse::<u32>().unwrap_or(0), 1..=31)
}

/// Digits written together that are a day, or a day and a time: `20260310`, `202603101430`, `20260310143000`.
fn is_compact_day(digits: &str) -> bool {
    let part = |from: usize, highest: u32| {
        let text = digits.get(from..from + 2);
        text.is_none_or(|t| t.parse::<u32>().is_ok_and(|n| n <= highest))
    };
    matches!(digits.len(), 8 | 12 | 14)
        && is_day(&digits[..4], &digits[4..6], &digits[6..8])
        && part(8, 23)
        && part(10, 59)
        && part(12, 59)
}

/// How many groups at the beginning are a day: `2026-03-10` or `20260310`.
fn day_at_start(groups: &[Group]) -> usize {
    let digits = |i: usize| groups.get(i).map_or("", |g| g.digits.as_str());
    match (digits(0), digits(1), digits(2)) {
        (first, ..) if is_compact_day(first) => 1,
        (year, month, day) if is_day(year, month, day) => 3,
        _ => 0,
    }
}

/// Whether all groups are days, months (`2026-03`, `202603`) or years: `2026-01 / 2026-03`.
fn only_times(mut run: &[Group]) -> bool {
    while let Some(first) = run.first() {
        let digits = first.digits.as_str();
        let month = run.get(1).is_some_and(|g| is_month(digits, &g.digits));
        let joined_month = digits.len() == 6 && is_month(&digits[..4], &digits[4..]);
        let taken = match day_at_start(run) {
            0 if month => 2,
            0 if joined_month || is_month(digits, "1") => 1,
            n => n,
        };
        if taken == 0 {
            return false;
        }
        run = &run[taken..];
    }
    true
}

/// The groups of a run that are no days before or behind a number.
fn without_days(mut run: &[Group]) -> &[Group] {
    while day_at_start(run) > 0 {
        run = &run[day_at_start(run)..];
    }
    loop {
        let at_end = [1, 3].into_iter().find(|n| run.len() >= *n && day_at_start(&run[run.len() - n..]) == *n);
        let Some(n) = at_end else { return run };
        run = &run[..run.len() - n];
    }
}

/// Whether the groups together are as long as a mobile phone's number or a bank card's and begin like one, in as few
/// groups as people write them: `138 20120310` is a phone although its end could be a day.
fn is_whole_number(run: &[Group]) -> bool {
    let digits: String = run.iter().map(|g| g.digits.as_str()).collect();
    let phone = digits.len() == SHORTEST && digits.starts_with('1') && !digits[1..].starts_with(['0', '1', '2']);
    let card = (16..=19).contains(&digits.len()) && digits.starts_with("62") && run[0].digits.len() >= 4;
    (phone && run.len() <= 3) || (card && run.len() <= 5)
}

/// Whether a run is a plain amount: `1234567890.50`.
fn is_amount(text: &str, run: &[Group]) -> bool {
    let [whole, part] = run else { return false };
    whole.digits.len() < SHORTEST && part.digits.len() <= 2 && &text[whole.end..part.start] == "."
}

/// Free text with every number as long as a phone's, an ID's or an account's masked, also one with blanks, dashes or dots
/// inside, or of wide digits. Days, months and amounts stay.
pub fn mask_numbers(text: &str) -> String {
    let groups = groups(text);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for run in groups.chunk_by(|_, next| next.joined) {
        let number = match run {
            _ if is_amount(text, run) => continue,
            _ if is_whole_number(run) => run,
            _ if only_times(run) => continue,
            _ => without_days(run),
        };
        let digits: String = number.iter().map(|g| g.digits.as_str()).collect();
        let (Some(first), Some(last)) = (number.first(), number.last()) else { continue };
        if digits.len() < SHORTEST {
            continue;
        }
        out.push_str(&text[done..first.start]);
        out.push_str(&if digits.len() == SHORTEST && digits.starts_with('1') {
            mask_phone(&digits)
        } else {
            mask_account(&digits)
        });
        done = last.end;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_tasks_stay_and_a_phone_behind_a_letter_does_not() {
        for text in ["T580384741430", "见任务T580384741430，已办", "Tc38323523571", "[T89158638765d]"] {
            assert_eq!(mask_numbers(text), text);
        }
        assert_eq!(mask_numbers("T19900000002"), "T199******02");
        assert_eq!(mask_numbers("T5803847414301"), "T**** 4301");
        assert_eq!(mask_numbers("AT580384741430"), "AT**** 1430");
    }

    #[test]
    fn long_numbers_in_free_text_are_masked() {
        for (text, masked) in [
            ("电话10012345678转2", "电话100******78转2"),
            ("卡6200000000001496，2026-03-10", "卡**** 1496，2026-03-10"),
            ("20260310 1234567890", "20260310 1234567890"),
            ("139-1234-5671", "139******71"),
            ("6222 0210 0111 1231", "**** 1231"),
            ("138 1234 5678", "138******78"),
            ("138.1234.5678 2026-03-20再约", "138******78 2026-03-20再约"),
            ("2026/3/1 (139)1234 5671", "2026/3/1 (139******71"),
            ("１３８１２３４５６７８", "138******78"),
            ("+86 13812345678", "+**** 5678"),
            ("110101 19900319 118X", "**** 9118X"),
            ("2026-01-01 至 2026-03-31", "2026-01-01 至 2026-03-31"),
            ("2026-01-01 2026-03-31", "2026-01-01 2026-03-31"),
            ("3月10日 5,000.00元", "3月10日 5,000.00元"),
            ("", ""),
            (
                "原为86e8035f30f501350e6cc4bae3e4ba293c34101ab634ca6d82285740102a7fd5",
                "原为86e8035f30f501350e6cc4bae3e4ba293c34101ab634ca6d82285740102a7fd5",
            ),
            ("19900000002199000000031990000000", "**** 0000"),
            ("138 20120310", "138******10"),
            ("62220210 20120310", "**** 0310"),
            ("202601-202603", "202601-202603"),
            ("2026-01 / 2026-03", "2026-01 / 2026-03"),
            ("2024-2025-2026", "2024-2025-2026"),
            ("明细_20260310143000", "明细_20260310143000"),
            ("1234567890.50", "1234567890.50"),
            ("13812345678.00", "**** 7800"),
            ("1380000000078", "**** 0078"),
        ] {
            assert_eq!(mask_numbers(text), masked, "{text}");
        }
    }

    /// A number people have, in one of the ways it is written in a note: its digits, and the text.
    fn written() -> impl Strategy<Value = (String, String)> {
        let phone = "1[3-9][0-9]{9}".prop_map(|n| (n, vec![3usize, 4, 4]));
        // It begins with the code of a province (GB/T 2260): none is 19 or 20, as years do.
        let id =
            "(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])[0-9]{4}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|2[0-8])[0-9]{4}"
                .prop_map(|n| (n, vec![6, 8, 4]));
        let card = "62[0-9]{14}([0-9]{3})?".prop_map(|n| (n, vec![4; 5]));
        let between = prop::sample::select(vec!["", " ", "-", ".", "  ", "·", " - ", "_", "/", "\u{3000}", "\u{200b}"]);
        let wide = any::<bool>();
        let before = prop::sample::select(vec!["", "+86 ", "电话", "卡：", "(", "A", "2026-03-10，"]);
        (prop_oneof![phone, id, card], between, wide, before).prop_map(|((number, sizes), between, wide, before)| {
            let mut parts: Vec<String> = Vec::new();
            let mut rest = number.as_str();
            for size in sizes {
                let (part, after) = rest.split_at(size.min(rest.len()));
                parts.extend((!part.is_empty()).then(|| part.to_string()));
                rest = after;
            }
            let widened = |c: char| char::from_u32(c as u32 + 0xfee0).unwrap();
            let text: String = parts.join(between);
            let text: String = if wide {
                text.chars().map(|c| if c.is_ascii_digit() { widened(c) } else { c }).collect()
            } else {
                text
            };
            (number, format!("{before}{text}转告"))
        })
    }

    proptest! {
        #[test]
        fn no_number_of_a_person_survives((number, text) in written()) {
            let digits = |t: &str| t.chars().map(narrow).filter(char::is_ascii_digit).collect::<String>();
            let masked = mask_numbers(&text);
            prop_assert!(!digits(&masked).contains(&number), "{masked}");
            // Of eleven digits and more at most five may be left.
            let left = digits(&masked).len() - if text.contains("2026-03-10") { 8 } else { 0 };
            prop_assert!(left <= 5, "{masked}");
        }

        #[test]
        fn days_and_amounts_stay(
            (y, m, d) in (1990u32..2090, 1u32..=12, 1u32..=28), (y2, m2) in (1990u32..2090, 1u32..=12),
            yuan in 0u64..10_000_000_000, fen in 0u32..100, between in prop::sample::select(vec![" ", "，", "至", "/"]),
        ) {
            let thousands = |n: u64| {
                let text = n.to_string();
                let parts: Vec<&str> =
                    text.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
                parts.join(",")
            };
            let one = [
                format!("{y}-{m:02}-{d:02}"), format!("{y}/{m}/{d}"), format!("{y}{m:02}{d:02}"), format!("{y}.{m:02}"),
                format!("{y}年{m}月{d}日"), format!("{y}{m:02}"),
            ];
            for text in one.iter().flat_map(|t| [t.clone(), format!("{t}{between}{y2}-{m2:02}"), format!("{t}-{y2}{m2:02}")]) {
                prop_assert_eq!(mask_numbers(&text), text);
            }
            for text in [format!("{yuan}.{fen:02}"), format!("{}.{fen:02}元", thousands(yuan)), format!("{yuan}元")] {
                prop_assert_eq!(mask_numbers(&text), text);
            }
        }
    }
}
