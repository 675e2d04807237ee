//! 00_先看这里.html: written by a cycle, and once more when the plan is changed on the same day. What it tells of other
//! matters is then what the cycle found, as in the other files of the day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::app::contact::follow_up::FollowUp;
use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::freshness;
use crate::app::ledger;
use crate::app::outputs::shown::data_date;
use crate::app::visit::notices;
use crate::app::visit::plan::{self, Plan};
use crate::app::workspace::open::{OutNote, Workspace};
use crate::engagement::report::summary::Report;
use crate::engagement::visit::ranking::Ranking;
use crate::engagement::visit::timeline;
use crate::facts;
use crate::model::Problem;
use crate::output::Written;
use crate::render::books::import::issues::FileLine;
use crate::render::books::start_page::{self, Links, PlanInput, PlanPart, StartPage, StartPageInput};
use crate::render::document::Document;
use crate::render::html;
use crate::store::trust::worked_out::START_PAGE;

/// Its file.
const FILE: &str = "00_先看这里.html";

/// What a cycle has found.
#[derive(Debug, Clone, Copy)]
pub struct Day<'a> {
    pub ranking: &'a Ranking,
    pub plan: &'a Plan,
    pub follow_up: &'a FollowUp,
    pub report: &'a Report,
    pub imported: &'a [FileLine],
    pub problems: &'a [Problem],
}

/// The page as it was written last.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    today: NaiveDate,
    page: StartPage,
    /// Files of the day, relative to the page.
    files: Vec<String>,
}

/// What became of the page when the plan was changed.
#[derive(Debug, Default)]
pub enum Rewritten {
    Written(Written),
    /// No cycle has written one today.
    #[default]
    None,
    /// One was written today by a version that kept it another way: it tells of the plan before the change.
    Left,
}

/// What is kept of the page of a day.
#[derive(Debug)]
enum OfToday {
    Page(Box<Kept>),
    None,
    Unreadable,
}

impl OfToday {
    fn of(kept: &str, today: NaiveDate) -> OfToday {
        /// What every version has kept.
        #[derive(Deserialize)]
        struct Dated {
            today: NaiveDate,
        }
        let of = serde_json::from_str::<Dated>(kept).ok().map(|dated| dated.today);
        match serde_json::from_str::<Kept>(kept) {
            // Of another day it is no matter how it was kept: today's is in another folder.
            _ if of.is_some_and(|of| of != today) => OfToday::None,
            Ok(page) => OfToday::Page(Box::new(page)),
            Err(_) => OfToday::Unreadable,
        }
    }
}

/// The page of a cycle that wrote these files.
///
/// # Errors
/// The file cannot be made or written, or the store not be read.
pub fn write_start_page(
    workspace: &Workspace,
    day: &Day<'_>,
    written: &[Written],
    directory: &Directory,
) -> Result<Written, AppError> {
    let files = beside(workspace, written);
    let stale = freshness::freshness(workspace)?.notice();
    let stale = stale.map(|(key, params)| workspace.words.fill(key, &params));
    let input = StartPageInput {
        stale: stale.as_deref(),
        branch: &workspace.file.branch,
        today: workspace.today,
        data_date: data_date(workspace)?,
        ranking: day.ranking,
        plan: plan_part(workspace, day.plan, directory)?,
        tasks: &day.follow_up.tasks,
        blocked: day.follow_up.blocked.len() as i64,
        unowned: &day.follow_up.unowned,
        report: day.report,
        files: &files,
        imported: day.imported,
        problems: day.problems,
        names: directory.names(),
    };
    let page = start_page::start_page(input, &workspace.words);
    place(workspace, Kept { today: workspace.today, page, files })
}

/// The page of today's cycle with the plan as it is now.
///
/// # Errors
/// As [`write_start_page`].
pub(super) fn rewrite<'w>(
    workspace: &Workspace,
    plan: &Plan,
    written: impl IntoIterator<Item = &'w Written>,
    directory: &Directory,
) -> Result<Rewritten, AppError> {
    let kept = facts::stamp_of(&workspace.store, START_PAGE)?;
    let mut kept = match kept.map_or(OfToday::None, |json| OfToday::of(&json, workspace.today)) {
        OfToday::Page(kept) => *kept,
        OfToday::None => return Ok(Rewritten::None),
        OfToday::Unreadable => return Ok(Rewritten::Left),
    };
    let folder = workspace.root.join(workspace.out_folder());
    kept.files.extend(beside(workspace, written));
    // Packs may have been set aside, calendars removed.
    kept.files.retain(|file| folder.join(file).is_file());
    kept.files.sort();
    kept.files.dedup();
    kept.page.plan = plan_part(workspace, plan, directory)?;
    kept.page.links = Links::to(&kept.files);
    place(workspace, kept).map(Rewritten::Written)
}

/// Paths of files relative to the page, in order.
fn beside<'w>(workspace: &Workspace, written: impl IntoIterator<Item = &'w Written>) -> Vec<String> {
    let folder = workspace.root.join(workspace.out_folder());
    let relative = written.into_iter().filter_map(|w| w.path.strip_prefix(&folder).ok());
    let mut files: Vec<String> = relative.map(|p| p.to_string_lossy().replace('\\', "/")).collect();
    files.sort();
    files
}

/// What the page tells of the plan.
fn plan_part(workspace: &Workspace, plan: &Plan, directory: &Directory) -> Result<PlanPart, AppError> {
    let mut held = ledger::awaiting_call(&workspace.store, workspace.today)?;
    plan::tell_done(workspace, &mut held)?;
    let withdrawn = notices::withdrawn(workspace)?;
    let rules = &workspace.rules.timeline;
    let visits = held.iter().chain(&plan.visits);
    let escalated = timeline::escalated(rules, visits, workspace.today);
    let input = PlanInput {
        today: workspace.today,
        visits: &plan.visits,
        held: &held,
        withdrawn: &withdrawn,
        escalated: &escalated,
        escalate_days: rules.overdue.escalate_days,
        unplanned: &plan.unplanned,
        names: directory.names(),
    };
    Ok(start_page::plan_part(&input, &workspace.words))
}

/// Writes the page, and keeps it for the next change of the plan.
fn place(workspace: &Workspace, kept: Kept) -> Result<Written, AppError> {
    let markdown = workspace.templates.render("start_here.md", &kept.page)?;
    let page = html::write(&Document::new(kept.page.title.clone(), &markdown), &workspace.words);
    let inner = |e: serde_json::Error| AppError::Inner { what: START_PAGE, reason: e.to_string() };
    facts::put_stamp(&workspace.store, START_PAGE, &serde_json::to_string(&kept).map_err(inner)?)?;
    let note = OutNote { purpose: "start", rows: 0, columns: Vec::new(), mask_level: "none" };
    workspace.write_out(FILE, page.as_bytes(), note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_another_version_kept_is_told_of_on_its_day_only() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let of = |json: &str| match OfToday::of(json, today) {
            OfToday::Page(_) => "page",
            OfToday::None => "none",
            OfToday::Unreadable => "unreadable",
        };
        assert_eq!(of(r#"{"today": "2026-03-02", "page": {"another": 1}, "files": []}"#), "unreadable");
        assert_eq!(of(r#"{"today": "2026-03-01", "page": {"another": 1}, "files": []}"#), "none");
        // Nobody knows of which day it is.
        assert_eq!(of("{}"), "unreadable");
    }
}
