//! What is known of tasks of earlier days, and what has become of them.

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::contact::history::TaskState;
use crate::model::days::workdays::Workdays;
use crate::model::status::{Channel, ContactResult};
use crate::model::text::shared::SharedText;
use crate::model::{EmployeeId, EmployerId, StaffId};
use crate::rules::contact::followup::{Due, FollowupRule};

/// Somebody a rule speaks of but whom nobody may contact now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocked {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    pub rule: SharedText,
    /// `consent_missing`, `refused`, `resting`, `cap_reached`, `result_missing`, `open_complaint`; `identity_open`: it is not decided who it is.
    pub by: &'static str,
    pub owner: Option<StaffId>,
    /// All rules that speak of the person, most urgent first.
    pub rules: Vec<SharedText>,
    /// The first day on which the most urgent of them may be acted upon, if nothing else happens; `None`: not in sight.
    pub next_permitted: Option<NaiveDate>,
}

/// What the latest contact left of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Day of that contact.
    pub on: NaiveDate,
    pub result: ContactResult,
    /// By when to make the next one; `None`: the task is done with.
    pub due: Option<NaiveDate>,
}

impl Heard {
    /// By when a task of this rule is to be done after that contact: not before the next date, and by as many days
    /// after it as the rule gives for the task itself. `None`: the task is done with.
    pub fn deadline(&self, workdays: &Workdays, rule: &FollowupRule) -> Option<NaiveDate> {
        let next = self.due?;
        Some(match &rule.due {
            Due::Workdays { workdays: days } => workdays.add(next, *days).unwrap_or(next),
            Due::Before { .. } => next,
        })
    }
}

/// What of a task of an earlier day goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    pub channel: Channel,
    pub due: NaiveDate,
    pub marketing: bool,
    pub owner: Option<StaffId>,
}

/// A task that is open no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndedTask {
    pub task_id: String,
    pub employee_id: EmployeeId,
    pub owner: Option<StaffId>,
    /// The day it was dated on.
    pub dated: NaiveDate,
    pub state: TaskState,
    /// The day it ended.
    pub on: NaiveDate,
}
