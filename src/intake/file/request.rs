//! What is wanted of a file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::rules::import::limits::{ImportLimits, ReaderLimits, ZipLimits};

/// What a reader is asked for, be it in this process or another.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Request {
    pub stem: String,
    pub max_columns: u32,
    pub zip: ZipLimits,
    pub limits: ReaderLimits,
    /// Rows wanted of each sheet.
    pub rows: Option<u32>,
    pub sheets: Sheets,
    pub password_file: Option<PathBuf>,
}

/// Which sheets are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Sheets {
    /// All that are not hidden.
    Shown,
    First,
    Named(String),
    /// Every one, hidden ones too.
    All,
    /// No sheets: the text of whatever the file is, see [`super::text_of`].
    Text,
}

impl Request {
    /// All rows of the sheets that are not hidden.
    pub fn new(stem: &str, limits: &ImportLimits, password_file: Option<&Path>) -> Request {
        Request {
            stem: stem.to_string(),
            max_columns: limits.max_columns,
            zip: limits.zip.clone(),
            limits: limits.reader,
            rows: None,
            sheets: Sheets::Shown,
            password_file: password_file.map(Path::to_path_buf),
        }
    }
}
