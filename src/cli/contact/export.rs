use clap::Args;

use crate::app::AppError;
use crate::app::cycle;
use crate::app::directory::Directory;
use crate::app::freshness;
use crate::app::outputs;
use crate::cli::global::Global;
use crate::cli::progress::WriteBar;
use crate::cli::screen::Screen;

/// Write a workbook per outlet and per relationship manager, with drop-downs
#[derive(Debug, Args)]
pub struct ExportArgs {}

pub fn run(_args: &ExportArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    screen.stale(freshness::require(&workspace)?);
    let stages = cycle::stages(&mut workspace)?;
    let directory = Directory::load(&workspace)?;
    let written = {
        let mut bar = WriteBar::new(screen, "export.progress");
        let mut watch = |done: usize, all: usize| bar.see(done as u64, all as u64);
        let (track, report, follow_up) = (&stages.track, &stages.report, &stages.follow_up);
        let mut written = outputs::write_exports(&workspace, track, report, follow_up, &directory, &mut watch)?;
        written.extend(outputs::write_own_clients(&workspace, follow_up, &directory, &mut watch)?);
        written
    };
    screen.value(&written.iter().map(|w| w.path.display().to_string()).collect::<Vec<_>>())?;
    for file in &written {
        screen.wrote(file);
    }
    Ok(0)
}
