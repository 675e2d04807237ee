//! What was wrong with the sheets, where, and how to mend it: by file, by code, one by one.

use crate::model::imported::ProblemCount;
use crate::model::status::SheetKind;
use crate::model::{Problem, Severity};
use crate::render::books::{Columns, known};
use crate::render::table::{Cell, Kind, Row, Table, Tone};
use crate::render::words::Words;

/// What became of one file (or one sheet of it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    pub file: String,
    pub kind: Option<SheetKind>,
    pub rows_taken: i64,
    pub rows_skipped: i64,
    pub problems: i64,
    pub outcome: Outcome,
}

/// What became of a file (`outcome.<key>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 已入库
    Taken,
    /// 重复文件,未再入库
    AlreadyTaken,
    /// 未入库
    Refused,
}

impl Outcome {
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Taken => "taken",
            Outcome::AlreadyTaken => "already_taken",
            Outcome::Refused => "refused",
        }
    }
}

/// All problems, errors first, else in the order given.
pub fn issues_table(problems: &[Problem], words: &Words) -> Table {
    let columns = Columns::new(words, "issues")
        .wide("severity", Kind::Text, 8.0)
        .wide("file", Kind::Text, 30.0)
        .wide("sheet", Kind::Text, 16.0)
        .wide("cell", Kind::Text, 10.0)
        .wide("problem", Kind::Wrap, 24.0)
        .wide("found", Kind::Wrap, 40.0)
        .wide("repair", Kind::Wrap, 48.0);
    let mut table = columns.table();
    table.freeze = 2;
    let keys = ["severity", "file", "cell", "problem", "repair"];
    table.console = Some(keys.map(str::to_string).into());
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by_key(|p| p.severity);
    table.rows = sorted.into_iter().map(|p| issue_row(p, words)).collect();
    table
}

fn issue_row(problem: &Problem, words: &Words) -> Row {
    let text = words.problem(problem);
    let (key, tone) = severity(problem.severity);
    let row = Row::new(vec![
        Cell::text(words.get(key)),
        Cell::text(&problem.place.file),
        known(problem.place.sheet.clone(), Cell::Text),
        known(problem.place.cell.clone(), Cell::Text),
        Cell::Text(text.title),
        Cell::Text(text.found),
        Cell::Text(text.repair),
    ]);
    row.cell_tone(0, tone)
}

/// One line per file, with sums.
pub fn files_table(files: &[FileLine], words: &Words) -> Table {
    let columns = Columns::new(words, "files")
        .wide("file", Kind::Text, 40.0)
        .wide("kind", Kind::Text, 16.0)
        .wide("rows_taken", Kind::Count, 10.0)
        .wide("rows_skipped", Kind::Count, 10.0)
        .wide("problems", Kind::Count, 9.0)
        .wide("outcome", Kind::Text, 24.0);
    let mut table = columns.table();
    table.rows = files
        .iter()
        .map(|f| {
            let tone = match f.outcome {
                Outcome::Taken => Tone::Good,
                Outcome::AlreadyTaken => Tone::Muted,
                Outcome::Refused => Tone::Bad,
            };
            Row::new(vec![
                Cell::text(&f.file),
                known(f.kind, |k| Cell::text(words.get(&format!("sheet.{k}")))),
                Cell::Count(f.rows_taken),
                Cell::Count(f.rows_skipped),
                Cell::Count(f.problems),
                Cell::text(words.get(&format!("outcome.{}", f.outcome.key()))),
            ])
            .cell_tone(5, tone)
        })
        .collect();
    if files.len() > 1 {
        let sum = |f: fn(&FileLine) -> i64| Cell::Count(files.iter().map(f).sum());
        let total = Cell::text(words.get("common.total"));
        let cells =
            vec![total, Cell::Empty, sum(|f| f.rows_taken), sum(|f| f.rows_skipped), sum(|f| f.problems), Cell::Empty];
        table.rows.push(Row::new(cells).tone(Tone::Total));
    }
    table
}

/// Problems by code: how many, the first place, how to mend them.
pub fn counts_table(counts: &[ProblemCount], words: &Words) -> Table {
    let columns = Columns::new(words, "problem_counts")
        .wide("severity", Kind::Text, 8.0)
        .wide("problem", Kind::Text, 30.0)
        .wide("count", Kind::Count, 16.0)
        .wide("cell", Kind::Text, 10.0)
        .wide("first_place", Kind::Wrap, 24.0)
        .wide("found", Kind::Wrap, 40.0)
        .wide("repair", Kind::Wrap, 48.0);
    let mut table = columns.table();
    let keys = ["severity", "problem", "count", "first_place", "repair"];
    table.console = Some(keys.map(str::to_string).into());
    table.rows = counts
        .iter()
        .map(|count| {
            let text = words.problem(&count.first);
            let (key, tone) = severity(count.first.severity);
            let cells = vec![
                Cell::text(words.get(key)),
                Cell::Text(text.title),
                Cell::Count(count.count as i64),
                known(count.first.place.cell.clone(), Cell::Text),
                Cell::Text(places(count, words)),
                Cell::Text(text.found),
                Cell::Text(text.repair),
            ];
            Row::new(cells).cell_tone(0, tone)
        })
        .collect();
    table
}

/// `单位.xlsx·Sheet1 C4、C9、D2…`: places of the first file and sheet are not repeated.
fn places(count: &ProblemCount, words: &Words) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut last = (String::new(), None);
    for place in &count.places {
        let here = (place.file.clone(), place.sheet.clone());
        let mut text = place.cell.clone().unwrap_or_default();
        if here != last {
            let sheet = place.sheet.as_ref().map(|s| format!("·{s}")).unwrap_or_default();
            text = format!("{}{sheet} {text}", place.file).trim_end().to_string();
            last = here;
        }
        if !text.is_empty() {
            shown.push(text);
        }
    }
    let more = if count.count > count.places.len() { "…" } else { "" };
    format!("{}{more}", shown.join(words.get("common.list_separator")))
}

pub(crate) fn severity(severity: Severity) -> (&'static str, Tone) {
    match severity {
        Severity::Error => ("severity.error", Tone::Bad),
        Severity::Warning => ("severity.warning", Tone::Warn),
        Severity::Note => ("severity.note", Tone::Muted),
    }
}
