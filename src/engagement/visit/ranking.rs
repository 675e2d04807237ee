//! Which employers to visit first: low contribution and low AUM per head inside their industry (three-steps).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::facts::EmployerProfile;
use crate::facts::payday_retention::EmployerRetention;
use crate::model::money::round_half_even;
use crate::model::period::days_after;
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
    pub aum_fen: Option<Fen>,
    pub aum_per_head_fen: Option<Fen>,
    /// Shrunk mean of the industry.
    pub peer_per_head_fen: Option<Fen>,
    /// 贡献系数: share of AUM ÷ share of payroll.
    pub contribution: Option<f64>,
    pub products_per_head: Option<f64>,
    /// Heads with 0, 1, 2, 3, 4, 5+ products.
    pub coverage: [i64; 6],
    /// Share of holders per product key.
    pub penetration: BTreeMap<String, f64>,
    pub retention: Option<f64>,
    /// 沉淀倍数: AUM ÷ monthly payroll.
    pub deposit_multiple: Option<f64>,
    /// 提升空间.
    pub uplift_fen: Fen,
    pub score: Points,
    pub target: bool,
    pub reasons: Vec<Reason>,
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
    per_head: Vec<(Option<String>, f64, f64)>,
}

/// Ranks all employers for `today`.
pub fn rank(
    rules: &RankingRules,
    profiles: &[EmployerProfile],
    retention: &[EmployerRetention],
    today: NaiveDate,
) -> Ranking {
    let rates: BTreeMap<EmployerId, f64> =
        retention.iter().filter(|r| r.slot == 1).filter_map(|r| Some((r.employer_id, r.rate?))).collect();
    let peers = peers(rules, profiles);
    let (mut ranked, mut left_out) = (Vec::new(), Vec::new());
    for profile in profiles {
        let (reasons, earliest) = left_out_reasons(rules, profile, today);
        if reasons.is_empty() {
            ranked.push(judge(rules, profile, &peers, rates.get(&profile.employer_id).copied()));
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

/// AUM used for comparison: the monthly average where the sheet gives it.
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
        per_head: counted.iter().filter_map(|p| Some((p.industry.clone(), per_head(p)?, p.headcount as f64))).collect(),
    }
}

impl Peers {
    /// (n·industry + k·all) ÷ (n + k) of a figure of several employers; `None` without peers.
    fn shrunk(&self, industry: &Option<String>, k: f64, figure: impl Fn(&[(f64, f64)]) -> Option<f64>) -> Option<f64> {
        let all: Vec<(f64, f64)> = self.per_head.iter().map(|(_, x, n)| (*x, *n)).collect();
        let own: Vec<(f64, f64)> =
            self.per_head.iter().filter(|(i, ..)| i.is_some() && i == industry).map(|(_, x, n)| (*x, *n)).collect();
        let all_figure = figure(&all)?;
        let n = own.len() as f64;
        Some(figure(&own).map_or(all_figure, |own_figure| (n * own_figure + k * all_figure) / (n + k)))
    }
}

/// Mean weighted by heads: Σ AUM ÷ Σ heads.
fn mean_per_head(values: &[(f64, f64)]) -> Option<f64> {
    let heads: f64 = values.iter().map(|(_, n)| n).sum();
    (heads > 0.0).then(|| values.iter().map(|(x, n)| x * n).sum::<f64>() / heads)
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
    let peer = peers.shrunk(&profile.industry, k, mean_per_head);
    let upper = peers.shrunk(&profile.industry, k, |values| {
        percentile(&mut values.iter().map(|(x, _)| *x).collect::<Vec<_>>(), rules.uplift.percentile)
    });
    let payroll = profile.payroll_month_avg_fen.0 as f64;
    let contribution = (payroll > 0.0 && peers.total_aum > 0.0)
        .then(|| (aum.0 as f64 / peers.total_aum) / (payroll / peers.total_payroll));
    let heads = profile.headcount as f64;
    let mut reasons = Vec::new();
    let low_contribution = contribution.is_some_and(|c| c < rules.contribution.low);
    if let Some(c) = contribution.filter(|_| low_contribution) {
        let gap = (rules.contribution.low - c) / rules.contribution.low;
        let reason = Reason::new("low_contribution").points(points(rules.contribution.points, gap));
        reasons.push(reason.ratio("coefficient", c).ratio("low", rules.contribution.low));
    }
    let low_per_head = peer.is_some_and(|p| own < p);
    if let Some(p) = peer.filter(|_| low_per_head) {
        let reason = Reason::new("low_per_head").points(points(rules.per_head.points, (p - own) / p));
        reasons.push(reason.money("own", fen(own)).money("peer", fen(p)));
    }
    let index: i64 = profile.coverage.iter().zip(rules.coverage.index).map(|(n, i)| n * i).sum();
    let worst = rules.coverage.index[0] as f64;
    let exposure = if heads > 0.0 { index as f64 / heads / worst } else { 0.0 };
    if exposure > 0.0 {
        let few = profile.coverage[..2].iter().sum::<i64>() as f64 / heads;
        let reason = Reason::new("few_products").points(points(rules.coverage.points, exposure));
        reasons.push(reason.ratio("per_head", profile.products_total as f64 / heads).share("single", few));
    }
    if let Some(rate) = retention.filter(|r| *r < rules.retention.good) {
        let gap = ((rules.retention.good - rate) / rules.retention.good).min(1.0);
        let reason = Reason::new("low_retention").points(points(rules.retention.points, gap));
        reasons.push(reason.share("rate", rate).share("good", rules.retention.good));
    }
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
        aum_fen: comparable_aum(profile),
        aum_per_head_fen: Some(fen(own)),
        peer_per_head_fen: peer.map(fen),
        contribution,
        products_per_head: (heads > 0.0).then(|| profile.products_total as f64 / heads),
        coverage: profile.coverage,
        penetration: profile.holders.iter().map(|(k, n)| (k.clone(), *n as f64 / heads)).collect(),
        retention,
        deposit_multiple: (payroll > 0.0).then(|| aum.0 as f64 / payroll),
        uplift_fen: fen(uplift),
        score,
        target: low_contribution && low_per_head,
        reasons,
    }
}

/// `weight` whole points times a share 0–1, in thousandths.
fn points(weight: i64, share: f64) -> Points {
    Points(round_half_even(weight as f64 * 1000.0 * share.clamp(0.0, 1.0)))
}

fn fen(value: f64) -> Fen {
    Fen(round_half_even(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;
    use crate::engagement::fixtures::profile;
    use crate::rules::Rules;

    fn employer(id: i64, industry: &str, heads: i64, aum_per_head: i64, pay: i64) -> EmployerProfile {
        EmployerProfile {
            employer_id: EmployerId(id),
            industry: Some(industry.into()),
            aum_fen: Some(Fen::yuan(aum_per_head * heads)),
            aum_month_avg_fen: None,
            payroll_month_avg_fen: Fen::yuan(pay * heads),
            coverage: [0, heads, 0, 0, 0, 0],
            products_total: heads,
            ..profile(heads)
        }
    }

    /// Three employers of 100: 10,000 / 40,000 / 70,000 yuan a head, each paying 10,000 a month.
    fn three() -> Vec<EmployerProfile> {
        vec![
            employer(1, "A", 100, 10_000, 10_000),
            employer(2, "A", 100, 40_000, 10_000),
            employer(3, "A", 100, 70_000, 10_000),
        ]
    }

    fn rank_of(profiles: &[EmployerProfile]) -> Ranking {
        rank(&Rules::load(None).unwrap().ranking, profiles, &[], date("2026-03-02"))
    }

    #[test]
    fn the_points_of_the_reasons_are_worked_out_by_hand() {
        let ranking = rank_of(&three());
        let first = &ranking.ranked[0];
        assert_eq!(first.employer_id, EmployerId(1));
        // Share of AUM 1/12, of payroll 1/3: coefficient 0.25; (0.7 − 0.25) / 0.7 × 35 = 22.5 points.
        assert_eq!(first.contribution, Some(0.25));
        assert_eq!(first.reasons[0].points, Points(22_500));
        // Peers 40,000 a head whichever the shrinkage; (40,000 − 10,000) / 40,000 × 35 = 26.25 points.
        assert_eq!(first.reasons[1].points, Points(26_250));
        // All hold one product: 62 ÷ 100 × 15 = 9.3 points.
        assert_eq!(first.reasons[2].points, Points(9_300));
        assert_eq!(first.score, Points(58_050));
        // 75th percentile of 1, 4, 7 is 5.5; (55,000 − 10,000) × 100.
        assert_eq!(first.uplift_fen, Fen::yuan(4_500_000));
        assert!(first.target && !ranking.ranked[1].target && !ranking.ranked[2].target);
    }

    #[test]
    fn a_small_industry_borrows_strength_from_all() {
        let mut profiles = three();
        profiles.push(employer(4, "B", 100, 10_000, 10_000));
        // Industry B has one employer (10,000), all together 32,500: (1·10,000 + 5·32,500) ÷ 6 = 28,750.
        let ranking = rank_of(&profiles);
        let b = ranking.ranked.iter().find(|r| r.employer_id == EmployerId(4)).unwrap();
        assert_eq!(b.peer_per_head_fen, Some(Fen::yuan(28_750)));
        assert!(b.target);
    }

    #[test]
    fn who_is_left_out_is_told_why() {
        let mut profiles = three();
        profiles[0].nature = Some("劳务派遣".into());
        profiles[1].last_visit = Some(date("2026-01-20"));
        profiles[2].effective_heads = 19;
        let ranking = rank_of(&profiles);
        let why: Vec<_> = ranking.left_out.iter().map(|l| (l.reasons[0].rule.as_str(), l.earliest)).collect();
        assert_eq!(
            why,
            [("left_out_dispatch", None), ("visited_recently", Some(date("2026-04-20"))), ("too_few_heads", None)]
        );
    }
}
