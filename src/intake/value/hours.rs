//! Hours of a day in words and figures: `12:00-13:30、17点到18点半`, `下午`.

use std::collections::BTreeMap;

use crate::model::days::hours::{Hours, Stretch};

use crate::intake::value::{clean, key};

/// Words of the rules for stretches of a day, as compared, longest first.
pub struct HoursWords(Vec<(String, Hours)>);

impl HoursWords {
    /// `words`: hours, and how they are said.
    pub fn new(words: &BTreeMap<Hours, Vec<String>>) -> HoursWords {
        let of = |(hours, said): (&Hours, &Vec<String>)| -> Vec<(String, Hours)> {
            said.iter().map(|word| (key(word), hours.clone())).collect()
        };
        let mut all: Vec<(String, Hours)> = words.iter().flat_map(of).collect();
        all.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
        HoursWords(all)
    }
}

/// The hours a text says; `None` where any part of it is not understood. A word beside times is their name:
/// `午休12:00-13:00` is from twelve to one.
pub fn read(text: &str, words: &HoursWords) -> Option<Hours> {
    let text = clean(text);
    let mut stretches = Vec::new();
    for part in text.split([',', ';', '、', '/', '，', '；', '\n', '和', '或', '及']).filter(|p| !p.trim().is_empty())
    {
        stretches.extend(part_of(part, words)?);
    }
    (!stretches.is_empty()).then(|| Hours::new(stretches))
}

fn part_of(part: &str, words: &HoursWords) -> Option<Vec<Stretch>> {
    let part = key(part);
    let whole = words.0.iter().find(|(word, _)| *word == part);
    if let Some((_, hours)) = whole {
        return Some(hours.stretches().to_vec());
    }
    let named = words.0.iter().find(|(word, _)| part.starts_with(word.as_str()));
    let (rest, about) = match named {
        Some((word, hours)) => {
            (part[word.len()..].trim_start_matches(['(', ':', '（', '：']), hours.stretches().first().copied())
        }
        None => (part.as_str(), None),
    };
    let rest = rest.trim_end_matches([')', '）']);
    let dashes = ['-', '~', '至', '到', '—', '–', '～', '－'];
    let (from, to) = rest.split_once(dashes)?;
    // 下午2点 is 14:00, 午休11:30 is 11:30: of the two times of day a figure may mean, the one nearer to what the word says.
    let meant = |at: u16| match about {
        Some(about) if at < 12 * 60 => {
            let far = |at: u16| about.from.saturating_sub(at) + at.saturating_sub(about.to);
            if far(at + 12 * 60) < far(at) { at + 12 * 60 } else { at }
        }
        _ => at,
    };
    Some(vec![Stretch::new(meant(time(from)?), meant(time(to.trim_start_matches(dashes))?))?])
}

/// `9:00`, `9点`, `9点半`, `9时30分`, `0930` in minutes from midnight.
fn time(text: &str) -> Option<u16> {
    let text = text.replace('半', "30");
    let text = text.trim_end_matches('分');
    let (hour, minute) = match text.split_once([':', '：', '点', '时', '.']) {
        Some((hour, minute)) => (hour, minute.trim_start_matches('钟')),
        None if text.len() == 4 && text.is_ascii() => text.split_at(2),
        None => (text, ""),
    };
    let digits = |s: &str| s.len() <= 2 && s.chars().all(|c| c.is_ascii_digit());
    if hour.is_empty() || !digits(hour) || !digits(minute) {
        return None;
    }
    let hour: u16 = hour.parse().ok()?;
    let minute: u16 = if minute.is_empty() { 0 } else { minute.parse().ok()? };
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn said(text: &str) -> String {
        let words = HoursWords::new(&Rules::load(None).unwrap().import.visit_hours);
        read(text, &words).map_or_else(|| "?".into(), |hours| hours.to_string())
    }

    #[test]
    fn hours_are_read_as_they_are_written() {
        for (text, hours) in [
            ("12:00-13:30", "12:00-13:30"),
            ("12：00—13：30", "12:00-13:30"),
            ("12:00～13:30、17:00~18:30", "12:00-13:30,17:00-18:30"),
            ("9点到11点半", "09:00-11:30"),
            ("0930-1130", "09:30-11:30"),
            ("下午", "13:30-17:30"),
            ("上午/下午", "09:00-12:00,13:30-17:30"),
            ("午休", "12:00-13:30"),
            ("午休12:00-13:00", "12:00-13:00"),
            ("下午2点至4点", "14:00-16:00"),
            ("下午14:00-16:00", "14:00-16:00"),
            ("下午1点-5点", "13:00-17:00"),
            ("午休11:30-13:00", "11:30-13:00"),
            ("午休11:00-11:45", "11:00-11:45"),
            ("中午12点至1点半", "12:00-13:30"),
            ("上午9:00-11:30", "09:00-11:30"),
            ("晚上6点到7点半", "18:00-19:30"),
            ("全天", "09:00-17:30"),
        ] {
            assert_eq!(said(text), hours, "{text}");
        }
        for unclear in ["看情况", "下班后再说", "周三下午", "14:00", "16:00-14:00", "9-25点", "提前电话"]
        {
            assert_eq!(said(unclear), "?", "{unclear}");
        }
    }
}
