//! Whether a plan keeps every rule, counted person by person and day by day. It shares nothing with what makes plans, so
//! that a fault there is not repeated here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::optimise::problem::{PlannedVisit, Problem, Solution};

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Violation {
    /// Key of `violation.<rule>`.
    pub rule: &'static str,
    pub day: Option<NaiveDate>,
    pub employer: Option<String>,
}

/// What a plan is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Levels {
    /// Level 1: 提升空间 of the employers visited.
    pub gain_fen: i64,
    /// Level 2: weights of all days offered.
    pub weight: f64,
}

/// Every rule that a plan breaks, with the visits that stand.
pub fn violations(problem: &Problem, solution: &Solution) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    let mut say = |rule: &'static str, day: Option<NaiveDate>, employer: Option<&str>| {
        found.insert(Violation { rule, day, employer: employer.map(str::to_string) });
    };
    let mut seen: BTreeSet<&str> = problem.fixed.iter().map(|v| v.employer.as_str()).collect();
    for visit in &solution.visits {
        let name = Some(visit.employer.as_str());
        if !seen.insert(&visit.employer) {
            say("employer_twice", None, name);
        }
        let Some(employer) = problem.employers.iter().find(|e| e.id == visit.employer) else {
            say("employer_unknown", None, name);
            continue;
        };
        if visit.days.len() != problem.limits.dates {
            say("dates", None, name);
        }
        for (i, day) in visit.days.iter().enumerate() {
            if employer.weight(*day).is_none() {
                say("day_not_possible", Some(*day), name);
            }
            if visit.days[..i].iter().any(|other| (*other - *day).num_days().abs() < problem.limits.apart_days.max(1)) {
                say("dates_too_close", Some(*day), name);
            }
            for (role, wanted) in &employer.need {
                if visit.team.iter().filter(|s| s.day == *day && s.role == *role).count() as i64 != *wanted {
                    say("need", Some(*day), name);
                }
            }
        }
        for seat in &visit.team {
            let staff = problem.staff.iter().find(|s| s.id == seat.staff);
            if !visit.days.contains(&seat.day) || !employer.need.contains_key(&seat.role) {
                say("seat_not_wanted", Some(seat.day), name);
            }
            match staff {
                None => say("staff_unknown", Some(seat.day), name),
                Some(staff) => {
                    if staff.away.contains(&seat.day) {
                        say("staff_away", Some(seat.day), name);
                    }
                    if !staff.roles.contains(&seat.role) {
                        say("not_qualified", Some(seat.day), name);
                    }
                }
            }
        }
    }
    // Every day as if all that is offered on it were held.
    let all: Vec<&PlannedVisit> = problem.fixed.iter().chain(&solution.visits).collect();
    let mut held: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    let mut going: BTreeMap<(NaiveDate, &str), i64> = BTreeMap::new();
    for visit in &all {
        visit.days.iter().for_each(|day| *held.entry(*day).or_default() += 1);
        visit.team.iter().for_each(|seat| *going.entry((seat.day, &seat.staff)).or_default() += 1);
    }
    let new = |day: NaiveDate| solution.visits.iter().any(|v| v.days.contains(&day));
    for (day, visits) in held {
        if visits > problem.limits.visits_per_day && new(day) {
            say("visits_per_day", Some(day), None);
        }
    }
    let mut away: BTreeMap<(NaiveDate, &str), i64> = BTreeMap::new();
    for ((day, staff), times) in &going {
        if *times > 1 {
            say("staff_twice", Some(*day), None);
        }
        if let Some(outlet) = problem.staff.iter().find(|s| s.id == *staff).and_then(|s| s.outlet.as_deref()) {
            *away.entry((*day, outlet)).or_default() += 1;
        }
    }
    for ((day, id), people) in away {
        let outlet = problem.outlets.iter().find(|o| o.id == id);
        let most = outlet.map_or(0, |o| if o.closed.contains(&day) { 0 } else { o.away_max });
        let sent = |s: &str| problem.staff.iter().any(|p| p.id == s && p.outlet.as_deref() == Some(id));
        let by_new = solution.visits.iter().any(|v| v.team.iter().any(|s| s.day == day && sent(&s.staff)));
        if people > most && by_new {
            say("outlet_share", Some(day), None);
        }
    }
    found.into_iter().collect()
}

/// What the visits of a plan are worth; those that stand are not counted.
pub fn levels(problem: &Problem, solution: &Solution) -> Levels {
    let mut levels = Levels { gain_fen: 0, weight: 0.0 };
    for visit in &solution.visits {
        if let Some(employer) = problem.employers.iter().find(|e| e.id == visit.employer) {
            levels.gain_fen += employer.gain_fen;
            levels.weight += visit.days.iter().filter_map(|day| employer.weight(*day)).sum::<f64>();
        }
    }
    levels
}
