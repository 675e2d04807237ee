//! Merging a workspace's rules over the shipped ones, and remembering who said what.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::files;

/// Where an effective value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The value as TOML.
    pub value: String,
    /// `shipped`, or the workspace file's name.
    pub from: String,
    /// The `source` of the entry the value stands in.
    pub source: Option<String>,
}

/// A rules file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    #[error("rules file {file} cannot be read: {source}")]
    Unreadable { file: String, source: std::io::Error },
    #[error("rules file {file} is not usable: {reason}")]
    Invalid { file: String, reason: String },
    #[error("rules folder holds {file}, which is no rules file; known: {known}")]
    UnknownFile { file: String, known: String },
}

/// A misspelt file name would otherwise be ignored without a word.
pub(super) fn refuse_unknown_files(overlay: Option<&Path>, known: &[&str]) -> Result<(), RulesError> {
    let Some(Ok(entries)) = overlay.map(std::fs::read_dir) else { return Ok(()) };
    let mut names: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    match names.into_iter().find(|n| n.strip_suffix(".toml").is_some_and(|stem| !known.contains(&stem))) {
        Some(file) => Err(RulesError::UnknownFile { file, known: known.join(", ") }),
        None => Ok(()),
    }
}

/// Loads `shipped` with the overlay's `<stem>.toml` over it, and over both the file `over`; also returns the effective
/// text, for hashing.
pub(super) fn load<T: DeserializeOwned>(
    stem: &str,
    shipped: &str,
    overlay: Option<&Path>,
    over: Option<&Path>,
    origins: &mut BTreeMap<String, Origin>,
) -> Result<(T, String), RulesError> {
    let file = format!("{stem}.toml");
    let invalid = |name: &str, e: String| RulesError::Invalid { file: name.to_string(), reason: e.trim().to_string() };
    let mut table: Table = shipped.parse().map_err(|e: toml::de::Error| invalid(&file, e.to_string()))?;
    record(stem, &table, "shipped", None, origins);
    let own = overlay.map(|dir| dir.join(&file)).filter(|p| p.symlink_metadata().is_ok());
    let paths: Vec<&Path> = own.as_deref().into_iter().chain(over).collect();
    // The topmost file is the one a mistake is told of: those below it were usable without it.
    let shown = paths.last().map_or_else(|| file.clone(), |p| p.display().to_string());
    for path in paths {
        let place = path.display().to_string();
        let text = files::read_own_text(path, files::LONGEST_TEXT)
            .map_err(|source| RulesError::Unreadable { file: place.clone(), source })?;
        // Windows Notepad writes a byte order mark.
        let own: Table =
            text.trim_start_matches('\u{feff}').parse().map_err(|e: toml::de::Error| invalid(&place, e.to_string()))?;
        record(stem, &own, &format!("rules/{file}"), None, origins);
        merge(&mut table, own);
    }
    remove_disabled(&mut table, stem, origins);
    let text = toml::to_string(&table).map_err(|e| invalid(&shown, e.to_string()))?;
    let value = T::deserialize(Value::Table(table)).map_err(|e| invalid(&shown, e.to_string()))?;
    Ok((value, text))
}

fn merge(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(b)), Value::Table(o)) => merge(b, o),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn remove_disabled(table: &mut Table, path: &str, origins: &mut BTreeMap<String, Origin>) {
    let keys: Vec<String> = table.keys().cloned().collect();
    for key in keys {
        let Some(Value::Table(entry)) = table.get_mut(&key) else { continue };
        let entry_path = format!("{path}.{key}");
        match entry.remove("enabled") {
            Some(Value::Boolean(false)) => {
                table.remove(&key);
                origins.retain(|k, _| !k.starts_with(&format!("{entry_path}.")) || k.ends_with(".enabled"));
            }
            _ => remove_disabled(entry, &entry_path, origins),
        }
    }
}

fn record(path: &str, table: &Table, from: &str, source: Option<&str>, origins: &mut BTreeMap<String, Origin>) {
    let source = table.get("source").and_then(Value::as_str).or(source);
    for (key, value) in table {
        let path = format!("{path}.{key}");
        match value {
            Value::Table(inner) => record(&path, inner, from, source, origins),
            value => {
                let origin =
                    Origin { value: value.to_string(), from: from.to_string(), source: source.map(str::to_string) };
                origins.insert(path, origin);
            }
        }
    }
}
