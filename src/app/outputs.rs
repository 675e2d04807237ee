//! The workbooks of the day: values of the use cases, with names as each output may show them, written and recorded.

mod calendars;
mod clients;
mod exports;
mod handover;
mod maintenance;
pub mod packs;
mod plan_files;
mod shown;
mod start_page;

use std::collections::BTreeMap;

use crate::app::contact::follow_up::FollowUp;
use crate::app::contact::returns;
use crate::app::directory::Directory;
use crate::app::error::AppError;
pub use crate::app::outputs::calendars::write_calendars;
pub use crate::app::outputs::clients::write_own_clients;
pub use crate::app::outputs::exports::{filled_worklist, write_exports};
pub use crate::app::outputs::handover::write_handover;
pub use crate::app::outputs::maintenance::write_maintenance;
pub use crate::app::outputs::plan_files::{PlanFiles, catch_up, follow_plan, write_plan_files};
use crate::app::outputs::shown::Showing;
pub use crate::app::outputs::shown::{data_date, remove_unchanged};
pub use crate::app::outputs::start_page::{Day, Rewritten, write_start_page};
use crate::app::reveal;
use crate::app::visit::answers;
use crate::app::visit::notices;
use crate::app::visit::plan::{Plan, pinned};
use crate::app::visit::support;
use crate::app::workspace::leaving::Dispatch;
use crate::app::workspace::open::OutNote;
use crate::app::workspace::open::Workspace;
use crate::engagement::report::summary::Report;
use crate::engagement::report::thresholds;
use crate::engagement::visit::ranking::Ranking;
use crate::model::EmployerId;
use crate::model::imported::PersonalField;
use crate::output::Written;
use crate::render::books::contact::returns as books;
use crate::render::books::contact::tasks::TaskRow;
use crate::render::books::report::dashboard;
use crate::render::books::visit::plan;
use crate::render::books::visit::rank::{self, RankContext};
use crate::render::workbook::{self, Book};
use crate::store::import::people::Person;

fn note(purpose: &'static str, rows: usize) -> OutNote {
    OutNote { purpose, rows, columns: Vec::new(), mask_level: "none" }
}

/// 01_目标单位名单.xlsx.
///
/// # Errors
/// The file cannot be made or written; so for all below.
pub fn write_rank(workspace: &Workspace, ranking: &Ranking) -> Result<Written, AppError> {
    let thresholds = thresholds::of(&workspace.rules);
    let (directory, contacts) = (Directory::load(workspace)?, contacts(workspace, ranking)?);
    let context = RankContext {
        thresholds: &thresholds,
        products: &workspace.products,
        data_date: data_date(workspace)?,
        staff: &directory.staff,
        contacts: &contacts,
    };
    let book = rank::rank_book(ranking, &context, &workspace.words);
    let has: Vec<_> = (!contacts.is_empty()).then_some(("targets", PersonalField::Name)).into_iter().collect();
    let (columns, mask_level) = reveal::columns(&workspace.rules.masking, &has);
    let note = OutNote { columns, mask_level, ..note("rank", ranking.ranked.len()) };
    send(workspace, book, "targets", "01_目标单位名单.xlsx", note)
}

/// Title and name of the employers' contacts as the masking rules let the target list show them.
fn contacts(workspace: &Workspace, ranking: &Ranking) -> Result<BTreeMap<EmployerId, String>, AppError> {
    let levels = workspace.rules.masking.of("targets");
    let mut contacts = BTreeMap::new();
    for id in ranking.ranked.iter().map(|r| r.employer_id) {
        let known = workspace.store.key_person(id, workspace.today)?;
        let person = Person { name: known.name, ..Person::default() };
        let name = reveal::show(Some(&person), &levels).name;
        if !name.is_empty() {
            let title = known.title.unwrap_or_default();
            contacts.insert(id, format!("{title} {name}").trim().to_string());
        }
    }
    Ok(contacts)
}

/// 09_待核定.xlsx, where people filled in something differently; one of an earlier run goes when nothing is left of it.
///
/// # Errors
/// The file cannot be made, written or removed; the store not read.
pub fn write_conflicts(workspace: &Workspace) -> Result<Option<Written>, AppError> {
    let conflicts = returns::conflicts(workspace)?;
    let file = format!("09_{}.xlsx", workspace.words.get("file.conflicts"));
    if conflicts.is_empty() {
        remove_unchanged(workspace, &file)?;
        return Ok(None);
    }
    let book = books::conflicts_book(&conflicts, &workspace.products, &workspace.words);
    send(workspace, book, "conflicts", &file, note("returns", conflicts.len())).map(Some)
}

/// Writes a workbook that comes back, and keeps what it was sent with.
fn send(
    workspace: &Workspace,
    mut book: Book,
    kind: &'static str,
    name: &str,
    note: OutNote,
) -> Result<Written, AppError> {
    let leaving = Dispatch::of(workspace).ready(&mut book, kind, name, &workspace.file.branch);
    let bytes = workbook::write(&book, &workspace.words)?;
    workspace.write_out_recorded(name, &bytes, note, |store| leaving.record(store))
}

/// 02_进企计划表.xlsx.
pub fn write_plan(workspace: &Workspace, planned: &Plan, directory: &Directory) -> Result<Written, AppError> {
    let typed = answers::typed(&workspace.store, workspace.today)?;
    let places = calendars::places(workspace)?;
    let support = support::requests(workspace, &planned.visits)?;
    let withdrawn = notices::withdrawn(workspace)?;
    let pinned = pinned(workspace)?;
    let context = plan::PlanContext {
        today: workspace.today,
        workdays: &workspace.workdays,
        typed: &typed,
        names: directory.names(),
        places: &places,
        pinned: &pinned,
        support: &support,
        assumed: &planned.assumed,
        withdrawn: &withdrawn,
    };
    let book = plan::plan_book(&planned.visits, &planned.unplanned, &context, &workspace.words);
    send(workspace, book, "plan", "02_进企计划表.xlsx", note("plan", planned.visits.len()))
}

/// The first `most` tasks as rows for the terminal.
///
/// # Errors
/// The store cannot be read.
pub fn shown_tasks(
    workspace: &Workspace,
    follow_up: &FollowUp,
    directory: &Directory,
    most: usize,
) -> Result<Vec<TaskRow>, AppError> {
    let first = &follow_up.tasks[..most.min(follow_up.tasks.len())];
    let levels = workspace.rules.masking.of("terminal");
    let showing = Showing::load(workspace, &levels, first.iter().map(|task| task.employee_id))?;
    Ok(first.iter().map(|task| showing.task(task, &workspace.rules, directory)).collect())
}

/// 07_督导看板.xlsx.
pub fn write_report(workspace: &Workspace, report: &Report, directory: &Directory) -> Result<Written, AppError> {
    let thresholds = thresholds::of(&workspace.rules);
    let context = dashboard::DashboardContext {
        thresholds: &thresholds,
        products: &workspace.products,
        top_alerts: workspace.rules.report.screen.top_alerts,
        branch: &workspace.file.branch,
        names: directory.names(),
    };
    let book = dashboard::dashboard_book(report, &context, &workspace.words);
    let bytes = workbook::write(&book, &workspace.words)?;
    workspace.write_out("07_督导看板.xlsx", &bytes, note("report", report.employers as usize))
}
