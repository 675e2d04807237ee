//! Keys, the audit chain, sealed copies, and removing people for good.

pub mod archive;
pub mod audit;
pub mod keys;
pub mod purge;
pub mod sealed;
pub mod worked_out;
