//! Commands that keep the data safe.

pub(crate) mod archive;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod doctor;
pub(crate) mod key;
pub(crate) mod opened;
pub(crate) mod purge;
pub(crate) mod restore;
pub(crate) mod secret;
