//! Maintenance table, worklists, and what an outlet fills in.

pub mod blocked;
pub mod client_line;
pub mod clients;
pub mod handover;
pub mod history;
pub mod maintenance;
pub mod returns;
pub mod tasks;
pub mod track;
pub mod worklist;
