//! Before and at the visit: whom to visit, when, with whom, and the papers for it.

pub mod answered;
pub mod answers;
pub mod by_hand;
pub mod calendar;
pub mod change;
pub mod diff;
pub mod pack;
pub mod plan;
pub mod rank;
pub mod solvers;
