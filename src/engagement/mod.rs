//! Floor 4: pure decisions. No I/O, no clock, no SQL, no user prose: same input, same answer.

pub mod archive;
pub mod contact;
pub mod freshness;
pub mod import;
pub mod removal;
pub mod report;
pub mod visit;
pub mod windows;

#[cfg(test)]
pub(crate) mod fixtures;
