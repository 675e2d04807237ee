//! What goes wrong with one file of many: told as a problem of that file, while the others go on.

use crate::app::error::AppError;
use crate::model::{Param, Place, Problem, Severity};
use crate::output::OutputError;
use crate::render::RenderError;

/// Code where the mapping profile of a file was not written.
pub(crate) const PROFILE: &str = "profile_not_written";
/// Code where the marked copy of a file was not written.
pub(crate) const MARKED_COPY: &str = "marked_copy_not_written";
/// Code where the marked copy of an earlier try could not be removed.
pub(crate) const OLD_COPY: &str = "marked_copy_not_removed";

/// An error that ended the work on what belongs to one file as its problem.
///
/// # Errors
/// Given back where the error is not of this file alone: the database, the rules, the words, a full disk.
pub(crate) fn problem_of(code: &'static str, file: &str, error: AppError) -> Result<Problem, AppError> {
    let reason = match error {
        AppError::Output(OutputError::InUse { .. }) => "reason_in_use",
        AppError::Output(OutputError::ReadOnly { .. }) => "reason_not_writable",
        // Nothing can be written any more.
        AppError::Output(OutputError::Full { .. }) | AppError::Render(RenderError::Full { .. }) => return Err(error),
        AppError::Output(_) | AppError::Render(_) | AppError::File { .. } | AppError::NoFile { .. } => {
            "reason_not_written"
        }
        other => return Err(other),
    };
    Ok(problem(code, file, reason))
}

/// The problem of a file for a reason given as `word.<reason>`.
pub(crate) fn problem(code: &'static str, file: &str, reason: &'static str) -> Problem {
    let place = Place { file: file.to_string(), sheet: None, cell: None };
    let params = vec![("reason", Param::Word { word: reason.to_string() })];
    Problem { code, severity: Severity::Warning, place, params }
}
