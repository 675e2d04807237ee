//! Whom to visit on which days, as one optimisation over the coming weeks (`docs/plan-model.md`).
//!
//! Every employer that is visited is offered several days, and all of them are kept free for it, with people, until it has
//! answered: whatever the others say, each of them can be held.

pub mod check;
mod exact;
mod kept;
mod model;
pub(in crate::engagement::visit) mod places;
pub mod problem;
mod search;
mod settle;
pub mod teams;

#[cfg(test)]
mod tests;

use crate::engagement::visit::optimise::model::{Candidate, Choice, Model};
pub use crate::engagement::visit::optimise::problem::Chosen;
use crate::engagement::visit::optimise::problem::Problem;
use crate::rules::visit::schedule::SearchBudget;

/// How far is searched, counted and never timed: every PC finds the same plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Days looked at while a plan is bettered without proof.
    pub steps: u64,
    /// Nodes of branch and bound.
    pub nodes: u64,
    /// With more employers × days than this there is no branch and bound.
    pub largest: usize,
    /// What is spent on naming people while days are settled; 0: days are settled whoever goes.
    pub naming: u64,
}

impl Budget {
    pub fn of(rules: &SearchBudget) -> Budget {
        Budget { steps: rules.steps, nodes: rules.nodes, largest: rules.largest, naming: rules.naming }
    }
}

/// A plan without names.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// In the order of the employers.
    pub visits: Vec<Chosen>,
    pub gain_fen: i64,
    /// No plan gains more.
    pub bound_fen: i64,
}

impl Solved {
    /// How much more there could be at most, as a share of the bound; 0 where it is proven.
    pub fn gap(&self) -> f64 {
        if self.bound_fen <= self.gain_fen { 0.0 } else { 1.0 - self.gain_fen as f64 / self.bound_fen as f64 }
    }
}

/// The plan with most 提升空间; of those the one whose days weigh most; then whose times are preferred, and which keeps most
/// days that were offered already. Of those it is looked for one that borrows fewest people, shares the visits out most
/// evenly, has visits of a day near each other, and the earliest days (`settle`).
///
/// # Errors
/// More roles than can be counted together.
pub fn solve(problem: &Problem, budget: Budget) -> Result<Solved, model::TooManyRoles> {
    let model = Model::of(problem)?;
    if problem.limits.dates == 0 {
        return Ok(Solved { visits: Vec::new(), gain_fen: 0, bound_fen: 0 });
    }
    let start = search::greedy(&model);
    let mut best = search::improve(&model, start, budget.steps);
    let first = |i: &usize| model.of_employer(*i).start == *i;
    let all: i64 = (0..model.candidates.len()).filter(first).map(|i| model.candidates[i].gain).sum();
    let mut bound = all;
    let size: usize = model.candidates.iter().map(|c| c.options.len() + 1).sum();
    if size <= budget.largest && size > 0 {
        if let Some(exact) = exact::most_gain(&model, &best, budget.nodes) {
            bound = bound.min(exact.bound.ceil() as i64);
            take_better(&model, &mut best, exact.choice);
        }
        if let Some(days) = exact::best_days(&model, &best, budget.nodes) {
            take_better(&model, &mut best, days);
        }
    }
    settle::settle(&model, &mut best, budget.naming);
    let gain = model.worth(&best).gain;
    let visit = |(of, days): (&Candidate, Option<Vec<usize>>)| {
        let mut days = days?;
        days.sort_by(|a, b| of.order((*a, of.weight(*a)), (*b, of.weight(*b))));
        Some(Chosen { employer: of.place, time: of.time, days })
    };
    let visits = model.candidates.iter().zip(best).filter_map(visit).collect();
    Ok(Solved { visits, gain_fen: gain, bound_fen: bound.max(gain) })
}

/// Takes a plan that is better, if it can be had: the solver counts in floating point.
fn take_better(model: &Model<'_>, best: &mut Choice, other: Choice) {
    let mut left = model.days.clone();
    let holds = (0..other.len()).all(|i| {
        let Some(days) = &other[i] else { return true };
        let demand = &model.candidates[i].demand;
        let fit = days.iter().all(|day| {
            let fits = left[*day].fits(&model.rows, demand);
            left[*day].take(&model.rows, demand);
            fits
        });
        let apart = |(n, a): (usize, &usize)| days[..n].iter().all(|b| model.apart(*a, *b));
        let alone = model.of_employer(i).filter(|at| other[*at].is_some()).count() == 1;
        fit && alone && days.len() == model.problem.limits.dates && days.iter().enumerate().all(apart)
    });
    if holds && model.worth(&other).is_better(&model.worth(best)) {
        *best = other;
    }
}
