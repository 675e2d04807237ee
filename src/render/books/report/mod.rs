//! What managers see.

pub(crate) mod completion;
pub mod dashboard;
pub mod definitions;
pub(crate) mod figure_cells;
pub(crate) mod indicators;
