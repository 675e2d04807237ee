//! What makes the data safe to hold: keys, audit, backup, removal, masking, and whether all is sound.

pub mod archive;
pub mod audit;
pub mod backup;
pub mod doctor;
pub mod key;
pub mod purge;
pub mod restore;
