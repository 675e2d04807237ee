//! 导入报告: what was taken of each file and sheet, how its columns were understood, which rows were left out and why,
//! what is wrong and how to mend it, what changed in the store.

use std::collections::BTreeSet;

use crate::model::imported::{Brought, ColumnOutcome, ProblemCount, SheetOutcome, SkippedRows, count_of};
use crate::model::returns::book::MARK_SHEET;
use crate::model::{Param, Problem, Severity};
use crate::render::books::columns::Columns;
use crate::render::books::import::issues::{FileLine, Outcome, counts_table, issues_table};
use crate::render::books::{known, tile};
use crate::render::table::{Cell, Kind, Row, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet, row_of};

/// Runs of rows written out; the rest is in the JSON.
const MOST_RANGES: usize = 60;

/// One file of an import.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedFile<'a> {
    pub line: FileLine,
    pub sheets: &'a [SheetOutcome],
    /// `None`: nothing of it was taken.
    pub brought: Option<Brought>,
    /// Payees that match nobody.
    pub unmatched: i64,
    /// People, payees and employers somebody has to decide on.
    pub open_matches: i64,
    /// Mapping profiles to be filled in.
    pub profiles: usize,
    /// The marked copy, relative to the report.
    pub marked: Option<&'a str>,
}

/// What the report shows.
#[derive(Debug, Clone, Copy)]
pub struct ImportReportInput<'a> {
    pub files: &'a [ImportedFile<'a>],
    pub problems: &'a [Problem],
    pub counts: &'a [ProblemCount],
}

/// The workbook.
pub fn import_report_book(input: &ImportReportInput, words: &Words) -> Book {
    let issues = issues_sheet(input, words);
    let columns = one_table(words, "import_columns", columns_table(input.files, words));
    let skipped = one_table(words, "import_skipped", skipped_table(input.files, words));
    let overview = overview_sheet(input, words, &[&issues, &columns, &skipped]);
    Book {
        title: words.get("title.import_report").to_string(),
        sheets: vec![overview, issues, columns, skipped],
        mark: None,
    }
}

/// A sheet of one table, printed across.
fn one_table(words: &Words, key: &str, mut table: Table) -> Sheet {
    table.title.clear();
    let name = words.get(&format!("sheet.{key}"));
    let mut sheet = Sheet::new(name, vec![Part::Title(name.to_string()), Part::Table(table)]);
    sheet.landscape = true;
    sheet
}

/// Number of the list of problems among the tables of its sheet.
const LIST: usize = 1;

fn issues_sheet(input: &ImportReportInput, words: &Words) -> Sheet {
    let mut counts = counts_table(input.counts, words);
    let list = issues_table(input.problems, words);
    counts.notes = vec![words.get("note.issues").to_string()];
    let name = words.get("sheet.import_issues");
    let mut parts = vec![Part::Title(name.to_string()), Part::Table(counts.clone()), Part::Table(list.clone())];
    // The first place of each code leads to its line in the list.
    let cell = counts.at("cell");
    for (row, count) in counts.rows.iter_mut().zip(input.counts) {
        let shown = words.problem(&count.first).title;
        let at = list.rows.iter().position(|r| same_place(&list, r, &count.first, &shown));
        if let Some((target, cell)) = at.and_then(|at| row_of(&parts, LIST, at)).zip(cell) {
            let text = count.first.place.cell.clone().unwrap_or_else(|| "—".to_string());
            row.cells[cell] = Cell::Link { text, target: internal(name, target) };
        }
    }
    parts[1] = Part::Table(counts);
    parts[2] = Part::Table(list);
    let mut sheet = Sheet::new(name, parts);
    sheet.landscape = true;
    sheet
}

/// Whether a line of the list is this problem.
fn same_place(list: &Table, row: &Row, problem: &Problem, title: &str) -> bool {
    let place = &problem.place;
    list.says(row, "file", &place.file)
        && list.says(row, "sheet", place.sheet.as_deref().unwrap_or("—"))
        && list.says(row, "cell", place.cell.as_deref().unwrap_or("—"))
        && list.says(row, "problem", title)
}

fn internal(sheet: &str, row: u32) -> String {
    format!("internal:'{}'!A{}", sheet.replace('\'', "''"), row + 1)
}

fn overview_sheet(input: &ImportReportInput, words: &Words, others: &[&Sheet; 3]) -> Sheet {
    // Of folders that were passed over, too, which are among no files.
    let told: BTreeSet<&str> = input.problems.iter().map(|p| p.place.file.as_str()).collect();
    let of = |s: Severity| told.iter().map(|file| count_of(input.problems, s, file, None) as i64).sum();
    let errors: i64 = of(Severity::Error);
    let sum = |f: fn(&FileLine) -> i64| Cell::Count(input.files.iter().map(|i| f(&i.line)).sum());
    let not_taken: i64 = input.files.iter().map(|file| file.line.rows_not_taken).sum();
    let mut tiles = vec![
        tile(words, "files", Cell::Count(input.files.len() as i64), Kind::Count),
        tile(words, "rows_taken", sum(|f| f.rows_taken), Kind::Count),
        tile(words, "rows_skipped", sum(|f| f.rows_skipped), Kind::Count),
        tile(words, "rows_not_taken", Cell::Count(not_taken), Kind::Count),
        tile(words, "errors", Cell::Count(errors), Kind::Count),
        tile(words, "warnings", Cell::Count(of(Severity::Warning)), Kind::Count),
    ];
    let tone = |n: i64| if n > 0 { Tone::Bad } else { Tone::Good };
    (tiles[3].tone, tiles[4].tone) = (tone(not_taken), tone(errors));
    let name = words.get("sheet.import_overview");
    let parts = vec![
        Part::Title(words.get("title.import_report").to_string()),
        Part::Lines(next_steps(input, words)),
        Part::Figures(tiles),
        Part::Table(sheets_table(input, words, others)),
        Part::Table(changes_table(input.files, words)),
    ];
    let mut sheet = Sheet::new(name, parts);
    sheet.landscape = true;
    sheet
}

/// What to do first.
fn next_steps(input: &ImportReportInput, words: &Words) -> Vec<String> {
    let count = |outcome: Outcome| input.files.iter().filter(|f| f.line.outcome == outcome).count() as i64;
    let (refused, known) = (count(Outcome::Refused), count(Outcome::AlreadyTaken));
    let marked = input.files.iter().filter(|f| f.marked.is_some()).count() as i64;
    let mut lines = Vec::new();
    let mut say = |key: &str, n: i64| {
        if n > 0 {
            lines.push(words.fill(key, &[("files", Param::Count(n))]));
        }
    };
    say("note.import_refused", refused);
    say("note.import_profiles", input.files.iter().filter(|f| f.profiles > 0).count() as i64);
    say("note.import_marked", marked);
    say("note.import_known", known);
    let matches = input.files.iter().map(|f| f.open_matches).sum();
    if matches > 0 {
        lines.push(words.fill("note.import_matches", &[("matches", Param::Count(matches))]));
    }
    if lines.is_empty() {
        lines.push(words.get("note.import_fine").to_string());
    }
    lines
}

/// A sheet of a file; of a file that could not be opened, an empty one.
struct Line<'f> {
    file: &'f ImportedFile<'f>,
    sheet: &'f SheetOutcome,
    /// Name of the sheet.
    inside: Option<&'f str>,
    /// What concerns the file as a whole is told with its first sheet.
    first: bool,
    errors: usize,
    warnings: usize,
}

impl<'f> Line<'f> {
    fn of(problems: &[Problem], file: &'f ImportedFile, sheet: &'f SheetOutcome) -> Line<'f> {
        let inside = (!sheet.sheet.is_empty()).then_some(sheet.sheet.as_str());
        let first = file.sheets.iter().find(|s| is_seen(s)).is_none_or(|s| std::ptr::eq(s, sheet));
        let count = |s: Severity| {
            let own = count_of(problems, s, &file.line.file, inside);
            let no_sheet = |p: &&Problem| p.place.file == file.line.file && p.place.sheet.is_none() && p.severity == s;
            let whole = problems.iter().filter(no_sheet).count();
            if inside.is_some() && first { own + whole } else { own }
        };
        Line { file, sheet, inside, first, errors: count(Severity::Error), warnings: count(Severity::Warning) }
    }

    fn outcome(&self) -> (&'static str, Tone) {
        let outcome = self.file.line.outcome;
        // Beside sheets that were read, hidden ones and instructions are nobody's fault.
        if self.inside.is_some() && self.sheet.kind.is_none() && self.errors == 0 {
            return ("not_read", Tone::Muted);
        }
        let tone = match outcome {
            Outcome::Taken => Tone::Good,
            Outcome::AlreadyTaken => Tone::Muted,
            Outcome::Refused => Tone::Bad,
        };
        (outcome.key(), tone)
    }

    /// A link to the first line of this sheet in a table of another sheet of the report.
    fn way(&self, other: &Sheet, table: usize, words: &Words) -> Option<Cell> {
        let list = other.parts.iter().filter_map(|p| if let Part::Table(t) = p { Some(t) } else { None }).nth(table)?;
        let of_sheet = |row: &Row| {
            let is = |text: &str| list.says(row, "sheet", text);
            self.inside.is_none_or(|s| is(s) || (self.first && is("—")))
        };
        let at = list.rows.iter().position(|r| list.says(r, "file", &self.file.line.file) && of_sheet(r))?;
        let target = internal(&other.name, row_of(&other.parts, table, at)?);
        Some(Cell::Link { text: words.get("note.see").to_string(), target })
    }
}

/// Whether a sheet is one that people see: not that with our mark, which is hidden in workbooks that come back.
fn is_seen(sheet: &SheetOutcome) -> bool {
    sheet.kind.is_some() || sheet.sheet != MARK_SHEET
}

/// One line per file and sheet, with the ways to its details.
fn sheets_table(input: &ImportReportInput, words: &Words, others: &[&Sheet; 3]) -> Table {
    let empty = SheetOutcome::default();
    let sheets = input.files.iter().flat_map(|file| {
        let sheets = if file.sheets.is_empty() { std::slice::from_ref(&empty) } else { file.sheets };
        sheets.iter().filter(|sheet| is_seen(sheet)).map(move |sheet| Line::of(input.problems, file, sheet))
    });
    let lines: Vec<Line> = sheets.collect();
    let count = |n: usize| Cell::Count(n as i64);
    let open = |path: &str| Cell::Link { text: words.get("note.open").to_string(), target: path.to_string() };
    let mut table = Columns::<Line>::new(words, "import_files")
        .wide("file", Kind::Text, 34.0, |l| Cell::text(&l.file.line.file))
        .wide("sheet", Kind::Text, 16.0, |l| known(l.inside, Cell::text))
        .wide("kind", Kind::Text, 16.0, |l| known(l.sheet.kind, |k| Cell::text(words.get(&format!("sheet.{k}")))))
        .wide("outcome", Kind::Text, 22.0, |l| Cell::text(words.get(&format!("outcome.{}", l.outcome().0))))
        .tone(|l| l.outcome().1)
        .wide("as_of", Kind::Date, 12.0, |l| Cell::or_empty(l.sheet.date, Cell::Date))
        .wide("money_unit", Kind::Wrap, 18.0, |l| Cell::Text(units(l.sheet, words)))
        .wide("rows_taken", Kind::Count, 10.0, |l| count(l.sheet.rows_taken))
        .wide("rows_skipped", Kind::Count, 10.0, |l| count(l.sheet.rows_skipped - l.sheet.rows_not_taken))
        .wide("rows_not_taken", Kind::Count, 10.0, |l| count(l.sheet.rows_not_taken))
        .tone(|l| if l.sheet.rows_not_taken > 0 { Tone::Bad } else { Tone::Normal })
        .wide("errors", Kind::Count, 8.0, |l| count(l.errors))
        .tone(|l| if l.errors > 0 { Tone::Bad } else { Tone::Normal })
        .wide("warnings", Kind::Count, 8.0, |l| count(l.warnings))
        .tone(|l| if l.warnings > 0 { Tone::Warn } else { Tone::Normal })
        .wide("see_issues", Kind::Text, 9.0, |l| l.way(others[0], LIST, words).unwrap_or_default())
        .wide("see_columns", Kind::Text, 9.0, |l| l.way(others[1], 0, words).unwrap_or_default())
        .wide("see_skipped", Kind::Text, 9.0, |l| l.way(others[2], 0, words).unwrap_or_default())
        .wide("marked_copy", Kind::Text, 11.0, |l| Cell::or_empty(l.file.marked.filter(|_| l.first), open))
        .table(&lines);
    if lines.len() > 1 {
        let sum = |f: fn(&Line) -> usize| count(lines.iter().map(f).sum());
        table.add_total([
            ("file", Cell::text(words.get("common.total"))),
            ("rows_taken", sum(|l| l.sheet.rows_taken)),
            ("rows_skipped", sum(|l| l.sheet.rows_skipped - l.sheet.rows_not_taken)),
            ("rows_not_taken", sum(|l| l.sheet.rows_not_taken)),
            ("errors", sum(|l| l.errors)),
            ("warnings", sum(|l| l.warnings)),
        ]);
    }
    table
}

/// The units of a sheet's money, each once, with where it is said: `万元（表头）`.
fn units(sheet: &SheetOutcome, words: &Words) -> String {
    let mut list: Vec<String> = Vec::new();
    for (unit, from) in sheet.columns.iter().filter_map(|c| Some((c.unit.as_deref()?, c.unit_from?))) {
        if unit != "share" {
            let shown = unit_text(unit, from, words);
            if !list.contains(&shown) {
                list.push(shown);
            }
        }
    }
    list.join("\n")
}

fn unit_text(unit: &str, from: &str, words: &Words) -> String {
    let params = [
        ("unit", Param::Word { word: format!("unit_{unit}") }),
        ("from", Param::Word { word: format!("unit_from_{from}") }),
    ];
    words.fill("note.unit_from", &params)
}

/// What each file changed in the store.
fn changes_table(files: &[ImportedFile], words: &Words) -> Table {
    type Change<'f> = (&'f ImportedFile<'f>, Brought);
    type Count<'f> = fn(&Change<'f>) -> i64;
    let columns = Columns::<Change>::new(words, "import_changes")
        .add("file", Kind::Text, |(file, _)| Cell::text(&file.line.file));
    // Those that take the place of something or wait for somebody stand out.
    let counts: [(&str, Count, Tone); 8] = [
        ("new_employers", |(_, b)| b.new_employers, Tone::Normal),
        ("new_employees", |(_, b)| b.new_employees, Tone::Normal),
        ("parts", |(_, b)| b.parts, Tone::Normal),
        ("replaced_parts", |(_, b)| b.replaced_parts, Tone::Warn),
        ("payroll_runs", |(_, b)| b.payroll_runs, Tone::Normal),
        ("replaced_runs", |(_, b)| b.replaced_runs, Tone::Warn),
        ("unmatched", |(f, _)| f.unmatched, Tone::Warn),
        ("open_matches", |(f, _)| f.open_matches, Tone::Warn),
    ];
    let columns = counts.into_iter().fold(columns, |columns, (key, count, tone)| {
        let columns = columns.add(key, Kind::Count, move |change| Cell::Count(count(change)));
        columns.tone(move |change| if count(change) > 0 { tone } else { Tone::Normal })
    });
    columns.table(files.iter().filter_map(|f| Some((f, f.brought?))))
}

/// Every column of every sheet: what it was taken for.
fn columns_table(files: &[ImportedFile], words: &Words) -> Table {
    let field = |c: &ColumnOutcome| c.name.as_ref().or(c.field.as_ref()).cloned();
    let used = |c: &ColumnOutcome| field(c).unwrap_or_else(|| words.get("note.unused").to_string());
    let unit = |c: &ColumnOutcome| c.unit.as_deref().zip(c.unit_from).map(|(u, from)| unit_text(u, from, words));
    let how = |how| Cell::text(words.word(&format!("how_{how}")));
    let mut table = Columns::<(&str, &SheetOutcome, &ColumnOutcome)>::new(words, "import_columns")
        .row_tone(|(.., c)| if field(c).is_some() { Tone::Normal } else { Tone::Muted })
        .wide("file", Kind::Text, 34.0, |(file, ..)| Cell::text(*file))
        .wide("sheet", Kind::Text, 16.0, |(_, sheet, _)| Cell::text(&sheet.sheet))
        .wide("column", Kind::Text, 6.0, |(.., c)| Cell::text(&c.column))
        .wide("header", Kind::Wrap, 28.0, |(.., c)| Cell::text(&c.header))
        .wide("field", Kind::Text, 24.0, |(.., c)| Cell::Text(used(c)))
        .wide("how", Kind::Text, 12.0, |(.., c)| Cell::or_empty(c.how, how))
        .wide("confidence", Kind::Share, 9.0, |(.., c)| Cell::or_empty(c.confidence, Cell::Share))
        .wide("unit", Kind::Text, 22.0, |(.., c)| Cell::or_empty(unit(c), Cell::Text))
        .table(sheets_of(files).flat_map(|(file, sheet)| sheet.columns.iter().map(move |c| (file, sheet, c))));
    table.notes = vec![words.get("note.import_columns").to_string()];
    table
}

/// The rows left out, by reason.
fn skipped_table(files: &[ImportedFile], words: &Words) -> Table {
    let reason = |s: &SkippedRows| Cell::text(words.word(&format!("skip_{}", s.reason)));
    let mut table = Columns::<(&str, &SheetOutcome, &SkippedRows)>::new(words, "import_skipped")
        .wide("file", Kind::Text, 34.0, |(file, ..)| Cell::text(*file))
        .wide("sheet", Kind::Text, 16.0, |(_, sheet, _)| Cell::text(&sheet.sheet))
        .wide("reason", Kind::Text, 26.0, |(.., s)| reason(s))
        .tone(|(.., s)| if SkippedRows::is_not_taken(s.reason) { Tone::Bad } else { Tone::Normal })
        .wide("rows", Kind::Count, 9.0, |(.., s)| Cell::Count(s.rows as i64))
        .wide("row_numbers", Kind::Wrap, 60.0, |(.., s)| Cell::Text(row_numbers(&s.ranges, words)))
        .table(sheets_of(files).flat_map(|(file, sheet)| sheet.skipped.iter().map(move |s| (file, sheet, s))));
    table.notes = vec![words.get("note.import_skipped").to_string()];
    table
}

/// `5–6、11`.
fn row_numbers(ranges: &[(u32, u32)], words: &Words) -> String {
    let one = |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}–{last}") };
    let mut shown: Vec<String> = ranges.iter().take(MOST_RANGES).map(one).collect();
    if ranges.len() > MOST_RANGES {
        shown.push("…".to_string());
    }
    shown.join(words.get("common.list_separator"))
}

fn sheets_of<'a>(files: &'a [ImportedFile]) -> impl Iterator<Item = (&'a str, &'a SheetOutcome)> {
    files.iter().flat_map(|f| f.sheets.iter().map(|s| (f.line.file.as_str(), s)))
}
