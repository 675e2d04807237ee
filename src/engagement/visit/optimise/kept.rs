//! What has been offered already, where everything is planned anew: of plans worth the same the one is taken that changes
//! fewest visits, and of those the one that changes fewest days.

use std::cmp::Ordering;

use crate::engagement::visit::optimise::model::{Candidate, Model};
use crate::engagement::visit::optimise::places::Places;

impl Candidate {
    /// Of days (by place) with their weights the better first, then what the employer was told of, as it was told, then
    /// the earlier.
    pub fn order(&self, a: (usize, f64), b: (usize, f64)) -> Ordering {
        let told = |day: usize| self.offered.iter().position(|d| *d == day).unwrap_or(usize::MAX);
        b.1.total_cmp(&a.1).then(told(a.0).cmp(&told(b.0))).then(a.0.cmp(&b.0))
    }

    /// Whether these are the days it has been offered.
    pub fn is_kept(&self, days: &[usize]) -> bool {
        self.offered.len() == days.len() && days.iter().all(|day| self.offered.contains(day))
    }

    /// How many of these it has been offered.
    pub fn kept_days(&self, days: &[usize]) -> usize {
        days.iter().filter(|day| self.offered.contains(day)).count()
    }
}

impl Model<'_> {
    /// Whether anything has been offered that could stay.
    pub fn has_offers(&self) -> bool {
        self.candidates.iter().any(|of| !of.offered.is_empty())
    }

    /// As [`Model::days_for`], but the days offered already where those are worth no less.
    pub fn days_or_kept(
        &self,
        candidate: usize,
        left: &[Places],
        noise: &dyn Fn(usize, usize) -> f64,
    ) -> Option<Vec<usize>> {
        let of = &self.candidates[candidate];
        let found = self.days_for(candidate, left, noise)?;
        let kept = &of.offered;
        let apart = |(i, a): (usize, &usize)| kept[..i].iter().all(|b| self.apart(*a, *b));
        let holds = kept.len() == found.len()
            && kept.iter().all(|day| left[*day].fits(&self.rows, &of.demand))
            && kept.iter().enumerate().all(apart);
        let weight = |days: &[usize]| days.iter().map(|d| of.weight(*d)).sum::<f64>();
        Some(if holds && weight(kept) + 1e-9 >= weight(&found) { kept.clone() } else { found })
    }
}
