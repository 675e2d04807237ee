//! Who could be visited when and by whom, as the optimisation sees it, and what it answers (`docs/plan-model.md`).
//!
//! The shapes are those of `daifa plan --problem` and `--solution`: other solvers read and write them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::days::hours::{Stretch, minutes_of};

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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Employer {
    pub id: String,
    /// 提升空间.
    pub gain_fen: i64,
    /// People per role.
    pub need: BTreeMap<String, i64>,
    /// Portable terminals a visit takes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub terminals: i64,
    /// Its outlet, whose people go before those of others; `None`: nobody is borrowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// Its own manager (客户经理, by id), who goes before anybody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// Where it is; `None`: not known, which is a district of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Times of day that would do, of which one is taken for all its days. None: the visit takes the whole day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<VisitTime>,
    /// Days that would do, at any of its times.
    pub options: Vec<DayOption>,
    /// Days it has been offered already, as they were told: of plans worth the same the one that keeps them is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offered: Vec<NaiveDate>,
    /// Who has been named for these days already: they go again where nobody is borrowed for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<Seat>,
}

/// A time of day a visit could be held at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitTime {
    /// `10:00`, local time; set-up and the way there come before it.
    pub start: String,
    pub end: String,
    /// How gladly it is taken (0–1).
    pub preferred: f64,
}

/// A day that would do, and how well (0–1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DayOption {
    pub day: NaiveDate,
    pub weight: f64,
}

/// What holds for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Offered days on one day, each counted as if it were held.
    pub visits_per_day: i64,
    /// Days offered to each employer.
    pub dates: usize,
    /// Calendar days between two of them, at least.
    pub apart_days: i64,
    /// Visits one person goes to on one day at most; 0 stands for 1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub visits_per_person: i64,
    /// Portable terminals all outlets have together; `None`: as many as are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminals: Option<i64>,
    /// Minutes from the end of one visit to the beginning of the next of the same person, the way and the set-up, in one
    /// district.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub between_minutes: i64,
    /// The same from one known district to another; `None`: nobody goes to two districts on a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub across_minutes: Option<i64>,
    /// Where a day is halved, `12:00`; empty stands for that.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub noon: String,
}

fn is_zero(n: &i64) -> bool {
    *n == 0
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
    /// When on each of them; `None`: the whole day, or the first of the employer's times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Where a visit that stands is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Terminals of a visit that stands.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub terminals: i64,
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

impl Limits {
    /// Visits one person goes to on one day at most.
    pub fn per_person(&self) -> i64 {
        self.visits_per_person.max(1)
    }
}

impl VisitTime {
    /// From when to when; `None` where either is no time of day.
    pub fn stretch(&self) -> Option<Stretch> {
        Stretch::new(minutes_of(&self.start)?, minutes_of(&self.end)?)
    }
}

impl Employer {
    /// Whether somebody would be borrowed from another outlet for it; whoever is of no outlet is not.
    pub fn borrows(&self, staff: &Staff) -> bool {
        self.outlet.is_some() && staff.outlet.is_some() && self.outlet != staff.outlet
    }

    /// How well a day would do; `None`: it would not.
    pub fn weight(&self, day: NaiveDate) -> Option<f64> {
        self.options.iter().find(|o| o.day == day).map(|o| o.weight)
    }
}

/// A visit without names: places of the employer, of its time of day, and of the days offered to it, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    pub employer: usize,
    /// `None`: the whole day.
    pub time: Option<usize>,
    pub days: Vec<usize>,
}
