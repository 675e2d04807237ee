//! What is to be said of a key when its workspace was opened.

use crate::app::Workspace;
use crate::app::workspace::unlock::Settled;
use crate::cli::terminal;
use crate::model::Param;
use crate::render::words::Words;

/// Says on stderr, for it belongs to no command's result, what opening the workspace has done to its key.
pub fn tell(workspace: &Workspace, words: &Words) {
    if let Some(file) = &workspace.closed_key_file {
        let file = Param::Text(file.display().to_string());
        terminal::err(&words.fill("key.closed", &[("file", file)]));
    }
    if let Some(settled) = &workspace.settled {
        tell_settled(settled, words);
    }
}

/// How an interrupted change of the key came to its end.
fn tell_settled(settled: &Settled, words: &Words) {
    let mut parts = vec![if settled.forward { "key.settled" } else { "key.taken_back" }];
    let copy = settled.recovery_copy.as_ref().map(|p| Param::Text(p.display().to_string()));
    parts.extend(copy.is_some().then_some(if settled.forward { "key.copy_valid" } else { "key.copy_void" }));
    for part in parts {
        let file = copy.clone().unwrap_or(Param::Text(String::new()));
        terminal::err(&words.fill(part, &[("file", file)]));
    }
}
