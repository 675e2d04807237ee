//! What an employer's staff lack beside the peers' (`needs.toml`): topic, products, questions, scripts and goals of a visit
//! follow from it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::ranking::Ranked;
use crate::facts::EmployerProfile;
use crate::model::money::{PERCENT_PLACES, as_shown, round_half_even};
use crate::model::text::shared::SharedText;
use crate::model::{EmployerId, Fen, Points, Reason};
use crate::rules::Rules;

/// Before the key of a product, or of a destination of money, in the key of a need.
pub const PRODUCT: &str = "product.";
pub const OUTFLOW: &str = "outflow.";

const AGREEMENT_END: &str = "agreement_end";

/// One thing an employer's staff lack, or are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Need {
    /// `product.<product>`, `outflow.<destination>`, `aum_per_head`, `coverage`, `retention`, `executives`, `affluent` or
    /// `agreement_end`.
    pub key: String,
    /// Own figure and that of the peers: shares 0–1, but fen per head for `aum_per_head` and people for `executives`.
    pub own: Option<f64>,
    /// `None`: there is nothing to compare with.
    pub peer: Option<f64>,
    pub points: Points,
    pub reason: Reason,
}

/// The needs of one employer, the greatest first; ties by key.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Needs {
    /// Kind of the employer (`staffing.toml`, `[turnout.kinds]`): `office`, `school`, `hospital`, `factory`.
    pub kind: String,
    pub list: Vec<Need>,
    /// What the end of the payroll agreement counts for visits before it; [`Needs::on`] tells for which. `None`: not known.
    pub agreement: Option<AgreementEnd>,
}

/// The end of the payroll agreement as a need.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreementEnd {
    pub date: NaiveDate,
    /// Calendar days before the end from which it is a need; on the last day it still is.
    pub days: i64,
    pub need: Need,
}

/// Needs by employer.
pub type NeedsOf = BTreeMap<EmployerId, Needs>;

static NONE: Needs = Needs { kind: String::new(), list: Vec::new(), agreement: None };

/// The needs of an employer; none where nothing is known of it.
pub fn of(needs: &NeedsOf, employer: EmployerId) -> &Needs {
    needs.get(&employer).unwrap_or(&NONE)
}

impl Needs {
    /// The need with this key.
    pub fn of(&self, key: &str) -> Option<&Need> {
        self.list.iter().find(|n| n.key == key)
    }

    /// The needs for a visit on a day: the end of the agreement is one where it comes soon after it.
    pub fn on(&self, date: NaiveDate) -> Needs {
        let mut needs = self.clone();
        let soon = |a: &&AgreementEnd| (0..=a.days).contains(&(a.date - date).num_days());
        needs.list.retain(|need| need.key != AGREEMENT_END);
        needs.list.extend(self.agreement.as_ref().filter(soon).map(|a| a.need.clone()));
        order(&mut needs.list);
        needs
    }

    /// Products the staff lack, the widest gap first.
    pub fn products(&self) -> impl Iterator<Item = (&str, &Need)> {
        self.list.iter().filter_map(|n| Some((n.key.strip_prefix(PRODUCT)?, n)))
    }
}

/// What an employer's needs are found from.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub profile: &'a EmployerProfile,
    /// Its figures beside its peers.
    pub beside: &'a Ranked,
    /// What flowed out after the latest payday, by destination; empty where no flows are known.
    pub outflow: &'a BTreeMap<SharedText, Fen>,
}

/// The needs of an employer, whatever the day of a visit. What is not known is no need.
pub fn needs(rules: &Rules, known: &Known<'_>) -> Needs {
    let kind = rules.staffing.turnout_of(known.profile.industry.as_deref()).map_or("", |(kind, _)| kind);
    let mut list = products(rules, known.beside);
    list.extend(outflows(rules, known.outflow));
    list.extend([aum_per_head(rules, known.beside), coverage(rules, known.beside)].into_iter().flatten());
    list.extend([retention(rules, known.beside), executives(rules, known.profile)].into_iter().flatten());
    list.extend(affluent(rules, known.profile));
    order(&mut list);
    Needs { kind: kind.to_string(), list, agreement: agreement_end(rules, known.profile) }
}

/// The greatest first; what would be shown as nothing is no need.
fn order(list: &mut Vec<Need>) {
    list.retain(|need| need.points >= Points::LEAST_SHOWN);
    list.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.key.cmp(&b.key)));
}

/// Whole points times a share 0–1.
fn points(whole: i64, share: f64) -> Points {
    Points(round_half_even(whole as f64 * 1000.0 * share.clamp(0.0, 1.0)))
}

fn need(key: impl Into<String>, own: f64, peer: Option<f64>, points: Points, reason: Reason) -> Need {
    Need { key: key.into(), own: Some(own), peer, points, reason: reason.points(points) }
}

/// Whether a share is lower than another as both are shown.
fn lower(own: f64, than: f64) -> bool {
    as_shown(own * 100.0, PERCENT_PLACES) < as_shown(than * 100.0, PERCENT_PLACES)
}

fn products(rules: &Rules, beside: &Ranked) -> Vec<Need> {
    let rule = &rules.needs.product;
    let compared =
        rules.products.products.iter().filter(|(key, p)| rule.families.contains(&p.family) || rule.also.contains(key));
    let found = compared.filter_map(|(key, product)| {
        let own = *beside.penetration.get(key)?;
        let peer = beside.peer_penetration.get(key).copied();
        let (than, whole) = match peer {
            Some(peer) => (peer, rule.points),
            None => (rule.alone_percent as f64 / 100.0, rule.points / 2),
        };
        let compared = match peer {
            Some(peer) => as_shown(peer * 100.0, PERCENT_PLACES) >= rule.least_percent as f64,
            None => rule.alone.contains(key),
        };
        if !compared || !lower(own, than) {
            return None;
        }
        let place = product.stickiness?.saturating_sub(1);
        let sticky = 1.0 - (place.saturating_mul(rule.stickiness_step) as f64 / 100.0).min(1.0);
        let word = format!("product.{key}");
        let reason = match peer {
            Some(peer) => Reason::new("need_product").word("product", word).share("own", own).share("peer", peer),
            None => Reason::new("need_product_alone").word("product", word).share("own", own),
        };
        let points = points(whole, (than - own) / than * sticky);
        Some(need(format!("{PRODUCT}{key}"), own, peer, points, reason))
    });
    found.collect()
}

fn outflows(rules: &Rules, outflow: &BTreeMap<SharedText, Fen>) -> Vec<Need> {
    let rule = &rules.needs.outflow;
    let all: i64 = outflow.values().map(|fen| fen.0).sum();
    let found = outflow.iter().filter(|(destination, _)| rule.leaving.iter().any(|l| *l == ***destination));
    let found = found.filter(|_| all > 0).filter_map(|(destination, fen)| {
        let share = fen.0 as f64 / all as f64;
        let destination: &str = destination;
        let reason = Reason::new("need_outflow").word("destination", format!("destination.{destination}"));
        (as_shown(share * 100.0, PERCENT_PLACES) >= rule.least_percent as f64).then(|| {
            need(
                format!("{OUTFLOW}{destination}"),
                share,
                None,
                points(rule.points, share),
                reason.share("share", share),
            )
        })
    });
    found.collect()
}

fn aum_per_head(rules: &Rules, beside: &Ranked) -> Option<Need> {
    let (own, peer) = (beside.aum_per_head_fen?, beside.peer_per_head_fen.filter(|p| p.0 > 0)?);
    let gap = (peer.0 - own.0) as f64 / peer.0 as f64;
    let reason = Reason::new("need_aum_per_head").money("own", own).money("peer", peer).share("gap", gap);
    lower(0.0, gap).then(|| {
        need("aum_per_head", own.0 as f64, Some(peer.0 as f64), points(rules.needs.aum_per_head.points, gap), reason)
    })
}

/// Share of people with one product at most.
fn coverage(rules: &Rules, beside: &Ranked) -> Option<Need> {
    let all: i64 = beside.coverage.iter().sum();
    let own = (all > 0).then(|| (beside.coverage[0] + beside.coverage[1]) as f64 / all as f64)?;
    let peer = beside.peer_coverage.map(|c| c[0] + c[1]).filter(|p| *p < 1.0)?;
    let reason = Reason::new("need_coverage").share("own", own).share("peer", peer);
    let share = (own - peer) / (1.0 - peer);
    lower(peer, own).then(|| need("coverage", own, Some(peer), points(rules.needs.coverage.points, share), reason))
}

fn retention(rules: &Rules, beside: &Ranked) -> Option<Need> {
    let good = rules.ranking.retention.good;
    let whole = rules.needs.retention.points;
    let (rate, whole, rule) = match (beside.retention, beside.period_retention) {
        (Some(rate), _) => (rate, whole, "need_retention"),
        (None, Some(rate)) => (rate, whole / 2, "need_period_retention"),
        (None, None) => return None,
    };
    let reason = Reason::new(rule).share("rate", rate).share("good", good);
    lower(rate, good).then(|| need("retention", rate, Some(good), points(whole, (good - rate) / good), reason))
}

fn executives(rules: &Rules, profile: &EmployerProfile) -> Option<Need> {
    let reason = Reason::new("need_executives").count("people", profile.executives);
    (profile.executives >= rules.staffing.president.executives).then(|| {
        need("executives", profile.executives as f64, None, points(rules.needs.executives.points, 1.0), reason)
    })
}

fn affluent(rules: &Rules, profile: &EmployerProfile) -> Option<Need> {
    let rule = &rules.needs.affluent;
    let share = (profile.headcount > 0).then(|| profile.affluent_heads as f64 / profile.headcount as f64)?;
    let least = Fen::yuan(rules.timeline.invitation.affluent_yuan);
    let reason = Reason::new("need_affluent").money("least", least).count("people", profile.affluent_heads);
    (as_shown(share * 100.0, PERCENT_PLACES) >= rule.least_percent as f64)
        .then(|| need("affluent", share, None, points(rule.points, 1.0), reason.share("share", share)))
}

fn agreement_end(rules: &Rules, profile: &EmployerProfile) -> Option<AgreementEnd> {
    let (rule, date) = (&rules.needs.agreement_end, profile.agreement_end?);
    let reason = Reason::new("need_agreement_end").date("date", date);
    let need = Need { own: None, ..need(AGREEMENT_END, 0.0, None, points(rule.points, 1.0), reason) };
    Some(AgreementEnd { date, days: rule.days, need })
}

#[cfg(test)]
mod tests;
