//! A good plan without proof: employers are taken in the order of what they are worth, then some are taken out and others
//! put in, again and again (ruin and recreate, Schrimpf et al. 2000). Seeded and counted, so that every PC finds the same.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::engagement::visit::optimise::model::{Choice, Model};
use crate::engagement::visit::optimise::places::Places;

/// Any number: the same instance gets the same plan.
const SEED: u64 = 20_260_302;

/// The first plan: most gain first, each on its best days.
pub fn greedy(model: &Model<'_>) -> Choice {
    let mut order: Vec<usize> = (0..model.candidates.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(model.candidates[*i].gain), *i));
    let (mut choice, mut left) = (vec![None; model.candidates.len()], model.days.clone());
    fill(model, &order, &mut choice, &mut left, &|_, _| 0.0);
    choice
}

/// Puts in who fits, in this order; tells how many days were looked at.
fn fill(
    model: &Model<'_>,
    order: &[usize],
    choice: &mut Choice,
    left: &mut [Places],
    noise: &dyn Fn(usize, usize) -> f64,
) -> u64 {
    let mut steps = 0;
    for &i in order {
        if choice[i].is_some() {
            continue;
        }
        steps += model.candidates[i].options.len() as u64;
        if let Some(days) = model.days_for(i, left, noise) {
            days.iter().for_each(|day| left[*day].take(&model.candidates[i].demand));
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
    let mut steps = 0;
    while steps < budget && !model.candidates.is_empty() {
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
        steps += 1 + fill(model, &order, &mut next, &mut left, &|_, day| shift[day]);
        let found = model.worth(&next);
        // A step down of up to a hundredth is taken at first, and ever less of one.
        let slack = best_worth.0 as f64 * 0.01 * (1.0 - steps as f64 / budget as f64).max(0.0);
        if found.0 as f64 >= worth.0 as f64 - slack {
            (choice, worth) = (next, found);
            if is_better(worth, best_worth) {
                (best, best_worth) = (choice.clone(), worth);
            }
        }
    }
    best
}

/// Gain first, then weight.
pub fn is_better(a: (i64, f64), b: (i64, f64)) -> bool {
    a.0 > b.0 || (a.0 == b.0 && a.1 > b.1 + 1e-9)
}

fn remove(model: &Model<'_>, i: usize, choice: &mut Choice, left: &mut [Places]) {
    for day in choice[i].take().into_iter().flatten() {
        left[day].give_back(&model.candidates[i].demand);
    }
}

/// Of days that are worth the same the earlier ones, employer by employer.
pub fn earlier(model: &Model<'_>, choice: &mut Choice) {
    let mut left = model.left(choice);
    for i in 0..choice.len() {
        let Some(before) = choice[i].clone() else { continue };
        remove(model, i, choice, &mut left);
        let weight = |days: &[usize]| days.iter().map(|d| model.weight(&model.candidates[i], *d)).sum::<f64>();
        let found = model.days_for(i, &left, &|_, _| 0.0).filter(|days| weight(days) + 1e-9 >= weight(&before));
        let days = found.unwrap_or(before);
        days.iter().for_each(|day| left[*day].take(&model.candidates[i].demand));
        choice[i] = Some(days);
    }
}
