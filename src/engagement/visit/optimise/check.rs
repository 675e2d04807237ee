//! Whether a plan keeps every rule, counted person by person and day by day. It shares nothing with what makes plans, so
//! that a fault there is not repeated here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::optimise::problem::{Limits, PlannedVisit, Problem, Seat, Solution};
use crate::model::days::hours::minutes_of;

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
    /// Level 3: how gladly the times of day are taken.
    pub preferred: f64,
    /// Seats of people who are of another outlet than the employer's.
    pub borrowed: i64,
    /// Sum of the squares of the visits each person goes to, those that stand among them.
    pub load: i64,
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
        if visit.start.as_ref().is_some_and(|start| employer.times.iter().all(|t| t.start != *start)) {
            say("time_not_possible", None, name);
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
        if let Some(outlet) = problem.staff.iter().find(|s| s.id == *staff).and_then(|s| s.outlet.as_deref()) {
            *away.entry((*day, outlet)).or_default() += 1;
        }
        let goes = |v: &&&PlannedVisit| v.team.iter().any(|s| s.day == *day && s.staff == *staff);
        let trips: Vec<Trip> = all.iter().filter(goes).map(|v| Trip::of(problem, v)).collect();
        if *times > trips.len() as i64 || *times > problem.limits.per_person() {
            say("staff_twice", Some(*day), None);
            continue;
        }
        for (n, trip) in trips.iter().enumerate() {
            if trips[..n].iter().any(|other| !trip.leaves_time(other, &problem.limits)) {
                say("travel", Some(*day), None);
            }
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
    if let Some(most) = problem.limits.terminals {
        let days: BTreeSet<NaiveDate> = all.iter().flat_map(|v| v.days.iter().copied()).collect();
        for day in days.into_iter().filter(|day| new(*day)) {
            let trips: Vec<Trip> = all.iter().filter(|v| v.days.contains(&day)).map(|v| Trip::of(problem, v)).collect();
            if terminals(&trips, &problem.limits) > most {
                say("terminals", Some(day), None);
            }
        }
    }
    found.into_iter().collect()
}

/// Terminals that serve all these visits of a day: what one has used goes on to later ones it can be carried to, which is
/// looked for one by one. With one visit a person and day all are carried at once.
fn terminals(trips: &[Trip<'_>], limits: &Limits) -> i64 {
    let goes = |from: &Trip<'_>, to: &Trip<'_>| limits.per_person() > 1 && from.hands_on(to, limits);
    let reach: Vec<Vec<usize>> =
        trips.iter().map(|from| (0..trips.len()).filter(|to| goes(from, &trips[*to])).collect()).collect();
    let mut wanted: Vec<i64> = trips.iter().map(|t| t.terminals).collect();
    let mut given = vec![vec![0; trips.len()]; trips.len()];
    let mut all: i64 = wanted.iter().sum();
    for (from, trip) in trips.iter().enumerate() {
        for _ in 0..trip.terminals {
            all -= i64::from(hand_on(from, &reach, &mut wanted, &mut given, &mut vec![false; trips.len()]));
        }
    }
    all
}

/// Hands one terminal on to a visit that still wants one, if others have to be handed on elsewhere for it.
fn hand_on(from: usize, reach: &[Vec<usize>], wanted: &mut [i64], given: &mut [Vec<i64>], seen: &mut [bool]) -> bool {
    for &to in &reach[from] {
        if std::mem::replace(&mut seen[to], true) {
            continue;
        }
        if wanted[to] > 0 {
            (wanted[to], given[from][to]) = (wanted[to] - 1, given[from][to] + 1);
            return true;
        }
        for other in 0..reach.len() {
            if given[other][to] > 0 && hand_on(other, reach, wanted, given, seen) {
                (given[other][to], given[from][to]) = (given[other][to] - 1, given[from][to] + 1);
                return true;
            }
        }
    }
    false
}

/// When and where a visit is, and how many terminals it takes.
struct Trip<'p> {
    /// `None`: the whole day.
    time: Option<(u16, u16)>,
    district: Option<&'p str>,
    terminals: i64,
}

impl<'p> Trip<'p> {
    fn of(problem: &'p Problem, visit: &'p PlannedVisit) -> Trip<'p> {
        let Some(employer) = problem.employers.iter().find(|e| e.id == visit.employer) else {
            return Trip { time: None, district: visit.district.as_deref(), terminals: visit.terminals };
        };
        let time = employer.times.iter().find(|t| visit.start.as_ref().is_none_or(|start| t.start == *start));
        Trip {
            time: time.and_then(|t| Some((minutes_of(&t.start)?, minutes_of(&t.end)?))),
            district: employer.district.as_deref(),
            terminals: employer.terminals,
        }
    }

    /// Minutes from the end of this one to the beginning of another that is later.
    fn before(&self, other: &Trip<'_>) -> Option<i64> {
        let gap = i64::from(other.time?.0) - i64::from(self.time?.1);
        (gap >= 0).then_some(gap)
    }

    /// Minutes there have to be until one of the same people begins; `None`: it is too far, or nobody knows.
    fn way(&self, other: &Trip<'_>, limits: &Limits) -> Option<i64> {
        let (own, other) = (self.district?, other.district?);
        if own == other { Some(limits.between_minutes) } else { limits.across_minutes }
    }

    /// Whether its terminals can serve a later one: in the same district at once.
    fn hands_on(&self, later: &Trip<'_>, limits: &Limits) -> bool {
        let is_near = self.district.is_some() && self.district == later.district;
        let way = if is_near { Some(0) } else { self.way(later, limits) };
        self.before(later).zip(way).is_some_and(|(gap, way)| gap >= way)
    }

    /// Whether somebody can go to both, with the way and the set-up between them.
    fn leaves_time(&self, other: &Trip<'_>, limits: &Limits) -> bool {
        let Some(way) = self.way(other, limits) else { return false };
        self.before(other).or_else(|| other.before(self)).is_some_and(|gap| gap >= way)
    }
}

/// What the visits of a plan are worth; those that stand are counted for the load alone.
pub fn levels(problem: &Problem, solution: &Solution) -> Levels {
    let mut levels = Levels { gain_fen: 0, weight: 0.0, preferred: 0.0, borrowed: 0, load: 0 };
    for person in &problem.staff {
        let seats = problem.fixed.iter().chain(&solution.visits).flat_map(|v| &v.team);
        levels.load += (seats.filter(|seat| seat.staff == person.id).count() as i64).pow(2);
    }
    for visit in &solution.visits {
        if let Some(employer) = problem.employers.iter().find(|e| e.id == visit.employer) {
            levels.gain_fen += employer.gain_fen;
            let time = employer.times.iter().find(|t| visit.start.as_ref().is_none_or(|start| t.start == *start));
            levels.preferred += time.map_or(0.0, |t| t.preferred);
            let outlet = |seat: &Seat| problem.staff.iter().find(|s| s.id == seat.staff)?.outlet.as_deref();
            let own = employer.outlet.as_deref();
            let is_other = |seat: &&Seat| own.is_some() && outlet(seat).is_some_and(|other| Some(other) != own);
            levels.borrowed += visit.team.iter().filter(is_other).count() as i64;
            levels.weight += visit.days.iter().filter_map(|day| employer.weight(*day)).sum::<f64>();
        }
    }
    levels
}
