//! Reading in a process of its own, so that a hostile file takes down its reader only: the parent starts it and sets
//! its limits, the child opens the file, the protocol between them trusts nothing the child says.

pub(crate) mod book;
pub(crate) mod child;
pub mod memory;
pub(crate) mod parent;
pub(crate) mod protocol;
