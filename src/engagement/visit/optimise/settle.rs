//! Of plans that are worth the same the one that is taken: days are moved, visit by visit and between two visits, as long as
//! fewer people are borrowed, then as long as visits are shared out more evenly; then those near each other go on one day,
//! and the earlier days are taken.
//!
//! What is told to employers comes first: who goes is named anew without asking them, their days are not.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::engagement::visit::optimise::model::{Choice, Model};
use crate::engagement::visit::optimise::places::Places;
use crate::engagement::visit::optimise::problem::PlannedVisit;
use crate::engagement::visit::optimise::teams::{Calendar, Crews, Named, Stop, load};

/// How often the people of a plan are named anew on average until no day alone could be fairer.
const NAMED_ANEW: u64 = 3;

/// Settles the days of a plan; `naming`: what may be spent on naming people ([`Crews::effort`]).
pub fn settle(model: &Model<'_>, choice: &mut Choice, naming: u64) {
    let mut settling = Settling::of(model, std::mem::take(choice), naming);
    settling.all(&mut None);
    settling.again = true;
    // Each exchange needs fewer borrowed people at no cost of what comes before: it ends.
    while settling.exchange_any() {
        settling.all(&mut None);
    }
    settling.share_out();
    *choice = settling.choice;
}

/// What is told to an employer, or to two: weight of the days in millionths, whether they are those it has been offered,
/// and how many of them.
type Told = (i64, usize, usize);

struct Settling<'m, 'p> {
    model: &'m Model<'p>,
    crews: Crews<'p>,
    choice: Choice,
    left: Vec<Places>,
    /// What may still be spent.
    naming: u64,
    /// Whether anybody could be borrowed.
    lends: bool,
    /// Whether all visits have been settled once: from then on nothing is moved whose people are not counted.
    again: bool,
    /// People borrowed on a day with these candidates.
    known: BTreeMap<(usize, Vec<usize>), i64>,
}

impl<'m, 'p> Settling<'m, 'p> {
    fn of(model: &'m Model<'p>, choice: Choice, naming: u64) -> Settling<'m, 'p> {
        let problem = model.problem;
        let lends = problem.employers.iter().any(|e| problem.staff.iter().any(|s| e.borrows(s)));
        let left = model.left(&choice);
        Settling { model, crews: Crews::of(problem), choice, left, naming, lends, again: false, known: BTreeMap::new() }
    }

    /// Settles all visits once, in their order. `named`: who goes, where fairness is looked for.
    fn all(&mut self, named: &mut Option<Named<'p>>) {
        for i in 0..self.choice.len() {
            if self.again && self.naming == 0 {
                return;
            }
            self.one(i, named);
        }
    }

    /// Moves days as long as visits are shared out more evenly beside the people named so far; what comes of it is taken if
    /// it is fairer with everybody named anew, nobody more is borrowed, and no more of those named already stay at home.
    fn share_out(&mut self) {
        let calendar = self.calendar();
        let once: u64 = calendar.iter().map(|(day, stops)| self.crews.effort(*day, stops)).sum();
        // As it is, and as it comes to be.
        if self.naming == 0 || !self.spend(2 * NAMED_ANEW * once) {
            return;
        }
        let Some(named) = self.crews.name(&calendar) else { return };
        let before = self.shared(&calendar, &named);
        let settled = self.choice.clone();
        self.all(&mut Some(named));
        let calendar = self.calendar();
        let after = self.crews.name(&calendar).map(|named| self.shared(&calendar, &named));
        if after.is_none_or(|after| after >= before) {
            self.left = self.model.left(&settled);
            self.choice = settled;
        }
    }

    /// People who are borrowed, those named already who go again (the more the less), and how unevenly visits are shared out.
    fn shared(&self, calendar: &Calendar, named: &Named<'_>) -> (i64, i64, i64) {
        let borrowed = named.days.iter().map(|(day, team)| self.crews.borrowed(&calendar[day], team)).sum();
        let again = named.days.iter().map(|(day, team)| self.crews.named_again(*day, &calendar[day], team));
        (borrowed, -again.sum::<i64>(), load(&named.used))
    }

    /// All visits, day by day.
    fn calendar(&self) -> Calendar {
        let on = (0..self.model.days.len()).map(|day| (day, self.stops(&self.on(day))));
        on.filter(|(_, stops)| !stops.is_empty()).collect()
    }

    fn take_out(&mut self, i: usize) {
        for day in self.choice[i].take().into_iter().flatten() {
            self.left[day].give_back(&self.model.rows, &self.model.candidates[i].demand);
        }
    }

    fn put_in(&mut self, i: usize, days: Vec<usize>) {
        days.iter().for_each(|day| self.left[*day].take(&self.model.rows, &self.model.candidates[i].demand));
        self.choice[i] = Some(days);
    }

    fn told(&self, i: usize, days: &[usize]) -> Told {
        let of = &self.model.candidates[i];
        let weight = (days.iter().map(|d| of.weight(*d)).sum::<f64>() * 1e6).round() as i64;
        (weight, usize::from(of.is_kept(days)), of.kept_days(days))
    }

    /// Of days that are worth the same those that have been offered, then those that need fewest borrowed people, then the
    /// fairest, those with another visit in the district, and the earlier ones.
    fn one(&mut self, i: usize, named: &mut Option<Named<'p>>) {
        let Some(before) = self.choice[i].clone() else { return };
        let model = self.model;
        let near: Vec<bool> = (0..model.days.len()).map(|day| is_near(model, &self.choice, i, day)).collect();
        self.take_out(i);
        // Less than any difference of weights, so that days that weigh more still come first.
        let noise = |_: usize, day: usize| if near[day] { 1e-4 } else { 0.0 };
        let found = [model.days_for(i, &self.left, &noise), model.days_or_kept(i, &self.left, &noise)];
        let mut ways: Vec<Vec<usize>> = found.into_iter().flatten().chain([before.clone()]).collect();
        let best = ways.iter().map(|days| self.told(i, days)).max().unwrap_or_default();
        ways.retain(|days| self.told(i, days) == best);
        ways.dedup();
        let counted = self.naming > 0 && (self.lends || named.is_some());
        if counted {
            let others = self.alike(i, &noise, best);
            let found = ways.clone();
            ways.extend(others.into_iter().filter(|days| !found.contains(days)));
        }
        // Of those alike the first found, which are the earliest days.
        ways.sort_by_key(|days| Reverse(days.iter().filter(|day| near[**day]).count()));
        if counted {
            self.keep_own(i, &before, &mut ways, named.is_some());
        }
        let days = match named {
            None => ways.swap_remove(0),
            Some(named) => self.fairest(i, &before, ways, named),
        };
        self.put_in(i, days);
    }

    /// All days that are worth as much to the employer and fit, the earlier ones first, as far as the effort goes.
    fn alike(&mut self, i: usize, noise: &dyn Fn(usize, usize) -> f64, best: Told) -> Vec<Vec<usize>> {
        let of = &self.model.candidates[i];
        let fits = of.options.iter().filter(|o| self.left[o.day].fits(&self.model.rows, &of.demand));
        let mut free: Vec<(usize, f64)> = fits.map(|o| (o.day, o.weight + noise(i, o.day))).collect();
        free.sort_by(|a, b| of.order(*a, *b));
        let mut found = Vec::new();
        self.extend(i, &free, best, &mut Vec::new(), &mut found);
        found
    }

    fn extend(
        &mut self,
        i: usize,
        free: &[(usize, f64)],
        best: Told,
        chosen: &mut Vec<usize>,
        found: &mut Vec<Vec<usize>>,
    ) {
        let missing = self.model.problem.limits.dates - chosen.len();
        if missing == 0 {
            if self.told(i, chosen) == best {
                found.push(chosen.clone());
            }
            return;
        }
        let of = &self.model.candidates[i];
        let so_far: f64 = chosen.iter().map(|day| of.weight(*day)).sum();
        for (n, (day, weight)) in free.iter().enumerate() {
            // Those that follow weigh no more than this one.
            if self.naming == 0 || so_far + missing as f64 * weight + 1e-6 < best.0 as f64 / 1e6 {
                return;
            }
            self.naming -= 1;
            if chosen.iter().all(|other| self.model.apart(*other, *day)) {
                chosen.push(*day);
                self.extend(i, &free[n + 1..], best, chosen, found);
                chosen.pop();
            }
        }
    }

    /// Keeps the days that need fewest borrowed people: all of them, or at least the first. Where that is not counted any
    /// more, all are kept the first time, and later those of before.
    fn keep_own(&mut self, i: usize, before: &[usize], ways: &mut Vec<Vec<usize>>, all: bool) {
        let mut known: BTreeMap<usize, i64> = BTreeMap::new();
        let mut counted: Vec<i64> = Vec::new();
        for days in ways.iter() {
            let mut sum = 0;
            for day in days {
                let more = known.get(day).copied().or_else(|| self.more(*day, i));
                let Some(more) = more else {
                    if self.again && ways.iter().any(|days| days == before) {
                        *ways = vec![before.to_vec()];
                    }
                    return;
                };
                known.insert(*day, more);
                sum += more;
            }
            counted.push(sum);
            // With nobody borrowed none of those that follow is better.
            if sum <= 0 && !all {
                break;
            }
        }
        let fewest = counted.iter().min().copied();
        let mut counted = counted.into_iter();
        ways.retain(|_| counted.next().is_some_and(|sum| Some(sum) == fewest));
    }

    /// How many people more are borrowed on a day with the visit.
    fn more(&mut self, day: usize, i: usize) -> Option<i64> {
        let on = self.on(day);
        let with = self.borrowed(day, with(&on, i))?;
        Some(with - self.borrowed(day, on)?)
    }

    /// The first of the fairest ways: people of the days that change are named anew, all others stay.
    fn fairest(&mut self, i: usize, before: &[usize], mut ways: Vec<Vec<usize>>, named: &mut Named<'p>) -> Vec<usize> {
        for day in before {
            self.spend_on(*day, i);
            self.name_day(named, *day, self.on(*day));
        }
        let least = self.least(i, &named.used);
        let mut best: Option<(i64, usize)> = None;
        for (n, days) in ways.iter().enumerate().filter(|_| ways.len() > 1) {
            let mut trial = named.clone();
            // Once more those named before it was known who goes on the last.
            let again = days.iter().take(days.len().saturating_sub(1));
            if !days.iter().chain(again).all(|day| self.spend_on(*day, i) && self.with_it(&mut trial, *day, i)) {
                break;
            }
            let load = load(&trial.used);
            if best.is_none_or(|(other, _)| load < other) {
                best = Some((load, n));
            }
            if load <= least {
                break;
            }
        }
        let days = ways.swap_remove(best.map_or(0, |(_, n)| n));
        for day in days.iter().chain(&days) {
            self.spend_on(*day, i);
            self.with_it(named, *day, i);
        }
        days
    }

    /// No naming is fairer than this with the visit put in: its seats go to those who have gone to fewest.
    fn least(&self, i: usize, used: &[i64]) -> i64 {
        let problem = self.model.problem;
        let need = &problem.employers[self.model.candidates[i].place].need;
        let able = |p: &usize| need.iter().any(|(role, n)| *n > 0 && problem.staff[*p].roles.contains(role));
        let mut able: Vec<i64> = (0..used.len()).filter(able).map(|p| used[p]).collect();
        let mut least = load(used);
        for _ in 0..need.values().sum::<i64>() * problem.limits.dates as i64 {
            let Some(fewest) = able.iter_mut().min() else { break };
            least += 2 * *fewest + 1;
            *fewest += 1;
        }
        least
    }

    /// Exchanges a day between two visits where that needs fewer borrowed people; whether there was such a day.
    fn exchange_any(&mut self) -> bool {
        let mut any = false;
        for i in 0..self.choice.len() {
            for j in i + 1..self.choice.len() {
                let (Some(of_i), Some(of_j)) = (self.choice[i].clone(), self.choice[j].clone()) else { continue };
                let pairs = of_i.iter().flat_map(|a| of_j.iter().map(move |b| (*a, *b)));
                any |= self.lends && pairs.into_iter().any(|(a, b)| self.exchange(i, a, j, b));
            }
        }
        any
    }

    /// Exchanges day `a` of one visit for day `b` of the other, if that needs fewer borrowed people and costs nothing else.
    fn exchange(&mut self, i: usize, a: usize, j: usize, b: usize) -> bool {
        let model = self.model;
        let is_open = |i: usize, day: usize| model.candidates[i].options.iter().any(|o| o.day == day);
        let (Some(of_i), Some(of_j)) = (self.choice[i].clone(), self.choice[j].clone()) else { return false };
        if a == b || !is_open(i, b) || !is_open(j, a) {
            return false;
        }
        let changed = |days: &[usize], out: usize, put: usize| -> Vec<usize> {
            days.iter().map(|day| if *day == out { put } else { *day }).collect()
        };
        let (new_i, new_j) = (changed(&of_i, a, b), changed(&of_j, b, a));
        let apart = |days: &[usize]| (1..days.len()).all(|n| days[..n].iter().all(|day| model.apart(*day, days[n])));
        let both = |x: Told, y: Told| (x.0 + y.0, x.1 + y.1, x.2 + y.2);
        let (now, then) =
            (both(self.told(i, &of_i), self.told(j, &of_j)), both(self.told(i, &new_i), self.told(j, &new_j)));
        if !apart(&new_i) || !apart(&new_j) || then < now {
            return false;
        }
        let (Some(before_a), Some(before_b)) = (self.borrowed(a, self.on(a)), self.borrowed(b, self.on(b))) else {
            return false;
        };
        if before_a + before_b == 0 {
            return false;
        }
        self.take_out(i);
        self.take_out(j);
        let fit = |settling: &Self, i: usize, days: &[usize]| {
            days.iter().all(|day| settling.left[*day].fits(&model.rows, &model.candidates[i].demand))
        };
        let mut fewer = false;
        if fit(&*self, i, &new_i) {
            self.put_in(i, new_i);
            if fit(&*self, j, &new_j) {
                self.put_in(j, new_j);
                let after = (self.borrowed(a, self.on(a)), self.borrowed(b, self.on(b)));
                fewer = matches!(after, (Some(a), Some(b)) if a + b < before_a + before_b);
            }
        }
        if !fewer {
            self.take_out(i);
            self.take_out(j);
            self.put_in(i, of_i);
            self.put_in(j, of_j);
        }
        fewer
    }

    /// Who is visited on a day, in order.
    fn on(&self, day: usize) -> Vec<usize> {
        let is_on = |i: &usize| self.choice[*i].as_ref().is_some_and(|days| days.contains(&day));
        (0..self.choice.len()).filter(is_on).collect()
    }

    fn stops(&self, on: &[usize]) -> Vec<Stop> {
        let of = |i: &usize| &self.model.candidates[*i];
        on.iter().map(of).map(|of| Stop { employer: of.place, time: of.time }).collect()
    }

    /// Whether so much may still be spent; then it is.
    fn spend(&mut self, effort: u64) -> bool {
        let enough = effort <= self.naming;
        self.naming = if enough { self.naming - effort } else { 0 };
        enough
    }

    fn spend_on(&mut self, day: usize, i: usize) -> bool {
        let stops = self.stops(&with(&self.on(day), i));
        self.spend(self.crews.effort(day, &stops))
    }

    /// People who are borrowed on a day with these visits. `None`: it is not counted any more.
    fn borrowed(&mut self, day: usize, on: Vec<usize>) -> Option<i64> {
        if !self.lends || on.is_empty() {
            return Some(0);
        }
        let key = (day, on);
        if let Some(known) = self.known.get(&key) {
            return Some(*known);
        }
        let stops = self.stops(&key.1);
        if !self.spend(self.crews.effort(day, &stops)) {
            return None;
        }
        // What somebody has gone to before decides only between people who are both borrowed or both not, and so do names.
        let nobody = vec![0; self.model.problem.staff.len()];
        let team = self.crews.day(day, &stops, &nobody)?;
        let borrowed = self.crews.borrowed(&stops, &team);
        self.known.insert(key, borrowed);
        Some(borrowed)
    }

    /// Names a day with one visit more; whether it has the people.
    fn with_it(&self, named: &mut Named<'p>, day: usize, i: usize) -> bool {
        self.name_day(named, day, with(&self.on(day), i))
    }

    fn name_day(&self, named: &mut Named<'p>, day: usize, on: Vec<usize>) -> bool {
        self.crews.rename(named, day, &self.stops(&on)).is_some()
    }
}

/// These and one more, in order.
fn with(on: &[usize], i: usize) -> Vec<usize> {
    let mut with: Vec<usize> = on.iter().copied().chain([i]).collect();
    with.sort_unstable();
    with.dedup();
    with
}

/// Whether another visit is in the same known district on a day.
fn is_near(model: &Model<'_>, choice: &Choice, i: usize, day: usize) -> bool {
    let of = |c: usize| model.problem.employers[model.candidates[c].place].district.as_deref();
    let Some(own) = of(i) else { return false };
    let date = model.problem.days[day];
    let stands = |v: &PlannedVisit| v.district.as_deref() == Some(own) && v.days.contains(&date);
    let planned = |(c, days): (usize, &Option<Vec<usize>>)| {
        c != i && days.as_ref().is_some_and(|days| days.contains(&day)) && of(c) == Some(own)
    };
    model.problem.fixed.iter().any(stands) || choice.iter().enumerate().any(planned)
}
