//! What is brought to a visit.

pub mod checklists;
pub mod compare;
pub mod documents;
pub mod questionnaire;
pub mod scripts;
pub mod scripts_lint;
pub mod topics;
