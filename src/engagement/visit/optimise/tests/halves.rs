//! Visits that take half a day: two of them for one team, in one district.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::*;
use crate::engagement::visit::optimise::problem::{Employer, Limits, VisitTime};

/// The same with half-day visits: somebody may go to two on a day, in one of two districts, with a few terminals.
fn halves(seed: u64, employers: usize, days: i64, staff: usize) -> Problem {
    let mut problem = instance(seed, employers, days, staff, 4);
    let mut rng = ChaCha8Rng::seed_from_u64(seed + 1_000);
    let mut below = move |n: u64| rng.next_u64() % n;
    let time = |start: &str, end: &str, preferred| VisitTime { start: start.into(), end: end.into(), preferred };
    for employer in &mut problem.employers {
        employer.times = match below(4) {
            0 => vec![time("10:00", "12:00", 1.0)],
            1 => vec![time("10:00", "12:00", 1.0), time("14:00", "16:00", 0.5)],
            2 => vec![time("12:00", "13:30", 1.0)],
            _ => vec![time("14:00", "16:00", 1.0), time("10:00", "12:00", 0.5)],
        };
        employer.district = [Some("东区"), Some("西区"), None][below(3) as usize].map(str::to_string);
        employer.terminals = employer.need["basic"];
    }
    let limits = &mut problem.limits;
    (limits.visits_per_person, limits.terminals) = (2, Some(4));
    limits.between_minutes = 90;
    // In every other instance there is time to go to another district in the afternoon.
    limits.across_minutes = seed.is_multiple_of(2).then_some(120);
    problem
}

#[test]
fn half_days_gain_as_much_as_any_and_keep_every_rule() {
    let (mut twice, mut more) = (0, 0);
    for seed in 0..40 {
        let problem = halves(seed, 5, 4, 7);
        let solved = solve(&problem, BUDGET).ok().unwrap();
        let plan = named(&problem, &solved);
        assert_eq!(violations(&problem, &plan), [], "{seed}");
        assert_eq!(levels(&problem, &plan).gain_fen, solved.gain_fen, "{seed}");
        assert_eq!(solved.gain_fen, most(&problem), "{seed}");
        assert!(solved.bound_fen >= solved.gain_fen && solved.gap() < 1e-6, "{seed}: {solved:?}");
        let mut seats: Vec<(chrono::NaiveDate, &str)> =
            plan.visits.iter().flat_map(|v| v.team.iter().map(|s| (s.day, s.staff.as_str()))).collect();
        let all = seats.len();
        seats.sort_unstable();
        seats.dedup();
        twice += all - seats.len();
        // With one visit a day there is no more to gain.
        let once = Problem { limits: Limits { visits_per_person: 1, ..problem.limits.clone() }, ..problem };
        let gain = solve(&once, BUDGET).ok().unwrap().gain_fen;
        assert!(gain <= solved.gain_fen, "{seed}");
        more += usize::from(gain < solved.gain_fen);
    }
    assert!(twice > 0 && more > 0, "seats of people who go twice: {twice}; instances that gain by it: {more}");
}

/// Two employers of one district on the same two days, morning and afternoon, with one team of two between them.
fn one_team() -> (Problem, Solution) {
    let (mut problem, _) = tiny();
    let (morning, afternoon) = (("10:00", "12:00"), ("14:00", "16:00"));
    for (employer, (start, end)) in problem.employers.iter_mut().zip([morning, afternoon]) {
        employer.times = vec![VisitTime { start: start.into(), end: end.into(), preferred: 1.0 }];
        (employer.district, employer.terminals) = (Some("东区".into()), 1);
    }
    let limits = &mut problem.limits;
    (limits.visits_per_day, limits.visits_per_person, limits.terminals) = (2, 2, Some(1));
    limits.between_minutes = 90;
    let solved = solve(&problem, BUDGET).ok().unwrap();
    let plan = named(&problem, &solved);
    (problem, plan)
}

#[test]
fn a_team_goes_to_two_visits_of_a_district_and_takes_its_terminals_along() {
    let (problem, plan) = one_team();
    assert_eq!(plan.visits.len(), 2);
    assert_eq!(violations(&problem, &plan), []);
    let broken = |change: &dyn Fn(&mut Problem, &mut Solution)| -> BTreeSet<&'static str> {
        let (mut problem, mut plan) = (problem.clone(), plan.clone());
        change(&mut problem, &mut plan);
        violations(&problem, &plan).into_iter().map(|v| v.rule).collect()
    };
    let only = |rule: &'static str| BTreeSet::from([rule]);
    // Nobody goes on to the other visit then, and the terminals do not either.
    let once = broken(&|p, _| p.limits.visits_per_person = 1);
    assert_eq!(once, BTreeSet::from(["staff_twice", "terminals"]));
    assert_eq!(broken(&|p, _| p.limits.between_minutes = 121), only("travel"));
    assert_eq!(broken(&|p, _| p.limits.terminals = Some(0)), only("terminals"));
    // Of a time nobody knows it is not known when it ends: it takes the whole day.
    let unknown = broken(&|_, s| s.visits[0].start = Some("11:00".into()));
    assert_eq!(unknown, BTreeSet::from(["terminals", "time_not_possible", "travel"]));
    // To another district the way is too long, and the terminals cannot be in both.
    let apart = broken(&|p, _| p.employers[1].district = Some("西区".into()));
    assert_eq!(apart, BTreeSet::from(["terminals", "travel"]));
    // So the planner visits one of them only.
    let mut far = problem.clone();
    far.employers[1].district = Some("西区".into());
    assert_eq!(solve(&far, BUDGET).ok().unwrap().visits.len(), 1);
}

#[test]
fn a_team_goes_on_to_another_district_where_there_is_time_for_the_way() {
    // From 12:00 to 14:00.
    let (mut problem, _) = one_team();
    problem.employers[1].district = Some("西区".into());
    let visits = |problem: &Problem| solve(problem, BUDGET).ok().unwrap().visits.len();
    problem.limits.across_minutes = Some(120);
    let solved = solve(&problem, BUDGET).ok().unwrap();
    let plan = named(&problem, &solved);
    assert_eq!(plan.visits.len(), 2);
    assert_eq!(violations(&problem, &plan), []);
    // The same two people in the morning and in the afternoon, with the one terminal there is.
    for day in &problem.days {
        let seats: Vec<&Seat> = plan.visits.iter().flat_map(|v| &v.team).filter(|seat| seat.day == *day).collect();
        let going: BTreeSet<&str> = seats.iter().map(|seat| seat.staff.as_str()).collect();
        assert_eq!((seats.len(), going.len()), (4, 2), "{day}");
    }
    let broken = |change: &dyn Fn(&mut Problem)| -> BTreeSet<&'static str> {
        let mut problem = problem.clone();
        change(&mut problem);
        violations(&problem, &plan).into_iter().map(|v| v.rule).collect()
    };
    // A minute more, and nobody knows where: neither people nor terminals go on.
    let both = BTreeSet::from(["terminals", "travel"]);
    assert_eq!(broken(&|p| p.limits.across_minutes = Some(121)), both);
    assert_eq!(broken(&|p| p.employers[1].district = None), both);
    assert_eq!(broken(&|p| p.employers[0].district = None), both);
    problem.limits.across_minutes = Some(121);
    assert_eq!(visits(&problem), 1);
    problem.limits.across_minutes = Some(120);
    problem.employers[1].district = None;
    assert_eq!(visits(&problem), 1);
}

#[test]
fn a_late_visit_goes_to_whoever_is_in_its_district_already() {
    // In the morning one lead each in 东区 and in 西区, each of the outlet there; in the afternoon one is wanted in 西区.
    let time = |start: &str, end: &str| vec![VisitTime { start: start.into(), end: end.into(), preferred: 1.0 }];
    let day = date("2026-03-17");
    let employer = |id: &str, district: &str, outlet: &str, times: Vec<VisitTime>| Employer {
        district: Some(district.into()),
        outlet: Some(outlet.into()),
        times,
        ..build::employer(id, 900, &[("lead", 1)], vec![build::option(day, 1.0)])
    };
    let employers = vec![
        employer("E1", "东区", "甲", time("10:00", "12:00")),
        employer("E2", "西区", "乙", time("10:00", "12:00")),
        employer("E3", "西区", "乙", time("14:00", "16:00")),
    ];
    let outlets = ["甲", "乙"].map(|id| build::outlet(id, 1)).to_vec();
    let staff = vec![build::staff("S1", Some("甲"), &["lead"]), build::staff("S2", Some("乙"), &["lead"])];
    let limits =
        Limits { visits_per_person: 2, between_minutes: 90, across_minutes: Some(120), ..build::limits(3, 1, 1) };
    let mut problem = build::problem(vec![day], (outlets, staff), employers, limits);
    let planned = |problem: &Problem| {
        let plan = named(problem, &solve(problem, BUDGET).ok().unwrap());
        assert_eq!(violations(problem, &plan), []);
        let who: Vec<String> = plan.visits.iter().map(|v| v.team[0].staff.clone()).collect();
        (who, levels(problem, &plan).borrowed)
    };
    assert_eq!(planned(&problem), (["S1", "S2", "S2"].map(String::from).to_vec(), 0));
    // Where nobody is in 西区 before, the one of 东区 goes on to it.
    problem.employers.remove(1);
    problem.staff.pop();
    assert_eq!(planned(&problem), (["S1", "S1"].map(String::from).to_vec(), 1));
}

#[test]
fn whoever_is_needed_in_the_own_district_does_not_go_to_another() {
    // In the morning two people go to 东区, in the afternoon one is wanted there and two in 西区: three, one of whom did not go
    // in the morning. The afternoon in 东区 begins too early for anybody to come from elsewhere.
    let time = |start: &str, end: &str| vec![VisitTime { start: start.into(), end: end.into(), preferred: 1.0 }];
    let day = date("2026-03-17");
    let employer = |id: &str, district: &str, leads: i64, times: Vec<VisitTime>| Employer {
        district: Some(district.into()),
        times,
        ..build::employer(id, 900, &[("lead", leads)], vec![build::option(day, 1.0)])
    };
    let employers = vec![
        employer("E1", "东区", 2, time("10:00", "12:00")),
        employer("E2", "东区", 1, time("13:30", "15:30")),
        employer("E3", "西区", 2, time("14:00", "16:00")),
    ];
    let all = |people: usize| {
        let staff = (0..people).map(|n| build::staff(&format!("S{n}"), None, &["lead"])).collect();
        let limits =
            Limits { visits_per_person: 2, between_minutes: 90, across_minutes: Some(120), ..build::limits(3, 1, 1) };
        let problem = build::problem(vec![day], (Vec::new(), staff), employers.clone(), limits);
        let solved = solve(&problem, BUDGET).ok().unwrap();
        assert_eq!(violations(&problem, &named(&problem, &solved)), []);
        solved.visits.len()
    };
    assert_eq!([2, 3].map(all), [2, 3]);
}

#[test]
fn of_days_that_are_worth_the_same_the_one_with_a_visit_nearby_is_taken() {
    let (mut problem, _) = tiny();
    let days = problem.days.clone();
    problem.employers.truncate(1);
    problem.employers[0].district = Some("东区".into());
    problem.limits = Limits { visits_per_day: 2, dates: 1, apart_days: 1, ..Limits::default() };
    let first = |p: &Problem| solve(p, BUDGET).ok().unwrap().visits[0].days[0];
    assert_eq!(first(&problem), 0);
    let district = Some("东区".to_string());
    problem.fixed =
        vec![PlannedVisit { employer: "E9".into(), days: vec![days[1]], district, ..PlannedVisit::default() }];
    assert_eq!(first(&problem), 1);
    // A day that was offered comes before it.
    problem.employers[0].offered = vec![days[0]];
    assert_eq!(first(&problem), 0);
}
