//! Contacts of the month, opportunities, and the states of tasks, in all and by colleague.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::contact::follow_up::FollowUp;
use crate::app::contact::history::opportunities;
use crate::app::contact::owners;
use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::history::TaskState;
use crate::engagement::report::contacts::{ColleagueLine, ContactFigures};
use crate::facts::employee::employee_facts;
use crate::model::days::period::month_start;
use crate::model::{EmployeeId, StaffId};
use crate::store::contacts::StoredContact;

/// The branch's figures, and a line per colleague with tasks or contacts, by outlet and number; what is nobody's last.
pub(super) fn lines(
    workspace: &Workspace,
    follow_up: &FollowUp,
) -> Result<(ContactFigures, Vec<ColleagueLine>), AppError> {
    let (today, directory) = (workspace.today, Directory::load(workspace)?);
    let mut lines: BTreeMap<Option<StaffId>, ColleagueLine> = BTreeMap::new();
    let mut owner_of: BTreeMap<&str, Option<StaffId>> = BTreeMap::new();
    for task in &follow_up.tasks {
        owner_of.insert(&task.task_id, task.owner);
        let line = lines.entry(task.owner).or_default();
        line.open += 1;
        line.today += i64::from(task.on.is_some_and(|on| on <= today));
        line.overdue += i64::from(task.state == TaskState::Missed);
        line.no_room += i64::from(task.state == TaskState::Open && task.on.is_none());
    }
    for ended in &follow_up.ended {
        owner_of.insert(&ended.task_id, ended.owner);
        let line = lines.entry(ended.owner).or_default();
        match ended.state {
            TaskState::Done => line.done += 1,
            TaskState::Missed => line.missed += 1,
            TaskState::Lapsed => line.lapsed += 1,
            TaskState::Open => {}
        }
    }
    for (owner, awaiting) in &follow_up.awaiting {
        lines.entry(*owner).or_default().awaiting += awaiting;
    }
    let mut all = ContactFigures::default();
    let mut contacts = workspace.store.contacts(today, None)?;
    let since = month_start(today);
    let people: BTreeSet<EmployeeId> = contacts.iter().map(|c| c.employee_id).collect();
    let (in_charge, told_by) = (in_charge(workspace, &people)?, told_by(workspace)?);
    // Whose task it was; else who is known to have made the contact, or whose client it is.
    let owner = |contact: &StoredContact| {
        let of_task = contact.task_id.as_deref().and_then(|id| owner_of.get(id)).copied().flatten();
        let maker = || told_by.get(&contact.contact_id).copied();
        of_task.or_else(maker).or_else(|| in_charge.get(&contact.employee_id).copied())
    };
    for contact in contacts.iter().filter(|c| c.date >= since) {
        let counts = workspace.rules.contacts.results.get(&contact.result).is_none_or(|r| r.counts);
        if counts {
            let told = contact.wanted_product.is_some() || contact.amount.is_some() || contact.has_note;
            all.contact(contact.result, told, contact.amount);
            lines.entry(owner(contact)).or_default().figures.contact(contact.result, told, contact.amount);
        }
    }
    contacts.sort_by_key(|contact| contact.employee_id);
    for person in contacts.chunk_by(|a, b| a.employee_id == b.employee_id) {
        let last = person.last().and_then(owner);
        for opportunity in opportunities(workspace, person)?.iter().filter(|o| o.stage.is_open()) {
            all.opportunity(opportunity.amount_fen);
            lines.entry(last).or_default().figures.opportunity(opportunity.amount_fen);
        }
    }
    let outlet = |id: Option<StaffId>| id.and_then(|id| directory.staff.get(&id)).map(|(_, outlet)| outlet.clone());
    let mut lines: Vec<ColleagueLine> = lines
        .into_iter()
        .map(|(id, line)| ColleagueLine { staff_id: id, outlet: outlet(id).unwrap_or_default(), ..line })
        .collect();
    lines.sort_by(|a, b| {
        (a.staff_id.is_none(), &a.outlet, a.staff_id).cmp(&(b.staff_id.is_none(), &b.outlet, b.staff_id))
    });
    Ok((all, lines))
}

/// Who is in charge of these people.
fn in_charge(workspace: &Workspace, people: &BTreeSet<EmployeeId>) -> Result<BTreeMap<EmployeeId, StaffId>, AppError> {
    let owners = owners::owners(workspace)?;
    let mut of = BTreeMap::new();
    employee_facts::managers(&workspace.store, |who, employer, rm| {
        if people.contains(&who) {
            of.extend(owners.of(rm, employer).map(|owner| (who, owner)));
        }
    })?;
    Ok(of)
}

/// Who made which contact, as far as a colleague is known to have told of it.
fn told_by(workspace: &Workspace) -> Result<BTreeMap<i64, StaffId>, AppError> {
    let staff = owners::staff_by_name(workspace)?;
    let told = workspace.store.told_by(workspace.today)?.into_iter();
    Ok(told.filter_map(|(contact, by)| Some((contact, *staff.get(&by)?))).collect())
}
