use std::path::PathBuf;

use clap::Args;

use crate::app::AppError;
use crate::app::demo as app;
use crate::cli::cycle::show_cycle;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::Param;

/// Make a workspace from the samples and play the cycle at two dates
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder to make (default: demo)
    dir: Option<PathBuf>,
}

pub fn run(args: &DemoArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let dir = args.dir.clone().or_else(|| global.workspace.clone()).unwrap_or_else(|| PathBuf::from("demo"));
    let demo = app::demo(&dir, global.lang())?;
    screen.value(&demo)?;
    for (today, cycle) in &demo.cycles {
        screen.say("demo.day", &[("date", Param::Date(*today))]);
        show_cycle(cycle, screen);
    }
    let page = demo.cycles.last().map(|(_, c)| c.start_page.display().to_string()).unwrap_or_default();
    screen.say("demo.open", &[("file", Param::Text(page))]);
    if let Some(today) = demo.today {
        screen.say("demo.remembers", &[("date", Param::Date(today))]);
    }
    Ok(0)
}
