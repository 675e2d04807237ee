//! 问题清单: what was wrong with the sheets, where, and how to mend it.

use super::{Columns, known, table_sheet, tile};
use crate::model::status::SheetKind;
use crate::model::{Param, Problem, Severity};
use crate::render::table::{Cell, Kind, Row, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

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
    sorted.sort_by_key(|p| order(p.severity));
    table.rows = sorted.into_iter().map(|p| issue_row(p, words)).collect();
    table
}

fn issue_row(problem: &Problem, words: &Words) -> Row {
    let text = words.problem(problem);
    let (key, tone) = match problem.severity {
        Severity::Error => ("severity.error", Tone::Bad),
        Severity::Warning => ("severity.warning", Tone::Warn),
        Severity::Note => ("severity.note", Tone::Muted),
    };
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

/// `入库2,400行，跳过合计3行，问题5处，见08_问题清单`.
pub fn summary(files: &[FileLine], words: &Words) -> String {
    let sum = |f: fn(&FileLine) -> i64| Param::Count(files.iter().map(f).sum());
    let params =
        [("rows", sum(|f| f.rows_taken)), ("skipped", sum(|f| f.rows_skipped)), ("problems", sum(|f| f.problems))];
    words.fill("note.import_summary", &params)
}

/// `08_问题清单.xlsx`.
pub fn issues_book(problems: &[Problem], files: &[FileLine], words: &Words) -> Book {
    let of = |s: Severity| Cell::Count(problems.iter().filter(|p| p.severity == s).count() as i64);
    let mut tiles = vec![
        tile(words, "files", Cell::Count(files.len() as i64), Kind::Count),
        tile(words, "rows_taken", Cell::Count(files.iter().map(|f| f.rows_taken).sum()), Kind::Count),
        tile(words, "errors", of(Severity::Error), Kind::Count),
        tile(words, "warnings", of(Severity::Warning), Kind::Count),
        tile(words, "notes", of(Severity::Note), Kind::Count),
    ];
    if problems.iter().any(|p| p.severity == Severity::Error) {
        tiles[2].tone = Tone::Bad;
    }
    let name = words.get("sheet.issues");
    let mut list = issues_table(problems, words);
    list.title.clear();
    list.notes = vec![words.get("note.issues").to_string()];
    let parts = vec![Part::Title(name.to_string()), Part::Figures(tiles), Part::Table(list)];
    let mut first = Sheet::new(name, parts);
    first.landscape = true;
    Book {
        title: words.get("title.issues").to_string(),
        sheets: vec![first, table_sheet(words, "files", files_table(files, words))],
    }
}

fn order(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}
