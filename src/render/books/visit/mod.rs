//! Target list, plan and staffing tables.

mod context;
pub mod diary;
mod month;
pub mod part;
pub mod plan;
pub mod rank;
pub mod rank_story;
mod roster;
pub mod team;
