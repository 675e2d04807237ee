//! Whether a workspace is sound: database, audit, files, key, disk, rules and data, each with what to do about it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::error::AppError;
use super::workspace::{Workspace, files_below, relative};
use super::{key, unlock};
use crate::facts::inputs;
use crate::store::audit::AuditFilter;

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
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Key of the words: `doctor.<check>`, and `doctor.advice.<check>` when it is not ok.
    pub check: &'static str,
    /// Not to be mended.
    pub ok: bool,
    pub state: State,
    pub detail: String,
    /// Files concerned, at most ten.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

fn finding(check: &'static str, state: State, detail: impl ToString) -> Finding {
    Finding { check, ok: state != State::Bad, state, detail: detail.to_string(), files: Vec::new() }
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

/// Checks everything; changes nothing.
///
/// # Errors
/// The database cannot be read at all.
pub fn doctor(workspace: &mut Workspace) -> Result<Vec<Finding>, AppError> {
    let mut findings = database(workspace)?;
    findings.extend(around(workspace)?);
    findings.extend(files(workspace)?);
    findings.extend(data(workspace)?);
    Ok(findings)
}

fn database(workspace: &Workspace) -> Result<Vec<Finding>, AppError> {
    let store = workspace.store.check()?;
    let audit = workspace.store.audit_verify()?;
    Ok(vec![
        finding("version", State::Ok, format!("daifa {} / SQLite {}", env!("CARGO_PKG_VERSION"), store.sqlite)),
        finding("schema", State::Ok, store.schema_version),
        finding("integrity", bad_unless(store.intact), ""),
        finding("foreign_keys", bad_unless(store.foreign_key_faults == 0), store.foreign_key_faults),
        finding("audit", bad_unless(audit.broken_at.is_none()), audit.entries),
    ])
}

/// The key, the log, the disk, what an interrupted run has left.
fn around(workspace: &Workspace) -> Result<Vec<Finding>, AppError> {
    let root = &workspace.root;
    let key = key::show(&workspace.file)?;
    let wrapping = unlock::tries(&workspace.file.key, &workspace.file.uuid, &unlock::Given::default());
    // A passphrase was right, or we would not be here; a key file may be replaced by a recovery copy.
    let has_key = workspace.file.key.salt.is_some() || wrapping.is_ok_and(|t| !t.unwrapped.is_empty());
    let copies: Vec<String> = key.recovery_copies_here.iter().map(|p| p.display().to_string()).collect();
    let megabytes = |bytes: u64| format!("{} MB", bytes.div_ceil(1 << 20));
    let size = |name: &str| std::fs::metadata(root.join(name)).map_or(0, |m| m.len());
    let (log, database) = (size("daifa.db-wal"), size("daifa.db"));
    let left: Vec<String> = files_below(&root.join(".daifa/tmp"))?.iter().map(|p| relative(root, p)).collect();
    let free = fs4::available_space(root).ok();
    let wanted = LEAST_FREE.max(2 * database);
    Ok(vec![
        finding("key", bad_unless(has_key), key.by),
        with_files(finding("recovery_copy", note_unless(copies.is_empty()), copies.len()), copies),
        finding("log", note_unless(log <= (64 << 20).max(database)), megabytes(log)),
        finding("disk", bad_unless(free.is_none_or(|f| f >= wanted)), free.map_or_else(|| "—".into(), megabytes)),
        with_files(finding("leftovers", note_unless(left.is_empty()), left.len()), left),
    ])
}

/// Files in `out/` and `inbox/done/` against what the audit says was written and imported.
fn files(workspace: &Workspace) -> Result<Vec<Finding>, AppError> {
    let root = &workspace.root;
    let entries = workspace.store.audit_entries(&AuditFilter::default())?;
    let mut written: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries.iter().filter(|e| e.action == "export") {
        written.entry(&entry.subject).or_default().insert(&entry.sha256);
    }
    let imported: BTreeSet<&str> = entries.iter().filter(|e| e.action == "import").map(|e| e.sha256.as_str()).collect();
    let (mut orphans, mut edited) = (Vec::new(), Vec::new());
    for path in files_below(&root.join("out"))? {
        let name = relative(root, &path);
        match (written.get(name.as_str()), sha256_of(&path)) {
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
    let missing: Vec<String> =
        written.keys().filter(|name| !root.join(name).exists()).map(ToString::to_string).collect();
    let told =
        |check, files: Vec<String>| with_files(finding(check, note_unless(files.is_empty()), files.len()), files);
    Ok(vec![told("orphan_files", orphans), told("edited_files", edited), told("missing_files", missing)])
}

fn sha256_of(path: &Path) -> Option<String> {
    let file = std::fs::File::open(path).ok()?;
    super::backup::digest(file, path).ok().map(|(_, hash)| hash)
}

fn data(workspace: &Workspace) -> Result<Vec<Finding>, AppError> {
    let coverage = inputs::snapshot_coverage(&workspace.store, workspace.today)?;
    let years: Vec<String> = workspace.workdays.years().map(|y| y.to_string()).collect();
    let known_today = workspace.workdays.is_workday(workspace.today).is_some();
    let newest = coverage.first().map(|c| c.as_of);
    let max_age = workspace.rules.facts.snapshot.max_age_days;
    let fresh = newest.is_some_and(|d| (workspace.today - d).num_days() <= max_age);
    // Payees are told below: that some are unknown is usual, that a row fits two people is not.
    let (unsure, _) = workspace.store.open_matches()?;
    Ok(vec![
        finding("rules", State::Ok, &workspace.rules.hash()[..8]),
        finding("calendar", bad_unless(known_today), years.join(" ")),
        finding("data", bad_unless(fresh), newest.map_or_else(String::new, |d| d.to_string())),
        finding("facts", note_unless(workspace.facts_fit()?), ""),
        finding("files", State::Ok, workspace.store.imports()?.len()),
        finding("matches", bad_unless(unsure == 0), unsure),
        finding("unmatched", State::Ok, workspace.store.unmatched_payees(workspace.today)?.len()),
    ])
}
