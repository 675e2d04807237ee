//! Numbers inside free text, masked where they are as long as a phone's, an ID's or an account's.

use super::personal::{mask_account, mask_phone};

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

fn groups(text: &str) -> Vec<Group> {
    let mut list: Vec<Group> = Vec::new();
    let (mut between, mut parted) = (0, true);
    for (start, c) in text.char_indices() {
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

/// How many groups at the beginning are a day: `2026-03-10` or `20260310`.
fn day_at_start(groups: &[Group]) -> usize {
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    let is_day = |year: &str, month: &str, day: &str| {
        matches!(number(year), 1900..=2099) && matches!(number(month), 1..=12) && matches!(number(day), 1..=31)
    };
    let digits = |i: usize| groups.get(i).map_or("", |g| g.digits.as_str());
    let (first, second, third) = (digits(0), digits(1), digits(2));
    if first.len() == 8 && is_day(&first[..4], &first[4..6], &first[6..]) {
        1
    } else if first.len() == 4 && second.len() <= 2 && third.len() <= 2 && is_day(first, second, third) {
        3
    } else {
        0
    }
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

/// Free text with every number as long as a phone's, an ID's or an account's masked, also one with blanks, dashes or dots
/// inside, or of wide digits. Days stay.
pub fn mask_numbers(text: &str) -> String {
    let groups = groups(text);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for run in groups.chunk_by(|_, next| next.joined) {
        let number = without_days(run);
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
        ] {
            assert_eq!(mask_numbers(text), masked, "{text}");
        }
    }
}
