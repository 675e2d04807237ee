//! Whom a row may speak of, what is asked about it, and what was decided: fetched and written here, decided in
//! `engagement::import::matching`.

mod apply;
mod employer;
mod open;
mod payees;
mod person;

pub use crate::store::import::matching::open::{Decision, OpenMatch, Seen};
pub use crate::store::import::matching::payees::WaitingPayee;
pub use crate::store::import::matching::person::AskPeople;
