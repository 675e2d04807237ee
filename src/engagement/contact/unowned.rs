//! Whom nobody is in charge of: clients with a task and no owner, those of colleagues who are away, large ones without any.

use std::collections::BTreeSet;

use crate::engagement::contact::followup::Task;
use crate::engagement::contact::followup::errands::{Position, holder_of};
use crate::model::{EmployeeId, EmployerId, StaffId};
use crate::rules::contact::worklist::UnownedRule;

/// Why somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// A large client without anybody in charge.
    Vip,
    /// A task nobody owns.
    Task,
    /// The owner is away today.
    Away,
}

impl Lack {
    /// Key of the word for it.
    pub fn key(self) -> &'static str {
        match self {
            Lack::Vip => "vip",
            Lack::Task => "task",
            Lack::Away => "away",
        }
    }
}

/// Somebody for whom a colleague is to be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unowned {
    pub lack: Lack,
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    /// Key of the rule of the task.
    pub rule: Option<String>,
    /// Who is away.
    pub owner: Option<StaffId>,
    /// Who names somebody.
    pub decides: Option<StaffId>,
}

/// A client large enough to be told of without a task, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LargeClient {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    pub outlet: Option<String>,
}

/// All of them, large clients first. `without`: large clients nobody is in charge of; `outlet_of` an employer; `away` today.
pub fn list(
    rule: &UnownedRule,
    positions: &[Position],
    tasks: &[Task],
    without: &[LargeClient],
    outlet_of: impl Fn(EmployerId) -> Option<String>,
    away: impl Fn(StaffId) -> bool,
) -> Vec<Unowned> {
    let decides = |outlet: Option<&str>| holder_of(positions, &rule.decided_by, outlet);
    let large: BTreeSet<EmployeeId> = without.iter().map(|c| c.employee_id).collect();
    let mut list: Vec<Unowned> = without
        .iter()
        .map(|client| Unowned {
            lack: Lack::Vip,
            employee_id: client.employee_id,
            employer_id: client.employer_id,
            rule: tasks.iter().find(|t| t.employee_id == client.employee_id).map(|t| t.rule.to_string()),
            owner: None,
            decides: decides(client.outlet.as_deref()),
        })
        .collect();
    for task in tasks.iter().filter(|t| !large.contains(&t.employee_id)) {
        let lack = match task.owner {
            None => Lack::Task,
            Some(owner) if away(owner) => Lack::Away,
            Some(_) => continue,
        };
        list.push(Unowned {
            lack,
            employee_id: task.employee_id,
            employer_id: task.employer_id,
            rule: Some(task.rule.to_string()),
            owner: task.owner,
            decides: decides(outlet_of(task.employer_id).as_deref()),
        });
    }
    list.sort_by_key(|u| u.lack);
    list
}
