//! Whom to visit on which days, as one optimisation over the coming weeks (`docs/plan-model.md`).
//!
//! Every employer that is visited is offered several days, and all of them are kept free for it, with people, until it has
//! answered: whatever the others say, each of them can be held.

pub mod check;
mod exact;
mod model;
pub(in crate::engagement::visit) mod places;
pub mod problem;
mod search;
pub mod teams;

#[cfg(test)]
mod tests;

use crate::engagement::visit::optimise::model::{Choice, Model};
use crate::engagement::visit::optimise::problem::Problem;

/// How far is searched, counted and never timed: every PC finds the same plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Days looked at while a plan is bettered without proof.
    pub steps: u64,
    /// Nodes of branch and bound.
    pub nodes: u64,
    /// With more employers × days than this there is no branch and bound.
    pub largest: usize,
}

/// A plan without names.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// Places of employers and of the days offered to each, best first; in the order of the employers.
    pub visits: Vec<(usize, Vec<usize>)>,
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

/// The plan with most 提升空间; of those the one whose days weigh most; of those the earliest.
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
    let all: i64 = model.candidates.iter().map(|c| c.gain).sum();
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
    search::earlier(&model, &mut best);
    let gain = model.worth(&best).0;
    let visits = model.candidates.iter().zip(best).filter_map(|(of, days)| Some((of.place, days?))).collect();
    Ok(Solved { visits, gain_fen: gain, bound_fen: bound.max(gain) })
}

/// Takes a plan that is better, if it can be had: the solver counts in floating point.
fn take_better(model: &Model<'_>, best: &mut Choice, other: Choice) {
    let mut left = model.days.clone();
    let holds = model.candidates.iter().zip(&other).all(|(of, days)| {
        days.iter().flatten().all(|day| {
            let fits = left[*day].fits(&of.demand);
            left[*day].take(&of.demand);
            fits
        }) && days.as_ref().is_none_or(|days| {
            let apart = |(i, a): (usize, &usize)| days[..i].iter().all(|b| model.apart(*a, *b));
            days.len() == model.problem.limits.dates && days.iter().enumerate().all(apart)
        })
    });
    if holds && search::is_better(model.worth(&other), model.worth(best)) {
        *best = other;
    }
}
