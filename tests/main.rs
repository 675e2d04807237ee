//! The only integration-test binary.

mod common;

mod bad_input;
mod cli;
mod demo;
mod durability;
mod errors;
mod floors;
mod formats;
mod import;
mod import_report;
mod json;
mod profiles;
mod real_files;
mod rules_overlay;
mod units;
mod visits;
mod words;
