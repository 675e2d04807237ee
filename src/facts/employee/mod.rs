//! What is known of each employee, and what has changed.

pub mod employee_facts;
pub mod holding_change;
pub mod person_rows;
pub mod purchases;
