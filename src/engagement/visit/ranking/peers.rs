//! What an employer is compared with: the others of its industry, shrunk towards all others.

use crate::engagement::visit::ranking::loss;
use crate::facts::EmployerProfile;
use crate::model::{EmployerId, Fen};
use crate::rules::visit::ranking::RankingRules;

/// What an employer is compared with.
pub(super) struct Peers {
    pub total_aum: f64,
    pub total_payroll: f64,
    pub list: Vec<Peer>,
}

/// One employer others are compared with.
pub(super) struct Peer {
    pub employer_id: EmployerId,
    pub industry: Option<String>,
    pub heads: f64,
    /// AUM per head, fen.
    pub aum: f64,
    /// Products per head.
    pub products: f64,
    /// 相对流失指数; `None`: nobody's products are known.
    pub loss_index: Option<f64>,
}

/// AUM used for comparison: of a profile that has both, the monthly average.
pub(super) fn comparable_aum(profile: &EmployerProfile) -> Option<Fen> {
    profile.aum_month_avg_fen.or(profile.aum_fen)
}

/// AUM per head, fen; `None`: nobody on record, or no AUM known.
pub(super) fn per_head(profile: &EmployerProfile) -> Option<f64> {
    (profile.headcount > 0)
        .then(|| comparable_aum(profile).map(|aum| aum.0 as f64 / profile.headcount as f64))
        .flatten()
}

/// The kind of employers that are left out this one is of, and whether others are compared with it all the same.
pub(super) fn kind_left_out<'a>(rules: &'a RankingRules, profile: &EmployerProfile) -> Option<(&'a str, bool)> {
    let has = |words: &[String], text: &Option<String>| {
        text.as_deref().is_some_and(|t| words.iter().any(|w| t.contains(w.as_str())))
    };
    rules
        .left_out
        .iter()
        .find(|(_, l)| has(&l.payroll_types, &profile.payroll_type) || has(&l.natures, &profile.nature))
        .map(|(key, l)| (key.as_str(), l.peer))
}

/// Whether others are compared with it.
pub(super) fn is_peer(rules: &RankingRules, profile: &EmployerProfile) -> bool {
    let kind = kind_left_out(rules, profile).is_none_or(|(_, peer)| peer);
    kind && per_head(profile).is_some() && profile.payroll_month_avg_fen.0 > 0
}

/// All employers others are compared with.
pub(super) fn peers(rules: &RankingRules, profiles: &[EmployerProfile]) -> Peers {
    let counted: Vec<&EmployerProfile> = profiles.iter().filter(|p| is_peer(rules, p)).collect();
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
                    loss_index: loss::of_heads(&rules.coverage, p.coverage),
                })
            })
            .collect(),
    }
}

impl Peers {
    /// Mean of a figure per head over the others that have it, weighted by heads and shrunk. The employer itself is left
    /// out: one with most heads of its industry would else be compared with itself.
    pub fn mean_of_others(
        &self,
        profile: &EmployerProfile,
        k: f64,
        figure: impl Fn(&Peer) -> Option<f64>,
    ) -> Option<f64> {
        let others: Vec<&Peer> = self.list.iter().filter(|p| p.employer_id != profile.employer_id).collect();
        shrunk(&others, &profile.industry, k, |peers| {
            let known: Vec<(f64, f64)> = peers.iter().filter_map(|p| Some((figure(p)?, p.heads))).collect();
            let heads: f64 = known.iter().map(|(_, heads)| heads).sum();
            (heads > 0.0).then(|| known.iter().map(|(figure, heads)| figure * heads).sum::<f64>() / heads)
        })
    }

    /// The employers of the industry beside this one; where there are none, all others.
    pub fn others(&self, profile: &EmployerProfile) -> Vec<&Peer> {
        let others = || self.list.iter().filter(|p| p.employer_id != profile.employer_id);
        let same: Vec<&Peer> = others().filter(|p| p.industry.is_some() && p.industry == profile.industry).collect();
        if same.is_empty() { others().collect() } else { same }
    }

    /// Percentile of AUM per head of the industry, this employer among them, shrunk.
    pub fn percentile(&self, profile: &EmployerProfile, k: f64, share: f64) -> Option<f64> {
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
    Some(drawn(k, same.len() as f64, figure(&same), all_figure))
}

/// A figure of `n` employers of the industry, drawn towards that of all, which counts as `k` employers.
pub(super) fn drawn(k: f64, n: f64, industry: Option<f64>, all: f64) -> f64 {
    industry.map_or(all, |own| (n * own + k * all) / (n + k))
}

/// Percentile with linear interpolation between ranks, as Excel's PERCENTILE.INC.
fn percentile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = share.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(last);
    Some(values[below] + (at - below as f64) * (values[above] - values[below]))
}
