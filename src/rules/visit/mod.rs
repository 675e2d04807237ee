//! Rules of what comes before the visit and of the visit itself. In a workspace the files lie in `rules/` without rooms.

pub mod calendar;
pub mod checklists;
pub mod documents;
pub mod questionnaire;
pub mod ranking;
pub mod schedule;
pub mod scripts;
pub mod scripts_lint;
pub mod staffing;
pub mod timeline;
pub mod topics;
