//! After the visit: what changed for each person, and who is contacted next.

pub mod follow_up;
pub mod history;
pub mod track;
pub mod unmatched;
