//! Everything new in `inbox/`, then all stages, one folder of files for the day.

mod unchanged;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::app::contact::follow_up;
use crate::app::contact::follow_up::FollowUp;
use crate::app::contact::track;
use crate::app::contact::track::TrackOptions;
use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::import;
use crate::app::import::ImportOptions;
use crate::app::import::ImportReport;
use crate::app::import::Outcome;
use crate::app::import::Progress;
use crate::app::import::Stopped;
use crate::app::import::report;
use crate::app::ledger;
use crate::app::outputs;
use crate::app::outputs::Day;
use crate::app::outputs::packs::{self, Packed};
use crate::app::report::dashboard;
use crate::app::scripts::Doubt;
use crate::app::visit::pack_folders::Void;
use crate::app::visit::plan;
use crate::app::visit::plan::Plan;
use crate::app::visit::rank;
use crate::app::workspace::folders;
use crate::app::workspace::open::AfterImport;
use crate::app::workspace::open::Workspace;
use crate::app::workspace::open::failed;
use crate::engagement::contact::track::Track;
use crate::engagement::report::summary::Report;
use crate::engagement::visit::ranking::Ranking;
use crate::files;
use crate::model::text::file_name::with_tail;
use crate::output::Written;

/// What a cycle did.
#[derive(Debug, Clone, Serialize)]
pub struct Cycle {
    pub import: ImportReport,
    #[serde(skip)]
    pub stages: Option<Stages>,
    /// Files written, relative to the workspace.
    pub files: Vec<String>,
    pub start_page: PathBuf,
    /// Packs of visits that were moved or cancelled.
    #[serde(skip)]
    pub void: Void,
    /// What of the packs' texts is to be looked at before it leaves.
    #[serde(skip)]
    pub doubts: BTreeSet<Doubt>,
    /// Nothing was new: the files are those of the cycle before.
    pub unchanged: bool,
    /// Files in `inbox/` that were changed after they were imported: the next cycle takes them in.
    pub stayed: Vec<String>,
    /// Files in `inbox/` that were imported and could not be moved or deleted: the next cycle tries again.
    pub not_moved: Vec<String>,
}

/// The values of all stages.
#[derive(Debug, Clone)]
pub struct Stages {
    pub ranking: Ranking,
    pub plan: Plan,
    pub track: Track,
    pub follow_up: FollowUp,
    pub report: Report,
}

/// Imports what is new, runs every stage, writes every file.
///
/// # Errors
/// Nothing has ever been imported, or a stage fails. Files that were refused stay in `inbox/` and are in the report.
pub fn cycle(workspace: &mut Workspace, options: &ImportOptions) -> Result<Cycle, AppError> {
    cycle_watched(workspace, options, &mut |_| true).map_err(|stopped| stopped.error)
}

/// [`cycle`], whose import can be watched and stopped.
///
/// # Errors
/// As [`cycle`], and [`AppError::Interrupted`]; with what was imported before it.
pub fn cycle_watched(
    workspace: &mut Workspace,
    options: &ImportOptions,
    watch: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Result<Cycle, Stopped> {
    let inbox = workspace.root.join("inbox");
    files::make_folder(&workspace.root, &inbox).map_err(|e| failed(&inbox, &e))?;
    let imported = import::import_watched(workspace, &[inbox], options, watch);
    let mut imported = imported.map_err(|stopped| report::write_stopped(workspace, stopped))?;
    let cycle = match unchanged::last(workspace, &imported) {
        Ok(Some(last)) => return Ok(last),
        Ok(None) => after_import(workspace, &mut imported, watch),
        Err(error) => Err(error),
    };
    let kept = cycle.and_then(|cycle| unchanged::keep(workspace, &cycle).map(|()| cycle));
    kept.map_err(|error| Stopped::new(imported, error))
}

/// The stages and files that follow an import; when they are done, its report is theirs.
fn after_import(
    workspace: &mut Workspace,
    imported: &mut ImportReport,
    watch: &mut dyn FnMut(&Progress<'_>) -> bool,
) -> Result<Cycle, AppError> {
    // A second run on one day with an empty inbox must not wipe the morning's list of problems.
    let mut written = Vec::new();
    if !imported.files.is_empty() || !workspace.root.join(workspace.out_folder()).join(report::IMPORT_REPORT).exists() {
        written.extend(report::write(workspace, imported)?);
    }
    match rank::profiles(workspace) {
        Err(AppError::NothingImported) if imported.count(Outcome::Refused) > 0 => {
            let refused = imported.count(Outcome::Refused);
            return Err(AppError::FilesRefused { refused, files: imported.files.len() });
        }
        profiles => profiles?,
    };
    let files = imported.count(Outcome::Imported);
    // Between two stages nothing is half done.
    let mut next = |stage| if watch(&Progress::stage(stage)) { Ok(()) } else { Err(AppError::Interrupted { files }) };
    let stages = stages_watched(workspace, &mut next)?;
    let directory = Directory::load(workspace)?;
    next("files")?;
    written.push(outputs::write_rank(workspace, &stages.ranking)?);
    written.push(outputs::write_plan(workspace, &stages.plan, &directory)?);
    written.extend(outputs::write_calendars(workspace, &directory)?);
    let Packed { written: packs, void, doubts, .. } = packs::pack(workspace, None, &mut |_, _| {})?;
    written.extend(packs);
    written.push(outputs::write_maintenance(workspace, &stages.track, &stages.follow_up, &directory, &mut |_, _| {})?);
    let (track, report, follow_up) = (&stages.track, &stages.report, &stages.follow_up);
    written.extend(outputs::write_own_clients(workspace, follow_up, &directory, &mut |_, _| {})?);
    written.extend(outputs::write_exports(workspace, track, report, follow_up, &directory, &mut |_, _| {})?);
    written.push(outputs::write_report(workspace, &stages.report, &directory)?);
    written.extend(outputs::write_conflicts(workspace)?);
    let lines = report::file_lines(imported);
    let day = Day {
        ranking: &stages.ranking,
        plan: &stages.plan,
        follow_up,
        report,
        imported: &lines,
        problems: &imported.problems,
    };
    let start = outputs::write_start_page(workspace, &day, &written, &directory)?;
    ledger::caught_up(&workspace.store)?;
    let Cleared { stayed, not_moved } = clear_inbox(workspace, imported);
    let relative = |w: &Written| {
        let path = w.path.strip_prefix(&workspace.root).unwrap_or(&w.path);
        path.to_string_lossy().replace('\\', "/")
    };
    let mut files: Vec<String> = written.iter().chain([&start]).map(relative).collect();
    files.sort();
    let import = std::mem::take(imported);
    Ok(Cycle {
        import,
        stages: Some(stages),
        files,
        start_page: start.path,
        void,
        doubts,
        unchanged: false,
        stayed,
        not_moved,
    })
}

/// All stages, in the order in which each rests on those before it.
///
/// # Errors
/// A stage fails.
pub fn stages(workspace: &mut Workspace) -> Result<Stages, AppError> {
    stages_watched(workspace, &mut |_| Ok(()))
}

/// [`stages`], each told of before it begins.
fn stages_watched(
    workspace: &mut Workspace,
    next: &mut dyn FnMut(&'static str) -> Result<(), AppError>,
) -> Result<Stages, AppError> {
    next("rank")?;
    let ranking = rank::rank(workspace)?;
    next("plan")?;
    let plan = plan::plan(workspace)?;
    next("track")?;
    let track = track::track(workspace, &TrackOptions::default())?;
    next("followup")?;
    let follow_up = follow_up::follow_up(workspace)?;
    next("report")?;
    let report = dashboard::report(workspace, &follow_up)?;
    Ok(Stages { ranking, plan, track, follow_up, report })
}

/// A name nothing has in the folder yet: a corrected file of the same name must not push the first one out.
fn free_name(folder: &Path, name: &str) -> PathBuf {
    let (stem, extension) = name.rsplit_once('.').map_or((name, String::new()), |(s, e)| (s, format!(".{e}")));
    let numbered = |n: usize| if n == 1 { name.to_string() } else { with_tail(stem, &format!("({n}){extension}")) };
    (1..).map(|n| folder.join(numbered(n))).find(|p| !p.exists()).unwrap_or_else(|| folder.join(name))
}

/// What stayed in the inbox although it was imported.
#[derive(Default)]
struct Cleared {
    stayed: Vec<String>,
    not_moved: Vec<String>,
}

/// Imported files (and those known already) leave the inbox; refused ones stay for another try. A cycle takes minutes: one
/// that was changed meanwhile is another file, which stays and is named. So is one that cannot be moved, as while it is
/// open in Excel: it counts as known the next time.
fn clear_inbox(workspace: &Workspace, imported: &ImportReport) -> Cleared {
    let mut cleared = Cleared::default();
    let done = workspace.root.join(folders::DONE).join(workspace.today.to_string());
    for file in imported.files.iter().filter(|f| f.outcome != Outcome::Refused) {
        match files::open_own(&file.path).and_then(files::sha256) {
            Ok((_, sha256)) if sha256 != file.sha256 => cleared.stayed.push(file.file.clone()),
            Ok(_) if clear(workspace, &file.path, &done).is_ok() => {}
            // Moved away by somebody else.
            _ if !file.path.exists() => {}
            // Or held by whoever writes it.
            _ => cleared.not_moved.push(file.file.clone()),
        }
    }
    cleared
}

/// Takes a file out of the inbox as the workspace is set to.
fn clear(workspace: &Workspace, file: &Path, done: &Path) -> std::io::Result<()> {
    match workspace.file.inbox.after_import {
        AfterImport::Delete => std::fs::remove_file(file),
        AfterImport::Move => {
            files::make_folder(&workspace.root, done)?;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let target = free_name(done, &name);
            std::fs::rename(file, &target)?;
            // It came with the rights its maker gave it.
            files::make_private(&target).ok();
            Ok(())
        }
    }
}
