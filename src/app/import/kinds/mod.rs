//! One file per kind of row: how its rows are stored.

pub(crate) mod activity;
pub(crate) mod employers;
pub(crate) mod holdings;
pub(crate) mod payroll;
pub(crate) mod visits;
