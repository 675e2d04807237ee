//! What a plan made anew would change.

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::visit::plan;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::{PlanChange, TeamMember, Visit};

/// What a plan made anew would change of the offers nobody has answered or pinned; with `apply` it is done.
///
/// # Errors
/// As [`plan::plan`].
pub fn diff(workspace: &mut Workspace, apply: bool) -> Result<Vec<PlanChange>, AppError> {
    let days =
        |v: &Visit| -> Vec<NaiveDate> { std::iter::once(v.date).chain(v.alternatives.iter().copied()).collect() };
    let before: Vec<Visit> = plan::stored_ahead(workspace)?.into_iter().map(|(_, visit)| visit).collect();
    let after = workspace.tried(!apply, |workspace| {
        let scene = plan::scene(workspace, true)?;
        plan::plan_on(workspace, scene)
    })?;
    let mut changes = Vec::new();
    let teams = |v: &Visit| -> Vec<Vec<TeamMember>> {
        std::iter::once(v.team.clone()).chain(v.alternative_teams.iter().cloned()).collect()
    };
    for visit in &before {
        let now = after.visits.iter().find(|v| v.employer_id == visit.employer_id);
        let to = now.map(days).unwrap_or_default();
        if to == days(visit) && now.is_some_and(|now| teams(now) == teams(visit)) {
            continue;
        }
        let what = match now {
            None => "dropped",
            Some(_) if to == days(visit) => "team",
            Some(now) if now.date == visit.date => "alternatives",
            Some(_) => "date",
        };
        let (visit_id, employer_id) = (Some(visit.visit_id), visit.employer_id);
        changes.push(PlanChange { visit_id, employer_id, what, from: days(visit), to, told: true });
    }
    for visit in after.visits.iter().filter(|v| before.iter().all(|b| b.employer_id != v.employer_id)) {
        let (employer_id, to) = (visit.employer_id, days(visit));
        changes.push(PlanChange { visit_id: None, employer_id, what: "added", from: Vec::new(), to, told: false });
    }
    Ok(changes)
}
