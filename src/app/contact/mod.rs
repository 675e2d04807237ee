//! After the visit: what changed for each person, and who is contacted next.

pub mod answers;
pub mod compare;
pub mod follow_up;
pub mod handover;
pub mod history;
pub mod needs;
pub mod owners;
pub mod returns;
pub(in crate::app) mod signed;
pub mod stopped;
pub mod telling;
pub mod track;
pub mod unmatched;
