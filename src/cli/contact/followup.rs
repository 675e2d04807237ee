use std::collections::BTreeMap;

use clap::Args;
use serde::ser::{Error as _, SerializeSeq as _, SerializeStruct as _};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::app::AppError;
use crate::app::contact::follow_up as app;
use crate::app::contact::follow_up::FollowUp;
use crate::app::directory::Directory;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::reveal;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::{EmployeeId, Reason};
use crate::render::books::contact::track as books;

/// Decide whom to contact, why, with what and by when
#[derive(Debug, Args)]
pub struct FollowupArgs {
    /// How many tasks to print (all are in the workbooks)
    #[arg(long, default_value_t = 15)]
    top: usize,
    /// Add the bank's customer numbers to the JSON (recorded in the audit)
    #[arg(long, requires = "json", requires = "purpose")]
    reveal: bool,
    /// What the customer numbers are needed for (recorded in the audit)
    #[arg(long, value_name = "TEXT", requires = "reveal")]
    purpose: Option<String>,
}

pub fn run(args: &FollowupArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    screen.stale(freshness::require(&workspace)?);
    let follow_up = app::follow_up(&mut workspace)?;
    if screen.json {
        let people =
            follow_up.tasks.iter().map(|t| t.employee_id).chain(follow_up.blocked.iter().map(|b| b.employee_id));
        let numbers = match args.reveal {
            true => Some(reveal::customer_numbers(&workspace, people, "followup", args.purpose.as_deref())?),
            false => None,
        };
        return screen.stream(&Answer { follow_up: &follow_up, numbers, screen }).map(|()| 0);
    }
    let labels = app::labels(&workspace);
    screen.table(&books::rules_table(&labels, &follow_up.tasks, &follow_up.blocked, &screen.words));
    let directory = Directory::load(&workspace)?;
    let rows = outputs::shown_tasks(&workspace, &follow_up, &directory, args.top)?;
    screen.table(&books::first_tasks_table(&rows, args.top, &workspace.products, &screen.words));
    Ok(0)
}

/// The JSON of `followup`, task by task.
struct Answer<'a> {
    follow_up: &'a FollowUp,
    numbers: Option<BTreeMap<EmployeeId, String>>,
    screen: &'a Screen,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("FollowUp", 3)?;
        let FollowUp { tasks, blocked, ended, .. } = self.follow_up;
        answer.serialize_field(
            "tasks",
            &Rows { rows: tasks, person: |t| t.employee_id, reasons: |t| &t.reasons, answer: self },
        )?;
        answer.serialize_field(
            "blocked",
            &Rows { rows: blocked, person: |b| b.employee_id, reasons: |_| &[], answer: self },
        )?;
        answer.serialize_field(
            "ended",
            &Rows { rows: ended, person: |e| e.employee_id, reasons: |_| &[], answer: self },
        )?;
        answer.end()
    }
}

/// Rows of people, each masked and labelled before it is printed.
struct Rows<'a, T> {
    rows: &'a [T],
    person: fn(&T) -> EmployeeId,
    reasons: fn(&T) -> &[Reason],
    answer: &'a Answer<'a>,
}

impl<T: Serialize> Serialize for Rows<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in self.rows {
            let mut shown = self
                .answer
                .screen
                .labelled_by(row, (self.reasons)(row))
                .map_err(|e| S::Error::custom(e.to_string()))?;
            if let (Some(numbers), Value::Object(shown)) = (&self.answer.numbers, &mut shown) {
                let number = numbers.get(&(self.person)(row)).cloned();
                shown.insert("customer_number".into(), number.map_or(Value::Null, Value::String));
            }
            list.serialize_element(&shown)?;
        }
        list.end()
    }
}
