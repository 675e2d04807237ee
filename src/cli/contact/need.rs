use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::contact::needs as app;
use crate::cli::contact::show::{self, Named};
use crate::cli::done::DoneArgs;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::Param;

/// Keep what a client or an employer wants
#[derive(Debug, Args)]
pub struct NeedArgs {
    #[command(subcommand)]
    command: NeedCommand,
}

#[derive(Debug, Subcommand)]
enum NeedCommand {
    /// Somebody wants something
    Add {
        /// P000123, E00045, a number of the bank's, a name, or the last digits of a phone
        who: String,
        /// What it is
        text: String,
        /// What kind of thing it is
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// Who is in charge
        #[arg(long, value_name = "COLLEAGUE")]
        owner: Option<String>,
        /// By when
        #[arg(long, value_name = "DATE")]
        due: Option<NaiveDate>,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// It was dealt with
    Done {
        /// Number of the need
        need: String,
        #[command(flatten)]
        told: DoneArgs,
    },
}

pub fn run(args: &NeedArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let (taken, dry_run) = match &args.command {
        NeedCommand::Add { who, text, kind, owner, due, dry_run } => {
            let of = match show::named(&workspace, who, screen)? {
                Named::Person(id) => (Some(id), None),
                Named::Employer(id) => (None, Some(id)),
                Named::Unclear => return Ok(1),
            };
            (app::add(&mut workspace, of, (kind.as_deref(), text), owner.as_deref(), *due, *dry_run)?, *dry_run)
        }
        NeedCommand::Done { need, told: DoneArgs { on, note, dry_run } } => {
            (app::done(&mut workspace, need, *on, note.as_deref(), *dry_run)?, *dry_run)
        }
    };
    screen.value(&taken)?;
    let key = match (dry_run, taken.state) {
        (true, _) => "need.tried",
        (false, "done") => "need.done",
        (false, _) => "need.added",
    };
    screen.say(key, &[("need", Param::Text(format!("N{}", taken.need_id)))]);
    Ok(0)
}
