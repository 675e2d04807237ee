//! An import that broke off: the error, and what had come of it by then.

use crate::app::error::AppError;
use crate::app::import::outcome::ImportReport;

/// What ended a run before its end. Files stored before stay stored, so what was found in them has to be told now: the
/// next run passes them over.
#[derive(Debug)]
pub struct Stopped {
    /// Empty when no file was looked at.
    pub report: Box<ImportReport>,
    pub error: AppError,
}

impl Stopped {
    pub fn new(report: ImportReport, error: AppError) -> Stopped {
        Stopped { report: Box::new(report), error }
    }
}

/// An error before the first file.
impl<E: Into<AppError>> From<E> for Stopped {
    fn from(error: E) -> Stopped {
        Stopped::new(ImportReport::default(), error.into())
    }
}
