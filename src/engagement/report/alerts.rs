//! 单位预警: signs that the employer itself may be lost, each with an owner and a date.

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::schedule::{payday_of, paydays_around, paydays_between};
use crate::facts::EmployerProfile;
use crate::facts::pay::earlier_pay::MonthPay;
use crate::model::days::period::{days_after, month_start};
use crate::model::days::workdays::Workdays;
use crate::model::{EmployerId, Fen, Reason, StaffId};
use crate::rules::Rules;

/// One alert.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alert {
    pub employer_id: EmployerId,
    pub name: String,
    pub reasons: Vec<Reason>,
    pub owner: Option<StaffId>,
    pub due: NaiveDate,
    /// First day on which one of the reasons held: an alert stays until it is settled or no longer true.
    pub since: NaiveDate,
}

/// Why an employer is in danger, and since when; `None` where it is not.
type Sign = Option<(Reason, NaiveDate)>;

/// What is known of an employer's payments beside its profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Payments {
    /// The latest wage payday known.
    pub last: Option<NaiveDate>,
    /// The two months before the latest one, the later first; asked for only where the latest is not complete yet.
    pub earlier: [Option<MonthPay>; 2],
}

/// Alerts of `today`, employers with most reasons first, then by size of the wage bill.
pub fn find(
    rules: &Rules,
    workdays: &Workdays,
    profiles: &[EmployerProfile],
    payments: impl Fn(EmployerId) -> Payments,
    today: NaiveDate,
) -> Vec<Alert> {
    let mut found: Vec<(i64, Alert)> = Vec::new();
    for profile in profiles {
        let paid = payments(profile.employer_id);
        let (heads, payroll) = falls(rules, workdays, profile, &paid);
        let signs: [(&str, Sign); 4] = [
            ("heads_falling", heads),
            ("payroll_falling", payroll),
            ("payroll_late", payroll_late(rules, workdays, profile, paid.last, today)),
            ("agreement_ending", agreement_ending(rules, profile, today)),
        ];
        let fired =
            || signs.iter().filter_map(|(key, sign)| sign.as_ref().map(|(reason, since)| (*key, reason, *since)));
        let within = fired().filter_map(|(key, ..)| rules.report.alerts.get(key)).map(|a| a.due_workdays).min();
        let Some((within, since)) = within.zip(fired().map(|(.., since)| since).min()) else { continue };
        let alert = Alert {
            employer_id: profile.employer_id,
            name: profile.name.clone(),
            reasons: fired().map(|(_, reason, _)| reason.clone()).collect(),
            owner: profile.rm,
            due: workdays.add(today, within).unwrap_or(today),
            since,
        };
        found.push((profile.payroll_month_avg_fen.0, alert));
    }
    found.sort_by_key(|(payroll, a)| (std::cmp::Reverse(a.reasons.len()), std::cmp::Reverse(*payroll), a.employer_id));
    found.into_iter().map(|(_, a)| a).collect()
}

/// Whether all scheduled paydays of the month of the last one have been paid: half a month is not compared with a whole.
pub fn month_is_complete(rules: &Rules, workdays: &Workdays, profile: &EmployerProfile, last: NaiveDate) -> bool {
    let scheduled = paydays_around(&rules.schedule, workdays, profile, last);
    // Paid before its day is paid.
    let paid = payday_of(&scheduled, last).map_or(last, |payday| payday.max(last));
    scheduled.iter().filter(|d| month_start(**d) == month_start(last)).all(|d| *d <= paid)
}

/// Heads and wages of the latest complete month against the one before it: what a month has shown is told until another
/// is complete.
fn falls(rules: &Rules, workdays: &Workdays, profile: &EmployerProfile, paid: &Payments) -> (Sign, Sign) {
    let Some(last) = paid.last else { return (None, None) };
    let (now, before) = if month_is_complete(rules, workdays, profile, last) {
        let now = MonthPay { heads: profile.paid_heads, wages: profile.payroll_fen, last_payday: last };
        (now, (profile.prior_paid_heads, profile.prior_payroll_fen))
    } else {
        let [Some(now), before] = paid.earlier else { return (None, None) };
        (now, (before.map(|m| m.heads), before.map(|m| m.wages)))
    };
    let since = |reason: Option<Reason>| reason.map(|r| (r, now.last_payday));
    (since(heads_falling(rules, before.0, now.heads)), since(payroll_falling(rules, before.1, now.wages)))
}

fn heads_falling(rules: &Rules, before: Option<i64>, now: i64) -> Option<Reason> {
    let limit = rules.report.alerts.get("heads_falling")?.share?;
    let before = before.filter(|n| *n > 0)?;
    let fall = (before - now) as f64 / before as f64;
    let reason = Reason::new("heads_falling").count("before", before).count("now", now);
    (fall >= limit).then(|| reason.share("fall", fall))
}

fn payroll_falling(rules: &Rules, before: Option<Fen>, now: Fen) -> Option<Reason> {
    let limit = rules.report.alerts.get("payroll_falling")?.share?;
    let before = before.filter(|f| f.0 > 0)?;
    let fall = (before - now).share_of(before)?;
    let reason = Reason::new("payroll_falling").money("before", before).money("now", now);
    (fall >= limit).then(|| reason.share("fall", fall))
}

/// Nothing has come for a scheduled payday, so many working days after it: it stays, whatever month it is, until money
/// comes that belongs to it or to a later one.
fn payroll_late(
    rules: &Rules,
    workdays: &Workdays,
    profile: &EmployerProfile,
    last: Option<NaiveDate>,
    today: NaiveDate,
) -> Sign {
    let allowed = rules.report.alerts.get("payroll_late")?.workdays?;
    let last = last?;
    let scheduled = paydays_between(&rules.schedule, workdays, profile, last, today);
    let paid = payday_of(&scheduled, last)?;
    let late_on = |due: NaiveDate| workdays.add(due, allowed).filter(|d| *d <= today);
    let missed: Vec<(NaiveDate, NaiveDate)> =
        scheduled.iter().filter(|due| **due > paid).filter_map(|due| Some((*due, late_on(*due)?))).collect();
    let (due, since) = *missed.first()?;
    let reason = Reason::new("payroll_late").date("due", due).date("last", last).count("missed", missed.len() as i64);
    Some((reason, since))
}

/// The agreement ends soon, or has ended and no later end is known.
fn agreement_ending(rules: &Rules, profile: &EmployerProfile, today: NaiveDate) -> Sign {
    let days = rules.report.alerts.get("agreement_ending")?.days?;
    let end = profile.agreement_end?;
    let left = (end - today).num_days();
    let reason = match left {
        0.. => Reason::new("agreement_ending").date("end", end).count("days", left),
        _ => Reason::new("agreement_ended").date("end", end).count("days", -left),
    };
    (left <= days).then(|| (reason, days_after(end, -days)))
}

#[cfg(test)]
mod tests;
