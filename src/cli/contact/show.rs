use clap::Args;

use crate::app::AppError;
use crate::app::contact::follow_up;
use crate::app::contact::history::{self as app, Meant};
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::Param;
use crate::render::books::contact::history as books;

/// Show the history of a client or of an employer
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// P000123, E00045, a number of the bank's, a name, or the last digits of a phone
    who: String,
}

pub fn run(args: &ShowArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    match app::meant(&workspace, &args.who)? {
        Meant::Person(who, employer) => {
            let history = app::person(&mut workspace, who, employer)?;
            screen.value(&history)?;
            screen.say("show.person", &books::person_params(&history));
            let labels = follow_up::labels(&workspace).into_iter().collect();
            for table in books::person_tables(&history, &workspace.products, &labels, &screen.words) {
                screen.table(&table);
            }
            Ok(0)
        }
        Meant::Employer(id) => {
            let history = app::employer(&mut workspace, id)?;
            screen.value(&history)?;
            screen.say("show.employer", &books::employer_params(&history));
            for table in books::employer_tables(&history, &screen.words) {
                screen.table(&table);
            }
            Ok(0)
        }
        Meant::Unclear(candidates) => {
            screen.value(&serde_json::json!({ "candidates": candidates }))?;
            let said = [("who", Param::Text(args.who.clone()))];
            screen.say(if candidates.is_empty() { "show.nobody" } else { "show.several" }, &said);
            if !candidates.is_empty() {
                screen.table(&books::candidates_table(&candidates, &screen.words));
            }
            Ok(1)
        }
    }
}
