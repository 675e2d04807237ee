//! Who is not to be offered anything because of what was said, whether or not a rule speaks of the client today.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::contact::follow_up::made;
use crate::app::contact::signed::signed;
use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::contact_policy::{self, Block};
use crate::facts::employee::employee_facts;
use crate::model::EmployeeId;
use crate::store::contacts::StoredContact;

/// Of these people those who are stopped, and by what. `contacts`: theirs, or everybody's.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn stopped(
    workspace: &Workspace,
    people: &BTreeSet<EmployeeId>,
    mut contacts: Vec<StoredContact>,
) -> Result<BTreeMap<EmployeeId, Block>, AppError> {
    contacts.retain(|contact| people.contains(&contact.employee_id));
    contacts.sort_by_key(|contact| contact.employee_id);
    let wrong = workspace.store.wrong_phones()?;
    let mut past: BTreeMap<EmployeeId, _> = contacts
        .chunk_by(|a, b| a.employee_id == b.employee_id)
        .map(|person| (person[0].employee_id, made(workspace, person, &wrong)))
        .collect();
    for (who, own) in signed(&workspace.store, workspace.today)? {
        past.entry(who).or_default().extend(own);
    }
    let (policy, today) = (&workspace.rules.contact_policy, workspace.today);
    let mut stopped = BTreeMap::new();
    employee_facts::each_of(&workspace.store, people.iter().copied(), |facts| {
        let past = past.get(&facts.employee_id).map_or(&[][..], Vec::as_slice);
        if let Some(block) = contact_policy::stopped(policy, &facts, past, today) {
            stopped.insert(facts.employee_id, block);
        }
    })?;
    Ok(stopped)
}
