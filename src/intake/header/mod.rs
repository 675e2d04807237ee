//! What a header means: the row it stands in ([`detect`]), what stands above, below and beside its words ([`groups`],
//! [`below`]), and the layout that follows: which column holds which field, in which unit.

pub(crate) mod below;
pub(crate) mod detect;
pub(crate) mod groups;
pub(crate) mod layout;
pub(crate) mod names;
pub(crate) mod shared_fields;
pub(crate) mod units;
pub(crate) mod withheld;
