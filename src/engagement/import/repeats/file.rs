//! Which sheets of one file repeat others: a summary and what it sums up, copies, departments beside the whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::engagement::import::repeats::{Common, Run, is_sum_of, is_within, planned_first};

/// Which runs of one employer, by number, another sheet of the file has the payments of, each with the run that counts
/// instead; `sheet` names the sheet of a run.
pub fn repeated<'s>(runs: &BTreeMap<usize, Run>, sheet: impl Fn(usize) -> &'s str) -> Vec<(usize, usize)> {
    let mut group = Group { runs, sheet, left: runs.keys().copied().collect(), repeated: Vec::new() };
    // The largest first: a summary has more rows than what it sums up.
    let mut by_size: Vec<usize> = group.left.iter().copied().collect();
    by_size.sort_by_key(|at| (std::cmp::Reverse(runs[at].paid.len()), *at));
    for whole in &by_size {
        group.drop_summed_up(*whole);
    }
    for part in by_size.iter().rev() {
        group.drop_contained(*part);
    }
    for part in by_size.iter().rev() {
        group.drop_covered(*part);
    }
    group.repeated
}

struct Group<'r, F> {
    runs: &'r BTreeMap<usize, Run>,
    sheet: F,
    /// Runs that count.
    left: BTreeSet<usize>,
    repeated: Vec<(usize, usize)>,
}

impl<'s, F: Fn(usize) -> &'s str> Group<'_, F> {
    /// Runs of other sheets that were paid on the same day, as long as both count.
    fn beside(&self, at: usize) -> Vec<usize> {
        if !self.left.contains(&at) {
            return Vec::new();
        }
        let same_day = |other: &usize| self.runs[other].payday == self.runs[&at].payday;
        self.left.iter().copied().filter(|o| same_day(o) && (self.sheet)(*o) != (self.sheet)(at)).collect()
    }

    fn of(&self, list: &[usize]) -> Vec<&Run> {
        list.iter().map(|at| &self.runs[at]).collect()
    }

    fn drop(&mut self, at: usize, by: usize) {
        self.left.remove(&at);
        self.repeated.push((at, by));
    }

    /// All other sheets, where this one pays everybody what they pay together. Another month in one sheet is no part of
    /// a sum; months in several may be.
    fn drop_summed_up(&mut self, whole: usize) {
        let others = self.beside(whole);
        let sheets: BTreeSet<&str> = others.iter().map(|at| (self.sheet)(*at)).collect();
        let several = sheets.len() > 1 || others.iter().all(|at| self.may_be_same(*at, whole));
        if !others.is_empty() && several && is_sum_of(&self.runs[&whole], &self.of(&others)) {
            others.into_iter().for_each(|at| self.drop(at, whole));
        }
    }

    /// A run whose payments all stand in one other sheet.
    fn drop_contained(&mut self, part: usize) {
        let within = |whole: &usize| {
            let common = Common::of(&self.runs[&part], &self.runs[whole]);
            common.same == common.later && self.may_be_same(part, *whole)
        };
        if let Some(whole) = self.beside(part).into_iter().find(within) {
            self.drop(part, whole);
        }
    }

    /// A run whose payments all stand in several other sheets: a summary that lacks some.
    fn drop_covered(&mut self, part: usize) {
        let others: Vec<usize> = self.beside(part).into_iter().filter(|at| self.may_be_same(part, *at)).collect();
        if others.len() > 1 && is_within(&self.runs[&part], &self.of(&others)) {
            self.drop(part, others[0]);
        }
    }

    fn may_be_same(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.runs[&one], &self.runs[&other]);
        one.kind == other.kind && !one.purpose.is_apart(&other.purpose) && planned_first(one, other).is_none()
    }
}
