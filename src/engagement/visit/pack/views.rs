//! Parts of the pack that others of its parts are made from.

use serde::Serialize;

use crate::engagement::visit::planned::VisitPart;
use crate::model::StaffId;

/// Stands where a name is written in by hand.
pub const WRITE_IN: &str = "________";

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemberView {
    pub staff_id: StaffId,
    pub name: String,
    pub outlet: String,
    pub role: String,
    pub arrive: String,
    /// Keys of what the person brings (`item.<key>`).
    pub carry: Vec<String>,
}

impl MemberView {
    /// Names the person inside the visit.
    pub fn part(&self) -> VisitPart<'_> {
        VisitPart::Member(self.staff_id)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionView {
    pub number: i64,
    pub from: String,
    pub until: String,
    pub people: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChecklistView {
    pub group: String,
    pub items: Vec<ItemView>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemView {
    pub item: String,
    /// `None` for something to do.
    pub quantity: Option<i64>,
    /// What the largest session needs, of what goes by the number of visitors.
    pub per_session: Option<i64>,
    pub role: String,
    /// Name of the first colleague with the role.
    pub owner: String,
}

impl ItemView {
    /// Names the item inside the visit.
    pub fn part(&self) -> VisitPart<'_> {
        VisitPart::Item(&self.item)
    }
}
