//! Target list, plan and staffing tables.

pub mod changed;
mod context;
pub mod diary;
pub mod invited;
pub mod late;
mod month;
pub mod part;
pub mod penetration;
pub mod plan;
pub mod rank;
pub mod rank_story;
mod roster;
mod support;
pub mod team;
