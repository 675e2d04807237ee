//! Programs this one starts: what they are not to know.

use std::process::Command;

/// How the names of this program's own variables begin: passphrases and the place of the key are among them.
const OWN: &str = "DAIFA_";

/// Takes from a program about to be started what only this one is to know. Whoever reads strangers' files, fills
/// somebody's templates or shows a page has no business with it.
pub fn without_secrets(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with(OWN)) {
        command.env_remove(name);
    }
    command
}
