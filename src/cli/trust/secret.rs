//! Secrets: from the environment, from a file, or asked for without showing what is typed.

use std::io::IsTerminal as _;
use std::path::Path;

use crate::app::AppError;
use crate::files;
use crate::render::words::Words;

fn ask(question: &str) -> Result<String, AppError> {
    rpassword::prompt_password(question).map_err(|_| AppError::NoPassphrase)
}

/// A passphrase that opens something: asked for when nobody has set `variable` and somebody sits at a terminal.
pub fn passphrase(variable: &str, words: &Words) -> Option<String> {
    if std::env::var_os(variable).is_some() || !std::io::stdin().is_terminal() {
        return std::env::var(variable).ok();
    }
    ask(words.get("secret.passphrase")).ok()
}

/// A new passphrase: asked for twice.
///
/// # Errors
/// None was given, or the two differ.
pub fn new_passphrase(variable: &str, words: &Words) -> Result<String, AppError> {
    if let Ok(text) = std::env::var(variable) {
        return if text.trim().is_empty() { Err(AppError::NoPassphrase) } else { Ok(text) };
    }
    if !std::io::stdin().is_terminal() {
        return Err(AppError::NoPassphrase);
    }
    let text = ask(words.get("secret.new_passphrase"))?;
    let again = ask(words.get("secret.again"))?;
    if text == again && !text.trim().is_empty() { Ok(text) } else { Err(AppError::NoPassphrase) }
}

/// The first line of a passphrase file.
///
/// # Errors
/// No such file, or it is empty.
pub fn passphrase_of_file(path: &Path) -> Result<String, AppError> {
    let text = files::read_text(path, files::LONGEST_KEY).map_err(|e| crate::app::workspace::open::failed(path, &e))?;
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default().to_string();
    if line.trim().is_empty() { Err(AppError::NoPassphrase) } else { Ok(line) }
}
