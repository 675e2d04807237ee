//! The story must come true in the generated rows. Sums here are made from the rows themselves, not from [`truth`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::prelude::*;

use super::branch::{Employee, Outline, Payment, class, flag};
use super::group::workforce;
use super::sheets::SampleFile;
use super::*;
use crate::model::money::Fen;
use crate::model::status::{Consent, Level};

fn rules() -> Settings {
    Settings::shipped().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A branch with all its people at once.
struct Branch {
    outline: Outline,
    employees: Vec<Employee>,
    /// By employer; `employee` counts within it.
    payments: Vec<Payment>,
}

impl std::ops::Deref for Branch {
    type Target = Outline;

    fn deref(&self) -> &Outline {
        &self.outline
    }
}

fn branch(rules: &Settings, spec: &BranchSpec) -> Branch {
    let outline = outline(rules, spec);
    let all: Vec<_> = (0..outline.employers.len()).map(|e| workforce(rules, &outline, e)).collect();
    let employees = all.iter().flat_map(|w| w.employees.clone()).collect();
    Branch { outline, employees, payments: all.into_iter().flat_map(|w| w.payments).collect() }
}

fn sheets(rules: &Settings, spec: &BranchSpec) -> (Vec<SampleFile>, Truth) {
    let outline = outline(rules, spec);
    Walk::new(rules, &outline, &[]).collect()
}

fn sample() -> Branch {
    branch(&rules(), &BranchSpec::SAMPLE)
}

fn at(b: &Branch, day: &str) -> usize {
    b.snapshots.iter().position(|s| s.date == date(day)).unwrap()
}

fn index(b: &Branch, story: &str) -> usize {
    b.employers.iter().position(|e| e.story.as_deref() == Some(story)).unwrap()
}

fn people<'a>(b: &'a Branch, story: &str) -> Vec<&'a Employee> {
    let e = index(b, story);
    b.employees.iter().filter(|p| p.employer == e).collect()
}

fn aum_on(b: &Branch, employer: usize, day: &str) -> (i64, i64) {
    let k = at(b, day);
    let held = b.employees.iter().filter(|p| p.employer == employer).filter_map(|p| p.holdings[k].as_ref());
    held.fold((0, 0), |(n, sum), h| (n + 1, sum + h.aum().0))
}

fn paid(b: &Branch, employer: usize, from: &str, to: &str) -> (usize, i64) {
    let inside = |r: usize| date(from) <= b.runs[r].date && b.runs[r].date <= date(to);
    let list: Vec<_> = b.payments.iter().filter(|p| p.employer == employer && inside(p.run)).collect();
    let heads: BTreeSet<&str> = list.iter().map(|p| p.account.as_str()).collect();
    (heads.len(), list.iter().map(|p| p.amount.0).sum())
}

/// Retention in ten-thousandths, by the rows.
fn retention(b: &Branch, story: &str, payday: &str, before: &str, after: &str) -> f64 {
    let e = index(b, story);
    let change = aum_on(b, e, after).1 - aum_on(b, e, before).1;
    change as f64 * 10_000.0 / paid(b, e, payday, after).1 as f64
}

#[test]
fn size_of_the_sample() {
    let b = sample();
    assert_eq!((b.employers.len(), b.staff.len(), b.outlets.len()), (30, 14, 3));
    let (month_end, last) = (at(&b, "2026-02-28"), at(&b, "2026-03-16"));
    let with_record = b.employees.iter().filter(|p| p.holdings[month_end].is_some() || p.holdings[last].is_some());
    assert_eq!(with_record.count(), 2_400);
    let runs: Vec<String> = b.runs.iter().map(|r| r.date.to_string()).collect();
    assert_eq!(runs, ["2025-12-10", "2026-01-09", "2026-02-10", "2026-03-10", "2026-03-12"]);
    let dates: Vec<String> = b.snapshots.iter().map(|s| s.date.to_string()).collect();
    assert_eq!(
        dates,
        ["2026-01-08", "2026-01-15", "2026-02-09", "2026-02-16", "2026-02-28", "2026-03-09", "2026-03-16"]
    );
    assert_eq!(b.staff.iter().filter(|s| s.role == "rm").count(), 5);
}

#[test]
fn numbers_belong_to_one_person() {
    let b = sample();
    let distinct = |f: fn(&Employee) -> &str| b.employees.iter().map(f).collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(|p| &p.customer_number), 2_400);
    assert_eq!(distinct(|p| &p.card), 2_400);
    assert_eq!(distinct(|p| &p.phone), 2_400);
    assert_eq!(distinct(|p| &p.id_number), 2_400);
    assert_eq!(distinct(|p| &p.name), 2_400);
    assert!(b.employees.iter().all(|p| !p.id_number.ends_with("000")), "looks ruined by Excel");
    assert!(b.employees.iter().all(|p| p.phone.starts_with("100") && p.id_number.starts_with("9900")));
    let names: BTreeSet<&str> = b.employers.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names.len(), 30);
}

#[test]
fn the_leaking_employer_is_worst_on_both_scales() {
    let b = sample();
    let e = index(&b, "yunqi");
    assert_eq!(paid(&b, e, "2026-02-10", "2026-02-10"), (260, 260 * 16_000 * 100));
    assert_eq!(aum_on(&b, e, "2026-02-28"), (260, 260 * 9_500 * 100));
    let all = 0..b.employers.len();
    let aum: i64 = all.clone().map(|i| aum_on(&b, i, "2026-02-28").1).sum();
    let pay: i64 = all.clone().map(|i| paid(&b, i, "2026-02-10", "2026-02-10").1).sum();
    let factor = |i: usize| {
        let (own, wages) = (aum_on(&b, i, "2026-02-28").1 as f64, paid(&b, i, "2026-02-10", "2026-02-10").1 as f64);
        (own / aum as f64) / (wages / pay as f64)
    };
    assert!(factor(e) < 0.2, "{}", factor(e));
    assert!(all.clone().filter(|i| *i != e).all(|i| factor(i) > factor(e) * 2.0));
    for i in all.filter(|i| *i != e && b.employers[*i].industry == "it") {
        let (n, own) = aum_on(&b, i, "2026-02-28");
        assert!((18_000 * 100..=62_000 * 100).contains(&(own / n)));
    }
}

#[test]
fn retention_is_that_of_the_story() {
    let b = sample();
    let march = |story: &str| retention(&b, story, "2026-03-10", "2026-03-09", "2026-03-16");
    let january = |story: &str| retention(&b, story, "2026-01-09", "2026-01-08", "2026-01-15");
    for (found, told) in [
        (march("hengyuan"), 800.0),
        (march("jiahui"), 3_100.0),
        (january("jiahui"), 1_200.0),
        (march("huacai"), 1_400.0),
        (january("huacai"), 1_500.0),
        (march("yunqi"), 600.0),
    ] {
        assert!((found - told).abs() < 0.01, "{found} for {told}");
    }
}

#[test]
fn every_employer_keeps_what_it_is_meant_to() {
    for e in sheets(&rules(), &BranchSpec::SAMPLE).1.employers {
        for kept in e.retention.values() {
            assert!((kept.share.unwrap() - kept.target).abs() < 1e-6, "{}: {kept:?}", e.number);
        }
    }
}

#[test]
fn the_others_of_the_story() {
    let b = sample();
    let renhe = index(&b, "renhe");
    assert_eq!(b.employers[renhe].agreement_end, Some(date("2026-04-30")));
    let soon = b.employers.iter().filter(|e| e.agreement_end.is_none_or(|d| d < date("2026-07-01")));
    assert_eq!(soon.count(), 1, "only one agreement is about to end");
    assert_eq!(paid(&b, renhe, "2026-02-10", "2026-02-10").0, 150);
    assert_eq!(paid(&b, renhe, "2026-03-10", "2026-03-10").0, 129); // −14 %
    assert!(people(&b, "sanzhong").iter().filter(|p| p.level == Level::Executive).count() >= 3);
    assert_eq!(b.employers[index(&b, "jianhong")].nature, "劳务派遣");
    assert_eq!(b.employers[index(&b, "jianan")].payroll_type, "农民工工资专户");
    assert_eq!(b.employers[index(&b, "pension")].payroll_type, "养老金");
    assert_eq!(b.employers.iter().filter(|e| e.open_complaint).count(), 1);
    assert!(paid(&b, index(&b, "xiaoman"), "2026-02-10", "2026-02-10").0 < 20);
    // Only the hospital loses a tenth of its paid heads or a fifth of its pay.
    for i in (0..30).filter(|i| *i != renhe) {
        let (before, now) = (paid(&b, i, "2026-02-10", "2026-02-10"), paid(&b, i, "2026-03-10", "2026-03-10"));
        assert!(now.0 * 10 > before.0 * 9 && now.1 * 10 > before.1 * 8, "{}", b.employers[i].number);
    }
    let mut industries: BTreeMap<&str, usize> = BTreeMap::new();
    b.employers.iter().for_each(|e| *industries.entry(&e.industry).or_default() += 1);
    assert!(industries.values().all(|n| *n >= 3), "{industries:?}");
    let strays: Vec<_> = b.payments.iter().filter(|p| p.employee.is_none()).collect();
    assert!(strays.len() == 3 && strays.iter().all(|p| b.runs[p.run].date == date("2026-03-10")));
    let mut payees = BTreeSet::new();
    assert_eq!(b.payments.iter().filter(|p| !payees.insert((p.run, &p.account))).count(), 1, "paid twice in one run");
}

/// Someone for each rule of follow-up, and not everybody.
#[test]
fn there_is_something_to_follow_up() {
    let b = sample();
    let (k, day) = (at(&b, "2026-03-16"), date("2026-03-16"));
    let held: Vec<_> = b.employees.iter().filter_map(|p| p.holdings[k].as_ref().map(|h| (p, h))).collect();
    let count = |f: &dyn Fn(&Employee, &branch::Holding) -> bool| held.iter().filter(|(p, h)| f(p, h)).count();
    let between = |low: i64, high: i64| count(&|_, h| (Fen::yuan(low)..Fen::yuan(high)).contains(&h.aum()));
    let demand = |p: &Employee, d: &str| p.holdings[at(&b, d)].as_ref().map(|h| h.assets[class::DEMAND].0);
    let surplus = |p: &Employee, before: &str, after: &str| Some((demand(p, after)? - demand(p, before)?) / 100);
    let february = |p: &Employee| surplus(p, "2026-02-09", "2026-02-16");
    let march = |p: &Employee| surplus(p, "2026-03-09", "2026-03-16");
    let small = |s: Option<i64>| s.is_some_and(|s| (200..=3_000).contains(&s));
    let unpaid = |p: &Employee| p.last_run == 1;
    let asleep = |h: &branch::Holding| {
        (day - h.last_transaction).num_days() >= 90 && h.last_login.is_none_or(|d| (day - d).num_days() >= 90)
    };
    let found = [
        ("near 50,000", between(30_000, 50_000), 100, 500),
        ("near 200,000", between(160_000, 200_000), 15, 200),
        ("near 500,000", between(400_000, 500_000), 3, 60),
        ("near 1,000,000", between(800_000, 1_000_000), 1, 30),
        ("near 6,000,000", between(4_800_000, 6_000_000), 1, 5),
        ("inactive", count(&|_, h| asleep(h)), 60, 300),
        ("small surplus twice", count(&|p, _| small(february(p)) && small(march(p))), 150, 700),
        ("large surplus", count(&|p, _| march(p).is_some_and(|s| s >= 10_000)), 20, 300),
        ("unpaid two months", count(&|p, _| unpaid(p)), 5, 60),
        ("joined in March", count(&|p, _| p.first_run == 3), 5, 60),
        ("second class", count(&|p, _| p.account_class == 2), 60, 300),
        ("no risk test", count(&|p, _| p.risk.is_none()), 300, 800),
        ("consent unknown", count(&|p, _| p.consent_sms.is_none()), 450, 750),
        ("refused", count(&|p, _| p.consent_sms == Some(Consent::Refused)), 30, 200),
        ("fund plan", count(&|_, h| h.flags[flag::FUND_PLAN]), 60, 400),
        ("bonus", b.payments.iter().filter(|p| b.runs[p.run].kind == PayKind::Bonus).count(), 80, 400),
    ];
    for (what, n, least, most) in found {
        assert!((least..=most).contains(&n), "{what}: {n}");
    }
}

#[test]
fn balances_are_never_negative_and_month_end_is_whole_yuan() {
    let b = sample();
    let month_end = at(&b, "2026-02-28");
    for p in &b.employees {
        for (k, h) in p.holdings.iter().enumerate() {
            let Some(h) = h else { continue };
            assert!(h.assets.iter().all(|a| a.0 >= 0), "{} at {k}", p.customer_number);
            assert!(k != month_end || h.assets.iter().all(|a| a.0 % 100 == 0));
        }
    }
}

#[test]
fn same_seed_same_branch_other_seed_another() {
    let r = rules();
    let small = BranchSpec { seed: 7, employers: 8, employees: 200, months: 3, story: false };
    let made = |spec: &BranchSpec| sheets(&r, spec);
    assert_eq!(made(&small), made(&small));
    assert_ne!(made(&small), made(&BranchSpec { seed: 8, ..small }));
}

#[test]
fn a_large_branch() {
    let r = rules();
    let b = branch(&r, &BranchSpec { seed: 1, employers: 200, employees: 20_000, months: 6, story: true });
    assert_eq!((b.employers.len(), b.employees.len()), (200, 20_000));
    assert!(b.spec.story && b.staff.len() > 14);
    let names: BTreeSet<&str> = b.employers.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names.len(), 200);
    let cards: BTreeSet<&str> = b.employees.iter().map(|p| p.card.as_str()).collect();
    assert_eq!(cards.len(), 20_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_size_works(seed: u64, employers in 1usize..40, employees in 1usize..400, months in 1u32..14, story: bool) {
        let r = rules();
        let spec = BranchSpec { seed, employers, employees, months, story };
        let b = branch(&r, &spec);
        prop_assert_eq!(b.employers.len(), employers);
        prop_assert_eq!(b.employees.len(), employees);
        for p in &b.employees {
            prop_assert!(p.holdings.iter().flatten().all(|h| h.assets.iter().all(|a| a.0 >= 0)));
        }
        prop_assert!(!sheets(&r, &spec).0.is_empty());
    }
}
