use clap::Args;

use crate::app::AppError;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::outputs::packs as app;
use crate::cli::global::Global;
use crate::cli::progress::CountBar;
use crate::cli::screen::Screen;
use crate::cli::visit::plan::{caught_up, told_doubts, told_void};

/// Make the documents of a visit: plan, duties, questionnaire, scripts
#[derive(Debug, Args)]
pub struct PackArgs {
    /// Employer: number or name
    #[arg(required_unless_present = "all")]
    employer: Option<String>,
    /// All visits still to come
    #[arg(long, conflicts_with = "employer")]
    all: bool,
}

pub fn run(args: &PackArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    screen.stale(freshness::freshness(&workspace)?);
    let mut bar = CountBar::new(screen, "packs");
    let packed = app::pack(&mut workspace, args.employer.as_deref(), &mut |done, all| bar.see(done, all))?;
    bar.end();
    screen.value(&packed.written.iter().map(|w| w.path.display().to_string()).collect::<Vec<_>>())?;
    for file in &packed.written {
        screen.wrote(file);
    }
    told_void(&packed.void, screen);
    told_doubts(&packed.doubts, screen);
    if packed.written.is_empty() {
        screen.say("pack.none", &[]);
    }
    caught_up(outputs::catch_up(&mut workspace, &packed)?.as_ref(), screen);
    Ok(0)
}
