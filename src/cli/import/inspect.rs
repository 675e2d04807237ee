use std::path::PathBuf;

use clap::Args;

use crate::app::AppError;
use crate::app::import::inspect as app;
use crate::cli::global::Global;
use crate::cli::import::said::Said;
use crate::cli::screen::Screen;
use crate::model::Param;
use crate::model::problem::column_letters;
use crate::render::books::import::issues;
use crate::render::table::{Cell, Column, Kind, Row, Table, Tone};

/// Show what the software sees in a file; needs no workspace
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The file
    file: PathBuf,
    /// Only this sheet: number from 1, or name
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,
    /// Print the sheet as CSV from A1, as stored
    #[arg(long)]
    cells: bool,
    #[command(flatten)]
    said: Said,
}

pub fn run(args: &InspectArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let hints = args.said.hints();
    if args.cells {
        let mut begun = false;
        let mut print = |piece: &str| {
            begun = true;
            screen.raw(piece)
        };
        return match app::cells(&args.file, args.sheet.as_deref(), &hints, &mut print)? {
            Ok(()) => Ok(0),
            Err(problem) if begun => {
                // Not among the cells, which may be on their way into a file.
                screen.warn(&problem);
                Ok(1)
            }
            Err(problem) => {
                screen.value(&problem)?;
                screen.table(&issues::issues_table(&[problem], &screen.words));
                Ok(1)
            }
        };
    }
    let wanted =
        |index: usize, name: &str| args.sheet.as_deref().is_none_or(|s| s == name || s.parse() == Ok(index + 1));
    let root = global.found_root();
    let place = app::Place { workspace: root.as_deref(), today: global.today() };
    let (shown, usable) = app::inspect(&args.file, place, &hints, &args.said.profile, wanted)?;
    screen.value(&shown)?;
    for sheet in &shown.sheets {
        let text = |t: String| Param::Text(t);
        let kind = sheet.kind.map_or_else(
            || screen.words.get("inspect.unknown").to_string(),
            |k| screen.words.word(&format!("sheet.{k}")).to_string(),
        );
        let header = sheet.header_rows.map_or_else(
            || screen.words.get("common.none").to_string(),
            |(first, last)| format!("{}–{}", first + 1, last + 1),
        );
        let params = [
            ("sheet", text(sheet.sheet.clone())),
            ("kind", text(kind)),
            ("header", text(header)),
            ("rows", Param::Count(sheet.rows as i64)),
            ("skipped", Param::Count(sheet.skipped.len() as i64)),
        ];
        screen.say("inspect.sheet", &params);
        screen.table(&columns_table(sheet, screen));
        screen.table(&preview_table(sheet, screen));
    }
    if !shown.problems.is_empty() {
        screen.table(&issues::issues_table(&shown.problems, &screen.words));
    }
    Ok(i32::from(!usable))
}

fn columns_table(sheet: &app::InspectedSheet, screen: &Screen) -> Table {
    let title = |key: &str| screen.words.get(&format!("table.inspect.{key}")).to_string();
    let columns = ["column", "header", "field", "how", "confidence", "unit"];
    let columns =
        columns.map(|c| Column::new(c, title(c), if c == "confidence" { Kind::Share } else { Kind::Text })).into();
    let mut table = Table::new("inspect", title("columns"), columns);
    table.empty = screen.words.get("inspect.no_header").to_string();
    for column in &sheet.columns {
        let field = column
            .name
            .clone()
            .or_else(|| column.field.clone())
            .unwrap_or_else(|| screen.words.get("inspect.unused").to_string());
        let unit =
            column.unit.as_deref().map_or_else(String::new, |u| screen.words.word(&format!("unit_{u}")).to_string());
        let how = column.how.map_or_else(String::new, |h| screen.words.word(&format!("how_{}", h.key())).to_string());
        let cells = vec![
            Cell::text(column_letters(column.index)),
            Cell::text(column.header.as_str()),
            Cell::Text(field),
            Cell::Text(how),
            column.confidence.map_or(Cell::Empty, Cell::Share),
            Cell::Text(unit),
        ];
        table.rows.push(Row::new(cells).tone(if column.field.is_some() { Tone::Normal } else { Tone::Muted }));
    }
    table
}

fn preview_table(sheet: &app::InspectedSheet, screen: &Screen) -> Table {
    let width = sheet.preview.iter().map(Vec::len).max().unwrap_or(0).min(6);
    let columns = (0..width as u32).map(|i| Column::new(column_letters(i), column_letters(i), Kind::Text)).collect();
    let mut table = Table::new("preview", screen.words.get("table.inspect.preview").to_string(), columns);
    for row in &sheet.preview {
        let cell = |i: usize| row.get(i).map_or(Cell::Empty, |t| Cell::text(t.as_str()));
        table.rows.push(Row::new((0..width).map(cell).collect()));
    }
    table
}
