//! What changed for each person, who is contacted next, and who must not be.

pub mod answers;
pub mod appointments;
pub mod contact_policy;
pub mod followup;
pub mod history;
pub mod opportunities;
pub mod owners;
pub mod relations;
pub mod reminder;
pub mod returns;
pub mod task_id;
pub mod track;
pub mod unowned;
pub mod worklist;
