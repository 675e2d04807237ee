//! What the user says about a file before it is read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::intake::mapping::profile::Profile;
use crate::intake::value::amount::money::Unit;
use crate::model::status::SheetKind;

/// What the user says about a file that the file may not say itself. A row's own column still wins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    pub kind: Option<SheetKind>,
    pub as_of: Option<NaiveDate>,
    pub employer: Option<String>,
    pub payday: Option<NaiveDate>,
    /// Unit of all money columns, whatever the sheet says.
    pub unit: Option<Unit>,
    /// The day of the import, for dates without a year where nothing else tells it.
    pub today: Option<NaiveDate>,
    /// Passwords for protected workbooks, one a line.
    pub password_file: Option<PathBuf>,
    /// What the user says about the columns; the first that fits a sheet is applied to it.
    pub profiles: Vec<Profile>,
    /// Layouts confirmed before, by fingerprint.
    pub layouts: BTreeMap<String, KnownLayout>,
}

/// A layout that was confirmed before.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownLayout {
    pub profile: Profile,
    /// By a person, with a profile; else by an import of columns that were sure. What a person has confirmed is not asked
    /// again whatever stands in the cells.
    pub by_person: bool,
}
