//! What goes wrong with one file of many: told as a problem of that file, while the others go on.

use crate::app::error::AppError;
use crate::model::problem::codes::Code;
use crate::model::{Param, Place, Problem};
use crate::output::OutputError;
use crate::render::RenderError;

/// An error that ended the work on what belongs to one file as its problem.
///
/// # Errors
/// Given back where the error is not of this file alone: the database, the rules, the words, a full disk.
pub(crate) fn problem_of(code: Code, file: &str, error: AppError) -> Result<Problem, AppError> {
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
pub(crate) fn problem(code: Code, file: &str, reason: &'static str) -> Problem {
    let place = Place { file: file.to_string(), sheet: None, cell: None };
    let params = vec![("reason", Param::Word { word: reason.to_string() })];
    code.at(place, params)
}
