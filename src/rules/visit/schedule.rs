//! When visits can be held (`schedule.toml`).

use serde::Deserialize;

use crate::model::days::hours::time_of_rules;
use crate::model::rows::Shift;

/// Days and weights of the schedule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleRules {
    pub horizon: Horizon,
    pub payday: PaydayRules,
    pub finance: FinanceRules,
    pub spring_festival: SpringFestival,
    pub pension_day: PensionDay,
    pub capacity: Capacity,
    pub travel: Travel,
    pub private_corner: PrivateCorner,
    pub proposal: Proposal,
    pub budget: SearchBudget,
}

/// How far the plan reaches, in days from the earliest possible one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Horizon {
    pub days: i64,
    pub source: String,
}

/// Weights 0–1 of a day by its distance from payday.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaydayRules {
    pub blocked_before_days: i64,
    pub best_after_from: i64,
    pub best_after_to: i64,
    pub best: f64,
    pub fair_before_from: i64,
    pub fair_before_to: i64,
    pub fair: f64,
    pub other: f64,
    pub shift: Shift,
    pub source: String,
}

/// Days on which finance staff have no time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinanceRules {
    pub month_end_days: i64,
    pub month_start_day: u32,
    pub tax_day: u32,
    pub tax_before_days: i64,
    pub quarter_end_workdays: i64,
    pub source: String,
}

/// The quiet time around the Spring Festival, in calendar days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpringFestival {
    /// Name of the holiday in the calendar files.
    pub holiday: String,
    pub before_days: i64,
    pub labour_before_days: i64,
    pub labour_industries: Vec<String>,
    pub after_days: i64,
    pub source: String,
}

/// Days of the month on which outlets lend nobody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PensionDay {
    pub days: Vec<u32>,
    pub source: String,
}

/// How many visits fit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Days offered count as if they were held.
    pub visits_per_day: usize,
    /// Visits one person goes to on one day at most.
    pub visits_per_person: i64,
    pub source: String,
}

/// Minutes on the way from one visit to the next on the same day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Travel {
    /// In the same district.
    pub within_minutes: i64,
    /// From one known district to another; 0: nobody goes to two on a day.
    pub between_minutes: i64,
    /// Where a day is halved: visits of the first half end by then.
    #[serde(deserialize_with = "time_of_rules")]
    pub noon: String,
    pub source: String,
}

impl Travel {
    /// Minutes on the way to another district; `None`: nobody goes there on the same day.
    pub fn across(&self) -> Option<i64> {
        Some(self.between_minutes).filter(|minutes| *minutes > 0)
    }
}

/// A place to talk to one person alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateCorner {
    /// An employer that says it has none is not visited until a place is agreed on.
    pub required: bool,
    pub source: String,
}

/// Dates offered to the key person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    pub dates: usize,
    pub apart_days: i64,
    /// Calendar days an offer waits for an answer.
    pub answer_days: i64,
    /// Days between plan and record within which a visit held is the planned one.
    pub held_within_days: i64,
    pub source: String,
}

/// How far is searched for a better plan, counted so that every PC finds the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchBudget {
    /// Days looked at without proof.
    pub steps: u64,
    /// Nodes of branch and bound.
    pub nodes: u64,
    /// With more employers × days there is no proof.
    pub largest: usize,
    /// What is spent on naming people while days are settled: people wanted × who may be one of them, over all tries.
    pub naming: u64,
    pub source: String,
}
