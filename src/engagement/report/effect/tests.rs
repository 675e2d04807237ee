//! Visits judged by two paydays: unknown ones, later ones, and those of employers not visited.

use super::*;
use crate::engagement::fixtures::{date, profile, workdays_2026};
use crate::model::Param;
use crate::model::status::RetentionBasis;

/// Employer, payday and per cent; `None`: there is no telling.
type Paid<'a> = (i64, &'a str, Option<i64>);

fn rate((id, payday, percent): Paid) -> EmployerRetention {
    let payday = date(payday);
    EmployerRetention {
        employer_id: EmployerId(id),
        slot: 1,
        payday,
        window_end: days_after(payday, 6),
        before_as_of: None,
        after_as_of: None,
        basis: if percent.is_some() { RetentionBasis::Balances } else { RetentionBasis::Unknown },
        approximate: false,
        people: percent.map_or(0, |_| 100),
        payroll: percent.map_or(Fen::ZERO, |_| Fen::yuan(100)),
        retained: Fen::yuan(percent.unwrap_or(0)),
        rate: percent.map(|p| p as f64 / 100.0),
    }
}

/// Employer 1 visited on 20 January, well done; 2 and 3 of its industry are not visited.
struct Scene {
    record: VisitRecord,
    profiles: BTreeMap<EmployerId, EmployerProfile>,
    retention: Vec<EmployerRetention>,
    today: &'static str,
}

fn scene(paid: &[Paid]) -> Scene {
    let employer = |id: i64| (EmployerId(id), EmployerProfile { employer_id: EmployerId(id), ..profile(100) });
    Scene {
        record: VisitRecord {
            staff_count: Some(5),
            attendance: Some(46),
            first_follow_up: Some(date("2026-01-21")),
            key_person_call: Some(date("2026-01-26")),
            ..VisitRecord::default()
        },
        profiles: (1..=4).map(employer).collect(),
        retention: paid.iter().copied().map(rate).collect(),
        today: "2026-04-20",
    }
}

impl Scene {
    fn judged(&self) -> VisitEffect {
        let record = self.record.clone();
        let visit = HeldVisit { visit_id: VisitId(1), employer_id: EmployerId(1), date: date("2026-01-20"), record };
        let rules = Rules::load(None).unwrap();
        let input = EffectInput {
            rules: &rules,
            workdays: &workdays_2026(),
            today: date(self.today),
            visits: &[visit],
            profiles: &self.profiles,
            retention: &self.retention,
            purchases: &[],
        };
        judge(&input).remove(0)
    }

    /// The verdict and the last reason.
    fn verdict(&self) -> (Verdict, String) {
        let effect = self.judged();
        (effect.verdict, effect.reasons.last().map(|r| r.rule.to_string()).unwrap_or_default())
    }
}

fn unknown(reason: &str) -> (Verdict, String) {
    (Verdict::TooFew, reason.to_string())
}

/// 20 → 31 % beside two others from `before` to `after`.
fn beside(before: i64, after: i64) -> Scene {
    let [jan, feb] = ["2026-01-09", "2026-02-10"];
    let others = [2, 3].map(|id| [(id, jan, Some(before)), (id, feb, Some(after))]);
    scene(&[[(1, jan, Some(20)), (1, feb, Some(31))], others[0], others[1]].concat())
}

#[test]
fn a_gain_counts_only_beyond_that_of_employers_not_visited() {
    // 11 points against none, against 4 (7 beyond), against 25.
    assert_eq!(beside(20, 20).judged().verdict, Verdict::Worked);
    assert_eq!(beside(20, 24).judged().verdict, Verdict::Worked);
    assert_eq!(beside(20, 45).judged().verdict, Verdict::NoEffect);
    // Others fell by 10: holding 15 % is worth as much as gaining 10.
    let mut held = beside(30, 20);
    held.retention[1] = rate((1, "2026-02-10", Some(20)));
    assert_eq!(held.judged().verdict, Verdict::Worked);
}

#[test]
fn rates_of_month_ends_are_not_called_seven_day_rates() {
    let mut scene = beside(20, 20);
    assert_eq!(scene.judged().reasons[0].rule, "retention_moved");
    scene.retention.iter_mut().for_each(|r| r.basis = RetentionBasis::Period);
    let effect = scene.judged();
    assert_eq!((effect.verdict, effect.basis), (Verdict::Worked, RetentionBasis::Period));
    assert_eq!(effect.reasons[0].rule, "period_retention_moved");
    // One of each: nothing has moved that could be compared.
    scene.retention[0].basis = RetentionBasis::Balances;
    let effect = scene.judged();
    assert_eq!((effect.verdict, effect.basis), (Verdict::TooFew, RetentionBasis::Unknown));
    assert!(effect.reasons.iter().all(|r| !r.rule.ends_with("retention_moved")), "{:?}", effect.reasons);
}

#[test]
fn what_is_not_known_of_others_is_not_nought() {
    let [jan, feb] = ["2026-01-09", "2026-02-10"];
    // The others gained as much: no effect. When their January is unknown, nobody can tell.
    let own = [(1, jan, Some(12)), (1, feb, Some(31))];
    let both = [(2, jan, Some(10)), (2, feb, Some(30)), (3, jan, Some(10)), (3, feb, Some(30))];
    assert_eq!(scene(&[&own[..], &both].concat()).judged().verdict, Verdict::NoEffect);
    let later = [(2, jan, None), (2, feb, Some(30)), (3, feb, Some(30))];
    let effect = scene(&[&own[..], &later].concat()).judged();
    assert_eq!((effect.verdict, effect.peers), (Verdict::TooFew, 0));
    assert_eq!((effect.peer_retention_before, effect.peer_retention_after), (None, None));
    assert_eq!(effect.reasons.last().unwrap().rule, "sample_too_small");
    // One of three lacks January: it is left out of both sides, the two others are compared.
    let three = [&own[..], &both, &[(4, feb, Some(90))]].concat();
    let effect = scene(&three).judged();
    assert_eq!((effect.verdict, effect.peers), (Verdict::NoEffect, 2));
    assert_eq!((effect.peer_retention_before, effect.peer_retention_after), (Some(0.10), Some(0.30)));
}

#[test]
fn the_first_payday_after_the_visit_stays_the_one() {
    let [jan, feb, march] = ["2026-01-09", "2026-02-10", "2026-03-10"];
    let others = [2, 3].map(|id| [(id, jan, Some(15)), (id, feb, Some(15)), (id, march, Some(15))]).concat();
    let own = |feb_rate: Option<i64>| [(1, jan, Some(15)), (1, feb, feb_rate), (1, march, Some(40))];
    // Nothing gained in February, and badly done; March does not make it a success.
    let mut failed = scene(&[&own(Some(14))[..], &others].concat());
    failed.record = VisitRecord {
        staff_count: Some(6),
        attendance: Some(9),
        first_follow_up: Some(date("2026-02-02")),
        ..VisitRecord::default()
    };
    for today in ["2026-02-18", "2026-03-18", "2026-04-20"] {
        failed.today = today;
        let effect = failed.judged();
        assert_eq!((effect.verdict, effect.payday_after), (Verdict::Failed, Some(date(feb))), "{today}");
        assert_eq!(effect.retention_after, Some(0.14));
    }
    // February unknown: March does not take its place, and badly done is not failed as long as nobody knows.
    failed.retention = [&own(None)[..], &others].concat().into_iter().map(rate).collect();
    let effect = failed.judged();
    assert_eq!((effect.verdict, effect.retention_after, effect.payday_after), (Verdict::TooFew, None, Some(date(feb))));
    let last = effect.reasons.last().unwrap();
    assert_eq!((last.rule.as_str(), &last.params[0].1), ("payday_unknown", &Param::Date(date(feb))));
    assert!(effect.reasons.iter().any(|r| r.rule == "few_visitors"));
    // The payments of February were never imported: the same.
    let without: Vec<Paid> = own(None).into_iter().filter(|p| p.1 != feb).chain(others.clone()).collect();
    let effect = scene(&without).judged();
    assert_eq!((effect.verdict, effect.payday_after), (Verdict::TooFew, None));
    assert_eq!(effect.reasons.last().unwrap().params, [("payday".to_string(), Param::Date(date(feb)))]);
}

#[test]
fn the_last_payday_before_the_visit_stays_the_one() {
    let [dec, jan, feb] = ["2025-12-10", "2026-01-09", "2026-02-10"];
    let others = [2, 3].map(|id| [(id, dec, Some(10)), (id, jan, Some(10)), (id, feb, Some(10))]).concat();
    let own = |jan_rate| [(1, dec, Some(5)), (1, jan, jan_rate), (1, feb, Some(40))];
    assert_eq!(scene(&[&own(Some(38))[..], &others].concat()).judged().verdict, Verdict::NoEffect);
    assert_eq!(scene(&[&own(None)[..], &others].concat()).verdict(), unknown("payday_unknown"));
    assert_eq!(scene(&[&[(1, feb, Some(40))][..], &others].concat()).verdict(), unknown("no_payday_before"));
    // A window that ends after the visit is none of before.
    let mut late = scene(&[&own(Some(38))[..], &others].concat());
    late.retention.iter_mut().filter(|r| r.payday == date(jan)).for_each(|r| r.window_end = date("2026-01-31"));
    assert_eq!(late.judged().payday_before, Some(date(dec)));
}

#[test]
fn a_payday_that_cannot_be_judged_yet_is_waited_for() {
    let mut waiting = beside(20, 20);
    waiting.retention.retain(|r| r.payday < date("2026-02-01"));
    waiting.today = "2026-02-17";
    assert_eq!(waiting.verdict(), unknown("no_payday_after"));
    waiting.today = "2026-02-18";
    assert_eq!(waiting.verdict(), unknown("payday_not_imported"));
}

#[test]
fn back_pay_some_days_later_is_no_payday_of_its_own() {
    let mut paid = beside(20, 20);
    paid.retention.push(rate((1, "2026-01-22", Some(90))));
    assert_eq!(paid.judged().payday_after, Some(date("2026-02-10")));
    // Wages of January that came only after the visit are its first payday.
    paid.retention.retain(|r| (r.employer_id, r.payday) != (EmployerId(1), date("2026-01-09")));
    assert_eq!(paid.judged().payday_after, Some(date("2026-01-22")));
}

#[test]
fn only_employers_of_a_known_industry_and_the_same_way_of_counting_are_compared() {
    let mut nobody_knows = beside(20, 20);
    nobody_knows.profiles.values_mut().for_each(|p| p.industry = None);
    assert_eq!(nobody_knows.verdict(), unknown("sample_too_small"));
    let on = |scene: &mut Scene, id: i64, day: &str| {
        let one = |r: &&mut EmployerRetention| r.employer_id == EmployerId(id) && r.payday == date(day);
        scene.retention.iter_mut().find(one).unwrap().basis = RetentionBasis::Period;
    };
    let mut mixed = beside(20, 20);
    on(&mut mixed, 1, "2026-01-09");
    assert_eq!(mixed.verdict(), unknown("bases_differ"));
    let mut peer = beside(20, 20);
    on(&mut peer, 2, "2026-01-09");
    assert_eq!((peer.judged().peers, peer.verdict()), (1, unknown("sample_too_small")));
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

proptest::proptest! {
    /// Whatever later paydays bring, the verdict on a visit does not change.
    #[test]
    fn later_paydays_change_nothing(
        own in proptest::collection::vec(proptest::option::of(0i64..100), 2..3),
        others in proptest::collection::vec(proptest::option::of(0i64..100), 4..5),
        later in proptest::collection::vec(proptest::option::of(0i64..100), 3..4),
    ) {
        let [jan, feb, march] = ["2026-01-09", "2026-02-10", "2026-03-10"];
        let mut paid = vec![(1, jan, own[0]), (1, feb, own[1])];
        paid.extend([(2, jan, others[0]), (2, feb, others[1]), (3, jan, others[2]), (3, feb, others[3])]);
        let then = scene(&paid).judged();
        paid.extend([(1, march, later[0]), (2, march, later[1]), (3, march, later[2])]);
        let now = scene(&paid).judged();
        proptest::prop_assert_eq!(&then, &now);
        if own.iter().chain(&others).any(Option::is_none) {
            proptest::prop_assert_eq!(now.verdict, Verdict::TooFew);
        }
    }
}
