//! Whom nobody is in charge of, or more than one: clients with a task and no owner, those of colleagues who are away,
//! large ones without any or with several.

use std::collections::BTreeSet;

use crate::engagement::contact::followup::Task;
use crate::engagement::contact::followup::errands::{Position, holder_of};
use crate::model::{EmployeeId, EmployerId, StaffId};
use crate::rules::contact::worklist::{UnownedRule, WorklistRules};

/// Why somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// A large client without anybody in charge.
    Vip,
    /// A large client with more than one.
    Several,
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
            Lack::Several => "several",
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
    /// Who is away; all who are in charge, where there are several.
    pub owners: Vec<StaffId>,
    /// Who names somebody.
    pub decides: Option<StaffId>,
}

/// A client large enough to be told of without a task, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LargeClient {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    pub outlet: Option<String>,
    /// All who are in charge, where there are several; else nobody is.
    pub owners: Vec<StaffId>,
}

/// All of them, large clients first. `clients`: large ones of whom nobody is in charge, or several are; `outlet_of` an
/// employer; `away` today.
pub fn list(
    rules: &WorklistRules,
    positions: &[Position],
    tasks: &[Task],
    clients: &[LargeClient],
    outlet_of: impl Fn(EmployerId) -> Option<String>,
    away: impl Fn(StaffId) -> bool,
) -> Vec<Unowned> {
    let decides = |rule: &UnownedRule, outlet: Option<&str>| holder_of(positions, &rule.decided_by, outlet);
    // Who has several in charge may have a task of one who is away.
    let large: BTreeSet<EmployeeId> = clients.iter().filter(|c| c.owners.is_empty()).map(|c| c.employee_id).collect();
    let mut list: Vec<Unowned> = Vec::new();
    for client in clients {
        let (lack, rule) =
            if client.owners.is_empty() { (Lack::Vip, &rules.unowned) } else { (Lack::Several, &rules.two_owners) };
        list.push(Unowned {
            lack,
            employee_id: client.employee_id,
            employer_id: client.employer_id,
            rule: tasks.iter().find(|t| t.employee_id == client.employee_id).map(|t| t.rule.to_string()),
            owners: client.owners.clone(),
            decides: decides(rule, client.outlet.as_deref()),
        });
    }
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
            owners: task.owner.into_iter().collect(),
            decides: decides(&rules.unowned, outlet_of(task.employer_id).as_deref()),
        });
    }
    list.sort_by_key(|u| u.lack);
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::contact::history::TaskState;
    use crate::engagement::fixtures::date;
    use crate::model::status::Channel;
    use crate::rules::Rules;

    /// A task with client `employee`, who works at employer 1.
    fn task(employee: i64, owner: Option<i64>) -> Task {
        Task {
            task_id: format!("T{employee:012}"),
            employee_id: EmployeeId(employee),
            employer_id: EmployerId(1),
            owner: owner.map(StaffId),
            credit: Vec::new(),
            rule: "bonus".into(),
            product: None,
            script: "bonus".into(),
            channel: Channel::Phone,
            due: date("2026-03-09"),
            not_before: None,
            on: None,
            appointment: None,
            reasons: Vec::new(),
            episode: String::new(),
            priority: 90,
            marketing: true,
            must: false,
            state: TaskState::Open,
        }
    }

    fn large(employee: i64, outlet: Option<&str>) -> LargeClient {
        LargeClient {
            employee_id: EmployeeId(employee),
            employer_id: EmployerId(2),
            outlet: outlet.map(str::to_string),
            owners: Vec::new(),
        }
    }

    fn position(id: i64, outlet: &str, position: &str) -> Position {
        Position { staff_id: StaffId(id), outlet: outlet.into(), position: position.into() }
    }

    /// Client, what is lacking, the task's rule, and who names somebody; 8 is away, employer 1 belongs to 甲网点.
    fn listed(tasks: &[Task], without: &[LargeClient]) -> Vec<(i64, &'static str, Option<String>, Option<i64>)> {
        let rules = Rules::load(None).unwrap().worklist;
        let positions =
            [position(1, "甲网点", "客户经理"), position(2, "乙网点", "主任"), position(3, "甲网点", "主任")];
        let outlet_of = |id: EmployerId| (id == EmployerId(1)).then(|| "甲网点".to_string());
        let list = list(&rules, &positions, tasks, without, outlet_of, |who| who == StaffId(8));
        list.into_iter().map(|u| (u.employee_id.0, u.lack.key(), u.rule, u.decides.map(|who| who.0))).collect()
    }

    #[test]
    fn a_task_is_told_of_that_nobody_does_today() {
        let bonus = || Some("bonus".to_string());
        assert_eq!(listed(&[], &[]), []);
        assert_eq!(listed(&[task(1, Some(7))], &[]), [], "somebody is there");
        assert_eq!(listed(&[task(1, None)], &[]), [(1, "task", bonus(), Some(3))]);
        assert_eq!(listed(&[task(1, Some(8))], &[]), [(1, "away", bonus(), Some(3))]);
        let told = listed(&[task(1, Some(8)), task(2, Some(7)), task(3, None)], &[]);
        assert_eq!(told, [(3, "task", bonus(), Some(3)), (1, "away", bonus(), Some(3))]);
    }

    #[test]
    fn a_large_client_stands_there_once_and_first() {
        // With a task of that client the rule is told; the task is not listed beside it.
        let told = listed(&[task(1, None), task(5, None)], &[large(5, Some("乙网点")), large(6, None)]);
        let bonus = || Some("bonus".to_string());
        // At an outlet that is not known the first of the branch decides.
        assert_eq!(told, [(5, "vip", bonus(), Some(2)), (6, "vip", None, Some(2)), (1, "task", bonus(), Some(3))]);
    }

    #[test]
    fn a_large_client_of_two_stands_behind_those_of_nobody() {
        let both = LargeClient { owners: vec![StaffId(7), StaffId(8)], ..large(4, Some("甲网点")) };
        let told = listed(&[task(4, Some(8)), task(1, None)], &[both, large(6, None)]);
        let bonus = || Some("bonus".to_string());
        // His task is one of a colleague who is away all the same.
        let away = (4, "away", bonus(), Some(3));
        let several = (4, "several", bonus(), Some(3));
        let expected = [(6, "vip", None, Some(2)), several, (1, "task", bonus(), Some(3)), away];
        assert_eq!(told, expected);
    }
}
