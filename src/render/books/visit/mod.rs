//! Target list, plan and staffing tables.

pub mod changed;
mod context;
pub mod diary;
mod month;
pub mod part;
pub mod plan;
pub mod rank;
pub mod rank_story;
mod roster;
mod support;
pub mod team;
