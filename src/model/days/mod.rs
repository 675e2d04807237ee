//! Days, months and working days.

pub mod period;
pub mod workdays;
