//! An opened file, read in a process of its own where the program said so (see [`super::parent::read_with`]).

use std::fs::File;

use crate::intake::file::cell::{Reading, Row};
use crate::intake::file::input::Input;
use crate::intake::file::open;
use crate::intake::file::request::Request;
use crate::intake::file::scan::SheetInfo;
use crate::intake::issue::Fault;
use crate::intake::sandbox::parent::{self, Apart};
use crate::intake::sandbox::protocol::WireFault;

/// An opened file, whoever reads it.
pub(crate) struct Book {
    pub sheets: Vec<SheetInfo>,
    pub date1904: bool,
    /// Anything worth saying about the file although it was opened.
    pub notes: Vec<Fault>,
    reader: Reader,
}

enum Reader {
    Here(Box<open::Book>),
    Apart(Box<Apart>),
}

impl Book {
    /// Opens a file, in a process of its own when the program said so.
    ///
    /// # Errors
    /// What makes the whole file unusable.
    pub fn open(file: File, request: &Request) -> Result<Book, Fault> {
        let Some(program) = parent::program() else { return Book::open_here(Input::file(file), request) };
        let (apart, opened) = Apart::start(program, file, request)?;
        Ok(Book {
            sheets: opened.sheets,
            date1904: opened.date1904,
            notes: opened.notes.into_iter().filter_map(WireFault::fault).collect(),
            reader: Reader::Apart(Box::new(apart)),
        })
    }

    /// Opens a file's bytes in this process.
    ///
    /// # Errors
    /// As [`Book::open`].
    pub fn open_here(input: Input, request: &Request) -> Result<Book, Fault> {
        let mut book = open::Book::open(input, request)?;
        let (sheets, notes) = (book.sheets.clone(), std::mem::take(&mut book.notes));
        Ok(Book { sheets, date1904: book.date1904, notes, reader: Reader::Here(Box::new(book)) })
    }

    /// Hands the rows of a sheet to `each`, top down, without holding more than one; `each` says whether to go on.
    /// Rows without any cell are not handed over. Sheets are asked for in their order.
    ///
    /// # Errors
    /// A sheet that cannot be read to its end.
    pub fn rows(&mut self, sheet: usize, each: &mut dyn FnMut(&mut Row) -> bool) -> Result<Reading, Fault> {
        match &mut self.reader {
            Reader::Here(book) => book.rows(sheet, each),
            Reader::Apart(apart) => apart.rows(u32::try_from(sheet).unwrap_or(u32::MAX), each),
        }
    }
}
