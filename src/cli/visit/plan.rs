use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{ArgGroup, Args, Subcommand};
use serde_json::json;

use crate::app::AppError;
use crate::app::directory::Directory;
use crate::app::freshness;
use crate::app::outputs::{self, PlanFiles, Rewritten};
use crate::app::scripts::Doubt;
use crate::app::visit::change::by_hand::{self, AGAINST_RULES, Changes};
use crate::app::visit::change::undo::{self, Undone};
use crate::app::visit::change::yielding::MADE_ROOM;
use crate::app::visit::change::{self, Changed};
use crate::app::visit::diff;
use crate::app::visit::pack_folders::Void;
use crate::app::visit::plan as app;
use crate::app::visit::solvers;
use crate::app::visit::support;
use crate::app::workspace::open::Workspace;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::status::VisitStatus;
use crate::model::{Fen, Param, Reason};
use crate::render::books::visit::changed::{changed_table, changed_titles};
use crate::render::books::visit::plan as books;

/// Reasons that are told whenever somebody changes a visit: what it lacks.
const LACKS: [&str; 4] = ["team_smaller", "team_reduced", "share_exceeded", "round_dropped"];

/// Propose dates, teams and dated steps for the targets of the ranking
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct PlanArgs {
    #[command(subcommand)]
    command: Option<PlanCommand>,
    /// Write what would be optimised, for another solver, and plan nothing
    #[arg(long, value_name = "FILE", conflicts_with = "solution")]
    problem: Option<PathBuf>,
    /// Check the plan of another solver, and plan nothing
    #[arg(long, value_name = "FILE")]
    solution: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum PlanCommand {
    /// List the visits still to come
    Show,
    /// What a plan made anew would change of open offers
    Diff {
        /// Change them so
        #[arg(long)]
        apply: bool,
    },
    #[command(flatten)]
    Change(Change),
}

// No doc comment: it would be taken for what `plan` does.
#[derive(Debug, Subcommand)]
enum Change {
    /// Add a visit for an employer that is not planned
    Add {
        /// Employer
        employer: String,
        /// The day; the best free one unless given
        #[arg(long)]
        date: Option<NaiveDate>,
        /// People expected
        #[arg(long, value_name = "HEADS", value_parser = clap::value_parser!(i64).range(1..=100_000))]
        attendance: Option<i64>,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Change team, times, topic, place or attendance
    Set(SetArgs),
    /// The employer agreed to the proposed date, or to another
    Confirm {
        /// Visit (V0001) or employer
        visit: String,
        /// The date agreed on
        #[arg(long)]
        date: Option<NaiveDate>,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Propose another date
    Move {
        /// Visit (V0001) or employer
        visit: String,
        /// The new date
        #[arg(long)]
        date: NaiveDate,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Keep a visit as it stands
    Pin {
        /// Visit (V0001) or employer
        visit: String,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The employer declined
    Cancel {
        /// Visit (V0001) or employer
        visit: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Until when nobody asks again
        #[arg(long, value_name = "DATE")]
        until: Option<NaiveDate>,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The employer agrees after all
    Reopen {
        /// Visit (V0001) or employer
        visit: String,
        /// The new day; the one it had unless given
        #[arg(long)]
        date: Option<NaiveDate>,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Take back the last change
    Undo {
        /// Visit (V0001) or employer
        visit: String,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// What of a visit is to be another way
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).multiple(true).args(
    ["team", "lead", "start", "end", "topic", "place", "attendance"],
)))]
struct SetArgs {
    /// Visit (V0001) or employer
    visit: String,
    /// Who goes, by name or number, with commas
    #[arg(long, value_name = "COLLEAGUES", conflicts_with = "lead")]
    team: Option<String>,
    /// Another lead
    #[arg(long, value_name = "COLLEAGUE")]
    lead: Option<String>,
    /// Beginning
    #[arg(long, value_name = "TIME")]
    start: Option<String>,
    /// End
    #[arg(long, value_name = "TIME")]
    end: Option<String>,
    /// Topic by title or key
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    /// Where it is held
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    /// People expected
    #[arg(long, value_name = "HEADS", value_parser = clap::value_parser!(i64).range(1..=100_000))]
    attendance: Option<i64>,
    /// Show what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl SetArgs {
    fn changes(&self) -> Changes {
        // People type the commas of their language.
        let names = |list: &String| list.split([',', '，', '、']).map(|name| name.trim().to_string()).collect();
        Changes {
            team: self.team.as_ref().map(names),
            lead: self.lead.clone(),
            start: self.start.clone(),
            end: self.end.clone(),
            topic: self.topic.clone(),
            place: self.place.clone(),
            attendance: self.attendance,
        }
    }
}

impl Change {
    fn dry_run(&self) -> bool {
        match self {
            Change::Set(SetArgs { dry_run, .. })
            | Change::Add { dry_run, .. }
            | Change::Confirm { dry_run, .. }
            | Change::Move { dry_run, .. }
            | Change::Pin { dry_run, .. }
            | Change::Cancel { dry_run, .. }
            | Change::Reopen { dry_run, .. }
            | Change::Undo { dry_run, .. } => *dry_run,
        }
    }

    /// Makes the change, and tells how the visit stood.
    fn make(&self, workspace: &mut Workspace) -> Result<Made, AppError> {
        let all = app::all(workspace)?;
        let mut undone = None;
        let Changed { visit, given_back } = match self {
            Change::Add { employer, date, attendance, .. } => {
                Changed::alone(by_hand::add(workspace, employer, *date, *attendance)?)
            }
            Change::Set(set) => Changed::alone(by_hand::set(workspace, &set.visit, &set.changes())?),
            Change::Confirm { visit, date, .. } => change::confirm(workspace, visit, *date)?,
            Change::Move { visit, date, .. } => change::move_to(workspace, visit, *date)?,
            Change::Pin { visit, .. } => Changed::alone(by_hand::pin(workspace, visit)?),
            Change::Cancel { visit, reason, until, .. } => change::cancel(workspace, visit, reason.clone(), *until)?,
            Change::Reopen { visit, date, .. } => Changed::alone(undo::reopen(workspace, visit, *date)?),
            Change::Undo { visit, .. } => {
                let done = undo::undo(workspace, visit)?;
                let changed = Changed { visit: done.visit.clone(), given_back: done.given_back.clone() };
                undone = Some(done);
                changed
            }
        };
        let before = all.into_iter().find(|known| known.visit_id == visit.visit_id);
        Ok(Made { before, visit, given_back, undone })
    }
}

/// A visit that was changed.
struct Made {
    /// `None`: it is new.
    before: Option<app::Visit>,
    visit: app::Visit,
    /// Offers that have a day again which they had yielded to it.
    given_back: Vec<app::Visit>,
    /// What became of it when what was said last was taken back.
    undone: Option<Undone>,
}

pub fn run(args: &PlanArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    if let Some(file) = &args.problem {
        return problem(&mut workspace, file, screen);
    }
    if let Some(file) = &args.solution {
        return solution(&mut workspace, file, screen);
    }
    let directory = Directory::load(&workspace)?;
    match &args.command {
        None => {
            screen.stale(freshness::require(&workspace)?);
            let before = app::show(&workspace)?;
            let plan = app::plan(&mut workspace)?;
            let files = outputs::write_plan_files(&mut workspace, &plan, &before)?;
            screen.value(&plan)?;
            let pinned = app::pinned(&workspace)?;
            screen.table(&books::plan_table(&plan.visits, &pinned, &directory.names(), &screen.words));
            screen.table(&books::unplanned_table(&plan.unplanned, &directory.names(), &screen.words));
            for reason in plan.visits.iter().flat_map(|v| &v.reasons).filter(|r| r.rule == app::NOT_WANTED) {
                screen.say_wrapped("plan.note", &[("reason", Param::Text(screen.words.reason(reason)))]);
            }
            if plan.worth.bound_fen.0 > 0 {
                let worth = [
                    ("gain", Param::Money { fen: plan.worth.gain_fen }),
                    ("bound", Param::Money { fen: plan.worth.bound_fen }),
                ];
                screen.say_wrapped("plan.worth", &worth);
            }
            if !plan.changed.is_empty() {
                screen.table(&books::told_anew_table(&plan.changed, &directory.names(), &screen.words));
            }
            let asked = support::requests(&workspace, &plan.visits)?;
            let lacking = books::lacking_table(&asked, &directory.names(), &screen.words);
            if !lacking.rows.is_empty() {
                screen.table(&lacking);
            }
            for reason in &plan.assumed {
                screen.say_wrapped("plan.assumed", &[("reason", Param::Text(screen.words.reason(reason)))]);
            }
            wrote(&files, screen);
        }
        Some(PlanCommand::Diff { apply }) => {
            if *apply {
                screen.stale(freshness::require(&workspace)?);
            }
            let before = app::show(&workspace)?;
            let changes = diff::diff(&mut workspace, *apply)?;
            screen.value(&json!({ "changes": changes }))?;
            screen.table(&books::changes_table(&changes, &directory.names(), &screen.words));
            let to_tell = changes.iter().filter(|c| c.told && c.what != "team").filter_map(|c| c.visit_id);
            let to_tell: Vec<String> = to_tell.map(|id| id.to_string()).collect();
            if !to_tell.is_empty() {
                screen.say_wrapped("plan.tell_employers", &[("visits", Param::Text(to_tell.join(" ")))]);
            }
            if *apply {
                let plan = app::plan(&mut workspace)?;
                wrote(&outputs::write_plan_files(&mut workspace, &plan, &before)?, screen);
            }
        }
        Some(PlanCommand::Show) => {
            screen.stale(freshness::freshness(&workspace)?);
            let visits = app::show(&workspace)?;
            let pinned = app::pinned(&workspace)?;
            screen.value(&json!({ "visits": screen.labelled(&visits)?, "pinned": pinned }))?;
            screen.table(&books::plan_table(&visits, &pinned, &directory.names(), &screen.words));
        }
        Some(PlanCommand::Change(change)) => {
            let dry_run = change.dry_run();
            let before = app::show(&workspace)?;
            let made = workspace.tried(dry_run, |workspace| change.make(workspace))?;
            told(&made, dry_run, &directory, screen)?;
            if !dry_run {
                wrote(&outputs::follow_plan(&mut workspace, &before)?, screen);
            }
        }
    }
    Ok(0)
}

/// Says which files tell of the plan now.
pub fn wrote(files: &PlanFiles, screen: &Screen) {
    screen.wrote_with_folder(&files.plan, "plan.calendars");
    let mut folders: BTreeMap<&Path, i64> = BTreeMap::new();
    for folder in files.packs.iter().filter_map(|file| file.path.parent()) {
        *folders.entry(folder).or_default() += 1;
    }
    for (folder, files) in folders {
        let params = [("folder", Param::Text(folder.display().to_string())), ("files", Param::Count(files))];
        screen.say("plan.packs", &params);
    }
    told_void(&files.void, screen);
    told_doubts(&files.doubts, screen);
    match &files.start {
        Rewritten::Written(file) => screen.wrote(file),
        Rewritten::Left => screen.say_wrapped("plan.page_left", &[]),
        Rewritten::None => {}
    }
}

/// The same of files that an earlier run was to write, and that these make up for.
pub fn caught_up(files: Option<&PlanFiles>, screen: &Screen) {
    if let Some(files) = files {
        screen.say_wrapped("plan.caught_up", &[]);
        wrote(files, screen);
    }
}

/// Says what of the texts of packs is to be looked at before it leaves.
pub fn told_doubts(doubts: &BTreeSet<Doubt>, screen: &Screen) {
    for doubt in doubts {
        let rule = screen.words.get(&format!("script_fault.{}", doubt.rule)).to_string();
        let params = [("file", &doubt.file), ("text", &doubt.text), ("rule", &rule)];
        screen.say_wrapped("pack.doubt", &params.map(|(key, text)| (key, Param::Text(text.clone()))));
    }
}

/// Says what became of the packs of visits that were moved or cancelled, or that stand again.
pub fn told_void(void: &Void, screen: &Screen) {
    let all =
        [("plan.set_aside", &void.moved), ("plan.marked_void", &void.marked), ("plan.stands_again", &void.standing)];
    for (key, folders) in all {
        for folder in folders {
            screen.say(key, &[("folder", Param::Text(folder.clone()))]);
        }
    }
}

/// Writes the instance where another solver reads it.
fn problem(workspace: &mut Workspace, file: &Path, screen: &Screen) -> Result<i32, AppError> {
    let problem = solvers::problem(workspace)?;
    solvers::write_problem(&problem, file)?;
    let counts = [
        ("employers", Param::Count(problem.employers.len() as i64)),
        ("days", Param::Count(problem.days.len() as i64)),
        ("staff", Param::Count(problem.staff.len() as i64)),
        ("file", Param::Text(file.display().to_string())),
    ];
    screen.value(&problem)?;
    screen.say_wrapped("plan.problem", &counts);
    Ok(0)
}

/// Says what another solver's plan is worth and which rules it breaks.
fn solution(workspace: &mut Workspace, file: &Path, screen: &Screen) -> Result<i32, AppError> {
    let checked = solvers::check_solution(workspace, file)?;
    screen.value(&checked)?;
    let worth = [
        ("gain", Param::Money { fen: Fen(checked.levels.gain_fen) }),
        ("bound", Param::Money { fen: checked.bound_fen }),
        ("gap", Param::Share { share: checked.gap }),
    ];
    screen.say_wrapped(if checked.feasible { "plan.feasible" } else { "plan.infeasible" }, &worth);
    if !checked.feasible {
        screen.table(&books::violations_table(&checked.violations, &screen.words));
    }
    Ok(i32::from(!checked.feasible))
}

/// Tells what was changed of a visit, what it lacks, and how it stood where that was taken back.
fn told(made: &Made, dry_run: bool, directory: &Directory, screen: &Screen) -> Result<(), AppError> {
    let Made { before, visit, given_back, undone } = made;
    let mut value = json!({
        "visits": screen.labelled(&[visit])?,
        "before": screen.labelled(before)?,
        "given_back": screen.labelled(given_back)?,
    });
    if let Some(undone) = undone {
        value["was"] = json!(undone.was);
        value["pinned"] = json!(undone.pinned);
        value["days_lost"] = json!(undone.days_lost);
    }
    screen.value(&value)?;
    screen.table(&changed_table(before.as_ref(), visit, &directory.names(), &screen.words));
    let said_before = |reason: &Reason| before.as_ref().is_some_and(|before| before.reasons.contains(reason));
    for reason in &visit.reasons {
        let rule = reason.rule.as_str();
        let news = rule == AGAINST_RULES || MADE_ROOM.contains(&rule);
        if LACKS.contains(&rule) || (news && !said_before(reason)) {
            screen.say_wrapped("plan.note", &[("reason", Param::Text(screen.words.reason(reason)))]);
        }
    }
    if let Some(undone) = undone {
        told_undone(before.as_ref(), undone, dry_run, directory, screen);
    } else if dry_run {
        screen.say("plan.would_change", &[]);
    } else if visit.status == VisitStatus::Declined {
        match visit.declined.as_ref().and_then(|declined| declined.rest_until) {
            Some(until) => screen.say("plan.declined", &[("date", Param::Date(until))]),
            None => screen.say("plan.declined_by_rule", &[]),
        }
    } else {
        screen.say_wrapped("plan.changed", &[]);
    }
    told_given_back(given_back, directory, screen);
    if undone.as_ref().is_some_and(|undone| !undone.pinned) {
        screen.say_wrapped("plan.unpinned", &[]);
    }
    Ok(())
}

/// Tells how a visit stands again: its day where that is another one, else what is another way.
fn told_undone(before: Option<&app::Visit>, undone: &Undone, dry_run: bool, directory: &Directory, screen: &Screen) {
    let Undone { visit, was, pinned, days_lost, .. } = undone;
    let number = || Param::Text(visit.visit_id.to_string());
    if !days_lost.is_empty() {
        let days = Param::List(days_lost.iter().copied().map(Param::Date).collect());
        screen.say_wrapped("plan.days_lost", &[("visit", number()), ("days", days)]);
    }
    let changed = before.map(|before| changed_titles(before, visit, &directory.names(), &screen.words));
    let mut items = changed.unwrap_or_default();
    if was.pinned != *pinned {
        items.push(screen.words.get("plan.pinning").to_string());
    }
    if visit.date == was.date && !items.is_empty() {
        let items = Param::List(items.into_iter().map(Param::Text).collect());
        let key = if dry_run { "plan.would_restore" } else { "plan.restored" };
        return screen.say_wrapped(key, &[("visit", number()), ("items", items)]);
    }
    let word = |status: VisitStatus| Param::Word { word: status.key().to_string() };
    let params = [
        ("visit", number()),
        ("date", Param::Date(visit.date)),
        ("status", word(visit.status)),
        ("was_date", Param::Date(was.date)),
        ("was_status", word(was.status)),
    ];
    screen.say_wrapped(if dry_run { "plan.would_undo" } else { "plan.undone" }, &params);
}

/// Tells which offers have a day again that they had yielded.
fn told_given_back(given_back: &[app::Visit], directory: &Directory, screen: &Screen) {
    for given in given_back {
        let days = std::iter::once(given.date).chain(given.alternatives.iter().copied());
        let params = [
            ("visit", Param::Text(given.visit_id.to_string())),
            ("employer", Param::Text(directory.names().employer(given.employer_id))),
            ("days", Param::List(days.map(Param::Date).collect())),
        ];
        screen.say_wrapped("plan.given_back", &params);
    }
}
