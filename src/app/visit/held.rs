//! Visits held, judged.

use std::collections::BTreeMap;

use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::workspace::open::Workspace;
use crate::engagement::report::effect::{self, EffectInput, VisitEffect};
use crate::facts::EmployerProfile;
use crate::facts::employee::purchases::Purchase;
use crate::facts::pay::payday_retention::EmployerRetention;
use crate::model::EmployerId;

/// What the visits held up to today came to.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn judged(
    workspace: &Workspace,
    profiles: &[EmployerProfile],
    retention: &[EmployerRetention],
    purchases: &[Purchase],
) -> Result<Vec<VisitEffect>, AppError> {
    let held = ledger::held(&workspace.store, workspace.today)?;
    let by_id: BTreeMap<EmployerId, EmployerProfile> = profiles.iter().map(|p| (p.employer_id, p.clone())).collect();
    Ok(effect::judge(&EffectInput {
        rules: &workspace.rules,
        workdays: &workspace.workdays,
        today: workspace.today,
        visits: &held,
        profiles: &by_id,
        retention,
        purchases,
    }))
}
