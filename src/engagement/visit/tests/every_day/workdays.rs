//! Working days, and on which of them wages are paid.

use super::*;
use crate::engagement::visit::paydays::paid_on;
use crate::model::rows::Shift;
use crate::rules::visit::calendar::load;

#[test]
fn days_off_are_off_and_made_up_days_are_worked() {
    let (calendar, workdays) = (Calendar::published(), load(None).unwrap());
    for day in all_days() {
        assert_eq!(workdays.is_workday(day), calendar.works(day), "{day}");
        assert_eq!(
            workdays.day(day).name.is_some(),
            calendar.off.contains_key(&day) || calendar.made_up.contains(&day)
        );
    }
    // Only weekends are made up for, every year has some, and none is both. In 2020 the holiday that was prolonged ended with
    // a Monday the notice names.
    let monday = NaiveDate::from_ymd_opt(2020, 2, 3).unwrap();
    let weekend = |d: &NaiveDate| [Weekday::Sat, Weekday::Sun].contains(&d.weekday());
    assert!(calendar.made_up.iter().all(|d| weekend(d) || *d == monday));
    assert!((2018..=2026).all(|year| calendar.made_up.iter().any(|d| d.year() == year)));
    assert!(calendar.made_up.iter().all(|d| !calendar.off.contains_key(d) && workdays.is_workday(*d) == Some(true)));
    for unknown in [NaiveDate::from_ymd_opt(2017, 12, 29), NaiveDate::from_ymd_opt(2027, 1, 4)] {
        assert_eq!(workdays.is_workday(unknown.unwrap()), None);
    }
}

#[test]
fn working_days_are_counted_as_they_are_walked() {
    let (calendar, workdays) = (Calendar::published(), load(None).unwrap());
    for day in all_days() {
        assert_eq!(workdays.on_or_before(day), calendar.walk(day, -1), "{day}");
        assert_eq!(workdays.on_or_after(day), calendar.walk(day, 1), "{day}");
        for step in [-1, 1] {
            let mut at = Some(day);
            for n in 1..=5 {
                at = at.and_then(|at| calendar.walk(days_after(at, step), step));
                assert_eq!(workdays.add(day, n * step), at, "{day} {step} {n}");
            }
        }
        for later in [0, 1, 4, 11, 30] {
            let to = days_after(day, later);
            let between: Option<Vec<bool>> = (1..=later).map(|n| calendar.works(days_after(day, n))).collect();
            let count = between.map(|days| days.into_iter().filter(|works| *works).count() as i64);
            assert_eq!(workdays.between(day, to), count, "{day} {to}");
            assert_eq!(workdays.between(to, day), count.map(|n| -n), "{to} {day}");
        }
    }
}

#[test]
fn wages_due_on_a_day_off_are_paid_by_the_rule() {
    let (calendar, workdays) = (Calendar::published(), load(None).unwrap());
    for due in all_days() {
        let paid = |shift| paid_on(&workdays, due, shift);
        assert_eq!(paid(Shift::Unmoved), due);
        assert_eq!(paid(Shift::Earlier), calendar.walk(due, -1).unwrap_or(due), "{due}");
        assert_eq!(paid(Shift::Later), calendar.walk(due, 1).unwrap_or(due), "{due}");
        if calendar.works(due) == Some(true) {
            assert_eq!([paid(Shift::Earlier), paid(Shift::Later)], [due, due]);
        }
    }
}
