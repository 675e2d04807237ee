//! One sheet of a workbook that comes back, row by row.

use crate::intake::file::cell::{Cell, Reading, Row};
use crate::intake::header::layout::ColumnReading;
use crate::intake::issue::{self, Fault, Issues};
use crate::intake::returned::columns::SentColumn;
use crate::intake::returned::values::TypedReader;
use crate::intake::sheet::reading::{Piece, SheetHead, SheetReading, SkippedRow};
use crate::intake::value::{clean, squeeze};
use crate::model::Personal;
use crate::model::problem::Problem;
use crate::model::returns::book::{FixedCell, KEY, ReturnedRow, TypedCell};
use crate::model::rows::Rows;
use crate::model::status::SheetKind;

/// Where the columns stand in the sheet as it came back.
struct Found {
    key: usize,
    header: String,
    columns: Vec<(usize, SentColumn)>,
}

pub(crate) struct ReturnedSheet<'t> {
    values: &'t TypedReader,
    /// The columns it may have been sent with.
    candidates: Vec<Vec<SentColumn>>,
    head: SheetHead,
    issues: Issues,
    reading: SheetReading,
    found: Option<Found>,
    rows: Vec<ReturnedRow>,
    taken: usize,
    piece: usize,
    each: &'t mut dyn FnMut(Piece) -> bool,
    stopped: bool,
}

impl<'t> ReturnedSheet<'t> {
    pub fn new(
        values: &'t TypedReader,
        candidates: Vec<Vec<SentColumn>>,
        head: SheetHead,
        issues: Issues,
        piece: usize,
        each: &'t mut dyn FnMut(Piece) -> bool,
    ) -> ReturnedSheet<'t> {
        let reading =
            SheetReading { sheet: head.sheet.clone(), kind: Some(SheetKind::Returned), ..SheetReading::default() };
        ReturnedSheet {
            values,
            candidates,
            head,
            issues,
            reading,
            found: None,
            rows: Vec::new(),
            taken: 0,
            piece,
            each,
            stopped: false,
        }
    }

    /// Takes the next row; `false` when no more are wanted.
    pub fn row(&mut self, row: &mut Row) -> bool {
        match self.found.take() {
            None => self.found = self.locate(row),
            Some(found) => {
                self.data(&found, row);
                self.found = Some(found);
            }
        }
        if self.rows.len() >= self.piece {
            self.hand_on(row.index);
        }
        !self.stopped
    }

    /// The header is the row in which the column of the keys and one that is typed into are named as they were sent.
    fn locate(&mut self, row: &Row) -> Option<Found> {
        let texts: Vec<String> = row.cells.iter().map(|cell| squeeze(&cell.seen())).collect();
        let at = |column: &SentColumn| texts.iter().position(|t| !t.is_empty() && *t == column.header);
        let has = |columns: &&Vec<SentColumn>| {
            columns.iter().any(|c| c.field == KEY && at(c).is_some())
                && columns.iter().any(|c| c.typed && at(c).is_some())
        };
        let columns = self.candidates.iter().find(has)?.clone();
        let key = columns.iter().find(|c| c.field == KEY).and_then(at)?;
        let mut found = Found { key, header: texts[key].clone(), columns: Vec::new() };
        for column in columns.into_iter().filter(|c| c.field != KEY) {
            match at(&column) {
                Some(index) => found.columns.push((index, column)),
                None => {
                    let fault = Fault::new(issue::RETURN_COLUMN_LOST).text("column", column.header);
                    self.issues.add(fault, Some((row.index, 0)));
                }
            }
        }
        self.reading.header_rows = Some((row.index, row.index));
        self.reading.columns = found
            .columns
            .iter()
            .map(|(index, column)| ColumnReading::sent(*index as u32, &column.header, &column.field))
            .collect();
        self.stopped |= !(self.each)(Piece::Sheet(Box::new(self.head.clone())));
        Some(found)
    }

    fn data(&mut self, found: &Found, row: &Row) {
        let key = clean(&row.cell(found.key).seen());
        let typed: Vec<&(usize, SentColumn)> = found.columns.iter().filter(|(_, c)| c.typed).collect();
        let empty = typed.iter().all(|(index, _)| row.cell(*index).is_blank());
        if squeeze(&key) == found.header || (key.is_empty() && empty) {
            return self.reading.skipped.push(SkippedRow { row: row.index, reason: "blank" });
        }
        let mut returned = ReturnedRow { row: row.index, key, ..ReturnedRow::default() };
        for (index, column) in typed {
            let value = match self.values.cell(&column.field, row.cell(*index)) {
                Ok(value) => value,
                Err(code) => {
                    let fault = Fault::new(code).text("column", column.header.clone());
                    self.issues.add(fault, Some((row.index, *index as u32)));
                    returned.unread.push(column.field.clone());
                    None
                }
            };
            let field = column.field.clone();
            returned.typed.push(TypedCell { field, column: *index as u32, value });
        }
        for (index, column) in found.columns.iter().filter(|(_, c)| !c.typed) {
            let text = match row.cell(*index) {
                Cell::Moment(at) => at.date().to_string(),
                cell => clean(&cell.seen()),
            };
            let (field, column) = (column.field.clone(), *index as u32);
            returned.fixed.push(FixedCell { field, column, text: Personal::new(text) });
        }
        self.taken += 1;
        self.rows.push(returned);
    }

    fn hand_on(&mut self, at: u32) {
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            let errors = self.issues.errors() > 0;
            self.stopped |= !(self.each)(Piece::Rows { rows: Rows::Returned(rows), at, errors });
        }
    }

    /// Ends the sheet and gives what was read of it.
    pub fn finish(mut self, outcome: Result<Reading, Fault>) -> (SheetReading, Vec<Problem>) {
        match outcome {
            Err(fault) => {
                self.issues.add(fault, None);
                self.reading.kind = None;
            }
            Ok(_) if self.found.is_none() => {
                let key = self.candidates.first().and_then(|c| c.iter().find(|c| c.field == KEY));
                let header = key.map(|c| c.header.clone()).unwrap_or_default();
                self.issues.add(Fault::new(issue::RETURN_KEYS_LOST).text("column", header), None);
            }
            Ok(_) => {
                self.hand_on(u32::MAX);
                self.reading.row_count = Some(self.taken);
                (self.each)(Piece::SheetEnd(Box::new(self.reading.clone())));
            }
        }
        (self.reading, self.issues.finish())
    }
}
