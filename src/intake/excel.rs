//! The rows of workbooks that the library for Excel and OpenDocument files reads.

use calamine::{Data, DataRef, Reader, Sheets, Xlsb, Xlsx};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::guard::Rescued;
use super::input::Input;
use super::issue::{self, Fault};
use super::sheet::{Cell, Gather, Reading, Row, SheetInfo, text_cell};

/// A run of this many unreadable cells means that the sheet itself is broken.
const BROKEN_RUN: usize = 100;

pub fn xlsx_rows(
    book: &mut Xlsx<Input>,
    info: &SheetInfo,
    max_columns: usize,
    each: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<Reading, Fault> {
    let mut cells = book.worksheet_cells_reader(&info.name).map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
    let mut gather = Gather::new(max_columns, each);
    let mut run = 0;
    loop {
        match cells.next_cell_with_formula_metadata() {
            Ok(Some(record)) => {
                run = 0;
                let cell = match (record.value, record.formula) {
                    (DataRef::Empty, Some(formula)) => Cell::NoValue(formula_text(formula)),
                    (DataRef::Float(n), _) => number(n, record.pos, &info.scan.rescued),
                    (value, _) => cell_of(value),
                };
                if !gather.put(record.pos, cell) {
                    return Ok(gather.reading);
                }
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

/// A number, with its digits where they say more than its value.
fn number(value: f64, (row, column): (u32, u32), rescued: &[Rescued]) -> Cell {
    match rescued.binary_search_by_key(&(row, column), |r| (r.row, r.column)) {
        Ok(found) => Cell::Digits { value, digits: rescued[found].text() },
        Err(_) => Cell::Number(value),
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
    name: &str,
    max_columns: usize,
    each: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<Reading, Fault> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
    let mut gather = Gather::new(max_columns, each);
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) => {
                let position = cell.get_position();
                if !gather.put(position, cell_of(cell.get_value().clone())) {
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

pub fn loaded_rows(
    book: &mut Sheets<Input>,
    name: &str,
    max_columns: usize,
    each: &mut dyn FnMut(&mut Row) -> bool,
) -> Result<Reading, Fault> {
    let range = book.worksheet_range(name).map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
    let Some((top, left)) = range.start() else { return Ok(Reading::default()) };
    let mut gather = Gather::new(max_columns, each);
    for (r, row) in range.rows().enumerate() {
        for (c, value) in row.iter().enumerate() {
            if !gather.put((top + r as u32, left + c as u32), cell_of_owned(value)) {
                return Ok(gather.reading);
            }
        }
    }
    gather.flush();
    Ok(gather.reading)
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

fn cell_of_owned(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::Int(n) => Cell::Number(*n as f64),
        Data::Float(n) => Cell::Number(*n),
        Data::String(text) => text_cell(text.clone()),
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
