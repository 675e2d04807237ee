//! 导入报告: what was taken of each file and sheet, how its columns were understood, which rows were left out and why,
//! what is wrong and how to mend it, what changed in the store.

use std::collections::BTreeSet;

use crate::model::imported::{Brought, ProblemCount, SheetOutcome, count_of};
use crate::model::{Param, Problem, Severity};
use crate::render::books::import::issues::{FileLine, Outcome, counts_table, issues_table};
use crate::render::books::{Columns, known, tile};
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
    Book { title: words.get("title.import_report").to_string(), sheets: vec![overview, issues, columns, skipped] }
}

/// A sheet of one table, printed across.
fn one_table(words: &Words, key: &str, mut table: Table) -> Sheet {
    table.title.clear();
    let name = words.get(&format!("sheet.{key}"));
    let mut sheet = Sheet::new(name, vec![Part::Title(name.to_string()), Part::Table(table)]);
    sheet.landscape = true;
    sheet
}

/// Columns of a list of problems: number of its table on the sheet of problems, and where file and sheet stand.
const LIST: usize = 1;

fn issues_sheet(input: &ImportReportInput, words: &Words) -> Sheet {
    let mut counts = counts_table(input.counts, words);
    let list = issues_table(input.problems, words);
    counts.notes = vec![words.get("note.issues").to_string()];
    let name = words.get("sheet.import_issues");
    let mut parts = vec![Part::Title(name.to_string()), Part::Table(counts.clone()), Part::Table(list.clone())];
    // The first place of each code leads to its line in the list.
    for (row, count) in counts.rows.iter_mut().zip(input.counts) {
        let shown = words.problem(&count.first).title;
        let at = list.rows.iter().position(|r| same_place(r, &count.first, &shown));
        if let Some(target) = at.and_then(|at| row_of(&parts, LIST, at)) {
            let text = count.first.place.cell.clone().unwrap_or_else(|| "—".to_string());
            row.cells[3] = Cell::Link { text, target: internal(name, target) };
        }
    }
    parts[1] = Part::Table(counts);
    parts[2] = Part::Table(list);
    let mut sheet = Sheet::new(name, parts);
    sheet.landscape = true;
    sheet
}

/// Whether a line of the list is this problem.
fn same_place(row: &Row, problem: &Problem, title: &str) -> bool {
    let is = |at: usize, text: &str| matches!(row.cells.get(at), Some(Cell::Text(t)) if t == text);
    let place = &problem.place;
    is(1, &place.file)
        && is(2, place.sheet.as_deref().unwrap_or("—"))
        && is(3, place.cell.as_deref().unwrap_or("—"))
        && is(4, title)
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
    let mut tiles = vec![
        tile(words, "files", Cell::Count(input.files.len() as i64), Kind::Count),
        tile(words, "rows_taken", sum(|f| f.rows_taken), Kind::Count),
        tile(words, "rows_skipped", sum(|f| f.rows_skipped), Kind::Count),
        tile(words, "errors", Cell::Count(errors), Kind::Count),
        tile(words, "warnings", Cell::Count(of(Severity::Warning)), Kind::Count),
    ];
    tiles[3].tone = if errors > 0 { Tone::Bad } else { Tone::Good };
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

/// One line per file and sheet, with the ways to its details.
fn sheets_table(input: &ImportReportInput, words: &Words, others: &[&Sheet; 3]) -> Table {
    let columns = Columns::new(words, "import_files")
        .wide("file", Kind::Text, 34.0)
        .wide("sheet", Kind::Text, 16.0)
        .wide("kind", Kind::Text, 16.0)
        .wide("outcome", Kind::Text, 22.0)
        .wide("as_of", Kind::Date, 12.0)
        .wide("money_unit", Kind::Wrap, 18.0)
        .wide("rows_taken", Kind::Count, 10.0)
        .wide("rows_skipped", Kind::Count, 10.0)
        .wide("errors", Kind::Count, 8.0)
        .wide("warnings", Kind::Count, 8.0)
        .wide("see_issues", Kind::Text, 9.0)
        .wide("see_columns", Kind::Text, 9.0)
        .wide("see_skipped", Kind::Text, 9.0)
        .wide("marked_copy", Kind::Text, 11.0);
    let mut table = columns.table();
    let empty = SheetOutcome::default();
    for file in input.files {
        // A file that could not be opened has no sheets, but a line all the same.
        let sheets: Vec<&SheetOutcome> =
            if file.sheets.is_empty() { vec![&empty] } else { file.sheets.iter().collect() };
        for sheet in sheets {
            table.rows.push(sheet_row(input, file, sheet, words, others));
        }
    }
    if table.rows.len() > 1 {
        let mut cells = vec![Cell::Empty; table.columns.len()];
        cells[0] = Cell::text(words.get("common.total"));
        for (at, cell) in cells.iter_mut().enumerate().filter(|(at, _)| (6..10).contains(at)) {
            let counts = table.rows.iter().map(|r| if let Cell::Count(n) = r.cells[at] { n } else { 0 });
            *cell = Cell::Count(counts.sum());
        }
        table.rows.push(Row::new(cells).tone(Tone::Total));
    }
    table
}

fn sheet_row(
    input: &ImportReportInput,
    file: &ImportedFile,
    sheet: &SheetOutcome,
    words: &Words,
    others: &[&Sheet; 3],
) -> Row {
    let inside = (!sheet.sheet.is_empty()).then_some(sheet.sheet.as_str());
    // What concerns the file as a whole is counted with its first sheet.
    let first = file.sheets.first().is_none_or(|s| std::ptr::eq(s, sheet));
    let of_file = |s: Severity| {
        let own = count_of(input.problems, s, &file.line.file, inside);
        let no_sheet = |p: &&Problem| p.place.file == file.line.file && p.place.sheet.is_none() && p.severity == s;
        let whole = input.problems.iter().filter(no_sheet).count();
        if inside.is_some() && first { own + whole } else { own }
    };
    let (errors, warnings) = (of_file(Severity::Error), of_file(Severity::Warning));
    let tone = match file.line.outcome {
        Outcome::Taken => Tone::Good,
        Outcome::AlreadyTaken => Tone::Muted,
        Outcome::Refused => Tone::Bad,
    };
    // Where the list of a sheet names file and sheet: the first line of this one.
    let way = |other: &Sheet, table: usize, columns: (usize, usize)| {
        let list = other.parts.iter().filter_map(|p| if let Part::Table(t) = p { Some(t) } else { None }).nth(table)?;
        let is = |row: &Row, at: usize, text: &str| matches!(&row.cells[at], Cell::Text(t) if t == text);
        let of_sheet = |row: &Row| inside.is_none_or(|s| is(row, columns.1, s) || (first && is(row, columns.1, "—")));
        let at = list.rows.iter().position(|r| is(r, columns.0, &file.line.file) && of_sheet(r))?;
        let target = internal(&other.name, row_of(&other.parts, table, at)?);
        Some(Cell::Link { text: words.get("note.see").to_string(), target })
    };
    // Beside sheets that were read, hidden ones and instructions are nobody's fault.
    let unread = inside.is_some() && sheet.kind.is_none() && errors == 0;
    let (key, tone) = if unread { ("not_read", Tone::Muted) } else { (file.line.outcome.key(), tone) };
    let outcome = format!("outcome.{key}");
    let mut row = Row::new(vec![
        Cell::text(&file.line.file),
        known(inside, Cell::text),
        known(sheet.kind, |k| Cell::text(words.get(&format!("sheet.{k}")))),
        Cell::text(words.get(&outcome)),
        Cell::or_empty(sheet.date, Cell::Date),
        Cell::Text(units(sheet, words)),
        Cell::Count(sheet.rows_taken as i64),
        Cell::Count(sheet.rows_skipped as i64),
        Cell::Count(errors as i64),
        Cell::Count(warnings as i64),
        way(others[0], LIST, (1, 2)).unwrap_or_default(),
        way(others[1], 0, (0, 1)).unwrap_or_default(),
        way(others[2], 0, (0, 1)).unwrap_or_default(),
        Cell::or_empty(file.marked.filter(|_| first), |path| Cell::Link {
            text: words.get("note.open").to_string(),
            target: path.to_string(),
        }),
    ])
    .cell_tone(3, tone);
    if errors > 0 {
        row = row.cell_tone(8, Tone::Bad);
    }
    if warnings > 0 {
        row = row.cell_tone(9, Tone::Warn);
    }
    row
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
    let columns = Columns::new(words, "import_changes")
        .add("file", Kind::Text)
        .add("new_employers", Kind::Count)
        .add("new_employees", Kind::Count)
        .add("parts", Kind::Count)
        .add("replaced_parts", Kind::Count)
        .add("payroll_runs", Kind::Count)
        .add("replaced_runs", Kind::Count)
        .add("unmatched", Kind::Count)
        .add("open_matches", Kind::Count);
    let mut table = columns.table();
    for (file, brought) in files.iter().filter_map(|f| Some((f, f.brought?))) {
        let counts = [
            brought.new_employers,
            brought.new_employees,
            brought.parts,
            brought.replaced_parts,
            brought.payroll_runs,
            brought.replaced_runs,
            file.unmatched,
            file.open_matches,
        ];
        let mut row = Row::new([Cell::text(&file.line.file)].into_iter().chain(counts.map(Cell::Count)).collect());
        for (at, _) in counts.iter().enumerate().filter(|(at, n)| matches!(at, 3 | 5 | 6 | 7) && **n > 0) {
            row = row.cell_tone(at + 1, Tone::Warn);
        }
        table.rows.push(row);
    }
    table
}

/// Every column of every sheet: what it was taken for.
fn columns_table(files: &[ImportedFile], words: &Words) -> Table {
    let columns = Columns::new(words, "import_columns")
        .wide("file", Kind::Text, 34.0)
        .wide("sheet", Kind::Text, 16.0)
        .wide("column", Kind::Text, 6.0)
        .wide("header", Kind::Wrap, 28.0)
        .wide("field", Kind::Text, 24.0)
        .wide("how", Kind::Text, 12.0)
        .wide("confidence", Kind::Share, 9.0)
        .wide("unit", Kind::Text, 22.0);
    let mut table = columns.table();
    table.notes = vec![words.get("note.import_columns").to_string()];
    for (file, sheet) in sheets_of(files) {
        for column in &sheet.columns {
            let field = column.name.as_ref().or(column.field.as_ref());
            let used = field.map_or_else(|| words.get("note.unused"), String::as_str);
            let unit = column.unit.as_deref().zip(column.unit_from).map(|(u, f)| unit_text(u, f, words));
            let cells = vec![
                Cell::text(file),
                Cell::text(&sheet.sheet),
                Cell::text(&column.column),
                Cell::text(&column.header),
                Cell::text(used),
                Cell::or_empty(column.how, |how| Cell::text(words.word(&format!("how_{how}")))),
                Cell::or_empty(column.confidence, Cell::Share),
                Cell::or_empty(unit, Cell::Text),
            ];
            let row = Row::new(cells);
            table.rows.push(if field.is_some() { row } else { row.tone(Tone::Muted) });
        }
    }
    table
}

/// The rows left out, by reason.
fn skipped_table(files: &[ImportedFile], words: &Words) -> Table {
    let columns = Columns::new(words, "import_skipped")
        .wide("file", Kind::Text, 34.0)
        .wide("sheet", Kind::Text, 16.0)
        .wide("reason", Kind::Text, 26.0)
        .wide("rows", Kind::Count, 9.0)
        .wide("row_numbers", Kind::Wrap, 60.0);
    let mut table = columns.table();
    table.notes = vec![words.get("note.import_skipped").to_string()];
    for (file, sheet) in sheets_of(files) {
        for skipped in &sheet.skipped {
            let cells = vec![
                Cell::text(file),
                Cell::text(&sheet.sheet),
                Cell::text(words.word(&format!("skip_{}", skipped.reason))),
                Cell::Count(skipped.rows as i64),
                Cell::Text(row_numbers(&skipped.ranges, words)),
            ];
            let row = Row::new(cells);
            table.rows.push(if skipped.reason == "problem" { row.cell_tone(2, Tone::Bad) } else { row });
        }
    }
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
