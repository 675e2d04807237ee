//! What a removal looks for, and what it tells.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::model::{EmployeeId, Personal};

/// Tables of removals not at their end yet: emptied there, not here.
pub(super) const OF_THE_REMOVAL: [&str; 2] = ["purge_work", "purge_trace"];

/// What stands in a note in place of a number.
pub(super) const BLOT: &str = "***";

/// Shorter values stand in too many texts by chance.
pub(super) const SHORTEST_VALUE: usize = 5;

/// What identifies some people, for finding them wherever they are.
#[derive(Debug, Clone, Default)]
pub struct Traces {
    pub people: BTreeSet<EmployeeId>,
    /// Customer, ID, phone and account numbers.
    pub values: Personal<HashSet<String>>,
    pub names: Personal<HashSet<String>>,
    /// Ids of tasks, which stand in workbooks.
    pub tasks: HashSet<String>,
    pub(super) hmacs: HashSet<Vec<u8>>,
    /// Hashes of phones they had before.
    pub(super) phones: HashSet<Vec<u8>>,
}

/// Rows of a table that were removed, or that kept no identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    pub table: String,
    pub rows: i64,
    /// The rows stay, without saying whose they are.
    pub made_anonymous: bool,
    /// The rows are somebody else's: numbers were taken out of their words.
    #[serde(default)]
    pub blotted: bool,
}

/// A place where something of a person still stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    pub table: String,
    pub column: String,
    pub rows: i64,
    /// A number that may be something else there (a day, an amount, an employer's number), and nothing else of the
    /// person: to be looked at by somebody.
    #[serde(default)]
    pub doubtful: bool,
}

impl Remaining {
    /// The audit is never changed, and the names of imported files are part of it; what is doubtful is not rewritten.
    pub fn stays(&self) -> bool {
        self.doubtful || self.table == "audit" || (self.table == "import" && self.column == "file")
    }
}

/// The database file after it was written anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compacted {
    /// Pages that belong to nothing and may hold old content: 0.
    pub free_pages: i64,
    /// Bytes in the write-ahead log: 0.
    pub log_bytes: u64,
}
