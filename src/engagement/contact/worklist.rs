//! Tasks dated within what an RM's day holds (5-20 plan; 2-8 on a visit day): no more tasks than hands.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::engagement::contact::followup::Task;
use crate::engagement::contact::history::TaskState;
use crate::model::days::workdays::Workdays;
use crate::model::status::Channel;
use crate::model::{Reason, StaffId};
use crate::rules::contact::worklist::WorklistRules;

/// Dates every task that has an owner: in the order given (most urgent first), on the first working day from `today`
/// with room for its channel on which the owner is not on leave (`away`), not before the task's own first day and never
/// after its own deadline. What finds no room in time keeps `on = None`, and what is late is missed: both are told of
/// before somebody relies on them.
pub fn date_tasks(
    rules: &WorklistRules,
    workdays: &Workdays,
    today: NaiveDate,
    visit_days: &BTreeSet<(StaffId, NaiveDate)>,
    away: impl Fn(StaffId, NaiveDate) -> bool,
    tasks: &mut [Task],
) {
    let days: Vec<NaiveDate> = (0..rules.horizon.workdays)
        .scan(workdays.on_or_after(today), |next, _| {
            let day = (*next)?;
            *next = workdays.add(day, 1);
            Some(day)
        })
        .collect();
    let mut used: BTreeMap<(StaffId, Channel, NaiveDate), usize> = BTreeMap::new();
    // What was promised comes first and stays on its day, whatever else the day holds.
    for task in tasks.iter_mut() {
        let Some(day) = task.appointment.filter(|day| *day >= today) else { continue };
        task.on = Some(day);
        let Some(owner) = task.owner else { continue };
        let owner = if away(owner, day) { stand_in(task, owner, |who| away(who, day)) } else { owner };
        *used.entry((owner, task.channel, day)).or_default() += 1;
    }
    for task in tasks.iter_mut().filter(|task| task.due < today) {
        task.state = TaskState::Missed;
    }
    for task in tasks {
        let Some(owner) = task.owner.filter(|_| task.on.is_none()) else { continue };
        let first = task.not_before.unwrap_or(today);
        // A promise that was missed is kept as soon as can be; a complaint does not go away by waiting.
        let last = if task.appointment.is_some() || task.must { NaiveDate::MAX } else { task.due };
        for day in days.iter().filter(|d| (first..=last).contains(*d) && !away(owner, **d)) {
            let capacity = if visit_days.contains(&(owner, *day)) { &rules.visit_day } else { &rules.day };
            let taken = used.entry((owner, task.channel, *day)).or_default();
            if *taken < capacity.of(task.channel) {
                *taken += 1;
                task.on = Some(*day);
                break;
            }
        }
    }
}

/// The place of a dated task among others: what is late first, then what a complaint or a wrong number leaves to be
/// done, then day by day; what has no room yet last.
pub fn turn(task: &Task) -> (bool, bool, bool, NaiveDate) {
    let late = task.state == TaskState::Missed;
    (!late, !task.must, task.on.is_none() && !late, task.on.unwrap_or(task.due))
}

/// The reason by which a task says that it is another colleague's.
pub const STAND_IN: &str = "stand_in";

/// Gives an appointment of somebody who is away to the other colleague who has a share in the client, and says so; where
/// that one is away too it says that somebody must be found.
fn stand_in(task: &mut Task, owner: StaffId, away: impl Fn(StaffId) -> bool) -> StaffId {
    let other = task.credit.iter().map(|share| share.staff_id).find(|who| *who != owner && !away(*who));
    task.reasons.push(Reason::new(if other.is_some() { STAND_IN } else { "stand_in_wanted" }));
    task.owner = Some(other.unwrap_or(owner));
    other.unwrap_or(owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;
    use crate::model::{EmployeeId, EmployerId};

    fn task(id: &str, priority: i64, due: &str, on: Option<&str>) -> Task {
        Task {
            task_id: id.to_string(),
            employee_id: EmployeeId(1),
            employer_id: EmployerId(1),
            owner: Some(StaffId(1)),
            credit: Vec::new(),
            rule: "bonus".into(),
            product: None,
            script: "bonus".into(),
            channel: Channel::Phone,
            due: date(due),
            not_before: None,
            on: on.map(date),
            appointment: None,
            reasons: Vec::new(),
            episode: String::new(),
            priority,
            marketing: true,
            must: false,
            state: TaskState::Open,
        }
    }

    #[test]
    fn what_is_late_comes_first_then_complaints_then_day_by_day() {
        let missed = |task: Task| Task { state: TaskState::Missed, ..task };
        let mut tasks = [
            task("urgent", 100, "2026-03-09", Some("2026-03-04")),
            missed(task("late", 50, "2026-03-02", None)),
            Task { must: true, ..task("complaint", 99, "2026-03-06", Some("2026-03-05")) },
            task("no_room", 90, "2026-03-04", None),
            task("first", 10, "2026-03-09", Some("2026-03-03")),
            missed(task("latest", 40, "2026-02-27", None)),
        ];
        tasks.sort_by_key(turn);
        let order: Vec<&str> = tasks.iter().map(|t| t.task_id.as_str()).collect();
        assert_eq!(order, ["latest", "late", "complaint", "first", "urgent", "no_room"]);
    }
}
