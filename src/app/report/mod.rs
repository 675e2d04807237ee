//! What managers are told.

pub mod dashboard;
