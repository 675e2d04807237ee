//! The day on which wages that are due on a day off are paid, and payments that were made on another.

use chrono::NaiveDate;

use crate::model::days::period::{day_of_month, days_after, month_start, next_month};
use crate::model::days::workdays::Workdays;
use crate::model::rows::{Paydays, Shift};

/// The day on which wages due on `nominal` are paid; in a year without a published calendar `nominal` itself.
pub fn paid_on(workdays: &Workdays, nominal: NaiveDate, shift: Shift) -> NaiveDate {
    let moved = match shift {
        Shift::Earlier => workdays.on_or_before(nominal),
        Shift::Later => workdays.on_or_after(nominal),
        Shift::Unmoved => None,
    };
    moved.unwrap_or(nominal)
}

/// A payment on the day another rule than the employer's own would give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgainstRule {
    /// The day off on which wages were due.
    pub due: NaiveDate,
    /// The day the stated rule gives.
    pub expected: NaiveDate,
    pub paid: NaiveDate,
}

/// The days of `paid` that contradict the stated rule, in their order. Only a payday on a day off tells anything, and
/// only a payment on a day that another rule gives.
pub fn against_rule(workdays: &Workdays, paydays: &Paydays, stated: Shift, paid: &[NaiveDate]) -> Vec<AgainstRule> {
    let due_about = |day: NaiveDate| {
        let this = month_start(day);
        let months = [month_start(days_after(this, -1)), this, next_month(this)];
        months.into_iter().flat_map(|m| paydays.0.iter().map(move |d| day_of_month(m, *d))).collect::<Vec<_>>()
    };
    let against = |day: NaiveDate| {
        let due = due_about(day);
        if due.iter().any(|nominal| paid_on(workdays, *nominal, stated) == day) {
            return None;
        }
        let others = [Shift::Earlier, Shift::Later, Shift::Unmoved];
        due.into_iter()
            .filter(|nominal| workdays.is_workday(*nominal) == Some(false))
            .find(|nominal| others.iter().any(|other| paid_on(workdays, *nominal, *other) == day))
            .map(|nominal| AgainstRule { due: nominal, expected: paid_on(workdays, nominal, stated), paid: day })
    };
    paid.iter().filter_map(|day| against(*day)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, workdays_2026};

    #[test]
    fn a_payday_in_the_spring_festival_is_paid_by_the_employers_rule() {
        // 2026-02-15 to 02-23 are off, the 14th is a working Saturday.
        let on = |shift| paid_on(&workdays_2026(), date("2026-02-15"), shift);
        assert_eq!(on(Shift::Earlier), date("2026-02-14"));
        assert_eq!(on(Shift::Later), date("2026-02-24"));
        assert_eq!(on(Shift::Unmoved), date("2026-02-15"));
        assert_eq!(paid_on(&workdays_2026(), date("2026-03-10"), Shift::Later), date("2026-03-10"));
        assert_eq!(paid_on(&workdays_2026(), date("2031-02-15"), Shift::Later), date("2031-02-15"), "no calendar");
    }

    #[test]
    fn only_a_payment_on_the_day_of_another_rule_contradicts() {
        let against = |shift, days: &[&str]| {
            let days: Vec<NaiveDate> = days.iter().map(|d| date(d)).collect();
            let found = against_rule(&workdays_2026(), &Paydays(vec![15]), shift, &days);
            found
                .into_iter()
                .map(|a| (a.due.to_string(), a.expected.to_string(), a.paid.to_string()))
                .collect::<Vec<_>>()
        };
        let day = |text: &str| text.to_string();
        // 15 March 2026 is a Sunday: earlier is Friday the 13th, later Monday the 16th.
        let found = against(Shift::Later, &["2026-01-15", "2026-02-24", "2026-03-13"]);
        assert_eq!(found, [(day("2026-03-15"), day("2026-03-16"), day("2026-03-13"))]);
        assert_eq!(against(Shift::Earlier, &["2026-02-14", "2026-03-13"]), []);
        assert_eq!(against(Shift::Earlier, &["2026-03-16"]).len(), 1);
        assert_eq!(against(Shift::Later, &["2026-03-15"]).len(), 1, "paid on the day off");
        // A bonus, a correction, a payment of another month's own: no rule speaks of such a day.
        assert_eq!(against(Shift::Later, &["2026-03-10", "2026-03-20", "2026-01-14"]), []);
    }
}
