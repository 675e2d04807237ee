//! 交接: a colleague's clients, promises, needs and maturities go to another one, that day, with a list of what is handed over.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::app::contact::follow_up::{self, FollowUp};
use crate::app::contact::needs;
use crate::app::contact::owners;
use crate::app::contact::stopped::stopped;
use crate::app::directory::colleague;
use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::history::NeedTold;
use crate::facts::employee::employee_facts::{self, EmployeeFacts};
use crate::model::days::period::days_after;
use crate::model::{EmployeeId, StaffId};
use crate::store::trust::audit::AuditNote;

/// What is handed over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Handover {
    pub from: StaffId,
    pub to: StaffId,
    pub from_name: String,
    pub to_name: String,
    pub clients: Vec<EmployeeId>,
    /// Days agreed upon with clients, by person.
    pub promises: Vec<Promise>,
    pub needs: Vec<NeedTold>,
    /// What falls due in the days the rules look ahead.
    pub maturities: Vec<Maturity>,
    /// Who must not be called, and why.
    pub blocked: Vec<NotToCall>,
}

/// A day agreed upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Promise {
    pub employee_id: EmployeeId,
    pub task_id: String,
    pub on: chrono::NaiveDate,
    pub product: Option<String>,
}

/// Something that falls due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Maturity {
    pub employee_id: EmployeeId,
    pub due: chrono::NaiveDate,
    pub amount_fen: Option<crate::model::Fen>,
}

/// Somebody nobody may call now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotToCall {
    pub employee_id: EmployeeId,
    pub by: &'static str,
}

/// Hands a colleague's clients over.
///
/// # Errors
/// An unknown colleague, the same one twice, nothing imported, or the store cannot be written.
pub fn handover(workspace: &mut Workspace, from: &str, to: &str, dry_run: bool) -> Result<Handover, AppError> {
    let (from_id, to_id) = (colleague(workspace, from)?, colleague(workspace, to)?);
    if from_id == to_id {
        return Err(AppError::SameColleague { text: to.to_string() });
    }
    // As it stood before: afterwards all of it is the other one's.
    let follow_up = follow_up::follow_up(workspace)?;
    let made = gather(workspace, &follow_up, from_id, to_id)?;
    let today = workspace.today;
    workspace.tried(dry_run, |workspace| {
        workspace.store.add_handover(from_id, to_id, today)?;
        workspace.store.audit(&AuditNote {
            action: "handover",
            purpose: "handover".to_string(),
            subject: format!("{from_id} → {to_id}"),
            rows: made.clients.len() as i64,
            columns: Vec::new(),
            mask_level: "none",
            sha256: String::new(),
        })?;
        Ok(())
    })?;
    Ok(made)
}

fn gather(workspace: &Workspace, follow_up: &FollowUp, from: StaffId, to: StaffId) -> Result<Handover, AppError> {
    let owners = owners::owners(workspace)?;
    let mut clients: BTreeSet<EmployeeId> =
        follow_up.tasks.iter().filter(|t| t.owner == Some(from)).map(|t| t.employee_id).collect();
    employee_facts::managers(&workspace.store, |id, employer, rm| {
        if owners.of(rm, employer) == Some(from) {
            clients.insert(id);
        }
    })?;
    let promises = follow_up
        .tasks
        .iter()
        .filter(|t| t.owner == Some(from))
        .filter_map(|t| {
            let product = t.product.as_ref().map(|p| p.to_string());
            Some(Promise { employee_id: t.employee_id, task_id: t.task_id.clone(), on: t.appointment?, product })
        })
        .collect();
    let all = workspace.store.needs(workspace.today)?;
    let mut open: BTreeSet<i64> = BTreeSet::new();
    for need in all.iter().filter(|n| n.done_on.is_none()) {
        let own = need.employee_id.is_some_and(|id| clients.contains(&id));
        if own || owners::owner_of_need(workspace, &owners, need)? == Some(from) {
            open.insert(need.need_id);
        }
    }
    let until = days_after(workspace.today, workspace.rules.workbooks.handover.maturity_days);
    let mut maturities = Vec::new();
    employee_facts::each_of(&workspace.store, clients.iter().copied(), |facts: EmployeeFacts| {
        if let Some(due) = facts.due_date.filter(|due| (workspace.today..=until).contains(due)) {
            let amount_fen = facts.due_amount.filter(|fen| fen.0 > 0);
            maturities.push(Maturity { employee_id: facts.employee_id, due, amount_fen });
        }
    })?;
    maturities.sort_by_key(|m| (m.due, m.employee_id));
    let today = follow_up.blocked.iter().filter(|b| clients.contains(&b.employee_id));
    let mut blocked: BTreeMap<EmployeeId, &'static str> = today.map(|b| (b.employee_id, b.by)).collect();
    // Who has refused is told of though no rule speaks of him today.
    let contacts = workspace.store.contacts(workspace.today, None)?;
    blocked.extend(stopped(workspace, &clients, contacts)?.into_iter().map(|(id, block)| (id, block.key())));
    let blocked = blocked.into_iter().map(|(employee_id, by)| NotToCall { employee_id, by }).collect();
    let names = workspace.store.staff()?;
    let name = |id: StaffId| names.iter().find(|s| s.staff_id == id).map(|s| s.row.name.clone()).unwrap_or_default();
    Ok(Handover {
        from,
        to,
        from_name: name(from),
        to_name: name(to),
        needs: needs::told(workspace, &all, |need| open.contains(&need.need_id))?,
        clients: clients.into_iter().collect(),
        promises,
        maturities,
        blocked,
    })
}
