//! What a plan made anew changes after a single change: as little as any plan that is worth as much, by trying all of them.

use chrono::NaiveDate;

use super::*;

pub const SMALL: Budget = Budget { steps: 4_000, nodes: 1_000, largest: 20_000, naming: 100_000 };

/// Four employers or fewer, six days, one to three people in a role. 提升空间 is alike in some, and no two sums of different
/// ones are.
pub fn small(seed: u64, employers: u64) -> Problem {
    let mut below = build::dice(seed);
    let days: Vec<NaiveDate> = (0..6).map(|n| days_after(date("2026-03-16"), n)).collect();
    let (leads, basic) = (1 + below(3), 1 + below(3));
    let mut staff = Vec::new();
    for n in 0..leads + basic {
        let role = if n < leads { "lead" } else { "basic" };
        let roles = if below(4) == 0 { vec!["lead", "basic"] } else { vec![role] };
        let outlet = ["甲", "乙", ""][below(3) as usize];
        staff.push(build::staff(&format!("S{n}"), Some(outlet).filter(|o| !o.is_empty()), &roles));
    }
    let outlets = ["甲", "乙"].map(|id| build::outlet(id, 1 + below(2) as i64)).to_vec();
    let employers = (0..employers).map(|n| {
        let need = [("lead", 1), ("basic", 1 + i64::from(below(4) == 0))];
        let open: Vec<NaiveDate> = days.iter().copied().filter(|_| below(4) > 0).collect();
        let options = open.into_iter().map(|day| build::option(day, [0.4, 0.6, 1.0, 1.0][below(4) as usize])).collect();
        build::employer(&format!("E{n}"), [100, 230, 500, 1_070][below(4) as usize] * 1_000_000, &need, options)
    });
    let employers = employers.collect();
    let limits = build::limits(1 + below(2) as i64, 2, 2);
    build::problem(days, (outlets, staff), employers, limits)
}

/// 提升空间, tenths of weight, visits that keep both days.
type Worth = (i64, i64, usize);

pub fn tenths(problem: &Problem, employer: usize, day: NaiveDate) -> i64 {
    (problem.employers[employer].weight(day).unwrap() * 10.0).round() as i64
}

/// Both days, in whatever order.
fn is_kept(problem: &Problem, employer: usize, days: [NaiveDate; 2]) -> bool {
    let offered = &problem.employers[employer].offered;
    offered.len() == 2 && days.iter().all(|day| offered.contains(day))
}

/// Whether somebody can go on a day on which these are gone.
pub fn may_go(problem: &Problem, day: NaiveDate, p: usize, gone: &[usize]) -> bool {
    let person = &problem.staff[p];
    let outlet = person.outlet.as_ref().map(|id| problem.outlets.iter().find(|o| o.id == *id).unwrap());
    let lent = |id: &str| gone.iter().filter(|p| problem.staff[**p].outlet.as_deref() == Some(id)).count() as i64;
    let held_back = outlet.is_some_and(|o| o.closed.contains(&day) || lent(&o.id) >= o.away_max);
    !gone.contains(&p) && !person.away.contains(&day) && !held_back
}

/// Whether people can be named for all these seats, by trying everybody.
fn can_be_seated(problem: &Problem, day: NaiveDate, seats: &[&str], gone: &mut Vec<usize>) -> bool {
    let Some((role, rest)) = seats.split_first() else { return true };
    for (p, person) in problem.staff.iter().enumerate() {
        if !person.roles.contains(*role) || !may_go(problem, day, p, gone) {
            continue;
        }
        gone.push(p);
        if can_be_seated(problem, day, rest, gone) {
            return true;
        }
        gone.pop();
    }
    false
}

/// Whether these employers can be visited on one day beside what stands.
fn fits(problem: &Problem, day: NaiveDate, employers: &[usize]) -> bool {
    let standing: Vec<&PlannedVisit> = problem.fixed.iter().filter(|v| v.days.contains(&day)).collect();
    if (standing.len() + employers.len()) as i64 > problem.limits.visits_per_day {
        return false;
    }
    let gone = standing.iter().flat_map(|v| &v.team).filter(|seat| seat.day == day);
    let mut gone: Vec<usize> =
        gone.map(|seat| problem.staff.iter().position(|s| s.id == seat.staff).unwrap()).collect();
    let needs = employers.iter().flat_map(|e| &problem.employers[*e].need);
    let seats: Vec<&str> = needs.flat_map(|(role, n)| (0..*n).map(move |_| role.as_str())).collect();
    can_be_seated(problem, day, &seats, &mut gone)
}

/// The best of all plans.
fn best(problem: &Problem) -> Worth {
    /// `on`: who is visited on each day so far.
    fn go(problem: &Problem, employer: usize, on: &mut [Vec<usize>], so_far: Worth, best: &mut Worth) {
        if employer == problem.employers.len() {
            *best = (*best).max(so_far);
            return;
        }
        go(problem, employer + 1, on, so_far, best);
        let of = &problem.employers[employer];
        for (a, first) in problem.days.iter().enumerate().filter(|(_, day)| of.weight(**day).is_some()) {
            on[a].push(employer);
            // Whoever cannot be visited on the first day need not be tried on a second.
            if fits(problem, *first, &on[a]) {
                for (b, second) in problem.days.iter().enumerate().skip(a + 2) {
                    on[b].push(employer);
                    if of.weight(*second).is_some() && fits(problem, *second, &on[b]) {
                        let weight = tenths(problem, employer, *first) + tenths(problem, employer, *second);
                        let kept = usize::from(is_kept(problem, employer, [*first, *second]));
                        let now = (so_far.0 + of.gain_fen, so_far.1 + weight, so_far.2 + kept);
                        go(problem, employer + 1, on, now, best);
                    }
                    on[b].pop();
                }
            }
            on[a].pop();
        }
    }
    let mut best = (0, 0, 0);
    go(problem, 0, &mut vec![Vec::new(); problem.days.len()], (0, 0, 0), &mut best);
    best
}

/// What was planned, with its people; that it breaks nothing is seen first.
fn planned(problem: &Problem) -> (Worth, Solution) {
    let solved = solve(problem, SMALL).ok().unwrap();
    let plan = named(problem, &solved);
    assert_eq!(violations(problem, &plan), []);
    let mut worth = (solved.gain_fen, 0, 0);
    for visit in &solved.visits {
        let days = [problem.days[visit.days[0]], problem.days[visit.days[1]]];
        worth.1 += days.iter().map(|day| tenths(problem, visit.employer, *day)).sum::<i64>();
        worth.2 += usize::from(is_kept(problem, visit.employer, days));
    }
    (worth, plan)
}

/// The problem after a plan was made and told.
fn told(mut problem: Problem, plan: &Solution) -> Problem {
    for visit in &plan.visits {
        let of = problem.employers.iter_mut().find(|e| e.id == visit.employer).unwrap();
        (of.offered, of.named) = (visit.days.clone(), visit.team.clone());
    }
    problem
}

#[test]
fn a_plan_made_anew_changes_nothing_when_nothing_has_changed() {
    let mut visits = 0;
    for seed in 0..40 {
        let (worth, first) = planned(&small(seed, 4));
        let again = told(small(seed, 4), &first);
        let (second, plan) = planned(&again);
        assert_eq!((second.0, second.1, second.2), (worth.0, worth.1, first.visits.len()), "{seed}");
        // The same in the same order, since the first day is the visit's own, and the same people.
        assert_eq!(plan.visits, first.visits, "{seed}");
        visits += first.visits.len();
    }
    assert!(visits > 20, "{visits}");
}

/// Changes one thing of each kind, and compares with all plans there are.
/// Changes an instance after its plan was made; dice are thrown with the last.
type Change<'c> = &'c dyn Fn(&mut Problem, &Solution, &mut dyn FnMut(u64) -> u64);

/// Changes one thing of each kind, and compares with all plans there are.
fn fewest_change(seeds: std::ops::Range<u64>, change: Change<'_>) {
    let mut moved = 0;
    for seed in seeds {
        let (_, first) = planned(&small(seed, 4));
        let mut problem = told(small(seed, 4), &first);
        let mut below = build::dice(seed + 1_000);
        if first.visits.is_empty() {
            continue;
        }
        change(&mut problem, &first, &mut below);
        let (found, _) = planned(&problem);
        assert_eq!(found, best(&problem), "{seed}");
        moved += first.visits.len() - found.2;
    }
    assert!(moved > 0, "nothing ever had to move");
}

#[test]
fn whoever_was_named_goes_still_when_another_visit_is_agreed_on() {
    let days: Vec<NaiveDate> = (0..4).map(|n| days_after(date("2026-03-16"), n)).collect();
    let on = |places: [usize; 2]| places.map(|n| build::option(days[n], 1.0)).to_vec();
    let employer = |id: &str, places| build::employer(id, 900, &[("lead", 1)], on(places));
    let staff = ["S1", "S2"].map(|id| build::staff(id, None, &["lead"])).to_vec();
    let employers = vec![employer("E1", [0, 2]), employer("E2", [1, 3])];
    let problem = build::problem(days.clone(), (Vec::new(), staff), employers, build::limits(1, 2, 2));
    let who = |visit: &PlannedVisit| visit.team.iter().map(|seat| seat.staff.clone()).collect::<Vec<_>>();
    // Day by day whoever has gone to fewer, of two alike the first.
    let (_, first) = planned(&problem);
    assert_eq!(first.visits.iter().map(who).collect::<Vec<_>>(), [["S1", "S1"], ["S2", "S2"]]);
    // The first employer takes its first day. Named anew, one day of the second would go to the first lead, who has gone once.
    let mut problem = told(problem, &first);
    let team = first.visits[0].team[..1].to_vec();
    problem.fixed = vec![PlannedVisit { employer: "E1".into(), days: vec![days[0]], team, ..PlannedVisit::default() }];
    assert_eq!(planned(&problem).1.visits, first.visits[1..]);
    problem.employers[1].named.clear();
    assert_eq!(planned(&problem).1.visits.iter().map(who).collect::<Vec<_>>(), [["S2", "S1"]]);
}

#[test]
fn leave_of_one_day_moves_fewest_visits() {
    fewest_change(0..30, &|problem, first, below| {
        let seats: Vec<&Seat> = first.visits.iter().flat_map(|v| &v.team).collect();
        let seat = seats[below(seats.len() as u64) as usize];
        let person = problem.staff.iter_mut().find(|s| s.id == seat.staff).unwrap();
        person.away.insert(seat.day);
    });
}

#[test]
fn an_employer_less_moves_fewest_visits() {
    fewest_change(0..30, &|problem, _, below| {
        let at = below(problem.employers.len() as u64) as usize;
        problem.employers.remove(at);
    });
}

#[test]
fn an_employer_more_moves_fewest_visits() {
    fewest_change(0..30, &|problem, _, below| {
        let mut new = small(below(1_000), 1).employers.remove(0);
        new.id = "E9".into();
        problem.employers.push(new);
    });
}

#[test]
fn a_visit_agreed_on_elsewhere_moves_fewest_visits() {
    fewest_change(0..30, &|problem, first, below| {
        let visit = &first.visits[below(first.visits.len() as u64) as usize];
        let seat = &visit.team[below(visit.team.len() as u64) as usize];
        let other = PlannedVisit {
            employer: "E9".into(),
            days: vec![seat.day],
            team: vec![Seat { role: String::new(), ..seat.clone() }],
            ..PlannedVisit::default()
        };
        problem.fixed.push(other);
    });
}

#[test]
fn one_visit_moves_with_both_days_rather_than_two_with_one() {
    let days: Vec<NaiveDate> = (0..9).map(|n| days_after(date("2026-03-16"), n)).collect();
    let on = |places: &[usize]| places.iter().map(|n| build::option(days[*n], 1.0)).collect::<Vec<_>>();
    let mut first = build::employer("E1", 900, &[("lead", 1)], on(&[0, 2, 3, 4, 5]));
    let mut second = build::employer("E2", 900, &[("lead", 1)], on(&[2, 6, 8]));
    (first.offered, second.offered) = (vec![days[0], days[4]], vec![days[2], days[6]]);
    let staff = vec![build::staff("S1", None, &["lead"])];
    let employers = vec![first, second];
    let mut problem = build::problem(days.clone(), (Vec::new(), staff), employers, build::limits(1, 2, 2));
    assert_eq!(solve(&problem, SMALL).ok().unwrap().visits, [chosen(0, &[0, 4]), chosen(1, &[2, 6])]);
    // The first of the days is taken. On the third and the fifth the first employer would keep a day, and the second lose one.
    problem.fixed = vec![PlannedVisit { employer: "E9".into(), days: vec![days[0]], ..PlannedVisit::default() }];
    assert_eq!(solve(&problem, SMALL).ok().unwrap().visits, [chosen(0, &[3, 5]), chosen(1, &[2, 6])]);
}
