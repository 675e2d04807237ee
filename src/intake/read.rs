//! The entry: a file → its sheets as typed rows.

use std::fs::File;
use std::io::Seek as _;
use std::path::Path;

use crate::intake::file::cell::Cell;
use crate::intake::file::encoding::not_readable;
use crate::intake::file::request::Request;
use crate::intake::file::scan::SheetInfo;
use crate::intake::file::source::{Source, file_name, stem};
use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{ColumnReading, How};
use crate::intake::header::shared_fields::AMOUNT_UNIT;
use crate::intake::header::units::is_money;
use crate::intake::issue::{self, Fault};
use crate::intake::returned;
use crate::intake::sandbox::book::Book;
use crate::intake::sheet::hints::Hints;
use crate::intake::sheet::reading::{FileReading, Piece, SheetReading};
use crate::intake::sheet::walk::{Table, Tools};
use crate::intake::value::amount::money::Unit;
use crate::intake::value::amount::unit_sentences::Said;
use crate::intake::value::lexicon::{Lexicon, same_words};
use crate::intake::value::squeeze;
use crate::model::Severity;
use crate::model::problem::Problem;
use crate::model::rows::Rows;
use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::OwnBooks;

/// A file of which nothing can be kept, for a reason given as `word.<reason>`.
pub fn unreadable(path: &Path, reason: &'static str) -> FileReading {
    FileReading { file: file_name(path), problems: vec![broken(path, reason)], ..FileReading::default() }
}

/// A file somebody wrote to while it was read: what was read may be partly the old and partly the new.
pub fn changed(path: &Path) -> FileReading {
    let file = file_name(path);
    let problem = Fault::new(issue::FILE_CHANGED).at(&file, None, None);
    FileReading { problems: vec![problem], file, ..FileReading::default() }
}

/// A file whose reader got stuck when it was looked at first.
pub fn stuck(path: &Path, sha256: &str, problem: &Problem) -> FileReading {
    FileReading {
        file: file_name(path),
        sha256: sha256.to_string(),
        problems: vec![problem.clone()],
        ..FileReading::default()
    }
}

/// The problem of such a file.
pub fn broken(path: &Path, reason: &'static str) -> Problem {
    Fault::new(issue::UNREADABLE_FILE).word("reason", reason).at(&file_name(path), None, None)
}

/// Reads a file of any of the formats that arrive, rows and all. What is wrong with it stands in `problems`.
pub fn read(path: &Path, rules: &Rules, hints: &Hints) -> FileReading {
    let mut sheets: Vec<(String, Option<Rows>)> = Vec::new();
    let mut reading = read_in_pieces(path, rules, hints, &[], &mut |piece| {
        match piece {
            Piece::Sheet(head) => sheets.push((head.sheet, None)),
            Piece::Rows { rows, .. } => match sheets.last_mut() {
                Some((_, Some(known))) => known.append(rows),
                Some((_, none)) => *none = Some(rows),
                None => {}
            },
            Piece::SheetEnd(_) => {}
        }
        true
    });
    let mut sheets = sheets.into_iter().peekable();
    for sheet in &mut reading.sheets {
        if let Some((_, rows)) = sheets.next_if(|(name, _)| *name == sheet.sheet) {
            sheet.rows = rows.filter(|_| sheet.row_count.is_some());
        }
    }
    reading
}

/// Reads a file and hands its rows on while it goes, so that a file of any length takes little memory; `each` says
/// whether to go on. What it gives back has no rows.
///
/// `kinds`: those of its sheets as a first look has found them. Sheets are taken in the order of their kinds, as files
/// are: what a sheet speaks of may stand in one behind it. Without them, in the order of the file.
pub fn read_in_pieces(
    path: &Path,
    rules: &Rules,
    hints: &Hints,
    kinds: &[Option<SheetKind>],
    each: &mut dyn FnMut(Piece) -> bool,
) -> FileReading {
    let (file, source) = match Source::open(path, &rules.limits) {
        Ok(opened) => opened,
        Err(fault) => {
            let file = file_name(path);
            return FileReading { problems: vec![fault.at(&file, None, None)], file, ..FileReading::default() };
        }
    };
    let mut broken_off = false;
    let mut hand_on = |piece| {
        broken_off |= !each(piece);
        !broken_off
    };
    let reading = read_opened(file, path, (rules, hints), kinds, &mut hand_on);
    // Whatever else is wrong with what was read: it was never a file.
    if !broken_off && !source.is_unchanged() {
        return changed(path);
    }
    FileReading { sha256: source.sha256, ..reading }
}

/// [`read_in_pieces`] of a file that is open.
fn read_opened(
    file: File,
    path: &Path,
    (rules, hints): (&Rules, &Hints),
    kinds: &[Option<SheetKind>],
    each: &mut dyn FnMut(Piece) -> bool,
) -> FileReading {
    let mut reading = FileReading { file: file_name(path), ..FileReading::default() };
    let stem = stem(path);
    let request = Request::new(&stem, &rules.limits, hints.password_file.as_deref());
    let again = file.try_clone();
    let mut book = match Book::open(file, &request) {
        Ok(book) => book,
        Err(fault) => {
            reading.problems.push(fault.at(&reading.file, None, None));
            return reading;
        }
    };
    reading.problems.extend(book.notes.drain(..).map(|f| f.at(&reading.file, None, None)));
    if returned::is_marked(&book.sheets) {
        match again {
            Ok(again) => returned::read(book, &again, &request, (rules, hints), &mut reading, each),
            Err(_) => reading.problems.push(not_readable().at(&reading.file, None, None)),
        }
        return reading;
    }
    let lexicon = Lexicon::new(&rules.import);
    let aliases = Aliases::new(rules);
    let tools = Tools { rules, lexicon: &lexicon, aliases: &aliases, hints, date1904: book.date1904, stem: &stem };
    let own = OwnBook::new(&book.sheets, &rules.import.own_books);
    let mut read: Vec<(usize, SheetReading, Vec<Problem>)> = Vec::new();
    let mut guides: Vec<String> = Vec::new();
    let mut go_on = true;
    for (pass, sheets) in passes(book.sheets.len(), kinds).into_iter().enumerate() {
        if pass > 0 {
            // Sheets are only read top down: for one that stands before the last the file is opened once more.
            drop(book);
            book = match again.as_ref().map_err(|_| not_readable()).and_then(|file| reopened(file, &request)) {
                Ok(book) => book,
                Err(fault) => {
                    reading.problems.push(fault.at(&reading.file, None, None));
                    return reading;
                }
            };
        }
        for index in sheets {
            guides.extend(unit_of_guide(&mut book, index, &tools));
            let (sheet, problems) = read_sheet(&mut book, index, &tools, &own, &reading.file, &mut |piece| {
                go_on &= each(piece);
                go_on
            });
            read.push((index, sheet, problems));
            if !go_on {
                break;
            }
        }
        if !go_on {
            break;
        }
    }
    read.sort_by_key(|(index, ..)| *index);
    for (_, sheet, problems) in read {
        reading.sheets.push(sheet);
        reading.problems.extend(problems);
    }
    if !hints.profiles.is_empty() && !reading.sheets.iter().any(|s| s.how == Some(How::Profile)) {
        let columns = reading.sheets.iter().filter_map(|s| s.misfit.as_ref()).min_by_key(|m| m.len());
        let fault =
            Fault::new(issue::PROFILE_MISMATCH).text("columns", columns.map_or(String::new(), |c| c.join("、")));
        reading.problems.push(fault.at(&reading.file, None, None));
    }
    if let Some(text) = guides.first().filter(|_| hints.unit.is_none()) {
        ask_for_unit(&mut reading, text, rules);
    }
    own.tell(&mut reading);
    soften(&mut reading);
    reading
}

/// Whether a sheet explains how the others are filled in.
fn is_guide(book: &Book, index: usize, tools: &Tools<'_>) -> bool {
    let info = &book.sheets[index];
    !info.hidden && book.sheets.len() > 1 && tools.lexicon.is_guide_sheet(&info.name)
}

/// The sentence in which a sheet of explanations says a unit of money other than yuan.
fn unit_of_guide(book: &mut Book, index: usize, tools: &Tools<'_>) -> Option<String> {
    if !is_guide(book, index, tools) {
        return None;
    }
    let words = &tools.aliases.unit_text;
    let says = |cell: &Cell| match cell {
        Cell::Text(text) if !matches!(words.sentence(text), Said::Nothing | Said::One(Unit::Yuan)) => {
            Some(squeeze(text))
        }
        _ => None,
    };
    let (mut found, mut looked_at) = (None, 0);
    // What cannot be read of it is no reason to refuse the others.
    let _ = book.rows(index, &mut |row| {
        found = row.cells.iter().find_map(says);
        looked_at += 1;
        found.is_none() && looked_at < tools.rules.limits.header_depth
    });
    found
}

/// Asks for the unit of the sheets whose amounts have none, where a sheet of explanations says one.
fn ask_for_unit(reading: &mut FileReading, said: &str, rules: &Rules) {
    let bare = |sheet: &&SheetReading| {
        let Some(kind) = sheet.kind.filter(|k| *k != SheetKind::Targets) else { return false };
        let is = |c: &ColumnReading, wanted: &dyn Fn(&str) -> bool| c.field.as_deref().is_some_and(wanted);
        sheet.row_count.is_some()
            && sheet.unit.is_none()
            && !sheet.columns.iter().any(|c| is(c, &|f| f == AMOUNT_UNIT))
            && sheet.columns.iter().any(|c| c.money_unit().is_none() && is(c, &|f| is_money(rules, kind, f)))
    };
    let asked: Vec<Problem> = (reading.sheets.iter().filter(bare))
        .map(|s| Fault::new(issue::UNIT_UNCLEAR).text("text", said).at(&reading.file, Some(&s.sheet), None))
        .collect();
    reading.problems.extend(asked);
}

/// What is known of a workbook of ours: which of its sheets are only to be read.
struct OwnBook {
    side: Vec<String>,
    back: Vec<String>,
}

impl OwnBook {
    fn new(sheets: &[SheetInfo], words: &OwnBooks) -> OwnBook {
        let among = |list: &[String]| -> Vec<String> {
            let named = |s: &&SheetInfo| list.iter().any(|w| same_words(w, &s.name));
            sheets.iter().filter(named).map(|s| s.name.clone()).collect()
        };
        let (side, back) = (among(&words.side), among(&words.back));
        // Words such as Overview stand in anybody's workbook.
        let telling = |list: &[String]| list.iter().filter(|n| !n.is_ascii()).count();
        let named = telling(&back) > 0 && telling(&side) + telling(&back) >= words.least;
        let known = sheets.iter().any(|s| s.scan.own_book) || named;
        if known { OwnBook { side, back } } else { OwnBook { side: Vec::new(), back: Vec::new() } }
    }

    fn is_side(&self, name: &str) -> bool {
        self.side.iter().any(|s| s == name)
    }

    /// In some workbooks a sheet is filled in that in others is only to be read; a workbook of which nothing comes back is
    /// no data.
    fn tell(&self, reading: &mut FileReading) {
        if self.side.is_empty() {
            return;
        }
        let unknown = |p: &&mut Problem| {
            p.code == issue::UNKNOWN_KIND.id && p.place.sheet.as_ref().is_some_and(|s| self.back.contains(s))
        };
        for problem in reading.problems.iter_mut().filter(unknown) {
            *problem = Fault::new(issue::OWN_SHEET_SKIPPED).at(&reading.file, problem.place.sheet.as_deref(), None);
        }
        // Where something was to be read and could not be, that is what is to be told.
        let refused = reading.problems.iter().any(|p| p.severity == Severity::Error);
        if !refused && reading.sheets.iter().all(|s| s.row_count.is_none()) {
            reading.problems.push(Fault::new(issue::OWN_WORKBOOK).at(&reading.file, None, None));
        }
    }
}

fn reopened(file: &File, request: &Request) -> Result<Book, Fault> {
    let open = || {
        let mut file = file.try_clone()?;
        file.rewind()?;
        Ok(file)
    };
    Book::open(open().map_err(|_: std::io::Error| not_readable())?, request)
}

/// The sheets by number in the order in which they are taken, parted wherever it goes back: by kind, those of no known
/// kind first.
fn passes(count: usize, kinds: &[Option<SheetKind>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|index| kinds.get(*index).copied().flatten());
    let mut passes: Vec<Vec<usize>> = Vec::new();
    for index in order {
        match passes.last_mut() {
            Some(pass) if pass.last().is_some_and(|last| *last < index) => pass.push(index),
            _ => passes.push(vec![index]),
        }
    }
    passes
}

/// Reads one sheet, or says why it is passed over.
fn read_sheet(
    book: &mut Book,
    index: usize,
    tools: &Tools<'_>,
    own: &OwnBook,
    file: &str,
    each: &mut dyn FnMut(Piece) -> bool,
) -> (SheetReading, Vec<Problem>) {
    let info = book.sheets[index].clone();
    let skip = if info.hidden {
        Some(issue::HIDDEN_SHEET_SKIPPED)
    } else if is_guide(book, index, tools) {
        Some(issue::GUIDE_SHEET_SKIPPED)
    } else if own.is_side(&info.name) {
        Some(issue::OWN_SHEET_SKIPPED)
    } else {
        None
    };
    if let Some(code) = skip {
        let problem = Fault::new(code).at(file, Some(&info.name), None);
        return (SheetReading { sheet: info.name, ..SheetReading::default() }, vec![problem]);
    }
    let mut table = Table::new(tools, file, &info.name, info.scan, each);
    let outcome = book.rows(index, &mut |row| table.row(row));
    let (sheet, problems) = table.finish(outcome);
    if sheet.row_count.is_some() {
        each(Piece::SheetEnd(Box::new(sheet.clone())));
    }
    (sheet, problems)
}

/// Beside a sheet that was read, one that is no list of ours is only worth a warning.
fn soften(reading: &mut FileReading) {
    if !reading.sheets.iter().any(|s| s.row_count.is_some()) {
        return;
    }
    let soft = [issue::UNKNOWN_KIND.id, issue::FORM_NOT_TABLE.id];
    reading.problems.iter_mut().filter(|p| soft.contains(&p.code)).for_each(|p| p.severity = Severity::Warning);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_taken_by_kind_in_as_few_passes_as_it_takes() {
        let (employers, holdings, payroll) =
            (Some(SheetKind::Employers), Some(SheetKind::Holdings), Some(SheetKind::Payroll));
        assert_eq!(passes(3, &[]), [[0, 1, 2]]);
        assert_eq!(passes(3, &[employers, holdings, payroll]), [[0, 1, 2]]);
        assert_eq!(passes(3, &[payroll, holdings, employers]), [[2], [1], [0]]);
        assert_eq!(passes(4, &[holdings, payroll, employers, holdings]), [vec![2], vec![0, 3], vec![1]]);
        assert_eq!(passes(4, &[payroll, None, employers, None]), [vec![1, 3], vec![2], vec![0]]);
        assert_eq!(passes(2, &[payroll]), [[1], [0]]);
    }
}
