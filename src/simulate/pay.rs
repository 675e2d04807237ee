//! The payments of every run.

use chrono::Datelike;

use super::branch::{BranchSpec, Employee, Employer, Payment, Run};
use super::codes;
use super::dice::{Dice, stream};
use crate::model::money::{Fen, split_exactly};
use crate::model::status::PayKind;
use crate::simulate::settings::Settings;

/// All payments, by run and employer. In every wage run an employer's mean is its wage to the fen.
pub(super) fn pay(
    rules: &Settings,
    spec: &BranchSpec,
    employers: &[Employer],
    employees: &[Employee],
    runs: &[Run],
) -> Vec<Payment> {
    let last_wage = runs.iter().rposition(|x| x.kind == PayKind::Wage).unwrap_or(0);
    let mut list = Vec::new();
    for (r, run) in runs.iter().enumerate() {
        let mut start = 0;
        for (e, employer) in employers.iter().enumerate() {
            let mut dice = Dice::new(spec.seed, stream::PAY + (r * 10_000 + e) as u64);
            let members = start..(start + employer.heads).min(employees.len());
            start = members.end;
            let staff: Vec<usize> = members.filter(|i| is_paid(&employees[*i], employer, run, r, last_wage)).collect();
            let (weights, mean) = match run.kind {
                PayKind::Bonus => (spread(&staff, employees, 30, &mut dice), Fen(employer.wage.0 * 2)),
                _ => (spread(&staff, employees, 4, &mut dice), employer.wage),
            };
            let amounts = split_exactly(mean.0 * staff.len() as i64, &weights);
            for (i, amount) in staff.into_iter().zip(amounts) {
                list.push(Payment {
                    run: r,
                    employer: e,
                    employee: Some(i),
                    name: employees[i].name.clone(),
                    account: employees[i].card.clone(),
                    amount: Fen(amount),
                    purpose: purpose(rules, employer, run),
                });
            }
        }
    }
    add_strays(rules, spec, employers, &mut list, runs);
    list
}

fn is_paid(person: &Employee, employer: &Employer, run: &Run, r: usize, last_wage: usize) -> bool {
    match run.kind {
        // Whoever joined lately has earned no bonus yet.
        PayKind::Bonus => employer.bonus && person.last_run == last_wage && person.first_run == 0,
        _ => person.first_run <= r && r <= person.last_run,
    }
}

/// Base pay, give or take `percent`.
fn spread(staff: &[usize], employees: &[Employee], percent: i64, dice: &mut Dice) -> Vec<i64> {
    staff.iter().map(|i| employees[*i].base_pay * dice.between(1000 - percent * 10, 1000 + percent * 10)).collect()
}

fn purpose(rules: &Settings, employer: &Employer, run: &Run) -> String {
    let w = &rules.words;
    let words = match run.kind {
        PayKind::Bonus => &w.bonus_purpose,
        _ if employer.pension => &w.pension_purpose,
        _ => &w.wage_purpose,
    };
    words.replace("{month}", &run.month.month().to_string())
}

/// What never fails to occur: payees without a record in the last wage run, and one person twice in the run before.
fn add_strays(rules: &Settings, spec: &BranchSpec, employers: &[Employer], list: &mut Vec<Payment>, runs: &[Run]) {
    let mut dice = Dice::new(spec.seed, stream::STRAY);
    let Some(last) = runs.iter().rposition(|r| r.kind == PayKind::Wage) else { return };
    let Some(host) = employers.iter().rposition(|e| e.story.is_none()) else { return };
    for n in 0..rules.branch.unmatched_payees {
        let digit = rules.people.digits.get(n + 1).map_or("", String::as_str);
        list.push(Payment {
            run: last,
            employer: host,
            employee: None,
            name: format!("{}{digit}", rules.words.unmatched_surname),
            account: codes::card(7_000_000_000 + n * 11),
            amount: Fen::yuan(dice.between(3_000, 6_000)),
            purpose: purpose(rules, &employers[host], &runs[last]),
        });
    }
    if last >= 1
        && let Some(twice) = list.iter().rfind(|p| p.run == last - 1 && p.employer == host).cloned()
    {
        let month = runs[last - 1].month.month().to_string();
        let purpose = rules.words.back_pay_purpose.replace("{month}", &month);
        list.push(Payment { amount: Fen::yuan(dice.between(200, 800)), purpose, ..twice });
    }
    list.sort_by_key(|p| (p.run, p.employer));
}
