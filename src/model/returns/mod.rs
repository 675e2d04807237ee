//! What leaves in workbooks, comes back, and what people said in them.

pub mod answer;
pub mod book;
