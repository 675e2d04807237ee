//! Which payday a reminder stands before.

use chrono::NaiveDate;

use crate::engagement::visit::schedule::{payday_of, paydays_between};
use crate::facts::EmployerProfile;
use crate::model::days::period::days_after;
use crate::model::days::workdays::Workdays;
use crate::rules::visit::schedule::ScheduleRules;

/// The scheduled paydays on both sides of a day; `None` where there is none, or nobody knows when the employer pays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PaydaysAround {
    /// The payday reminders no longer stand before.
    pub passed: Option<NaiveDate>,
    /// The payday reminders now stand before: the working day before it has not passed.
    pub ahead: Option<NaiveDate>,
}

/// The last day for a reminder: the working day before the payday.
pub fn last_day(workdays: &Workdays, payday: NaiveDate) -> NaiveDate {
    let eve = days_after(payday, -1);
    workdays.on_or_before(eve).unwrap_or(eve)
}

/// The paydays round `today`. A reminder rests on what became of the payday before: as long as that cannot be judged
/// (`judged`: the latest payday that could; `None`: the rule asks for none) there is nothing to remind of, and the one
/// before must not speak for it.
pub fn around(
    rules: &ScheduleRules,
    workdays: &Workdays,
    employer: &EmployerProfile,
    judged: Option<NaiveDate>,
    today: NaiveDate,
) -> PaydaysAround {
    let first = judged.unwrap_or(today).min(today);
    let scheduled = paydays_between(rules, workdays, employer, first, today);
    let is_ahead = |payday: &NaiveDate| last_day(workdays, *payday) >= today;
    let passed = scheduled.iter().rev().copied().find(|p| !is_ahead(p));
    let rests_on = judged.and_then(|day| payday_of(&scheduled, day));
    let waits = rests_on.zip(passed).is_some_and(|(judged, passed)| judged < passed);
    PaydaysAround { passed, ahead: scheduled.iter().copied().find(is_ahead).filter(|_| !waits) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, profile, workdays_2026};
    use crate::model::rows::Paydays;
    use crate::rules::Rules;

    fn ahead(paydays: &[u32], judged: Option<&str>, today: &str) -> Option<String> {
        let employer = EmployerProfile { paydays: Paydays(paydays.to_vec()), ..profile(100) };
        let rules = Rules::load(None).unwrap().schedule;
        let around = around(&rules, &workdays_2026(), &employer, judged.map(date), date(today));
        around.ahead.map(|d| d.to_string())
    }

    fn on(day: &str) -> Option<String> {
        Some(day.to_string())
    }

    #[test]
    fn a_reminder_stands_before_its_payday_and_not_after_it() {
        // February was judged on the 18th; the payday of March is Tuesday the 10th.
        for today in ["2026-02-18", "2026-03-08", "2026-03-09"] {
            assert_eq!(ahead(&[10], Some("2026-02-10"), today), on("2026-03-10"), "{today}");
        }
        // From the payday on until it is judged there is no reminder.
        for today in ["2026-03-10", "2026-03-13", "2026-03-17", "2026-03-31", "2026-04-09"] {
            assert_eq!(ahead(&[10], Some("2026-02-10"), today), None, "{today}");
        }
        for today in ["2026-03-18", "2026-04-01", "2026-04-09"] {
            assert_eq!(ahead(&[10], Some("2026-03-10"), today), on("2026-04-10"), "{today}");
        }
    }

    #[test]
    fn the_day_before_counts_as_a_working_day() {
        // Monday 25 May: the last day is Friday the 22nd, on Saturday it has passed.
        assert_eq!(ahead(&[25], Some("2026-04-24"), "2026-05-22"), on("2026-05-25"));
        assert_eq!(ahead(&[25], Some("2026-04-24"), "2026-05-23"), None);
    }

    #[test]
    fn two_paydays_a_month_each_have_their_own() {
        assert_eq!(ahead(&[10, 25], Some("2026-03-10"), "2026-03-20"), on("2026-03-25"));
        assert_eq!(ahead(&[10, 25], Some("2026-03-10"), "2026-03-27"), None);
        assert_eq!(ahead(&[10, 25], Some("2026-03-25"), "2026-04-02"), on("2026-04-10"));
    }

    #[test]
    fn what_nobody_knows_is_not_made_up() {
        assert_eq!(ahead(&[], Some("2026-02-10"), "2026-03-02"), None);
        // A rule that asks for no judged payday waits for none.
        assert_eq!(ahead(&[10], None, "2026-03-12"), on("2026-04-10"));
    }
}
