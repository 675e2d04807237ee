//! How the needs of an employer are found from its figures beside its peers.

use std::collections::BTreeMap;

use crate::engagement::visit::pack::needs::{AGREEMENT_END, AgreementEnd, Need, Needs, OUTFLOW, PRODUCT, order};
use crate::engagement::visit::ranking::Ranked;
use crate::facts::EmployerProfile;
use crate::model::money::{PERCENT_PLACES, as_shown, round_half_even};
use crate::model::text::shared::SharedText;
use crate::model::{Fen, Points, Reason};
use crate::rules::Rules;

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
