//! The only integration-test binary.

mod common;

mod answers;
mod archive;
mod bad_input;
mod catalogue;
mod cli;
mod colleagues;
mod cycle_again;
mod demo;
mod durability;
mod errors;
mod figures;
mod file_names;
mod first_hour;
mod floors;
mod formats;
mod formulas;
mod free_text;
mod headers;
#[cfg(unix)]
mod hostile;
mod import;
mod import_report;
mod inbox;
mod json;
mod kinds;
mod left_out;
mod marked_copies;
mod masked_numbers;
mod matching;
mod outcomes;
mod outlets;
mod paydays;
mod payments;
#[cfg(unix)]
mod planted;
mod profiles;
mod purge_files;
mod purge_numbers;
#[cfg(unix)]
mod purge_search;
mod purge_traces;
mod reading;
mod real_files;
mod recipients;
mod registers;
mod repeats;
mod returns;
mod rewritten;
mod rules_overlay;
mod secrets;
mod seen;
mod sheet_order;
mod simulate;
mod templates;
mod terminal;
mod trust;
mod trust_damage;
mod trust_masking;
mod trust_purge;
mod two_employers;
mod units;
mod visits;
mod withdrawal;
mod words;
