//! Teams that people choose themselves: who may go, in which role, and what a smaller team cannot do.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use crate::engagement::visit::optimise::problem::VisitTime;
use crate::engagement::visit::planned::{TeamMember, minutes_after, time_of_day};
use crate::engagement::visit::staffing::{self, Colleague, DayCall, StaffNeed, TOPIC_SPECIALIST};
use crate::facts::EmployerProfile;
use crate::model::{Reason, StaffId};
use crate::rules::visit::staffing::{Hours, StaffingRules};

/// Reasons that come from the people expected; they are told anew with another number.
pub const NEED_REASONS: &[&str] = &[
    "attendance_estimate",
    "attendance_given",
    "several_sessions",
    "team_size",
    "basic_service",
    "lead_advises",
    "president_comes",
    "team_reduced",
    TOPIC_SPECIALIST,
];

/// Reasons why a team is as it is; another team has others.
pub const TEAM_REASONS: &[&str] = &[
    "team_size",
    "basic_service",
    "lead_advises",
    "president_comes",
    "team_reduced",
    "team_chosen",
    "team_smaller",
    TOPIC_SPECIALIST,
];

/// Reasons for a day; a visit that is moved gets another one.
pub const DATE_REASONS: &[&str] = &["after_payday", "best_free_day", "day_chosen"];

const LEAD: &str = "lead";
const PRESIDENT: &str = "president";

/// The need for a number of visitors somebody has given, from one time of day to another.
pub fn need_given(rules: &StaffingRules, attendance: i64, executives: i64, hours: (&str, &str)) -> StaffNeed {
    let mut need = staffing::for_visitors(rules, attendance, executives, hours);
    need.reasons.insert(0, Reason::new("attendance_given").count("attendance", attendance));
    need
}

/// The most people the employer may have, by any of its lists; `None` when their number is not known.
pub fn heads(profile: &EmployerProfile) -> Option<i64> {
    let known = [profile.headcount, profile.paid_heads, profile.stated_headcount.unwrap_or(0)];
    known.into_iter().max().filter(|heads| *heads > 0)
}

/// What speaks for a day somebody has chosen, by what the schedule finds: it may be one of the best after a payday, but it
/// was not looked for among those that are free.
pub fn chosen_day(found: Reason) -> Reason {
    if found.rule == "best_free_day" { Reason::new("day_chosen") } else { found }
}

/// Somebody chose the topic.
pub fn topic_chosen() -> Reason {
    Reason::new("topic_chosen")
}

/// Whether a reason speaks for the topic.
pub fn is_of_topic(reason: &Reason) -> bool {
    let of_topic = ["topic_", "need_"].iter().any(|start| reason.rule.starts_with(start));
    of_topic && reason.rule != TOPIC_SPECIALIST
}

/// Whether the topic was found by season and by what the staff lack, and may be another one in another month.
pub fn topic_was_found(reasons: &[Reason]) -> bool {
    !reasons.contains(&topic_chosen())
}

/// Whether a visit may be held from `start` to `end`, and its further sessions after it: all within the hours in which
/// employers are visited.
pub fn within_hours(hours: &Hours, start: NaiveTime, end: NaiveTime, sessions: i64) -> bool {
    let (Some(earliest), Some(latest)) = (time_of_day(&hours.earliest), time_of_day(&hours.latest)) else {
        return false;
    };
    let further = (end - start + TimeDelta::minutes(hours.gap_minutes)) * (sessions - 1).max(0) as i32;
    earliest <= start && start < end && end - earliest + further <= latest - earliest
}

/// The same of a time of day.
pub fn fits_hours(hours: &Hours, time: &VisitTime, sessions: i64) -> bool {
    let ends = time_of_day(&time.start).zip(time_of_day(&time.end));
    ends.is_some_and(|(start, end)| within_hours(hours, start, end, sessions))
}

/// The team for `need`, or the largest smaller one that can be found, with the need it covers.
///
/// # Errors
/// What is lacking for the whole team.
pub fn largest_team(
    rules: &StaffingRules,
    need: &StaffNeed,
    people: &[Colleague],
    call: &DayCall,
) -> Result<(StaffNeed, Vec<TeamMember>), Vec<Reason>> {
    let refused = match staffing::assign(rules, need, people, call) {
        Ok(team) => return Ok((need.clone(), team)),
        Err(reasons) => reasons,
    };
    let smaller = std::iter::successors(need.reduced(rules), |n| n.reduced(rules));
    let mut found = smaller.filter_map(|n| staffing::assign(rules, &n, people, call).ok().map(|team| (n, team)));
    found.next().ok_or(refused)
}

/// Why a colleague cannot go on a day on which `taken` go elsewhere; `None` when he can.
pub fn away(who: &Colleague, date: NaiveDate, taken: &BTreeSet<StaffId>) -> Option<Reason> {
    let rule = if !who.may_go_out {
        "member_stays_in"
    } else if who.leave.iter().any(|(from, to)| (*from..=*to).contains(&date)) {
        "member_on_leave"
    } else if taken.contains(&who.staff_id) {
        "member_taken"
    } else {
        return None;
    };
    Some(Reason::new(rule).text("name", who.name.clone()).date("date", date))
}

/// Seats the people somebody has chosen, in role order: as many roles of the need as they can fill, the earlier ones first
/// and those who are named first before others; whoever is left over goes in a role he may take.
///
/// # Errors
/// One reason `member_unfit` for each who may take no role.
pub fn seat(
    rules: &StaffingRules,
    need: &StaffNeed,
    people: &[&Colleague],
    start: &str,
) -> Result<Vec<TeamMember>, Vec<Reason>> {
    let keys = rules.role_keys();
    let seats: Vec<&str> = need.roles.iter().flat_map(|(role, n)| (0..*n).map(move |_| role.as_str())).collect();
    let fits = |seat: usize, who: usize| staffing::qualifies(rules, seats[seat], people[who]);
    let mut seat_of: Vec<Option<usize>> = vec![None; people.len()];
    for seat in 0..seats.len() {
        fill(seat, &fits, &mut seat_of, &mut vec![false; people.len()]);
    }
    let spare = |who: &Colleague| {
        // One leads; the president comes for executives.
        let plain = keys.iter().filter(|k| **k != LEAD && **k != PRESIDENT);
        plain.chain(&keys).copied().find(|role| staffing::qualifies(rules, role, who))
    };
    let (mut team, mut unfit) = (Vec::new(), Vec::new());
    for (&who, seat) in people.iter().zip(&seat_of) {
        match seat.map(|seat| seats[seat]).or_else(|| spare(who)) {
            Some(role) => team.push(member(rules, who.staff_id, role, start)),
            None => unfit.push(Reason::new("member_unfit").text("name", who.name.clone())),
        }
    }
    if !unfit.is_empty() {
        return Err(unfit);
    }
    in_role_order(rules, &mut team);
    Ok(team)
}

/// Finds somebody for a seat: who is free, else whoever can give his own seat to another.
fn fill(seat: usize, fits: &dyn Fn(usize, usize) -> bool, seat_of: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    let fitting: Vec<usize> = (0..seat_of.len()).filter(|who| fits(seat, *who)).collect();
    if let Some(free) = fitting.iter().copied().find(|who| seat_of[*who].is_none()) {
        seat_of[free] = Some(seat);
        return true;
    }
    for who in fitting {
        let Some(other) = seat_of[who].filter(|_| !seen[who]) else { continue };
        seen[who] = true;
        if fill(other, fits, seat_of, seen) {
            seat_of[who] = Some(seat);
            return true;
        }
    }
    false
}

/// The same team under another lead: the one before takes the other's place in it, or stays at home where the new lead was
/// not in the team or leaves him no role he may take.
///
/// # Errors
/// The colleague may not lead.
pub fn led_by(
    rules: &StaffingRules,
    team: &[TeamMember],
    new: &Colleague,
    people: &[Colleague],
    start: &str,
) -> Result<Vec<TeamMember>, Reason> {
    if !staffing::qualifies(rules, LEAD, new) {
        let reason = Reason::new("member_not_role").text("name", new.name.clone());
        return Err(reason.word("role", format!("role.{LEAD}")));
    }
    let place = team.iter().find(|m| m.staff_id == new.staff_id);
    let before = team.iter().find(|m| m.role == LEAD && m.staff_id != new.staff_id);
    let moved = before.zip(place).and_then(|(before, place)| {
        let who = people.iter().find(|p| p.staff_id == before.staff_id)?;
        let keys = rules.role_keys();
        let others = keys.iter().copied().filter(|k| *k != LEAD && *k != PRESIDENT);
        let role = std::iter::once(place.role.as_str()).chain(others).find(|r| staffing::qualifies(rules, r, who))?;
        Some(member(rules, before.staff_id, role, start))
    });
    let stays = |m: &&TeamMember| m.staff_id != new.staff_id && before.is_none_or(|b| b.staff_id != m.staff_id);
    let mut led = vec![member(rules, new.staff_id, LEAD, start)];
    led.extend(team.iter().filter(stays).cloned());
    led.extend(moved);
    in_role_order(rules, &mut led);
    Ok(led)
}

/// People a team lacks by role.
pub fn lacks(need: &StaffNeed, team: &[TeamMember]) -> Vec<(String, i64)> {
    let of = |(role, wanted): &(String, i64)| {
        let lacking = wanted - team.iter().filter(|m| m.role == *role).count() as i64;
        (lacking > 0).then(|| (role.clone(), lacking))
    };
    need.roles.iter().filter_map(of).collect()
}

/// What a team that was chosen cannot do: one reason `team_smaller` for each role that lacks people.
fn lacking(need: &StaffNeed, team: &[TeamMember]) -> Vec<Reason> {
    let reason =
        |(role, n): (String, i64)| Reason::new("team_smaller").word("role", format!("role.{role}")).count("lacking", n);
    lacks(need, team).into_iter().map(reason).collect()
}

/// Why a team is as it is that somebody has chosen: that he did, and what it cannot do.
pub fn why_chosen(need: &StaffNeed, team: &[TeamMember]) -> Vec<Reason> {
    let chosen = Reason::new("team_chosen").count("people", team.len() as i64);
    std::iter::once(chosen).chain(lacking(need, team)).collect()
}

/// When each is to be on site, for visits that begin at `start`.
pub fn arrive(rules: &StaffingRules, team: &mut [TeamMember], start: &str) {
    for m in team {
        *m = member(rules, m.staff_id, &m.role, start);
    }
}

fn member(rules: &StaffingRules, staff_id: StaffId, role: &str, start: &str) -> TeamMember {
    let before = rules.roles.get(role).map_or(0, |r| r.arrive_before);
    TeamMember { staff_id, role: role.to_string(), arrive: minutes_after(start, -before) }
}

/// Of one role in the order given.
fn in_role_order(rules: &StaffingRules, team: &mut [TeamMember]) {
    let keys = rules.role_keys();
    team.sort_by_key(|m| keys.iter().position(|k| *k == m.role));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, profile};
    use crate::rules::Rules;

    fn rules() -> StaffingRules {
        Rules::load(None).unwrap().staffing
    }

    fn colleague(n: i64, position: &str, qualification: &str) -> Colleague {
        Colleague {
            staff_id: StaffId(n),
            name: format!("员工{n}"),
            outlet: "一网点".into(),
            position: Some(position.into()),
            qualifications: vec![qualification.to_string()],
            may_go_out: true,
            leave: Vec::new(),
            used: 0,
        }
    }

    /// A lead, people for basic service, one for wealth.
    fn need(basic: i64) -> StaffNeed {
        let roles = [("lead", 1), ("basic", basic), ("wealth", 1)].map(|(role, n)| (role.to_string(), n)).into();
        StaffNeed { roles, reasons: Vec::new(), ..staffing::for_attendance(&rules(), 40, 0) }
    }

    fn roles(team: &[TeamMember]) -> Vec<(i64, &str)> {
        team.iter().map(|m| (m.staff_id.0, m.role.as_str())).collect()
    }

    #[test]
    fn visits_are_held_by_day_with_all_their_sessions() {
        let hours = rules().hours;
        let fits = |start: &str, end: &str, sessions: i64| {
            within_hours(&hours, time_of_day(start).unwrap(), time_of_day(end).unwrap(), sessions)
        };
        assert!(fits("08:00", "20:00", 1) && fits("10:00", "12:00", 1));
        assert!(!fits("07:59", "09:00", 1) && !fits("18:00", "20:01", 1));
        assert!(!fits("12:00", "10:00", 1) && !fits("10:00", "10:00", 1));
        // Two hours each and two between: three end at eight in the evening, a fourth would at midnight.
        assert!(fits("10:00", "12:00", 3) && !fits("10:00", "12:00", 4) && !fits("10:30", "12:30", 3));
        assert!(!fits("16:00", "18:00", 2) && fits("14:00", "16:00", 2));
    }

    #[test]
    fn an_employer_has_as_many_people_as_its_longest_list() {
        let of = |headcount, paid_heads, stated_headcount| {
            heads(&EmployerProfile { headcount, paid_heads, stated_headcount, ..profile(1) })
        };
        assert_eq!(of(30, 28, Some(60)), Some(60));
        assert_eq!(of(30, 31, None), Some(31));
        assert_eq!(of(0, 0, None), None);
    }

    #[test]
    fn a_chosen_day_is_not_called_the_best_that_is_free() {
        let payday = Reason::new("after_payday").date("payday", date("2026-03-10")).count("workdays", 5);
        assert_eq!(chosen_day(payday.clone()), payday);
        assert_eq!(chosen_day(Reason::new("best_free_day").ratio("weight", 0.4)), Reason::new("day_chosen"));
    }

    #[test]
    fn those_named_first_lead_and_nobody_is_wasted() {
        let rules = rules();
        let people = [
            colleague(1, "客户经理", ""),
            colleague(2, "客户经理", "理财"),
            colleague(3, "柜员", ""),
            colleague(4, "大堂经理", ""),
        ];
        let all: Vec<&Colleague> = people.iter().collect();
        // Only the second may speak of wealth, so the clerk and the hall manager serve.
        let team = seat(&rules, &need(2), &all, "10:00").unwrap();
        assert_eq!(roles(&team), [(1, "lead"), (3, "basic"), (4, "basic"), (2, "wealth")]);
        assert_eq!(team[0].arrive, "09:00");
        assert_eq!(lacking(&need(2), &team), []);
        // Named the other way round the second would lead; but then nobody could speak of wealth.
        let turned = seat(&rules, &need(2), &[&people[1], &people[0], &people[2], &people[3]], "10:00").unwrap();
        assert_eq!(roles(&turned), [(1, "lead"), (3, "basic"), (4, "basic"), (2, "wealth")]);
    }

    #[test]
    fn a_small_team_goes_and_says_what_it_cannot_do() {
        let (rules, clerk, guard) = (rules(), colleague(3, "柜员", ""), colleague(9, "保安", ""));
        let team = seat(&rules, &need(2), &[&clerk], "14:00").unwrap();
        assert_eq!(roles(&team), [(3, "basic")]);
        let told: Vec<String> = lacking(&need(2), &team).iter().map(|r| format!("{:?}", r.params)).collect();
        assert_eq!(told.len(), 3);
        assert!(told[0].contains("role.lead") && told[1].contains("role.basic") && told[2].contains("role.wealth"));
        // More than are needed all go; who may take no role does not.
        let four: Vec<Colleague> = (1..=5).map(|n| colleague(n, "柜员", "")).collect();
        assert_eq!(seat(&rules, &need(2), &four.iter().collect::<Vec<_>>(), "10:00").unwrap().len(), 5);
        let refused = seat(&rules, &need(2), &[&clerk, &guard], "10:00").unwrap_err();
        assert_eq!(refused, [Reason::new("member_unfit").text("name", "员工9")]);
    }

    #[test]
    fn another_lead_takes_the_place_of_the_one_before() {
        let rules = rules();
        let people = [colleague(1, "客户经理", ""), colleague(2, "客户经理", "理财"), colleague(3, "柜员", "")];
        let team = seat(&rules, &need(1), &people.iter().collect::<Vec<_>>(), "10:00").unwrap();
        assert_eq!(roles(&team), [(1, "lead"), (3, "basic"), (2, "wealth")]);
        // The first may not speak of wealth; he serves.
        let led = led_by(&rules, &team, &people[1], &people, "10:00").unwrap();
        assert_eq!(roles(&led), [(2, "lead"), (3, "basic"), (1, "basic")]);
        let from_outside = led_by(&rules, &team, &colleague(7, "客户经理", ""), &people, "10:00").unwrap();
        assert_eq!(roles(&from_outside), [(7, "lead"), (3, "basic"), (2, "wealth")]);
        assert_eq!(led_by(&rules, &team, &people[0], &people, "10:00").unwrap(), team);
        assert_eq!(led_by(&rules, &team, &people[2], &people, "10:00").unwrap_err().rule, "member_not_role");
    }

    #[test]
    fn who_is_away_is_told_why() {
        let (day, none) = (date("2026-03-17"), BTreeSet::new());
        let rule = |who: &Colleague, taken: &BTreeSet<StaffId>| away(who, day, taken).map(|r| r.rule.to_string());
        let mut who = colleague(1, "柜员", "");
        assert_eq!(rule(&who, &none), None);
        assert_eq!(rule(&who, &BTreeSet::from([StaffId(1)])).as_deref(), Some("member_taken"));
        who.leave = vec![(date("2026-03-16"), date("2026-03-17"))];
        assert_eq!(rule(&who, &none).as_deref(), Some("member_on_leave"));
        who.may_go_out = false;
        assert_eq!(rule(&who, &none).as_deref(), Some("member_stays_in"));
    }
}
