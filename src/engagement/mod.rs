//! Floor 4: pure decisions. No I/O, no clock, no SQL, no user prose: same input, same answer.

pub mod alerts;
pub mod contact_policy;
pub mod effect;
pub mod followup;
pub mod pack;
pub mod ranking;
pub mod removal;
pub mod report;
pub mod schedule;
pub mod script_lint;
pub mod staffing;
pub mod targets;
pub mod thresholds;
pub mod timeline;
pub mod topics;
pub mod track;
pub mod visit;
pub mod windows;
pub mod worklist;

#[cfg(test)]
pub(crate) mod fixtures;
