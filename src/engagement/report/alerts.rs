//! 单位预警: signs that the employer itself may be lost, each with an owner and a date.

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::schedule::paydays_around;
use crate::facts::EmployerProfile;
use crate::model::period::month_start;
use crate::model::workdays::Workdays;
use crate::model::{EmployerId, Reason, StaffId};
use crate::rules::Rules;

/// One alert.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alert {
    pub employer_id: EmployerId,
    pub name: String,
    pub reasons: Vec<Reason>,
    pub owner: Option<StaffId>,
    pub due: NaiveDate,
}

/// Alerts of `today`, employers with most reasons first, then by size of the wage bill.
/// `last_paydays`: the latest wage payday known per employer.
pub fn find(
    rules: &Rules,
    workdays: &Workdays,
    profiles: &[EmployerProfile],
    last_payday: impl Fn(EmployerId) -> Option<NaiveDate>,
    today: NaiveDate,
) -> Vec<Alert> {
    let mut found: Vec<(i64, Alert)> = Vec::new();
    for profile in profiles {
        let last = last_payday(profile.employer_id);
        let complete = month_is_complete(rules, workdays, profile, last);
        let fired = [
            ("heads_falling", heads_falling(rules, profile).filter(|_| complete)),
            ("payroll_falling", payroll_falling(rules, profile).filter(|_| complete)),
            ("payroll_late", payroll_late(rules, workdays, profile, last, today)),
            ("agreement_ending", agreement_ending(rules, profile, today)),
        ];
        let fired: Vec<(&str, Reason)> = fired.into_iter().filter_map(|(k, r)| r.map(|r| (k, r))).collect();
        let within = fired.iter().filter_map(|(k, _)| rules.report.alerts.get(*k)).map(|a| a.due_workdays).min();
        let Some(within) = within else { continue };
        let alert = Alert {
            employer_id: profile.employer_id,
            name: profile.name.clone(),
            reasons: fired.into_iter().map(|(_, r)| r).collect(),
            owner: profile.rm,
            due: workdays.add(today, within).unwrap_or(today),
        };
        found.push((profile.payroll_month_avg_fen.0, alert));
    }
    found.sort_by_key(|(payroll, a)| (std::cmp::Reverse(a.reasons.len()), std::cmp::Reverse(*payroll), a.employer_id));
    found.into_iter().map(|(_, a)| a).collect()
}

/// Whether all scheduled paydays of the month of the last one have passed: half a month is not compared with a whole.
fn month_is_complete(rules: &Rules, workdays: &Workdays, profile: &EmployerProfile, last: Option<NaiveDate>) -> bool {
    last.is_none_or(|last| {
        let due = paydays_around(&rules.schedule, workdays, profile, last);
        due.iter().filter(|d| month_start(**d) == month_start(last)).all(|d| *d <= last)
    })
}

fn heads_falling(rules: &Rules, profile: &EmployerProfile) -> Option<Reason> {
    let limit = rules.report.alerts.get("heads_falling")?.share?;
    let before = profile.prior_paid_heads.filter(|n| *n > 0)?;
    let fall = (before - profile.paid_heads) as f64 / before as f64;
    let reason = Reason::new("heads_falling").count("before", before).count("now", profile.paid_heads);
    (fall >= limit).then(|| reason.share("fall", fall))
}

fn payroll_falling(rules: &Rules, profile: &EmployerProfile) -> Option<Reason> {
    let limit = rules.report.alerts.get("payroll_falling")?.share?;
    let before = profile.prior_payroll_fen.filter(|f| f.0 > 0)?;
    let fall = (before - profile.payroll_fen).share_of(before)?;
    let reason = Reason::new("payroll_falling").money("before", before).money("now", profile.payroll_fen);
    (fall >= limit).then(|| reason.share("fall", fall))
}

fn payroll_late(
    rules: &Rules,
    workdays: &Workdays,
    profile: &EmployerProfile,
    last: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<Reason> {
    let allowed = rules.report.alerts.get("payroll_late")?.workdays?;
    let last = last?;
    let scheduled = paydays_around(&rules.schedule, workdays, profile, today);
    let at = scheduled.iter().rposition(|p| workdays.between(*p, today).is_some_and(|d| d >= allowed))?;
    let due = scheduled[at];
    // Paid nearer to this payday than to the one before counts as this payday's money paid early.
    let before = at.checked_sub(1).map(|i| scheduled[i])?;
    let paid = (due - last).num_days() * 2 < (due - before).num_days();
    (!paid).then(|| Reason::new("payroll_late").date("due", due).date("last", last))
}

fn agreement_ending(rules: &Rules, profile: &EmployerProfile, today: NaiveDate) -> Option<Reason> {
    let days = rules.report.alerts.get("agreement_ending")?.days?;
    let end = profile.agreement_end?;
    let left = (end - today).num_days();
    (0..=days).contains(&left).then(|| Reason::new("agreement_ending").date("end", end).count("days", left))
}
