//! What came of an import, file by file.

use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::imported::{Brought, ProblemCount, SheetOutcome};
use crate::model::status::SheetKind;
use crate::model::{Problem, Severity};
use crate::render::books::import::issues;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Imported,
    /// The same content is in the store already.
    Unchanged,
    Refused,
}

impl Outcome {
    /// As render shows it.
    pub fn shown(self) -> issues::Outcome {
        match self {
            Outcome::Imported => issues::Outcome::Taken,
            Outcome::Unchanged => issues::Outcome::AlreadyTaken,
            Outcome::Refused => issues::Outcome::Refused,
        }
    }
}

/// One file of an import.
#[derive(Debug, Clone, Serialize)]
pub struct FileOutcome {
    /// Its name, with folders before it where others of the import have the same name.
    pub file: String,
    pub kinds: Vec<SheetKind>,
    pub outcome: Outcome,
    pub rows_taken: usize,
    pub rows_skipped: usize,
    /// Of those skipped, rows that say something and were not taken all the same.
    pub rows_not_taken: usize,
    /// Date of the snapshot or payday, when there is one.
    pub date: Option<NaiveDate>,
    /// Payees of this file that match nobody.
    pub unmatched_payees: usize,
    /// Lower-case hexadecimal; empty when the file could not be opened.
    pub sha256: String,
    /// In the order of the file.
    pub sheets: Vec<SheetOutcome>,
    /// What changed in the store; `None` when nothing was taken.
    pub brought: Option<Brought>,
    /// The copy with marks, relative to the workspace, when there is one.
    pub marked_copy: Option<String>,
    /// People, payees and employers of this file that somebody has to decide on (`daifa match show`).
    pub open_matches: i64,
    /// Mapping profiles made ready for what has to be asked, relative to the workspace.
    pub profiles: Vec<String>,
    #[serde(skip)]
    pub path: PathBuf,
    /// Opens the file once more for its marked copy.
    #[serde(skip)]
    pub password_file: Option<PathBuf>,
    #[serde(skip)]
    pub(crate) import_id: Option<i64>,
}

/// All files of an import, and every problem found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportReport {
    pub files: Vec<FileOutcome>,
    pub problems: Vec<Problem>,
    /// The problems by code, worst first.
    pub problem_counts: Vec<ProblemCount>,
    /// The workbook with all this, relative to the workspace, once it is written.
    pub report: Option<String>,
}

impl ImportReport {
    /// Whether it tells of nothing.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.problems.is_empty()
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.files.iter().filter(|f| f.outcome == outcome).count()
    }

    pub fn rows_taken(&self) -> usize {
        self.files.iter().map(|f| f.rows_taken).sum()
    }

    pub fn rows_skipped(&self) -> usize {
        self.files.iter().map(|f| f.rows_skipped).sum()
    }

    pub fn rows_not_taken(&self) -> usize {
        self.files.iter().map(|f| f.rows_not_taken).sum()
    }

    /// Errors and warnings; notes are not counted as problems.
    pub fn problem_count(&self) -> usize {
        self.problems.iter().filter(|p| p.severity != Severity::Note).count()
    }
}
