//! Removing people for good, by person or by age, with a certificate that says what went and what was looked through.

use std::collections::{BTreeSet, HashSet};
use std::io::Read as _;
use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use super::error::AppError;
use super::hold::Copying;
use super::workspace::{OutNote, Workspace, failed, files_below, relative};
use crate::intake::{self, Hints};
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, Personal};
use crate::output::Written;
use crate::render::document::Document;
use crate::render::docx;
use crate::render::words::Words;
use crate::rules::Rules;
use crate::store::StoreError;
use crate::store::audit::{AuditFilter, AuditHead, AuditNote};
use crate::store::purge::{Compacted, Remaining, Removed, Traces, tokens};

/// Longest part of a packed file that is looked through, in bytes: as long as a sheet that could be imported.
const LONGEST_PART: u64 = 512 << 20;

/// Whose data are to go.
#[derive(Debug, Clone)]
pub enum Whose {
    /// Named by number (`P000123`), customer, ID, account or phone number.
    People(Vec<Personal<String>>),
    /// Everything dated before the day, and everybody of whom nothing is left then.
    Before(NaiveDate),
}

/// How a removal is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only counts what would go.
    Rehearse,
    /// Removes from the database; files that hold the people are listed.
    Database,
    /// Also removes these files.
    DatabaseAndFiles,
}

/// A file that holds something of the people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundFile {
    /// Relative to the workspace.
    pub file: String,
    /// Only a name was found: it may be another person's. Such a file is never removed.
    pub name_only: bool,
    /// It cannot be looked into (protected or damaged): look yourself. Such a file is never removed.
    pub unreadable: bool,
    pub removed: bool,
}

/// What was removed, and the proof of it. Names nobody: people stand in it by their numbers.
#[derive(Debug, Clone, Serialize)]
pub struct Purged {
    pub rehearsal: bool,
    pub people: Vec<EmployeeId>,
    pub before: Option<NaiveDate>,
    pub removed: Vec<Removed>,
    /// What was still found afterwards: nothing, but what the audit and the names of imported files say.
    pub remaining: Vec<Remaining>,
    pub compacted: Option<Compacted>,
    pub files: Vec<FoundFile>,
    /// Backups made before, which still hold the people.
    pub backups: Vec<String>,
    pub audit: Option<AuditHead>,
    #[serde(skip)]
    pub written: Vec<Written>,
}

/// Removes people's data and proves it.
///
/// # Errors
/// Nobody fits, something of the people would stay (then nothing is removed), the database or a file cannot be written.
pub fn purge(workspace: &mut Workspace, whose: &Whose, mode: Mode) -> Result<Purged, AppError> {
    // A backup that is being made, or one that was killed, holds the people too.
    let _no_backup = (mode != Mode::Rehearse).then(|| Copying::forbid(&workspace.root)).transpose()?;
    let done = remove(workspace, whose, mode)?;
    let Done { traces, removed, remaining, audit } = done;
    let before = match whose {
        Whose::Before(day) => Some(*day),
        Whose::People(_) => None,
    };
    let rehearsal = mode == Mode::Rehearse;
    let files = find_files(workspace, &traces, mode == Mode::DatabaseAndFiles)?;
    let mut purged = Purged {
        rehearsal,
        people: traces.people.iter().copied().collect(),
        before,
        removed,
        remaining,
        compacted: None,
        files,
        backups: backups(workspace)?,
        audit,
        written: Vec::new(),
    };
    if !rehearsal {
        purged.compacted = Some(workspace.store.compact(&workspace.root.join("daifa.db"))?);
        // Once more, in the file as it is now.
        purged.remaining = workspace.store.remaining(&traces)?;
        workspace.refresh_facts()?;
        purged.written = certificate(workspace, &purged)?;
    }
    Ok(purged)
}

struct Done {
    traces: Traces,
    removed: Vec<Removed>,
    remaining: Vec<Remaining>,
    audit: Option<AuditHead>,
}

/// A rehearsal goes the whole way and is taken back.
enum Stop {
    Rehearsed(Box<Done>),
    Failed(AppError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Failed(error.into())
    }
}

fn remove(workspace: &mut Workspace, whose: &Whose, mode: Mode) -> Result<Done, AppError> {
    let people = match whose {
        Whose::Before(_) => BTreeSet::new(),
        Whose::People(texts) => find_people(workspace, texts)?,
    };
    let done = workspace.store.transaction(|store| {
        let (traces, removed) = match whose {
            Whose::Before(day) => store.remove_before(*day)?,
            Whose::People(_) => {
                let traces = store.traces(people)?;
                let removed = store.remove_people(&traces)?;
                (traces, removed)
            }
        };
        let remaining = store.remaining(&traces)?;
        let left: Vec<String> =
            remaining.iter().filter(|r| !r.stays()).map(|r| format!("{}.{}", r.table, r.column)).collect();
        if !left.is_empty() {
            return Err(Stop::Failed(AppError::PurgeIncomplete { places: left.join(", ") }));
        }
        if mode == Mode::Rehearse {
            return Err(Stop::Rehearsed(Box::new(Done { traces, removed, remaining, audit: None })));
        }
        let subject = match whose {
            Whose::Before(day) => format!("before {day}"),
            Whose::People(_) => traces.people.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        };
        let counts = serde_json::to_vec(&removed).map_err(|e| Stop::Failed(json_error(&e)))?;
        let audit = store.audit(&AuditNote {
            action: "purge",
            purpose: if matches!(whose, Whose::Before(_)) { "age" } else { "person" }.to_string(),
            subject,
            rows: removed.iter().map(|r| r.rows).sum(),
            columns: Vec::new(),
            mask_level: "none",
            sha256: crate::rules::hex_sha256(&counts),
        })?;
        Ok(Done { traces, removed, remaining, audit: Some(audit) })
    });
    match done {
        Ok(done) => Ok(done),
        Err(Stop::Rehearsed(done)) => Ok(*done),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Every text must fit one person; the error says how many do not, never what they are.
fn find_people(workspace: &Workspace, texts: &[Personal<String>]) -> Result<BTreeSet<EmployeeId>, AppError> {
    let mut people = BTreeSet::new();
    let mut unknown = 0;
    for text in texts {
        let found = workspace.store.people_of(text)?;
        // A phone two people share names neither; two numbers of one person do name them.
        let first = found.iter().copied().take(1).collect();
        let same = workspace.store.with_other_numbers(first)?;
        if found.is_empty() || !found.iter().all(|id| same.contains(id)) {
            unknown += 1;
        }
        people.extend(same);
    }
    if unknown > 0 || people.is_empty() {
        return Err(AppError::NobodyFits { unknown, given: texts.len() });
    }
    Ok(people)
}

/// Backups the audit knows of: they hold what was in the database then.
fn backups(workspace: &Workspace) -> Result<Vec<String>, AppError> {
    let filter = AuditFilter { action: Some("backup".to_string()), ..AuditFilter::default() };
    let entries = workspace.store.audit_entries(&filter)?;
    Ok(entries.into_iter().map(|e| format!("{} {} {}", e.at, e.subject, e.sha256)).collect())
}

/// Imported sheets and outputs that hold the people; removes them when asked to.
fn find_files(workspace: &Workspace, traces: &Traces, remove: bool) -> Result<Vec<FoundFile>, AppError> {
    let mut values = traces.values.unmask(Purpose::Store).clone();
    let numbers: HashSet<String> = traces.people.iter().map(ToString::to_string).collect();
    let mut found = Vec::new();
    if traces.people.is_empty() {
        return Ok(found);
    }
    for (folder, ours) in [("inbox", false), ("out", true)] {
        if ours {
            // Only our own files speak of people by our numbers and tasks.
            values.extend(numbers.iter().cloned());
            values.extend(traces.tasks.iter().cloned());
        }
        let wanted = Wanted { values: &values, names: traces.names.unmask(Purpose::Store) };
        for path in files_below(&workspace.root.join(folder))? {
            let hit = wanted.look(&path, &workspace.rules)?;
            if hit == Hit::Nothing {
                continue;
            }
            let (name_only, unreadable) = (hit == Hit::Name, hit == Hit::Closed);
            let removed = remove && hit == Hit::Value;
            if removed {
                std::fs::remove_file(&path).map_err(|e| failed(&path, &e))?;
            }
            found.push(FoundFile { file: relative(&workspace.root, &path), name_only, unreadable, removed });
        }
    }
    Ok(found)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hit {
    Nothing,
    Name,
    Closed,
    Value,
}

/// What is looked for in files.
struct Wanted<'a> {
    values: &'a HashSet<String>,
    names: &'a HashSet<String>,
}

impl Wanted<'_> {
    /// Looks into a file: packed ones (xlsx, docx, ods) part by part, all as text in every encoding they may have,
    /// spreadsheets also cell by cell, for a number may be stored as one.
    fn look(&self, path: &Path, rules: &Rules) -> Result<Hit, AppError> {
        let bytes = std::fs::read(path).map_err(|e| failed(path, &e))?;
        let mut best = if bytes.starts_with(b"PK") { self.parts(&bytes) } else { self.bytes(&bytes) };
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        if best != Hit::Value && matches!(extension.as_str(), "xls" | "xlsb" | "xlsx" | "xlsm" | "ods" | "et") {
            let sheets = intake::read(path, rules, &Hints::default()).sheets;
            if sheets.is_empty() {
                best = best.max(Hit::Closed);
            }
            for sheet in sheets {
                if let Ok(text) = intake::cells_csv(path, Some(&sheet.sheet), rules, &Hints::default()) {
                    best = best.max(self.text(&text));
                }
            }
        }
        Ok(best)
    }

    fn parts(&self, bytes: &[u8]) -> Hit {
        let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else { return self.bytes(bytes) };
        let mut best = Hit::Nothing;
        for index in 0..archive.len() {
            let Ok(part) = archive.by_index(index) else { continue };
            let mut inflated = Vec::new();
            // What cannot be read to its end is looked through as far as it goes.
            part.take(LONGEST_PART).read_to_end(&mut inflated).ok();
            best = best.max(self.bytes(&inflated));
        }
        best
    }

    fn bytes(&self, bytes: &[u8]) -> Hit {
        let utf16 = |shift: usize| {
            let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(bytes.get(shift..).unwrap_or_default());
            self.text(&text)
        };
        let (plain, _, broken) = encoding_rs::UTF_8.decode(bytes);
        let mut best = self.text(&plain);
        if broken {
            let (chinese, _, _) = encoding_rs::GB18030.decode(bytes);
            best = best.max(self.text(&chinese)).max(utf16(0)).max(utf16(1));
        }
        best
    }

    fn text(&self, text: &str) -> Hit {
        if tokens(text).any(|t| self.values.contains(&t)) {
            return Hit::Value;
        }
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '·');
        if self.names.is_empty() || !words.into_iter().any(|w| self.names.contains(w)) {
            Hit::Nothing
        } else {
            Hit::Name
        }
    }
}

fn json_error(error: &serde_json::Error) -> AppError {
    AppError::Inner { what: "purge", reason: error.to_string() }
}

/// 删除证明_<entry>.docx and .json.
fn certificate(workspace: &Workspace, purged: &Purged) -> Result<Vec<Written>, AppError> {
    let seq = purged.audit.as_ref().map_or(0, |a| a.seq);
    let json = serde_json::to_string_pretty(purged).map_err(|e| json_error(&e))?;
    let mut context = serde_json::to_value(purged).map_err(|e| json_error(&e))?;
    for list in ["removed", "remaining"] {
        for entry in context.get_mut(list).and_then(serde_json::Value::as_array_mut).into_iter().flatten() {
            let table = entry.get("table").and_then(serde_json::Value::as_str).unwrap_or_default().to_string();
            entry["label"] = label_of(&table, &workspace.words).into();
        }
    }
    context["branch"] = workspace.file.branch.clone().into();
    context["date"] = workspace.today.to_string().into();
    context["sha256"] = crate::rules::hex_sha256(json.as_bytes()).into();
    let markdown = workspace.templates.render("purge_certificate.md", &context)?;
    let document = Document::new(workspace.words.get("purge.certificate").to_string(), &markdown);
    let note = || OutNote { purpose: "purge", rows: purged.people.len(), columns: Vec::new(), mask_level: "none" };
    Ok(vec![
        workspace.write_out(&format!("删除证明_{seq}.json"), json.as_bytes(), note())?,
        workspace.write_out(&format!("删除证明_{seq}.docx"), &docx::write(&document, &workspace.words)?, note())?,
    ])
}

/// What people call the records of a table; a table without such a word is shown by its own name.
pub fn label_of(table: &str, words: &Words) -> String {
    let key = format!("stored.{table}");
    if words.has(&key) { words.get(&key).to_string() } else { table.to_string() }
}

/// A list of people, one a line: customer, ID, account or phone numbers, or `P000123`.
pub fn list_of(text: &str) -> Vec<Personal<String>> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|l| !l.is_empty());
    lines.map(|l| Personal::new(l.to_string())).collect()
}

/// Reads a list of people from a file.
///
/// # Errors
/// No such file.
pub fn list_from(path: &Path) -> Result<Vec<Personal<String>>, AppError> {
    Ok(list_of(&std::fs::read_to_string(path).map_err(|e| failed(path, &e))?))
}
