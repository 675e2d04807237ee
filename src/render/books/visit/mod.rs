//! Target list, plan and staffing tables.

pub mod part;
pub mod plan;
pub mod rank;
pub mod rank_story;
pub mod team;
