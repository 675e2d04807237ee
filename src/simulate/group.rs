//! One employer's people and all that is written of them.

use super::answers::{Answer, Asked, answers};
use super::branch::{Outline, Workforce};
use super::deeds::{Contact, Flow, contacts, flows};
use super::{balances, pay, people};
use crate::simulate::settings::Settings;

/// What is written of one employer's people.
pub(super) struct Group<'a> {
    pub people: Workforce,
    pub flows: Vec<Flow<'a>>,
    pub contacts: Vec<Contact<'a>>,
    pub answers: Vec<Answer>,
}

/// The people of the employer at `index` with their pay and holdings. Chance of their own makes them: they are the same
/// whichever other employers' people are made, and when.
pub(super) fn workforce(rules: &Settings, outline: &Outline, index: usize) -> Workforce {
    let mut employees = people::hire(rules, outline, index);
    let payments = pay::pay(rules, outline, index, &employees);
    balances::fill(rules, outline, index, &payments, &mut employees);
    people::hand_to_wealth_managers(rules, &mut employees, &outline.staff);
    Workforce { employer: index, before: outline.people_before[index], employees, payments }
}

/// The employer at `index`; `told` counts the contacts of those before and is carried on.
pub(super) fn group<'a>(
    rules: &'a Settings,
    outline: &Outline,
    index: usize,
    asked: &[Asked],
    told: &mut usize,
) -> Group<'a> {
    let people = workforce(rules, outline, index);
    let here = if rules.exporting { people.employees.len() } else { 0 };
    Group {
        flows: flows(rules, outline, &people),
        contacts: contacts(rules, outline, &people, told),
        answers: answers(rules, outline, index, here, asked),
        people,
    }
}
