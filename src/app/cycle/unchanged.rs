//! Whether a cycle has anything to do: with an empty inbox, and everything its files rest on as it was when they were made,
//! they stand. A file that is gone is made again; one somebody has typed into is left as it is.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::app::cycle::Cycle;
use crate::app::error::AppError;
use crate::app::import::ImportReport;
use crate::app::visit::pack_folders::Void;
use crate::app::workspace::open::Workspace;
use crate::facts;

/// What the last cycle rested on, and its files.
#[derive(Debug, Serialize, Deserialize)]
struct Made {
    state: String,
    /// Relative to the workspace.
    files: Vec<String>,
    start_page: PathBuf,
}

/// Name of the stamp.
const CYCLE: &str = "cycle";

/// The last cycle, if it would be the same again.
///
/// # Errors
/// The store or an overlay cannot be read.
pub(super) fn last(workspace: &Workspace, imported: &ImportReport) -> Result<Option<Cycle>, AppError> {
    if !imported.files.is_empty() || !imported.problems.is_empty() || !workspace.facts_fit()? {
        return Ok(None);
    }
    let Some(stamp) = facts::stamp_of(&workspace.store, CYCLE)? else { return Ok(None) };
    let Ok(made) = serde_json::from_str::<Made>(&stamp) else { return Ok(None) };
    let there = made.files.iter().all(|f| workspace.root.join(f).is_file());
    if !there || made.state != state(workspace)? {
        return Ok(None);
    }
    Ok(Some(Cycle {
        import: ImportReport::default(),
        stages: None,
        files: made.files,
        start_page: workspace.root.join(made.start_page),
        void: Void::default(),
        doubts: BTreeSet::new(),
        unchanged: true,
        stayed: Vec::new(),
        not_moved: Vec::new(),
    }))
}

/// Keeps what a cycle rested on.
///
/// # Errors
/// The store cannot be written.
pub(super) fn keep(workspace: &mut Workspace, cycle: &Cycle) -> Result<(), AppError> {
    let start_page = cycle.start_page.strip_prefix(&workspace.root).unwrap_or(&cycle.start_page).to_path_buf();
    let made = Made { state: state(workspace)?, files: cycle.files.clone(), start_page };
    let inner = |e: serde_json::Error| AppError::Inner { what: CYCLE, reason: e.to_string() };
    let stamp = serde_json::to_string(&made).map_err(inner)?;
    workspace.store.transaction(|store| Ok(facts::put_stamp(store, CYCLE, &stamp)?))
}

/// All that a day's files rest on beside the facts, as one hash.
fn state(workspace: &Workspace) -> Result<String, AppError> {
    let mark = workspace.store.ledger_mark()?;
    let overlay = crate::app::workspace::open::overlay_files(&workspace.root)?;
    let settings = std::fs::read(workspace.root.join("daifa.toml")).unwrap_or_default();
    let text = format!(
        "{}|{}|{:?}|{}|{overlay:?}|{mark}",
        env!("CARGO_PKG_VERSION"),
        workspace.today,
        workspace.words.lang(),
        crate::rules::hex_sha256(&settings),
    );
    Ok(crate::rules::hex_sha256(text.as_bytes()))
}
