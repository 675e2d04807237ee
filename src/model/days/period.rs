//! Dates that are passed in, never read from a clock.

use chrono::{Datelike, Days, NaiveDate};

/// `date` moved by calendar days, either way; at most to the ends of the calendar.
pub fn days_after(date: NaiveDate, days: i64) -> NaiveDate {
    if days >= 0 {
        date.checked_add_days(Days::new(days as u64)).unwrap_or(NaiveDate::MAX)
    } else {
        date.checked_sub_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MIN)
    }
}

/// Whether `day` lies between two days, both included; without one it is open at that end.
pub fn is_within(day: NaiveDate, from: Option<NaiveDate>, until: Option<NaiveDate>) -> bool {
    from.is_none_or(|d| d <= day) && until.is_none_or(|d| d >= day)
}

/// First day of the month of `date`.
pub fn month_start(date: NaiveDate) -> NaiveDate {
    date.with_day(1).expect("every month has a first day")
}

/// Last day of the month of `date`.
pub fn month_end(date: NaiveDate) -> NaiveDate {
    days_after(next_month(month_start(date)), -1)
}

/// First day of the month after that of `date`.
pub fn next_month(date: NaiveDate) -> NaiveDate {
    let (year, month) = if date.month() == 12 { (date.year() + 1, 1) } else { (date.year(), date.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1).expect("valid month")
}

/// First day of the month `n` months before that of `date`.
pub fn months_before(date: NaiveDate, n: u32) -> NaiveDate {
    (0..n).fold(month_start(date), |d, _| month_start(days_after(d, -1)))
}

/// `day` of the month of `date`, or the month's last day when it is shorter.
pub fn day_of_month(date: NaiveDate, day: u32) -> NaiveDate {
    month_start(date).with_day(day.max(1)).unwrap_or_else(|| month_end(date))
}
