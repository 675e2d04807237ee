use std::path::PathBuf;

use clap::Args;

use crate::app::AppError;
use crate::app::contact::history::Candidate;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::visit::rank as app;
use crate::cli::contact::show;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::{EmployerId, Param};
use crate::render::books::visit::{penetration, rank as books, rank_story};

/// Rank employers with low AUM, with reasons and points
#[derive(Debug, Args)]
pub struct RankArgs {
    /// One employer: its place, its measures and its peers
    #[arg(conflicts_with_all = ["what_if", "backtest"])]
    employer: Option<String>,
    /// How many to print (all are in the workbook)
    #[arg(long, default_value_t = 12)]
    top: usize,
    /// What a ranking.toml would change; nothing is written
    #[arg(long, value_name = "FILE", conflicts_with = "backtest")]
    what_if: Option<PathBuf>,
    /// How well earlier ranks found later growth
    #[arg(long)]
    backtest: bool,
}

pub fn run(args: &RankArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    screen.stale(freshness::require(&workspace)?);
    if let Some(employer) = &args.employer {
        let story = match app::story(&mut workspace, employer) {
            Err(AppError::SeveralEmployers { text, candidates }) => {
                show::unclear(&text, &candidates.into_iter().map(candidate).collect::<Vec<_>>(), screen)?;
                return Ok(1);
            }
            story => story?,
        };
        let told = rank_story::told(&story, &screen.words);
        screen.value(&told)?;
        screen.wrapped("", &rank_story::paragraph(&told, &screen.words));
        if story.rank.is_some() {
            screen.table(&rank_story::measures_table(&story, &screen.words));
            screen.table(&penetration::products_of(&story, &workspace.products, &screen.words));
            screen.table(&penetration::coverage_of(&story, &screen.words));
            screen.table(&rank_story::peers_table(&story, &screen.words));
        }
        return Ok(0);
    }
    if let Some(file) = &args.what_if {
        let changes = app::what_if(&mut workspace, file)?;
        screen.value(&serde_json::json!({ "changes": changes }))?;
        screen.table(&rank_story::changes_table(&changes, &screen.words));
        return Ok(0);
    }
    if args.backtest {
        let result = app::backtest(&mut workspace)?;
        screen.value(&result)?;
        screen.wrapped("", &rank_story::backtested(&result, &screen.words));
        return Ok(0);
    }
    let ranking = app::rank(&mut workspace)?;
    let written = outputs::write_rank(&workspace, &ranking)?;
    screen.value(&ranking.ranked)?;
    let shown = &ranking.ranked[..ranking.ranked.len().min(args.top)];
    screen.table(&books::rank_table(shown, &screen.words));
    let all = ranking.ranked.len();
    if shown.len() < all {
        let more = Param::Count((all - shown.len()) as i64);
        // As it is to be typed.
        screen.say_wrapped("rank.more", &[("more", more), ("all", Param::Text(all.to_string()))]);
    }
    screen.line(&books::summary(&ranking.ranked, &screen.words));
    screen.table(&books::left_out_table(&ranking.left_out, &screen.words));
    screen.wrote(&written);
    Ok(0)
}

fn candidate((id, name): (EmployerId, String)) -> Candidate {
    Candidate { id: id.to_string(), kind: "employer", name, employer: None }
}
