//! Names the people of a plan: all visits of a day together, so that one is never left without because of another.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::engagement::visit::flow::{Network, PREFERRED};
use crate::engagement::visit::optimise::places::{Part, part_of};
use crate::engagement::visit::optimise::problem::{Chosen, PlannedVisit, Problem, Seat};
use crate::model::days::hours::minutes_of;

/// Somebody of the own outlet goes before anybody who is borrowed, but for the employer's own manager.
const BORROWED: i64 = PREFERRED / 1_000;
/// Whoever has been named already goes before anybody who has gone to fewer visits.
const NAMED: i64 = BORROWED / 1_000;
/// Visits of one person that count: more of them never outweigh one who has been named.
const MOST_USED: i64 = 10_000;
/// How often all days are named at most. Each time is fairer than the one before, or the last.
const ROUNDS: usize = 5;

/// A visit on a day: places of its employer and of its time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    pub employer: usize,
    pub time: Option<usize>,
}

/// Somebody at one of the visits of a day: places of the visit among them and of the person, and the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Going<'p> {
    pub visit: usize,
    pub staff: usize,
    pub role: &'p str,
}

/// The visits of each day (by place) that has any.
pub type Calendar = BTreeMap<usize, Vec<Stop>>;

/// Who goes on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'p> {
    pub days: BTreeMap<usize, Vec<Going<'p>>>,
    /// Visits of each person, those that stand among them.
    pub used: Vec<i64>,
}

/// Whom a day has: people who are free, each with the place of the outlet, and what the outlets may lend.
struct Free {
    people: Vec<(usize, Option<usize>)>,
    groups: Vec<i64>,
}

/// Our people, day by day.
pub struct Crews<'p> {
    problem: &'p Problem,
    noon: u16,
    days: Vec<Free>,
    /// Visits that stand, of each person.
    standing: Vec<i64>,
    /// By employer and day (by place): people, by place, and the roles they have been named for already.
    named: BTreeMap<(usize, usize), Vec<(usize, &'p str)>>,
}

/// Places for somebody in a role: at one visit, or at one in each half of the day.
#[derive(Debug, Clone, PartialEq)]
struct Seats<'p> {
    visits: Vec<usize>,
    role: &'p str,
    people: i64,
}

/// Teams for all days of the visits. `None`: some day has not the people, which days chosen by their places always have.
pub fn teams(problem: &Problem, visits: &[Chosen]) -> Option<Vec<PlannedVisit>> {
    let mut planned: Vec<PlannedVisit> = visits
        .iter()
        .map(|v| PlannedVisit {
            employer: problem.employers[v.employer].id.clone(),
            days: v.days.iter().map(|d| problem.days[*d]).collect(),
            start: v.time.map(|n| problem.employers[v.employer].times[n].start.clone()),
            ..PlannedVisit::default()
        })
        .collect();
    let mut on: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, visit) in visits.iter().enumerate() {
        visit.days.iter().for_each(|day| on.entry(*day).or_default().push(at));
    }
    let stop = |at: &usize| Stop { employer: visits[*at].employer, time: visits[*at].time };
    let calendar: Calendar = on.iter().map(|(day, on)| (*day, on.iter().map(stop).collect())).collect();
    for (day, team) in Crews::of(problem).name(&calendar)?.days {
        for going in team {
            let (day_of, staff) = (problem.days[day], problem.staff[going.staff].id.clone());
            planned[on[&day][going.visit]].team.push(Seat { day: day_of, staff, role: going.role.to_string() });
        }
    }
    Some(planned)
}

/// How unevenly visits are shared out: the sum of the squares of what each person goes to.
pub fn load(used: &[i64]) -> i64 {
    used.iter().map(|n| n * n).sum()
}

impl<'p> Crews<'p> {
    pub fn of(problem: &'p Problem) -> Crews<'p> {
        let seats = || problem.fixed.iter().flat_map(|v| &v.team);
        let free = |day: &NaiveDate| {
            let taken: BTreeSet<&str> = seats().filter(|s| s.day == *day).map(|s| s.staff.as_str()).collect();
            // A person of an outlet nobody knows cannot be lent.
            let group_of = |p: usize| match &problem.staff[p].outlet {
                None => Some(None),
                Some(outlet) => problem.outlets.iter().position(|o| o.id == *outlet).map(Some),
            };
            let at_hand = |p: &usize| {
                let staff = &problem.staff[*p];
                !staff.away.contains(day) && !taken.contains(staff.id.as_str())
            };
            let people = (0..problem.staff.len()).filter(at_hand).filter_map(|p| Some((p, group_of(p)?))).collect();
            let groups = problem.outlets.iter().map(|o| {
                let of = problem.staff.iter().filter(|s| s.outlet.as_deref() == Some(&o.id));
                let out = of.filter(|s| taken.contains(s.id.as_str())).count() as i64;
                if o.closed.contains(day) { 0 } else { (o.away_max - out).max(0) }
            });
            Free { people, groups: groups.collect() }
        };
        let standing = |id: &str| seats().filter(|seat| seat.staff == id).count() as i64;
        let mut named: BTreeMap<(usize, usize), Vec<(usize, &'p str)>> = BTreeMap::new();
        for (employer, of) in problem.employers.iter().enumerate() {
            for seat in &of.named {
                let person = problem.staff.iter().position(|s| s.id == seat.staff);
                if let (Ok(day), Some(person)) = (problem.days.binary_search(&seat.day), person) {
                    named.entry((employer, day)).or_default().push((person, seat.role.as_str()));
                }
            }
        }
        Crews {
            problem,
            noon: minutes_of(&problem.limits.noon).unwrap_or(12 * 60),
            days: problem.days.iter().map(free).collect(),
            standing: problem.staff.iter().map(|s| standing(&s.id)).collect(),
            named,
        }
    }

    /// Who goes on all these days. Days are named one after the other, and again beside what all others have come to,
    /// until none of them alone could be fairer.
    pub fn name(&self, calendar: &Calendar) -> Option<Named<'p>> {
        let mut named = Named { days: BTreeMap::new(), used: self.standing.clone() };
        for _ in 0..ROUNDS {
            let mut changed = false;
            for (day, stops) in calendar {
                changed |= self.rename(&mut named, *day, stops)?;
            }
            if !changed {
                break;
            }
        }
        Some(named)
    }

    /// Names a day anew beside what all others have; tells whether anything changes. `None`: it has not the people.
    pub fn rename(&self, named: &mut Named<'p>, day: usize, stops: &[Stop]) -> Option<bool> {
        let before = named.days.remove(&day).unwrap_or_default();
        before.iter().for_each(|going| named.used[going.staff] -= 1);
        let team = self.day(day, stops, &named.used)?;
        team.iter().for_each(|going| named.used[going.staff] += 1);
        let changed = team != before;
        named.days.insert(day, team);
        Some(changed)
    }

    /// Who goes to the visits of a day: the employer's own manager, then people of its outlet, then whoever has been named
    /// for it, then whoever has gone to fewest (`used`), then the first. `None`: the day has not the people.
    pub fn day(&self, day: usize, stops: &[Stop], used: &[i64]) -> Option<Vec<Going<'p>>> {
        let (problem, free) = (self.problem, &self.days[day]);
        let seats = self.seats(stops);
        let step = problem.staff.len() as i64 + 1;
        let costs = |seats: &Seats<'_>| -> Vec<Option<i64>> {
            let cost = |p: usize, visit: &usize| {
                let (employer, staff) = (&problem.employers[stops[*visit].employer], &problem.staff[p]);
                let own = match (employer.manager.as_ref() == Some(&staff.id), seats.role) {
                    (true, "lead") => -2 * PREFERRED,
                    (true, _) => -PREFERRED,
                    (false, _) => 0,
                };
                let borrowed = i64::from(employer.borrows(staff)) * BORROWED;
                let named = i64::from(self.was_named(stops[*visit].employer, day, (p, seats.role))) * NAMED;
                own + borrowed - named + used[p].clamp(0, MOST_USED) * step + p as i64
            };
            let of = |p: usize| {
                let qualified = problem.staff[p].roles.contains(seats.role);
                qualified.then(|| seats.visits.iter().map(|visit| cost(p, visit)).sum())
            };
            free.people.iter().map(|(p, _)| of(*p)).collect()
        };
        let network = Network {
            seats: seats.iter().map(|s| s.people).collect(),
            groups: free.groups.clone(),
            group_of: free.people.iter().map(|(_, group)| *group).collect(),
            cost: seats.iter().map(costs).collect(),
        };
        let mut team = Vec::new();
        for (seats, chosen) in seats.iter().zip(network.solve()) {
            if (chosen.len() as i64) < seats.people {
                return None;
            }
            for person in chosen {
                let (staff, role) = (free.people[person].0, seats.role);
                team.extend(seats.visits.iter().map(|visit| Going { visit: *visit, staff, role }));
            }
        }
        Some(team)
    }

    /// What it takes to name a day: people wanted times what each may be chosen from.
    pub fn effort(&self, day: usize, stops: &[Stop]) -> u64 {
        let need = |stop: &Stop| &self.problem.employers[stop.employer].need;
        let people: i64 = stops.iter().flat_map(|stop| need(stop).values()).sum();
        let kinds = 1 + stops.iter().map(|stop| need(stop).len()).sum::<usize>();
        people.max(1) as u64 * (kinds * (1 + self.days[day].people.len())) as u64
    }

    /// How many of a day's people are of another outlet than the employer's own.
    pub fn borrowed(&self, stops: &[Stop], team: &[Going<'_>]) -> i64 {
        let is_borrowed = |going: &&Going<'_>| {
            self.problem.employers[stops[going.visit].employer].borrows(&self.problem.staff[going.staff])
        };
        team.iter().filter(is_borrowed).count() as i64
    }

    /// How many of a day's people have been named for it already.
    pub fn named_again(&self, day: usize, stops: &[Stop], team: &[Going<'_>]) -> i64 {
        let again = |g: &&Going<'_>| self.was_named(stops[g.visit].employer, day, (g.staff, g.role));
        team.iter().filter(again).count() as i64
    }

    /// Whether somebody (by place) has been named for an employer on a day already, in the same role.
    fn was_named(&self, employer: usize, day: usize, person: (usize, &str)) -> bool {
        self.named.get(&(employer, day)).is_some_and(|team| team.contains(&person))
    }

    /// The seats of the visits of one day. Those of the two halves of a day are paired within each district, late visits
    /// among them, and then what is left of the first halves with what is left of late visits in others: the same person
    /// takes one of each.
    fn seats(&self, stops: &[Stop]) -> Vec<Seats<'p>> {
        let problem = self.problem;
        let employer = |at: usize| &problem.employers[stops[at].employer];
        let time = |at: usize| stops[at].time.map(|n| &employer(at).times[n]);
        let part = |at: usize| part_of(problem, employer(at), time(at), self.noon);
        let mut seats: Vec<Seats<'p>> = Vec::new();
        for at in (0..stops.len()).filter(|at| part(*at) == Part::Whole) {
            let wanted = employer(at).need.iter().filter(|(_, n)| **n > 0);
            seats.extend(wanted.map(|(role, n)| Seats { visits: vec![at], role, people: *n }));
        }
        // By district and role: the seats of either half one by one.
        let mut halves: BTreeMap<Wanted<'p>, [Vec<usize>; 2]> = BTreeMap::new();
        let mut late: BTreeMap<&'p str, Vec<usize>> = BTreeMap::new();
        for at in 0..stops.len() {
            for (role, n) in &employer(at).need {
                // A district that is not known is one of its own.
                let wanted = (employer(at).district.as_deref().ok_or(at), role.as_str());
                let list = match part(at) {
                    Part::Whole => continue,
                    Part::First => &mut halves.entry(wanted).or_default()[0],
                    Part::Second => &mut halves.entry(wanted).or_default()[1],
                    Part::Late => late.entry(role).or_default(),
                };
                list.extend((0..*n).map(|_| at));
            }
        }
        let mut alone: Vec<(&'p str, usize)> = Vec::new();
        for ((district, role), [first, second]) in halves {
            for n in 0..first.len().max(second.len()) {
                let visits: Vec<usize> = first.get(n).into_iter().chain(second.get(n)).copied().collect();
                let (Some(at), None, Ok(own)) = (first.get(n), second.get(n), district) else {
                    push(&mut seats, visits, role);
                    continue;
                };
                let is_near = |other: &usize| employer(*other).district.as_deref() == Some(own);
                let near = late.get_mut(role).and_then(|late| Some(late.remove(late.iter().position(is_near)?)));
                match near {
                    Some(other) => push(&mut seats, vec![*at, other], role),
                    None => alone.push((role, *at)),
                }
            }
        }
        // Only now: whoever goes on to another district takes no late visit from somebody who is there already.
        for (role, at) in alone {
            let far = late.get_mut(role).filter(|late| !late.is_empty()).map(|late| late.remove(0));
            push(&mut seats, [at].into_iter().chain(far).collect(), role);
        }
        for (role, visits) in late {
            visits.into_iter().for_each(|at| push(&mut seats, vec![at], role));
        }
        seats
    }
}

/// One seat more, beside those that are alike.
fn push<'p>(seats: &mut Vec<Seats<'p>>, visits: Vec<usize>, role: &'p str) {
    match seats.last_mut() {
        Some(last) if last.role == role && last.visits == visits => last.people += 1,
        _ => seats.push(Seats { visits, role, people: 1 }),
    }
}

/// A role in a district; one that is not known is that of the visit alone.
type Wanted<'p> = (Result<&'p str, usize>, &'p str);
