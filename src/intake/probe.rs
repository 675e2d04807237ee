//! A first look at a file.

use std::path::Path;

use crate::model::problem::Problem;
use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::file::request::Request;
use crate::intake::file::scan::SheetInfo;
use crate::intake::file::source::{Source, file_name, stem};
use crate::intake::header::detect::Aliases;
use crate::intake::issue::{self, Fault};
use crate::intake::returned;
use crate::intake::sandbox::book::Book;
use crate::intake::sheet::hints::Hints;
use crate::intake::sheet::reading::Piece;
use crate::intake::sheet::walk::{Table, Tools};
use crate::intake::value::lexicon::Lexicon;

/// What a file is, by a first look: enough to know in which order files are to be taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Glance {
    /// Lower-case hexadecimal; empty when the file could not be opened.
    pub sha256: String,
    /// Kinds of its sheets, sorted.
    pub kinds: Vec<SheetKind>,
    /// The kind of each sheet in the order of the file; `None` for one that is hidden or of no known kind.
    pub sheets: Vec<Option<SheetKind>>,
    /// Rows of its sheets of a known kind, where the format tells beforehand.
    pub rows: Option<u64>,
    /// Its reader got stuck already here: a second try would only take the same time again.
    pub stuck: Option<Problem>,
}

/// Rows of a sheet sent for a glance: more than the header is looked for in, for blank ones do not count.
const GLANCE_ROWS: u32 = 200;

/// Reads no further than the headers of a file's sheets.
pub fn glance(path: &Path, rules: &Rules, hints: &Hints) -> Glance {
    let (mut sheets, mut rows) = (Vec::new(), Some(0));
    // Whether it is still the same file when its rows are read is asked there.
    let Ok((file, Source { sha256, .. })) = Source::open(path, &rules.limits) else { return Glance::default() };
    let stem = stem(path);
    let heads =
        Request { rows: Some(GLANCE_ROWS), ..Request::new(&stem, &rules.limits, hints.password_file.as_deref()) };
    let mut stuck = None;
    let mut note = |fault: &Fault| {
        if fault.code == issue::READER_TIMED_OUT {
            stuck = Some(fault.clone().at(&file_name(path), None, None));
        }
    };
    let mut book = match Book::open(file, &heads) {
        Ok(book) => book,
        Err(fault) => {
            note(&fault);
            return Glance { sha256, stuck, ..Glance::default() };
        }
    };
    if returned::is_marked(&book.sheets) {
        let holds = |s: &SheetInfo| returned::may_hold(s).then_some(SheetKind::Returned);
        let rows = book.sheets.iter().filter(|s| holds(s).is_some()).map(|s| s.scan.rows).sum();
        let sheets = book.sheets.iter().map(holds).collect();
        return Glance { sha256, kinds: vec![SheetKind::Returned], sheets, rows, stuck };
    }
    let lexicon = Lexicon::new(&rules.import);
    let aliases = Aliases::new(rules);
    let tools = Tools { rules, lexicon: &lexicon, aliases: &aliases, hints, date1904: book.date1904, stem: &stem };
    for index in 0..book.sheets.len() {
        let info = book.sheets[index].clone();
        if info.hidden {
            sheets.push(None);
            continue;
        }
        let mut kind = None;
        let here = info.scan.rows;
        let mut hand_on = |piece| {
            if let Piece::Sheet(head) = piece {
                kind = Some(head.kind);
                rows = rows.zip(here).map(|(all, here)| all + here);
            }
            false
        };
        let mut table = Table::new(&tools, "", &info.name, info.scan, &mut hand_on);
        let outcome = book.rows(index, &mut |row| table.row(row));
        outcome.as_ref().err().into_iter().for_each(&mut note);
        table.finish(outcome);
        sheets.push(kind);
    }
    let mut kinds: Vec<SheetKind> = sheets.iter().flatten().copied().collect();
    kinds.sort_unstable();
    kinds.dedup();
    Glance { sha256, kinds, sheets, rows, stuck }
}
