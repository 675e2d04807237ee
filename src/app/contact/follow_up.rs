//! Who contacts whom today, why and with what.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::visit::rank;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::contact_policy::PastContact;
use crate::engagement::contact::followup::{self, Blocked, FollowupInput, Task};
use crate::engagement::contact::worklist;
use crate::facts::{condition, employee_facts};
use crate::model::status::Channel;
use crate::model::{EmployeeId, StaffId};
use crate::store::StoreError;
use crate::store::contacts::Feedback;
use crate::store::ledger::StoredTask;

/// Rules files follow-up rests on.
const RULES: &[&str] = &["followup", "contact_policy", "contacts", "worklist", "products"];

/// Open tasks, most urgent first, and who may not be contacted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FollowUp {
    pub tasks: Vec<Task>,
    pub blocked: Vec<Blocked>,
}

/// Decides today's tasks, dates them within what an RM's day holds, and keeps them; tasks of earlier days whose rule
/// still holds stay open.
///
/// # Errors
/// Nothing has been imported, a rule's condition that cannot be used, or a store that cannot be written.
pub fn follow_up(workspace: &mut Workspace) -> Result<FollowUp, AppError> {
    workspace.refresh_facts()?;
    let employers = rank::profiles(workspace)?.into_iter().map(|p| (p.employer_id, p)).collect();
    let employees: BTreeMap<EmployeeId, _> =
        employee_facts::all(&workspace.store)?.into_iter().map(|e| (e.employee_id, e)).collect();
    let fired = fired(workspace)?;
    let stored: Vec<StoredTask> =
        workspace.store.tasks(workspace.today)?.into_iter().filter(|t| t.issued < workspace.today).collect();
    let earlier = earlier(&stored)?;
    let feedback = workspace.store.feedback(workspace.today)?;
    let past = past_contacts(workspace, &stored, &feedback)?;
    let feedback = feedback.into_iter().map(|(task, f)| (task, f.due)).collect();
    let staff = staff_by_name(workspace)?;
    let input = FollowupInput {
        rules: &workspace.rules,
        products: &workspace.products,
        workdays: &workspace.workdays,
        today: workspace.today,
        employees: &employees,
        employers: &employers,
        fired: &fired,
        past: &past,
        earlier: &earlier,
        feedback: &feedback,
        staff: &staff,
    };
    let (mut tasks, mut blocked) = followup::decide(&input);
    set_aside_unsure(workspace, &mut tasks, &mut blocked)?;
    let visit_days = visit_days(workspace)?;
    let leave: BTreeMap<StaffId, Vec<(NaiveDate, NaiveDate)>> =
        workspace.store.staff()?.into_iter().map(|s| (s.staff_id, s.row.leave)).collect();
    let away = |who: StaffId, day: NaiveDate| {
        leave.get(&who).is_some_and(|spans| spans.iter().any(|(from, to)| (*from..=*to).contains(&day)))
    };
    let (rules, workdays) = (&workspace.rules.worklist, &workspace.workdays);
    let last_day = |task: &Task| followup::last_day(&workspace.rules, &feedback, task);
    worklist::date_tasks(rules, workdays, workspace.today, &visit_days, away, last_day, &mut tasks);
    keep(workspace, &tasks)?;
    Ok(FollowUp { tasks, blocked })
}

/// Nobody is contacted under a number that may turn out to be somebody else: their tasks wait for the decision.
fn set_aside_unsure(workspace: &Workspace, tasks: &mut Vec<Task>, blocked: &mut Vec<Blocked>) -> Result<(), AppError> {
    let unsure = workspace.store.provisional_people()?;
    for task in tasks.iter().filter(|t| unsure.contains(&t.employee_id)) {
        if !blocked.iter().any(|b| b.employee_id == task.employee_id) {
            blocked.push(Blocked {
                employee_id: task.employee_id,
                employer_id: task.employer_id,
                rule: task.rule.clone(),
                by: "identity_open",
                owner: task.owner,
            });
        }
    }
    tasks.retain(|t| !unsure.contains(&t.employee_id));
    Ok(())
}

/// Employees for whom each rule in force holds.
fn fired(workspace: &mut Workspace) -> Result<BTreeMap<String, Vec<EmployeeId>>, AppError> {
    let mut fired = BTreeMap::new();
    for (key, rule) in &workspace.rules.followup.rules {
        if followup::in_force(rule, workspace.today) {
            let conditions: Vec<&str> = rule.when.iter().map(|c| c.sql.as_str()).collect();
            let settings = followup::settings(rule, workspace.today);
            fired.insert(
                key.clone(),
                condition::evaluate(&mut workspace.store, &workspace.products, key, &conditions, &settings)?,
            );
        }
    }
    Ok(fired)
}

/// Tasks issued on earlier days, by id.
fn earlier(stored: &[StoredTask]) -> Result<BTreeMap<String, Task>, AppError> {
    let read = |t: &StoredTask| serde_json::from_str(&t.payload).map_err(|_| StoreError::Damaged { what: "task" });
    stored.iter().map(|t| Ok((t.task_id.clone(), read(t)?))).collect()
}

/// Contacts made, and those dated on earlier days of which nothing has been heard.
fn past_contacts(
    workspace: &Workspace,
    stored: &[StoredTask],
    feedback: &BTreeMap<String, Feedback>,
) -> Result<BTreeMap<EmployeeId, Vec<(String, PastContact)>>, AppError> {
    let mut past: BTreeMap<EmployeeId, Vec<(String, PastContact)>> = BTreeMap::new();
    for contact in workspace.store.contacts(workspace.today)? {
        let counts = workspace.rules.contacts.results.get(&contact.result).is_none_or(|r| r.counts);
        let made = PastContact { on: contact.date, channel: contact.channel, result: Some(contact.result), counts };
        past.entry(contact.employee_id).or_default().push((contact.task_id.unwrap_or_default(), made));
    }
    for task in stored.iter().filter(|t| !feedback.contains_key(&t.task_id)) {
        if let Some(channel) = Channel::from_key(&task.channel) {
            let dated = PastContact::dated(task.due, channel);
            past.entry(task.employee_id).or_default().push((task.task_id.clone(), dated));
        }
    }
    Ok(past)
}

fn staff_by_name(workspace: &Workspace) -> Result<BTreeMap<String, StaffId>, AppError> {
    let mut names: BTreeMap<String, Option<StaffId>> = BTreeMap::new();
    for member in workspace.store.staff()? {
        names.insert(member.row.number.clone(), Some(member.staff_id));
        // Two of the same name: neither is meant for sure.
        names.entry(member.row.name.clone()).and_modify(|id| *id = None).or_insert(Some(member.staff_id));
    }
    Ok(names.into_iter().filter_map(|(name, id)| Some((name, id?))).collect())
}

/// Who is out on which day: on a visit day less fits in.
fn visit_days(workspace: &Workspace) -> Result<BTreeSet<(StaffId, NaiveDate)>, AppError> {
    let ahead = ledger::ahead(&workspace.store, workspace.today)?;
    Ok(ahead.iter().flat_map(|v| v.team.iter().map(|m| (m.staff_id, v.date))).collect())
}

fn keep(workspace: &mut Workspace, tasks: &[Task]) -> Result<(), AppError> {
    let (hash, today) = (workspace.rules.hash_of(RULES), workspace.today);
    workspace.store.transaction(|store| {
        for task in tasks {
            let payload =
                serde_json::to_string(task).map_err(|e| AppError::Inner { what: "task", reason: e.to_string() })?;
            let stored = StoredTask {
                task_id: task.task_id.clone(),
                rule: task.rule.clone(),
                employee_id: task.employee_id,
                employer_id: task.employer_id,
                due: task.on.unwrap_or(task.due),
                channel: task.channel.key().to_string(),
                owner: task.owner,
                issued: today,
                payload,
            };
            store.issue_task(&stored, &task.episode, &hash, today)?;
        }
        Ok(())
    })
}

/// Keys and labels of the follow-up rules, most urgent first.
pub fn labels(workspace: &Workspace) -> Vec<(String, String)> {
    let mut rules: Vec<_> = workspace.rules.followup.rules.iter().collect();
    rules.sort_by_key(|(key, rule)| (std::cmp::Reverse(rule.priority), (*key).clone()));
    rules.into_iter().map(|(key, rule)| (key.clone(), rule.label.clone())).collect()
}
