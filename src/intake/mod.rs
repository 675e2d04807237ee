//! Floor 2: messy sheets → typed rows and problems. Nothing is written, nothing stops at the first bad row, and
//! what is wrong is a [`Problem`](crate::model::problem::Problem), never an error.
//!
//! The way of a file, from the top down; each room uses those below it only:
//! `read` goes through the `sheet`s of a file; for each, `mapping` and the `kinds` say what its columns and rows are,
//! `rows` what one row gives, `title` and `header` what stands above it; `sandbox` has the file read in a process of its
//! own, `file` knows the formats, `value` single cells. `issue` gathers what is wrong.

mod cells;
mod file;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod header;
pub mod issue;
mod kinds;
mod mapping;
mod probe;
mod read;
mod returned;
mod rows;
pub mod sandbox;
pub mod script;
pub mod search;
mod sheet;
#[cfg(test)]
mod tests;
mod title;
mod value;

pub use crate::intake::cells::{Cells, cells_csv, cells_csv_in_pieces};
pub use crate::intake::file::cell::{Cell, Row};
pub use crate::intake::header::layout::{ColumnReading, How, Withheld};
pub use crate::intake::mapping::draft::{Draft, DraftColumn};
pub use crate::intake::mapping::profile::Profile;
pub use crate::intake::mapping::profile_fault::{ProfileFault, Slip};
pub use crate::intake::probe::{Glance, glance};
pub use crate::intake::read::{broken, changed, read, read_in_pieces, stuck, unreadable};
pub use crate::intake::returned::values::TypedReader;
pub use crate::intake::rows::magnitude::ColumnScale;
pub use crate::intake::sandbox::child::serve;
pub use crate::intake::sandbox::parent::{COMMAND as READ_COMMAND, read_with};
pub use crate::intake::sheet::hints::{Hints, KnownLayout};
pub use crate::intake::sheet::reading::{FileReading, Piece, SheetHead, SheetReading, SkippedRow, unit_of};
pub use crate::intake::value::amount::money::Unit;
pub use crate::intake::value::lexicon::same_words;
