use clap::Args;

use crate::app::AppError;
use crate::app::contact::handover as app;
use crate::app::directory::Directory;
use crate::app::outputs;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::Param;

/// Hand a colleague's clients over to another one
#[derive(Debug, Args)]
pub struct HandoverArgs {
    /// Who gives his clients away: name or number
    from: String,
    /// Who takes them
    to: String,
    /// Show what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: &HandoverArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let made = app::handover(&mut workspace, &args.from, &args.to, args.dry_run)?;
    screen.value(&made)?;
    let count = |n: usize| Param::Count(n as i64);
    let params = [
        ("from", Param::Text(made.from_name.clone())),
        ("to", Param::Text(made.to_name.clone())),
        ("clients", count(made.clients.len())),
        ("promises", count(made.promises.len())),
        ("needs", count(made.needs.len())),
        ("maturities", count(made.maturities.len())),
        ("blocked", count(made.blocked.len())),
    ];
    screen.say_wrapped(if args.dry_run { "handover.tried" } else { "handover.done" }, &params);
    if !args.dry_run {
        let directory = Directory::load(&workspace)?;
        screen.wrote(&outputs::write_handover(&workspace, &made, &directory)?);
    }
    Ok(0)
}
