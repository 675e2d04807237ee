//! The thresholds behind the figures, by the names 口径说明 calls them.

use crate::engagement::visit::ranking::loss;
use crate::model::status::ContactResult;
use crate::model::{Fen, Param};
use crate::rules::Rules;

/// Named thresholds; definitions have them as placeholders.
pub type Thresholds = [(&'static str, Param)];

/// The thresholds the rules in force give.
pub fn of(rules: &Rules) -> Vec<(&'static str, Param)> {
    let count = Param::Count;
    let share = |share: f64| Param::Share { share };
    // As it stands in the rules: `0.7`, `5`.
    let plain = |number: f64| Param::Text(number.to_string());
    let ranking = &rules.ranking;
    let index = (0..=5).map(|products| plain(loss::index_of(&ranking.coverage, products))).collect();
    let interpolated: Vec<Param> = loss::interpolated(&ranking.coverage).into_iter().map(Param::Count).collect();
    let interpolated = if interpolated.is_empty() { Param::Text("—".into()) } else { Param::List(interpolated) };
    let alert = |key: &str| rules.report.alerts.get(key);
    let fall = |key: &str| share(alert(key).and_then(|a| a.share).unwrap_or_default());
    let band = |key: &str| share(rules.retention.bands.get(key).and_then(|b| b.below).unwrap_or(1.0));
    let effect = &rules.report.effect;
    let policy = &rules.contact_policy;
    let complaint = policy.after.get(&ContactResult::Complaint).map_or(0, |stop| stop.days);
    vec![
        ("rest_days", count(policy.rest.no_need_days)),
        ("complaint_days", count(complaint)),
        ("least_heads", count(ranking.eligibility.min_effective_heads)),
        ("revisit_days", count(ranking.eligibility.revisit_days)),
        ("months", count(rules.facts.effective.months)),
        ("month_yuan", Param::Money { fen: Fen::yuan(rules.facts.effective.month_yuan) }),
        ("low", plain(ranking.contribution.low)),
        ("k", plain(ranking.per_head.shrinkage_k)),
        ("percentile", share(ranking.uplift.percentile)),
        ("contribution_points", count(ranking.contribution.points)),
        ("per_head_points", count(ranking.per_head.points)),
        ("coverage_points", count(ranking.coverage.points)),
        ("retention_points", count(ranking.retention.points)),
        ("staff_hours_points", count(ranking.staff_hours.points)),
        ("good_yuan_per_hour", Param::Money { fen: Fen::yuan(ranking.staff_hours.good_yuan_per_hour) }),
        ("around_minutes", count(ranking.staff_hours.around_minutes)),
        ("good", share(ranking.retention.good)),
        ("index", Param::List(index)),
        ("index_interpolated", interpolated),
        ("index_source", Param::Text(ranking.coverage.source.clone())),
        ("window_days", count(rules.retention.window.days)),
        ("tolerance", count(rules.retention.window.tolerance_days)),
        ("pass_through", band("pass_through")),
        ("band_low", band("low")),
        ("band_medium", band("medium")),
        ("max_age", count(rules.facts.snapshot.max_age_days)),
        ("heads_fall", fall("heads_falling")),
        ("payroll_fall", fall("payroll_falling")),
        ("late_days", count(alert("payroll_late").and_then(|a| a.workdays).unwrap_or_default())),
        ("agreement_days", count(alert("agreement_ending").and_then(|a| a.days).unwrap_or_default())),
        ("contact_days", count(effect.first_contact_days)),
        ("call_days", count(effect.key_person_call_days)),
        ("peers", count(effect.peers as i64)),
        ("people", count(effect.people)),
        ("gain", share(effect.retention_gain)),
        ("deal_days", count(effect.deal_days)),
        ("red_below", share(rules.report.course.red_below)),
        ("green_from", share(rules.report.course.green_from)),
        ("visitors", plain(effect.visitors_per_staff)),
        ("overdue_days", count(rules.report.screen.overdue_days)),
        ("main_share", Param::Text(credit_percent(rules.followup.credit.main))),
        ("assistant_share", Param::Text(credit_percent(rules.followup.credit.assistant))),
    ]
}

/// Basis points as whole or decimal per cent: 7000 → `70%`.
fn credit_percent(basis_points: i64) -> String {
    let text = format!("{}.{:02}", basis_points / 100, basis_points % 100);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}
