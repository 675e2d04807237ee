//! Whether a workspace is sound: database, audit, files, key, disk, rules and data, each with what to do about it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::app::error::AppError;
use crate::app::freshness;
use crate::app::trust::archive::{self, Size};
use crate::app::trust::key;
use crate::app::visit::pack_folders::VOID;
use crate::app::workspace::edited;
use crate::app::workspace::open::Workspace;
use crate::app::workspace::open::WorkspaceFile;
use crate::app::workspace::open::files_below;
use crate::app::workspace::open::read_workspace_file;
use crate::app::workspace::open::relative;
use crate::app::workspace::unlock;
use crate::facts::inputs;
use crate::output::GROWING;
use crate::store::trust::audit::AuditFilter;
use crate::store::{Store, StoreError, schema};

/// Below this much free space on its disk a workspace cannot write a large import safely.
const LEAST_FREE: u64 = 1 << 30;

/// How a finding is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    /// Worth a look; nothing is wrong by itself.
    Note,
    /// To be mended.
    Bad,
    /// The check itself could not be done: what it reads is damaged.
    Failed,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Key of the words: `doctor.<check>`, and `doctor.advice.<check>` when it is not ok (`doctor.advice.failed` when it
    /// could not be done).
    pub check: &'static str,
    /// Nothing to be mended.
    pub ok: bool,
    pub state: State,
    pub detail: String,
    /// Code of the error that kept the check from being done (`error.<code>`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// Files concerned, at most ten.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// What the check `size` has found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
}

fn finding(check: &'static str, state: State, detail: impl ToString) -> Finding {
    Finding {
        check,
        ok: matches!(state, State::Ok | State::Note),
        state,
        detail: detail.to_string(),
        error: None,
        files: Vec::new(),
        size: None,
    }
}

/// A check an error has ended, or that found nothing but it.
fn ended(check: &'static str, state: State, error: &AppError) -> Finding {
    Finding { error: Some(error.spec().code), ..finding(check, state, error) }
}

fn bad_unless(sound: bool) -> State {
    if sound { State::Ok } else { State::Bad }
}

fn note_unless(sound: bool) -> State {
    if sound { State::Ok } else { State::Note }
}

/// As many files as somebody reads; the count says how many there are.
fn with_files(mut finding: Finding, files: Vec<String>) -> Finding {
    finding.files = files.into_iter().take(10).collect();
    finding
}

/// What the checks of these names found; each of them failed when they cannot be done.
fn done(checks: &[&'static str], found: Result<Vec<Finding>, AppError>) -> Vec<Finding> {
    found.unwrap_or_else(|error| checks.iter().map(|check| ended(check, State::Failed, &error)).collect())
}

/// Checks everything; changes nothing. What is damaged in one place does not keep the others from being checked.
pub fn doctor(workspace: &mut Workspace) -> Vec<Finding> {
    let mut findings = database(&workspace.store);
    findings.extend(around(&workspace.root, &workspace.file));
    findings.extend(done(&["orphan_files", "edited_files", "set_aside_files", "missing_files"], files(workspace)));
    findings.extend(data(workspace));
    findings
}

/// What can be said of a workspace whose database does not open; nothing when `error` is of another kind.
pub fn unopened(root: &Path, error: &AppError) -> Option<Vec<Finding>> {
    let AppError::Store(
        StoreError::Damaged { .. }
        | StoreError::Emptied
        | StoreError::Unreadable
        | StoreError::Sql(_)
        | StoreError::ForeignMigration { .. },
    ) = error
    else {
        return None;
    };
    let mut findings = vec![version(), ended("integrity", State::Bad, error)];
    findings.extend(around(root, &read_workspace_file(root).ok()?));
    Some(findings)
}

fn version() -> Finding {
    let sqlite = crate::store::sqlite_version();
    finding("version", State::Ok, format!("daifa {} / SQLite {sqlite}", env!("CARGO_PKG_VERSION")))
}

fn database(store: &Store) -> Vec<Finding> {
    let integrity = match store.is_intact() {
        Ok(intact) => finding("integrity", bad_unless(intact), ""),
        Err(error) => ended("integrity", State::Bad, &error.into()),
    };
    let foreign_keys =
        store.foreign_key_faults().map(|faults| vec![finding("foreign_keys", bad_unless(faults == 0), faults)]);
    let audit = store.audit_verify().map(|audit| match audit.broken_at {
        None => vec![finding("audit", State::Ok, audit.entries)],
        Some(seq) => vec![finding("audit", State::Bad, format!("{} (#{seq})", audit.entries))],
    });
    let mut findings = vec![version(), finding("schema", State::Ok, schema::version()), integrity];
    findings.extend(done(&["foreign_keys"], foreign_keys.map_err(AppError::from)));
    findings.extend(done(&["audit"], audit.map_err(AppError::from)));
    findings
}

/// The key, the log, the disk, what an interrupted run has left.
fn around(root: &Path, file: &WorkspaceFile) -> Vec<Finding> {
    let key = || -> Result<Vec<Finding>, AppError> {
        let key = key::show(file)?;
        let wrapping = unlock::tries(&file.key, &file.uuid, &unlock::Given::default());
        // A passphrase was right, or we would not be here; a key file may be replaced by a recovery copy.
        let has_key = file.key.salt.is_some() || wrapping.is_ok_and(|t| !t.unwrapped.is_empty());
        let copies: Vec<String> = key.recovery_copies_here.iter().map(|p| p.display().to_string()).collect();
        Ok(vec![
            finding("key", bad_unless(has_key), key.by),
            with_files(finding("recovery_copy", note_unless(copies.is_empty()), copies.len()), copies),
        ])
    };
    let megabytes = |bytes: u64| format!("{} MB", bytes.div_ceil(1 << 20));
    let size = |name: &str| std::fs::metadata(root.join(name)).map_or(0, |m| m.len());
    let (log, database) = (size("daifa.db-wal"), size("daifa.db"));
    let left = files_below(&root.join(GROWING)).map(|left| {
        let left: Vec<String> = left.iter().map(|p| relative(root, p)).collect();
        vec![with_files(finding("leftovers", note_unless(left.is_empty()), left.len()), left)]
    });
    let free = fs4::available_space(root).ok();
    let wanted = LEAST_FREE.max(2 * database);
    let mut findings = done(&["key", "recovery_copy"], key());
    findings.extend([
        finding("log", note_unless(log <= (64 << 20).max(database)), megabytes(log)),
        finding("disk", bad_unless(free.is_none_or(|f| f >= wanted)), free.map_or_else(|| "—".into(), megabytes)),
    ]);
    findings.extend(done(&["leftovers"], left));
    findings
}

/// Files in `out/` and `inbox/done/` against what the audit says was written and imported.
fn files(workspace: &Workspace) -> Result<Vec<Finding>, AppError> {
    let root = &workspace.root;
    let entries = workspace.store.audit_entries(&AuditFilter::default())?;
    let mut written: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries.iter().filter(|e| e.action == "export") {
        written.entry(&entry.subject).or_default().insert(&entry.sha256);
    }
    // Folders of packs that hold no more, where they lie now and where they lay.
    let void: Vec<(String, String)> = entries
        .iter()
        .filter(|e| e.action == "set_aside")
        .map(|e| (format!("{}/", e.subject), e.subject.replace(&format!("/{VOID}/"), "/")))
        .collect();
    let imported: BTreeSet<&str> = entries.iter().filter(|e| e.action == "import").map(|e| e.sha256.as_str()).collect();
    let marks = edited::marks(&workspace.words)?;
    let (mut orphans, mut edited, mut set_aside) = (Vec::new(), Vec::new(), Vec::new());
    for path in files_below(&root.join("out"))? {
        let name = relative(root, &path);
        if void.iter().any(|(now, _)| name.starts_with(now)) {
            continue;
        }
        match (written.get(name.as_str()), sha256_of(&path)) {
            (None, _) if edited::name_before(&name, &marks).is_some_and(|of| written.contains_key(of.as_str())) => {
                set_aside.push(name);
            }
            (None, _) => orphans.push(name),
            (Some(known), Some(hash)) if !known.contains(hash.as_str()) => edited.push(name),
            _ => {}
        }
    }
    for path in files_below(&root.join("inbox/done"))? {
        if !sha256_of(&path).is_some_and(|hash| imported.contains(hash.as_str())) {
            orphans.push(relative(root, &path));
        }
    }
    // One that was set aside under a number lay there under its name all the same.
    let moved = |name: &str| {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        void.iter().any(|(_, was)| was.strip_prefix(folder).is_some_and(|n| n.is_empty() || n.starts_with('(')))
    };
    let gone = written.keys().filter(|name| !root.join(name).exists() && !moved(name));
    let missing: Vec<String> = gone.map(ToString::to_string).collect();
    let told =
        |check, files: Vec<String>| with_files(finding(check, note_unless(files.is_empty()), files.len()), files);
    Ok(vec![
        told("orphan_files", orphans),
        told("edited_files", edited),
        told("set_aside_files", set_aside),
        told("missing_files", missing),
    ])
}

fn sha256_of(path: &Path) -> Option<String> {
    let file = crate::files::open_own(path).ok()?;
    crate::app::trust::backup::digest(file, path).ok().map(|(_, hash)| hash)
}

fn data(workspace: &Workspace) -> Vec<Finding> {
    let store = &workspace.store;
    let years: Vec<String> = workspace.workdays.years().map(|y| y.to_string()).collect();
    let known_today = workspace.workdays.is_workday(workspace.today).is_some();
    let newest = || -> Result<Vec<Finding>, AppError> {
        let newest = inputs::newest_snapshot(store, workspace.today)?;
        let fresh = newest.is_some() && !freshness::freshness(workspace)?.is_stale();
        Ok(vec![finding("data", bad_unless(fresh), newest.map_or_else(String::new, |d| d.to_string()))])
    };
    let facts = workspace.facts_fit().map(|fit| vec![finding("facts", note_unless(fit), "")]);
    let imports = store.imports().map(|imports| vec![finding("files", State::Ok, imports.len())]);
    // As many as `match show` lists: that a payee is unknown is usual, that a row fits two people is not.
    let unsure = store.open_matches();
    let unsure = unsure.map(|(known, payees)| vec![finding("matches", bad_unless(known == 0), known + payees)]);
    let size = archive::size(workspace).map(|size| {
        let each = size
            .bytes_per_employee_month
            .map_or_else(String::new, |each| format!(" / {} × {each} B", size.employee_months));
        let detail = format!("{} MB{each}", size.bytes.div_ceil(1 << 20));
        vec![Finding { size: Some(size), ..finding("size", State::Ok, detail) }]
    });
    let payees = store.unmatched_payees(workspace.today).map(|p| vec![finding("unmatched", State::Ok, p.len())]);
    let mut findings = vec![
        finding("rules", State::Ok, &workspace.rules.hash()[..8]),
        finding("calendar", bad_unless(known_today), years.join(" ")),
    ];
    findings.extend(done(&["data"], newest()));
    findings.extend(done(&["facts"], facts));
    findings.extend(done(&["size"], size));
    findings.extend(done(&["files"], imports.map_err(AppError::from)));
    findings.extend(done(&["matches"], unsure.map_err(AppError::from)));
    findings.extend(done(&["unmatched"], payees.map_err(AppError::from)));
    findings
}
