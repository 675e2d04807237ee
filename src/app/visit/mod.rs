//! Before and at the visit: whom to visit, when, with whom, and the papers for it.

pub mod answers;
pub mod calendar;
pub mod change;
pub mod diff;
pub(in crate::app) mod held;
mod named;
pub mod notices;
pub mod pack_folders;
pub mod plan;
pub mod rank;
pub mod solvers;
pub mod standing;
pub mod step;
pub mod support;
