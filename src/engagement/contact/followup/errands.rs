//! What a contact's result leaves to be done: a complaint to be dealt with by somebody in charge, a number to be mended.

use crate::engagement::contact::contact_policy::PastContact;
use crate::model::StaffId;
use crate::rules::contact::followup::FollowupRule;

/// What a colleague is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position {
    pub staff_id: StaffId,
    pub outlet: String,
    pub position: String,
}

/// Whether a contact leaves something to be done: nothing has ended yet what its result stops.
pub(crate) fn is_open(rule: &FollowupRule, contact: &PastContact) -> bool {
    rule.after.is_some() && rule.after == contact.result && contact.lifted.is_none()
}

/// The latest contact that leaves what the rule is for.
pub(super) fn latest<'p>(rule: &FollowupRule, past: &'p [PastContact]) -> Option<&'p PastContact> {
    past.iter().rev().find(|contact| is_open(rule, contact))
}

/// Who is in charge by his position: at the client's outlet, else anywhere.
pub(super) fn in_charge(positions: &[Position], rule: &FollowupRule, outlet: Option<&str>) -> Option<StaffId> {
    holder_of(positions, &rule.goes_to, outlet)
}

/// The first holder of the best of these positions: at this outlet, else anywhere.
pub(crate) fn holder_of(positions: &[Position], best_first: &[String], outlet: Option<&str>) -> Option<StaffId> {
    let holder = |position: &String, here: bool| {
        let fits = |p: &&Position| p.position == *position && (!here || Some(p.outlet.as_str()) == outlet);
        positions.iter().find(fits).map(|p| p.staff_id)
    };
    let at = |here: bool| best_first.iter().find_map(|position| holder(position, here));
    at(true).or_else(|| at(false))
}
