//! The time of day behind a day, and where it is counted from: `T16:30:00.000Z`, ` 16:30:00 +0000`, `163000`.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _};

use crate::rules::import::limits::DayLimits;

/// Minutes that Beijing time is ahead of UTC.
const BEIJING: i64 = 8 * 60;

/// A moment in Beijing time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub at: NaiveDateTime,
    /// Minutes ahead of UTC it was written in; `None` where nothing says so.
    pub offset: Option<i64>,
}

impl Stamp {
    /// A moment that is written in Beijing time, or in no time that is said.
    pub fn local(at: NaiveDateTime) -> Stamp {
        Stamp { at, offset: None }
    }

    /// Whether it was written in another time than Beijing's.
    pub fn is_foreign(&self) -> bool {
        self.offset.is_some_and(|o| o != BEIJING)
    }
}

/// The moment that a day and the text behind it make; `None` where no time of day stands there.
pub(crate) fn of(day: NaiveDate, behind: &str) -> Option<Stamp> {
    let (stamp, rest) = at_start(day, behind)?;
    // 中国标准时间 and the like may stand behind in brackets.
    let ends = rest.trim().is_empty() || rest.trim_start().starts_with([')', '(']);
    ends.then_some(stamp)
}

/// The same, whatever follows; gives that too.
pub(crate) fn at_start(day: NaiveDate, behind: &str) -> Option<(Stamp, &str)> {
    let joined = behind.starts_with(['T', 't']);
    let text = behind.trim_start_matches(['T', 't', ' ', '(']);
    let (time, rest) = clock(text).or_else(|| compact(text).filter(|_| joined || text.len() == behind.len()))?;
    // 09:00-11:00 is a stretch of a day.
    let stretch = !joined && text.len() - rest.len() <= "09:00".len() && rest.trim_start().starts_with(['-', '−']);
    let (offset, rest) = if stretch { (None, rest) } else { zone(rest.trim_start()) };
    if rest.starts_with(|c: char| c == ':' || c.is_alphanumeric()) {
        return None;
    }
    let at = day.and_time(time);
    let moved = offset.map_or(Some(at), |o| at.checked_add_signed(TimeDelta::minutes(BEIJING - o)))?;
    Some((Stamp { at: moved, offset }, rest))
}

/// `16:30`, `16:30:00`, `16:30:00.000`.
fn clock(text: &str) -> Option<(NaiveTime, &str)> {
    let (hour, rest) = digits(text, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 1, 2)?;
    let Some((second, rest)) = rest.strip_prefix(':').and_then(|r| digits(r, 1, 2)) else {
        return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, rest));
    };
    let (milli, rest) = fraction(rest);
    Some((NaiveTime::from_hms_milli_opt(hour, minute, second, milli)?, rest))
}

/// `163000`, `163000.000`.
fn compact(text: &str) -> Option<(NaiveTime, &str)> {
    let (number, rest) = digits(text, 6, 6)?;
    let (milli, rest) = fraction(rest);
    Some((NaiveTime::from_hms_milli_opt(number / 10_000, number / 100 % 100, number % 100, milli)?, rest))
}

/// Milliseconds behind a point, and the text after them.
fn fraction(text: &str) -> (u32, &str) {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return (0, text) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return (0, text);
    }
    let thousandths: String = rest[..length].chars().chain("000".chars()).take(3).collect();
    (thousandths.parse().unwrap_or(0), &rest[length..])
}

/// Minutes ahead of UTC that a text begins with: `Z`, `+08:00`, `-0500`, `UTC`, `GMT+8`.
fn zone(text: &str) -> (Option<i64>, &str) {
    if let Some(rest) = text.strip_prefix(['Z', 'z']) {
        return (Some(0), rest);
    }
    let named = ["UTC", "GMT"].iter().find_map(|n| text.strip_prefix(n));
    let signed = named.unwrap_or(text);
    let sign = match signed.chars().next() {
        Some('+') => 1,
        Some('-' | '−') => -1,
        _ => return named.map_or((None, text), |rest| (Some(0), rest)),
    };
    let rest = signed.trim_start_matches(['+', '-', '−']);
    let Some((hours, rest)) = digits(rest, 1, 2) else { return (None, text) };
    let minutes = digits(rest.strip_prefix(':').unwrap_or(rest), 2, 2);
    let (minutes, rest) = minutes.unwrap_or((0, rest));
    if hours > 14 || minutes > 59 { (None, text) } else { (Some(sign * i64::from(hours * 60 + minutes)), rest) }
}

/// A number of so many digits at the start, no further digit behind it.
fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    // `+0800`: the hours are two of the four digits.
    let length = if most == 2 && length == 4 { 2 } else { length };
    (least..=most).contains(&length).then(|| text[..length].parse().ok().map(|n| (n, &text[length..])))?
}

/// What the time of day of a moment says of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    Midnight,
    /// Some seconds before midnight: programs that reckon with another clock write days so. Milliseconds of the day.
    Late(u32),
    /// Midnight of Beijing, or some seconds before, on the clock of UTC.
    UtcMidnight,
    /// Any other, the end of a day (23:59:59) among them.
    Other,
}

impl Time {
    pub fn of(at: NaiveDateTime, limits: &DayLimits) -> Time {
        let time = at.time();
        let milli = time.num_seconds_from_midnight() * 1000 + time.nanosecond() / 1_000_000 % 1000;
        let before = |end: u32| {
            let left = end.checked_sub(milli).filter(|left| *left <= limits.before_midnight_seconds * 1000);
            // The end of a day is written 23:59, 23:59:59 or 23:59:59.999; on a full minute a clock strikes.
            left.is_some_and(|left| left > 1000 && !milli.is_multiple_of(60_000))
                || left.is_some_and(|left| (2..1000).contains(&left))
        };
        match milli {
            0 => Time::Midnight,
            UTC_MIDNIGHT => Time::UtcMidnight,
            _ if before(DAY) => Time::Late(milli),
            _ if before(UTC_MIDNIGHT) => Time::UtcMidnight,
            _ => Time::Other,
        }
    }
}

/// Milliseconds.
const DAY: u32 = 24 * 3_600_000;
/// Milliseconds from midnight of UTC to that of Beijing.
const UTC_MIDNIGHT: u32 = 16 * 3_600_000;

/// The day a cell of a title means by a moment: no title is stamped some seconds before midnight.
pub(crate) fn of_title(at: NaiveDateTime, limits: &DayLimits) -> NaiveDateTime {
    match Time::of(at, limits) {
        Time::Late(_) => next_day(at),
        _ => at,
    }
}

/// The midnight a late moment means.
pub(crate) fn next_day(at: NaiveDateTime) -> NaiveDateTime {
    at.date().succ_opt().unwrap_or(at.date()).and_time(NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beijing(day: &str, behind: &str) -> Option<String> {
        of(day.parse().unwrap(), behind).map(|s| s.at.format("%m-%d %H:%M:%S").to_string())
    }

    #[test]
    fn times_are_those_of_beijing() {
        for (behind, at) in [
            ("T16:30:00.000Z", "03-10 00:30:00"),
            ("t16:30:00z", "03-10 00:30:00"),
            ("T15:59:17.000Z", "03-09 23:59:17"),
            (" 16:30:00Z", "03-10 00:30:00"),
            (" 16:30:00 UTC", "03-10 00:30:00"),
            (" 16:30 +0000", "03-10 00:30:00"),
            ("T163000Z", "03-10 00:30:00"),
            ("163000Z", "03-10 00:30:00"),
            ("T16:30:00+00:00", "03-10 00:30:00"),
            ("T16:30:00+08:00", "03-09 16:30:00"),
            ("T16:30:00 GMT+0800 (中国标准时间)", "03-09 16:30:00"),
            ("T16:30:00-05:00", "03-10 05:30:00"),
            ("T23:30:00+09:00", "03-09 22:30:00"),
            ("T00:30:00+09:30", "03-08 23:00:00"),
            (" 23:59:17", "03-09 23:59:17"),
            ("235917", "03-09 23:59:17"),
        ] {
            assert_eq!(beijing("2026-03-09", behind).as_deref(), Some(at), "{behind}");
        }
        for behind in [
            "",
            "前",
            " 25:00",
            "T16:30:00X",
            "T16:30:00+99:00",
            "16",
            " 下午3:00",
            "-10",
            " 09:00-11:00",
            " 09:00:00-11:00:00",
        ] {
            assert_eq!(beijing("2026-03-09", behind), None, "{behind}");
        }
    }

    #[test]
    fn what_times_say_of_their_day() {
        let limits = crate::rules::Rules::load(None).unwrap().limits.days;
        let time = |text: &str| Time::of(format!("2026-03-09T{text}").parse().unwrap(), &limits);
        assert_eq!(time("00:00:00"), Time::Midnight);
        for late in ["23:59:17", "23:59:58", "23:54:17", "23:59:16.800", "23:59:59.136"] {
            assert!(matches!(time(late), Time::Late(_)), "{late}");
        }
        for other in
            ["23:59:59", "23:59:59.999", "23:59:00", "23:55:00", "23:40:17", "10:12:33", "00:00:43", "08:00:00"]
        {
            assert_eq!(time(other), Time::Other, "{other}");
        }
        for utc in ["16:00:00", "15:59:17"] {
            assert_eq!(time(utc), Time::UtcMidnight, "{utc}");
        }
    }
}
