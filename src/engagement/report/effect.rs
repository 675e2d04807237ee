//! What a visit achieved: follow-up in time, retention before and after, beside comparable employers not visited.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::engagement::visit::schedule::{payday_of, paydays_between};
use crate::facts::EmployerProfile;
use crate::facts::employee::purchases::Purchase;
use crate::facts::pay::payday_retention::EmployerRetention;
use crate::model::days::period::days_after;
use crate::model::days::workdays::Workdays;
use crate::model::status::{RateKind, RetentionBasis};
use crate::model::{EmployeeId, EmployerId, Fen, Reason, VisitId};
use crate::rules::Rules;
use crate::rules::report::EffectRules;

/// What is recorded of a visit that was held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRecord {
    pub staff_count: Option<i64>,
    pub attendance: Option<i64>,
    pub interested: Option<i64>,
    pub deals: Option<i64>,
    pub first_follow_up: Option<NaiveDate>,
    pub key_person_call: Option<NaiveDate>,
    pub note: Option<String>,
}

/// A visit that was held.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldVisit {
    pub visit_id: VisitId,
    pub employer_id: EmployerId,
    pub date: NaiveDate,
    pub record: VisitRecord,
}

/// The judgement on a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 见效
    Worked,
    /// 未见效
    NoEffect,
    /// 失败: badly organised and not followed up.
    Failed,
    /// 样本不足,暂不下结论
    TooFew,
}

impl Verdict {
    pub fn key(self) -> &'static str {
        match self {
            Verdict::Worked => "worked",
            Verdict::NoEffect => "no_effect",
            Verdict::Failed => "failed",
            Verdict::TooFew => "too_few",
        }
    }
}

/// A visit with its effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VisitEffect {
    pub visit_id: VisitId,
    pub employer_id: EmployerId,
    pub name: String,
    pub date: NaiveDate,
    #[serde(flatten)]
    pub record: VisitRecord,
    /// Days from the visit to the first contact with an interested person.
    pub first_contact_days: Option<i64>,
    pub first_contact_in_time: Option<bool>,
    pub key_person_call_in_time: Option<bool>,
    /// Rate of the last payday whose window had ended before the visit, and its date; no earlier one takes its place
    /// when its rate is unknown.
    pub retention_before: Option<f64>,
    pub payday_before: Option<NaiveDate>,
    /// Rate of the first payday after it; no later one takes its place, however long ago the visit is.
    pub retention_after: Option<f64>,
    pub payday_after: Option<NaiveDate>,
    /// How both rates are worked out; unknown where one is, or where the two differ.
    pub basis: RetentionBasis,
    /// Employers of the industry that were not visited and whose rates over the same two paydays are known.
    pub peers: usize,
    /// Their rate over the later payday: Σ change / Σ payroll.
    pub peer_retention_after: Option<f64>,
    /// The same employers' rate over the payday before the visit.
    pub peer_retention_before: Option<f64>,
    /// People of the employer who bought something within the days that count, by sales sheets and contacts;
    /// `None`: no purchases are known at all.
    pub buyers: Option<i64>,
    pub sales_fen: Option<Fen>,
    pub verdict: Verdict,
    pub reasons: Vec<Reason>,
}

/// What visits are judged from.
#[derive(Debug, Clone, Copy)]
pub struct EffectInput<'a> {
    pub rules: &'a Rules,
    pub workdays: &'a Workdays,
    pub today: NaiveDate,
    /// All visits held.
    pub visits: &'a [HeldVisit],
    pub profiles: &'a BTreeMap<EmployerId, EmployerProfile>,
    /// Of all paydays and employers.
    pub retention: &'a [EmployerRetention],
    pub purchases: &'a [Purchase],
}

/// Judges the visits of employers that are known.
pub fn judge(input: &EffectInput) -> Vec<VisitEffect> {
    let rules = &input.rules.report.effect;
    input
        .visits
        .iter()
        .filter_map(|visit| {
            let effect = judge_one(input, visit, input.profiles.get(&visit.employer_id)?);
            let bought = (!input.purchases.is_empty()).then(|| bought_after(rules, visit, input.purchases));
            Some(VisitEffect { buyers: bought.map(|b| b.0), sales_fen: bought.map(|b| b.1), ..effect })
        })
        .collect()
}

/// Who of the employer bought from the day of the visit on, and for how much. A deal told by a contact counts where the
/// sales sheets do not know the person's purchase.
fn bought_after(rules: &EffectRules, visit: &HeldVisit, purchases: &[Purchase]) -> (i64, Fen) {
    let last = days_after(visit.date, rules.deal_days);
    let within = |p: &&Purchase| p.employer_id == visit.employer_id && (visit.date..=last).contains(&p.on);
    let mut people: BTreeMap<EmployeeId, (Fen, Fen)> = BTreeMap::new();
    for purchase in purchases.iter().filter(within) {
        let (sold, told) = people.entry(purchase.employee_id).or_default();
        let sum = if purchase.by_contact { told } else { sold };
        *sum = *sum + purchase.amount.unwrap_or_default();
    }
    let amount = people.values().map(|(sold, told)| if *sold > Fen::ZERO { *sold } else { *told }).sum();
    (people.len() as i64, amount)
}

/// The two paydays a visit is judged by, known or not.
struct Paydays<'a> {
    before: Option<&'a EmployerRetention>,
    after: Option<&'a EmployerRetention>,
    /// The scheduled payday after the visit for which no payment is known although its money could be judged by now.
    not_imported: Option<NaiveDate>,
}

/// The employer's last payday whose window ended before the visit, and its first one after it. Of several payments for
/// one scheduled payday (back pay some days later) the one nearest to it stands for it. Where a payment is missing
/// altogether, the next one is not taken for it.
fn paydays<'a>(input: &EffectInput<'a>, visit: &HeldVisit, profile: &EmployerProfile) -> Paydays<'a> {
    let own = || input.retention.iter().filter(|r| r.employer_id == visit.employer_id);
    let first = own().map(|r| r.payday).chain([visit.date]).min().unwrap_or(visit.date);
    let scheduled = paydays_between(&input.rules.schedule, input.workdays, profile, first, input.today.max(visit.date));
    let mut paid: BTreeMap<NaiveDate, &EmployerRetention> = BTreeMap::new();
    for payment in own() {
        let belongs = payday_of(&scheduled, payment.payday).unwrap_or(payment.payday);
        let distance = |r: &EmployerRetention| ((r.payday - belongs).num_days().abs(), r.payday);
        let nearest = paid.entry(belongs).or_insert(payment);
        if distance(payment) < distance(nearest) {
            *nearest = payment;
        }
    }
    let before = paid.values().copied().filter(|r| r.window_end < visit.date).max_by_key(|r| r.payday);
    let later = |payday: &NaiveDate| paid.get(payday).map_or(*payday, |r| r.payday) > visit.date;
    let next = scheduled.iter().filter(|s| **s > days_after(visit.date, -31)).copied().find(later);
    let after = match next {
        Some(payday) => paid.get(&payday).copied(),
        None => paid.values().copied().find(|r| r.payday > visit.date),
    };
    let due = next.filter(|s| days_after(*s, input.rules.retention.window.report_after_days) <= input.today);
    Paydays { before, after, not_imported: due.filter(|_| after.is_none()) }
}

/// Employers of the same industry that were not visited, with their rates over both paydays, worked out as the
/// employer's own are. Who lacks one of the two is not compared: its part would count as nought.
fn peers<'a>(
    input: &EffectInput<'a>,
    profile: &EmployerProfile,
    before: &EmployerRetention,
    after: &EmployerRetention,
) -> Vec<(&'a EmployerRetention, &'a EmployerRetention)> {
    let visited = |id: &EmployerId| input.visits.iter().any(|v| v.employer_id == *id);
    let industry = |id: &EmployerId| input.profiles.get(id).and_then(|p| p.industry.as_ref());
    let on = |own: &EmployerRetention| {
        let (payday, basis) = (own.payday, own.basis);
        input.retention.iter().filter(move |r| r.payday == payday && r.basis == basis && r.rate.is_some())
    };
    let earlier: BTreeMap<EmployerId, &EmployerRetention> = on(before).map(|r| (r.employer_id, r)).collect();
    on(after)
        .filter(|r| !visited(&r.employer_id))
        .filter(|r| profile.industry.is_some() && industry(&r.employer_id) == profile.industry.as_ref())
        .filter_map(|r| Some((*earlier.get(&r.employer_id)?, r)))
        .collect()
}

fn judge_one(input: &EffectInput, visit: &HeldVisit, profile: &EmployerProfile) -> VisitEffect {
    let rules = &input.rules.report.effect;
    let paydays = paydays(input, visit, profile);
    let known = |r: Option<&EmployerRetention>| r.filter(|r| r.rate.is_some()).cloned();
    let (basis, peers) = match known(paydays.before).zip(known(paydays.after)) {
        Some((before, after)) if before.basis == after.basis => (after.basis, peers(input, profile, &before, &after)),
        _ => (RetentionBasis::Unknown, Vec::new()),
    };
    let rate = |side: fn(&(&EmployerRetention, &EmployerRetention)) -> (Fen, Fen)| {
        let (retained, payroll): (Vec<Fen>, Vec<Fen>) = peers.iter().map(side).unzip();
        retained.into_iter().sum::<Fen>().share_of(payroll.into_iter().sum())
    };
    let in_time = |done: Option<NaiveDate>, days: i64| match done {
        Some(day) => Some((day - visit.date).num_days() <= days),
        None => ((input.today - visit.date).num_days() > days).then_some(false),
    };
    let mut effect = VisitEffect {
        visit_id: visit.visit_id,
        employer_id: visit.employer_id,
        name: profile.name.clone(),
        date: visit.date,
        record: visit.record.clone(),
        first_contact_days: visit.record.first_follow_up.map(|d| (d - visit.date).num_days()),
        first_contact_in_time: in_time(visit.record.first_follow_up, rules.first_contact_days),
        key_person_call_in_time: in_time(visit.record.key_person_call, rules.key_person_call_days),
        retention_before: paydays.before.and_then(|r| r.rate),
        payday_before: paydays.before.map(|r| r.payday),
        retention_after: paydays.after.and_then(|r| r.rate),
        payday_after: paydays.after.map(|r| r.payday),
        basis,
        peers: peers.len(),
        peer_retention_after: rate(|(_, after)| (after.retained, after.payroll)),
        peer_retention_before: rate(|(before, _)| (before.retained, before.payroll)),
        buyers: None,
        sales_fen: None,
        verdict: Verdict::TooFew,
        reasons: Vec::new(),
    };
    effect.reasons = how_it_went(rules, &effect);
    let people = paydays.after.map_or(0, |r| r.people);
    match not_known(rules, &paydays, &effect, people) {
        Some(missing) => effect.reasons.push(missing),
        None => effect.verdict = verdict(rules, &effect),
    }
    effect
}

/// Why nothing can be concluded; `None` when both rates, and those of enough peers over the same paydays, are known.
fn not_known(rules: &EffectRules, paydays: &Paydays, effect: &VisitEffect, people: i64) -> Option<Reason> {
    let unknown = |r: &EmployerRetention| Reason::new("payday_unknown").date("payday", r.payday);
    let Some(before) = paydays.before else { return Some(Reason::new("no_payday_before")) };
    let Some(after) = paydays.after else {
        return Some(match paydays.not_imported {
            Some(due) => Reason::new("payday_not_imported").date("payday", due),
            None => Reason::new("no_payday_after"),
        });
    };
    if let Some(lacking) = [before, after].into_iter().find(|r| r.rate.is_none()) {
        return Some(unknown(lacking));
    }
    if before.basis != after.basis {
        return Some(Reason::new("bases_differ").date("before", before.payday).date("after", after.payday));
    }
    let few = effect.peers < rules.peers || people < rules.people || effect.peer_retention_before.is_none();
    few.then(|| Reason::new("sample_too_small").count("peers", effect.peers as i64).count("people", people))
}

fn few_visitors(rules: &EffectRules, effect: &VisitEffect) -> Option<(i64, i64)> {
    let (staff, came) = (effect.record.staff_count?, effect.record.attendance?);
    ((came as f64) < rules.visitors_per_staff * staff as f64).then_some((staff, came))
}

/// What moved, and what was badly done.
fn how_it_went(rules: &EffectRules, effect: &VisitEffect) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let (Some(kind), Some(b), Some(a)) = (effect.basis.kind(), effect.retention_before, effect.retention_after) {
        let moved = match kind {
            RateKind::Week => "retention_moved",
            RateKind::Period => "period_retention_moved",
        };
        let reason = Reason::new(moved).share("before", b).share("after", a);
        reasons.push(match effect.peer_retention_after {
            Some(p) => reason.share("peers", p),
            None => reason,
        });
    }
    if let (Some(b), Some(a)) = (effect.peer_retention_before, effect.peer_retention_after) {
        let peers = Reason::new("peers_moved").count("peers", effect.peers as i64);
        reasons.push(peers.share("before", b).share("after", a));
    }
    if let Some((staff, came)) = few_visitors(rules, effect) {
        reasons.push(Reason::new("few_visitors").count("staff", staff).count("visitors", came));
    }
    if effect.first_contact_in_time == Some(false) {
        let reason = Reason::new("late_first_contact").count("limit", rules.first_contact_days);
        reasons.push(match effect.first_contact_days {
            Some(days) => reason.count("days", days),
            None => Reason::new("no_first_contact").count("limit", rules.first_contact_days),
        });
    }
    if effect.key_person_call_in_time == Some(false) {
        reasons.push(Reason::new("no_key_person_call").count("limit", rules.key_person_call_days));
    }
    reasons
}

/// The judgement where all is known: what comparable employers gained without a visit is no merit of this one. An
/// unknown rate is never taken for none.
fn verdict(rules: &EffectRules, effect: &VisitEffect) -> Verdict {
    let gain = |after: Option<f64>, before: Option<f64>| Some(after? - before?);
    let own = gain(effect.retention_after, effect.retention_before);
    let others = gain(effect.peer_retention_after, effect.peer_retention_before);
    let Some((own, others)) = own.zip(others) else { return Verdict::TooFew };
    let badly_done = few_visitors(rules, effect).is_some() && effect.first_contact_in_time == Some(false);
    match own - others {
        beyond if beyond >= rules.retention_gain => Verdict::Worked,
        _ if badly_done => Verdict::Failed,
        _ => Verdict::NoEffect,
    }
}

#[cfg(test)]
mod tests;
