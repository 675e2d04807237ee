use clap::Args;

use crate::app::AppError;
use crate::app::Workspace;
use crate::app::contact::follow_up;
use crate::app::contact::history::{self as app, Candidate, Meant};
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::{EmployeeId, EmployerId, Param};
use crate::render::books::contact::history as books;

/// Show the history of a client or of an employer
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// P000123, E00045, a number of the bank's, a name, or the last digits of a phone
    who: String,
    /// List all rows
    #[arg(long)]
    all: bool,
}

pub fn run(args: &ShowArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let labels = follow_up::labels(&workspace).into_iter().collect();
    match app::meant(&workspace, &args.who)? {
        Meant::Person(who, employer) => {
            let history = app::person(&mut workspace, who, employer, args.all)?;
            screen.value(&history)?;
            screen.say_wrapped("show.person", &books::person_params(&history, &screen.words));
            for table in books::person_tables(&history, &workspace.products, &labels, &screen.words) {
                screen.table(&table);
            }
            Ok(0)
        }
        Meant::Employer(id) => {
            let history = app::employer(&mut workspace, id, args.all)?;
            screen.value(&history)?;
            screen.say_wrapped("show.employer", &books::employer_params(&history));
            for table in books::employer_tables(&history, &workspace.products, &labels, &screen.words) {
                screen.table(&table);
            }
            Ok(0)
        }
        Meant::Unclear(candidates) => {
            unclear(&args.who, &candidates, screen)?;
            Ok(1)
        }
    }
}

/// So many of those who may be meant are shown; all are in the JSON.
const CANDIDATES_SHOWN: usize = 24;

/// Says who may be meant.
pub(in crate::cli) fn unclear(who: &str, candidates: &[Candidate], screen: &Screen) -> Result<(), AppError> {
    screen.value(&serde_json::json!({ "candidates": candidates }))?;
    let said = [("who", Param::Text(who.to_string()))];
    screen.say_wrapped(if candidates.is_empty() { "show.nobody" } else { "show.several" }, &said);
    if !candidates.is_empty() {
        let shown = &candidates[..candidates.len().min(CANDIDATES_SHOWN)];
        screen.table(&books::candidates_table(shown, &screen.words));
        if shown.len() < candidates.len() {
            let more = Param::Count((candidates.len() - shown.len()) as i64);
            screen.say_wrapped("show.more", &[("more", more)]);
        }
    }
    Ok(())
}

/// Whom a text names.
pub(super) enum Named {
    Person(EmployeeId),
    Employer(EmployerId),
    /// Nobody, or several, which has been said.
    Unclear,
}

/// The person or the employer a text means; who may be meant is said where that is not clear.
pub(super) fn named(workspace: &Workspace, who: &str, screen: &Screen) -> Result<Named, AppError> {
    Ok(match app::meant(workspace, who)? {
        Meant::Person(id, _) => Named::Person(id),
        Meant::Employer(id) => Named::Employer(id),
        Meant::Unclear(candidates) => {
            unclear(who, &candidates, screen)?;
            Named::Unclear
        }
    })
}

/// The person a text means; an employer is none.
pub(super) fn person_named(workspace: &Workspace, who: &str, screen: &Screen) -> Result<Named, AppError> {
    Ok(match named(workspace, who, screen)? {
        Named::Employer(_) => {
            unclear(who, &[], screen)?;
            Named::Unclear
        }
        other => other,
    })
}
