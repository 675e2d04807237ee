//! Calendar files (RFC 5545) for Outlook and phones. Times are written in UTC, so that no zone has to be described; the
//! same events give the same bytes.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use crate::render::free_text;

/// Bytes of a line, without its end, after which it goes on in the next one.
const LONGEST_LINE: usize = 75;
/// China's clocks are so many hours ahead of UTC all the year.
const AHEAD_OF_UTC: TimeDelta = TimeDelta::hours(8);

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// All of a day.
    Day(NaiveDate),
    /// From and until a time of day in China.
    Hours(NaiveDate, NaiveTime, NaiveTime),
}

/// How sure an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Tentative,
    Confirmed,
    /// Takes away what an earlier file told under the same `uid`.
    Cancelled,
}

/// An event of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The same in every file that tells of the event.
    pub uid: String,
    /// Higher in every file that changes the event.
    pub sequence: usize,
    pub when: When,
    pub status: Status,
    pub summary: String,
    /// Empty when there is nothing more to say; may have several lines.
    pub description: String,
    /// Empty where it is not known.
    pub location: String,
}

/// The file of a calendar called `name`, made on the day `made`.
pub fn write(name: &str, made: NaiveDate, events: &[Event]) -> Vec<u8> {
    let mut out = String::new();
    for (property, value) in [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//daifa//visits//ZH"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        line(&mut out, property, value);
    }
    line(&mut out, "X-WR-CALNAME", &text(name));
    for event in events {
        write_event(&mut out, made, event);
    }
    line(&mut out, "END", "VCALENDAR");
    out.into_bytes()
}

fn write_event(out: &mut String, made: NaiveDate, event: &Event) {
    line(out, "BEGIN", "VEVENT");
    line(out, "UID", &event.uid);
    // The day of the run, not its moment: a run again on the same day makes the same file.
    line(out, "DTSTAMP", &format!("{}T000000Z", day(made)));
    line(out, "SEQUENCE", &event.sequence.to_string());
    match event.when {
        When::Day(on) => {
            line(out, "DTSTART;VALUE=DATE", &day(on));
            // The end is the first day that is no more part of it.
            line(out, "DTEND;VALUE=DATE", &day(on.checked_add_days(Days::new(1)).unwrap_or(on)));
        }
        When::Hours(on, from, until) => {
            line(out, "DTSTART", &moment(on, from));
            line(out, "DTEND", &moment(on, until));
        }
    }
    let status = match event.status {
        Status::Tentative => "TENTATIVE",
        Status::Confirmed => "CONFIRMED",
        Status::Cancelled => "CANCELLED",
    };
    line(out, "STATUS", status);
    // Something to be done within a day does not make anybody busy for all of it.
    let busy = matches!(event.when, When::Hours(..)) && event.status != Status::Cancelled;
    line(out, "TRANSP", if busy { "OPAQUE" } else { "TRANSPARENT" });
    line(out, "SUMMARY", &text(&event.summary));
    for (property, value) in [("DESCRIPTION", &event.description), ("LOCATION", &event.location)] {
        if !value.is_empty() {
            line(out, property, &text(value));
        }
    }
    line(out, "END", "VEVENT");
}

fn day(date: NaiveDate) -> String {
    date.format("%Y%m%d").to_string()
}

fn moment(date: NaiveDate, time: NaiveTime) -> String {
    let local = date.and_time(time);
    local.checked_sub_signed(AHEAD_OF_UTC).unwrap_or(local).format("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value: numbers of people masked, separators escaped, no control characters.
fn text(value: &str) -> String {
    let shown = free_text::shown("", value);
    let mut out = String::with_capacity(shown.len());
    for c in shown.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes a property, folded without cutting a character in two.
fn line(out: &mut String, property: &str, value: &str) {
    let mut room = LONGEST_LINE;
    let whole = format!("{property}:{value}");
    for c in whole.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            // The blank that says that the line goes on is part of the next one.
            room = LONGEST_LINE - 1;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn event() -> Event {
        Event {
            uid: "V0007@a1".into(),
            sequence: 2,
            when: When::Hours(
                date("2026-03-17"),
                NaiveTime::from_hms_opt(10, 0, 0).unwrap(),
                NaiveTime::from_hms_opt(12, 0, 0).unwrap(),
            ),
            status: Status::Confirmed,
            summary: "进企".into(),
            description: String::new(),
            location: String::new(),
        }
    }

    fn written(events: &[Event]) -> String {
        String::from_utf8(write("员工甲", date("2026-03-02"), events)).unwrap()
    }

    #[test]
    fn a_file_is_what_the_standard_says() {
        let step = Event {
            uid: "V0007-thanks@a1".into(),
            when: When::Day(date("2026-02-28")),
            status: Status::Cancelled,
            location: "临江路1号".into(),
            ..event()
        };
        let expected = "\
            BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//daifa//visits//ZH\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n\
            X-WR-CALNAME:员工甲\r\n\
            BEGIN:VEVENT\r\nUID:V0007@a1\r\nDTSTAMP:20260302T000000Z\r\nSEQUENCE:2\r\n\
            DTSTART:20260317T020000Z\r\nDTEND:20260317T040000Z\r\nSTATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\n\
            SUMMARY:进企\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\r\nUID:V0007-thanks@a1\r\nDTSTAMP:20260302T000000Z\r\nSEQUENCE:2\r\n\
            DTSTART;VALUE=DATE:20260228\r\nDTEND;VALUE=DATE:20260301\r\nSTATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\n\
            SUMMARY:进企\r\nLOCATION:临江路1号\r\nEND:VEVENT\r\n\
            END:VCALENDAR\r\n";
        assert_eq!(written(&[event(), step]), expected);
    }

    #[test]
    fn before_eight_it_is_the_day_before_in_utc() {
        assert_eq!(moment(date("2026-03-01"), NaiveTime::from_hms_opt(7, 30, 0).unwrap()), "20260228T233000Z");
    }

    #[test]
    fn separators_and_line_ends_are_escaped() {
        assert_eq!(text("a,b;c\\d\r\ne\nf\u{7}"), "a\\,b\\;c\\\\d\\ne\\nf");
        // As everywhere, nobody's number leaves in a sentence.
        assert_eq!(text("电话19900000002"), "电话199******02");
    }

    #[test]
    fn long_lines_go_on_between_characters() {
        // "SUMMARY:" is 8 bytes; 22 characters of 3 bytes make 74, the next does not fit. After the blank 24 make 73.
        let mut out = String::new();
        line(&mut out, "SUMMARY", &"进".repeat(60));
        let lines: Vec<&str> = out.split("\r\n").collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert_eq!(lines[0], format!("SUMMARY:{}", "进".repeat(22)));
        assert_eq!(lines[1], format!(" {}", "进".repeat(24)));
        assert_eq!(lines[2], format!(" {}", "进".repeat(14)));
        assert_eq!(lines[3], "");
        assert!(lines.iter().all(|l| l.len() <= 75));
        // Exactly 75 bytes stay one line.
        let mut out = String::new();
        line(&mut out, "X", &"a".repeat(73));
        assert_eq!(out, format!("X:{}\r\n", "a".repeat(73)));
    }
}
