//! What clients and employers want of us, and what else is kept of them, told by command.

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::contact::owners;
use crate::app::directory::colleague;
use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::history::{NeedTold, TaskState};
use crate::model::status::NeedKind;
use crate::model::{EmployeeId, EmployerId, StaffId};
use crate::store::needs::StoredNeed;

/// What was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeedTaken {
    pub need_id: i64,
    pub state: &'static str,
}

/// Whom a need is of.
pub type Of = (Option<EmployeeId>, Option<EmployerId>);

/// Keeps something of somebody; `kind` as it is written, a wish unless given.
///
/// # Errors
/// A kind that is none, an unknown colleague, or the store cannot be written.
pub fn add(
    workspace: &mut Workspace,
    of: Of,
    (kind, text): (Option<&str>, &str),
    owner: Option<&str>,
    due: Option<NaiveDate>,
    dry_run: bool,
) -> Result<NeedTaken, AppError> {
    if text.trim().is_empty() {
        return Err(AppError::ValueRefused { field: "remark".into(), text: String::new() });
    }
    let kind = kind.map_or(Ok(NeedKind::Wish), |text| kind_named(workspace, text))?;
    let owner = owner.map(|name| colleague(workspace, name)).transpose()?;
    let today = workspace.today;
    workspace.tried(dry_run, |workspace| {
        let need_id = workspace.store.add_need(of, (kind, text.trim()), owner, due, today)?;
        Ok(NeedTaken { need_id, state: "open" })
    })
}

/// The kind a text names, by its word or its key.
fn kind_named(workspace: &Workspace, text: &str) -> Result<NeedKind, AppError> {
    let word = |kind: &NeedKind| workspace.words.get(&format!("need_kind.{}", kind.key())).to_string();
    let meant = |kind: &&NeedKind| kind.key() == text.trim() || word(kind) == text.trim();
    NeedKind::ALL.iter().find(meant).copied().ok_or_else(|| AppError::NotListed {
        field: "need_kind".into(),
        text: text.to_string(),
        list: NeedKind::ALL.iter().map(word).collect(),
    })
}

/// Says that a need was dealt with.
///
/// # Errors
/// No such need, one that is done with, a day that has not come, or the store cannot be written.
pub fn done(
    workspace: &mut Workspace,
    need: &str,
    on: Option<NaiveDate>,
    note: Option<&str>,
    dry_run: bool,
) -> Result<NeedTaken, AppError> {
    let today = workspace.today;
    let on = on.unwrap_or(today);
    if on > today {
        return Err(AppError::DayAhead { field: "done_on".into(), date: on });
    }
    let unknown = || AppError::UnknownNeed { text: need.to_string() };
    let id: i64 = need.trim().trim_start_matches(['N', 'n']).parse().map_err(|_| unknown())?;
    let open = workspace.store.needs(today)?.into_iter().any(|n| n.need_id == id && n.done_on.is_none());
    if !open {
        return Err(unknown());
    }
    workspace.tried(dry_run, |workspace| {
        workspace.store.end_need(id, on, note, today)?;
        Ok(NeedTaken { need_id: id, state: "done" })
    })
}

/// Needs of one person or employer as they are told.
pub(in crate::app) fn told(
    workspace: &Workspace,
    needs: &[StoredNeed],
    of: impl Fn(&StoredNeed) -> bool,
) -> Result<Vec<NeedTold>, AppError> {
    let of: Vec<&StoredNeed> = needs.iter().filter(|n| of(n)).collect();
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let (staff, owners) = (workspace.store.staff()?, owners::owners(workspace)?);
    let name = |id: StaffId| staff.iter().find(|s| s.staff_id == id).map(|s| s.row.name.clone());
    let told = |n: &StoredNeed| -> Result<NeedTold, AppError> {
        Ok(NeedTold {
            need_id: n.need_id,
            kind: n.kind,
            text: n.text.clone(),
            owner: owners::owner_of_need(workspace, &owners, n)?.and_then(name),
            due: n.due,
            state: TaskState::of(n.done_on.is_some(), n.due.unwrap_or(workspace.today), workspace.today),
        })
    };
    of.into_iter().map(told).collect()
}
