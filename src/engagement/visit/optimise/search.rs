//! A good plan without proof: employers are taken in the order of what they are worth, then some are taken out and others
//! put in, again and again (ruin and recreate, Schrimpf et al. 2000). Seeded and counted, so that every PC finds the same.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::engagement::visit::optimise::model::{Choice, Model, Worth};
use crate::engagement::visit::optimise::places::Places;

/// Any number: the same instance gets the same plan.
const SEED: u64 = 20_260_302;

/// The first plan: most gain first, each on its best days.
pub fn greedy(model: &Model<'_>) -> Choice {
    let mut order: Vec<usize> = (0..model.candidates.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(model.candidates[*i].gain), *i));
    let (mut choice, mut left) = (vec![None; model.candidates.len()], model.days.clone());
    fill(model, &order, &mut choice, &mut left, true, &|_, _| 0.0);
    choice
}

/// Puts in who fits, in this order; tells how many days were looked at. `keep`: rather on the days offered already.
fn fill(
    model: &Model<'_>,
    order: &[usize],
    choice: &mut Choice,
    left: &mut [Places],
    keep: bool,
    noise: &dyn Fn(usize, usize) -> f64,
) -> u64 {
    let mut steps = 0;
    for &i in order {
        if model.of_employer(i).any(|at| choice[at].is_some()) {
            continue;
        }
        steps += model.candidates[i].options.len() as u64;
        let days = if keep { model.days_or_kept(i, left, noise) } else { model.days_for(i, left, noise) };
        if let Some(days) = days {
            days.iter().for_each(|day| left[*day].take(&model.rows, &model.candidates[i].demand));
            choice[i] = Some(days);
        }
    }
    steps
}

/// Betters a plan until `budget` days have been looked at.
pub fn improve(model: &Model<'_>, start: Choice, budget: u64) -> Choice {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut share = move || f64::from(rng.next_u32()) / f64::from(u32::MAX);
    let mut best = start;
    let mut best_worth = model.worth(&best);
    let (mut choice, mut worth) = (best.clone(), best_worth);
    let (mut steps, offers) = (0, model.has_offers());
    let most = most(model);
    while steps < budget && best_worth.falls_short(&most) && !model.candidates.is_empty() {
        let mut next = choice.clone();
        let mut left = model.left(&next);
        let visited: Vec<usize> = (0..next.len()).filter(|i| next[*i].is_some()).collect();
        let out = 1 + (share() * 4.0) as usize;
        // Half of the time those on one day go together: that is what makes room for a large visit.
        let day = (share() < 0.5 && !left.is_empty()).then(|| (share() * left.len() as f64) as usize);
        for _ in 0..out.min(visited.len()) {
            let at = visited[((share() * visited.len() as f64) as usize).min(visited.len() - 1)];
            remove(model, at, &mut next, &mut left);
        }
        if let Some(day) = day {
            for i in &visited {
                if next[*i].as_ref().is_some_and(|days| days.contains(&day)) {
                    remove(model, *i, &mut next, &mut left);
                }
            }
        }
        let keys: Vec<f64> = model.candidates.iter().map(|c| c.gain as f64 * (0.6 + 0.8 * share())).collect();
        let mut order: Vec<usize> = (0..next.len()).filter(|i| next[*i].is_none()).collect();
        order.sort_by(|a, b| keys[*b].total_cmp(&keys[*a]).then(a.cmp(b)));
        let shift: Vec<f64> = (0..left.len()).map(|_| share() * 0.7).collect();
        // Half of the time what has been offered stays if it can, or all would have to move by chance to the same days.
        let keep = offers && share() < 0.5;
        steps += 1 + fill(model, &order, &mut next, &mut left, keep, &|_, day| shift[day]);
        let found = model.worth(&next);
        // A step down of up to a hundredth is taken at first, and ever less of one.
        let slack = best_worth.gain as f64 * 0.01 * (1.0 - steps as f64 / budget as f64).max(0.0);
        if found.gain as f64 >= worth.gain as f64 - slack {
            (choice, worth) = (next, found);
            if worth.is_better(&best_worth) {
                (best, best_worth) = (choice.clone(), worth);
            }
        }
    }
    best
}

/// More than any plan is worth: every employer on the days that weigh most, however close together, at the time it likes
/// best, with all it has been offered.
fn most(model: &Model<'_>) -> Worth {
    let dates = model.problem.limits.dates;
    let mut all = Worth::default();
    let mut at = 0;
    while at < model.candidates.len() {
        let times = model.of_employer(at);
        let of = |i: usize| {
            let of = &model.candidates[i];
            let kept = (usize::from(of.offered.len() == dates), of.offered.len());
            let weight = of.options.iter().take(dates).map(|o| o.weight).sum();
            Worth { gain: of.gain, weight, preferred: of.preferred, kept }
        };
        let best = times.clone().map(of).reduce(|a, b| if b.is_better(&a) { b } else { a }).unwrap_or_default();
        all.gain += best.gain;
        all.weight += best.weight;
        all.preferred += best.preferred;
        all.kept = (all.kept.0 + best.kept.0, all.kept.1 + best.kept.1);
        at = times.end;
    }
    all
}

fn remove(model: &Model<'_>, i: usize, choice: &mut Choice, left: &mut [Places]) {
    for day in choice[i].take().into_iter().flatten() {
        left[day].give_back(&model.rows, &model.candidates[i].demand);
    }
}
