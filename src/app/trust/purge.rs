//! Removing people for good, by person or by age, with a certificate that says what went and what was looked through.
//!
//! The database goes first, in one transaction that also keeps what is looked for; then the files, the writing anew of
//! the database and the certificate. Each of these can be done once more: a removal that was cut off among them is gone
//! on with at the next opening.

mod certificate;
mod files;
mod outcome;

pub use crate::app::trust::purge::outcome::FoundFile;
pub use crate::app::trust::purge::outcome::Purged;
use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::app::cycle;
use crate::app::error::{AppError, Spec};
use crate::app::trust::purge::certificate::json_error;
pub use crate::app::trust::purge::certificate::label_of;
use crate::app::trust::purge::files::Aged;
pub use crate::app::trust::purge::files::Looking;
use crate::app::workspace::hold::Copying;
use crate::app::workspace::open::Workspace;
use crate::app::workspace::open::failed;
use crate::engagement::removal::{self, Extent};
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, Personal};
use crate::store::StoreError;
use crate::store::trust::audit::{AuditFilter, AuditNote};
use crate::store::trust::purge::{Contact, Removed, Traces};

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

/// A removal as it is asked for.
#[derive(Debug, Clone)]
pub struct Removal {
    pub whose: Whose,
    pub mode: Mode,
    /// Rows somebody has seen would go: needed where that is out of proportion.
    pub rows: Option<i64>,
}

/// Is told which file is being looked into.
pub type Watch<'w> = &'w mut dyn FnMut(&Looking<'_>);

/// A removal on its way: what has to be known to go on with it.
#[derive(Debug, Serialize, Deserialize)]
struct Work {
    purged: Purged,
    remove_files: bool,
    aged: Option<Aged>,
    /// The files were looked through: they stand in `purged`.
    searched: bool,
    /// The last file that was looked into, in their order.
    #[serde(default)]
    up_to: Option<String>,
    /// Nothing is looked for any more.
    forgotten: bool,
}

/// A removal that was cut off and is at its end now.
#[derive(Debug)]
struct Resumed {
    purged: Purged,
    removed_files: bool,
    /// What it looked for, as far as that was still known.
    traces: Traces,
}

/// Removes people's data and proves it.
///
/// # Errors
/// Nobody fits, something of the people would stay, the reports would fail without them, it is out of proportion and
/// nobody has said how many rows it is (then nothing is removed), the database or a file cannot be written.
pub fn purge(workspace: &mut Workspace, wanted: &Removal, watch: Watch<'_>) -> Result<Purged, AppError> {
    let (whose, mode) = (&wanted.whose, wanted.mode);
    // A backup that is being made, or one that was killed, holds the people too.
    let _no_backup = (mode != Mode::Rehearse).then(|| Copying::forbid(&workspace.root)).transpose()?;
    let resumed = go_on(workspace, Some(wanted), watch)?;
    if let Some(resumed) = resumed.filter(|r| mode != Mode::Rehearse && r.was_for(workspace, whose, mode)) {
        return Ok(resumed.purged);
    }
    let (mut work, traces) = remove(workspace, wanted)?;
    if mode == Mode::Rehearse {
        let mut search = files::Search::new(workspace, &traces, work.aged.as_ref())?;
        work.purged.files = search.all(watch)?;
        work.purged.backups = backups(workspace)?;
        return Ok(work.purged);
    }
    finish(workspace, work, &traces, watch)
}

/// Whether a removal that was cut off waits to be gone on with.
///
/// # Errors
/// The database cannot be read.
pub fn waits(workspace: &Workspace) -> Result<bool, AppError> {
    Ok(workspace.is_held() && workspace.store.pending_purge()?.is_some())
}

/// Goes on with a removal that was cut off, if there is one.
///
/// # Errors
/// The database or a file cannot be written; the removal can be gone on with later.
pub fn resume(workspace: &mut Workspace, watch: Watch<'_>) -> Result<(), AppError> {
    go_on(workspace, None, watch).map(|_| ())
}

/// [`resume`]; where the same people's files are asked for now, these go too, as long as it is known whose they are.
fn go_on(workspace: &mut Workspace, wanted: Option<&Removal>, watch: Watch<'_>) -> Result<Option<Resumed>, AppError> {
    let Some((state, traces)) = workspace.store.pending_purge()? else { return Ok(None) };
    let damaged = |_| StoreError::Damaged { what: "purge_work" };
    let mut work: Work = serde_json::from_str(&state).map_err(damaged)?;
    work.purged.resumed = true;
    let mut resumed = Resumed { purged: work.purged.clone(), removed_files: work.remove_files, traces };
    if let Some(wanted) = wanted.filter(|w| w.mode == Mode::DatabaseAndFiles && !work.forgotten) {
        work.remove_files |= resumed.was_for(workspace, &wanted.whose, Mode::Database);
        resumed.removed_files = work.remove_files;
    }
    resumed.purged = finish(workspace, work, &resumed.traces, watch)?;
    Ok(Some(resumed))
}

impl Resumed {
    /// Whether this is the removal that is asked for: nobody would be found for it any more.
    fn was_for(&self, workspace: &Workspace, whose: &Whose, mode: Mode) -> bool {
        let finder = workspace.store.finder_in_files(&self.traces);
        let known = |text: &Personal<String>| {
            let text = text.unmask(Purpose::Store);
            text.parse().is_ok_and(|id| self.purged.people.contains(&id)) || finder.as_ref().is_ok_and(|f| f.is(text))
        };
        match whose {
            Whose::People(texts) => texts.iter().all(known),
            Whose::Before(day) => {
                self.purged.before == Some(*day) && (self.removed_files || mode != Mode::DatabaseAndFiles)
            }
        }
    }
}

/// All that is left to do once the database has let go of the people.
fn finish(workspace: &mut Workspace, mut work: Work, traces: &Traces, watch: Watch<'_>) -> Result<Purged, AppError> {
    let seq = work.purged.audit.as_ref().map_or(0, |a| a.seq);
    if !work.searched {
        let aged = work.aged.clone();
        let mut search = files::Search::new(workspace, traces, aged.as_ref())?;
        if work.up_to.as_deref().is_some_and(|file| !search.skip_to(file)) {
            work.purged.files.clear();
        }
        // Kept from time to time, so that one that is cut off goes on from there.
        while let Some(found) = search.some(watch)? {
            work.purged.files.extend(found);
            work.up_to = search.up_to().map(str::to_string);
            workspace.store.note_purge(seq, &state_of(&work)?)?;
        }
        work.purged.backups = backups(workspace)?;
        work.searched = true;
        workspace.store.note_purge(seq, &state_of(&work)?)?;
    }
    if !work.forgotten {
        if work.remove_files {
            files::remove(workspace, &mut work.purged.files)?;
        }
        work.forgotten = true;
        let state = state_of(&work)?;
        workspace.store.transaction(|store| {
            store.forget_traces()?;
            store.note_purge(seq, &state)
        })?;
    }
    work.purged.compacted = Some(workspace.store.compact(&workspace.root.join("daifa.db"))?);
    if !traces.people.is_empty() || work.purged.contacts > 0 {
        // Once more, in the file as it is now; where it was forgotten before, what the removal itself found holds.
        work.purged.remaining = workspace.store.remaining(traces)?;
    }
    workspace.refresh_facts()?;
    work.purged.written = certificate::write(workspace, &work.purged)?;
    workspace.store.end_purge(seq)?;
    Ok(work.purged)
}

fn state_of(work: &Work) -> Result<String, AppError> {
    serde_json::to_string(work).map_err(|e| json_error(&e))
}

/// A rehearsal goes the whole way and is taken back.
enum Stop {
    Rehearsed(Box<(Work, Traces)>),
    Failed(AppError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Failed(error.into())
    }
}

/// The part in the database, in one transaction: with it the facts are worked out anew and all reports are made once, for
/// what the removal breaks must be seen before it is kept.
fn remove(workspace: &mut Workspace, wanted: &Removal) -> Result<(Work, Traces), AppError> {
    let (whose, mode) = (&wanted.whose, wanted.mode);
    let (people, contacts) = match whose {
        Whose::Before(_) => (BTreeSet::new(), Vec::new()),
        Whose::People(texts) => find_people(workspace, texts)?,
    };
    let done = workspace.transaction(|workspace| {
        let (all_people, all_rows) = workspace.store.people_and_their_rows()?;
        let store = &workspace.store;
        let (traces, removed, aged) = match whose {
            Whose::Before(day) => {
                let (traces, removed, imports) = store.remove_before(*day)?;
                (traces, removed, Some(Aged { before: *day, imports }))
            }
            Whose::People(_) => {
                let traces = store.traces(people, &contacts)?;
                let removed = store.remove_people(&traces)?;
                (traces, removed, None)
            }
        };
        let remaining = store.remaining(&traces)?;
        let left: Vec<String> =
            remaining.iter().filter(|r| !r.stays()).map(|r| format!("{}.{}", r.table, r.column)).collect();
        if !left.is_empty() {
            return Err(Stop::Failed(AppError::PurgeIncomplete { places: left.join(", ") }));
        }
        let rows_where = |keep: &dyn Fn(&Removed) -> bool| removed.iter().filter(|r| keep(r)).map(|r| r.rows).sum();
        let extent = Extent {
            people: traces.people.len() as i64,
            named: aged.is_none(),
            rows: rows_where(&|r| !r.blotted),
            notes: rows_where(&|r| r.blotted),
            all_people,
            all_rows,
        };
        let unusual = removal::unusual(&workspace.rules.purge.unusual, &extent);
        let rows = extent.rows + extent.notes;
        if mode != Mode::Rehearse && !unusual.is_empty() && wanted.rows != Some(rows) {
            return Err(Stop::Failed(AppError::PurgeOutOfProportion { rows, reasons: unusual }));
        }
        reports_work(workspace).map_err(Stop::Failed)?;
        let mut work = Work {
            purged: Purged {
                rehearsal: mode == Mode::Rehearse,
                people: traces.people.iter().copied().collect(),
                contacts: contacts.len(),
                before: aged.as_ref().map(|a| a.before),
                removed,
                unusual,
                remaining,
                compacted: None,
                files: Vec::new(),
                backups: Vec::new(),
                audit: None,
                resumed: false,
                written: Vec::new(),
            },
            remove_files: mode == Mode::DatabaseAndFiles,
            aged,
            searched: false,
            up_to: None,
            forgotten: false,
        };
        if mode == Mode::Rehearse {
            return Err(Stop::Rehearsed(Box::new((work, traces))));
        }
        let store = &workspace.store;
        let audit = store.audit(&note_of(&work.purged).map_err(Stop::Failed)?)?;
        let seq = audit.seq;
        work.purged.audit = Some(audit);
        store.begin_purge(seq, &state_of(&work).map_err(Stop::Failed)?, &traces)?;
        Ok((work, traces))
    });
    match done {
        Ok(done) => Ok(done),
        Err(Stop::Rehearsed(done)) => Ok(*done),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Works the facts out anew, which are kept, and makes every report once, of which nothing is.
fn reports_work(workspace: &mut Workspace) -> Result<(), AppError> {
    let made = match workspace.refresh_facts() {
        Ok(()) => {
            workspace.transaction(|workspace| cycle::stages(workspace).map_err(Made::Failed).and(Err(Made::Whole)))
        }
        Err(error) => Err(Made::Failed(error)),
    };
    match made {
        // Nobody is left of whom anything could be reported.
        Ok(()) | Err(Made::Whole | Made::Failed(AppError::NothingImported)) => Ok(()),
        // Faults of the disk, and of what somebody has written: they are there without any removal.
        Err(Made::Failed(
            error @ (AppError::Store(StoreError::DiskFull | StoreError::DiskFailure | StoreError::Locked)
            | AppError::Rules(_)
            | AppError::Condition(_)
            | AppError::Calendar(_)
            | AppError::Words(_)
            | AppError::Template(_)),
        )) => Err(error),
        Err(Made::Failed(error)) => {
            let Spec { code, params, .. } = error.spec();
            let title = format!("error.{code}.title");
            Err(AppError::PurgeBreaksReports { reason: workspace.words.fill(&title, &params) })
        }
    }
}

/// How the reports came out; what they decided is taken back either way.
enum Made {
    Whole,
    Failed(AppError),
}

impl From<StoreError> for Made {
    fn from(error: StoreError) -> Made {
        Made::Failed(error.into())
    }
}

/// What the audit says of a removal.
fn note_of(purged: &Purged) -> Result<AuditNote, AppError> {
    let contacts = (purged.contacts > 0).then(|| format!("contacts {}", purged.contacts));
    let subject = match purged.before {
        Some(day) => format!("before {day}"),
        None => purged.people.iter().map(ToString::to_string).chain(contacts).collect::<Vec<_>>().join(","),
    };
    let counts = serde_json::to_vec(&purged.removed).map_err(|e| json_error(&e))?;
    Ok(AuditNote {
        action: "purge",
        purpose: if purged.before.is_some() { "age" } else { "person" }.to_string(),
        subject,
        rows: purged.removed.iter().map(|r| r.rows).sum(),
        columns: Vec::new(),
        mask_level: "none",
        sha256: crate::rules::hex_sha256(&counts),
    })
}

/// Every text must fit one person or employers' contacts; the error says how many do not, never what they are.
fn find_people(
    workspace: &Workspace,
    texts: &[Personal<String>],
) -> Result<(BTreeSet<EmployeeId>, Vec<Contact>), AppError> {
    let (mut people, mut contacts) = (BTreeSet::new(), Vec::new());
    let mut unknown = 0;
    for text in texts {
        let found = workspace.store.people_of(text)?;
        let of_employers = workspace.store.contacts_of(text)?;
        // A phone two people share names neither; two numbers of one person do name them.
        let first = found.iter().copied().take(1).collect();
        let same = workspace.store.with_other_numbers(first)?;
        if (found.is_empty() && of_employers.is_empty()) || !found.iter().all(|id| same.contains(id)) {
            unknown += 1;
        }
        people.extend(same);
        contacts.extend(of_employers);
    }
    if unknown > 0 || (people.is_empty() && contacts.is_empty()) {
        return Err(AppError::NobodyFits { unknown, given: texts.len() });
    }
    Ok((people, contacts))
}

/// Backups the audit knows of: they hold what was in the database then. One that was noted and then not placed is none.
fn backups(workspace: &Workspace) -> Result<Vec<String>, AppError> {
    let noted = |action: &str| {
        workspace.store.audit_entries(&AuditFilter { action: Some(action.to_string()), ..AuditFilter::default() })
    };
    let failed: BTreeSet<String> = noted(crate::app::trust::backup::FAILED)?.into_iter().map(|e| e.sha256).collect();
    let made = noted("backup")?.into_iter().filter(|e| !failed.contains(&e.sha256));
    Ok(made.map(|e| format!("{} {} {}", e.at, e.subject, e.sha256)).collect())
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
    Ok(list_of(&crate::files::read_text(path, crate::files::LONGEST_TEXT).map_err(|e| failed(path, &e))?))
}
