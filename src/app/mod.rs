//! Floor 6: one function per use case, shared by the command line and the page. Nothing here prints or parses arguments.

pub mod contact;
pub mod cycle;
pub mod demo;
mod detail;
pub mod directory;
mod employers;
pub mod error;
pub mod freshness;
mod identify;
pub mod import;
pub mod ledger;
pub mod outputs;
mod recipients;
pub mod report;
pub mod reveal;
pub mod rules;
pub mod scripts;
pub mod simulate;
pub mod trust;
pub mod visit;
pub mod workspace;

pub use crate::app::employers::employer_named;
pub use crate::app::employers::employer_said;
pub use crate::app::error::AppError;
pub use crate::app::workspace::open::Workspace;
pub use crate::output::Written;
