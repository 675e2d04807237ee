//! Which employers to visit first: low contribution and low AUM per head inside their industry (three-steps).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::facts::EmployerProfile;
use crate::facts::pay::payday_retention::EmployerRetention;
use crate::model::days::period::days_after;
use crate::model::money::{PERCENT_PLACES, RATIO_PLACES, as_shown, round_half_even};
use crate::model::status::{AumBasis, RateKind};
use crate::model::{EmployerId, Fen, Points, Reason};
use crate::rules::visit::ranking::RankingRules;

/// An employer with its place, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    pub rank: usize,
    pub employer_id: EmployerId,
    pub name: String,
    pub industry: Option<String>,
    /// Employees with a record.
    pub headcount: i64,
    pub stated_headcount: Option<i64>,
    pub effective_heads: i64,
    /// Which AUM all of the ranking is by.
    pub aum_basis: AumBasis,
    pub aum_fen: Option<Fen>,
    pub aum_per_head_fen: Option<Fen>,
    /// Shrunk mean of the other employers of the industry.
    pub peer_per_head_fen: Option<Fen>,
    /// 贡献系数: share of AUM ÷ share of payroll.
    pub contribution: Option<f64>,
    pub products_per_head: Option<f64>,
    /// Heads with 0, 1, 2, 3, 4, 5+ products.
    pub coverage: [i64; 6],
    /// Share of holders per product key.
    pub penetration: BTreeMap<String, f64>,
    /// 7日留存率; points are given by this one alone.
    pub retention: Option<f64>,
    /// 周期留存率, where no other is known.
    pub period_retention: Option<f64>,
    /// 沉淀倍数: AUM ÷ monthly payroll.
    pub deposit_multiple: Option<f64>,
    /// 提升空间.
    pub uplift_fen: Fen,
    pub score: Points,
    pub target: bool,
    /// What was said of it on the list.
    #[serde(flatten)]
    pub opinion: Opinion,
    pub reasons: Vec<Reason>,
}

/// What the relationship manager and the president say of an employer on the list, as keys of `workbooks.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Opinion {
    /// `confirm` or `strike`.
    pub rm_opinion: Option<String>,
    pub strike_reason: Option<String>,
    /// Of the manager's opinion: `yes` or `no`.
    pub approval: Option<String>,
    /// The day of the latest of them.
    #[serde(skip)]
    pub said_on: Option<NaiveDate>,
}

impl Opinion {
    /// Why the employer is left out: struck off, unless the president disagrees, or put forward and not approved.
    fn left_out(&self) -> Option<Reason> {
        let on = self.said_on?;
        match (self.rm_opinion.as_deref(), self.approval.as_deref()) {
            (Some("strike"), Some("no")) => None,
            (Some("strike"), _) => {
                let reason = self.strike_reason.clone().unwrap_or_default();
                let rule = if reason.is_empty() { "struck_off" } else { "struck_off_for" };
                Some(Reason::new(rule).date("date", on).text("reason", reason))
            }
            (_, Some("no")) => Some(Reason::new("not_approved").date("date", on)),
            _ => None,
        }
    }
}

/// An employer that is not ranked, and why; `earliest`: the first day it could be a target again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOut {
    pub employer_id: EmployerId,
    pub name: String,
    pub reasons: Vec<Reason>,
    pub earliest: Option<NaiveDate>,
}

/// The ranking of a day: targets first, both lists complete between them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranking {
    pub ranked: Vec<Ranked>,
    pub left_out: Vec<LeftOut>,
}

/// What an employer is compared with.
struct Peers {
    total_aum: f64,
    total_payroll: f64,
    list: Vec<Peer>,
}

/// One employer others are compared with.
struct Peer {
    employer_id: EmployerId,
    industry: Option<String>,
    heads: f64,
    /// AUM per head, fen.
    aum: f64,
    /// Products per head.
    products: f64,
}

/// Ranks all employers for `today`.
pub fn rank(
    rules: &RankingRules,
    profiles: &[EmployerProfile],
    retention: &[EmployerRetention],
    opinions: &BTreeMap<EmployerId, Opinion>,
    today: NaiveDate,
) -> Ranking {
    let rates = |kind: RateKind| -> BTreeMap<EmployerId, f64> {
        let latest = retention.iter().filter(|r| r.slot == 1);
        latest.filter_map(|r| Some((r.employer_id, r.rate_of(kind)?))).collect()
    };
    let (rates, period_rates) = (rates(RateKind::Week), rates(RateKind::Period));
    let basis = common_basis(rules, profiles);
    let compared: Vec<EmployerProfile> = profiles.iter().map(|p| by_basis(p, basis)).collect();
    let peers = peers(rules, &compared);
    let (mut ranked, mut left_out) = (Vec::new(), Vec::new());
    for (profile, given) in compared.iter().zip(profiles) {
        let (mut reasons, mut earliest) = left_out_reasons(rules, profile, today);
        let opinion = opinions.get(&profile.employer_id).cloned().unwrap_or_default();
        let again = opinion.said_on.map(|on| days_after(on, rules.eligibility.struck_days));
        if let Some(reason) = opinion.left_out().filter(|_| again.is_some_and(|again| today < again)) {
            earliest = if reasons.is_empty() { again } else { None };
            reasons.push(reason);
        }
        // Known by the other basis alone: there are holdings, but nothing they could be compared with.
        for reason in reasons.iter_mut().filter(|r| r.rule == "no_holdings" && per_head(given).is_some()) {
            *reason = Reason::new("no_common_aum").word("basis", format!("aum_{basis}"));
        }
        if reasons.is_empty() {
            let rate = rates.get(&profile.employer_id).copied();
            let period_retention = period_rates.get(&profile.employer_id).copied();
            ranked.push(Ranked { period_retention, aum_basis: basis, opinion, ..judge(rules, profile, &peers, rate) });
        } else {
            left_out.push(LeftOut { employer_id: profile.employer_id, name: profile.name.clone(), reasons, earliest });
        }
    }
    ranked.sort_by_key(|r| (!r.target, std::cmp::Reverse(r.score), r.employer_id));
    for (index, entry) in ranked.iter_mut().enumerate() {
        entry.rank = index + 1;
    }
    Ranking { ranked, left_out }
}

/// The AUM all employers of a ranking are compared by: the monthly average where everybody has it, else the balance;
/// where neither is known of all, the one known of more.
fn common_basis(rules: &RankingRules, profiles: &[EmployerProfile]) -> AumBasis {
    let counted = || {
        let peer = |p: &&EmployerProfile| kind_left_out(rules, p).is_none_or(|(_, peer)| peer);
        profiles.iter().filter(peer).filter(|p| p.headcount > 0)
    };
    let (average, balance) =
        (counted().filter(|p| p.aum_month_avg_fen.is_some()), counted().filter(|p| p.aum_fen.is_some()));
    if average.count() >= balance.count() { AumBasis::MonthAverage } else { AumBasis::Balance }
}

/// The employer with its AUM of this basis alone.
fn by_basis(profile: &EmployerProfile, basis: AumBasis) -> EmployerProfile {
    match basis {
        AumBasis::Balance => EmployerProfile { aum_month_avg_fen: None, ..profile.clone() },
        AumBasis::MonthAverage => EmployerProfile { aum_fen: None, ..profile.clone() },
    }
}

/// AUM used for comparison: of a profile that has both, the monthly average.
pub fn comparable_aum(profile: &EmployerProfile) -> Option<Fen> {
    profile.aum_month_avg_fen.or(profile.aum_fen)
}

fn per_head(profile: &EmployerProfile) -> Option<f64> {
    (profile.headcount > 0)
        .then(|| comparable_aum(profile).map(|aum| aum.0 as f64 / profile.headcount as f64))
        .flatten()
}

fn kind_left_out<'a>(rules: &'a RankingRules, profile: &EmployerProfile) -> Option<(&'a str, bool)> {
    let has = |words: &[String], text: &Option<String>| {
        text.as_deref().is_some_and(|t| words.iter().any(|w| t.contains(w.as_str())))
    };
    rules
        .left_out
        .iter()
        .find(|(_, l)| has(&l.payroll_types, &profile.payroll_type) || has(&l.natures, &profile.nature))
        .map(|(key, l)| (key.as_str(), l.peer))
}

fn peers(rules: &RankingRules, profiles: &[EmployerProfile]) -> Peers {
    let counted: Vec<&EmployerProfile> = profiles
        .iter()
        .filter(|p| kind_left_out(rules, p).is_none_or(|(_, peer)| peer))
        .filter(|p| per_head(p).is_some() && p.payroll_month_avg_fen.0 > 0)
        .collect();
    Peers {
        total_aum: counted.iter().filter_map(|p| comparable_aum(p)).map(|f| f.0 as f64).sum(),
        total_payroll: counted.iter().map(|p| p.payroll_month_avg_fen.0 as f64).sum(),
        list: counted
            .iter()
            .filter_map(|p| {
                Some(Peer {
                    employer_id: p.employer_id,
                    industry: p.industry.clone(),
                    heads: p.headcount as f64,
                    aum: per_head(p)?,
                    products: p.products_total as f64 / p.headcount as f64,
                })
            })
            .collect(),
    }
}

impl Peers {
    /// Mean of a figure per head over the others, weighted by heads and shrunk. The employer itself is left out: one
    /// with most heads of its industry would else be compared with itself.
    fn mean_of_others(&self, profile: &EmployerProfile, k: f64, figure: impl Fn(&Peer) -> f64) -> Option<f64> {
        let others: Vec<&Peer> = self.list.iter().filter(|p| p.employer_id != profile.employer_id).collect();
        shrunk(&others, &profile.industry, k, |peers| {
            let heads: f64 = peers.iter().map(|p| p.heads).sum();
            (heads > 0.0).then(|| peers.iter().map(|p| figure(p) * p.heads).sum::<f64>() / heads)
        })
    }

    /// Percentile of AUM per head of the industry, this employer among them, shrunk.
    fn percentile(&self, profile: &EmployerProfile, k: f64, share: f64) -> Option<f64> {
        let all: Vec<&Peer> = self.list.iter().collect();
        shrunk(&all, &profile.industry, k, |peers| {
            percentile(&mut peers.iter().map(|p| p.aum).collect::<Vec<_>>(), share)
        })
    }
}

/// (n·industry + k·all) ÷ (n + k) of a figure of several employers; `None` where there are none.
fn shrunk(all: &[&Peer], industry: &Option<String>, k: f64, figure: impl Fn(&[&Peer]) -> Option<f64>) -> Option<f64> {
    let same: Vec<&Peer> = all.iter().copied().filter(|p| p.industry.is_some() && p.industry == *industry).collect();
    let all_figure = figure(all)?;
    let n = same.len() as f64;
    Some(figure(&same).map_or(all_figure, |own| (n * own + k * all_figure) / (n + k)))
}

/// Percentile with linear interpolation between ranks, as Excel's PERCENTILE.INC.
pub fn percentile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = share.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(last);
    Some(values[below] + (at - below as f64) * (values[above] - values[below]))
}

fn left_out_reasons(
    rules: &RankingRules,
    profile: &EmployerProfile,
    today: NaiveDate,
) -> (Vec<Reason>, Option<NaiveDate>) {
    let mut reasons = Vec::new();
    let mut earliest = None;
    if let Some((key, _)) = kind_left_out(rules, profile) {
        reasons.push(Reason::new(format!("left_out_{key}")));
    }
    if profile.open_complaint {
        reasons.push(Reason::new("open_complaint"));
    }
    let least = rules.eligibility.min_effective_heads;
    if profile.effective_heads < least {
        reasons.push(Reason::new("too_few_heads").count("heads", profile.effective_heads).count("least", least));
    }
    if let Some(visit) = profile.last_visit {
        let again = days_after(visit, rules.eligibility.revisit_days);
        if today < again {
            let reason = Reason::new("visited_recently").date("date", visit);
            reasons.push(reason.count("days", rules.eligibility.revisit_days));
            earliest = (reasons.len() == 1).then_some(again);
        }
    }
    if per_head(profile).is_none() {
        reasons.push(Reason::new("no_holdings"));
        earliest = None;
    }
    (reasons, earliest)
}

fn judge(rules: &RankingRules, profile: &EmployerProfile, peers: &Peers, retention: Option<f64>) -> Ranked {
    let aum = comparable_aum(profile).unwrap_or_default();
    let own = per_head(profile).unwrap_or(0.0);
    let k = rules.per_head.shrinkage_k;
    let peer = peers.mean_of_others(profile, k, |p| p.aum);
    let upper = peers.percentile(profile, k, rules.uplift.percentile);
    let payroll = profile.payroll_month_avg_fen.0 as f64;
    let contribution = (payroll > 0.0 && peers.total_aum > 0.0)
        .then(|| (aum.0 as f64 / peers.total_aum) / (payroll / peers.total_payroll));
    let heads = profile.headcount as f64;
    let low_contribution = low_contribution(rules, contribution);
    let low_per_head = low_per_head(rules, own, peer);
    let target = low_contribution.is_some() && low_per_head.is_some();
    let found = [
        low_contribution,
        low_per_head,
        few_products(rules, profile, peers.mean_of_others(profile, k, |p| p.products)),
        low_retention(rules, retention),
    ];
    // A criterion whose weight is nought decides who is a target and adds nothing: it is no reason of the score.
    let reasons: Vec<Reason> = found.into_iter().flatten().filter(|r| r.points > Points(0)).collect();
    let score = reasons.iter().map(|r| r.points).sum();
    let uplift = upper.map_or(0.0, |u| (u - own).max(0.0) * heads);
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
        aum_per_head_fen: Some(fen(own)),
        peer_per_head_fen: peer.map(fen),
        contribution,
        products_per_head: (heads > 0.0).then(|| profile.products_total as f64 / heads),
        coverage: profile.coverage,
        penetration: profile.holders.iter().map(|(k, n)| (k.clone(), *n as f64 / heads)).collect(),
        retention,
        period_retention: None,
        deposit_multiple: (payroll > 0.0).then(|| aum.0 as f64 / payroll),
        uplift_fen: fen(uplift),
        score,
        target,
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
fn few_products(rules: &RankingRules, profile: &EmployerProfile, peer: Option<f64>) -> Option<Reason> {
    let (peer, heads) = (peer?, profile.headcount as f64);
    let own = profile.products_total as f64 / heads;
    let index: i64 = profile.coverage.iter().zip(rules.coverage.index).map(|(n, i)| n * i).sum();
    let exposure = index as f64 / heads / rules.coverage.index[0] as f64;
    let single = profile.coverage[..2].iter().sum::<i64>() as f64 / heads;
    let reason = Reason::new("few_products").ratio("per_head", own).ratio("peer", peer).share("single", single);
    let fewer = heads > 0.0 && as_shown(own, RATIO_PLACES) < as_shown(peer, RATIO_PLACES);
    fewer.then(|| weighed(reason, rules.coverage.points, exposure)).flatten()
}

/// Retention below the good rate, by the figures as they are shown; nothing is said of an unknown one.
fn low_retention(rules: &RankingRules, retention: Option<f64>) -> Option<Reason> {
    let (rate, good) = (retention?, rules.retention.good);
    let reason = Reason::new("low_retention").share("rate", rate).share("good", good);
    let lower = as_shown(rate * 100.0, PERCENT_PLACES) < as_shown(good * 100.0, PERCENT_PLACES);
    lower.then(|| weighed(reason, rules.retention.points, (good - rate) / good)).flatten()
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

#[cfg(test)]
mod tests;
