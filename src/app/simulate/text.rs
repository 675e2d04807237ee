//! Generated sheets as comma-separated text, lines ended as Windows does.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use crate::app::error::AppError;
use crate::model::text::guarded;
use crate::output::{self, Growing};
use crate::simulate::settings::Settings;
use crate::simulate::sheets::{Cell, RowKind, SampleFile, SampleFormat, SampleRow};
use crate::simulate::{self, Asked, BranchSpec, Walk};

/// What UTF-8 text begins with, so that nobody takes it for GB18030.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Whole numbers up to here are exact in a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The bytes of a file, in its encoding.
pub(super) fn text(file: &SampleFile) -> io::Result<Vec<u8>> {
    let mut lines = Lines::new(Vec::new());
    for row in file.sheets.iter().take(1).flat_map(|s| &s.rows) {
        lines.put(row)?;
    }
    let utf8 = lines.end()?;
    if file.format == SampleFormat::CsvUtf8 {
        return Ok([MARK, &utf8].concat());
    }
    let text = String::from_utf8(utf8).map_err(io::Error::other)?;
    Ok(encoding_rs::GB18030.encode(&text).0.into_owned())
}

/// Writes all files of a branch as UTF-8, each row as soon as it is made, and the truth beside them. Files get their names
/// when all are whole.
///
/// # Errors
/// A folder or file that cannot be written; [`AppError::MakingStopped`] when `watch` says no.
pub(super) fn write(
    dir: &Path,
    rules: &Settings,
    spec: &BranchSpec,
    asked: &[Asked],
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<PathBuf>, AppError> {
    std::fs::create_dir_all(dir).map_err(|e| super::failed(dir, &e))?;
    let outline = simulate::outline(rules, spec);
    let walk = Walk::new(rules, &outline, asked);
    let mut files: Vec<Open> = walk.files().into_iter().map(|head| Open { head, lines: None }).collect();
    let mut row = |file: usize, row: SampleRow<'_>| files[file].put(dir, &row);
    let mut done = |people: usize| if watch(people, outline.people) { Ok(()) } else { Err(AppError::MakingStopped) };
    let truth = walk.run(&mut row, &mut done)?;
    let mut whole = Vec::new();
    for file in files {
        whole.extend(file.end().transpose()?);
    }
    let mut written = Vec::with_capacity(whole.len() + 1);
    for file in whole {
        written.push(file.place()?.path);
    }
    written.push(super::write_truth(dir, &truth)?);
    Ok(written)
}

/// A file that is begun with its first row of data; one without any is not written.
struct Open {
    head: SampleFile,
    lines: Option<Lines<Growing>>,
}

impl Open {
    fn put(&mut self, dir: &Path, row: &SampleRow<'_>) -> Result<(), AppError> {
        if self.lines.is_none() {
            if row.kind != RowKind::Data {
                return Ok(());
            }
            let mut growing = output::grow(dir, &self.head.path)?;
            growing.write_all(MARK).map_err(|e| growing.failed(e))?;
            let lines = self.lines.insert(Lines::new(growing));
            for row in self.head.sheets.iter().take(1).flat_map(|s| &s.rows) {
                lines.put(row).map_err(|e| failed(dir, &self.head, e))?;
            }
        }
        match &mut self.lines {
            Some(lines) => lines.put(row).map_err(|e| failed(dir, &self.head, e)),
            None => Ok(()),
        }
    }

    fn end(self) -> Option<Result<output::Prepared, AppError>> {
        let Open { head, lines } = self;
        let end = |lines: Lines<Growing>| {
            let growing = lines.end().map_err(|e| output::OutputError::of(&head.path, e))?;
            Ok(growing.finish()?)
        };
        lines.map(end)
    }
}

fn failed(dir: &Path, head: &SampleFile, source: io::Error) -> AppError {
    output::OutputError::of(&dir.join(&head.path).display().to_string(), source).into()
}

/// Rows as lines.
struct Lines<W: Write> {
    writer: csv::Writer<W>,
    /// The figure that is being written.
    figure: Vec<u8>,
}

impl<W: Write> Lines<W> {
    fn new(to: W) -> Lines<W> {
        let mut builder = csv::WriterBuilder::new();
        let builder = builder.flexible(true).terminator(csv::Terminator::CRLF).buffer_capacity(1 << 16);
        Lines { writer: builder.from_writer(to), figure: Vec::new() }
    }

    fn put(&mut self, row: &SampleRow<'_>) -> io::Result<()> {
        for cell in &row.cells {
            match cell {
                Cell::Empty => self.writer.write_field("")?,
                Cell::Text(t) => self.writer.write_field(guarded(t).as_bytes())?,
                Cell::Number(n, decimals) => {
                    number(&mut self.figure, *n, *decimals)?;
                    self.writer.write_field(&self.figure)?;
                }
                Cell::Date(d) => {
                    date(&mut self.figure, *d)?;
                    self.writer.write_field(&self.figure)?;
                }
            }
        }
        self.writer.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn end(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|e| io::Error::new(e.error().kind(), e.to_string()))
    }
}

/// A number with so many decimals; it has no more. Whole numbers are written many times faster than floats.
fn number(into: &mut Vec<u8>, n: f64, decimals: u8) -> io::Result<()> {
    into.clear();
    let unit = 10u64.pow(u32::from(decimals));
    let scaled = (n * unit as f64).round();
    if scaled.abs() >= EXACT {
        return write!(into, "{n:.*}", usize::from(decimals));
    }
    if scaled < 0.0 {
        into.push(b'-');
    }
    let scaled = scaled.abs() as u64;
    digits(into, scaled / unit, 1);
    if decimals > 0 {
        into.push(b'.');
        digits(into, scaled % unit, usize::from(decimals));
    }
    Ok(())
}

/// `2026-03-10`.
fn date(into: &mut Vec<u8>, date: NaiveDate) -> io::Result<()> {
    into.clear();
    let Ok(year) = u64::try_from(date.year()) else { return write!(into, "{date}") };
    digits(into, year, 4);
    into.push(b'-');
    digits(into, u64::from(date.month()), 2);
    into.push(b'-');
    digits(into, u64::from(date.day()), 2);
    Ok(())
}

/// A whole number with at least so many digits.
fn digits(into: &mut Vec<u8>, mut n: u64, least: usize) {
    let mut last = [b'0'; 20];
    let mut at = last.len();
    while n > 0 {
        at -= 1;
        last[at] = b'0' + (n % 10) as u8;
        n /= 10;
    }
    into.extend_from_slice(&last[at.min(last.len() - least)..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_and_dates_are_written_as_they_are_shown(n in -1_000_000_000_000i64..1_000_000_000_000, days in -30_000i64..60_000) {
            let mut text = Vec::new();
            for (decimals, unit) in [(0u8, 1.0), (2, 100.0), (4, 10_000.0)] {
                let value = n as f64 / unit;
                number(&mut text, value, decimals).unwrap();
                prop_assert_eq!(std::str::from_utf8(&text).unwrap(), format!("{value:.*}", usize::from(decimals)));
            }
            let day = NaiveDate::from_ymd_opt(2026, 3, 10).unwrap() + chrono::TimeDelta::days(days);
            date(&mut text, day).unwrap();
            prop_assert_eq!(std::str::from_utf8(&text).unwrap(), day.to_string());
        }
    }
}
