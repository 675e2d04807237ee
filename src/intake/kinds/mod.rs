//! The kinds of sheet, one file each: from the cells of a row to the typed row of its kind.

pub(crate) mod contacts;
pub(crate) mod employers;
pub(crate) mod flows;
pub(crate) mod holdings;
pub(crate) mod holdings_pivot;
pub(crate) mod payroll;
pub(crate) mod person_columns;
pub(crate) mod sales;
pub(crate) mod staff;
pub(crate) mod targets;
pub(crate) mod visits;
