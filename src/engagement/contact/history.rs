//! One person's history, or one employer's, as it is told on one page.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::engagement::contact::opportunities::Opportunity;
use crate::engagement::contact::relations::Relation;
use crate::facts::EmployerProfile;
pub use crate::facts::history::{ChangeBetween, ContactTold, EmployerPaidOn, HoldingOn, PaidOn};
pub use crate::facts::pay::payday_retention::EmployerRetention;
use crate::model::status::{Channel, NeedKind, VisitStatus};
use crate::model::{EmployeeId, EmployerId, VisitId};

/// Somebody a text may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// `P000123` or `E00045`.
    pub id: String,
    /// employee or employer.
    pub kind: &'static str,
    /// Masked as on the terminal.
    pub name: String,
    pub employer: Option<String>,
}

/// What has become of a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    #[default]
    Open,
    /// A contact ended it.
    Done,
    /// Its day has passed and nothing was told: it is open still, or that day was its last.
    Missed,
    /// What it was for is true no more.
    Lapsed,
}

impl TaskState {
    /// Of a task that is to be done by `due`.
    pub fn of(ended: bool, due: NaiveDate, today: NaiveDate) -> TaskState {
        match ended {
            true => TaskState::Done,
            false if due < today => TaskState::Missed,
            false => TaskState::Open,
        }
    }

    /// What has become of a task that is open no more, and on which day: `told` of the contact that ended it, `gone`
    /// when its reason was found gone. A task that `passes` was to be done before a day that ends it; any other one
    /// stays open past its `due` day for as long as its reason holds.
    pub fn ended(
        told: Option<NaiveDate>,
        gone: Option<NaiveDate>,
        due: NaiveDate,
        passes: bool,
        today: NaiveDate,
    ) -> (TaskState, NaiveDate) {
        match (told, gone) {
            (Some(on), _) => (TaskState::Done, on),
            (None, Some(on)) => (TaskState::Lapsed, on),
            (None, None) if passes && due < today => (TaskState::Missed, due),
            (None, None) => (TaskState::Lapsed, today),
        }
    }

    /// Key of the word for it.
    pub fn key(self) -> &'static str {
        match self {
            TaskState::Open => "open",
            TaskState::Done => "done",
            TaskState::Missed => "missed",
            TaskState::Lapsed => "lapsed",
        }
    }
}

/// A task that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskTold {
    pub task_id: String,
    pub rule: String,
    pub issued: NaiveDate,
    /// By when; for what was agreed upon the day of it.
    pub due: NaiveDate,
    pub channel: Option<Channel>,
    pub state: TaskState,
}

/// Something somebody wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeedTold {
    pub need_id: i64,
    pub kind: NeedKind,
    pub text: String,
    pub owner: Option<String>,
    pub due: Option<NaiveDate>,
    /// `open`, `done`, or `missed`.
    pub state: TaskState,
}

/// A visit at the employer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VisitTold {
    pub visit_id: VisitId,
    pub on: NaiveDate,
    pub status: VisitStatus,
    pub told: Vec<PartTold>,
}

/// What was told of somebody who goes, of a step or of something on the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartTold {
    /// `member:S001`, `booking`, `publicity:poster`, `item:pad`.
    pub part: String,
    /// Of somebody who goes.
    pub name: Option<String>,
    /// Masked as on the terminal.
    pub phone: Option<String>,
    /// Who brings or does it, where that was changed by hand.
    pub owner: Option<String>,
    /// `yes`, `part` or `no`.
    pub done: Option<String>,
    pub done_on: Option<NaiveDate>,
    pub remark: Option<String>,
}

/// What was agreed upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppointmentTold {
    pub task_id: String,
    pub agreed_on: NaiveDate,
    pub next: NaiveDate,
    pub channel: Option<Channel>,
    pub product: Option<String>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonHistory {
    pub id: EmployeeId,
    pub kind: &'static str,
    pub name: String,
    pub employer_id: EmployerId,
    pub employer: String,
    /// Name of the relationship manager.
    pub owner: Option<String>,
    /// ☆: somebody keeps an eye on the client.
    pub watched: bool,
    /// `block.<key>` of what was said or has become and stops offers, by one channel at least.
    pub stopped: Option<&'static str>,
    /// 账户, 契约, 情感.
    pub relations: Vec<Relation>,
    pub holdings: Vec<HoldingOn>,
    pub changes: Option<ChangeBetween>,
    pub paydays: Vec<PaidOn>,
    pub contacts: Vec<ContactTold>,
    pub opportunities: Vec<Opportunity>,
    pub needs: Vec<NeedTold>,
    pub appointments: Vec<AppointmentTold>,
    pub visits: Vec<VisitTold>,
    pub tasks: Vec<TaskTold>,
    /// How many rows of a list are not told, by the list's key; nothing of those told whole.
    pub more: BTreeMap<&'static str, i64>,
}

/// What is told of one of an employer's people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfClient<T> {
    pub employee_id: EmployeeId,
    /// Masked as on the terminal.
    pub name: String,
    #[serde(flatten)]
    pub told: T,
}

/// One employer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmployerHistory {
    pub id: EmployerId,
    pub kind: &'static str,
    pub name: String,
    pub owner: Option<String>,
    pub profile: EmployerProfile,
    pub paydays: Vec<EmployerPaidOn>,
    pub retention: Vec<EmployerRetention>,
    pub needs: Vec<NeedTold>,
    pub visits: Vec<VisitTold>,
    /// The latest contacts with its people.
    pub contacts: Vec<OfClient<ContactTold>>,
    /// What was agreed upon with its people, soonest first.
    pub appointments: Vec<OfClient<AppointmentTold>>,
    /// What may be sold to its people and is neither sold nor given up.
    pub opportunities: Vec<OfClient<Opportunity>>,
    /// How many tasks with its people are in which state.
    pub task_states: BTreeMap<TaskState, i64>,
    /// Those still to be done, first due first.
    pub tasks: Vec<OfClient<TaskTold>>,
    /// How many rows of a list are not told, by the list's key; nothing of those told whole.
    pub more: BTreeMap<&'static str, i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;

    #[test]
    fn a_task_that_is_open_no_more_is_done_missed_or_lapsed_and_stays_so() {
        let (before, due, after) = (date("2026-03-05"), date("2026-03-09"), date("2026-03-18"));
        let of = |told, gone, passes, today| TaskState::ended(told, gone, due, passes, today);
        assert_eq!(of(Some(before), Some(due), true, after), (TaskState::Done, before));
        // A reminder whose payday has come was missed; whoever left the list before was not to be reminded any more.
        assert_eq!(of(None, None, true, after), (TaskState::Missed, due));
        assert_eq!(of(None, None, true, before), (TaskState::Lapsed, before));
        assert_eq!(of(None, Some(before), true, after), (TaskState::Lapsed, before));
        // What no day ends ends with its reason, on the day that was seen first.
        assert_eq!(of(None, None, false, after), (TaskState::Lapsed, after));
        assert_eq!(of(None, Some(before), false, after), (TaskState::Lapsed, before));
    }
}
