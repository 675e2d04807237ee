//! Employers as users name them.

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::workspace::open::Workspace;
use crate::model::EmployerId;

/// The employer a user names: its number (`E00045`), the bank's own, or its name, also a part that only one has.
///
/// # Errors
/// None fits, several do ([`AppError::SeveralEmployers`]), or the store cannot be read.
pub fn employer_named(workspace: &Workspace, text: &str) -> Result<EmployerId, AppError> {
    let unknown = || AppError::UnknownEmployer { text: text.to_string() };
    let all = workspace.store.employers()?;
    if let Ok(id) = text.parse::<EmployerId>() {
        return all.iter().any(|(known, _)| *known == id).then_some(id).ok_or_else(unknown);
    }
    if let Some(id) = identify::only_employer(&workspace.store, text)? {
        return Ok(id);
    }
    let fitting: Vec<_> = all.into_iter().filter(|(_, name)| name.contains(text)).collect();
    match fitting.len() {
        0 => Err(unknown()),
        1 => Ok(fitting[0].0),
        _ => Err(AppError::SeveralEmployers { text: text.to_string(), candidates: fitting }),
    }
}

/// The whole name of the employer a user means by `text`, or `text` itself where it may be that of a new one.
///
/// # Errors
/// A number nobody has, a part of several names, or the store cannot be read.
pub fn employer_said(workspace: &Workspace, text: &str) -> Result<String, AppError> {
    match employer_named(workspace, text) {
        Ok(id) => Ok(workspace.store.employer_name(id)?.unwrap_or_else(|| text.to_string())),
        Err(AppError::UnknownEmployer { .. }) if text.parse::<EmployerId>().is_err() => Ok(text.to_string()),
        Err(error) => Err(error),
    }
}
