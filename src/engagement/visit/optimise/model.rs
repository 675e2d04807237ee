//! A problem by numbers: employers with what they ask for and when, days with what they have.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::engagement::visit::optimise::places::{Demand, MOST_ROLES, Places, Rows, demand, part_of, places};
use crate::engagement::visit::optimise::problem::{DayOption, Problem};
use crate::model::days::hours::minutes_of;

/// An employer that can be visited at all, at one of its times of day.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its place in the problem.
    pub place: usize,
    /// The time's place among the employer's; `None`: it has none, and the visit takes the whole day.
    pub time: Option<usize>,
    pub gain: i64,
    /// How gladly the time is taken (0–1).
    pub preferred: f64,
    pub demand: Demand,
    /// Days that would do, best first, the earlier of two alike first.
    pub options: Vec<DayChoice>,
    /// Days (by place) it has been offered already and could still be, as they were told.
    pub offered: Vec<usize>,
}

/// A day that would do for a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayChoice {
    /// By place.
    pub day: usize,
    pub weight: f64,
}

/// A problem by numbers.
#[derive(Debug, Clone)]
pub struct Model<'p> {
    pub problem: &'p Problem,
    pub rows: Rows,
    pub days: Vec<Places>,
    /// Those of one employer, at its several times, stand together; one of them at most is visited.
    pub candidates: Vec<Candidate>,
}

/// Days (by place, best first) of each candidate that is visited.
pub type Choice = Vec<Option<Vec<usize>>>;

/// What a choice is worth, one after the other.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Worth {
    pub gain: i64,
    pub weight: f64,
    pub preferred: f64,
    /// Visits all of whose offered days stay, and offered days that stay.
    pub kept: (usize, usize),
}

/// Sums of weights and preferences closer than this are equal.
const CLOSE: f64 = 1e-9;

impl Worth {
    pub fn is_better(&self, other: &Worth) -> bool {
        let levels = [(self.weight, other.weight), (self.preferred, other.preferred)];
        if self.gain != other.gain {
            return self.gain > other.gain;
        }
        for (mine, theirs) in levels {
            if (mine - theirs).abs() > CLOSE {
                return mine > theirs;
            }
        }
        self.kept > other.kept
    }

    /// Whether another is better.
    pub fn falls_short(&self, other: &Worth) -> bool {
        other.is_better(self)
    }
}

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
        let (days, rows) = (places(problem, &roles), Rows::of(roles.len()));
        let noon = minutes_of(&problem.limits.noon).unwrap_or(12 * 60);
        let names: BTreeSet<&str> = problem.employers.iter().filter_map(|e| e.district.as_deref()).collect();
        let standing = |id: &str| problem.fixed.iter().any(|v| v.employer == id);
        let mut candidates: Vec<Candidate> = Vec::new();
        for (place, employer) in problem.employers.iter().enumerate().filter(|(_, e)| !standing(&e.id)) {
            // One that is not known is a district of its own.
            let known = employer.district.as_deref().and_then(|own| names.iter().position(|name| *name == own));
            let district = known.unwrap_or(names.len() + place);
            let times = employer.times.iter().enumerate().map(|(n, t)| (Some(n), Some(t), t.preferred));
            let whole = employer.times.is_empty().then_some((None, None, 0.0));
            let mut of_employer: Vec<Candidate> = Vec::new();
            for (n, time, preferred) in times.chain(whole) {
                let demand = demand(employer, &roles, part_of(problem, employer, time, noon), district);
                // Another time that takes the same people for the same half, and less gladly, is never needed.
                let known = |c: &Candidate| c.demand == demand && c.preferred >= preferred;
                if of_employer.iter().any(known) {
                    continue;
                }
                of_employer.retain(|c| c.demand != demand);
                let day = |o: &DayOption| {
                    let day = problem.days.binary_search(&o.day).ok()?;
                    let option = DayChoice { day, weight: o.weight };
                    days[day].fits(&rows, &demand).then_some(option)
                };
                let mut options: Vec<DayChoice> = employer.options.iter().filter_map(day).collect();
                options.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.day.cmp(&b.day)));
                options.dedup_by_key(|o| o.day);
                let still = |day: &NaiveDate| {
                    let day = problem.days.binary_search(day).ok()?;
                    options.iter().any(|o| o.day == day).then_some(day)
                };
                let offered = employer.offered.iter().filter_map(still).collect();
                let gain = employer.gain_fen.max(0);
                of_employer.push(Candidate { place, time: n, gain, preferred, demand, options, offered });
            }
            of_employer.sort_by(|a, b| b.preferred.total_cmp(&a.preferred));
            candidates.extend(of_employer);
        }
        let mut model = Model { problem, rows, days, candidates };
        // Who can be offered no set of days even if nobody else is visited will never be.
        let hopeful = |m: &Model<'_>, i: usize| m.days_for(i, &m.days, &|_, _| 0.0).is_some();
        let keep: Vec<bool> = (0..model.candidates.len()).map(|i| hopeful(&model, i)).collect();
        let mut kept = keep.iter();
        model.candidates.retain(|_| kept.next().copied().unwrap_or(false));
        Ok(model)
    }

    /// Candidates of the same employer, this one included.
    pub fn of_employer(&self, candidate: usize) -> std::ops::Range<usize> {
        let place = self.candidates[candidate].place;
        let from = self.candidates[..candidate].iter().rposition(|c| c.place != place).map_or(0, |n| n + 1);
        let to = self.candidates[candidate..].iter().position(|c| c.place != place);
        from..to.map_or(self.candidates.len(), |n| candidate + n)
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
        let fits = |o: &&DayChoice| days[o.day].fits(&self.rows, &of.demand);
        let noisy = |o: &DayChoice| (o.day, o.weight + noise(candidate, o.day));
        let mut free: Vec<(usize, f64)> = of.options.iter().filter(fits).map(noisy).collect();
        free.sort_by(|a, b| of.order(*a, *b));
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

    /// What a choice is worth.
    pub fn worth(&self, choice: &Choice) -> Worth {
        let mut worth = Worth::default();
        for (of, days) in self.candidates.iter().zip(choice) {
            if let Some(days) = days {
                worth.gain += of.gain;
                worth.weight += days.iter().map(|d| of.weight(*d)).sum::<f64>();
                worth.preferred += of.preferred;
                worth.kept.0 += usize::from(of.is_kept(days));
                worth.kept.1 += of.kept_days(days);
            }
        }
        worth
    }

    /// What the days still have beside a choice.
    pub fn left(&self, choice: &Choice) -> Vec<Places> {
        let mut left = self.days.clone();
        for (of, days) in self.candidates.iter().zip(choice) {
            days.iter().flatten().for_each(|day| left[*day].take(&self.rows, &of.demand));
        }
        left
    }
}

impl Candidate {
    /// How well a day (by place) would do, 0–1.
    pub fn weight(&self, day: usize) -> f64 {
        self.options.iter().find(|o| o.day == day).map_or(0.0, |o| o.weight)
    }
}
