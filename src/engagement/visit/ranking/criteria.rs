//! The criteria of the score: each says in a reason why it gives how many points.

use std::collections::BTreeMap;

use crate::engagement::visit::planned::minutes_between;
use crate::engagement::visit::ranking::last_visit::LastVisit;
use crate::engagement::visit::ranking::loss;
use crate::engagement::visit::ranking::peers::{Peers, comparable_aum, per_head};
use crate::engagement::visit::ranking::{Opinion, Ranked};
use crate::engagement::visit::staffing;
use crate::facts::EmployerProfile;
use crate::model::money::{PERCENT_PLACES, RATIO_PLACES, as_shown, round_half_even};
use crate::model::status::AumBasis;
use crate::model::{Fen, Points, Reason};
use crate::rules::visit::ranking::RankingRules;
use crate::rules::visit::staffing::StaffingRules;

/// The employer with its points; `retention` is the 7-day rate. Place, basis, trend, shares of peers, visit and opinion are
/// the caller's.
pub(super) fn judge(
    rules: &RankingRules,
    staffing: &StaffingRules,
    profile: &EmployerProfile,
    peers: &Peers,
    retention: Option<f64>,
) -> Ranked {
    let aum = comparable_aum(profile).unwrap_or_default();
    let own = per_head(profile).unwrap_or(0.0);
    let k = rules.per_head.shrinkage_k;
    let peer = peers.mean_of_others(profile, k, |p| Some(p.aum));
    let upper = peers.percentile(profile, k, rules.uplift.percentile);
    let payroll = profile.payroll_month_avg_fen.0 as f64;
    let contribution = (payroll > 0.0 && peers.total_aum > 0.0)
        .then(|| (aum.0 as f64 / peers.total_aum) / (payroll / peers.total_payroll));
    let heads = profile.headcount as f64;
    let low_contribution = low_contribution(rules, contribution);
    let low_per_head = low_per_head(rules, own, peer);
    let target = low_contribution.is_some() && low_per_head.is_some();
    let uplift = upper.map(|u| fen((u - own).max(0.0) * heads));
    let effort = Effort::of(rules, staffing, profile);
    let gain = uplift.and_then(|uplift| effort.gain_per_hour(uplift));
    let peer_products = peers.mean_of_others(profile, k, |p| Some(p.products));
    let loss_index = loss::of_heads(&rules.coverage, profile.coverage);
    let found = [
        low_contribution,
        low_per_head,
        few_products(rules, profile, peer_products, loss_index),
        low_retention(rules, retention),
        worth_the_hours(rules, &effort, gain),
    ];
    // In the order of `found`: what is not known takes no points and no confidence for granted.
    let judged = [
        contribution.is_some(),
        peer.is_some_and(|p| p > 0.0),
        peer_products.is_some(),
        retention.is_some(),
        gain.is_some(),
    ];
    // A criterion whose weight is nought decides who is a target and adds nothing: it is no reason of the score.
    let reasons: Vec<Reason> = found.into_iter().flatten().filter(|r| r.points > Points(0)).collect();
    let score = reasons.iter().map(|r| r.points).sum();
    Ranked {
        rank: 0,
        employer_id: profile.employer_id,
        name: profile.name.clone(),
        industry: profile.industry.clone(),
        headcount: profile.headcount,
        stated_headcount: profile.stated_headcount,
        effective_heads: profile.effective_heads,
        aum_basis: AumBasis::Balance,
        aum_fen: comparable_aum(profile),
        aum_per_head_fen: per_head(profile).map(fen),
        peer_per_head_fen: peer.map(fen),
        contribution,
        products_per_head: (heads > 0.0).then(|| profile.products_total as f64 / heads),
        coverage: profile.coverage,
        peer_coverage: None,
        peer_penetration: BTreeMap::new(),
        penetration: profile
            .holders
            .iter()
            .filter(|_| heads > 0.0)
            .map(|(k, n)| (k.clone(), *n as f64 / heads))
            .collect(),
        retention,
        period_retention: None,
        retention_trend: None,
        loss_index,
        peer_loss_index: peers.mean_of_others(profile, k, |p| p.loss_index),
        deposit_multiple: (payroll > 0.0).then(|| aum.0 as f64 / payroll),
        uplift_fen: uplift.unwrap_or_default(),
        uplift_percentile: rules.uplift.percentile,
        uplift_per_head_fen: upper.map(fen),
        staff_hours: effort.hours(),
        gain_per_hour_fen: gain,
        score,
        confidence: judged.iter().filter(|known| **known).count() as f64 / judged.len() as f64,
        target,
        outlet: profile.outlet.clone(),
        rm: profile.rm,
        payroll_month_avg_fen: Some(profile.payroll_month_avg_fen).filter(|pay| *pay > Fen::ZERO),
        paydays: profile.paydays.0.clone(),
        agreement_end: profile.agreement_end,
        visit: LastVisit::default(),
        opinion: Opinion::default(),
        reasons,
    }
}

/// Contribution below the threshold, by the figures as they are shown.
fn low_contribution(rules: &RankingRules, contribution: Option<f64>) -> Option<Reason> {
    let (own, low) = (contribution?, rules.contribution.low);
    let lower = as_shown(own, RATIO_PLACES) < as_shown(low, RATIO_PLACES);
    let reason = Reason::new("low_contribution").ratio("coefficient", own).ratio("low", low);
    lower.then(|| weighed(reason, rules.contribution.points, (low - own) / low)).flatten()
}

/// AUM per head below that of the others.
fn low_per_head(rules: &RankingRules, own: f64, peer: Option<f64>) -> Option<Reason> {
    let peer = peer.filter(|p| *p > 0.0)?;
    let gap = (peer - own) / peer;
    let reason = Reason::new("low_per_head").money("own", fen(own)).money("peer", fen(peer)).share("gap", gap);
    let lower = as_shown(gap * 100.0, PERCENT_PLACES) > 0.0;
    lower.then(|| weighed(reason, rules.per_head.points, gap)).flatten()
}

/// Fewer products per head than the others, by the figures as they are shown; points by the relative index of loss.
fn few_products(
    rules: &RankingRules,
    profile: &EmployerProfile,
    peer: Option<f64>,
    loss_index: Option<f64>,
) -> Option<Reason> {
    let (peer, heads) = (peer?, profile.headcount as f64);
    let own = profile.products_total as f64 / heads;
    let exposure = loss_index? / rules.coverage.none as f64;
    let single = profile.coverage[..2].iter().sum::<i64>() as f64 / heads;
    let reason = Reason::new("few_products").ratio("per_head", own).ratio("peer", peer).share("single", single);
    let fewer = heads > 0.0 && as_shown(own, RATIO_PLACES) < as_shown(peer, RATIO_PLACES);
    fewer.then(|| weighed(reason, rules.coverage.points, exposure)).flatten()
}

/// Retention below the good rate, by the figures as they are shown; nothing is said of an unknown one.
pub(super) fn low_retention(rules: &RankingRules, retention: Option<f64>) -> Option<Reason> {
    let (rate, good) = (retention?, rules.retention.good);
    let reason = Reason::new("low_retention").share("rate", rate).share("good", good);
    let lower = as_shown(rate * 100.0, PERCENT_PLACES) < as_shown(good * 100.0, PERCENT_PLACES);
    lower.then(|| weighed(reason, rules.retention.points, (good - rate) / good)).flatten()
}

/// What the visit would take.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Effort {
    /// Of one session.
    people: i64,
    sessions: i64,
    /// Of one person in one session.
    minutes: i64,
}

impl Effort {
    /// The team the plan would ask for, its hours on site and those round them.
    fn of(rules: &RankingRules, staffing: &StaffingRules, profile: &EmployerProfile) -> Effort {
        let need = staffing::need(staffing, profile);
        let open = minutes_between(&need.start, &need.end).unwrap_or(0);
        Effort { people: need.people(), sessions: need.sessions, minutes: open + rules.staff_hours.around_minutes }
    }

    fn hours(&self) -> f64 {
        (self.people * self.sessions * self.minutes) as f64 / 60.0
    }

    /// Uplift by the staff-hour; `None` when the visit takes no time.
    fn gain_per_hour(&self, uplift: Fen) -> Option<Fen> {
        let hours = self.hours();
        (hours > 0.0).then(|| fen(uplift.0 as f64 / hours))
    }
}

/// What the visit may gain by the staff-hour, in proportion up to the good figure.
fn worth_the_hours(rules: &RankingRules, effort: &Effort, gain: Option<Fen>) -> Option<Reason> {
    let share = gain?.share_of(Fen::yuan(rules.staff_hours.good_yuan_per_hour))?;
    let reason = Reason::new("gain_per_staff_hour").money("gain", gain?).count("people", effort.people);
    let reason = reason.count("sessions", effort.sessions).ratio("hours", effort.hours());
    weighed(reason, rules.staff_hours.points, share)
}

/// The reason with `weight` whole points times a share 0–1; `None` when that is less than the tenth that is shown,
/// unless the criterion has no weight at all.
fn weighed(reason: Reason, weight: i64, share: f64) -> Option<Reason> {
    let points = Points(round_half_even(weight as f64 * 1000.0 * share.clamp(0.0, 1.0)));
    (weight == 0 || points >= Points::LEAST_SHOWN).then(|| reason.points(points))
}

fn fen(value: f64) -> Fen {
    Fen(round_half_even(value))
}
