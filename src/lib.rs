//! `daifa`: payroll-client engagement (代发客群经营), from a branch's spreadsheets to visits, worklists and a report.
//!
//! Read downward, the modules are the way the data take; each may use only those above it
//! (`tests/floors.rs` holds the table):
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 0 | [`children`] | programs this one starts, without its secrets |
//! | 0 | [`files`] | opening what lies on a disk: ordinary files only, bounded, through no link |
//! | 0 | [`model`] | the nouns: money, people, rows, working days |
//! | 1 | [`rules`] | thresholds, lists and aliases as data, with their sources |
//! | 2 | [`intake`] | messy sheets → typed rows and problems |
//! | 2 | [`store`] | the encrypted database: snapshots, ledger, vault, audit, keys |
//! | 3 | [`facts`] | plain SQL over the store, one row struct each |
//! | 4 | [`engagement`] | pure decisions: ranking, schedule, follow-up |
//! | 4 | [`simulate`] | the seeded generator of sample branches |
//! | 5 | [`render`], [`output`] | tables and documents; the only writer of files people get |
//! | 6 | [`app`] | one function per use case |
//! | 7 | [`cli`] | arguments → app → show |

pub mod app;
pub mod children;
pub mod cli;
pub mod engagement;
pub mod facts;
pub mod files;
pub mod intake;
pub mod model;
pub mod output;
pub mod render;
pub mod rules;
pub mod simulate;
pub mod store;
