//! Who could be visited when and by whom, as the optimisation sees it, and what it answers (`docs/plan-model.md`).
//!
//! The shapes are those of `daifa plan --problem` and `--solution`: other solvers read and write them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Days on which anybody could be visited, ascending.
    pub days: Vec<NaiveDate>,
    pub outlets: Vec<Outlet>,
    pub staff: Vec<Staff>,
    pub employers: Vec<Employer>,
    pub limits: Limits,
    /// Visits that stand: their days and people are taken.
    #[serde(default)]
    pub fixed: Vec<PlannedVisit>,
}

/// An outlet and how many of its people may be away on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outlet {
    pub id: String,
    pub away_max: i64,
    /// Days on which it lends nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<NaiveDate>,
}

/// One of our people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    pub id: String,
    /// `None`: of no outlet, held back by no outlet's share.
    pub outlet: Option<String>,
    /// What the person may be in a team.
    pub roles: BTreeSet<String>,
    /// Days on which the person cannot go.
    #[serde(default)]
    pub away: BTreeSet<NaiveDate>,
}

/// An employer that could be visited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Employer {
    pub id: String,
    /// 提升空间.
    pub gain_fen: i64,
    /// People per role.
    pub need: BTreeMap<String, i64>,
    pub options: Vec<DayOption>,
}

/// A day that would do, and how well (0–1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DayOption {
    pub day: NaiveDate,
    pub weight: f64,
}

/// What holds for all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Offered days on one day, each counted as if it were held.
    pub visits_per_day: i64,
    /// Days offered to each employer.
    pub dates: usize,
    /// Calendar days between two of them, at least.
    pub apart_days: i64,
}

/// The visits of a plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Solution {
    pub visits: Vec<PlannedVisit>,
}

/// A visit with the days that are offered, and who would go on each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlannedVisit {
    pub employer: String,
    /// Best first.
    pub days: Vec<NaiveDate>,
    pub team: Vec<Seat>,
}

/// Somebody in a role on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub day: NaiveDate,
    pub staff: String,
    pub role: String,
}

impl Problem {
    /// All roles anybody is wanted in, in their order.
    pub fn roles(&self) -> Vec<&str> {
        let all: BTreeSet<&str> = self.employers.iter().flat_map(|e| e.need.keys().map(String::as_str)).collect();
        all.into_iter().collect()
    }
}

impl Employer {
    /// How well a day would do; `None`: it would not.
    pub fn weight(&self, day: NaiveDate) -> Option<f64> {
        self.options.iter().find(|o| o.day == day).map(|o| o.weight)
    }
}
