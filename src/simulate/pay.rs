//! The payments of every run.

use chrono::Datelike;

use super::branch::{Employee, Employer, Outline, Payment, Run};
use super::codes;
use super::dice::{Dice, stream};
use crate::model::money::{Fen, split_exactly};
use crate::model::status::PayKind;
use crate::simulate::settings::Settings;

/// All payments of the employer at `e` to its `employees`, by run. In every wage run its mean is its wage to the fen.
pub(super) fn pay(rules: &Settings, outline: &Outline, e: usize, employees: &[Employee]) -> Vec<Payment> {
    let last_wage = outline.runs.iter().rposition(|x| x.kind == PayKind::Wage).unwrap_or(0);
    let employer = &outline.employers[e];
    let mut list = Vec::new();
    for (r, run) in outline.runs.iter().enumerate() {
        let mut dice = Dice::new(outline.spec.seed, stream::PAY + (r * 10_000 + e) as u64);
        let staff: Vec<usize> =
            (0..employees.len()).filter(|i| is_paid(&employees[*i], employer, run, r, last_wage)).collect();
        let (weights, mean) = match run.kind {
            PayKind::Bonus => (spread(&staff, employees, 30, &mut dice), Fen(employer.wage.0 * 2)),
            _ => (spread(&staff, employees, 4, &mut dice), employer.wage),
        };
        let amounts = split_exactly(mean.0 * staff.len() as i64, &weights);
        let purpose = purpose(rules, employer, run);
        for (i, amount) in staff.into_iter().zip(amounts) {
            list.push(Payment {
                run: r,
                employer: e,
                employee: Some(i),
                name: employees[i].name.clone(),
                account: employees[i].card.clone(),
                amount: Fen(amount),
                purpose: purpose.clone(),
            });
        }
    }
    if outline.employers.iter().rposition(|other| other.story.is_none()) == Some(e) {
        add_strays(rules, outline, e, &mut list);
    }
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

/// What never fails to occur, at the last employer without a story: payees without a record in the last wage run, and one
/// person twice in the run before.
fn add_strays(rules: &Settings, outline: &Outline, host: usize, list: &mut Vec<Payment>) {
    let mut dice = Dice::new(outline.spec.seed, stream::STRAY);
    let runs = &outline.runs;
    let Some(last) = runs.iter().rposition(|r| r.kind == PayKind::Wage) else { return };
    for n in 0..rules.branch.unmatched_payees {
        let digit = rules.people.digits.get(n + 1).map_or("", String::as_str);
        list.push(Payment {
            run: last,
            employer: host,
            employee: None,
            name: format!("{}{digit}", rules.words.unmatched_surname),
            account: codes::card(7_000_000_000 + n * 11),
            amount: Fen::yuan(dice.between(3_000, 6_000)),
            purpose: purpose(rules, &outline.employers[host], &runs[last]),
        });
    }
    if last >= 1
        && let Some(twice) = list.iter().rfind(|p| p.run == last - 1).cloned()
    {
        let month = runs[last - 1].month.month().to_string();
        let purpose = rules.words.back_pay_purpose.replace("{month}", &month);
        list.push(Payment { amount: Fen::yuan(dice.between(200, 800)), purpose, ..twice });
    }
    list.sort_by_key(|p| p.run);
}
