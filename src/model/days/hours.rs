//! Hours of a day: when an employer's people are free (可进企时段).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A stretch of a day in minutes from midnight, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stretch {
    pub from: u16,
    pub to: u16,
}

impl Stretch {
    /// `None` where it does not end after it begins, on the same day.
    pub fn new(from: u16, to: u16) -> Option<Stretch> {
        (from < to && to <= 24 * 60).then_some(Stretch { from, to })
    }

    pub fn minutes(self) -> i64 {
        i64::from(self.to - self.from)
    }
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", time_text(self.from), time_text(self.to))
    }
}

/// `10:05` of minutes from midnight.
pub fn time_text(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Minutes from midnight of `10:05`; `None` when it is no time of day.
pub fn minutes_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let is_time = hour < 24 && minute < 60 || hour == 24 && minute == 0;
    is_time.then(|| hour * 60 + minute)
}

/// Reads a time of day in rules, and refuses another text.
///
/// # Errors
/// It is no time of day.
pub fn time_of_rules<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    match minutes_of(&text) {
        Some(_) => Ok(text),
        None => Err(serde::de::Error::custom(format!("no time of day: {text}"))),
    }
}

/// Stretches of a day, ascending and apart. Shown and stored as `12:00-13:30,17:00-18:30`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours(Vec<Stretch>);

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Hours, String> {
        Hours::from_text(&text).ok_or_else(|| format!("no hours of a day: {text}"))
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> String {
        hours.to_string()
    }
}

impl Hours {
    /// Stretches in any order; those that touch become one.
    pub fn new(mut stretches: Vec<Stretch>) -> Hours {
        stretches.sort_unstable();
        let mut apart: Vec<Stretch> = Vec::new();
        for next in stretches {
            match apart.last_mut() {
                Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
                _ => apart.push(next),
            }
        }
        Hours(apart)
    }

    pub fn stretches(&self) -> &[Stretch] {
        &self.0
    }

    /// Reads the stored form; `None` when it is another text or none.
    pub fn from_text(text: &str) -> Option<Hours> {
        let stretch = |part: &str| {
            let (from, to) = part.split_once('-')?;
            Stretch::new(minutes_of(from)?, minutes_of(to)?)
        };
        let stretches: Option<Vec<Stretch>> = text.split(',').map(stretch).collect();
        stretches.filter(|s| !s.is_empty()).map(Hours::new)
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, stretch) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(",")?;
            }
            stretch.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_read_back_and_touching_ones_become_one() {
        let hours = Hours::from_text("17:00-18:30,09:00-11:00,11:00-12:00").unwrap();
        assert_eq!(hours.to_string(), "09:00-12:00,17:00-18:30");
        assert_eq!(Hours::from_text(&hours.to_string()), Some(hours));
        for wrong in
            ["", "上午", "12:00", "12:00-11:00", "09:00-25:00", "09:70-10:00", "09:00-24:30", "2000:00-2001:00"]
        {
            assert_eq!(Hours::from_text(wrong), None, "{wrong}");
        }
    }
}
