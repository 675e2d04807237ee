//! What sheets bring: snapshots and their rows, people, and finding them again.

pub mod activity;
pub mod batch;
pub mod brought;
pub mod employers;
pub mod holdings;
pub mod imports;
pub mod layouts;
pub mod matching;
pub mod paydays;
pub mod payroll;
pub mod people;
pub mod repeats;
pub mod rosters;
pub mod scales;
pub mod staff;
