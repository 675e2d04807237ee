use std::process::Command;

use clap::Args;

use crate::app::AppError;
use crate::app::cycle as app;
use crate::app::freshness;
use crate::app::import::ImportOptions;
use crate::app::import::Outcome;
use crate::app::import::Stopped;
use crate::children::without_secrets;
use crate::cli::global::Global;
use crate::cli::import::show_import;
use crate::cli::progress::Watch;
use crate::cli::screen::Screen;
use crate::cli::visit::plan::{told_doubts, told_void};
use crate::model::{Fen, Param};

/// Import what is new in inbox/, run every stage, write the day's files
#[derive(Debug, Args)]
pub struct CycleArgs {
    /// Take the good rows of files that have errors
    #[arg(long)]
    accept_valid_rows: bool,
    /// Open the start page when done
    #[arg(long)]
    open: bool,
}

pub fn run(args: &CycleArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let options = ImportOptions { accept_valid_rows: args.accept_valid_rows, ..ImportOptions::default() };
    let watch = Watch::new(screen);
    let ended = app::cycle_watched(&mut workspace, &options, &mut |p| watch.see(p));
    drop(watch);
    let cycle = match ended {
        Ok(cycle) => cycle,
        Err(Stopped { report, error }) => {
            if !report.is_empty() {
                screen.value(&serde_json::json!({ "import": report }))?;
                show_import(&report, screen, true);
            }
            return Err(error);
        }
    };
    let freshness = freshness::freshness(&workspace)?;
    screen.stale(freshness);
    screen.value(&cycle)?;
    show_cycle(&cycle, screen);
    for (key, files) in [("cycle.stayed", &cycle.stayed), ("cycle.not_moved", &cycle.not_moved)] {
        if !files.is_empty() {
            screen.say(key, &[("files", Param::Text(files.join(screen.words.get("match.and"))))]);
        }
    }
    screen.say("cycle.open", &[("file", Param::Text(cycle.start_page.display().to_string()))]);
    if args.open {
        open(&cycle.start_page);
    }
    Ok(i32::from(cycle.import.count(Outcome::Refused) > 0 || freshness.is_stale()))
}

/// A line per stage.
pub fn show_cycle(cycle: &app::Cycle, screen: &Screen) {
    let Some(stages) = &cycle.stages else {
        return screen.say("cycle.unchanged", &[("files", Param::Count(cycle.files.len() as i64))]);
    };
    show_import(&cycle.import, screen, false);
    let count = |n: usize| Param::Count(n as i64);
    let targets: Vec<_> = stages.ranking.ranked.iter().filter(|r| r.target).collect();
    let uplift = Param::Money { fen: targets.iter().map(|r| r.uplift_fen).sum::<Fen>() };
    screen.say("cycle.rank", &[("targets", count(targets.len())), ("uplift", uplift)]);
    let (planned, unplanned) = (count(stages.plan.visits.len()), count(stages.plan.unplanned.len()));
    screen.say("cycle.plan", &[("visits", planned), ("unplanned", unplanned)]);
    let told_anew: Vec<String> =
        stages.plan.changed.iter().filter_map(|c| c.visit_id).map(|id| id.to_string()).collect();
    if !told_anew.is_empty() {
        screen.say_wrapped("cycle.told_anew", &[("visits", Param::Text(told_anew.join(" ")))]);
    }
    let totals = &stages.track.totals;
    let rates = [("cycle.track", totals.retention), ("cycle.track_period", totals.period_retention)];
    if let Some((key, rate)) = rates.into_iter().find_map(|(key, rate)| Some((key, rate?))) {
        let params = [
            ("rate", Param::Share { share: rate }),
            ("gained", Param::Count(totals.gained)),
            ("lost", Param::Count(totals.lost)),
        ];
        screen.say(key, &params);
    }
    let waiting = stages.follow_up.blocked.iter().filter(|b| b.by == "consent_missing").count();
    screen.say("cycle.followup", &[("tasks", count(stages.follow_up.tasks.len())), ("waiting", count(waiting))]);
    told_void(&cycle.void, screen);
    told_doubts(&cycle.doubts, screen);
    screen.say("cycle.files", &[("files", count(cycle.files.len())), ("alerts", count(stages.report.alerts.len()))]);
}

/// Opens a file with whatever the desktop uses; failing that, the path has been printed.
fn open(path: &std::path::Path) {
    let mut command = if cfg!(windows) {
        let mut start = Command::new("cmd");
        start.args(["/C", "start", ""]);
        start
    } else {
        Command::new(if cfg!(target_os = "macos") { "open" } else { "xdg-open" })
    };
    drop(without_secrets(&mut command).arg(path).spawn());
}
