//! Workbooks of ours that come back. They are known by the mark on their hidden sheet, never by what their headers look
//! like; which columns are typed into stands there too, so that nothing is guessed after columns were added, moved or
//! renamed.

pub(crate) mod columns;
pub(crate) mod sheet;
pub mod values;

use std::fs::File;
use std::io::Seek as _;

use crate::intake::file::encoding::not_readable;
use crate::intake::file::request::{Request, Sheets};
use crate::intake::file::scan::SheetInfo;
use crate::intake::issue::{self, Fault, Issues};
use crate::intake::returned::columns::Marked;
use crate::intake::returned::sheet::ReturnedSheet;
use crate::intake::returned::values::TypedReader;
use crate::intake::sandbox::book::Book;
use crate::intake::sheet::hints::Hints;
use crate::intake::sheet::reading::{FileReading, Piece, SheetHead, SheetReading};
use crate::model::ProductSet;
use crate::model::returns::book::MARK_SHEET;
use crate::model::status::SheetKind;
use crate::rules::Rules;

/// Whether a workbook bears our mark.
pub(crate) fn is_marked(sheets: &[SheetInfo]) -> bool {
    sheets.iter().any(|s| is_mark(&s.name))
}

fn is_mark(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(MARK_SHEET)
}

/// Whether a sheet of such a workbook may hold what was typed; somebody may have hidden it afterwards.
pub(crate) fn may_hold(info: &SheetInfo) -> bool {
    !is_mark(&info.name)
}

/// Reads the mark, then the sheets it speaks of; the others are not even looked at.
pub(crate) fn read(
    book: Book,
    file: &File,
    request: &Request,
    (rules, hints): (&Rules, &Hints),
    reading: &mut FileReading,
    each: &mut dyn FnMut(Piece) -> bool,
) {
    let sheets = book.sheets.clone();
    // Its reader shares the place in the file with those that follow.
    drop(book);
    // Somebody may have hidden what he filled in.
    let all = match request.sheets {
        Sheets::Shown => Request { sheets: Sheets::All, ..request.clone() },
        _ => request.clone(),
    };
    let opened =
        mark_of(file, request, &sheets, rules.limits.mark_rows).and_then(|marked| Ok((marked, open(file, all)?)));
    let (marked, mut book) = match opened {
        Ok(opened) => opened,
        Err(fault) => {
            reading.sheets = sheets.iter().map(|s| left_alone(&s.name)).collect();
            return reading.problems.push(fault.at(&reading.file, None, None));
        }
    };
    let values = TypedReader::new(rules, hints.today, book.date1904);
    let names: Vec<String> = book.sheets.iter().map(|s| s.name.clone()).collect();
    let mut found = false;
    for index in 0..book.sheets.len() {
        let info = book.sheets[index].clone();
        let candidates = if may_hold(&info) { marked.of_sheet(&info.name, &names) } else { Vec::new() };
        if candidates.is_empty() {
            reading.sheets.push(left_alone(&info.name));
            continue;
        }
        let head = SheetHead {
            sheet: info.name.clone(),
            kind: SheetKind::Returned,
            as_of: None,
            payday: None,
            employer: None,
            fallback_employer: None,
            covered: ProductSet::EMPTY,
            mark: Some(marked.mark.clone()),
        };
        let issues = Issues::new(&reading.file, &info.name, rules.limits.max_problems_per_code);
        let mut sheet = ReturnedSheet::new(&values, candidates, head, issues, rules.limits.rows_per_piece, each);
        let outcome = book.rows(index, &mut |row| sheet.row(row));
        let (sheet, problems) = sheet.finish(outcome);
        // A hidden sheet of another name may be anything, and is ours only if it looks so.
        if info.hidden && !marked.names(&info.name) && sheet.header_rows.is_none() {
            reading.sheets.push(left_alone(&info.name));
            continue;
        }
        found |= sheet.row_count.is_some();
        reading.problems.extend(problems);
        reading.sheets.push(sheet);
    }
    if !found && reading.problems.is_empty() {
        reading.problems.push(Fault::new(issue::RETURN_KEYS_LOST).at(&reading.file, None, None));
    }
}

/// The mark, read in a pass of its own: it stands behind the sheets it speaks of.
fn mark_of(file: &File, request: &Request, sheets: &[SheetInfo], most_rows: usize) -> Result<Marked, Fault> {
    let broken = || Fault::new(issue::RETURN_MARK_BROKEN);
    let index = sheets.iter().position(|s| is_mark(&s.name)).ok_or_else(broken)?;
    let wanted = Sheets::Named(sheets[index].name.clone());
    let mut book = open(file, Request { sheets: wanted, ..request.clone() })?;
    let mut rows = Vec::new();
    book.rows(index, &mut |row| {
        rows.push(row.cells.iter().map(|cell| cell.stored()).collect::<Vec<String>>());
        rows.len() < most_rows
    })?;
    Marked::of(&rows).ok_or_else(broken)
}

/// Opens the file once more, from its beginning.
fn open(file: &File, request: Request) -> Result<Book, Fault> {
    let mut again = file.try_clone().map_err(|_| not_readable())?;
    again.rewind().map_err(|_| not_readable())?;
    Book::open(again, &request)
}

fn left_alone(name: &str) -> SheetReading {
    SheetReading { sheet: name.to_string(), ..SheetReading::default() }
}
