//! Bank working days from the State Council's yearly notice. A year without a notice is unknown, never guessed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Serialize;

use crate::model::days::period::days_after;

/// One day of the calendar: `workday` is `None` in a year without a published notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarDay {
    pub date: NaiveDate,
    pub workday: Option<bool>,
    /// The holiday that gives the day off, or for which it is made up; `None` on ordinary days.
    pub name: Option<String>,
}

/// Days off and make-up working days of the years that have been published.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Workdays {
    years: BTreeSet<i32>,
    special: BTreeMap<NaiveDate, (bool, String)>,
}

impl Workdays {
    /// Adds the notice for `year`; its days `(date, name, off)` may reach into the neighbouring years.
    pub fn add_year(&mut self, year: i32, days: impl IntoIterator<Item = (NaiveDate, String, bool)>) {
        self.years.insert(year);
        for (date, name, off) in days {
            self.special.insert(date, (off, name));
        }
    }

    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.iter().copied()
    }

    /// `None` when the day's year has no notice.
    pub fn is_workday(&self, date: NaiveDate) -> Option<bool> {
        self.day(date).workday
    }

    pub fn day(&self, date: NaiveDate) -> CalendarDay {
        if let Some((off, name)) = self.special.get(&date) {
            return CalendarDay { date, workday: Some(!off), name: Some(name.clone()) };
        }
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        CalendarDay { date, workday: self.years.contains(&date.year()).then_some(!weekend), name: None }
    }

    /// The nearest working day on or before `date`; `None` when the answer needs an unpublished year.
    pub fn on_or_before(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.seek(date, -1)
    }

    /// The nearest working day on or after `date`.
    pub fn on_or_after(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.seek(date, 1)
    }

    /// `n` working days after `date` (which itself does not count); negative goes back.
    pub fn add(&self, date: NaiveDate, n: i64) -> Option<NaiveDate> {
        let step = n.signum();
        let mut day = date;
        for _ in 0..n.abs() {
            day = self.seek(days_after(day, step), step)?;
        }
        Some(day)
    }

    /// Working days from `from` (exclusive) to `to` (inclusive); negative when `to` is earlier.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> Option<i64> {
        if to < from {
            return self.between(to, from).map(|n| -n);
        }
        let mut n = 0;
        let mut day = from;
        while day < to {
            day = days_after(day, 1);
            n += i64::from(self.is_workday(day)?);
        }
        Some(n)
    }

    fn seek(&self, from: NaiveDate, step: i64) -> Option<NaiveDate> {
        let mut day = from;
        // The longest run of days off is nine; a month without a working day means bad data.
        for _ in 0..31 {
            if self.is_workday(day)? {
                return Some(day);
            }
            day = days_after(day, step);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The Spring Festival of 2026: off 02-15 to 02-23, made up on 02-14 and 02-28.
    fn spring_2026() -> Workdays {
        let mut days = Workdays::default();
        let off = (15..=23).map(|d| (NaiveDate::from_ymd_opt(2026, 2, d).unwrap(), "春节".to_string(), true));
        let on = [14, 28].map(|d| (NaiveDate::from_ymd_opt(2026, 2, d).unwrap(), "春节".to_string(), false));
        days.add_year(2026, off.chain(on));
        days
    }

    #[test]
    fn a_payday_in_the_holiday_falls_on_the_make_up_saturday() {
        assert_eq!(spring_2026().on_or_before(date("2026-02-15")), Some(date("2026-02-14")));
        assert_eq!(spring_2026().on_or_after(date("2026-02-15")), Some(date("2026-02-24")));
    }

    #[test]
    fn an_unpublished_year_is_unknown() {
        assert_eq!(spring_2026().is_workday(date("2027-01-04")), None);
        assert_eq!(spring_2026().add(date("2026-12-31"), 1), None);
    }

    #[test]
    fn working_days_are_counted_over_the_holiday() {
        assert_eq!(spring_2026().add(date("2026-02-13"), 2), Some(date("2026-02-24")));
        assert_eq!(spring_2026().between(date("2026-02-13"), date("2026-02-24")), Some(2));
        assert_eq!(spring_2026().between(date("2026-02-24"), date("2026-02-13")), Some(-2));
    }
}
