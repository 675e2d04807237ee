use clap::Args;

use crate::app::AppError;
use crate::app::contact::follow_up;
use crate::app::directory::Directory;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::report::dashboard as app;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::books::report::dashboard as books;

/// Write the managers' dashboard
#[derive(Debug, Args)]
pub struct ReportArgs {}

pub fn run(_args: &ReportArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    screen.stale(freshness::freshness(&workspace)?);
    let follow_up = follow_up::follow_up(&mut workspace)?;
    let report = app::report(&mut workspace, &follow_up)?;
    let directory = Directory::load(&workspace)?;
    let written = outputs::write_report(&workspace, &report, &directory)?;
    screen.value(&report)?;
    screen.table(&books::indicators_table(&report, &screen.words));
    for sentence in &report.sentences {
        screen.line(&screen.words.reason(sentence));
    }
    screen.wrote(&written);
    Ok(0)
}
