//! What is wanted one after the other, level by level, and borrowed people against all plans there are.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::replan::{SMALL, may_go, small, tenths};
use super::*;
use crate::engagement::visit::optimise::problem::{Employer, Limits, VisitTime};

fn days(n: i64) -> Vec<NaiveDate> {
    (0..n).map(|n| days_after(date("2026-03-16"), n)).collect()
}

/// An employer that wants one lead on a day, with the weights of days by place.
fn wants_lead(id: &str, gain_fen: i64, weights: &[(usize, f64)]) -> Employer {
    let all = days(9);
    let options = weights.iter().map(|(day, weight)| build::option(all[*day], *weight)).collect();
    build::employer(id, gain_fen, &[("lead", 1)], options)
}

/// A lead who is away on these days, by place.
fn lead(id: &str, outlet: Option<&str>, away: &[usize]) -> Staff {
    let all = days(9);
    Staff { away: away.iter().map(|day| all[*day]).collect(), ..build::staff(id, outlet, &["lead"]) }
}

/// One date for each employer, over so many days; both outlets may lend one person.
fn one_date(n: i64, staff: Vec<Staff>, employers: Vec<Employer>, visits_per_day: i64) -> Problem {
    let outlets = ["甲", "乙"].map(|id| build::outlet(id, 1)).to_vec();
    build::problem(days(n), (outlets, staff), employers, build::limits(visits_per_day, 1, 1))
}

/// A visit that stands in 东区 on a day, and takes nobody.
fn nearby(problem: &Problem, day: usize) -> PlannedVisit {
    let district = Some("东区".to_string());
    PlannedVisit { employer: "E9".into(), days: vec![problem.days[day]], district, ..PlannedVisit::default() }
}

fn planned(problem: &Problem) -> (Vec<Chosen>, Solution) {
    let solved = solve(problem, SMALL).ok().unwrap();
    let plan = named(problem, &solved);
    assert_eq!(violations(problem, &plan), []);
    (solved.visits, plan)
}

/// Who goes to each visit on its only day.
fn who(plan: &Solution) -> Vec<&str> {
    plan.visits.iter().map(|v| v.team[0].staff.as_str()).collect()
}

#[test]
fn what_gains_more_goes_before_better_days() {
    let employers = vec![wants_lead("E1", 500, &[(0, 1.0)]), wants_lead("E2", 900, &[(0, 0.4)])];
    let problem = one_date(1, vec![lead("S1", None, &[])], employers, 1);
    assert_eq!(planned(&problem).0, [chosen(1, &[0])]);
}

/// One lead, who may go to two visits on a day. The first employer is free on one morning alone, the second on two days, in the
/// morning rather than in the afternoon; what its second day weighs is given.
fn morning_or_afternoon(second: f64) -> Problem {
    let time = |start: &str, end: &str, preferred| VisitTime { start: start.into(), end: end.into(), preferred };
    let mut employers = vec![wants_lead("E1", 900, &[(0, 1.0)]), wants_lead("E2", 500, &[(0, 1.0), (1, second)])];
    employers[0].times = vec![time("10:00", "12:00", 1.0)];
    employers[1].times = vec![time("10:00", "12:00", 1.0), time("14:00", "16:00", 0.5)];
    employers.iter_mut().for_each(|e| e.district = Some("东区".into()));
    let mut problem = one_date(2, vec![lead("S1", None, &[])], employers, 2);
    problem.limits = Limits { visits_per_person: 2, between_minutes: 90, ..problem.limits };
    problem
}

#[test]
fn a_better_day_goes_before_a_better_time() {
    // On the first day the morning is taken.
    let second = |time: usize, day: usize| Chosen { employer: 1, time: Some(time), days: vec![day] };
    assert_eq!(planned(&morning_or_afternoon(0.4)).0[1], second(1, 0));
    // As good a day: the better time comes before one way for two visits, and before the earlier day.
    assert_eq!(planned(&morning_or_afternoon(1.0)).0[1], second(0, 1));
}

/// The own lead is away on the first day, which has another visit in the district; the other outlet's lead never is.
fn own_lead_away() -> Problem {
    let mut employer = wants_lead("E1", 900, &[(0, 1.0), (1, 1.0)]);
    (employer.outlet, employer.district) = (Some("甲".into()), Some("东区".into()));
    let staff = vec![lead("S1", Some("乙"), &[]), lead("S2", Some("甲"), &[0])];
    let mut problem = one_date(2, staff, vec![employer], 2);
    problem.fixed = vec![nearby(&problem, 0)];
    problem
}

#[test]
fn own_people_go_before_borrowed_ones() {
    let problem = own_lead_away();
    let (visits, plan) = planned(&problem);
    assert_eq!((visits, who(&plan)), (vec![chosen(0, &[1])], vec!["S2"]));
    assert_eq!(levels(&problem, &plan).borrowed, 0);
    // Without anything to spend on it the day with the other visit is taken, and somebody is borrowed.
    let solved = solve(&problem, Budget { naming: 0, ..SMALL }).ok().unwrap();
    let plan = named(&problem, &solved);
    assert_eq!((solved.visits.as_slice(), who(&plan)), (&[chosen(0, &[0])][..], vec!["S1"]));
    assert_eq!(levels(&problem, &plan).borrowed, 1);
    // Of no outlet is of the branch itself: nobody is borrowed, and a shared way is rather taken.
    let mut problem = own_lead_away();
    problem.staff[0].outlet = None;
    assert_eq!(planned(&problem).0, [chosen(0, &[0])]);
}

#[test]
fn a_day_that_was_told_goes_before_own_people() {
    let mut problem = own_lead_away();
    problem.employers[0].offered = vec![problem.days[0]];
    let (visits, plan) = planned(&problem);
    assert_eq!((visits, who(&plan)), (vec![chosen(0, &[0])], vec!["S1"]));
}

#[test]
fn two_visits_change_days_where_each_then_has_its_own_people() {
    let mut employers = ["E1", "E2"].map(|id| wants_lead(id, 900, &[(0, 1.0), (1, 1.0)]));
    for (employer, outlet) in employers.iter_mut().zip(["甲", "乙"]) {
        employer.outlet = Some(outlet.into());
    }
    // One visit a day: neither can be moved alone.
    let staff = vec![lead("S1", Some("甲"), &[0]), lead("S2", Some("乙"), &[1])];
    let problem = one_date(2, staff, employers.to_vec(), 1);
    let (visits, plan) = planned(&problem);
    assert_eq!((visits, who(&plan)), (vec![chosen(0, &[1]), chosen(1, &[0])], vec!["S1", "S2"]));
}

#[test]
fn nobody_goes_twice_while_a_colleague_stays_at_home() {
    // The first day, named alone, takes the first of both; on the second the other is away.
    let employers = vec![wants_lead("E1", 900, &[(0, 1.0)]), wants_lead("E2", 500, &[(1, 1.0)])];
    let staff = vec![lead("S1", None, &[]), lead("S2", None, &[1])];
    let problem = one_date(2, staff, employers, 1);
    let (_, plan) = planned(&problem);
    assert_eq!(who(&plan), ["S2", "S1"]);
    assert_eq!(levels(&problem, &plan).load, 2);
}

#[test]
fn whoever_was_named_goes_before_whoever_has_gone_to_fewer_and_after_own_people() {
    let staff = vec![lead("S1", Some("甲"), &[]), lead("S2", Some("乙"), &[])];
    let mut problem = one_date(2, staff, vec![wants_lead("E1", 900, &[(0, 1.0)])], 1);
    let seat = |day: usize, role: &str| Seat { day: days(2)[day], staff: "S2".into(), role: role.into() };
    // The second lead goes to a visit that stands.
    let team = vec![seat(1, "lead")];
    problem.fixed =
        vec![PlannedVisit { employer: "E9".into(), days: vec![days(2)[1]], team, ..PlannedVisit::default() }];
    assert_eq!(who(&planned(&problem).1), ["S1"]);
    problem.employers[0].named = vec![seat(0, "lead")];
    assert_eq!(who(&planned(&problem).1), ["S2"]);
    problem.employers[0].named = vec![seat(0, "basic")];
    assert_eq!(who(&planned(&problem).1), ["S1"], "named for something else");
    problem.employers[0].named = vec![seat(0, "lead")];
    problem.employers[0].outlet = Some("甲".into());
    assert_eq!(who(&planned(&problem).1), ["S1"], "the other is borrowed");
}

#[test]
fn a_day_on_which_another_can_go_comes_before_a_shared_way() {
    // The second lead is there on the third day alone. On the second day there is another visit in the district.
    let mut employers = vec![wants_lead("E1", 900, &[(0, 1.0)]), wants_lead("E2", 500, &[(1, 1.0), (2, 1.0)])];
    employers[1].district = Some("东区".into());
    let staff = vec![lead("S1", None, &[]), lead("S2", None, &[0, 1])];
    let mut problem = one_date(3, staff, employers, 2);
    problem.fixed = vec![nearby(&problem, 1)];
    let (visits, plan) = planned(&problem);
    assert_eq!((visits, who(&plan)), (vec![chosen(0, &[0]), chosen(1, &[2])], vec!["S1", "S2"]));
    // Where both go as often on either day, the way is shared.
    problem.staff[1].away.clear();
    assert_eq!(planned(&problem).0[1], chosen(1, &[1]));
}

#[test]
fn of_days_that_are_alike_the_earlier_is_taken() {
    let employers = vec![wants_lead("E1", 900, &[(2, 1.0), (1, 1.0), (0, 0.4)])];
    let problem = one_date(3, vec![lead("S1", None, &[])], employers, 1);
    assert_eq!(planned(&problem).0, [chosen(0, &[1])]);
}

/// People borrowed at least for these seats of a day, by trying everybody. `None`: there are not enough.
fn fewest(problem: &Problem, day: NaiveDate, seats: &[(usize, &str)], gone: &mut Vec<usize>) -> Option<i64> {
    let Some(((employer, role), rest)) = seats.split_first() else { return Some(0) };
    let mut best = None;
    for (p, person) in problem.staff.iter().enumerate() {
        if !person.roles.contains(*role) || !may_go(problem, day, p, gone) {
            continue;
        }
        let own = &problem.employers[*employer].outlet;
        let borrowed = i64::from(person.outlet.is_some() && own.is_some() && person.outlet != *own);
        gone.push(p);
        let all = fewest(problem, day, rest, gone).map(|n| n + borrowed);
        gone.pop();
        best = best.into_iter().chain(all).min();
    }
    best
}

/// All plans there are: of those that gain most and weigh most, the fewest people borrowed and the most, each day naming as few
/// as it can.
struct All<'p> {
    problem: &'p Problem,
    on: Vec<Vec<usize>>,
    known: BTreeMap<(usize, Vec<usize>), Option<i64>>,
    best: (i64, i64),
    borrowed: (i64, i64),
}

impl All<'_> {
    fn of_day(&mut self, day: usize) -> Option<i64> {
        let (problem, on) = (self.problem, self.on[day].clone());
        if on.len() as i64 > problem.limits.visits_per_day {
            return None;
        }
        let mut seats: Vec<(usize, &str)> = Vec::new();
        for employer in &on {
            for (role, n) in &problem.employers[*employer].need {
                seats.extend((0..*n).map(|_| (*employer, role.as_str())));
            }
        }
        let count = || fewest(problem, problem.days[day], &seats, &mut Vec::new());
        *self.known.entry((day, on)).or_insert_with(count)
    }

    fn go(&mut self, employer: usize, so_far: (i64, i64)) {
        let problem = self.problem;
        let Some(of) = problem.employers.get(employer) else {
            let borrowed: Option<i64> = (0..problem.days.len()).map(|day| self.of_day(day)).sum();
            let Some(borrowed) = borrowed else { return };
            if so_far > self.best {
                (self.best, self.borrowed) = (so_far, (borrowed, borrowed));
            } else if so_far == self.best {
                self.borrowed = (self.borrowed.0.min(borrowed), self.borrowed.1.max(borrowed));
            }
            return;
        };
        self.go(employer + 1, so_far);
        let open: Vec<usize> = (0..problem.days.len()).filter(|d| of.weight(problem.days[*d]).is_some()).collect();
        for (a, b) in open.iter().flat_map(|a| open.iter().map(move |b| (*a, *b))).filter(|(a, b)| a + 2 <= *b) {
            let weight = tenths(problem, employer, problem.days[a]) + tenths(problem, employer, problem.days[b]);
            [a, b].iter().for_each(|day| self.on[*day].push(employer));
            self.go(employer + 1, (so_far.0 + of.gain_fen, so_far.1 + weight));
            [a, b].iter().for_each(|day| _ = self.on[*day].pop());
        }
    }
}

/// Three employers of two outlets, each outlet with a lead and two others who are away every other day, and all days as good:
/// who is visited is settled by what each gains, and many plans are worth the same.
fn lending(seed: u64) -> Problem {
    let mut problem = small(seed, 3);
    let mut below = build::dice(seed + 2_000);
    problem.staff.clear();
    for outlet in ["甲", "乙"] {
        for role in ["lead", "basic", "basic"] {
            let away = problem.days.iter().copied().filter(|_| below(2) == 0).collect();
            let id = format!("S{}", problem.staff.len());
            problem.staff.push(Staff { away, ..build::staff(&id, Some(outlet), &[role]) });
        }
    }
    problem.outlets.iter_mut().for_each(|outlet| outlet.away_max = 2);
    problem.limits.visits_per_day = 2;
    for (n, employer) in problem.employers.iter_mut().enumerate() {
        employer.outlet = Some(["甲", "乙"][n % 2].into());
        employer.gain_fen = [100, 230, 500][n] * 1_000_000;
        employer.options.iter_mut().for_each(|option| option.weight = 1.0);
    }
    problem
}

#[test]
fn small_plans_seldom_borrow_more_than_another_that_is_as_good() {
    let (mut matters, mut as_few, mut as_few_unsettled) = (0, 0, 0);
    for seed in 0..40 {
        let problem = lending(seed);
        let on = vec![Vec::new(); problem.days.len()];
        let mut all = All { problem: &problem, on, known: BTreeMap::new(), best: (0, 0), borrowed: (0, 0) };
        all.go(0, (0, 0));
        let (best, (fewest, most)) = (all.best, all.borrowed);
        let borrowed = |plan: &Solution| {
            let worth = levels(&problem, plan);
            assert_eq!((worth.gain_fen, (worth.weight * 10.0).round() as i64), best, "{seed}");
            assert!((fewest..=most).contains(&worth.borrowed), "{seed}: {} {fewest} {most}", worth.borrowed);
            worth.borrowed
        };
        let (_, plan) = planned(&problem);
        // The same without anything to spend on it.
        let unsettled = named(&problem, &solve(&problem, Budget { naming: 0, ..SMALL }).ok().unwrap());
        let (settled, unsettled) = (borrowed(&plan), borrowed(&unsettled));
        // Where every plan borrows as many, nothing is shown.
        if fewest < most {
            matters += 1;
            as_few += usize::from(settled == fewest);
            as_few_unsettled += usize::from(unsettled == fewest);
        }
    }
    assert!(matters >= 10, "{matters}");
    // A day that is worse for one and better for another is not looked for.
    assert!(as_few * 5 >= matters * 4, "{as_few} of {matters}");
    assert!(as_few_unsettled < as_few, "{as_few_unsettled} as good as {as_few}");
}
