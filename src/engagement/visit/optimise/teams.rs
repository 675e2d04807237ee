//! Names the people of a plan: all visits of a day together, so that one is never left without because of another.

use std::collections::BTreeMap;

use crate::engagement::visit::flow::Network;
use crate::engagement::visit::optimise::problem::{PlannedVisit, Problem, Seat};

/// Somebody who might go: places of employer and person in the problem, the role, and the days the person has so far.
#[derive(Debug, Clone, Copy)]
pub struct Call<'r> {
    pub employer: usize,
    pub staff: usize,
    pub role: &'r str,
    pub used: i64,
}

/// Teams for all days of the visits, which are given as places of employers and their days; `cost`: the smaller the
/// rather. `None`: some day has not the people, which days chosen by their places always have.
pub fn teams(
    problem: &Problem,
    visits: &[(usize, Vec<usize>)],
    cost: &dyn Fn(&Call<'_>) -> i64,
) -> Option<Vec<PlannedVisit>> {
    let mut planned: Vec<PlannedVisit> = visits
        .iter()
        .map(|(employer, days)| PlannedVisit {
            employer: problem.employers[*employer].id.clone(),
            days: days.iter().map(|d| problem.days[*d]).collect(),
            team: Vec::new(),
        })
        .collect();
    let mut used: Vec<i64> = problem
        .staff
        .iter()
        .map(|s| problem.fixed.iter().flat_map(|v| &v.team).filter(|seat| seat.staff == s.id).count() as i64)
        .collect();
    let mut by_day: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, (_, days)) in visits.iter().enumerate() {
        days.iter().for_each(|day| by_day.entry(*day).or_default().push(at));
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
        let seats: Vec<(usize, &str, i64)> = on
            .iter()
            .flat_map(|at| problem.employers[visits[*at].0].need.iter().map(move |(role, n)| (*at, role.as_str(), *n)))
            .filter(|(_, _, n)| *n > 0)
            .collect();
        let costs = |(at, role, _): &(usize, &str, i64)| -> Vec<Option<i64>> {
            let call = |staff: usize| Call { employer: visits[*at].0, staff, role, used: used[staff] };
            free.iter().map(|(p, _)| problem.staff[*p].roles.contains(*role).then(|| cost(&call(*p)))).collect()
        };
        let network = Network {
            seats: seats.iter().map(|(_, _, n)| *n).collect(),
            groups: groups.collect(),
            group_of: free.iter().map(|(_, group)| *group).collect(),
            cost: seats.iter().map(costs).collect(),
        };
        for ((at, role, wanted), chosen) in seats.iter().zip(network.solve()) {
            if (chosen.len() as i64) < *wanted {
                return None;
            }
            for person in chosen {
                let (p, _) = free[person];
                used[p] += 1;
                planned[*at].team.push(Seat { day: date, staff: problem.staff[p].id.clone(), role: role.to_string() });
            }
        }
    }
    Some(planned)
}
