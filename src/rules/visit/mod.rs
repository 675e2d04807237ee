//! Rules of what comes before the visit and of the visit itself. In a workspace the files lie in `rules/` without rooms.

pub mod calendar;
pub mod offer;
pub mod pack;
pub mod ranking;
pub mod schedule;
pub mod staffing;
pub mod timeline;
