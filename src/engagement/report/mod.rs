//! What was achieved, beside what was aimed at and beside those who were not visited.

pub mod alerts;
pub mod contacts;
pub mod effect;
pub mod summary;
pub mod targets;
pub mod thresholds;
