//! The same as a mixed integer program: binaries per employer and per employer and day, rows per day and set of roles.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem as Program, SolveOptions, Variable};

use crate::engagement::visit::optimise::model::{Choice, DayChoice, Model};
use crate::engagement::visit::optimise::places::Part;

/// Gains are counted in ten thousand yuan: coefficients of one program must not lie too far apart.
const UNIT_FEN: f64 = 1_000_000.0;
/// What a time of day that is liked best counts for beside the weights of days.
const PREFERRED: f64 = 0.000_5;
/// What a visit counts for all of whose offered days stay; its days together count for less.
const KEPT: f64 = 0.000_1;

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
    /// Candidates that have been offered days, and whether they keep all of them.
    kept: Vec<(usize, Variable)>,
}

/// `gain` and `weight`: what a visit and an offered day of a candidate count for.
fn build(model: &Model<'_>, gain: impl Fn(usize) -> f64, weight: impl Fn(usize, &DayChoice) -> f64) -> Built {
    let mut program = Program::new(OptimizationDirection::Maximize);
    let visited: Vec<Variable> = (0..model.candidates.len()).map(|i| program.add_binary_var(gain(i))).collect();
    let offered: Vec<Vec<(usize, Variable)>> = model
        .candidates
        .iter()
        .enumerate()
        .map(|(i, c)| c.options.iter().map(|o| (o.day, program.add_binary_var(weight(i, o)))).collect())
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
    // Of an employer's times one at most.
    for i in (0..visited.len()).filter(|i| model.of_employer(*i).start == *i && model.of_employer(*i).len() > 1) {
        let mut row = LinearExpr::empty();
        model.of_employer(i).for_each(|at| row.add(visited[at], 1.0));
        program.add_constraint(row, ComparisonOp::Le, 1.0);
    }
    let mut on: BTreeMap<usize, Vec<(usize, Variable)>> = BTreeMap::new();
    for (i, days) in offered.iter().enumerate() {
        days.iter().for_each(|(day, x)| on.entry(*day).or_default().push((i, *x)));
    }
    for (day, list) in on {
        let mut row = LinearExpr::empty();
        list.iter().for_each(|(_, x)| row.add(*x, 1.0));
        program.add_constraint(row, ComparisonOp::Le, model.days[day].visits as f64);
        people(model, &mut program, day, &list);
    }
    Built { program, visited, offered, kept: Vec::new() }
}

/// The people and terminals of a day: a row of the program for each set of roles that can bind.
fn people(model: &Model<'_>, program: &mut Program, day: usize, list: &[(usize, Variable)]) {
    let has = &model.days[day];
    let demand = |i: usize| &model.candidates[i].demand;
    let whole: Vec<(usize, Variable)> = list.iter().copied().filter(|(i, _)| demand(*i).part == Part::Whole).collect();
    // What the half-day visits of each district take of each resource: no less than either half asks for.
    let mut taken: Vec<Vec<Option<Variable>>> = Vec::new();
    let mut known: Vec<Vec<Option<Variable>>> = Vec::new();
    let resources = list.first().map_or(0, |(i, _)| demand(*i).resources.len());
    let districts: BTreeSet<usize> =
        list.iter().filter(|(i, _)| demand(*i).part != Part::Whole).map(|(i, _)| demand(*i).district).collect();
    for district in &districts {
        let of =
            |part: Part| list.iter().filter(move |(i, _)| demand(*i).district == *district && demand(*i).part == part);
        let mut variables = Vec::new();
        for r in 0..resources {
            let wanted = |(i, _): &&(usize, Variable)| demand(*i).resources[r] > 0;
            let any = of(Part::First).chain(of(Part::Second)).any(|c| wanted(&c));
            let variable = any.then(|| program.add_var(0.0, (0.0, f64::INFINITY)));
            for part in [Part::First, Part::Second] {
                let Some(most) = variable else { continue };
                let mut row = LinearExpr::empty();
                of(part).filter(wanted).for_each(|(i, x)| row.add(*x, demand(*i).resources[r] as f64));
                row.add(most, -1.0);
                program.add_constraint(row, ComparisonOp::Le, 0.0);
            }
            variables.push(variable);
        }
        let is_known = list.iter().any(|(i, _)| demand(*i).district == *district && demand(*i).is_known);
        if is_known { known.push(variables) } else { taken.push(variables) }
    }
    if list.iter().any(|(i, _)| demand(*i).part == Part::Late) {
        // Known districts together: no less than each by itself, and no less than all their second halves.
        let second = |i: usize, r: usize| {
            demand(i).is_known && matches!(demand(i).part, Part::Second | Part::Late) && demand(i).resources[r] > 0
        };
        let mut pool = Vec::new();
        for r in 0..resources {
            let most = program.add_var(0.0, (0.0, f64::INFINITY));
            let (mut alone, mut all) = (LinearExpr::empty(), LinearExpr::empty());
            known.iter().filter_map(|variables| variables[r]).for_each(|taken| alone.add(taken, 1.0));
            let late = list.iter().filter(|(i, _)| second(*i, r));
            late.for_each(|(i, x)| all.add(*x, demand(*i).resources[r] as f64));
            for mut row in [alone, all] {
                row.add(most, -1.0);
                program.add_constraint(row, ComparisonOp::Le, 0.0);
            }
            pool.push(Some(most));
        }
        known = vec![pool];
    }
    taken.append(&mut known);
    for set in 0..model.rows.len() {
        let limit = has.by_row[set];
        if limit == i64::MAX {
            continue;
        }
        let wanted = |i: usize| demand(i).by_row[set];
        if taken.is_empty() {
            let mut most: Vec<i64> = whole.iter().map(|(i, _)| wanted(*i)).collect();
            most.sort_unstable_by(|a, b| b.cmp(a));
            // Rows that cannot bind are left out, and so are those of a smaller set with the same demand and no more people.
            let can_bind = most.iter().take(has.visits as usize).sum::<i64>() > limit;
            let implied = (0..model.rows.len()).any(|other| {
                other != set
                    && has.by_row[other] <= limit
                    && whole.iter().all(|(i, _)| demand(*i).by_row[other] >= wanted(*i))
                    && (other < set
                        || has.by_row[other] < limit
                        || whole.iter().any(|(i, _)| demand(*i).by_row[other] > wanted(*i)))
            });
            if !can_bind || implied {
                continue;
            }
        }
        let mut row = LinearExpr::empty();
        whole.iter().filter(|(i, _)| wanted(*i) > 0).for_each(|(i, x)| row.add(*x, wanted(*i) as f64));
        for variables in &taken {
            model.rows.resources(set).filter_map(|r| variables[r]).for_each(|most| row.add(most, 1.0));
        }
        program.add_constraint(row, ComparisonOp::Le, limit as f64);
    }
}

fn hint(model: &Model<'_>, built: &Built, start: &Choice) -> Vec<(Variable, f64)> {
    let mut hint = Vec::new();
    for (i, days) in start.iter().enumerate() {
        hint.push((built.visited[i], f64::from(u8::from(days.is_some()))));
        for (day, x) in &built.offered[i] {
            hint.push((*x, f64::from(u8::from(days.as_ref().is_some_and(|days| days.contains(day))))));
        }
    }
    for (i, whole) in &built.kept {
        let stays = start[*i].as_ref().is_some_and(|days| model.candidates[*i].is_kept(days));
        hint.push((*whole, f64::from(u8::from(stays))));
    }
    hint
}

fn solve(model: &Model<'_>, built: &Built, start: &Choice, nodes: u64) -> Option<(Choice, f64)> {
    let mut options = SolveOptions::default();
    options.node_limit = Some(nodes);
    options.warm_start = Some(hint(model, built, start));
    let solution = built.program.solve_with(options).ok()?.into_solution().ok()?;
    let bound = solution.stats().best_bound.unwrap_or(solution.objective());
    let choice = built
        .offered
        .iter()
        .map(|days| {
            let chosen: Vec<usize> =
                days.iter().filter(|(_, x)| solution.var_value(*x) > 0.5).map(|(day, _)| *day).collect();
            (!chosen.is_empty()).then_some(chosen)
        })
        .collect();
    Some((choice, bound))
}

/// The most gain within `nodes` nodes, from `start` on; `None`: the solver gave up.
pub fn most_gain(model: &Model<'_>, start: &Choice, nodes: u64) -> Option<Exact> {
    let built = build(model, |i| model.candidates[i].gain as f64 / UNIT_FEN, |_, _| 0.0);
    let (choice, bound) = solve(model, &built, start, nodes)?;
    Some(Exact { choice, bound: bound * UNIT_FEN })
}

/// As many visits of each gain on their best days at the times they like best, and of those that gain nothing as many as
/// fit; of plans that weigh the same the one that changes least of what has been offered already.
pub fn best_days(model: &Model<'_>, start: &Choice, nodes: u64) -> Option<Choice> {
    // Small enough not to outweigh a day that is better in a plan of some hundred visits; which of two plans is better is
    // then counted level by level.
    let told: usize = model.candidates.iter().map(|c| c.offered.len()).sum();
    let stays = |i: usize, day: usize| {
        if model.candidates[i].offered.contains(&day) { KEPT / (told + 1) as f64 } else { 0.0 }
    };
    let mut built = build(model, |i| model.candidates[i].preferred * PREFERRED, |i, o| o.weight + stays(i, o.day));
    // Who gains as much may go in the other's place.
    let mut alike: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (i, of) in model.candidates.iter().enumerate().filter(|(_, of)| of.gain > 0) {
        alike.entry(of.gain).or_default().push(i);
    }
    for group in alike.values() {
        let mut row = LinearExpr::empty();
        group.iter().for_each(|i| row.add(built.visited[*i], 1.0));
        let visits = group.iter().filter(|i| start[**i].is_some()).count();
        built.program.add_constraint(row, ComparisonOp::Eq, visits as f64);
    }
    let dates = model.problem.limits.dates;
    for (i, of) in model.candidates.iter().enumerate().filter(|(_, of)| of.offered.len() == dates) {
        let whole = built.program.add_binary_var(KEPT);
        for (_, x) in built.offered[i].iter().filter(|(day, _)| of.offered.contains(day)) {
            let mut row = LinearExpr::empty();
            row.add(whole, 1.0);
            row.add(*x, -1.0);
            built.program.add_constraint(row, ComparisonOp::Le, 0.0);
        }
        built.kept.push((i, whole));
    }
    solve(model, &built, start, nodes).map(|(choice, _)| choice)
}
