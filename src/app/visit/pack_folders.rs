//! Where the packs of visits lie (`out/<day>/03_进企资料包/<day of the visit>_<employer>/`), and which of them hold no more.
//! Those of a day that a visit was moved from, or on which it was cancelled, are never removed: people may have typed into
//! them. Today's are set aside; those of earlier days, to which the start pages of those days lead, say so where they lie.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::recipients::{self, Recipient};
use crate::app::workspace::open::{OutNote, Workspace, relative};
use crate::files;
use crate::model::status::VisitStatus;
use crate::model::{EmployerId, Param};
use crate::output;
use crate::render::document::Document;
use crate::render::html;
use crate::render::words::Words;

/// Folder of the packs inside the day's outputs.
pub const FOLDER: &str = "03_进企资料包";
/// Folder inside it for those of the same day that hold no more.
pub const VOID: &str = "已作废";
/// File in a pack of an earlier day that says what has become of the visit, which may stand again; before all others by its
/// name.
const NOTE: &str = "00_资料包说明.html";

/// What has become of an employer's visit on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is on that day, or was held then.
    Stands,
    MovedTo(NaiveDate),
    Cancelled,
}

/// What became of packs that hold no more, or again.
#[derive(Debug, Clone, Default)]
pub struct Void {
    /// Where those of today lie now, relative to the workspace.
    pub moved: Vec<String>,
    /// Folders of earlier days that say it since now, relative to the workspace.
    pub marked: Vec<String>,
    /// Folders of earlier days that had said it, and whose visits stand again; relative to the workspace.
    pub standing: Vec<String>,
}

/// Packs of all employers by the names of their folders.
#[derive(Debug)]
pub struct PackFolders {
    /// A part of a folder's name for every employer, whether visited or not, so that it stays what it is.
    names: BTreeMap<EmployerId, String>,
    employers: BTreeMap<String, EmployerId>,
    /// Days an employer's visits were ever on.
    days: BTreeMap<(EmployerId, NaiveDate), Fate>,
}

impl PackFolders {
    /// # Errors
    /// The store cannot be read.
    pub fn load(workspace: &Workspace) -> Result<PackFolders, AppError> {
        let names = names(workspace)?;
        let mut days = BTreeMap::new();
        for history in ledger::histories(&workspace.store, workspace.today)? {
            let Some(now) = history.last() else { continue };
            for visit in &history {
                let fate = match now.status {
                    VisitStatus::Moved | VisitStatus::Declined => Fate::Cancelled,
                    _ if visit.date == now.date => Fate::Stands,
                    _ => Fate::MovedTo(now.date),
                };
                // Of several visits on a day the one that stands counts, else the last.
                let known = days.entry((visit.employer_id, visit.date)).or_insert(fate);
                if *known != Fate::Stands {
                    *known = fate;
                }
            }
        }
        let employers = names.iter().map(|(id, name)| (name.clone(), *id)).collect();
        Ok(PackFolders { names, employers, days })
    }

    /// What the folder of an employer's visit on a day is called.
    pub fn name(&self, employer: EmployerId, day: NaiveDate) -> String {
        format!("{day}_{}", self.names.get(&employer).map_or("_", String::as_str))
    }

    /// The employer of a folder, and the day of the visit; `None` when it is none of ours.
    fn visit_of(&self, folder: &str) -> Option<(EmployerId, NaiveDate)> {
        let (day, name) = folder.split_once('_')?;
        Some((*self.employers.get(name)?, day.parse().ok()?))
    }

    /// The day a folder is of, and what has become of the visit; `None` when it is of no visit.
    fn fate(&self, folder: &str) -> Option<(NaiveDate, Fate)> {
        let visit = self.visit_of(folder)?;
        Some((visit.1, *self.days.get(&visit)?))
    }

    /// Whether the visit a folder is of was moved to another day since, or cancelled.
    fn is_void(&self, folder: &str) -> bool {
        self.fate(folder).is_some_and(|(_, fate)| fate != Fate::Stands)
    }

    /// The same of a file in such a folder, whose path goes on from the day's outputs.
    pub fn is_of_void(&self, file: &str) -> bool {
        file.strip_prefix(FOLDER).is_some_and(|rest| rest.split('/').any(|part| self.is_void(part)))
    }
}

fn names(workspace: &Workspace) -> Result<BTreeMap<EmployerId, String>, AppError> {
    let employers = workspace.store.employers()?;
    let identities: Vec<String> = employers.iter().map(|(id, name)| format!("{id} {name}")).collect();
    let all: Vec<Recipient<'_>> =
        employers.iter().zip(&identities).map(|((_, name), identity)| Recipient { name, identity }).collect();
    Ok(employers.iter().map(|(id, _)| *id).zip(recipients::file_names(&all)).collect())
}

/// Employers of whom a pack was made up to today; one that was set aside counts too.
pub fn packed(workspace: &Workspace, folders: &PackFolders) -> BTreeSet<EmployerId> {
    let all = written(workspace).into_iter().flat_map(|day| {
        let void = folders_in(&day.join(VOID));
        folders_in(&day).into_iter().chain(void)
    });
    // A number may follow a name that was set aside.
    let of = |name: String| {
        let plain = name.rsplit_once('(').map_or(name.as_str(), |(plain, _)| plain).to_string();
        folders.visit_of(&name).or_else(|| folders.visit_of(&plain))
    };
    all.filter_map(of).map(|(employer, _)| employer).collect()
}

/// Sets aside the packs of today that hold no more, and says so in those of earlier days.
///
/// # Errors
/// A file in one of today's is held open by another program; a file or the store cannot be written.
pub fn set_aside(workspace: &Workspace) -> Result<Void, AppError> {
    let folders = PackFolders::load(workspace)?;
    let today = workspace.root.join(workspace.out_folder()).join(FOLDER);
    let mut void = Void::default();
    for day in written(workspace) {
        for name in folders_in(&day) {
            let folder = day.join(&name);
            match folders.fate(&name) {
                None => {}
                Some((date, Fate::Stands)) => {
                    let told = folder.join(NOTE).exists() && mark(workspace, &folder, date, Fate::Stands)?;
                    void.standing.extend(told.then(|| relative(&workspace.root, &folder)));
                }
                Some(_) if day == today => void.moved.push(workspace.set_aside(&folder, VOID, "pack")?),
                Some((date, fate)) => {
                    let told = mark(workspace, &folder, date, fate)?;
                    void.marked.extend(told.then(|| relative(&workspace.root, &folder)));
                }
            }
        }
    }
    Ok(void)
}

/// Says in the folder of a pack what has become of the visit on its day; tells whether it did not say so before.
fn mark(workspace: &Workspace, folder: &Path, day: NaiveDate, fate: Fate) -> Result<bool, AppError> {
    let path = folder.join(NOTE);
    let text = note(&workspace.words, day, fate);
    if files::read_own_text(&path, files::LONGEST_TEXT).is_ok_and(|there| there == text) {
        return Ok(false);
    }
    let ready = output::prepare(&workspace.root, &relative(&workspace.root, &path), text.as_bytes())?;
    let note = OutNote { purpose: "pack", rows: 0, columns: Vec::new(), mask_level: "none" };
    workspace.place_all(vec![(ready, note)], |_| Ok(()))?;
    Ok(true)
}

/// What has become of a visit, as a page.
fn note(words: &Words, day: NaiveDate, fate: Fate) -> String {
    let date = ("date", Param::Date(day));
    let said = match fate {
        Fate::Stands => words.fill("void_pack.stands", &[date]),
        Fate::MovedTo(now) => words.fill("void_pack.moved", &[date, ("now", Param::Date(now))]),
        Fate::Cancelled => words.fill("void_pack.cancelled", &[date]),
    };
    let title = words.get("void_pack.title");
    let text = format!("# {title}\n\n{said}\n\n{}\n", words.get("void_pack.kept"));
    html::write(&Document::new(title, &text), words)
}

/// The folders of packs of the days up to today: what was written for days ahead knows more than today does.
fn written(workspace: &Workspace) -> Vec<PathBuf> {
    let out = workspace.root.join("out");
    let until = |name: &String| name.parse::<NaiveDate>().is_ok_and(|day| day <= workspace.today);
    folders_in(&out).into_iter().filter(until).map(|day| out.join(day).join(FOLDER)).collect()
}

/// Names of the folders in a folder, in order; links are none.
fn folders_in(folder: &Path) -> Vec<String> {
    if folder.is_symlink() {
        return Vec::new();
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;

    fn folders() -> PackFolders {
        let names = BTreeMap::from([(EmployerId(1), "甲厂".to_string()), (EmployerId(2), "乙_厂".to_string())]);
        let moved = Fate::MovedTo(date("2026-03-24"));
        let days = [(1, "2026-03-17", moved), (1, "2026-03-24", Fate::Stands), (2, "2026-03-17", Fate::Cancelled)];
        PackFolders {
            employers: names.iter().map(|(id, name)| (name.clone(), *id)).collect(),
            names,
            days: days.into_iter().map(|(id, day, fate)| ((EmployerId(id), date(day)), fate)).collect(),
        }
    }

    #[test]
    fn a_pack_holds_as_long_as_its_visit_is_on_its_day() {
        let folders = folders();
        assert!(folders.is_void("2026-03-17_甲厂") && folders.is_void("2026-03-17_乙_厂"));
        assert!(!folders.is_void("2026-03-24_甲厂"));
        let (was, now) = (date("2026-03-17"), date("2026-03-24"));
        assert_eq!(folders.fate("2026-03-17_甲厂"), Some((was, Fate::MovedTo(now))));
        assert_eq!(folders.fate("2026-03-17_乙_厂"), Some((was, Fate::Cancelled)));
        // A day it never was on, an employer nobody knows, folders of somebody's own.
        for other in ["2026-03-18_甲厂", "2026-03-17_丙厂", "已作废", "甲厂", "三月_甲厂", "2026-03-17"] {
            assert!(!folders.is_void(other), "{other}");
        }
        assert_eq!(folders.name(EmployerId(2), date("2026-03-17")), "2026-03-17_乙_厂");
    }

    #[test]
    fn a_file_is_of_such_a_pack_by_its_folder() {
        let folders = folders();
        assert!(folders.is_of_void("03_进企资料包/2026-03-17_甲厂/人员分工表.xlsx"));
        assert!(!folders.is_of_void("03_进企资料包/2026-03-24_甲厂/人员分工表.xlsx"));
        assert!(!folders.is_of_void("05_每日工作清单/2026-03-17_甲厂"));
    }
}
