//! What a visit achieved: follow-up in time, retention before and after, beside comparable employers not visited.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::facts::EmployerProfile;
use crate::facts::payday_retention::EmployerRetention;
use crate::facts::purchases::Purchase;
use crate::model::period::days_after;
use crate::model::{EmployeeId, EmployerId, Fen, Reason, VisitId};
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
    /// Rate of the last payday before the visit, and its date.
    pub retention_before: Option<f64>,
    pub payday_before: Option<NaiveDate>,
    /// Rate of the latest payday after it.
    pub retention_after: Option<f64>,
    pub payday_after: Option<NaiveDate>,
    /// Employers of the industry that were not visited.
    pub peers: usize,
    /// Their rate over the same later payday: Σ change / Σ payroll.
    pub peer_retention_after: Option<f64>,
    /// The same employers' rate over the payday before the visit; `None` when it is not known of all of them.
    pub peer_retention_before: Option<f64>,
    /// People of the employer who bought something within the days that count, by sales sheets and contacts;
    /// `None`: no purchases are known at all.
    pub buyers: Option<i64>,
    pub sales_fen: Option<Fen>,
    pub verdict: Verdict,
    pub reasons: Vec<Reason>,
}

/// Judges held visits; `profiles` by employer, `retention` of all paydays.
pub fn judge(
    rules: &EffectRules,
    visits: &[HeldVisit],
    profiles: &BTreeMap<EmployerId, EmployerProfile>,
    retention: &[EmployerRetention],
    purchases: &[Purchase],
    today: NaiveDate,
) -> Vec<VisitEffect> {
    visits
        .iter()
        .filter_map(|visit| {
            let effect = judge_one(rules, visit, profiles.get(&visit.employer_id)?, visits, profiles, retention, today);
            let bought = (!purchases.is_empty()).then(|| bought_after(rules, visit, purchases));
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

fn judge_one(
    rules: &EffectRules,
    visit: &HeldVisit,
    profile: &EmployerProfile,
    visits: &[HeldVisit],
    profiles: &BTreeMap<EmployerId, EmployerProfile>,
    retention: &[EmployerRetention],
    today: NaiveDate,
) -> VisitEffect {
    let own = || retention.iter().filter(|r| r.employer_id == visit.employer_id && r.rate.is_some());
    let before = own().filter(|r| r.window_end < visit.date).max_by_key(|r| r.payday);
    let after = own().filter(|r| r.payday > visit.date).max_by_key(|r| r.payday);
    let visited = |id: &EmployerId| visits.iter().any(|v| v.employer_id == *id);
    let peers: Vec<&EmployerRetention> = after.map_or_else(Vec::new, |a| {
        retention
            .iter()
            .filter(|r| r.payday == a.payday && r.rate.is_some() && !visited(&r.employer_id))
            .filter(|r| profiles.get(&r.employer_id).is_some_and(|p| p.industry == profile.industry))
            .collect()
    });
    let sum = |f: fn(&EmployerRetention) -> Fen| peers.iter().map(|r| f(r)).sum::<Fen>();
    let earlier: Vec<&EmployerRetention> = before.map_or_else(Vec::new, |b| {
        let same = |r: &&EmployerRetention| peers.iter().any(|p| p.employer_id == r.employer_id);
        retention.iter().filter(|r| r.payday == b.payday && r.rate.is_some()).filter(same).collect()
    });
    let sum_before = |f: fn(&EmployerRetention) -> Fen| earlier.iter().map(|r| f(r)).sum::<Fen>();
    let in_time = |done: Option<NaiveDate>, days: i64| match done {
        Some(day) => Some((day - visit.date).num_days() <= days),
        None => ((today - visit.date).num_days() > days).then_some(false),
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
        retention_before: before.and_then(|r| r.rate),
        payday_before: before.map(|r| r.payday),
        retention_after: after.and_then(|r| r.rate),
        payday_after: after.map(|r| r.payday),
        peers: peers.len(),
        peer_retention_after: sum(|r| r.retained).share_of(sum(|r| r.payroll)),
        peer_retention_before: (earlier.len() == peers.len())
            .then(|| sum_before(|r| r.retained).share_of(sum_before(|r| r.payroll)))
            .flatten(),
        buyers: None,
        sales_fen: None,
        verdict: Verdict::TooFew,
        reasons: Vec::new(),
    };
    let people = after.map_or(0, |r| r.people);
    effect.reasons = reasons(rules, &effect, people);
    effect.verdict = verdict(rules, &effect, people);
    effect
}

fn few_visitors(rules: &EffectRules, effect: &VisitEffect) -> Option<(i64, i64)> {
    let (staff, came) = (effect.record.staff_count?, effect.record.attendance?);
    ((came as f64) < rules.visitors_per_staff * staff as f64).then_some((staff, came))
}

fn reasons(rules: &EffectRules, effect: &VisitEffect, people: i64) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let (Some(b), Some(a)) = (effect.retention_before, effect.retention_after) {
        let reason = Reason::new("retention_moved").share("before", b).share("after", a);
        reasons.push(match effect.peer_retention_after {
            Some(p) => reason.share("peers", p),
            None => reason,
        });
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
    if effect.retention_after.is_none() {
        reasons.push(Reason::new("no_payday_after"));
    } else if effect.peers < rules.peers || people < rules.people {
        reasons.push(Reason::new("sample_too_small").count("peers", effect.peers as i64).count("people", people));
    }
    reasons
}

fn verdict(rules: &EffectRules, effect: &VisitEffect, people: i64) -> Verdict {
    // What comparable employers gained without a visit is no merit of this one.
    let others = effect.peer_retention_after.zip(effect.peer_retention_before).map_or(0.0, |(a, b)| a - b);
    let gain = effect.retention_after.zip(effect.retention_before).map(|(a, b)| a - b - others);
    let badly_done = few_visitors(rules, effect).is_some() && effect.first_contact_in_time == Some(false);
    if badly_done && gain.is_none_or(|g| g < rules.retention_gain) {
        return Verdict::Failed;
    }
    if effect.peers < rules.peers || people < rules.people {
        return Verdict::TooFew;
    }
    match gain {
        Some(g) if g >= rules.retention_gain => Verdict::Worked,
        Some(_) => Verdict::NoEffect,
        None => Verdict::TooFew,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;
    use crate::engagement::fixtures::profile;
    use crate::model::status::RetentionBasis;
    use crate::rules::Rules;

    fn rate(id: i64, payday: &str, percent: i64) -> EmployerRetention {
        let payday = date(payday);
        EmployerRetention {
            employer_id: EmployerId(id),
            slot: 1,
            payday,
            window_end: crate::model::period::days_after(payday, 6),
            before_as_of: None,
            after_as_of: None,
            basis: RetentionBasis::Balances,
            approximate: false,
            people: 100,
            payroll: Fen::yuan(100),
            retained: Fen::yuan(percent),
            rate: Some(percent as f64 / 100.0),
        }
    }

    /// One employer visited on 20 January, 20 → 31 %; two of its industry not visited.
    fn verdict_beside(before: i64, after: i64) -> Verdict {
        let profiles: BTreeMap<EmployerId, EmployerProfile> = (1..=3)
            .map(|id| (EmployerId(id), EmployerProfile { employer_id: EmployerId(id), ..profile(100) }))
            .collect();
        let record = VisitRecord {
            staff_count: Some(5),
            attendance: Some(46),
            first_follow_up: Some(date("2026-01-21")),
            ..VisitRecord::default()
        };
        let visit = HeldVisit { visit_id: VisitId(1), employer_id: EmployerId(1), date: date("2026-01-20"), record };
        let mut retention = vec![rate(1, "2026-01-09", 20), rate(1, "2026-03-10", 31)];
        for id in [2, 3] {
            retention.extend([rate(id, "2026-01-09", before), rate(id, "2026-03-10", after)]);
        }
        let rules = Rules::load(None).unwrap().report.effect;
        judge(&rules, &[visit], &profiles, &retention, &[], date("2026-03-18")).remove(0).verdict
    }

    #[test]
    fn purchases_count_from_the_visit_for_thirty_days_and_once() {
        let purchase = |id: i64, employer: i64, on: &str, yuan: Option<i64>, by_contact| Purchase {
            employee_id: EmployeeId(id),
            employer_id: EmployerId(employer),
            on: date(on),
            amount: yuan.map(Fen::yuan),
            by_contact,
        };
        let purchases = [
            purchase(1, 1, "2026-01-19", Some(1_000), false),
            purchase(2, 1, "2026-01-20", Some(20_000), false),
            // The same deal as the contact told it.
            purchase(2, 1, "2026-01-21", Some(20_000), true),
            purchase(3, 1, "2026-02-19", Some(5_000), true),
            purchase(4, 1, "2026-02-19", None, true),
            purchase(5, 1, "2026-02-20", Some(9_000), false),
            purchase(6, 2, "2026-01-25", Some(9_000), false),
        ];
        let visit = HeldVisit {
            visit_id: VisitId(1),
            employer_id: EmployerId(1),
            date: date("2026-01-20"),
            record: VisitRecord::default(),
        };
        let rules = Rules::load(None).unwrap().report.effect;
        assert_eq!(bought_after(&rules, &visit, &purchases), (3, Fen::yuan(25_000)));
    }

    #[test]
    fn a_gain_counts_only_beyond_that_of_employers_not_visited() {
        // 11 points against none, against 4 (7 beyond), against 25.
        assert_eq!(verdict_beside(20, 20), Verdict::Worked);
        assert_eq!(verdict_beside(20, 24), Verdict::Worked);
        assert_eq!(verdict_beside(20, 45), Verdict::NoEffect);
    }
}
