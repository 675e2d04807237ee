//! 单位预警: signs that the employer itself may be lost, each with an owner and a date.

use chrono::NaiveDate;
use serde::Serialize;

use super::schedule::paydays_around;
use crate::facts::EmployerProfile;
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
        let fired = [
            ("heads_falling", heads_falling(rules, profile)),
            ("payroll_falling", payroll_falling(rules, profile)),
            ("payroll_late", payroll_late(rules, workdays, profile, last_payday(profile.employer_id), today)),
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
    let due = paydays_around(&rules.schedule, workdays, profile, today)
        .into_iter()
        .rfind(|p| workdays.between(*p, today).is_some_and(|d| d >= allowed))?;
    // Paid in the fortnight before counts as this payday's money paid early.
    let paid = last >= crate::model::period::days_after(due, -14);
    (!paid).then(|| Reason::new("payroll_late").date("due", due).date("last", last))
}

fn agreement_ending(rules: &Rules, profile: &EmployerProfile, today: NaiveDate) -> Option<Reason> {
    let days = rules.report.alerts.get("agreement_ending")?.days?;
    let end = profile.agreement_end?;
    let left = (end - today).num_days();
    (left <= days).then(|| Reason::new("agreement_ending").date("end", end).count("days", left))
}
