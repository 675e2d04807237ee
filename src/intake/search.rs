//! All text of a file, whatever it is and however it is packed: for looking whether somebody stands in it. Read under the
//! same guard, in the same process and within the same bounds as an import; what goes beyond them is refused, never
//! taken for looked through.

use std::path::Path;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::file::input::Input;
use crate::intake::file::request::{Request, Sheets};
use crate::intake::file::source::{Source, stem};
use crate::intake::file::text_of::pieces_of;
use crate::intake::issue::{self, Fault};
use crate::intake::sandbox::book::Book;
use crate::intake::sandbox::parent::{self, Apart};
use crate::rules::import::limits::ImportLimits;

/// Hands a file's text to `each`, piece by piece in the order of the file, in every encoding it may be in; `each` says
/// whether to go on. A piece ends at a line's end where lines are not too long.
///
/// # Errors
/// What makes it unsure that all text was seen: a protected, broken, hostile or too large file, a format that hides its
/// text, a reading process that was ended.
pub fn texts(path: &Path, limits: &ImportLimits, each: &mut dyn FnMut(&str) -> bool) -> Result<(), Fault> {
    let (file, _) = Source::open(path, limits)?;
    let request = Request { sheets: Sheets::Text, ..Request::new(&stem(path), limits, None) };
    let Some(program) = parent::program() else {
        return pieces_of(Input::file(file), &request, each).map(|_| ());
    };
    let (mut apart, _) = Apart::start(program, file, &request)?;
    let mut each_row = |row: &mut Row| match row.cell(0) {
        Cell::Text(text) => each(text),
        _ => true,
    };
    apart.rows(0, &mut each_row).map(|_| ())
}

/// Hands the rows of all sheets of a spreadsheet, hidden ones too, to `each`: the cells of one as they are stored, joined
/// by tabs. `each` says whether to go on.
///
/// # Errors
/// As [`texts`].
pub fn rows(path: &Path, limits: &ImportLimits, each: &mut dyn FnMut(&str) -> bool) -> Result<(), Fault> {
    let (file, _) = Source::open(path, limits)?;
    let limits = ImportLimits { max_columns: 16_384, ..limits.clone() };
    let mut book = Book::open(file, &Request { sheets: Sheets::All, ..Request::new(&stem(path), &limits, None) })?;
    let mut line = String::new();
    let mut go_on = true;
    for sheet in 0..book.sheets.len() {
        let read = book.rows(sheet, &mut |row| {
            line.clear();
            for cell in &row.cells {
                line.push_str(&cell.stored());
                line.push('\t');
            }
            go_on = each(&line);
            go_on
        })?;
        if !go_on {
            return Ok(());
        }
        if read.cut || read.unreadable > 0 {
            return Err(Fault::new(issue::UNREADABLE_SHEET));
        }
    }
    Ok(())
}
