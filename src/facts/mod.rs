//! Floor 3: what the store says, one `.sql` and one row struct each. No thresholds: they come as parameters.
//!
//! Facts that are asked for often are kept as tables and rebuilt when their stamp (inputs and rules) no longer fits.

pub mod condition;
pub mod employee;
pub mod employer_profile;
pub mod history;
pub mod inputs;
mod kept;
pub mod pay;
mod settings;
pub mod standing_at;
#[cfg(test)]
mod tests;
mod windows;

pub use employer_profile::EmployerProfile;
pub use kept::{fits, rebuild};
pub use settings::{FactSettings, forget_stamp, put_stamp, stamp_of};
pub use windows::{ChangeWindow, PayPeriod, PayWindow, Windows};
