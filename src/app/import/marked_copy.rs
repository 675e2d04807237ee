//! `<file>_标注.xlsx`: the sheets of a file with its problem cells coloured, what is personal masked as the rules say.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::error::AppError;
use crate::app::import::outcome::FileOutcome;
use crate::app::import::outcome::Outcome;
use crate::app::import::own_fault;
use crate::app::outputs;
use crate::app::reveal::barest;
use crate::app::workspace::open::OutNote;
use crate::app::workspace::open::Workspace;
use crate::intake::{Cell, Cells, Hints, Row};
use crate::model::imported::{PersonalField, ProblemCount, SheetOutcome, mask_numbers};
use crate::model::personal::{ColumnLevel, MaskLevel};
use crate::model::problem::{cell_position, codes};
use crate::model::text::file_name::{folded, safe_name, with_tail};
use crate::model::{Param, Problem, Severity};
use crate::output::Written;
use crate::render::RenderError;
use crate::render::books::import::marked_copy::{CopiedSheet, MarkedInput, summary_sheet};
use crate::render::words::Words;
use crate::render::workbook::copy::{HeaderPlace, Mark, MarkLook, MarkedBook, MarkedSheet, RowMarks, Value};
use crate::rules::trust::masking::OutputMasking;
use crate::store::trust::audit::ShownColumn;

/// Folder of the copies, beside the report.
const FOLDER: &str = "08_标注";
/// Rows left out for these reasons name nobody: what stands in the column of names is a label.
const LABELS: [&str; 3] = ["total", "header_repeated", "title_repeated"];
/// Fields of numbers of firms, tasks and colleagues.
const NUMBERS: [&str; 5] = ["bank_number", "credit_code", "employer_number", "number", "task"];
/// Mapped fields of free text, in which anything may stand.
const FREE_TEXT: [&str; 7] = ["note", "remark", "purpose", "summary", "counterparty", "address", "contact_title"];

/// Where the copy of a file is put, relative to the day's folder. Files of one name in several folders, or whose names
/// are one once they are safe, get one copy each, told apart by `number` (1 for the first).
fn name_of(workspace: &Workspace, file: &str, number: usize) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mark = workspace.words.get("file.marked");
    let number = if number > 1 { format!("({number})") } else { String::new() };
    format!("{FOLDER}/{}", with_tail(&safe_name(stem), &format!("_{mark}{number}.xlsx")))
}

/// Writes a copy for every file that needs one, and removes those of the same day's earlier tries that need none now.
/// What goes wrong with one file's copy is added to the problems.
///
/// # Errors
/// Nothing that concerns one file alone: the database cannot be read or written.
pub fn write_all(
    workspace: &Workspace,
    files: &mut [FileOutcome],
    problems: &mut Vec<Problem>,
) -> Result<Vec<Written>, AppError> {
    let mut written = Vec::new();
    let mut told = Vec::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        let own_name = file.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let number = names.entry(folded(&name_of(workspace, &own_name, 1))).or_default();
        *number += 1;
        let name = name_of(workspace, &own_name, *number);
        let own: Vec<Problem> = problems.iter().filter(|p| p.place.file == file.file).cloned().collect();
        let wanted = is_wanted(workspace, file, &own);
        let made = if wanted { write_one(workspace, file, &own, &name) } else { Ok(Copied::Nothing) };
        match made {
            Ok(Copied::Written(copy)) => {
                file.marked_copy = Some(format!("{}/{name}", workspace.out_folder()));
                written.push(copy);
            }
            Ok(made) => {
                if matches!(made, Copied::Changed) {
                    told.push(own_fault::problem(codes::MARKED_COPY_NOT_WRITTEN, &file.file, "reason_changed_since"));
                }
                if let Err(error) = outputs::remove_unchanged(workspace, &name) {
                    told.push(own_fault::problem_of(codes::MARKED_COPY_NOT_REMOVED, &file.file, error)?);
                }
            }
            Err(error) => told.push(own_fault::problem_of(codes::MARKED_COPY_NOT_WRITTEN, &file.file, error)?),
        }
    }
    problems.extend(told);
    Ok(written)
}

/// Whether a file has something to mark: problems in cells, or, if it was refused, a header that was found.
fn is_wanted(workspace: &Workspace, file: &FileOutcome, problems: &[Problem]) -> bool {
    let least = workspace.rules.limits.marked_copy.from;
    match file.outcome {
        Outcome::Unchanged => false,
        Outcome::Refused if file.sheets.iter().any(|s| s.header_rows.is_some()) => true,
        _ => problems.iter().any(|p| p.place.cell.is_some() && p.severity <= least),
    }
}

/// What came of the copy of a file.
enum Copied {
    Written(Written),
    /// There is nothing to copy, or it cannot be read, which is told already.
    Nothing,
    /// Somebody has written to the file since it was imported.
    Changed,
}

/// Makes the copy of one file.
fn write_one(workspace: &Workspace, file: &FileOutcome, problems: &[Problem], name: &str) -> Result<Copied, AppError> {
    let (rules, words) = (&workspace.rules, &workspace.words);
    let hints = Hints { password_file: file.password_file.clone(), ..Hints::default() };
    let Ok(mut cells) = Cells::open(&file.path, &rules.limits, &hints) else { return Ok(Copied::Nothing) };
    if cells.sha256() != file.sha256 {
        return Ok(Copied::Changed);
    }
    let names = cells.sheets();
    if names.len() != file.sheets.len() {
        return Ok(Copied::Nothing);
    }
    let limits = &rules.limits.marked_copy;
    let folder = workspace.root.join(".daifa/tmp");
    let title = words.fill("title.marked_copy", &[("file", Param::Text(file.file.clone()))]);
    let mut book = MarkedBook::new(words, &title, words.get("sheet.marked_summary"), &folder, limits.max_notes)?;
    let levels = rules.masking.of("marked_copy");
    let mut shown = Shown::default();
    let mut copied = Vec::new();
    let mut rows = 0;
    for (index, own) in names.iter().enumerate() {
        let sheet = &file.sheets[index];
        // As the import tells of it.
        let own = &mask_numbers(own);
        let concerns: Vec<&Problem> =
            problems.iter().filter(|p| p.place.sheet.as_deref() == Some(own.as_str())).collect();
        // Only where the header is known is it known what to mask; a column of secrets must not be copied.
        if sheet.kind.is_none()
            || sheet.header_rows.is_none()
            || concerns.iter().any(|p| p.code == codes::SECRET_COLUMN.id)
        {
            copied.push(CopiedSheet { own: own.clone(), shown: None, left_out: false });
            continue;
        }
        let name = book.name(own);
        let last_column = sheet.columns.iter().map(|c| c.index).max().unwrap_or(0);
        let header = sheet.header_rows.map(|(_, last)| HeaderPlace { row: last - 1, last_column });
        let begun = book.begin(&name, header)?;
        let marks = marks_of(sheet, &concerns, words);
        let mut copy = Copy {
            book: &mut book,
            sheet: begun,
            masks: Masks::of(sheet, &levels, &mut shown),
            pending: marks,
            max_rows: limits.max_rows,
            left_out: false,
            rows: 0,
            failed: None,
        };
        let read = cells.rows(index, &mut |row| copy.row(row));
        copy.rest();
        if let Some(error) = copy.failed {
            return Err(error.into());
        }
        if read.is_err() {
            return Ok(if cells.is_unchanged() { Copied::Nothing } else { Copied::Changed });
        }
        rows += copy.rows;
        copied.push(CopiedSheet { own: own.clone(), shown: Some(name), left_out: copy.left_out });
        let done = copy.sheet;
        book.end(done)?;
    }
    if copied.iter().all(|s| s.shown.is_none()) {
        return Ok(Copied::Nothing);
    }
    // It would show cells of two files side by side.
    if !cells.is_unchanged() {
        return Ok(Copied::Changed);
    }
    let input = MarkedInput {
        file: &file.file,
        outcome: file.outcome.shown(),
        masked: shown.masked,
        sheets: &copied,
        problems,
        counts: &ProblemCount::gather(problems, 1),
        max_rows: limits.max_rows,
    };
    let bytes = book.finish(&summary_sheet(&input, words), shown.masked)?;
    let columns = shown.columns();
    let mask_level = if shown.anything { "whole" } else { barest(&columns) };
    let note = OutNote { purpose: "import", rows, columns, mask_level };
    Ok(Copied::Written(workspace.write_out(name, &bytes, note)?))
}

/// Marks by row: the columns' headers, then the problems' cells over them.
fn marks_of(sheet: &SheetOutcome, problems: &[&Problem], words: &Words) -> BTreeMap<u32, RowMarks> {
    let mut marks: BTreeMap<u32, RowMarks> = BTreeMap::new();
    let (first, last) = sheet.header_rows.map_or((1, 0), |(first, last)| (first - 1, last - 1));
    for column in &sheet.columns {
        let field = column.name.as_ref().or(column.field.as_ref());
        let look = if field.is_some() { MarkLook::Used } else { MarkLook::Unused };
        let note = field.map_or_else(
            || words.get("note.marked_unused").to_string(),
            |f| {
                let params = [("column", Param::Text(column.column.clone())), ("field", Param::Text(f.clone()))];
                words.fill("note.marked_used", &params)
            },
        );
        for row in first..=last {
            let note = if row == last { note.clone() } else { String::new() };
            marks.entry(row).or_default().insert(column.index, Mark { look, note });
        }
    }
    for problem in problems {
        let Some((row, column)) = problem.place.cell.as_deref().and_then(cell_position) else { continue };
        let text = words.problem(problem);
        let note = format!("{}\n{}\n{}", text.title, text.found, text.repair);
        let look = match problem.severity {
            Severity::Error => MarkLook::Error,
            Severity::Warning => MarkLook::Warning,
            Severity::Note => MarkLook::Note,
        };
        let mark = marks.entry(row).or_default().entry(column).or_insert(Mark { look, note: String::new() });
        mark.look = mark.look.max(look);
        mark.note = if mark.note.is_empty() { note } else { format!("{}\n\n{note}", mark.note) };
    }
    marks
}

/// What personal data a copy shows, for the audit and its own words.
#[derive(Debug, Default)]
struct Shown {
    fields: BTreeMap<PersonalField, ColumnLevel>,
    masked: bool,
    /// Columns of no known meaning are shown whole: anything may stand there.
    anything: bool,
}

impl Shown {
    /// A cell of a kind of personal data is shown.
    fn cell(&mut self, field: PersonalField, level: ColumnLevel) {
        self.fields.entry(field).and_modify(|known| *known = known.with(level)).or_insert(level);
    }

    fn columns(&self) -> Vec<ShownColumn> {
        self.fields.iter().map(|(field, level)| ShownColumn::new(field.key(), *level)).collect()
    }
}

/// How the columns of a sheet are masked.
struct Masks<'a> {
    sheet: &'a SheetOutcome,
    levels: &'a OutputMasking,
    /// By column: what it holds of a person.
    personal: BTreeMap<u32, PersonalField>,
    /// Mapped columns whose values cannot be personal, but for what somebody writes into their text.
    plain: BTreeSet<u32>,
    /// Mapped columns of numbers that are nobody's.
    numbers: BTreeSet<u32>,
    /// Mapped columns of free text.
    free: BTreeSet<u32>,
    shown: &'a mut Shown,
}

impl<'a> Masks<'a> {
    fn of(sheet: &'a SheetOutcome, levels: &'a OutputMasking, shown: &'a mut Shown) -> Masks<'a> {
        let mut personal = BTreeMap::new();
        let (mut plain, mut free, mut numbers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for column in &sheet.columns {
            let Some(field) = column.field.as_deref() else { continue };
            match PersonalField::of(sheet.kind, field) {
                Some(kind) => {
                    personal.insert(column.index, kind);
                }
                None if FREE_TEXT.contains(&field) => {
                    free.insert(column.index);
                }
                None if NUMBERS.contains(&field) => {
                    numbers.insert(column.index);
                }
                None => {
                    plain.insert(column.index);
                }
            }
        }
        Masks { sheet, levels, personal, plain, numbers, free, shown }
    }

    /// The cells of a row as the copy may show them.
    fn values(&mut self, row: &Row, marks: &RowMarks) -> Vec<Value> {
        let number = row.index + 1;
        let header = self.sheet.header_rows.is_some_and(|(first, last)| (first..=last).contains(&number));
        let label = self.sheet.skipped.iter().any(|s| LABELS.contains(&s.reason) && s.holds(number));
        let cells = row.cells.iter().zip(0u32..);
        cells
            .map(|(cell, column)| {
                if header {
                    return self.header_value(cell, column);
                }
                let problem = marks.get(&column).is_some_and(|m| m.look >= MarkLook::Note);
                let below = self.sheet.header_rows.is_none_or(|(_, last)| number > last);
                match self.personal.get(&column) {
                    Some(field) if below && !label => self.personal_value(*field, cell, problem),
                    _ if below && self.plain.contains(&column) && (problem || !matches!(cell, Cell::Text(_))) => {
                        value_of(cell)
                    }
                    _ if below && self.numbers.contains(&column) => value_of(cell),
                    None if below
                        && !label
                        && !problem
                        && !self.plain.contains(&column)
                        && !self.free.contains(&column) =>
                    {
                        self.unmapped_value(cell)
                    }
                    _ => self.free_value(cell),
                }
            })
            .collect()
    }

    /// A header as it stands, unless it is somebody's.
    fn header_value(&mut self, cell: &Cell, column: u32) -> Value {
        let withheld = self.sheet.columns.iter().any(|c| c.index == column && c.withheld);
        match self.free_value(cell) {
            Value::Text(text) if withheld && cell.stored() == text => {
                self.shown.masked = true;
                Value::Text(PersonalField::Name.mask(&text))
            }
            shown => shown,
        }
    }

    fn personal_value(&mut self, field: PersonalField, cell: &Cell, problem: bool) -> Value {
        if cell.is_blank() {
            return value_of(cell);
        }
        let level = if problem { self.levels.problem_cells } else { self.levels.level(field) };
        match level {
            MaskLevel::Hidden => {
                self.shown.masked = true;
                Value::Text("***".into())
            }
            MaskLevel::Masked => {
                self.shown.cell(field, ColumnLevel::Masked);
                self.shown.masked = true;
                Value::Text(field.mask(&cell.stored()))
            }
            MaskLevel::Whole => {
                self.shown.cell(field, ColumnLevel::Whole);
                value_of(cell)
            }
        }
    }

    /// A cell of a column nobody has said the meaning of: anything may stand there.
    fn unmapped_value(&mut self, cell: &Cell) -> Value {
        match self.levels.unmapped {
            _ if cell.is_blank() => value_of(cell),
            MaskLevel::Hidden => {
                self.shown.masked = true;
                Value::Text("***".into())
            }
            MaskLevel::Masked => self.free_value(cell),
            MaskLevel::Whole => {
                self.shown.anything = true;
                value_of(cell)
            }
        }
    }

    /// Free text: numbers as long as a phone's, an ID's or an account's are masked.
    fn free_value(&mut self, cell: &Cell) -> Value {
        let text = match cell {
            Cell::Text(_) => cell.stored(),
            Cell::Number(n) if n.fract() == 0.0 && *n >= 1e10 => cell.stored(),
            _ => return value_of(cell),
        };
        let masked = mask_numbers(&text);
        if masked == text {
            return value_of(cell);
        }
        self.shown.masked = true;
        Value::Text(masked)
    }
}

/// The copying of one sheet.
struct Copy<'b, 'w, 'm> {
    book: &'b mut MarkedBook<'w>,
    sheet: MarkedSheet,
    masks: Masks<'m>,
    /// Marks of rows that have not come yet.
    pending: BTreeMap<u32, RowMarks>,
    max_rows: u32,
    left_out: bool,
    rows: usize,
    failed: Option<RenderError>,
}

impl Copy<'_, '_, '_> {
    /// Takes the next row of the file; `false` when writing has failed.
    fn row(&mut self, row: &mut Row) -> bool {
        // Marks may stand on rows without any cell.
        while let Some(first) = self.pending.first_entry().filter(|e| *e.key() < row.index) {
            let (index, marks) = first.remove_entry();
            self.write(index, &[], &marks);
        }
        let marks = self.pending.remove(&row.index).unwrap_or_default();
        if marks.is_empty() && row.index >= self.max_rows {
            self.left_out = true;
            // Nothing below is marked: the rest need not be read.
            return !self.pending.is_empty();
        } else {
            let values = self.masks.values(row, &marks);
            self.write(row.index, &values, &marks);
        }
        self.failed.is_none()
    }

    /// Marks below the last row.
    fn rest(&mut self) {
        for (index, marks) in std::mem::take(&mut self.pending) {
            self.write(index, &[], &marks);
        }
    }

    fn write(&mut self, index: u32, values: &[Value], marks: &RowMarks) {
        if self.failed.is_some() {
            return;
        }
        match self.book.row(&mut self.sheet, index, values, marks) {
            Ok(true) => self.rows += 1,
            Ok(false) => self.left_out = true,
            Err(error) => self.failed = Some(error),
        }
    }
}

/// A cell as stored; what a formula without a result would come to is not known.
fn value_of(cell: &Cell) -> Value {
    match cell {
        Cell::Empty | Cell::NoValue(_) => Value::Empty,
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Number(n) => Value::Number(*n),
        Cell::Shown(shown) => Value::Number(shown.value),
        // A number would lose the very digits that were saved.
        Cell::Digits { digits, .. } => Value::Text(digits.clone()),
        Cell::Bool(b) => Value::Bool(*b),
        Cell::Moment(at) => Value::Moment(*at),
        Cell::Span(days) => Value::Span(*days),
        Cell::Error(literal) => Value::Text(literal.clone()),
    }
}
