//! The same as a mixed integer program: binaries per employer and per employer and day, rows per day and set of roles.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem as Program, SolveOptions, Variable};

use crate::engagement::visit::optimise::model::{Choice, Model};

/// Gains are counted in ten thousand yuan: coefficients of one program must not lie too far apart.
const UNIT_FEN: f64 = 1_000_000.0;

/// What the solver found.
pub struct Exact {
    pub choice: Choice,
    /// No plan is worth more, in fen.
    pub bound: f64,
}

struct Built {
    program: Program,
    visited: Vec<Variable>,
    /// By candidate: day and its variable.
    offered: Vec<Vec<(usize, Variable)>>,
}

/// `gain` and `weight`: what a visit and an offered day of a candidate count for.
fn build(model: &Model<'_>, gain: impl Fn(usize) -> f64, weight: impl Fn(f64) -> f64) -> Built {
    let mut program = Program::new(OptimizationDirection::Maximize);
    let visited: Vec<Variable> = (0..model.candidates.len()).map(|i| program.add_binary_var(gain(i))).collect();
    let offered: Vec<Vec<(usize, Variable)>> = model
        .candidates
        .iter()
        .map(|c| c.options.iter().map(|(day, w)| (*day, program.add_binary_var(weight(*w)))).collect())
        .collect();
    for (y, days) in visited.iter().zip(&offered) {
        let mut all = LinearExpr::empty();
        days.iter().for_each(|(_, x)| all.add(*x, 1.0));
        all.add(*y, -(model.problem.limits.dates as f64));
        program.add_constraint(all, ComparisonOp::Eq, 0.0);
        // Of days too close together one at most, and none without a visit.
        let mut in_order = days.clone();
        in_order.sort_by_key(|(day, _)| *day);
        let mut before: &[(usize, Variable)] = &[];
        for i in 0..in_order.len() {
            let close =
                (i..in_order.len()).take_while(|j| *j == i || !model.apart(in_order[i].0, in_order[*j].0)).count();
            let group = &in_order[i..i + close];
            // A group within the one before says nothing new.
            if !before.is_empty() && before.last().map(|l| l.0) == group.last().map(|l| l.0) {
                continue;
            }
            let mut row = LinearExpr::empty();
            group.iter().for_each(|(_, x)| row.add(*x, 1.0));
            row.add(*y, -1.0);
            program.add_constraint(row, ComparisonOp::Le, 0.0);
            before = group;
        }
    }
    let mut on: BTreeMap<usize, Vec<(usize, Variable)>> = BTreeMap::new();
    for (i, days) in offered.iter().enumerate() {
        days.iter().for_each(|(day, x)| on.entry(*day).or_default().push((i, *x)));
    }
    for (day, list) in on {
        let has = &model.days[day];
        let mut row = LinearExpr::empty();
        list.iter().for_each(|(_, x)| row.add(*x, 1.0));
        program.add_constraint(row, ComparisonOp::Le, has.visits as f64);
        for set in 1..has.by_set.len() {
            let wanted = |i: usize| model.candidates[i].demand[set];
            let mut most: Vec<i64> = list.iter().map(|(i, _)| wanted(*i)).collect();
            most.sort_unstable_by(|a, b| b.cmp(a));
            // Rows that cannot bind are left out, and so are those of a smaller set with the same demand and no more people.
            let can_bind = most.iter().take(has.visits as usize).sum::<i64>() > has.by_set[set];
            let implied = (1..has.by_set.len()).any(|other| {
                other != set
                    && has.by_set[other] <= has.by_set[set]
                    && list.iter().all(|(i, _)| model.candidates[*i].demand[other] >= wanted(*i))
                    && (other < set
                        || has.by_set[other] < has.by_set[set]
                        || list.iter().any(|(i, _)| model.candidates[*i].demand[other] > wanted(*i)))
            });
            if can_bind && !implied {
                let mut row = LinearExpr::empty();
                list.iter().filter(|(i, _)| wanted(*i) > 0).for_each(|(i, x)| row.add(*x, wanted(*i) as f64));
                program.add_constraint(row, ComparisonOp::Le, has.by_set[set] as f64);
            }
        }
    }
    Built { program, visited, offered }
}

fn hint(built: &Built, start: &Choice) -> Vec<(Variable, f64)> {
    let mut hint = Vec::new();
    for (i, days) in start.iter().enumerate() {
        hint.push((built.visited[i], f64::from(u8::from(days.is_some()))));
        for (day, x) in &built.offered[i] {
            hint.push((*x, f64::from(u8::from(days.as_ref().is_some_and(|days| days.contains(day))))));
        }
    }
    hint
}

fn solve(model: &Model<'_>, built: &Built, start: &Choice, nodes: u64) -> Option<(Choice, f64)> {
    let mut options = SolveOptions::default();
    options.node_limit = Some(nodes);
    options.warm_start = Some(hint(built, start));
    let solution = built.program.solve_with(options).ok()?.into_solution().ok()?;
    let bound = solution.stats().best_bound.unwrap_or(solution.objective());
    let choice = built
        .offered
        .iter()
        .zip(&model.candidates)
        .map(|(days, of)| {
            let mut chosen: Vec<usize> =
                days.iter().filter(|(_, x)| solution.var_value(*x) > 0.5).map(|(day, _)| *day).collect();
            chosen.sort_by(|a, b| model.weight(of, *b).total_cmp(&model.weight(of, *a)).then(a.cmp(b)));
            (!chosen.is_empty()).then_some(chosen)
        })
        .collect();
    Some((choice, bound))
}

/// The most gain within `nodes` nodes, from `start` on; `None`: the solver gave up.
pub fn most_gain(model: &Model<'_>, start: &Choice, nodes: u64) -> Option<Exact> {
    let built = build(model, |i| model.candidates[i].gain as f64 / UNIT_FEN, |_| 0.0);
    let (choice, bound) = solve(model, &built, start, nodes)?;
    Some(Exact { choice, bound: bound * UNIT_FEN })
}

/// The same visits on their best days, and of those that gain nothing as many as fit.
pub fn best_days(model: &Model<'_>, start: &Choice, nodes: u64) -> Option<Choice> {
    let mut built = build(model, |_| 0.0, |weight| weight);
    for (i, of) in model.candidates.iter().enumerate() {
        let (fixed, to) = (of.gain > 0, f64::from(u8::from(start[i].is_some())));
        if fixed {
            let mut row = LinearExpr::empty();
            row.add(built.visited[i], 1.0);
            built.program.add_constraint(row, ComparisonOp::Eq, to);
        }
    }
    solve(model, &built, start, nodes).map(|(choice, _)| choice)
}
