//! Commands before and at the visit.

pub(crate) mod calendar;
pub(crate) mod compare;
pub(crate) mod pack;
pub(crate) mod plan;
pub(crate) mod rank;
pub(crate) mod scripts;
pub(crate) mod step;
