//! Makes the parts of an instance: what is added to their shapes is added here.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::engagement::visit::optimise::problem::{DayOption, Employer, Limits, Outlet, Problem, Staff};

pub fn option(day: NaiveDate, weight: f64) -> DayOption {
    DayOption { day, weight }
}

pub fn employer(id: &str, gain_fen: i64, need: &[(&str, i64)], options: Vec<DayOption>) -> Employer {
    let need = need.iter().map(|(role, n)| (role.to_string(), *n)).collect();
    Employer { id: id.into(), gain_fen, need, options, ..Employer::default() }
}

pub fn outlet(id: &str, away_max: i64) -> Outlet {
    Outlet { id: id.into(), away_max, closed: Vec::new() }
}

/// Somebody who is never away.
pub fn staff(id: &str, outlet: Option<&str>, roles: &[&str]) -> Staff {
    let roles = roles.iter().map(|role| role.to_string()).collect();
    Staff { id: id.into(), outlet: outlet.map(str::to_string), roles, away: BTreeSet::new() }
}

pub fn limits(visits_per_day: i64, dates: usize, apart_days: i64) -> Limits {
    Limits { visits_per_day, dates, apart_days, ..Limits::default() }
}

/// An instance in which nothing stands.
pub fn problem(
    days: Vec<NaiveDate>,
    (outlets, staff): (Vec<Outlet>, Vec<Staff>),
    employers: Vec<Employer>,
    limits: Limits,
) -> Problem {
    Problem { days, outlets, staff, employers, limits, fixed: Vec::new() }
}

/// Numbers drawn below a bound, the same for the same seed.
pub fn dice(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    move |n| rng.next_u64() % n.max(1)
}
