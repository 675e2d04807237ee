//! Names of employers and colleagues, for those who must read them.

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::model::StaffId;
use crate::render::books::{EmployerNames, Names, StaffNames};
use crate::store::import::staff::StaffMember;

/// Names of employers and colleagues.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    pub employers: EmployerNames,
    pub staff: StaffNames,
}

impl Directory {
    /// # Errors
    /// The store cannot be read.
    pub fn load(workspace: &Workspace) -> Result<Directory, AppError> {
        let staff = workspace.store.staff()?;
        Ok(Directory {
            employers: workspace.store.employers()?.into_iter().collect(),
            staff: staff.into_iter().map(|s| (s.staff_id, (s.row.name, s.row.outlet.unwrap_or_default()))).collect(),
        })
    }

    pub fn names(&self) -> Names<'_> {
        Names { employers: &self.employers, staff: &self.staff }
    }

    pub fn colleague(&self, id: Option<StaffId>) -> Option<String> {
        id.and_then(|id| self.staff.get(&id)).map(|(name, _)| name.clone())
    }
}

/// A colleague by name or number.
///
/// # Errors
/// Nobody, or several, are called so.
pub(in crate::app) fn colleague(workspace: &Workspace, text: &str) -> Result<StaffId, AppError> {
    let by_id = text.trim().parse::<StaffId>().ok();
    let staff = workspace.store.staff()?;
    let meant =
        |s: &&StaffMember| Some(s.staff_id) == by_id || s.row.number == text.trim() || s.row.name == text.trim();
    let named: Vec<&StaffMember> = staff.iter().filter(meant).collect();
    match named.as_slice() {
        [only] => Ok(only.staff_id),
        [] => Err(AppError::UnknownColleague { text: text.to_string() }),
        several => {
            let numbers = several.iter().map(|s| s.row.number.clone()).collect();
            Err(AppError::SeveralColleagues { text: text.to_string(), numbers })
        }
    }
}
