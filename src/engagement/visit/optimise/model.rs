//! A problem by numbers: employers with what they ask for and when, days with what they have.

use crate::engagement::visit::optimise::places::{MOST_ROLES, Places, demand, places};
use crate::engagement::visit::optimise::problem::Problem;

/// An employer that can be visited at all.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its place in the problem.
    pub place: usize,
    pub gain: i64,
    /// What a visit asks for, per set of roles.
    pub demand: Vec<i64>,
    /// Days (by place) and their weights, best first, the earlier of two alike first.
    pub options: Vec<(usize, f64)>,
}

/// A problem by numbers.
#[derive(Debug, Clone)]
pub struct Model<'p> {
    pub problem: &'p Problem,
    pub days: Vec<Places>,
    pub candidates: Vec<Candidate>,
}

/// Days (by place, best first) of each candidate that is visited.
pub type Choice = Vec<Option<Vec<usize>>>;

/// Why a problem cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyRoles;

impl<'p> Model<'p> {
    /// # Errors
    /// More kinds of people are asked for than can be counted together.
    pub fn of(problem: &'p Problem) -> Result<Model<'p>, TooManyRoles> {
        let roles = problem.roles();
        if roles.len() > MOST_ROLES {
            return Err(TooManyRoles);
        }
        let days = places(problem, &roles);
        let standing = |id: &str| problem.fixed.iter().any(|v| v.employer == id);
        let mut candidates = Vec::new();
        for (place, employer) in problem.employers.iter().enumerate().filter(|(_, e)| !standing(&e.id)) {
            let demand = demand(&employer.need, &roles);
            let mut options: Vec<(usize, f64)> = employer
                .options
                .iter()
                .filter_map(|o| Some((problem.days.binary_search(&o.day).ok()?, o.weight)))
                .filter(|(day, _)| days[*day].fits(&demand))
                .collect();
            options.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            options.dedup_by_key(|(day, _)| *day);
            let candidate = Candidate { place, gain: employer.gain_fen.max(0), demand, options };
            candidates.push(candidate);
        }
        let mut model = Model { problem, days, candidates };
        // Who can be offered no set of days even if nobody else is visited will never be.
        let hopeful = |m: &Model<'_>, i: usize| m.days_for(i, &m.days, &|_, _| 0.0).is_some();
        let keep: Vec<bool> = (0..model.candidates.len()).map(|i| hopeful(&model, i)).collect();
        let mut kept = keep.iter();
        model.candidates.retain(|_| kept.next().copied().unwrap_or(false));
        Ok(model)
    }

    /// Whether two days (by place) may be offered to one employer.
    pub fn apart(&self, a: usize, b: usize) -> bool {
        a != b
            && (self.problem.days[a] - self.problem.days[b]).num_days().abs() >= self.problem.limits.apart_days.max(1)
    }

    /// The best days that fit a candidate beside what `days` still have, `noise` added to the weights; `None`: too few.
    pub fn days_for(
        &self,
        candidate: usize,
        days: &[Places],
        noise: &dyn Fn(usize, usize) -> f64,
    ) -> Option<Vec<usize>> {
        let of = &self.candidates[candidate];
        let mut free: Vec<(usize, f64)> =
            of.options.iter().copied().filter(|(day, _)| days[*day].fits(&of.demand)).collect();
        for (day, weight) in &mut free {
            *weight += noise(candidate, *day);
        }
        free.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut chosen = Vec::new();
        self.complete(&free, 0, &mut chosen).then_some(chosen)
    }

    /// Adds days to those chosen until there are enough, going back where the first ones leave no room.
    fn complete(&self, free: &[(usize, f64)], from: usize, chosen: &mut Vec<usize>) -> bool {
        if chosen.len() == self.problem.limits.dates {
            return true;
        }
        for (i, (day, _)) in free.iter().enumerate().skip(from) {
            if chosen.iter().all(|other| self.apart(*other, *day)) {
                chosen.push(*day);
                if self.complete(free, i + 1, chosen) {
                    return true;
                }
                chosen.pop();
            }
        }
        false
    }

    /// 提升空间 and weights of a choice.
    pub fn worth(&self, choice: &Choice) -> (i64, f64) {
        let mut worth = (0, 0.0);
        for (of, days) in self.candidates.iter().zip(choice) {
            if let Some(days) = days {
                worth.0 += of.gain;
                worth.1 += days.iter().map(|d| self.weight(of, *d)).sum::<f64>();
            }
        }
        worth
    }

    pub fn weight(&self, of: &Candidate, day: usize) -> f64 {
        of.options.iter().find(|(d, _)| *d == day).map_or(0.0, |(_, w)| *w)
    }

    /// What the days still have beside a choice.
    pub fn left(&self, choice: &Choice) -> Vec<Places> {
        let mut left = self.days.clone();
        for (of, days) in self.candidates.iter().zip(choice) {
            days.iter().flatten().for_each(|day| left[*day].take(&of.demand));
        }
        left
    }
}
