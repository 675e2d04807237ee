//! Commands after the visit.

pub(crate) mod add;
pub(crate) mod export;
pub(crate) mod followup;
pub(crate) mod handover;
pub(crate) mod need;
pub(crate) mod returns;
pub(crate) mod show;
pub(crate) mod task;
pub(crate) mod track;
