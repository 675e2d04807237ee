use std::path::PathBuf;

use clap::Args;

use crate::app::AppError;
use crate::app::contact::compare as app;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::compare::table;

/// Put two products beside each other; needs no workspace
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// TOML file with amount, day and both products
    file: PathBuf,
}

pub fn run(args: &CompareArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let workspace = global.found_root().map(|_| global.open()).transpose()?;
    let compared = app::compare(&args.file, workspace.as_ref(), &screen.words)?;
    screen.value(&compared.answer())?;
    screen.table(&table(&compared.comparison, &screen.words));
    for (title, sentences) in
        [("compare.may_say", &compared.said.may_say), ("compare.must_not_say", &compared.said.must_not_say)]
    {
        screen.say(title, &[]);
        sentences.iter().for_each(|sentence| screen.wrapped("  ", sentence));
    }
    match &compared.written {
        Some(file) => screen.wrote(file),
        None => screen.say_wrapped("compare.no_page", &[]),
    }
    Ok(0)
}
