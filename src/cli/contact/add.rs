use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::contact::telling::{self as app, ContactSaid, ContactTaken, Effect};
use crate::cli::contact::show::{self, Named};
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::Param;

/// Tell of a contact with a client
#[derive(Debug, Args)]
pub struct ContactArgs {
    #[command(subcommand)]
    command: ContactCommand,
}

#[derive(Debug, Subcommand)]
enum ContactCommand {
    /// A contact was made
    Add {
        /// P000123, a number of the bank's, a name, or the last digits of a phone
        who: String,
        /// What came of it, as in the drop-down
        #[arg(long)]
        result: String,
        /// The day; today unless given
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
        /// Channel used
        #[arg(long)]
        channel: Option<String>,
        /// Task it belongs to, where the client has several
        #[arg(long)]
        task: Option<String>,
        /// Product the client asked about
        #[arg(long)]
        product: Option<String>,
        /// Its amount in yuan
        #[arg(long, value_name = "YUAN")]
        amount_yuan: Option<String>,
        /// Next contact agreed upon
        #[arg(long, value_name = "DATE")]
        next: Option<NaiveDate>,
        /// What else was said
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// Show what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

pub fn run(args: &ContactArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let ContactCommand::Add { who, result, on, channel, task, product, amount_yuan, next, note, dry_run } =
        &args.command;
    let mut workspace = global.open()?;
    let Named::Person(person) = show::person_named(&workspace, who, screen)? else { return Ok(1) };
    let said = ContactSaid {
        result: result.clone(),
        on: *on,
        channel: channel.clone(),
        task: task.clone(),
        product: product.clone(),
        amount_yuan: amount_yuan.clone(),
        next: *next,
        note: note.clone(),
    };
    let taken = app::add_contact(&mut workspace, person, &said, *dry_run)?;
    tell(&taken, *dry_run, screen)?;
    Ok(0)
}

/// Says what was taken and what happens next.
pub(super) fn tell(taken: &ContactTaken, dry_run: bool, screen: &Screen) -> Result<(), AppError> {
    screen.value(taken)?;
    let on = [("date", Param::Date(taken.on))];
    screen.say(
        match (dry_run, taken.contact_id) {
            (true, _) => "contact.would_add",
            (false, Some(_)) => "contact.added",
            (false, None) => "contact.known",
        },
        &on,
    );
    for effect in &taken.effects {
        let task = |id: &str| ("task", Param::Text(id.to_string()));
        match effect {
            Effect::TaskDone { task_id } => screen.say("contact.task_done", &[task(task_id)]),
            Effect::TaskDated { task_id, due } => {
                screen.say("contact.task_dated", &[task(task_id), ("due", Param::Date(*due))]);
            }
            Effect::Appointment { on } => screen.say("contact.appointment", &[("date", Param::Date(*on))]),
            Effect::Stopped { by } => {
                let result = screen.words.get(&format!("contact_result.{}", by.key())).to_string();
                screen.say("contact.stopped", &[("result", Param::Text(result))]);
            }
            Effect::Conflict { conflict_id, .. } => {
                screen.say("contact.conflict", &[("conflict", Param::Text(conflict_id.clone()))]);
            }
        }
    }
    Ok(())
}
