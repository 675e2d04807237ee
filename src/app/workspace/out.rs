//! Files of the day: written whole, put into the audit, then given their names.

use std::fs::{self, File};
use std::path::Path;

use crate::app::error::AppError;
use crate::app::workspace::edited;
use crate::app::workspace::open::{OutNote, Workspace, failed, relative};
use crate::files::{self, Unfit};
use crate::output::{self, Prepared, Written};
use crate::store::trust::audit::AuditNote;
use crate::store::{Store, StoreError};

impl Workspace {
    /// Does `work` in one transaction; with `dry_run` all it did is taken back, and what it came to is given all the same.
    ///
    /// # Errors
    /// What `work` fails with; then nothing of it is kept.
    pub fn tried<T>(
        &mut self,
        dry_run: bool,
        work: impl FnOnce(&mut Workspace) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let begun = self.store.begin()?;
        let done = work(self);
        if dry_run {
            let undone = AppError::Inner { what: "dry run", reason: String::new() };
            self.store.end::<(), AppError>(begun, Err(undone)).ok();
            return done;
        }
        self.store.end(begun, done)
    }

    /// Writes a file of the day and records it: what it is for, how many rows, what personal data it shows.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_out(&self, name: &str, bytes: &[u8], note: OutNote) -> Result<Written, AppError> {
        let ready = output::prepare(&self.root, &self.subject(name), bytes)?;
        self.place(ready, note)
    }

    /// As [`Workspace::write_out`], for what is too long to be held: `fill` writes it.
    ///
    /// # Errors
    /// The file cannot be written; what `fill` fails with.
    pub fn write_out_with(
        &self,
        name: &str,
        note: OutNote,
        fill: impl FnOnce(&mut File) -> Result<(), AppError>,
    ) -> Result<Written, AppError> {
        let ready = output::prepare_with(&self.root, &self.subject(name), fill)?;
        self.place(ready, note)
    }

    /// As [`Workspace::write_out`]; with the file its `record` is kept.
    ///
    /// # Errors
    /// The file or the store cannot be written.
    pub fn write_out_recorded(
        &self,
        name: &str,
        bytes: &[u8],
        note: OutNote,
        record: impl FnOnce(&Store) -> Result<(), StoreError>,
    ) -> Result<Written, AppError> {
        let ready = output::prepare(&self.root, &self.subject(name), bytes)?;
        let mut placed = self.place_all(vec![(ready, note)], record)?;
        placed.pop().ok_or_else(|| AppError::Inner { what: "file", reason: "not placed".into() })
    }

    fn place(&self, ready: Prepared, note: OutNote) -> Result<Written, AppError> {
        let mut placed = self.place_all(vec![(ready, note)], |_| Ok(()))?;
        placed.pop().ok_or_else(|| AppError::Inner { what: "file", reason: "not placed".into() })
    }

    /// Records files that are ready, and with them what `record` records, then gives each its name.
    ///
    /// # Errors
    /// One cannot be given its name, which is recorded; the store cannot be written.
    pub fn place_all(
        &self,
        ready: Vec<(Prepared, OutNote)>,
        record: impl FnOnce(&Store) -> Result<(), StoreError>,
    ) -> Result<Vec<Written>, AppError> {
        for (ready, _) in &ready {
            self.keep_edited(ready.relative(), ready.sha256())?;
        }
        let mut entries: Vec<AuditNote> = ready.iter().map(|(ready, note)| self.entry(ready, note)).collect();
        // Noted first: a file with somebody's data never lies there unknown to the audit, wherever the run is cut off.
        let begun = self.store.begin()?;
        let noted = entries.iter().try_for_each(|entry| self.store.audit(entry).map(|_| ()));
        self.store.end(begun, noted.and_then(|()| record(&self.store)))?;
        let mut written = Vec::with_capacity(ready.len());
        for (next, _) in ready {
            match next.place() {
                Ok(file) => written.push(file),
                Err(error) => {
                    // None of those behind it will be there either.
                    for entry in &mut entries[written.len()..] {
                        entry.action = "export_failed";
                        self.store.audit(entry)?;
                    }
                    return Err(AppError::Output(error));
                }
            }
        }
        Ok(written)
    }

    /// Moves a folder of outputs out of the way: into the folder `below` beside it, under its own
    /// name or one with a number, and records it. Tells where it lies now, relative to the workspace.
    ///
    /// # Errors
    /// A file in it is held open by another program; the store cannot be written.
    pub fn set_aside(&self, folder: &Path, below: &str, purpose: &str) -> Result<String, AppError> {
        let io = |e: std::io::Error| failed(folder, &e);
        let beside = folder.with_file_name(below);
        files::make_folder(&self.root, &beside).map_err(io)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let numbered = |n: usize| if n == 1 { name.clone() } else { format!("{name}({n})") };
        let free = (1..).map(|n| beside.join(numbered(n))).find(|path| path.symlink_metadata().is_err());
        let target = free.unwrap_or_else(|| beside.join(&name));
        let subject = relative(&self.root, &target);
        let mut entry = AuditNote {
            action: "set_aside",
            purpose: purpose.to_string(),
            subject: subject.clone(),
            rows: files::below(folder).map_err(io)?.len() as i64,
            columns: Vec::new(),
            mask_level: "none",
            sha256: String::new(),
        };
        // Noted first, as what is written.
        self.store.audit(&entry)?;
        if let Err(error) = fs::rename(folder, &target) {
            entry.action = "set_aside_failed";
            self.store.audit(&entry)?;
            return Err(io(error));
        }
        Ok(subject)
    }

    fn entry(&self, ready: &Prepared, note: &OutNote) -> AuditNote {
        AuditNote {
            action: "export",
            purpose: note.purpose.to_string(),
            subject: ready.relative().to_string(),
            rows: note.rows as i64,
            columns: note.columns.clone(),
            mask_level: note.mask_level,
            sha256: ready.sha256().to_string(),
        }
    }

    /// A file of the day, relative to the workspace.
    fn subject(&self, name: &str) -> String {
        format!("{}/{name}", self.out_folder())
    }

    /// A file of the day that somebody has typed into since it was written is kept under a name of its own.
    fn keep_edited(&self, subject: &str, sha256: &str) -> Result<(), AppError> {
        let path = self.root.join(subject);
        let there = files::open_own(&path).and_then(files::sha256);
        let ours = match there {
            Ok((_, there)) => there == sha256 || self.store.was_exported(subject, &there)?,
            // A link, a pipe or the like is not ours to write over or to read; a folder is told when the file gets its name.
            Err(error) => Unfit::of(&error).is_none() || path.symlink_metadata().is_ok_and(|m| m.is_dir()),
        };
        if ours {
            return Ok(());
        }
        let kept = edited::free_name(&path, &self.words);
        fs::rename(&path, &kept).map_err(|e| failed(&path, &e))
    }
}
