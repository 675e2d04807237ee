//! Commands after the visit.

pub(crate) mod export;
pub(crate) mod followup;
pub(crate) mod show;
pub(crate) mod track;
