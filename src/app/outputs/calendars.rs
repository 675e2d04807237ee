//! 02_日历: a calendar file for every colleague and every outlet.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::outputs::shown::{TOGETHER, remove_unchanged};
use crate::app::recipients::{self, Recipient, colleague_names};
use crate::app::visit::{answers, rank};
use crate::app::workspace::open::{OutNote, Workspace};
use crate::engagement::visit::diary::{self, Reader};
use crate::engagement::visit::planned::Visit;
use crate::model::returns::book::WORKSPACE;
use crate::model::{Param, StaffId};
use crate::output::{self, Prepared, Written};
use crate::render::books::visit::diary::{DiaryContext, event};
use crate::render::books::visit::plan::Places;
use crate::render::calendar;

/// Folder of the calendars inside the day's outputs.
const FOLDER: &str = "02_日历";

/// `02_日历/<姓名>.ics` for every colleague who goes out or has something to do for a visit, `02_日历/团队_<网点>.ics` for every
/// outlet whose people go out; also where all there is to tell is that a day holds no more.
///
/// # Errors
/// A file cannot be written; those before it are.
pub fn write_calendars(workspace: &Workspace, directory: &Directory) -> Result<Vec<Written>, AppError> {
    let histories = histories(workspace)?;
    let places = places(workspace)?;
    // The workspace as its own key signs it: the same after a move or a restore.
    let signed = workspace.store.signer().sign(WORKSPACE);
    let context =
        DiaryContext { names: directory.names(), places: &places, workspace: &signed, words: &workspace.words };
    let outlets = outlets(directory);
    let mut written = Vec::new();
    for part in calendars(workspace, directory, &outlets).chunks(TOGETHER) {
        let mut ready: Vec<(Prepared, OutNote)> = Vec::new();
        for Calendar { file, title, reader } in part {
            let own = if let Reader::Colleague(id) = reader { Some(*id) } else { None };
            let entries = diary::entries(&histories, *reader, workspace.today);
            if entries.is_empty() {
                continue;
            }
            let events: Vec<calendar::Event> = entries.iter().map(|entry| event(entry, own, &context)).collect();
            let bytes = calendar::write(title, workspace.today, &events);
            let path = format!("{}/{FOLDER}/{file}.ics", workspace.out_folder());
            let note = OutNote { purpose: "calendar", rows: events.len(), columns: Vec::new(), mask_level: "none" };
            ready.push((output::prepare(&workspace.root, &path, &bytes)?, note));
        }
        if !ready.is_empty() {
            written.extend(workspace.place_all(ready, |_| Ok(()))?);
        }
    }
    remove_outdated(workspace, &written)?;
    Ok(written)
}

/// Addresses of employers, where they are known.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read.
pub(super) fn places(workspace: &Workspace) -> Result<Places, AppError> {
    let profiles = rank::profiles(workspace)?;
    Ok(profiles.into_iter().filter_map(|p| Some((p.employer_id, p.address?))).collect())
}

/// Visits with their revisions, and what was told of the steps of the one that holds.
fn histories(workspace: &Workspace) -> Result<Vec<Vec<Visit>>, AppError> {
    let mut histories = ledger::histories(&workspace.store, workspace.today)?;
    let mut done = answers::steps_done(&workspace.store, workspace.today)?;
    for visit in histories.iter_mut().filter_map(|history| history.last_mut()) {
        let id = visit.visit_id;
        visit.steps.iter_mut().for_each(|step| step.done = done.remove(&(id, step.key())));
    }
    Ok(histories)
}

/// A file to be made.
struct Calendar<'a> {
    /// Its name without the extension.
    file: String,
    /// What the calendar is called in the program that shows it.
    title: String,
    reader: Reader<'a>,
}

/// Colleagues by outlet.
fn outlets(directory: &Directory) -> BTreeMap<&str, BTreeSet<StaffId>> {
    let mut outlets: BTreeMap<&str, BTreeSet<StaffId>> = BTreeMap::new();
    for (id, (_, outlet)) in directory.staff.iter().filter(|(_, (_, outlet))| !outlet.is_empty()) {
        outlets.entry(outlet).or_default().insert(*id);
    }
    outlets
}

fn calendars<'a>(
    workspace: &Workspace,
    directory: &Directory,
    outlets: &'a BTreeMap<&str, BTreeSet<StaffId>>,
) -> Vec<Calendar<'a>> {
    let team = |outlet: &str| workspace.words.fill("diary.team", &[("outlet", Param::Text(outlet.to_string()))]);
    let colleagues = directory.staff.iter().zip(colleague_names(directory));
    let mut list: Vec<Calendar<'a>> = colleagues
        .map(|((id, (name, _)), file)| Calendar { file, title: name.clone(), reader: Reader::Colleague(*id) })
        .collect();
    list.extend(outlets.iter().map(|(outlet, people)| {
        let title = team(outlet);
        Calendar { file: title.clone(), title, reader: Reader::Outlet(people) }
    }));
    // All together: a colleague may be called as an outlet's calendar is.
    let recipients: Vec<Recipient<'_>> = list.iter().map(|c| Recipient { name: &c.file, identity: &c.file }).collect();
    let names = recipients::file_names(&recipients);
    for (calendar, name) in list.iter_mut().zip(names) {
        calendar.file = name;
    }
    list
}

/// Calendars of an earlier run of the day that nothing is told in now.
fn remove_outdated(workspace: &Workspace, written: &[Written]) -> Result<(), AppError> {
    let folder = workspace.root.join(workspace.out_folder()).join(FOLDER);
    let kept: BTreeSet<OsString> = written.iter().filter_map(|w| Some(w.path.file_name()?.to_os_string())).collect();
    for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if !kept.contains(&name) {
            remove_unchanged(workspace, &format!("{FOLDER}/{}", name.to_string_lossy()))?;
        }
    }
    Ok(())
}
