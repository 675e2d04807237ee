//! Whom to visit, when, with whom, and what is brought and said.

pub mod by_hand;
pub mod diary;
mod flow;
pub mod lint;
pub mod optimise;
pub mod pack;
pub mod paydays;
pub mod planned;
pub mod proposals;
pub mod ranking;
pub mod schedule;
pub mod staffing;
pub mod timeline;
pub mod times;
pub mod topics;
pub mod withdrawn;

#[cfg(test)]
mod tests;
