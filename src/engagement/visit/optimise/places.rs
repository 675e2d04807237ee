//! How many people there are on a day: what teams of that day can ask for together.
//!
//! By Hall's theorem, extended to outlets that lend only some of their people, a day's teams can be found exactly when for
//! every set S of roles the people wanted in S are at most Σ over outlets of min(places of the outlet, people of it who may
//! be one of S): the minimum cut of the network role → person → outlet. People need not be named while days are chosen.

use chrono::NaiveDate;

use crate::engagement::visit::optimise::problem::Problem;

/// Sets of roles are bits of a number; more roles than this are not taken.
pub const MOST_ROLES: usize = 12;

/// What a day has: per set of roles the people that can be found at most. Index: bits of the roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    pub by_set: Vec<i64>,
    /// Visits that still fit.
    pub visits: i64,
}

/// What each day has beside the visits that stand, in the order of the problem's days.
pub fn places(problem: &Problem, roles: &[&str]) -> Vec<Places> {
    problem.days.iter().map(|day| of_day(problem, roles, *day)).collect()
}

fn of_day(problem: &Problem, roles: &[&str], day: NaiveDate) -> Places {
    let standing = || problem.fixed.iter().filter(|v| v.days.contains(&day));
    let taken = |id: &str| standing().any(|v| v.team.iter().any(|s| s.day == day && s.staff == id));
    let mask = |of: &std::collections::BTreeSet<String>| -> usize {
        roles.iter().enumerate().filter(|(_, r)| of.contains(**r)).map(|(i, _)| 1 << i).sum()
    };
    // Of each outlet its places, and what its free people may be.
    let mut outlets: Vec<(i64, Vec<usize>)> = problem
        .outlets
        .iter()
        .map(|o| {
            let of = |s: &&crate::engagement::visit::optimise::problem::Staff| s.outlet.as_deref() == Some(&o.id);
            let out = problem.staff.iter().filter(of).filter(|s| taken(&s.id)).count() as i64;
            let room = if o.closed.contains(&day) { 0 } else { (o.away_max - out).max(0) };
            let free = problem.staff.iter().filter(of).filter(|s| !s.away.contains(&day) && !taken(&s.id));
            (room, free.map(|s| mask(&s.roles)).collect())
        })
        .collect();
    let loose = problem.staff.iter().filter(|s| s.outlet.is_none() && !s.away.contains(&day) && !taken(&s.id));
    outlets.extend(loose.map(|s| (1, vec![mask(&s.roles)])));
    let by_set = (0..1usize << roles.len())
        .map(|set| {
            outlets.iter().map(|(room, of)| (*room).min(of.iter().filter(|m| *m & set != 0).count() as i64)).sum()
        })
        .collect();
    Places { by_set, visits: (problem.limits.visits_per_day - standing().count() as i64).max(0) }
}

/// What one visit asks for, per set of roles.
pub fn demand(need: &std::collections::BTreeMap<String, i64>, roles: &[&str]) -> Vec<i64> {
    (0..1usize << roles.len())
        .map(|set| {
            let wanted =
                |(i, role): (usize, &&str)| if set >> i & 1 == 1 { need.get(*role).copied().unwrap_or(0) } else { 0 };
            roles.iter().enumerate().map(wanted).sum()
        })
        .collect()
}

impl Places {
    /// Whether a visit fits.
    pub fn fits(&self, demand: &[i64]) -> bool {
        self.visits > 0 && self.by_set.iter().zip(demand).all(|(has, wants)| wants <= has)
    }

    pub fn take(&mut self, demand: &[i64]) {
        self.visits -= 1;
        self.by_set.iter_mut().zip(demand).for_each(|(has, wants)| *has -= wants);
    }

    pub fn give_back(&mut self, demand: &[i64]) {
        self.visits += 1;
        self.by_set.iter_mut().zip(demand).for_each(|(has, wants)| *has += wants);
    }
}
