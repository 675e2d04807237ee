//! 支援申请: whom another outlet is asked for, and what no outlet has.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;

use crate::engagement::visit::diary::{is_agreed, is_offered};
use crate::engagement::visit::planned::{Visit, minutes_after};
use crate::engagement::visit::staffing::{self, Colleague};
use crate::model::{EmployerId, StaffId, VisitId};
use crate::rules::Rules;

/// Why an outlet is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// Its people are in the team of another outlet's employer.
    Borrowed,
    /// It has whom the visit lacks, and may lend them.
    Free,
    /// It has whom the visit lacks, but no more of its people may be away that day.
    BeyondShare,
    /// No outlet has anybody free: the branch above is asked.
    Nobody,
}

/// What one outlet is asked for at one visit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SupportRequest {
    /// `None`: the branch above.
    pub outlet: Option<String>,
    pub ground: Ground,
    pub visit_id: VisitId,
    pub employer_id: EmployerId,
    pub date: NaiveDate,
    /// The day is the second one offered.
    pub alternative: bool,
    /// `09:15`, local time: when they are to be on site.
    pub arrive: String,
    pub role: String,
    /// How many are asked for.
    pub people: i64,
    /// Who they are, as far as the plan names them.
    pub staff: Vec<StaffId>,
}

/// What is asked for all visits to come, outlet by outlet, the branch above last.
pub fn requests(
    rules: &Rules,
    visits: &[Visit],
    colleagues: &[Colleague],
    today: NaiveDate,
    outlet_of: &dyn Fn(EmployerId) -> Option<String>,
) -> Vec<SupportRequest> {
    let home =
        |id: StaffId| colleagues.iter().find(|c| c.staff_id == id).map(|c| c.outlet.as_str()).unwrap_or_default();
    let told = |v: &&Visit| is_offered(v.status) || is_agreed(v.status);
    let days = |v: &Visit| -> Vec<NaiveDate> {
        let others = v.alternatives.iter().copied().filter(|_| is_offered(v.status));
        std::iter::once(v.date).chain(others).filter(|day| *day >= today).collect()
    };
    let mut going: BTreeMap<NaiveDate, BTreeSet<StaffId>> = BTreeMap::new();
    for visit in visits.iter().filter(told) {
        for day in days(visit) {
            going.entry(day).or_default().extend(visit.team_on(day).iter().map(|m| m.staff_id));
        }
    }
    let mut list = Vec::new();
    for visit in visits.iter().filter(told) {
        // Of an employer of no outlet the lead's is its own.
        let lead = visit.team.iter().find(|m| m.role == "lead").map(|m| home(m.staff_id).to_string());
        let own = outlet_of(visit.employer_id).or(lead).unwrap_or_default();
        for day in days(visit) {
            let request = |outlet: Option<String>, ground, role: &str, people, staff| SupportRequest {
                outlet,
                ground,
                visit_id: visit.visit_id,
                employer_id: visit.employer_id,
                date: day,
                alternative: day != visit.date,
                arrive: minutes_after(&visit.start, -rules.staffing.roles.get(role).map_or(0, |r| r.arrive_before)),
                role: role.to_string(),
                people,
                staff,
            };
            let mut borrowed: BTreeMap<(&str, &str), Vec<StaffId>> = BTreeMap::new();
            for member in visit.team_on(day) {
                let of = home(member.staff_id);
                if !of.is_empty() && of != own {
                    borrowed.entry((of, &member.role)).or_default().push(member.staff_id);
                }
            }
            for ((outlet, role), staff) in borrowed {
                let people = staff.len() as i64;
                list.push(request(Some(outlet.to_string()), Ground::Borrowed, role, people, staff));
            }
            let closed = rules.schedule.pension_day.days.contains(&day.day());
            for (role, lacking) in &visit.lacking {
                let taken = going.entry(day).or_default();
                let free = |c: &&Colleague| {
                    c.may_go_out
                        && !c.outlet.is_empty()
                        && !closed
                        && !c.leave.iter().any(|(from, to)| (*from..=*to).contains(&day))
                        && !taken.contains(&c.staff_id)
                        && staffing::qualifies(&rules.staffing, role, c)
                };
                let mut by_outlet: BTreeMap<&str, Vec<StaffId>> = BTreeMap::new();
                for c in colleagues.iter().filter(free) {
                    by_outlet.entry(c.outlet.as_str()).or_default().push(c.staff_id);
                }
                let mut order: Vec<(&str, Vec<StaffId>)> = by_outlet.into_iter().collect();
                order.sort_by_key(|(outlet, people)| (*outlet != own, std::cmp::Reverse(people.len())));
                let mut left = *lacking;
                for (outlet, people) in order {
                    let asked = left.clamp(0, people.len() as i64);
                    let of = |c: &&Colleague| c.outlet == outlet;
                    let size = colleagues.iter().filter(of).count() as i64;
                    let out = colleagues.iter().filter(of).filter(|c| taken.contains(&c.staff_id)).count() as i64;
                    let room = (rules.staffing.may_leave(size) - out).clamp(0, asked);
                    for (ground, n) in [(Ground::Free, room), (Ground::BeyondShare, asked - room)] {
                        if n > 0 {
                            list.push(request(Some(outlet.to_string()), ground, role, n, Vec::new()));
                        }
                    }
                    // Whoever is asked for once is not asked for again that day.
                    taken.extend(people.into_iter().take(asked as usize));
                    left -= asked;
                }
                if left > 0 {
                    list.push(request(None, Ground::Nobody, role, left, Vec::new()));
                }
            }
        }
    }
    list.sort_by(|a, b| {
        let key = |r: &SupportRequest| (r.outlet.is_none(), r.outlet.clone(), r.date, r.visit_id, r.ground);
        key(a).cmp(&key(b))
    });
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, visit};
    use crate::engagement::visit::planned::TeamMember;

    fn colleague(n: i64, outlet: &str, position: &str) -> Colleague {
        Colleague {
            staff_id: StaffId(n),
            name: format!("员工{n}"),
            outlet: outlet.into(),
            position: Some(position.into()),
            qualifications: Vec::new(),
            may_go_out: true,
            leave: Vec::new(),
            used: 0,
        }
    }

    #[test]
    fn whoever_is_short_asks_the_outlet_that_has_them_and_then_the_branch_above() {
        let rules = Rules::load(None).unwrap();
        let member =
            |n: i64, role: &str| TeamMember { staff_id: StaffId(n), role: role.into(), arrive: "09:00".into() };
        let mut planned = visit(1, 1, "2026-03-17", &[]);
        planned.team = vec![member(1, "lead"), member(2, "basic"), member(3, "basic")];
        planned.lacking = vec![("wealth".into(), 3)];
        planned.keep_alternatives(|_| false);
        let mut people = vec![
            colleague(1, "江北支行", "客户经理"),
            colleague(2, "江北支行", "柜员"),
            colleague(3, "城东支行", "柜员"),
            colleague(4, "江北支行", "理财经理"),
            colleague(5, "城东支行", "理财经理"),
            colleague(6, "城东支行", "理财经理"),
        ];
        people[5].leave = vec![(date("2026-03-16"), date("2026-03-18"))];
        let shown = |people: &[Colleague]| -> Vec<(Option<String>, Ground, String, i64, usize)> {
            let of =
                |r: SupportRequest| (r.outlet, r.ground, format!("{} {}", r.role, r.arrive), r.people, r.staff.len());
            let outlet = |_: EmployerId| Some("江北支行".to_string());
            requests(&rules, std::slice::from_ref(&planned), people, date("2026-03-02"), &outlet)
                .into_iter()
                .map(of)
                .collect()
        };
        let row = |outlet: Option<&str>, ground, role: &str, people, named| {
            (outlet.map(str::to_string), ground, role.to_string(), people, named)
        };
        // One from each outlet, beyond its third; the third specialist is on leave.
        assert_eq!(
            shown(&people),
            [
                row(Some("城东支行"), Ground::Borrowed, "basic 09:15", 1, 1),
                row(Some("城东支行"), Ground::BeyondShare, "wealth 09:30", 1, 0),
                row(Some("江北支行"), Ground::BeyondShare, "wealth 09:30", 1, 0),
                row(None, Ground::Nobody, "wealth 09:30", 1, 0),
            ]
        );
        assert_eq!(shown(&people[..3])[1], row(None, Ground::Nobody, "wealth 09:30", 3, 0));
    }
}
