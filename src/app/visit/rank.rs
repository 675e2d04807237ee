//! Ranks employers with low AUM.

use std::collections::BTreeMap;

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::answers;
use crate::engagement::visit::ranking::{self, Opinion, Ranking};
use crate::facts::pay::payday_retention;
use crate::facts::{EmployerProfile, employer_profile};
use crate::model::EmployerId;
use crate::model::returns::answer::Subject;
use crate::store::answers::About;

/// Profiles of all employers as known today.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read.
pub fn profiles(workspace: &Workspace) -> Result<Vec<EmployerProfile>, AppError> {
    let mut profiles = employer_profile::all(&workspace.store, workspace.today, &workspace.products)?;
    let over = workspace.store.handovers(workspace.today)?;
    for profile in profiles.iter_mut().filter(|_| !over.is_empty()) {
        profile.rm = profile.rm.map(|rm| over.get(&rm).copied().unwrap_or(rm));
    }
    if profiles.is_empty() { Err(AppError::NothingImported) } else { Ok(profiles) }
}

/// The ranking of today.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read.
pub fn rank(workspace: &mut Workspace) -> Result<Ranking, AppError> {
    workspace.refresh_facts()?;
    workspace.store.read_through()?;
    let profiles = profiles(workspace)?;
    let retention = payday_retention::by_employer(&workspace.store)?;
    let opinions = opinions(workspace)?;
    Ok(ranking::rank(&workspace.rules.ranking, &profiles, &retention, &opinions, workspace.today))
}

/// What was said of employers on lists that came back, up to today; where people differ, nothing until it is settled.
fn opinions(workspace: &Workspace) -> Result<BTreeMap<EmployerId, Opinion>, AppError> {
    let mut opinions = BTreeMap::new();
    for (subject, mut said) in workspace.store.answers_about(About::Employers)? {
        said.retain(|answer| answer.told_on <= workspace.today);
        let Subject::Employer(id) = subject else { continue };
        let merged = answers::merge(&said.iter().collect::<Vec<_>>());
        let text = |field: &str| merged.value(field).map(str::to_string);
        let opinion = Opinion {
            rm_opinion: text("rm_opinion"),
            strike_reason: text("strike_reason"),
            approval: text("approval"),
            said_on: said.iter().map(|answer| answer.told_on).max(),
        };
        opinions.insert(id, opinion);
    }
    Ok(opinions)
}
