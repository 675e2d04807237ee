//! Floor 4: pure decisions. No I/O, no clock, no SQL, no user prose: same input, same answer.

pub mod script_lint;
pub mod staffing;
pub mod timeline;
pub mod topics;
pub mod visit;

#[cfg(test)]
pub(crate) mod fixtures;
