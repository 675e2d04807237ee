//! What the sheets and calendars of visits share: what they are told with, and who goes in words.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::engagement::visit::planned::{TeamMember, Visit};
use crate::engagement::visit::staffing::support::SupportRequest;
use crate::model::days::workdays::Workdays;
use crate::model::{EmployerId, Param, Reason, StaffId, VisitId};
use crate::render::books::Names;
use crate::render::words::Words;

/// What was typed into a workbook before, by key of the row and field.
pub type Typed = BTreeMap<String, BTreeMap<String, String>>;

/// Addresses of employers, where they are known.
pub type Places = BTreeMap<EmployerId, String>;

/// What the plan is told with.
#[derive(Debug, Clone, Copy)]
pub struct PlanContext<'a> {
    pub today: NaiveDate,
    pub workdays: &'a Workdays,
    /// What was typed before, by key of the row and field.
    pub typed: &'a Typed,
    pub names: Names<'a>,
    pub places: &'a Places,
    /// Offers planning leaves alone, as somebody has said so.
    pub pinned: &'a BTreeSet<VisitId>,
    /// Whom other outlets are asked for.
    pub support: &'a [SupportRequest],
    /// What nobody has said of employers and outlets, and what was taken for it.
    pub assumed: &'a [Reason],
    /// Offers that were taken back and of which the employers are still to be told, each with that step.
    pub withdrawn: &'a [Visit],
}

/// Where a visit is held: the employer's address, and what somebody said of the room.
pub(super) fn where_at(visit: &Visit, places: &Places) -> Option<String> {
    match (places.get(&visit.employer_id), &visit.place) {
        (Some(address), Some(room)) if !room.contains(address.as_str()) => Some(format!("{address} {room}")),
        (Some(address), None) => Some(address.clone()),
        (_, room) => room.clone(),
    }
}

/// Visits in the order of their days, those of one day by time.
pub(super) fn by_date(visits: &[Visit]) -> Vec<&Visit> {
    let mut list: Vec<&Visit> = visits.iter().collect();
    list.sort_by(|a, b| (a.date, &a.start, a.visit_id).cmp(&(b.date, &b.start, b.visit_id)));
    list
}

/// The outlet of a colleague, or that none is known.
pub(super) fn outlet(names: &Names, id: StaffId, words: &Words) -> String {
    let outlet = names.staff.get(&id).map(|(_, outlet)| outlet.clone()).filter(|outlet| !outlet.is_empty());
    outlet.unwrap_or_else(|| words.get("diary.no_outlet").to_string())
}

pub(super) fn role(words: &Words, member: &TeamMember) -> String {
    words.get(&format!("role.{}", member.role)).to_string()
}

/// One line per role: `基础服务：甲、乙`.
pub(super) fn team(words: &Words, names: &Names, team: &[TeamMember]) -> String {
    let mut roles: Vec<&str> = Vec::new();
    for member in team {
        if !roles.contains(&member.role.as_str()) {
            roles.push(&member.role);
        }
    }
    let line = |key: &&str| {
        let people: Vec<String> =
            team.iter().filter(|m| m.role == **key).map(|m| names.colleague(m.staff_id)).collect();
        let people = people.join(words.get("common.list_separator"));
        let role = words.get(&format!("role.{key}")).to_string();
        words.fill("note.labelled", &[("label", Param::Text(role)), ("text", Param::Text(people))])
    };
    roles.iter().map(line).collect::<Vec<_>>().join("\n")
}
