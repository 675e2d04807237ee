//! One employer's place and why: its measures beside those of its peers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::ranking::last_visit::LastVisit;
use crate::engagement::visit::ranking::loss;
use crate::engagement::visit::ranking::peers::{self, Peer};
use crate::engagement::visit::ranking::shares::{CoverageGap, ProductGap};
use crate::engagement::visit::ranking::{Ranked, Ranking, by_basis};
use crate::facts::EmployerProfile;
use crate::model::{EmployerId, Fen, Points, Reason};
use crate::rules::visit::ranking::RankingRules;

/// What a measure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Fen,
    Ratio,
    Share,
}

/// A measure of the employer beside that of its peers, both in `unit`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// `contribution`, `aum_per_head_fen`, `uplift_per_head_fen`, `products_per_head`, `loss_index`, `retention`,
    /// `retention_trend` or `gain_per_hour_fen`.
    pub key: &'static str,
    /// `None`: unknown.
    pub own: Option<f64>,
    /// What it is held against: the peers, the threshold of the rules where peers have no such figure, of
    /// `retention_trend` the payday before.
    pub peer: Option<f64>,
    pub points: Points,
    #[serde(skip)]
    pub unit: Unit,
}

/// An employer this one is compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeerShown {
    pub employer_id: EmployerId,
    pub name: String,
    /// Employees with a record.
    pub heads: i64,
    pub aum_per_head_fen: Fen,
}

/// How the uplift and the loss index are made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Basis {
    /// Share 0–1 of the peers below the AUM per head the uplift leads to.
    pub uplift_percentile: f64,
    /// Where the loss index is taken from.
    pub loss_source: String,
    /// Numbers of products whose index is interpolated.
    pub loss_interpolated: Vec<i64>,
}

/// The story of one employer; of one that is left out only the reasons, the day and the last visit are known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    pub employer_id: EmployerId,
    pub name: String,
    pub industry: Option<String>,
    /// `None`: left out.
    pub rank: Option<usize>,
    pub target: bool,
    pub score: Option<Points>,
    pub confidence: Option<f64>,
    pub measures: Vec<Measure>,
    /// Of every product the employer's lists cover, the largest lag behind the peers first.
    pub products: Vec<ProductGap>,
    /// By the number of products held.
    pub coverage: Vec<CoverageGap>,
    pub basis: Basis,
    #[serde(flatten)]
    pub visit: LastVisit,
    /// All it is compared with, most heads first.
    pub peers: Vec<PeerShown>,
    pub reasons: Vec<Reason>,
    /// Of one that is left out: the first day it could be a target again.
    pub earliest: Option<NaiveDate>,
    /// Its line of the ranking.
    #[serde(skip)]
    pub ranked: Option<Ranked>,
}

/// The story of `id` in a ranking of `profiles`; `None`: nobody of that number was ranked or left out.
pub fn story(rules: &RankingRules, ranking: &Ranking, profiles: &[EmployerProfile], id: EmployerId) -> Option<Story> {
    let basis = Basis {
        uplift_percentile: rules.uplift.percentile,
        loss_source: rules.coverage.source.clone(),
        loss_interpolated: loss::interpolated(&rules.coverage),
    };
    if let Some(left_out) = ranking.left_out.iter().find(|l| l.employer_id == id) {
        return Some(Story {
            employer_id: id,
            name: left_out.name.clone(),
            industry: profiles.iter().find(|p| p.employer_id == id).and_then(|p| p.industry.clone()),
            rank: None,
            target: false,
            score: None,
            confidence: None,
            measures: Vec::new(),
            products: Vec::new(),
            coverage: Vec::new(),
            basis,
            visit: left_out.visit.clone(),
            peers: Vec::new(),
            reasons: left_out.reasons.clone(),
            earliest: left_out.earliest,
            ranked: None,
        });
    }
    let ranked = ranking.ranked.iter().find(|r| r.employer_id == id)?;
    let compared: Vec<EmployerProfile> = profiles.iter().map(|p| by_basis(p, ranked.aum_basis)).collect();
    let profile = compared.iter().find(|p| p.employer_id == id)?;
    let all = peers::peers(rules, &compared);
    let peer_products = all.mean_of_others(profile, rules.per_head.shrinkage_k, |p| Some(p.products));
    Some(Story {
        employer_id: id,
        name: ranked.name.clone(),
        industry: ranked.industry.clone(),
        rank: Some(ranked.rank),
        target: ranked.target,
        score: Some(ranked.score),
        confidence: Some(ranked.confidence),
        measures: measures(rules, ranked, peer_products),
        products: ranked.product_gaps(),
        coverage: ranked.coverage_gaps(),
        basis,
        visit: ranked.visit.clone(),
        peers: shown(all.others(profile), profiles),
        reasons: ranked.reasons.clone(),
        earliest: None,
        ranked: Some(ranked.clone()),
    })
}

/// Of a measure that is shown and not scored.
const NO_POINTS: &str = "";

fn measures(rules: &RankingRules, ranked: &Ranked, peer_products: Option<f64>) -> Vec<Measure> {
    let points =
        |rule: &str| -> Points { ranked.reasons.iter().filter(|r| r.rule.as_str() == rule).map(|r| r.points).sum() };
    let fen = |fen: Option<Fen>| fen.map(|f| f.0 as f64);
    let measure = |key, unit, rule: &str, own, peer| Measure { key, own, peer, points: points(rule), unit };
    let good = Fen::yuan(rules.staff_hours.good_yuan_per_hour);
    let (own, trend) = (fen(ranked.aum_per_head_fen), ranked.retention_trend);
    vec![
        measure("contribution", Unit::Ratio, "low_contribution", ranked.contribution, Some(rules.contribution.low)),
        measure("aum_per_head_fen", Unit::Fen, "low_per_head", own, fen(ranked.peer_per_head_fen)),
        measure("uplift_per_head_fen", Unit::Fen, NO_POINTS, own, fen(ranked.uplift_per_head_fen)),
        measure("products_per_head", Unit::Ratio, "few_products", ranked.products_per_head, peer_products),
        measure("loss_index", Unit::Ratio, NO_POINTS, ranked.loss_index, ranked.peer_loss_index),
        measure("retention", Unit::Share, "low_retention", ranked.retention, Some(rules.retention.good)),
        measure("retention_trend", Unit::Share, NO_POINTS, trend.map(|t| t.now), trend.map(|t| t.before)),
        measure("gain_per_hour_fen", Unit::Fen, "gain_per_staff_hour", fen(ranked.gain_per_hour_fen), fen(Some(good))),
    ]
}

fn shown(peers: Vec<&Peer>, profiles: &[EmployerProfile]) -> Vec<PeerShown> {
    let names: BTreeMap<EmployerId, &str> = profiles.iter().map(|p| (p.employer_id, p.name.as_str())).collect();
    let peer = |p: &Peer| PeerShown {
        employer_id: p.employer_id,
        name: names.get(&p.employer_id).map(|n| n.to_string()).unwrap_or_default(),
        heads: p.heads as i64,
        aum_per_head_fen: Fen(p.aum.round_ties_even() as i64),
    };
    let mut shown: Vec<PeerShown> = peers.into_iter().map(peer).collect();
    shown.sort_by_key(|p| (std::cmp::Reverse(p.heads), p.employer_id));
    shown
}
