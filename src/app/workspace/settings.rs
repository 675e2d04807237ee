//! The settings of a workspace, `daifa.toml`: read, checked and written.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::app::workspace::materials::MaterialSettings;
use crate::files::{self, Unfit};
use crate::model::outlet::OutletSetting;
use crate::model::slip::line_of;
use crate::output::{self, OutputError};
use crate::store::schema;
use crate::store::trust::keys::WrappedKey;

/// What `daifa.toml` says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceFile {
    /// Format of the workspace: the version of the store's schema it was last written with.
    pub format: i64,
    pub uuid: String,
    /// Name of the sub-branch, on documents and in SMS signatures.
    pub branch: String,
    /// The day work is done for where nobody says another: a demo's, whose data do not grow older with the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<NaiveDate>,
    /// The recovery copy of the key as it is to be, while it is being changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_recovery: Option<PathBuf>,
    pub inbox: InboxRules,
    /// District and terminals of the outlets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outlets: Vec<OutletSetting>,
    /// Mark, colour and links of the printed matter.
    #[serde(default, skip_serializing_if = "MaterialSettings::is_empty")]
    pub materials: MaterialSettings,
    pub key: WrappedKey,
    /// The key as it is to be, while it is being changed: an interrupted change is brought to its end at the next opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_key: Option<WrappedKey>,
}

/// What becomes of files in `inbox/` once they are imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxRules {
    /// `move` to `inbox/done/`, or `delete`.
    pub after_import: AfterImport,
}

/// See [`InboxRules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterImport {
    Move,
    Delete,
}

/// Writes `daifa.toml` in one step.
pub(crate) fn write_workspace_file(root: &Path, file: &WorkspaceFile) -> Result<(), AppError> {
    let text = toml::to_string(file).map_err(|e| AppError::Inner { what: "daifa.toml", reason: e.to_string() })?;
    output::write(root, "daifa.toml", text.as_bytes())?;
    Ok(())
}

/// Reads `daifa.toml`.
pub fn read_workspace_file(root: &Path) -> Result<WorkspaceFile, AppError> {
    let path = root.join("daifa.toml");
    let text = files::read_own_text(&path, files::LONGEST_TEXT).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => AppError::NoWorkspace { path: root.to_path_buf() },
        _ => failed(&path, &e),
    })?;
    // A newer format may know keys this program does not: say that, not that the file is wrong.
    let format = text.parse::<toml::Table>().ok().and_then(|t| t.get("format").and_then(toml::Value::as_integer));
    if let Some(found) = format.filter(|f| *f > schema::version()) {
        return Err(crate::store::StoreError::NewerWorkspace { found, known: schema::version() }.into());
    }
    let text = text.trim_start_matches('\u{feff}');
    let file: WorkspaceFile = toml::from_str(text).map_err(|e| {
        // Without the text of the line: it may be that of the key.
        let line = line_of(text, e.span().map_or(0, |s| s.start));
        AppError::BadWorkspaceFile { path: path.clone(), reason: format!("{} at line {line}", e.message()) }
    })?;
    file.materials.check().map_err(|fault| AppError::Materials { path, fault })?;
    Ok(file)
}

/// An I/O error with its place.
pub fn failed(path: &Path, error: &std::io::Error) -> AppError {
    if let Some(unfit) = Unfit::of(error) {
        return AppError::Unfit { path: path.to_path_buf(), unfit };
    }
    match error.kind() {
        std::io::ErrorKind::NotFound => AppError::NoFile { path: path.to_path_buf() },
        std::io::ErrorKind::StorageFull => OutputError::Full { path: path.display().to_string() }.into(),
        _ => AppError::File { path: path.to_path_buf(), reason: error.to_string() },
    }
}
