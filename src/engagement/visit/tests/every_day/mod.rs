//! Every day from 2018 to 2026 against the words of the rules, read off a calendar by going through it day by day.

mod steps;
mod weights;
mod workdays;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate, Weekday};

use crate::model::days::period::days_after;
use crate::rules::visit::calendar::parse;

const NOTICES: [(i32, &str); 9] = [
    (2018, include_str!("../../../../rules/visit/calendars/2018.json")),
    (2019, include_str!("../../../../rules/visit/calendars/2019.json")),
    (2020, include_str!("../../../../rules/visit/calendars/2020.json")),
    (2021, include_str!("../../../../rules/visit/calendars/2021.json")),
    (2022, include_str!("../../../../rules/visit/calendars/2022.json")),
    (2023, include_str!("../../../../rules/visit/calendars/2023.json")),
    (2024, include_str!("../../../../rules/visit/calendars/2024.json")),
    (2025, include_str!("../../../../rules/visit/calendars/2025.json")),
    (2026, include_str!("../../../../rules/visit/calendars/2026.json")),
];

/// What the notices say, and nothing worked out from it.
struct Calendar {
    /// Holidays, and the days off beside them, by name.
    off: BTreeMap<NaiveDate, String>,
    made_up: BTreeSet<NaiveDate>,
}

impl Calendar {
    fn published() -> Calendar {
        let (mut off, mut made_up) = (BTreeMap::new(), BTreeSet::new());
        for (year, text) in NOTICES {
            let notice = parse("notice", text).unwrap();
            assert_eq!(notice.year, year);
            for day in notice.days {
                if day.is_off_day {
                    off.insert(day.date, day.name);
                } else {
                    made_up.insert(day.date);
                }
            }
        }
        Calendar { off, made_up }
    }

    /// `None`: nothing is known of that day.
    fn works(&self, day: NaiveDate) -> Option<bool> {
        if self.off.contains_key(&day) {
            return Some(false);
        }
        if self.made_up.contains(&day) {
            return Some(true);
        }
        let weekend = [Weekday::Sat, Weekday::Sun].contains(&day.weekday());
        (2018..=2026).contains(&day.year()).then_some(!weekend)
    }

    /// The first working day from `day` on, that day included, going `step` days at a time.
    fn walk(&self, mut day: NaiveDate, step: i64) -> Option<NaiveDate> {
        while !self.works(day)? {
            day = days_after(day, step);
        }
        Some(day)
    }
}

/// 1 January 2018 to 31 December 2026.
fn all_days() -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2018, 1, 1).unwrap();
    first.iter_days().take_while(|day| day.year() <= 2026)
}

/// A day of a month, or the month's last day where it is shorter.
fn nominal(year: i32, month: u32, day: u32) -> NaiveDate {
    (1..=day).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).unwrap()
}
