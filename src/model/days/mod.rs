//! Days, months and working days.

pub mod hours;
pub mod period;
pub mod workdays;
