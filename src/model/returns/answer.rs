//! What people said, cell by cell, and what it is about.

use std::fmt;

use chrono::NaiveDate;

use crate::model::{EmployeeId, EmployerId, VisitId};

/// What an answer is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A follow-up task.
    Task(String),
    /// Somebody, whatever the matter.
    Person(EmployeeId),
    Employer(EmployerId),
    Visit(VisitId),
    /// A step of a visit: its key, and the publicity channel where there are several.
    Step(VisitId, String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Task(id) => f.write_str(id),
            Subject::Person(id) => id.fmt(f),
            Subject::Employer(id) => id.fmt(f),
            Subject::Visit(id) => id.fmt(f),
            Subject::Step(id, step) => write!(f, "{id}/{step}"),
        }
    }
}

impl Subject {
    /// Reads the shown form.
    pub fn parse(text: &str) -> Option<Subject> {
        if let Some((visit, step)) = text.split_once('/') {
            return Some(Subject::Step(visit.parse().ok()?, step.to_string()));
        }
        let person = || text.parse().ok().map(Subject::Person);
        let employer = || text.parse().ok().map(Subject::Employer);
        let visit = || text.parse().ok().map(Subject::Visit);
        let task = || text.starts_with('T').then(|| Subject::Task(text.to_string()));
        person().or_else(employer).or_else(visit).or_else(task)
    }
}

/// One value of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerValue {
    pub field: String,
    /// In one way of writing; `None`: what was sent was emptied.
    pub value: Option<String>,
    /// What was sent.
    pub base: Option<String>,
    /// Where it was typed: `F5`.
    pub cell: Option<String>,
}

/// What one row of one copy, or one command, says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub answer_id: i64,
    /// Number of the entry it came with (rows of a file, commands of a day), and its row there, from 1.
    pub entry: (i64, i64),
    /// The workbook it was typed into.
    pub export_id: Option<String>,
    /// The day of a contact, given or `assumed`; of what has one state only, none.
    pub on: Option<NaiveDate>,
    pub assumed: bool,
    /// Answers up to this one were known when it was asked for.
    pub seen: i64,
    /// It says which of all answers up to `seen` holds.
    pub settles: bool,
    /// Whom it concerns, as now known; of employers and visits nobody.
    pub employee: Option<EmployeeId>,
    pub author: String,
    /// File and sheet it came with.
    pub file: String,
    pub sheet: Option<String>,
    /// The day it was told.
    pub told_on: NaiveDate,
    pub recorded_at: String,
    /// Of a visit: it has been put into the plan.
    pub applied: bool,
    pub values: Vec<AnswerValue>,
}
