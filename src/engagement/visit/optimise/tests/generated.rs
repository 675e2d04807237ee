//! Twenty instances against all plans there are and against taking the best first.

use super::*;

const SMALL: Budget = Budget { steps: 20_000, nodes: 500, largest: 20_000, naming: 100_000 };

/// The instances: seven employers, eight days, ten people, two visits a day.
pub fn twenty() -> impl Iterator<Item = (u64, Problem)> {
    (100..120).map(|seed| (seed, instance(seed, 7, 8, 10, 2)))
}

/// What there is to gain, if it is more than `least`: everything is tried that could still be more.
fn more_than(problem: &Problem, least: i64) -> i64 {
    fn go(model: &Model<'_>, i: usize, gained: i64, rest: i64, left: &mut [places::Places], best: &mut i64) {
        if gained + rest <= *best {
            return;
        }
        let Some(of) = model.candidates.get(i) else {
            *best = gained;
            return;
        };
        let (rows, days) = (&model.rows, of.options.iter().map(|o| o.day).collect::<Vec<_>>());
        for (a, first) in days.iter().enumerate() {
            for second in &days[a + 1..] {
                let fit = left[*first].fits(rows, &of.demand) && left[*second].fits(rows, &of.demand);
                if model.apart(*first, *second) && fit {
                    left[*first].take(rows, &of.demand);
                    left[*second].take(rows, &of.demand);
                    go(model, i + 1, gained + of.gain, rest - of.gain, left, best);
                    left[*first].give_back(rows, &of.demand);
                    left[*second].give_back(rows, &of.demand);
                }
            }
        }
        go(model, i + 1, gained, rest - of.gain, left, best);
    }
    let model = Model::of(problem).ok().unwrap();
    let (mut best, all) = (least, model.candidates.iter().map(|c| c.gain).sum());
    go(&model, 0, 0, all, &mut model.days.clone(), &mut best);
    best
}

/// 提升空间 of taking the best first, of the plan, and the plan.
pub fn found(problem: &Problem, budget: Budget) -> (i64, Solved) {
    let model = Model::of(problem).ok().unwrap();
    (model.worth(&search::greedy(&model)).gain, solve(problem, budget).ok().unwrap())
}

#[test]
fn twenty_plans_gain_within_a_hundredth_of_the_most_and_never_less_than_the_best_first() {
    let (mut better, mut planned) = (0, 0);
    for (seed, problem) in twenty() {
        let (greedy, solved) = found(&problem, SMALL);
        assert_eq!(violations(&problem, &named(&problem, &solved)), [], "{seed}");
        let most = more_than(&problem, solved.gain_fen);
        assert!(solved.gain_fen >= greedy && solved.bound_fen >= most, "{seed}: {greedy} {most} {solved:?}");
        assert!(solved.gain_fen as f64 >= 0.99 * most as f64, "{seed}: {} of {most}", solved.gain_fen);
        better += usize::from(solved.gain_fen > greedy);
        planned += solved.visits.len();
    }
    // Instances in which nobody can be visited, or anybody, show nothing.
    assert!(better > 0 && planned > 20, "{better} {planned}");
}
