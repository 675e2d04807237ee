//! Every day that is offered can be held, whoever answers first, and planning anew in between takes none of them away.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::*;
use crate::engagement::fixtures::{date, profile, workdays_2026};
use crate::engagement::visit::pack::needs::NeedsOf;
use crate::engagement::visit::staffing::Colleague;
use crate::model::days::workdays::Workdays;
use crate::model::rows::Paydays;
use crate::rules::Rules;

static NO_NEEDS: NeedsOf = NeedsOf::new();

const TODAY: &str = "2026-03-02";
/// 客户经理 lead and serve, 柜员 serve.
const POSITIONS: [(&str, &[&str]); 5] = [
    ("客户经理", &["lead", "basic"]),
    ("柜员", &["basic"]),
    ("理财经理", &["wealth"]),
    ("个贷经理", &["loan"]),
    ("行长", &["president"]),
];
/// The last: of no outlet.
const OUTLETS: [&str; 4] = ["江北支行", "江南支行", "河东支行", ""];

/// The shipped rules with so many visits a day, over three weeks and a bit, and without much searching.
fn rules(visits_per_day: usize) -> Rules {
    let mut rules = Rules::load(None).unwrap();
    rules.schedule.capacity.visits_per_day = visits_per_day;
    rules.schedule.horizon.days = 24;
    rules.schedule.budget.steps = 600;
    rules.schedule.budget.nodes = 5;
    rules
}

#[derive(Debug, Clone)]
struct Person {
    outlet: usize,
    position: usize,
    may_go_out: bool,
    /// First day from the first possible one, and how many more.
    leave: Option<(i64, i64)>,
}

#[derive(Debug, Clone)]
struct Target {
    headcount: i64,
    payday: u32,
    outlet: usize,
    executives: i64,
    gain: i64,
    rm: Option<usize>,
}

#[derive(Debug, Clone)]
struct Case {
    visits_per_day: usize,
    people: Vec<Person>,
    targets: Vec<Target>,
    /// Who answers next of those that have not, and which of its days it takes.
    answers: Vec<(Index, Index)>,
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    let position = prop::sample::select(vec![0usize, 0, 0, 1, 1, 1, 2, 3, 4]);
    let leave = prop::option::weighted(0.3, (0..24i64, 0..5i64));
    let person = (0..OUTLETS.len(), position, prop::bool::weighted(0.9), leave);
    let person =
        person.prop_map(|(outlet, position, may_go_out, leave)| Person { outlet, position, may_go_out, leave });
    prop::collection::vec(person, 8..16)
}

fn targets() -> impl Strategy<Value = Vec<Target>> {
    let headcount = prop::sample::select(vec![40i64, 120, 260]);
    let executives = prop::sample::select(vec![0i64, 0, 0, 3]);
    let rm = prop::option::of(0..8usize);
    let target = (headcount, 1..=31u32, 0..OUTLETS.len(), executives, 0..1_000i64, rm);
    let target = target.prop_map(|(headcount, payday, outlet, executives, gain, rm)| Target {
        headcount,
        payday,
        outlet,
        executives,
        gain,
        rm,
    });
    prop::collection::vec(target, 2..5)
}

fn cases() -> impl Strategy<Value = Case> {
    let answers = prop::collection::vec((any::<Index>(), any::<Index>()), 4);
    (1..=3usize, people(), targets(), answers).prop_map(|(visits_per_day, people, targets, answers)| Case {
        visits_per_day,
        people,
        targets,
        answers,
    })
}

impl Case {
    fn colleagues(&self) -> Vec<Colleague> {
        let first = days_after(date(TODAY), 14);
        let of = |(i, person): (usize, &Person)| Colleague {
            staff_id: StaffId(1 + i as i64),
            name: format!("员{i}"),
            outlet: OUTLETS[person.outlet].into(),
            position: Some(POSITIONS[person.position].0.into()),
            qualifications: Vec::new(),
            may_go_out: person.may_go_out,
            leave: person
                .leave
                .iter()
                .map(|(from, n)| (days_after(first, *from), days_after(first, from + n)))
                .collect(),
            used: 0,
        };
        self.people.iter().enumerate().map(of).collect()
    }

    fn profiles(&self) -> Vec<EmployerProfile> {
        let of = |(i, target): (usize, &Target)| EmployerProfile {
            employer_id: EmployerId(1 + i as i64),
            outlet: Some(OUTLETS[target.outlet].to_string()).filter(|o| !o.is_empty()),
            paydays: Paydays(vec![target.payday]),
            executives: target.executives,
            rm: target.rm.map(|n| StaffId(1 + n as i64)),
            ..profile(target.headcount)
        };
        self.targets.iter().enumerate().map(of).collect()
    }
}

/// What an employer holds: the days it was offered, or the one it agreed on.
struct Held {
    at: usize,
    need: StaffNeed,
    days: Offered,
    agreed: bool,
}

impl Held {
    fn of(proposed: Proposed) -> Held {
        let days = std::iter::once((proposed.date, proposed.team)).chain(proposed.alternatives).collect();
        Held { at: proposed.employer_id.0 as usize - 1, need: proposed.need, days, agreed: false }
    }
}

struct Branch<'a> {
    case: &'a Case,
    rules: &'a Rules,
    workdays: &'a Workdays,
    colleagues: Vec<Colleague>,
    profiles: Vec<EmployerProfile>,
}

impl Branch<'_> {
    fn standing(&self, held: &[Held]) -> Vec<Standing> {
        let of = |h: &Held| -> Vec<Standing> {
            let day = |(date, team): &(NaiveDate, Vec<TeamMember>)| Standing {
                employer_id: self.profiles[h.at].employer_id,
                date: *date,
                time: None,
                district: None,
                terminals: 0,
                team: team.iter().map(|m| m.staff_id).collect(),
            };
            h.days.iter().map(day).collect()
        };
        held.iter().flat_map(of).collect()
    }

    fn input<'b>(&'b self, standing: &'b [Standing]) -> ScheduleInput<'b> {
        let (rules, workdays, colleagues) = (self.rules, self.workdays, self.colleagues.as_slice());
        ScheduleInput { rules, workdays, today: date(TODAY), colleagues, standing, outlets: &[], needs: &NO_NEEDS }
    }

    /// What is offered now to those that hold nothing.
    fn plan(&self, held: &[Held]) -> Vec<Held> {
        let free = |i: &usize| held.iter().all(|h| h.at != *i);
        let wanted = |i: usize| Wanted {
            profile: &self.profiles[i],
            gain: Fen::yuan(self.case.targets[i].gain),
            offered: Vec::new(),
            need: None,
        };
        let wanted: Vec<Wanted<'_>> = (0..self.profiles.len()).filter(free).map(wanted).collect();
        let standing = self.standing(held);
        propose(&self.input(&standing), &wanted).proposed.into_iter().map(Held::of).collect()
    }

    /// All days held, as if every visit took place, counted person by person.
    fn all_can_be_held(&self, held: &[Held]) -> Result<(), TestCaseError> {
        let mut on: BTreeMap<NaiveDate, Vec<&[TeamMember]>> = BTreeMap::new();
        for h in held {
            let profile = &self.profiles[h.at];
            for (day, team) in &h.days {
                prop_assert!(*day >= days_after(date(TODAY), 14), "{day} is too early");
                prop_assert!(
                    day_weight(&self.rules.schedule, self.workdays, profile, *day).is_ok(),
                    "{day} will not do"
                );
                for (role, n) in &h.need.roles {
                    prop_assert_eq!(team.iter().filter(|m| m.role == *role).count() as i64, *n, "{} on {}", role, day);
                }
                prop_assert_eq!(team.len() as i64, h.need.people());
                on.entry(*day).or_default().push(team);
            }
            if !h.agreed {
                prop_assert_eq!(h.days.len(), 2);
                prop_assert!((h.days[0].0 - h.days[1].0).num_days().abs() >= 2);
            }
        }
        for (day, teams) in on {
            prop_assert!(teams.len() <= self.case.visits_per_day, "{} visits on {day}", teams.len());
            let mut going = BTreeSet::new();
            for member in teams.iter().copied().flatten() {
                let n = member.staff_id.0 as usize - 1;
                let (person, colleague) = (&self.case.people[n], &self.colleagues[n]);
                prop_assert!(going.insert(n), "{n} is in two places on {day}");
                prop_assert!(person.may_go_out, "{n} may not go");
                prop_assert!(POSITIONS[person.position].1.contains(&member.role.as_str()), "{n} is no {}", member.role);
                let away = colleague.leave.iter().any(|(from, to)| *from <= day && day <= *to);
                prop_assert!(!away, "{n} is on leave on {day}");
            }
            for (outlet, name) in OUTLETS.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                let size = self.case.people.iter().filter(|p| p.outlet == outlet).count();
                let gone = going.iter().filter(|n| self.case.people[**n].outlet == outlet).count();
                // A third, one at least where another stays; nobody on pension day.
                let most = if day.day() == 15 { 0 } else { (size / 3).max(usize::from(size > 1)) };
                prop_assert!(gone <= most, "{gone} of {size} people of {name} are away on {day}");
            }
        }
        Ok(())
    }
}

/// Plans, lets employers answer in the order of the case, and plans anew after each answer; tells how many agreed.
fn answered(case: &Case, rules: &Rules, workdays: &Workdays) -> Result<usize, TestCaseError> {
    let (colleagues, profiles) = (case.colleagues(), case.profiles());
    let branch = Branch { case, rules, workdays, colleagues, profiles };
    let mut held = branch.plan(&[]);
    branch.all_can_be_held(&held)?;
    let mut agreed = 0;
    for (who, which) in &case.answers {
        let waiting: Vec<usize> = (0..held.len()).filter(|i| !held[*i].agreed).collect();
        if waiting.is_empty() {
            break;
        }
        let at = waiting[who.index(waiting.len())];
        let which = which.index(held[at].days.len());
        let chosen = held[at].days.swap_remove(which);
        let day = chosen.0;
        (held[at].days, held[at].agreed) = (vec![chosen], true);
        agreed += 1;
        branch.all_can_be_held(&held)?;
        // What `plan confirm` asks: whether there are people beside all that is held by others.
        let standing = branch.standing(&held);
        let profile = &branch.profiles[held[at].at];
        let found = team_for(&branch.input(&standing), profile, &held[at].need, &standing, day);
        prop_assert!(found.is_ok(), "{day}: {found:?}");
        // The day it did not take is free for others.
        let more = branch.plan(&held);
        held.extend(more);
        branch.all_can_be_held(&held)?;
    }
    Ok(agreed)
}

#[test]
fn whatever_day_is_agreed_on_can_be_held_in_every_order_of_answers() {
    let (rules, workdays) = ([rules(1), rules(2), rules(3)], workdays_2026());
    let (cases_run, agreed) = (16, Cell::new(0));
    let config = Config { source_file: Some(file!()), ..Config::with_cases(cases_run) };
    let outcome = TestRunner::new(config).run(&cases(), |case| {
        agreed.set(agreed.get() + answered(&case, &rules[case.visits_per_day - 1], &workdays)?);
        Ok(())
    });
    outcome.unwrap_or_else(|failed| panic!("{failed}"));
    // Where nothing can be planned, nothing is shown.
    assert!(agreed.get() >= cases_run as usize / 2, "{}", agreed.get());
}

/// Days an employer is offered, each with its team.
type Offered = Vec<(NaiveDate, Vec<TeamMember>)>;

/// Three employers, a visit a day: what was offered is offered again, the same days in the same order with the same people,
/// whatever each gains.
#[test]
fn days_that_were_offered_are_offered_again_when_all_is_planned_anew() {
    let (rules, workdays) = (rules(1), workdays_2026());
    let person = |position: usize, outlet: usize| Person { outlet, position, may_go_out: true, leave: None };
    let target = |payday: u32, gain: i64| Target { headcount: 40, payday, outlet: 0, executives: 0, gain, rm: None };
    let case = Case {
        visits_per_day: 1,
        people: (0..10).map(|i| person(usize::from(i >= 3), if i < 7 { 0 } else { 3 })).collect(),
        targets: vec![target(10, 900), target(25, 800), target(18, 700)],
        answers: Vec::new(),
    };
    let (colleagues, profiles) = (case.colleagues(), case.profiles());
    let branch = Branch { case: &case, rules: &rules, workdays: &workdays, colleagues, profiles };
    let plan = |offered: &[Offered], gains: [i64; 3]| -> Vec<(EmployerId, Offered)> {
        let wanted = |(i, gain): (usize, i64)| Wanted {
            profile: &branch.profiles[i],
            gain: Fen::yuan(gain),
            offered: offered.get(i).cloned().unwrap_or_default(),
            need: None,
        };
        let wanted: Vec<Wanted<'_>> = gains.into_iter().enumerate().map(wanted).collect();
        let days = |p: Proposed| (p.employer_id, Held::of(p).days);
        propose(&branch.input(&[]), &wanted).proposed.into_iter().map(days).collect()
    };
    let first = plan(&[], [900, 800, 700]);
    assert_eq!(first.len(), 3);
    let offered: Vec<Offered> = first.iter().map(|(_, days)| days.clone()).collect();
    // Taken in another order, another one would get the days that are as good for two of them.
    for gains in [[900, 800, 700], [700, 800, 900], [100, 900, 100]] {
        assert_eq!(plan(&offered, gains), first, "{gains:?}");
    }
}
