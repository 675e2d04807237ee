//! What was wrong with the sheets, where, and how to mend it: by file, by code, one by one.

use crate::model::imported::ProblemCount;
use crate::model::status::SheetKind;
use crate::model::{Problem, Severity};
use crate::render::books::columns::Columns;
use crate::render::books::known;
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;

/// What became of one file (or one sheet of it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    pub file: String,
    pub kind: Option<SheetKind>,
    pub rows_taken: i64,
    /// That are no data, or were taken before.
    pub rows_skipped: i64,
    /// That say something and were not taken all the same.
    pub rows_not_taken: i64,
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
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by_key(|p| p.severity);
    let mut table = Columns::<Problem>::new(words, "issues")
        .wide("severity", Kind::Text, 8.0, |p| Cell::text(words.get(severity(p.severity).0)))
        .tone(|p| severity(p.severity).1)
        .wide("file", Kind::Text, 30.0, |p| Cell::text(&p.place.file))
        .wide("sheet", Kind::Text, 16.0, |p| known(p.place.sheet.clone(), Cell::Text))
        .wide("cell", Kind::Text, 10.0, |p| known(p.place.cell.clone(), Cell::Text))
        .wide("problem", Kind::Wrap, 24.0, |p| Cell::Text(words.problem(p).title))
        .wide("found", Kind::Wrap, 40.0, |p| Cell::Text(words.problem(p).found))
        .wide("repair", Kind::Wrap, 48.0, |p| Cell::Text(words.problem(p).repair))
        .table(sorted);
    table.freeze = 2;
    let keys = ["severity", "file", "cell", "problem", "repair"];
    table.console = Some(keys.map(str::to_string).into());
    table
}

/// One line per file, with sums.
pub fn files_table(files: &[FileLine], words: &Words) -> Table {
    let tone = |f: &FileLine| match f.outcome {
        Outcome::Taken => Tone::Good,
        Outcome::AlreadyTaken => Tone::Muted,
        Outcome::Refused => Tone::Bad,
    };
    let mut table = Columns::<FileLine>::new(words, "files")
        .wide("file", Kind::Text, 40.0, |f| Cell::text(&f.file))
        .wide("kind", Kind::Text, 16.0, |f| known(f.kind, |k| Cell::text(words.get(&format!("sheet.{k}")))))
        .wide("rows_taken", Kind::Count, 10.0, |f| Cell::Count(f.rows_taken))
        .wide("rows_skipped", Kind::Count, 10.0, |f| Cell::Count(f.rows_skipped))
        .wide("rows_not_taken", Kind::Count, 10.0, |f| Cell::Count(f.rows_not_taken))
        .tone(|f| if f.rows_not_taken > 0 { Tone::Bad } else { Tone::Normal })
        .wide("problems", Kind::Count, 9.0, |f| Cell::Count(f.problems))
        .wide("outcome", Kind::Text, 24.0, |f| Cell::text(words.get(&format!("outcome.{}", f.outcome.key()))))
        .tone(tone)
        .table(files);
    if files.len() > 1 {
        let sum = |f: fn(&FileLine) -> i64| Cell::Count(files.iter().map(f).sum());
        table.add_total([
            ("file", Cell::text(words.get("common.total"))),
            ("rows_taken", sum(|f| f.rows_taken)),
            ("rows_skipped", sum(|f| f.rows_skipped)),
            ("rows_not_taken", sum(|f| f.rows_not_taken)),
            ("problems", sum(|f| f.problems)),
        ]);
    }
    table
}

/// Problems by code: how many, the first place, how to mend them.
pub fn counts_table(counts: &[ProblemCount], words: &Words) -> Table {
    let mut table = Columns::<ProblemCount>::new(words, "problem_counts")
        .wide("severity", Kind::Text, 8.0, |c| Cell::text(words.get(severity(c.first.severity).0)))
        .tone(|c| severity(c.first.severity).1)
        .wide("problem", Kind::Text, 30.0, |c| Cell::Text(words.problem(&c.first).title))
        .wide("count", Kind::Count, 16.0, |c| Cell::Count(c.count as i64))
        .wide("cell", Kind::Text, 10.0, |c| known(c.first.place.cell.clone(), Cell::Text))
        .wide("first_place", Kind::Wrap, 24.0, |c| Cell::Text(places(c, words)))
        .wide("found", Kind::Wrap, 40.0, |c| Cell::Text(words.problem(&c.first).found))
        .wide("repair", Kind::Wrap, 48.0, |c| Cell::Text(words.problem(&c.first).repair))
        .table(counts);
    let keys = ["severity", "problem", "count", "first_place", "repair"];
    table.console = Some(keys.map(str::to_string).into());
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
