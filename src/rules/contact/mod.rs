//! Rules of what comes after the visit.

pub mod contact_policy;
pub mod contacts;
pub mod flows;
pub mod followup;
pub mod retention;
pub mod worklist;
