use chrono::NaiveDate;
use clap::Args;

use crate::app::AppError;
use crate::app::trust::archive as app;
use crate::app::trust::archive::{Archived, Size};
use crate::app::trust::purge::label_of;
use crate::cli::global::Global;
use crate::cli::progress::StageBar;
use crate::cli::screen::Screen;
use crate::model::Param;
use crate::render::table::{Cell, Column, Kind, Row, Table};

/// Thin old months to what reports need
#[derive(Debug, Args)]
pub struct ArchiveArgs {
    /// Months or days before this one: 2025-12, 2025-12-31
    #[arg(long, value_name = "MONTH", value_parser = month)]
    before: NaiveDate,
    /// Really do it: what goes does not come back
    #[arg(long)]
    yes: bool,
}

/// A day, or a month's first.
fn month(text: &str) -> Result<NaiveDate, String> {
    let text = text.trim();
    let day = text.parse().or_else(|_| format!("{text}-01").parse());
    day.map_err(|_| "2025-12".to_string())
}

pub fn run(args: &ArchiveArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let mut stages = StageBar::new(screen);
    let archived = app::archive(&mut workspace, args.before, args.yes, &mut |stage| stages.see(stage))?;
    stages.end();
    screen.value(&archived)?;
    show(&archived, screen);
    Ok(0)
}

fn show(archived: &Archived, screen: &Screen) {
    let words = &screen.words;
    let before = ("before", Param::Text(archived.before.to_string()));
    let lists = ("lists", Param::Count(archived.had.lists - archived.kept.lists));
    let of = ("of", Param::Count(archived.had.lists));
    screen.say(if archived.preview { "archive.would" } else { "archive.done" }, &[before, lists, of]);
    let title = |key: &str| words.get(&format!("table.archive.{key}")).to_string();
    let columns = ["table", "rows", "how"].map(|c| Column::new(c, title(c), Kind::Text));
    let mut table = Table::new("archive", title("title"), columns.into());
    table.empty = words.get("archive.nothing").to_string();
    for thinned in &archived.removed {
        let how = words.get(if thinned.attributes { "archive.attributes" } else { "archive.removed" });
        let name = label_of(thinned.table, words);
        table.rows.push(Row::new(vec![Cell::Text(name), Cell::Count(thinned.rows), Cell::text(how)]));
    }
    screen.table(&table);
    screen.say("archive.stays", &[]);
    say_size("archive.size", &archived.size, screen);
    if let Some(after) = &archived.size_after {
        say_size("archive.size_after", after, screen);
    }
    if archived.preview {
        match &archived.last_backup {
            Some(at) => screen.say("archive.backup_again", &[("at", Param::Text(at.clone()))]),
            None => screen.say("archive.backup_first", &[]),
        }
    }
}

fn say_size(key: &str, size: &Size, screen: &Screen) {
    let params = [
        ("megabytes", Param::Count(size.bytes.div_ceil(1 << 20) as i64)),
        ("rows", Param::Count(size.employee_months)),
        ("bytes", size.bytes_per_employee_month.map_or_else(|| Param::Text("—".into()), |b| Param::Count(b as i64))),
    ];
    screen.say(key, &params);
}
