use clap::Args;

use crate::app::AppError;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::visit::pack::{self as app, Packed};
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::cli::visit::plan::{told_void, wrote};

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
    let Packed { written, void } = app::pack(&mut workspace, args.employer.as_deref())?;
    screen.value(&written.iter().map(|w| w.path.display().to_string()).collect::<Vec<_>>())?;
    for file in &written {
        screen.wrote(file);
    }
    told_void(&void, screen);
    if written.is_empty() {
        screen.say("pack.none", &[]);
    }
    wrote(&outputs::catch_up(&mut workspace)?, screen);
    Ok(0)
}
