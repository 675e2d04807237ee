//! The rows of workbooks that the library for Excel and OpenDocument files reads.

use std::cell::RefCell;

use calamine::{Data, DataRef, Reader, Sheets, Xlsb, Xlsx};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::intake::file::cell::{Cell, Gather, Reading, Row, text_cell};
use crate::intake::file::formula;
use crate::intake::file::input::Input;
use crate::intake::file::package::biff_texts::Texts;
use crate::intake::file::scan::SheetInfo;
use crate::intake::issue::{self, Fault};

/// A run of this many unreadable cells means that the sheet itself is broken.
const BROKEN_RUN: usize = 100;

pub fn xlsx_rows(
    book: &mut Xlsx<Input>,
    info: &SheetInfo,
    max_columns: usize,
    each: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<Reading, Fault> {
    let mut cells = book.worksheet_cells_reader(&info.name).map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
    let zeros = Zeros::default();
    let mut each = |row: &mut Row| zeros.hand_on(row, each);
    let mut gather = Gather::new(max_columns, &mut each);
    let mut run = 0;
    loop {
        match cells.next_cell_with_formula_metadata() {
            Ok(Some(record)) => {
                run = 0;
                let mut zero = None;
                let cell = match (record.value, record.formula) {
                    (DataRef::Empty, Some(formula)) => info.scan.without_value(formula_text(formula), record.pos),
                    (DataRef::Float(n), formula) => {
                        zero = formula.filter(|_| n == 0.0).map(formula_text);
                        info.scan.number(n, record.pos)
                    }
                    (DataRef::Int(n), _) => info.scan.number(n as f64, record.pos),
                    (value, _) => cell_of(value),
                };
                if !gather.put(record.pos, cell) {
                    return Ok(gather.reading);
                }
                zeros.note(record.pos.1, zero);
            }
            Ok(None) => break,
            Err(_) => {
                gather.reading.unreadable += 1;
                run += 1;
                if run >= BROKEN_RUN {
                    return Err(Fault::new(issue::UNREADABLE_SHEET));
                }
            }
        }
    }
    gather.flush();
    Ok(gather.reading)
}

/// Formulas of a row whose stored result is 0: programs that cannot work formulas out write this.
#[derive(Default)]
struct Zeros(RefCell<Vec<(usize, String)>>);

impl Zeros {
    /// Keeps the formula of the cell put last.
    fn note(&self, column: u32, formula: Option<String>) {
        self.0.borrow_mut().extend(formula.filter(|f| !f.is_empty()).map(|f| (column as usize, f)));
    }

    /// Hands a row on; where a formula comes to something else than 0, its result was never stored.
    fn hand_on(&self, row: &mut Row, each: &mut dyn FnMut(&mut Row) -> bool) -> bool {
        let mut zeros = std::mem::take(&mut *self.0.borrow_mut());
        zeros.retain(|(column, _)| *column < row.cells.len());
        let stored: Vec<Cell> = zeros
            .iter()
            .map(|(column, formula)| std::mem::replace(&mut row.cells[*column], Cell::NoValue(formula.clone())))
            .collect();
        let effort = formula::Effort::new();
        let work_out = |formula: &str| formula::work_out(formula, row, &effort);
        let come_to: Vec<Option<f64>> = zeros.iter().map(|(_, formula)| work_out(formula)).collect();
        for (((column, _), value), stored) in zeros.iter().zip(come_to).zip(stored) {
            if value.is_none_or(|v| v == 0.0) {
                row.cells[*column] = stored;
            } else if matches!(stored, Cell::Shown(_)) {
                // Worked out anew it would lose what its format shows.
                row.cells[*column] = Cell::NoValue(String::new());
            }
        }
        each(row)
    }
}

/// Only formulas written out in the cell itself can be worked out again.
fn formula_text(formula: calamine::XlsxFormulaMetadata) -> String {
    match formula {
        calamine::XlsxFormulaMetadata::Normal { formula } => formula,
        _ => String::new(),
    }
}

pub fn xlsb_rows(
    book: &mut Xlsb<Input>,
    info: &SheetInfo,
    max_columns: usize,
    each: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<Reading, Fault> {
    let mut cells = book.worksheet_cells_reader(&info.name).map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
    let mut gather = Gather::new(max_columns, each);
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) => {
                let position = cell.get_position();
                let cell = match cell.get_value() {
                    DataRef::Float(n) => info.scan.number(*n, position),
                    DataRef::Int(n) => info.scan.number(*n as f64, position),
                    value => cell_of(value.clone()),
                };
                if !gather.put(position, cell) {
                    return Ok(gather.reading);
                }
            }
            Ok(None) => break,
            Err(_) => return Err(Fault::new(issue::UNREADABLE_SHEET)),
        }
    }
    gather.flush();
    Ok(gather.reading)
}

/// `name`: that of the sheet as its reader has it.
pub fn loaded_rows(
    book: &mut Sheets<Input>,
    (name, texts): (&str, Texts),
    info: &SheetInfo,
    max_columns: usize,
    each: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<Reading, Fault> {
    let range = book.worksheet_range(name).map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
    // A file whose formulas cannot be read still has its values.
    let formulas = book.worksheet_formula(name).unwrap_or_default();
    let corners = [range.start(), range.end(), formulas.start(), formulas.end()];
    let corners: Vec<(u32, u32)> = corners.into_iter().flatten().collect();
    let (Some(top), Some(bottom)) = (corners.iter().map(|c| c.0).min(), corners.iter().map(|c| c.0).max()) else {
        return Ok(Reading::default());
    };
    let left = corners.iter().map(|c| c.1).min().unwrap_or(0);
    let right = corners.iter().map(|c| c.1).max().unwrap_or(0);
    let zeros = Zeros::default();
    let mut each = |row: &mut Row| zeros.hand_on(row, each);
    let mut gather = Gather::new(max_columns, &mut each);
    for row in top..=bottom {
        for column in left..=right {
            let value = range.get_value((row, column)).map_or(Cell::Empty, |value| cell_of_owned(value, texts));
            let formula = formulas.get_value((row, column)).filter(|f| !f.is_empty()).map(|f| plain_formula(f));
            let (cell, zero) = match (value, formula) {
                (Cell::Empty, Some(formula)) => (info.scan.without_value(formula, (row, column)), None),
                (Cell::Number(n), formula) => (info.scan.number(n, (row, column)), formula.filter(|_| n == 0.0)),
                (value, _) => (value, None),
            };
            if !gather.put((row, column), cell) {
                return Ok(gather.reading);
            }
            zeros.note(column, zero);
        }
    }
    gather.flush();
    Ok(gather.reading)
}

/// `of:=[.C2]-[.D2]` of OpenDocument as Excel writes it: `C2-D2`.
fn plain_formula(formula: &str) -> String {
    let Some(open) = formula.strip_prefix("of:") else { return formula.to_string() };
    open.replace("[.", "").replace(":.", ":").replace(']', "").replace(';', ",")
}

fn cell_of(value: DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(n) => Cell::Number(n as f64),
        DataRef::Float(n) => Cell::Number(n),
        DataRef::String(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text.to_string()),
        DataRef::Bool(b) => Cell::Bool(b),
        DataRef::DateTime(at) => moment(at),
        DataRef::DateTimeIso(text) => iso_moment(text),
        DataRef::DurationIso(text) => text_cell(text),
        DataRef::Error(e) => Cell::Error(e.to_string()),
    }
}

fn cell_of_owned(value: &Data, texts: Texts) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::Int(n) => Cell::Number(*n as f64),
        Data::Float(n) => Cell::Number(*n),
        Data::String(text) => text_cell(texts.mended(text)),
        Data::Bool(b) => Cell::Bool(*b),
        Data::DateTime(at) => moment(*at),
        Data::DateTimeIso(text) => iso_moment(text.clone()),
        Data::DurationIso(text) => text_cell(text.clone()),
        Data::Error(e) => Cell::Error(e.to_string()),
    }
}

fn moment(at: calamine::ExcelDateTime) -> Cell {
    if at.is_duration() || (0.0..1.0).contains(&at.as_f64()) {
        return Cell::Span(at.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
        .and_then(|d| d.and_hms_milli_opt(u32::from(hour), u32::from(minute), u32::from(second), u32::from(milli)))
        .map_or(Cell::Number(at.as_f64()), Cell::Moment)
}

fn iso_moment(text: String) -> Cell {
    let parsed =
        text.parse::<NaiveDateTime>().or_else(|_| text.parse::<NaiveDate>().map(|d| d.and_time(NaiveTime::MIN)));
    parsed.map_or(Cell::Text(text), Cell::Moment)
}
