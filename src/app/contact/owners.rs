//! Who is in charge of clients, employers and needs today.

use std::collections::BTreeMap;

use crate::app::error::AppError;
use crate::app::visit::rank;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::owners::Owners;
use crate::facts::EmployerProfile;
use crate::facts::employee::employee_facts;
use crate::model::{EmployeeId, StaffId};
use crate::store::needs::StoredNeed;

/// Managers of all clients and employers.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read.
pub(in crate::app) fn owners(workspace: &Workspace) -> Result<Owners, AppError> {
    owners_with(workspace, &rank::profiles(workspace)?)
}

/// The same where the profiles of the employers have been read.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn owners_with<'p>(
    workspace: &Workspace,
    profiles: impl IntoIterator<Item = &'p EmployerProfile>,
) -> Result<Owners, AppError> {
    let over = workspace.store.handovers(workspace.today)?;
    let now = |id: StaffId| over.get(&id).copied().unwrap_or(id);
    let named = staff_by_name(workspace)?.into_iter().map(|(name, id)| (name, now(id)));
    let of_employers = profiles.into_iter().filter_map(|p| Some((p.employer_id, p.rm?)));
    Ok(Owners::new(named.collect(), of_employers.collect()))
}

/// Our people by number, and by name where only one bears it; whoever has taken over does not stand for them.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn staff_by_name(workspace: &Workspace) -> Result<BTreeMap<String, StaffId>, AppError> {
    let mut names: BTreeMap<String, Option<StaffId>> = BTreeMap::new();
    for member in workspace.store.staff()? {
        names.insert(member.row.number.clone(), Some(member.staff_id));
        // Two of the same name: neither is meant for sure.
        names.entry(member.row.name.clone()).and_modify(|id| *id = None).or_insert(Some(member.staff_id));
    }
    Ok(names.into_iter().filter_map(|(name, id)| Some((name, id?))).collect())
}

/// Who is in charge of a client.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn owner_of(
    workspace: &Workspace,
    owners: &Owners,
    who: EmployeeId,
) -> Result<Option<StaffId>, AppError> {
    let mut known = None;
    employee_facts::each_of(&workspace.store, [who], |facts| known = Some((facts.rm, facts.employer_id)))?;
    match known {
        Some((rm, employer)) => Ok(owners.of(rm.as_deref(), employer)),
        // Of somebody who stands in no list of these days only the employer is known.
        None => Ok(workspace.store.employer_of_person(who)?.and_then(|employer| owners.of_employer(employer))),
    }
}

/// Who deals with a need: whom it was given to, or who has taken over from him; else who is in charge of the client or
/// the employer.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn owner_of_need(
    workspace: &Workspace,
    owners: &Owners,
    need: &StoredNeed,
) -> Result<Option<StaffId>, AppError> {
    if let Some(owner) = need.owner {
        let over = workspace.store.handovers(workspace.today)?;
        return Ok(Some(over.get(&owner).copied().unwrap_or(owner)));
    }
    match need.employee_id {
        Some(who) => owner_of(workspace, owners, who),
        None => Ok(need.employer_id.and_then(|employer| owners.of_employer(employer))),
    }
}
