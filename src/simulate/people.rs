//! The employees: who they are, how long they are paid, what they agreed to.

use super::branch::{Employee, Employer, Outline, Staff};
use super::codes;
use super::dice::{Dice, stream};
use crate::model::days::period::days_after;
use crate::model::money::Fen;
use crate::model::status::{Consent, Level, PayKind};
use crate::simulate::settings::{PeopleRule, Settings};

/// The employees of the employer at `index`, with room for one holding per snapshot.
pub(super) fn hire(rules: &Settings, outline: &Outline, index: usize) -> Vec<Employee> {
    let wages = outline.runs.iter().filter(|r| r.kind == PayKind::Wage).count();
    let employer = &outline.employers[index];
    let mut dice = Dice::new(outline.spec.seed, stream::EACH + index as u64);
    let levels = levels(rules, employer, &mut dice);
    let terms = terms(rules, employer, wages, &mut dice);
    let mut list: Vec<Employee> = Vec::with_capacity(employer.heads);
    for (level, term) in levels.into_iter().zip(terms) {
        let serial = outline.people_before[index] + list.len();
        let mut person = person(rules, employer, (serial, outline.people), level, &mut dice);
        person.employer = index;
        person.first_run = term.first;
        person.last_run = term.last;
        person.closed = term.closed;
        // Some have no owner yet.
        person.rm = (!dice.chance(8)).then_some(employer.rm).filter(|rm| *rm < outline.staff.len());
        person.holdings = vec![None; outline.snapshots.len()];
        list.push(person);
    }
    list
}

fn levels(rules: &Settings, employer: &Employer, dice: &mut Dice) -> Vec<Level> {
    let managers = employer.heads * rules.people.manager_percent / 100;
    let mut list: Vec<Level> = (0..employer.heads)
        .map(|i| match i {
            i if i < employer.executives => Level::Executive,
            i if i < employer.executives + managers => Level::Manager,
            _ => Level::Staff,
        })
        .collect();
    dice.shuffle(&mut list);
    list
}

/// From which to which wage run somebody is paid.
#[derive(Clone, Copy)]
struct Term {
    first: usize,
    last: usize,
    closed: bool,
}

/// Leavers and joiners: by the story where there is one, else a few percent. Nobody's paid heads fall by a tenth
/// outside the story.
fn terms(rules: &Settings, employer: &Employer, wages: usize, dice: &mut Dice) -> Vec<Term> {
    let always = Term { first: 0, last: wages.saturating_sub(1), closed: false };
    let mut list = vec![always; employer.heads];
    if employer.unpaid_last > 0 && wages >= 2 {
        list.iter_mut().take(employer.unpaid_last).for_each(|t| t.last = wages - 2);
    } else if employer.story.is_none() && wages >= 4 {
        let people = employer.heads as i64;
        let some = |percent: i64, dice: &mut Dice| ((people * percent + dice.between(0, 99)) / 100) as usize;
        let leavers = some(rules.people.leaver_percent, dice).min(employer.heads / 8);
        let joiners = some(rules.people.joiner_percent, dice).min(employer.heads / 8);
        for (i, term) in list.iter_mut().take(leavers + joiners).enumerate() {
            if i >= leavers {
                term.first = wages - 1 - (i - leavers) % 2;
            } else if i % 2 == 0 {
                term.last = wages - 3;
            } else {
                *term = Term { last: wages - 4, closed: dice.chance(50), ..always };
            }
        }
    }
    dice.shuffle(&mut list);
    list
}

fn person(
    rules: &Settings,
    employer: &Employer,
    (serial, total): (usize, usize),
    level: Level,
    dice: &mut Dice,
) -> Employee {
    let p = &rules.people;
    let female = dice.chance(50);
    let age = dice.within(if employer.pension { p.pension_age } else { p.working_age });
    let age = if level == Level::Executive { age.max(38) } else { age };
    let birth = days_after(rules.branch.plan_day, -(age * 365 + age / 4 + dice.between(0, 364)));
    let pay_factor = match level {
        Level::Executive => p.executive_pay,
        Level::Manager => p.manager_pay,
        Level::Staff => 100,
    };
    let spread = dice.between(100 - p.pay_spread, 100 + p.pay_spread);
    let inactive = dice.chance(p.inactive_percent);
    Employee {
        employer: 0,
        customer_number: format!("KH{:08}", serial + 1),
        name: name(p, serial, total),
        id_number: codes::id_number(birth, serial, female),
        phone: codes::phone(&p.phone_prefix, serial + 1),
        card: codes::card(serial * 13 + 100),
        account_class: if dice.chance(p.second_class_percent) { 2 } else { 1 },
        level,
        birth,
        rm: None,
        first_run: 0,
        last_run: 0,
        closed: false,
        inactive,
        base_pay: pay_factor * spread * (100 + (age - 23).clamp(0, 25)),
        risk: (!dice.chance(p.risk_missing_percent)).then(|| {
            let valid = days_after(rules.branch.plan_day, dice.between(-60, 330));
            (dice.between(1, 4) + i64::from(dice.chance(10)), valid)
        }),
        consent_sms: consent(p, dice),
        consent_phone: consent(p, dice),
        consent_wecom: consent(p, dice),
        mortgage: loan(p.mortgage_percent, [80_000, 900_000], dice),
        consumer_loan: loan(p.consumer_loan_percent, [5_000, 150_000], dice),
        holdings: Vec::new(),
    }
}

fn consent(p: &PeopleRule, dice: &mut Dice) -> Option<Consent> {
    if dice.chance(p.consent_missing_percent) {
        return None;
    }
    Some(if dice.chance(p.consent_refused_percent) { Consent::Refused } else { Consent::Given })
}

fn loan(percent: i64, range: [i64; 2], dice: &mut Dice) -> Fen {
    if dice.chance(percent) { Fen::yuan(dice.within(range) / 100 * 100) } else { Fen::ZERO }
}

/// A stem and digits, each once: the step is prime to the number of names.
fn name(p: &PeopleRule, serial: usize, total: usize) -> String {
    let digits = if total < 9_000 { 3 } else { 5 };
    let space = 10usize.pow(digits);
    let surname = p.surnames.get(serial % p.surnames.len().max(1)).map_or("", String::as_str);
    let number = (serial / 10 * 617 + serial * 7 + 103) % space;
    let text: String = format!("{number:0width$}", width = digits as usize)
        .bytes()
        .map(|d| p.digits.get(usize::from(d - b'0')).map_or("", String::as_str))
        .collect();
    format!("{surname}{text}")
}

/// From a certain AUM on, a wealth manager of the same outlet (else the first) owns the client.
pub(super) fn hand_to_wealth_managers(rules: &Settings, employees: &mut [Employee], staff: &[Staff]) {
    let managers: Vec<usize> = (0..staff.len()).filter(|i| staff[*i].role == "wealth_manager").collect();
    let from = Fen::yuan(rules.people.wealth_manager_from);
    for person in employees {
        let rich = person.holdings.iter().flatten().any(|h| h.aum() >= from);
        if let (true, Some(rm)) = (rich, person.rm) {
            let near = managers.iter().find(|m| staff[**m].outlet == staff[rm].outlet);
            person.rm = near.or(managers.first()).copied().or(person.rm);
        }
    }
}
