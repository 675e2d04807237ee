//! What came of a removal.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{EmployeeId, Reason};
use crate::output::Written;
use crate::store::trust::audit::AuditHead;
use crate::store::trust::purge::{Compacted, Remaining, Removed};

/// What was removed, and the proof of it. Names nobody: people stand in it by their numbers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Purged {
    pub rehearsal: bool,
    pub people: Vec<EmployeeId>,
    /// Employers' contacts, who have no number of their own.
    pub contacts: usize,
    pub before: Option<NaiveDate>,
    pub removed: Vec<Removed>,
    /// Why it should be looked at twice.
    #[serde(default)]
    pub unusual: Vec<Reason>,
    /// What was still found afterwards: nothing, but what the audit and the names of imported files say.
    pub remaining: Vec<Remaining>,
    pub compacted: Option<Compacted>,
    pub files: Vec<FoundFile>,
    /// Backups made before, which still hold the people.
    pub backups: Vec<String>,
    pub audit: Option<AuditHead>,
    /// The removal had been cut off before and was gone on with now.
    pub resumed: bool,
    #[serde(skip)]
    pub written: Vec<Written>,
}

/// A file that holds something of the people, or of the days removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundFile {
    /// Relative to the workspace.
    pub file: String,
    /// Only a name was found: it may be another person's. Such a file is never removed.
    pub name_only: bool,
    /// Only a number was found that may be something else: a day, an amount, an employer's number. Such a file is never
    /// removed.
    #[serde(default)]
    pub doubtful: bool,
    /// It cannot be looked into (protected, damaged, beyond the bounds of reading, a picture, a link): look yourself. Such
    /// a file is never removed.
    pub unreadable: bool,
    /// It holds data of later days too. Such a file is never removed.
    pub later: bool,
    pub removed: bool,
}
