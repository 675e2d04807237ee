//! Which dates are compared: months counted back from a payday, the window after it, two snapshots of holdings.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::facts::inputs::EmployerDates;
use crate::facts::{ChangeWindow, PayPeriod, PayWindow, Windows};
use crate::model::EmployerId;
use crate::model::days::period::{days_after, month_end, months_before};
use crate::model::status::RetentionBasis;
use crate::rules::contact::retention::RetentionRules;
use crate::rules::facts::FactRules;

/// Months before the latest one that alerts look at (`facts::earlier_pay`).
const EARLIER_MONTHS: u32 = 2;

/// Decides all windows for `today` from the dates known of each employer and the visits they have had.
pub fn decide(
    retention: &RetentionRules,
    facts: &FactRules,
    dates: &BTreeMap<EmployerId, EmployerDates>,
    visits: &BTreeMap<EmployerId, NaiveDate>,
    today: NaiveDate,
) -> Windows {
    let mut windows = Windows::default();
    let recent = facts.effective.of_months.saturating_sub(1);
    let months_back = recent.max(facts.usual_wage.months).max(EARLIER_MONTHS);
    for (employer, known) in dates {
        if let Some(last) = known.wage_paydays.last() {
            windows.pay_periods.extend((0..=months_back).map(|back| {
                let first_day = months_before(*last, back);
                PayPeriod {
                    employer_id: *employer,
                    months_back: i64::from(back),
                    first_day,
                    last_day: month_end(first_day),
                }
            }));
        }
        windows.pay.extend(pay_windows(retention, *employer, known, today));
        windows.change.extend(change_window(facts, *employer, &known.snapshots, visits.get(employer).copied()));
    }
    windows
}

/// One window per payday that can be judged on `today`, newest first (slot 1).
pub fn pay_windows(
    rules: &RetentionRules,
    employer: EmployerId,
    known: &EmployerDates,
    today: NaiveDate,
) -> Vec<PayWindow> {
    let window = &rules.window;
    let judged = known.wage_paydays.iter().rev().filter(|p| days_after(**p, window.report_after_days) <= today);
    judged
        .zip(1..)
        .map(|(payday, slot)| {
            let end = days_after(*payday, window.days);
            let base = PayWindow {
                employer_id: employer,
                slot,
                payday: *payday,
                window_end: end,
                before_as_of: None,
                after_as_of: None,
                basis: RetentionBasis::Unknown.key(),
                approximate: false,
            };
            let wanted = days_after(*payday, -window.before_days);
            let before = nearest(&known.snapshots, wanted, window.tolerance_days, |d| d < *payday);
            let after = nearest(&known.snapshots, end, window.tolerance_days, |d| d >= *payday);
            if let (Some(b), Some(a)) = (before, after) {
                let approximate = b != wanted || a != end;
                let basis = RetentionBasis::Balances.key();
                return PayWindow {
                    window_end: a,
                    before_as_of: Some(b),
                    after_as_of: Some(a),
                    basis,
                    approximate,
                    ..base
                };
            }
            match period(&known.snapshots, *payday, window.period_max_days) {
                Some((b, a)) => PayWindow {
                    before_as_of: Some(b),
                    after_as_of: Some(a),
                    window_end: a,
                    basis: RetentionBasis::Period.key(),
                    approximate: true,
                    ..base
                },
                None => base,
            }
        })
        .collect()
}

/// The date nearest to `wanted` within `tolerance` days that `allowed` admits; the earlier of two equally near ones.
fn nearest(
    dates: &[NaiveDate],
    wanted: NaiveDate,
    tolerance: i64,
    allowed: impl Fn(NaiveDate) -> bool,
) -> Option<NaiveDate> {
    dates
        .iter()
        .copied()
        .filter(|d| allowed(*d) && (*d - wanted).num_days().abs() <= tolerance)
        .min_by_key(|d| ((*d - wanted).num_days().abs(), *d))
}

/// Month end to month end round the payday (周期留存率).
fn period(dates: &[NaiveDate], payday: NaiveDate, max_days: i64) -> Option<(NaiveDate, NaiveDate)> {
    let month_ends = || dates.iter().copied().filter(|d| *d == month_end(*d));
    let before = month_ends().rfind(|d| *d < payday)?;
    let after = month_ends().find(|d| *d >= payday)?;
    ((after - before).num_days() <= max_days).then_some((before, after))
}

/// The newest snapshot against the last one before the visit, or else before the newest one's month.
fn change_window(
    rules: &FactRules,
    employer: EmployerId,
    snapshots: &[NaiveDate],
    visit: Option<NaiveDate>,
) -> Option<ChangeWindow> {
    let to = *snapshots.last()?;
    let oldest = days_after(to, -rules.change.max_days);
    let before = |day: NaiveDate| snapshots.iter().rev().copied().find(|d| *d < day && *d < to && *d >= oldest);
    let from = visit
        .filter(|v| *v <= to)
        .and_then(before)
        .or_else(|| before(crate::model::days::period::month_start(to)))
        .or_else(|| before(to))?;
    Some(ChangeWindow { employer_id: employer, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;
    use crate::rules::Rules;

    fn window(snapshots: &[&str], today: &str) -> PayWindow {
        let known = EmployerDates {
            wage_paydays: vec![date("2026-02-10"), date("2026-03-10")],
            snapshots: snapshots.iter().map(|d| date(d)).collect(),
        };
        pay_windows(&Rules::load(None).unwrap().retention, EmployerId(1), &known, date(today)).remove(0)
    }

    #[test]
    fn exact_days_are_the_day_before_payday_and_the_seventh() {
        let w = window(&["2026-02-28", "2026-03-09", "2026-03-16"], "2026-03-18");
        assert_eq!((w.before_as_of, w.after_as_of), (Some(date("2026-03-09")), Some(date("2026-03-16"))));
        assert_eq!((w.basis, w.approximate, w.window_end), ("balances", false, date("2026-03-16")));
    }

    #[test]
    fn a_snapshot_within_three_days_is_approximate() {
        let w = window(&["2026-03-07", "2026-03-18"], "2026-03-18");
        assert_eq!((w.before_as_of, w.after_as_of), (Some(date("2026-03-07")), Some(date("2026-03-18"))));
        assert!(w.approximate);
        let late = window(&["2026-03-05", "2026-03-16"], "2026-03-18");
        assert_eq!(late.basis, "unknown");
    }

    #[test]
    fn month_ends_give_a_period_rate_and_nothing_gives_unknown() {
        let w = window(&["2026-02-28", "2026-03-31"], "2026-04-01");
        assert_eq!((w.basis, w.before_as_of), ("period", Some(date("2026-02-28"))));
        assert_eq!(window(&[], "2026-03-18").basis, "unknown");
    }

    #[test]
    fn a_payday_is_judged_from_the_eighth_day_on() {
        assert_eq!(window(&[], "2026-03-17").payday, date("2026-02-10"));
        assert_eq!(window(&[], "2026-03-18").payday, date("2026-03-10"));
    }

    #[test]
    fn gains_are_counted_from_before_the_visit() {
        let rules = Rules::load(None).unwrap().facts;
        let days = ["2026-02-09", "2026-02-16", "2026-02-28", "2026-03-16"].map(date);
        let from = |visit: Option<&str>| {
            change_window(&rules, EmployerId(1), &days, visit.map(date)).map(|w| w.from.to_string())
        };
        assert_eq!(from(Some("2026-02-20")).as_deref(), Some("2026-02-16"));
        assert_eq!(from(None).as_deref(), Some("2026-02-28"));
        // Too long ago to be compared: last month's end again.
        assert_eq!(from(Some("2026-01-20")).as_deref(), Some("2026-02-28"));
    }
}
