//! How many people and terminals there are on a day: what teams of that day can ask for together.
//!
//! By Hall's theorem, extended to outlets that lend only some of their people, a day's teams can be found exactly when for
//! every set S of roles the people wanted in S are at most Σ over outlets of min(places of the outlet, people of it who may
//! be one of S): the minimum cut of the network role → person → outlet. People need not be named while days are chosen.
//!
//! Where somebody may go to two visits on a day, those of one half of the day and those of the other share their people
//! within a district: of each role a district takes the larger of its two halves. Whoever is left of the first halves of known
//! districts can go on to late visits of others: of each role these districts together take no less than all their second
//! halves, and no less than they take one by one.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::engagement::visit::optimise::problem::{Employer, Problem, Staff, VisitTime};

/// Sets of roles are bits of a number; more roles than this are not taken.
pub const MOST_ROLES: usize = 12;

/// What is asked for together: sets of roles, and the terminals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// Bits of the roles, the terminals' one above them.
    masks: Vec<usize>,
    roles: usize,
}

impl Rows {
    pub fn of(roles: usize) -> Rows {
        Rows { masks: (1..=1usize << roles).collect(), roles }
    }

    pub fn len(&self) -> usize {
        self.masks.len()
    }

    /// The resources of a row: places of roles, and the number of roles for the terminals.
    pub fn resources(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        (0..=self.roles).filter(move |r| self.masks[row] >> r & 1 == 1)
    }

    /// Whether a row is that of the terminals, not of a set of roles.
    pub fn is_terminals(&self, row: usize) -> bool {
        self.masks[row] == 1 << self.roles
    }
}

/// Which half of a day a visit takes its people for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    First,
    Second,
    /// The second, in a known district, and late enough for people who come from another one.
    Late,
}

impl Part {
    /// Place among the halves of a group; `None`: the whole day.
    fn half(self) -> Option<usize> {
        match self {
            Part::Whole => None,
            Part::First => Some(0),
            Part::Second => Some(1),
            Part::Late => Some(2),
        }
    }
}

/// What one visit asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Per row.
    pub by_row: Vec<i64>,
    /// Per resource: roles, then terminals.
    pub resources: Vec<i64>,
    pub part: Part,
    /// Place of the district among those of the problem.
    pub district: usize,
    /// Whether anybody knows the district.
    pub is_known: bool,
}

/// What half-day visits of one district ask for in the first half, in the second and late in it, per resource.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    district: usize,
    is_known: bool,
    halves: [Vec<i64>; 3],
}

/// What a day has left: per row the people, or terminals, that can be found at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    pub by_row: Vec<i64>,
    /// Visits that still fit.
    pub visits: i64,
    groups: Vec<Group>,
}

/// The half of a day at which a visit's people are wanted. Halves are chosen so that of one district somebody can go to
/// both: the first ends with `noon` (minutes from midnight), the second leaves time for the way and the set-up.
pub fn part_of(problem: &Problem, employer: &Employer, time: Option<&VisitTime>, noon: u16) -> Part {
    let limits = &problem.limits;
    let Some(stretch) = time.and_then(VisitTime::stretch).filter(|_| limits.per_person() > 1) else {
        return Part::Whole;
    };
    let free = i64::from(stretch.from) - i64::from(noon);
    if stretch.to <= noon {
        Part::First
    } else if free < limits.between_minutes {
        Part::Whole
    } else if employer.district.is_some() && limits.across_minutes.is_some_and(|minutes| free >= minutes) {
        Part::Late
    } else {
        Part::Second
    }
}

/// What each day has beside the visits that stand, in the order of the problem's days.
pub fn places(problem: &Problem, roles: &[&str]) -> Vec<Places> {
    problem.days.iter().map(|day| of_day(problem, roles, *day)).collect()
}

/// People of a visit that stands are taken for the whole day.
fn of_day(problem: &Problem, roles: &[&str], day: NaiveDate) -> Places {
    let standing = || problem.fixed.iter().filter(|v| v.days.contains(&day));
    let taken = |id: &str| standing().any(|v| v.team.iter().any(|s| s.day == day && s.staff == id));
    let mask = |of: &BTreeSet<String>| -> usize {
        roles.iter().enumerate().filter(|(_, r)| of.contains(**r)).map(|(i, _)| 1 << i).sum()
    };
    // Of each outlet its places, and what its free people may be.
    let mut outlets: Vec<(i64, Vec<usize>)> = problem
        .outlets
        .iter()
        .map(|o| {
            let of = |s: &&Staff| s.outlet.as_deref() == Some(&o.id);
            let out = problem.staff.iter().filter(of).filter(|s| taken(&s.id)).count() as i64;
            let room = if o.closed.contains(&day) { 0 } else { (o.away_max - out).max(0) };
            let free = problem.staff.iter().filter(of).filter(|s| !s.away.contains(&day) && !taken(&s.id));
            (room, free.map(|s| mask(&s.roles)).collect())
        })
        .collect();
    let loose = problem.staff.iter().filter(|s| s.outlet.is_none() && !s.away.contains(&day) && !taken(&s.id));
    outlets.extend(loose.map(|s| (1, vec![mask(&s.roles)])));
    let people = |set: usize| -> i64 {
        outlets.iter().map(|(room, of)| (*room).min(of.iter().filter(|m| *m & set != 0).count() as i64)).sum()
    };
    let terminals = match problem.limits.terminals {
        Some(all) => (all - standing().map(|v| v.terminals).sum::<i64>()).max(0),
        None => i64::MAX,
    };
    let rows = Rows::of(roles.len());
    let by_row = (0..rows.len()).map(|row| if rows.is_terminals(row) { terminals } else { people(rows.masks[row]) });
    Places {
        by_row: by_row.collect(),
        visits: (problem.limits.visits_per_day - standing().count() as i64).max(0),
        groups: Vec::new(),
    }
}

/// What a visit to an employer asks for.
pub fn demand(employer: &Employer, roles: &[&str], part: Part, district: usize) -> Demand {
    let of_role = |role: &&str| employer.need.get(*role).copied().unwrap_or(0);
    let resources: Vec<i64> = roles.iter().map(of_role).chain([employer.terminals]).collect();
    let rows = Rows::of(roles.len());
    let by_row = (0..rows.len()).map(|row| rows.resources(row).map(|r| resources[r]).sum()).collect();
    Demand { by_row, resources, part, district, is_known: employer.district.is_some() }
}

impl Places {
    /// Whether a visit fits.
    pub fn fits(&self, rows: &Rows, demand: &Demand) -> bool {
        if self.visits <= 0 {
            return false;
        }
        match demand.part {
            Part::Whole => self.by_row.iter().zip(&demand.by_row).all(|(has, wants)| wants <= has),
            Part::First | Part::Second | Part::Late => {
                let more = self.more(demand, 1);
                (0..rows.len()).all(|row| rows.resources(row).map(|r| more[r]).sum::<i64>() <= self.by_row[row])
            }
        }
    }

    pub fn take(&mut self, rows: &Rows, demand: &Demand) {
        self.change(rows, demand, 1);
    }

    pub fn give_back(&mut self, rows: &Rows, demand: &Demand) {
        self.change(rows, demand, -1);
    }

    fn change(&mut self, rows: &Rows, demand: &Demand, sign: i64) {
        self.visits -= sign;
        let Some(half) = demand.part.half() else {
            self.by_row.iter_mut().zip(&demand.by_row).for_each(|(has, wants)| *has -= sign * wants);
            return;
        };
        let more = self.more(demand, sign);
        for row in 0..rows.len() {
            self.by_row[row] -= rows.resources(row).map(|r| more[r]).sum::<i64>();
        }
        let at = self.groups.iter().position(|g| g.district == demand.district).unwrap_or_else(|| {
            let none = vec![0; demand.resources.len()];
            let halves = [none.clone(), none.clone(), none];
            self.groups.push(Group { district: demand.district, is_known: demand.is_known, halves });
            self.groups.len() - 1
        });
        self.groups[at].halves[half].iter_mut().zip(&demand.resources).for_each(|(has, wants)| *has += sign * wants);
    }

    /// What half-day visits ask for more, per resource, with one put in (`sign` 1) or taken out (−1).
    fn more(&self, demand: &Demand, sign: i64) -> Vec<i64> {
        let with = |r: usize| self.taken(r, Some((demand, sign))) - self.taken(r, None);
        (0..demand.resources.len()).map(with).collect()
    }

    /// What half-day visits take of a resource, with one more or less.
    fn taken(&self, r: usize, change: Option<(&Demand, i64)>) -> i64 {
        let changed = |district: usize| change.filter(|(demand, _)| demand.district == district);
        let with = |mut halves: [i64; 3], change: Option<(&Demand, i64)>| {
            if let Some((half, (demand, sign))) = change.and_then(|c| Some((c.0.part.half()?, c))) {
                halves[half] += sign * demand.resources[r];
            }
            halves
        };
        let of = |g: &Group| (g.is_known, with([0, 1, 2].map(|half| g.halves[half][r]), changed(g.district)));
        let new = change.filter(|(demand, _)| self.groups.iter().all(|g| g.district != demand.district));
        let new = new.map(|(demand, _)| (demand.is_known, with([0; 3], new)));
        // One by one; of known districts also all second halves together.
        let (mut all, mut alone, mut second) = (0i64, 0i64, 0i64);
        for (is_known, halves) in self.groups.iter().map(of).chain(new) {
            let pairs = halves[0].max(halves[1]);
            all += pairs;
            if is_known {
                alone += pairs;
                second += halves[1] + halves[2];
            }
        }
        all + (second - alone).max(0)
    }
}
