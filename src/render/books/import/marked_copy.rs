//! The first sheet of a marked copy: what is wrong in one file, by code and one by one, with links to the cells.

use crate::model::imported::ProblemCount;
use crate::model::{Param, Problem};
use crate::render::books::columns::Columns;
use crate::render::books::import::issues::{Outcome, severity};
use crate::render::books::known;
use crate::render::table::{Cell, Kind, Table};
use crate::render::words::Words;
use crate::render::workbook::{Part, Sheet};

/// What became of one sheet in the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedSheet {
    /// As in the file.
    pub own: String,
    /// As in the copy; `None`: not copied.
    pub shown: Option<String>,
    /// Rows without problems were left out, for the sheet is long.
    pub left_out: bool,
}

/// What the first sheet tells.
#[derive(Debug, Clone, Copy)]
pub struct MarkedInput<'a> {
    pub file: &'a str,
    pub outcome: Outcome,
    /// Something personal is masked, so that the copy cannot stand for the file.
    pub masked: bool,
    pub sheets: &'a [CopiedSheet],
    pub problems: &'a [Problem],
    pub counts: &'a [ProblemCount],
    /// Rows copied whole.
    pub max_rows: u32,
}

/// The sheet.
pub fn summary_sheet(input: &MarkedInput, words: &Words) -> Sheet {
    let title = words.fill("title.marked_copy", &[("file", Param::Text(input.file.to_string()))]);
    let parts = vec![
        Part::Title(title),
        Part::Lines(lines(input, words)),
        Part::Table(by_code(input, words)),
        Part::Table(one_by_one(input, words)),
    ];
    let mut sheet = Sheet::new(words.get("sheet.marked_summary"), parts);
    sheet.landscape = true;
    sheet
}

fn lines(input: &MarkedInput, words: &Words) -> Vec<String> {
    let outcome = match input.outcome {
        Outcome::Refused => "note.marked_refused",
        Outcome::Taken | Outcome::AlreadyTaken => "note.marked_taken",
    };
    let mut lines = vec![words.get(outcome).to_string(), words.get("note.marked_legend").to_string()];
    lines.push(words.get(if input.masked { "note.marked_masked" } else { "note.marked_whole" }).to_string());
    let not_copied: Vec<Param> =
        input.sheets.iter().filter(|s| s.shown.is_none()).map(|s| Param::Text(s.own.clone())).collect();
    if !not_copied.is_empty() {
        lines.push(words.fill("note.marked_not_copied", &[("sheets", Param::List(not_copied))]));
    }
    for sheet in input.sheets.iter().filter(|s| s.left_out) {
        let params = [("sheet", Param::Text(sheet.own.clone())), ("rows", Param::Count(i64::from(input.max_rows)))];
        lines.push(words.fill("note.marked_left_out", &params));
    }
    lines
}

/// A table of problems: of each what `second` says of it, and what else is said of the problem in it.
fn table<T>(
    input: &MarkedInput,
    key: &'static str,
    rows: &[T],
    of: fn(&T) -> &Problem,
    (second, kind, say): (&str, Kind, fn(&T) -> Cell),
    words: &Words,
) -> Table {
    Columns::<T>::new(words, key)
        .wide("severity", Kind::Text, 8.0, |row| Cell::text(words.get(severity(of(row).severity).0)))
        .tone(|row| severity(of(row).severity).1)
        .wide(second, kind, 16.0, say)
        .wide("cell", Kind::Text, 10.0, |row| place(input, of(row)))
        .wide("problem", Kind::Wrap, 24.0, |row| Cell::Text(words.problem(of(row)).title))
        .wide("found", Kind::Wrap, 40.0, |row| Cell::Text(words.problem(of(row)).found))
        .wide("repair", Kind::Wrap, 48.0, |row| Cell::Text(words.problem(of(row)).repair))
        .table(rows)
}

fn by_code(input: &MarkedInput, words: &Words) -> Table {
    let count = |c: &ProblemCount| Cell::Count(c.count as i64);
    table(input, "marked_counts", input.counts, |c| &c.first, ("count", Kind::Count, count), words)
}

fn one_by_one(input: &MarkedInput, words: &Words) -> Table {
    let mut sorted: Vec<&Problem> = input.problems.iter().collect();
    sorted.sort_by_key(|p| p.severity);
    let sheet = |p: &&Problem| known(p.place.sheet.clone(), Cell::Text);
    table(input, "marked_issues", &sorted, |p| p, ("sheet", Kind::Text, sheet), words)
}

/// The cell, with the way to it where its sheet is copied.
fn place(input: &MarkedInput, problem: &Problem) -> Cell {
    let copied = input.sheets.iter().find(|s| Some(s.own.as_str()) == problem.place.sheet.as_deref());
    match copied.and_then(|s| s.shown.as_ref()).zip(problem.place.cell.as_ref()) {
        Some((sheet, cell)) => {
            Cell::Link { text: cell.clone(), target: format!("internal:'{}'!{cell}", sheet.replace('\'', "''")) }
        }
        None => known(problem.place.cell.clone(), Cell::Text),
    }
}
