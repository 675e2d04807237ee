//! Floor 4: pure decisions. No I/O, no clock, no SQL, no user prose: same input, same answer.

pub mod ranking;
pub mod staffing;
pub mod timeline;
pub mod visit;
pub mod windows;

#[cfg(test)]
pub(crate) mod fixtures;
