//! One file per kind of row: how its rows are stored.

pub(crate) mod activity;
pub(crate) mod employers;
pub(crate) mod gathered;
pub(crate) mod holdings;
pub(crate) mod outlets;
pub(crate) mod paydays;
pub(crate) mod payroll;
pub(crate) mod repeats;
pub(crate) mod replaced;
pub(crate) mod short_lists;
pub(crate) mod staff;
pub(crate) mod visits;
