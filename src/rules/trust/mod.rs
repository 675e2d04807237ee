//! Rules of what keeps the data safe.

pub mod disk;
pub mod masking;
pub mod passphrase;
pub mod purge;
