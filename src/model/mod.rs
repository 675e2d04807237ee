//! Floor 0: the nouns of the field. No formats, no SQL, no decisions.

pub mod activity;
pub mod file_name;
pub mod free_text;
pub mod ids;
pub mod imported;
pub mod matching;
pub mod money;
pub mod period;
pub mod personal;
pub mod problem;
pub mod product;
pub mod reason;
pub mod rows;
pub mod slip;
pub mod status;
pub mod text;
pub mod workdays;

pub use ids::{EmployeeId, EmployerId, StaffId, VisitId};
pub use money::{BasisPoints, Fen, Points};
pub use personal::Personal;
pub use problem::{Place, Problem, Severity};
pub use product::{ProductSet, Products};
pub use reason::{Param, Reason};
