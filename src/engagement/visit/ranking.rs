//! Which employers to visit first: low contribution and low AUM per head inside their industry (three-steps).

pub mod backtest;
mod criteria;
pub mod last_visit;
pub mod loss;
mod peers;
pub mod shares;
pub mod story;
pub mod trend;
pub mod what_if;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::report::effect::VisitEffect;
use crate::engagement::visit::ranking::criteria::judge;
use crate::engagement::visit::ranking::last_visit::{LastVisit, last_visit};
use crate::engagement::visit::ranking::peers::{Peers, kind_left_out, per_head};
use crate::engagement::visit::ranking::shares::{CoverageGap, ProductGap, Shares};
use crate::engagement::visit::ranking::trend::{RetentionTrend, trend};
use crate::facts::EmployerProfile;
use crate::facts::pay::payday_retention::EmployerRetention;
use crate::model::days::period::days_after;
use crate::model::status::{AumBasis, RateKind};
use crate::model::{EmployerId, Fen, Points, Reason, StaffId};
use crate::rules::visit::ranking::{Eligibility, RankingRules};
use crate::rules::visit::staffing::StaffingRules;

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
    /// Of the other employers' heads of the industry, shrunk, the shares 0–1 with 0, 1, 2, 3, 4, 5+ products.
    pub peer_coverage: Option<[f64; 6]>,
    /// Share of holders per product key.
    pub penetration: BTreeMap<String, f64>,
    /// The same of the other employers of the industry whose lists cover the product, shrunk.
    pub peer_penetration: BTreeMap<String, f64>,
    /// 7日留存率; points are given by this one alone.
    pub retention: Option<f64>,
    /// 周期留存率, where no other is known.
    pub period_retention: Option<f64>,
    /// How the rate moved since the payday before.
    pub retention_trend: Option<RetentionTrend>,
    /// 相对流失指数 by the number of products held; it compares, and is no yearly rate.
    pub loss_index: Option<f64>,
    /// Shrunk mean of the other employers of the industry.
    pub peer_loss_index: Option<f64>,
    /// 沉淀倍数: AUM ÷ monthly payroll.
    pub deposit_multiple: Option<f64>,
    /// 提升空间.
    pub uplift_fen: Fen,
    /// Share 0–1 of the peers that lie below what the uplift leads to.
    pub uplift_percentile: f64,
    /// AUM per head the uplift leads to: that percentile of the industry, shrunk; `None`: nobody to be compared with.
    pub uplift_per_head_fen: Option<Fen>,
    /// Hours of all who would go, those before and after the opening included.
    pub staff_hours: f64,
    /// 每人时提升空间; `None`: there is nobody to be compared with, or the visit takes no time.
    pub gain_per_hour_fen: Option<Fen>,
    pub score: Points,
    /// 可信度: share 0–1 of the criteria that could be judged; an unknown figure gives no points and lowers this.
    pub confidence: f64,
    pub target: bool,
    pub outlet: Option<String>,
    /// The relationship manager in charge.
    pub rm: Option<StaffId>,
    /// 月均代发额; `None`: unknown.
    pub payroll_month_avg_fen: Option<Fen>,
    /// Days of the month; empty when unknown.
    pub paydays: Vec<u32>,
    pub agreement_end: Option<NaiveDate>,
    #[serde(flatten)]
    pub visit: LastVisit,
    /// What was said of it on the list.
    #[serde(flatten)]
    pub opinion: Opinion,
    pub reasons: Vec<Reason>,
}

impl Ranked {
    /// Holders of the product less those among the peers, a difference of shares; `None`: one of them is unknown.
    pub fn product_gap(&self, product: &str) -> Option<f64> {
        Some(self.penetration.get(product)? - self.peer_penetration.get(product)?)
    }

    /// Every product the employer's lists cover, the one it lags behind most with first, those without peers last.
    pub fn product_gaps(&self) -> Vec<ProductGap> {
        let beside = |(product, own): (&String, &f64)| {
            let (peer, gap) = (self.peer_penetration.get(product).copied(), self.product_gap(product));
            ProductGap { product: product.clone(), own: *own, peer, gap }
        };
        let mut gaps: Vec<ProductGap> = self.penetration.iter().map(beside).collect();
        // The sort is stable: of equal gaps the order is that of the keys.
        gaps.sort_by(|a, b| a.gap.unwrap_or(f64::INFINITY).total_cmp(&b.gap.unwrap_or(f64::INFINITY)));
        gaps
    }

    /// How many products people hold, from none to five and more.
    pub fn coverage_gaps(&self) -> Vec<CoverageGap> {
        let all: i64 = self.coverage.iter().sum();
        let beside = |(products, heads): (usize, &i64)| {
            let own = (all > 0).then(|| *heads as f64 / all as f64);
            let peer = self.peer_coverage.map(|shares| shares[products]);
            let gap = own.zip(peer).map(|(own, peer)| own - peer);
            CoverageGap { products, heads: *heads, own, peer, gap }
        };
        self.coverage.iter().enumerate().map(beside).collect()
    }
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
    /// Why the employer is left out on `today`, and the first day on which it is no more; `None`: nobody wants it out, or it
    /// was said so long ago that it holds no more.
    pub fn in_force(&self, rules: &Eligibility, today: NaiveDate) -> Option<(Reason, NaiveDate)> {
        let again = days_after(self.said_on?, rules.struck_days);
        self.left_out().filter(|_| today < again).map(|reason| (reason, again))
    }

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
    #[serde(flatten)]
    pub visit: LastVisit,
}

/// The ranking of a day: targets first, both lists complete between them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranking {
    pub ranked: Vec<Ranked>,
    pub left_out: Vec<LeftOut>,
}

/// Ranks all employers for `today`; `staffing` says how many people a visit takes, `visits` what came of those held.
pub fn rank(
    rules: &RankingRules,
    staffing: &StaffingRules,
    profiles: &[EmployerProfile],
    retention: &[EmployerRetention],
    opinions: &BTreeMap<EmployerId, Opinion>,
    visits: &[VisitEffect],
    today: NaiveDate,
) -> Ranking {
    let beside = BesidePeers::new(rules, staffing, profiles, retention);
    let (mut ranked, mut left_out) = (Vec::new(), Vec::new());
    let compared: Vec<EmployerProfile> = profiles.iter().map(|p| by_basis(p, beside.basis)).collect();
    let all = beside.all(&compared);
    for ((profile, given), figures) in compared.iter().zip(profiles).zip(all) {
        let (mut reasons, mut earliest) = left_out_reasons(rules, profile, today);
        let visit = last_visit(profile, visits, today);
        let opinion = opinions.get(&profile.employer_id).cloned().unwrap_or_default();
        if let Some((reason, again)) = opinion.in_force(&rules.eligibility, today) {
            earliest = reasons.is_empty().then_some(again);
            reasons.push(reason);
        }
        // Known by the other basis alone: there are holdings, but nothing they could be compared with.
        for reason in reasons.iter_mut().filter(|r| r.rule == "no_holdings" && per_head(given).is_some()) {
            *reason = Reason::new("no_common_aum").word("basis", format!("aum_{}", beside.basis));
        }
        if reasons.is_empty() {
            ranked.push(Ranked { opinion, visit, ..figures });
        } else {
            let (employer_id, name) = (profile.employer_id, profile.name.clone());
            left_out.push(LeftOut { employer_id, name, reasons, earliest, visit });
        }
    }
    ranked.sort_by_key(|r| (!r.target, std::cmp::Reverse(r.score), r.employer_id));
    for (index, entry) in ranked.iter_mut().enumerate() {
        entry.rank = index + 1;
    }
    Ranking { ranked, left_out }
}

/// The figures of every employer beside its peers, ranked or left out alike: place and opinion are empty.
pub fn beside_peers(
    rules: &RankingRules,
    staffing: &StaffingRules,
    profiles: &[EmployerProfile],
    retention: &[EmployerRetention],
    visits: &[VisitEffect],
    today: NaiveDate,
) -> BTreeMap<EmployerId, Ranked> {
    let beside = BesidePeers::new(rules, staffing, profiles, retention);
    let compared: Vec<EmployerProfile> = profiles.iter().map(|p| by_basis(p, beside.basis)).collect();
    let with_visit = |(figures, profile): (Ranked, &EmployerProfile)| {
        (figures.employer_id, Ranked { visit: last_visit(profile, visits, today), ..figures })
    };
    beside.all(&compared).into_iter().zip(&compared).map(with_visit).collect()
}

/// What the figures beside the peers are made from.
struct BesidePeers<'a> {
    rules: &'a RankingRules,
    staffing: &'a StaffingRules,
    basis: AumBasis,
    /// The latest 7-day and period rates.
    rates: BTreeMap<EmployerId, f64>,
    period_rates: BTreeMap<EmployerId, f64>,
    paydays: BTreeMap<EmployerId, Vec<&'a EmployerRetention>>,
}

impl<'a> BesidePeers<'a> {
    fn new(
        rules: &'a RankingRules,
        staffing: &'a StaffingRules,
        profiles: &[EmployerProfile],
        retention: &'a [EmployerRetention],
    ) -> BesidePeers<'a> {
        let mut paydays: BTreeMap<EmployerId, Vec<&EmployerRetention>> = BTreeMap::new();
        retention.iter().for_each(|r| paydays.entry(r.employer_id).or_default().push(r));
        let rates = |kind: RateKind| -> BTreeMap<EmployerId, f64> {
            let latest = retention.iter().filter(|r| r.slot == 1);
            latest.filter_map(|r| Some((r.employer_id, r.rate_of(kind)?))).collect()
        };
        let (rates, period_rates) = (rates(RateKind::Week), rates(RateKind::Period));
        BesidePeers { rules, staffing, basis: common_basis(rules, profiles), rates, period_rates, paydays }
    }

    /// The figures of each of these profiles, in their order.
    fn all(&self, compared: &[EmployerProfile]) -> Vec<Ranked> {
        let peers: Peers = peers::peers(self.rules, compared);
        let shares = Shares::new(self.rules, compared);
        let figures = |profile: &EmployerProfile| {
            let id = profile.employer_id;
            let judged = judge(self.rules, self.staffing, profile, &peers, self.rates.get(&id).copied());
            Ranked {
                period_retention: self.period_rates.get(&id).copied(),
                retention_trend: self.paydays.get(&id).and_then(|paydays| trend(paydays)),
                aum_basis: self.basis,
                peer_coverage: shares.coverage(profile),
                peer_penetration: shares.penetration(profile),
                ..judged
            }
        };
        compared.iter().map(figures).collect()
    }
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

#[cfg(test)]
mod tests;
