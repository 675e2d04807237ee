use clap::Args;

use crate::app::AppError;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::visit::rank as app;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::books::visit::rank as books;

/// Rank employers with low AUM, with reasons and points
#[derive(Debug, Args)]
pub struct RankArgs {
    /// How many to print (all are in the workbook)
    #[arg(long, default_value_t = 12)]
    top: usize,
}

pub fn run(args: &RankArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    screen.stale(freshness::require(&workspace)?);
    let ranking = app::rank(&mut workspace)?;
    let written = outputs::write_rank(&workspace, &ranking)?;
    screen.value(&ranking.ranked)?;
    let shown = &ranking.ranked[..ranking.ranked.len().min(args.top)];
    screen.table(&books::rank_table(shown, &screen.words));
    screen.line(&books::summary(&ranking.ranked, &screen.words));
    screen.table(&books::left_out_table(&ranking.left_out, &screen.words));
    screen.wrote(&written);
    Ok(0)
}
