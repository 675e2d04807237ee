use clap::{ArgGroup, Args, Subcommand};

use crate::app::AppError;
use crate::app::employer_named;
use crate::app::import::decisions as app;
use crate::app::import::decisions::Choice;
use crate::app::import::decisions::Party;
use crate::app::import::decisions::ShownMatch;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::matching::MatchSubject;
use crate::model::{EmployeeId, Param};
use crate::render::table::{Cell, Column, Kind, Row, Table};
use crate::render::words::Words;

/// Show and decide whom unclear rows speak of
#[derive(Debug, Args)]
pub struct MatchArgs {
    #[command(subcommand)]
    command: MatchCommand,
}

#[derive(Debug, Subcommand)]
enum MatchCommand {
    /// List what is to be decided
    Show {
        /// Also what was decided
        #[arg(long)]
        all: bool,
    },
    /// Decide one of them, for good and for all files to come
    #[command(group(ArgGroup::new("choice").required(true).args(["same", "new", "merge", "employer", "skip", "undo"])))]
    Decide {
        /// Number of the match
        number: i64,
        /// It is this person (P000123)
        #[arg(long, value_name = "PERSON")]
        same: Option<String>,
        /// It is somebody, or an employer, of its own
        #[arg(long)]
        new: bool,
        /// These two people are one, and so is this row
        #[arg(long, num_args = 2, value_names = ["PERSON", "PERSON"])]
        merge: Option<Vec<String>>,
        /// It is this employer (E00045, or its name)
        #[arg(long, value_name = "EMPLOYER")]
        employer: Option<String>,
        /// Leave it as it is and do not ask again
        #[arg(long)]
        skip: bool,
        /// Take the decision back
        #[arg(long)]
        undo: bool,
    },
}

pub fn run(args: &MatchArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    match &args.command {
        MatchCommand::Show { all } => {
            let matches = app::show(&workspace, *all)?;
            screen.value(&matches)?;
            screen.table(&table(&matches, *all, &screen.words));
        }
        MatchCommand::Decide { number, same, merge, employer, new, skip, .. } => {
            let choice = match (same, merge.as_deref(), employer) {
                (Some(person), ..) => Choice::Same(person_named(person)?),
                (_, Some([first, second]), _) => Choice::Merge(person_named(first)?, person_named(second)?),
                (.., Some(text)) => Choice::Employer(employer_named(&workspace, text)?),
                _ if *new => Choice::New,
                _ if *skip => Choice::Skip,
                _ => Choice::Undo,
            };
            let decided = app::decide(&mut workspace, *number, choice)?;
            screen.value(&decided)?;
            let left = Param::Count(app::open_count(&workspace)?);
            let state = decision_text(&decided, &screen.words);
            screen.say(
                "match.decided",
                &[("number", Param::Count(*number)), ("decision", Param::Text(state)), ("left", left)],
            );
        }
    }
    Ok(0)
}

fn person_named(text: &str) -> Result<EmployeeId, AppError> {
    text.parse().map_err(|()| AppError::UnknownPerson { text: text.to_string() })
}

/// Per match a row with what the sheet has and why it is asked, one with where it stands, one per candidate with what
/// fits; with `all` also what was decided.
fn table(matches: &[ShownMatch], all: bool, words: &Words) -> Table {
    let title = |key: &str| words.get(&format!("table.match.{key}")).to_string();
    let kind = |k: &str| if matches!(k, "who" | "why") { Kind::Wrap } else { Kind::Text };
    let columns = ["number", "what", "who", "why"].map(|k| Column::new(k, title(k), kind(k))).into();
    let mut table = Table::new("match", title("title"), columns);
    table.empty = words.get("match.none").to_string();
    for m in matches {
        let mut row = |number: String, what: &str, who: String, why: String| {
            let what = words.get(what).to_string();
            table.rows.push(Row::new([number, what, who, why].map(Cell::Text).into()));
        };
        let seen = Party { id: m.seen.id.clone().filter(|_| m.subject == MatchSubject::Employer), ..m.seen.clone() };
        let reason = words.get(&format!("match_reason.{}", m.reason.key())).to_string();
        row(m.number.to_string(), &format!("word.{}", m.subject.key()), party(&seen, words), reason);
        let place = [("file", Param::Text(m.file.clone())), ("line", Param::Count(m.line))];
        row(String::new(), "match.where", words.fill("match.place", &place), String::new());
        for candidate in &m.candidates {
            let rules: Vec<&str> = candidate.rules.iter().map(|r| words.get(&format!("match_rule.{r}"))).collect();
            row(String::new(), "match.candidate", party(candidate, words), rules.join(words.get("match.and")));
        }
        if all {
            row(String::new(), "match.decision", decision_text(m, words), String::new());
        }
        if !m.choices.is_empty() {
            let offered: Vec<String> = m.choices.iter().map(|choice| choice_text(choice, m, words)).collect();
            row(String::new(), "match.choices", offered.join(words.get("common.reason_separator")), String::new());
        }
    }
    if let Some((m, choice)) = matches.iter().find_map(|m| Some((m, m.choices.first()?))) {
        let number = Param::Text(m.number.to_string());
        let choice = Param::Text(option(choice, m));
        table.notes = vec![words.fill("match.how", &[("number", number), ("choice", choice)])];
    }
    if matches.iter().any(|m| m.open && m.subject == MatchSubject::Payee && m.candidates.is_empty()) {
        table.notes.push(words.get("match.payee_later").to_string());
    }
    table
}

/// Numbers of the first two candidates, as a choice asks for them.
fn numbers(m: &ShownMatch) -> [String; 2] {
    [0, 1].map(|at| m.candidates.get(at).and_then(|c| c.id.clone()).unwrap_or_default())
}

/// A choice as it is typed, with the first candidates.
fn option(choice: &str, m: &ShownMatch) -> String {
    let [first, second] = numbers(m);
    match choice {
        "same" | "employer" => format!("--{choice} {first}"),
        "merge" => format!("--{choice} {first} {second}"),
        _ => format!("--{choice}"),
    }
}

/// A choice with what it means.
fn choice_text(choice: &str, m: &ShownMatch, words: &Words) -> String {
    let key = match (choice, m.subject) {
        ("new", MatchSubject::Employer) => "new_employer",
        ("new", _) => "new_person",
        _ => choice,
    };
    let [number, other] = numbers(m).map(Param::Text);
    words.fill(&format!("match_choice.{key}"), &[("number", number), ("other", other)])
}

/// `P000123 张** **** 1496 甲厂有限公司`.
fn party(party: &Party, words: &Words) -> String {
    let parts = [&party.id, &party.name, &party.account, &party.employer];
    let shown: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    if shown.is_empty() { words.get("match.unnamed").to_string() } else { shown.join(" ") }
}

fn decision_text(m: &ShownMatch, words: &Words) -> String {
    match &m.decision {
        None if m.open => words.get("match.open").to_string(),
        None => words.get("match.settled").to_string(),
        Some(decision) => {
            let text = |t: &Option<String>| Param::Text(t.clone().unwrap_or_default());
            let params = [("target", text(&decision.target)), ("other", text(&decision.other))];
            words.fill(&format!("match_verdict.{}", decision.verdict.key()), &params)
        }
    }
}
