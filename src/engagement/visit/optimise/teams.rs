//! Names the people of a plan: all visits of a day together, so that one is never left without because of another.

use std::collections::BTreeMap;

use crate::engagement::visit::flow::Network;
use crate::engagement::visit::optimise::Chosen;
use crate::engagement::visit::optimise::places::{Part, part_of};
use crate::engagement::visit::optimise::problem::{PlannedVisit, Problem, Seat};
use crate::model::days::hours::minutes_of;

/// Somebody who might go: places of employer and person in the problem, the role, and the days the person has so far.
#[derive(Debug, Clone, Copy)]
pub struct Call<'r> {
    pub employer: usize,
    pub staff: usize,
    pub role: &'r str,
    pub used: i64,
}

/// Places for somebody in a role: at one visit, or at one in each half of the day.
#[derive(Debug, Clone, PartialEq)]
struct Seats<'r> {
    visits: Vec<usize>,
    role: &'r str,
    people: i64,
}

/// Teams for all days of the visits; `cost`: the smaller the rather. `None`: some day has not the people, which days
/// chosen by their places always have.
pub fn teams(problem: &Problem, visits: &[Chosen], cost: &dyn Fn(&Call<'_>) -> i64) -> Option<Vec<PlannedVisit>> {
    let mut planned: Vec<PlannedVisit> = visits
        .iter()
        .map(|v| PlannedVisit {
            employer: problem.employers[v.employer].id.clone(),
            days: v.days.iter().map(|d| problem.days[*d]).collect(),
            start: v.time.map(|n| problem.employers[v.employer].times[n].start.clone()),
            ..PlannedVisit::default()
        })
        .collect();
    let mut used: Vec<i64> = problem
        .staff
        .iter()
        .map(|s| problem.fixed.iter().flat_map(|v| &v.team).filter(|seat| seat.staff == s.id).count() as i64)
        .collect();
    let mut by_day: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, visit) in visits.iter().enumerate() {
        visit.days.iter().for_each(|day| by_day.entry(*day).or_default().push(at));
    }
    for (day, on) in by_day {
        let date = problem.days[day];
        let taken = |id: &str| problem.fixed.iter().any(|v| v.team.iter().any(|s| s.day == date && s.staff == id));
        let free: Vec<usize> = (0..problem.staff.len())
            .filter(|p| !problem.staff[*p].away.contains(&date) && !taken(&problem.staff[*p].id))
            .collect();
        let groups = problem.outlets.iter().map(|o| {
            let out =
                problem.staff.iter().filter(|s| s.outlet.as_deref() == Some(&o.id) && taken(&s.id)).count() as i64;
            if o.closed.contains(&date) { 0 } else { (o.away_max - out).max(0) }
        });
        // A person of an outlet nobody knows cannot be lent.
        let group_of = |p: &usize| -> Option<Option<usize>> {
            match &problem.staff[*p].outlet {
                None => Some(None),
                Some(outlet) => problem.outlets.iter().position(|o| o.id == *outlet).map(Some),
            }
        };
        let free: Vec<(usize, Option<usize>)> = free.iter().filter_map(|p| Some((*p, group_of(p)?))).collect();
        let seats = seats(problem, visits, &on);
        let costs = |seats: &Seats<'_>| -> Vec<Option<i64>> {
            let call = |staff: usize, visit: usize| {
                cost(&Call { employer: visits[visit].employer, staff, role: seats.role, used: used[staff] })
            };
            let of = |p: usize| {
                let qualified = problem.staff[p].roles.contains(seats.role);
                qualified.then(|| seats.visits.iter().map(|visit| call(p, *visit)).sum())
            };
            free.iter().map(|(p, _)| of(*p)).collect()
        };
        let network = Network {
            seats: seats.iter().map(|s| s.people).collect(),
            groups: groups.collect(),
            group_of: free.iter().map(|(_, group)| *group).collect(),
            cost: seats.iter().map(costs).collect(),
        };
        for (seats, chosen) in seats.iter().zip(network.solve()) {
            if (chosen.len() as i64) < seats.people {
                return None;
            }
            for person in chosen {
                let (p, _) = free[person];
                for visit in &seats.visits {
                    used[p] += 1;
                    let seat = Seat { day: date, staff: problem.staff[p].id.clone(), role: seats.role.to_string() };
                    planned[*visit].team.push(seat);
                }
            }
        }
    }
    Some(planned)
}

/// A role in a district; one that is not known is that of the visit alone.
type Wanted<'p> = (Result<&'p str, usize>, &'p str);

/// The seats of the visits of one day. Those of the two halves of a day are paired within a district: the same person
/// takes one of each.
fn seats<'p>(problem: &'p Problem, visits: &[Chosen], on: &[usize]) -> Vec<Seats<'p>> {
    let noon = minutes_of(&problem.limits.noon).unwrap_or(12 * 60);
    let employer = |at: usize| &problem.employers[visits[at].employer];
    let part = |at: usize| part_of(problem, visits[at].time.map(|n| &employer(at).times[n]), noon);
    let mut seats: Vec<Seats<'p>> = Vec::new();
    for at in on.iter().copied().filter(|at| part(*at) == Part::Whole) {
        let wanted = employer(at).need.iter().filter(|(_, n)| **n > 0);
        seats.extend(wanted.map(|(role, n)| Seats { visits: vec![at], role, people: *n }));
    }
    // By district and role: the seats of either half one by one.
    let mut halves: BTreeMap<Wanted<'p>, [Vec<usize>; 2]> = BTreeMap::new();
    for at in on.iter().copied() {
        let half = match part(at) {
            Part::Whole => continue,
            Part::First => 0,
            Part::Second => 1,
        };
        for (role, n) in &employer(at).need {
            // A district that is not known is one of its own.
            let district = employer(at).district.as_deref().ok_or(at);
            let list = &mut halves.entry((district, role)).or_default()[half];
            list.extend((0..*n).map(|_| at));
        }
    }
    for ((_, role), [first, second]) in halves {
        for n in 0..first.len().max(second.len()) {
            let visits: Vec<usize> = first.get(n).into_iter().chain(second.get(n)).copied().collect();
            match seats.last_mut() {
                Some(last) if last.role == role && last.visits == visits => last.people += 1,
                _ => seats.push(Seats { visits, role, people: 1 }),
            }
        }
    }
    seats
}
