//! Floor 3: what the store says, one `.sql` and one row struct each. No thresholds: they come as parameters.
//!
//! Facts that are asked for often are kept as tables and rebuilt when their stamp (inputs and rules) no longer fits.

pub mod condition;
pub mod earlier_pay;
pub mod employee_facts;
pub mod employer_profile;
pub mod history;
pub mod holding_change;
pub mod inputs;
mod kept;
pub mod payday_outflow;
pub mod payday_retention;
pub mod person_rows;
pub mod purchases;
mod settings;
pub mod standing_at;
#[cfg(test)]
mod tests;
mod windows;

pub use employer_profile::EmployerProfile;
pub use kept::{fits, rebuild};
pub use settings::{FactSettings, put_stamp, stamp_of};
pub use windows::{ChangeWindow, PayPeriod, PayWindow, Windows};
