//! Floor 0: the nouns of the field. No formats, no SQL, no decisions.

pub mod activity;
pub mod days;
pub mod ids;
pub mod imported;
pub mod matching;
pub mod money;
pub mod outlet;
pub mod personal;
pub mod problem;
pub mod product;
pub mod reason;
pub mod returns;
pub mod rows;
pub mod runs;
pub mod slip;
pub mod status;
pub mod text;

pub use crate::model::ids::{EmployeeId, EmployerId, StaffId, VisitId};
pub use crate::model::money::{BasisPoints, Fen, Points};
pub use crate::model::personal::Personal;
pub use crate::model::problem::{Place, Problem, Severity};
pub use crate::model::product::{ProductSet, Products};
pub use crate::model::reason::{Param, Reason};
