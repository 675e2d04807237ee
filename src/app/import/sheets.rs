//! What was read of a sheet, as the report of the import tells it.

use crate::intake;
use crate::intake::{How, SheetReading, Unit};
use crate::model::imported::{ColumnOutcome, SheetOutcome, SkippedRows};
use crate::model::problem::column_letters;
use crate::rules::Rules;

/// The outcome of each sheet of a file; its rows count only when the file was `taken`; `asked` is the unit
/// given with the command.
pub fn outcomes(sheets: &[SheetReading], rules: &Rules, asked: Option<Unit>, taken: bool) -> Vec<SheetOutcome> {
    sheets.iter().map(|sheet| outcome(sheet, rules, asked, taken)).collect()
}

fn outcome(sheet: &SheetReading, rules: &Rules, asked: Option<Unit>, taken: bool) -> SheetOutcome {
    let name = |field: &str| {
        let rule = rules.columns.of(sheet.kind?).get(field)?;
        rules.columns.headers(rule).into_iter().next()
    };
    let column = |c: &intake::ColumnReading| {
        let (unit, unit_from) = intake::unit_of(rules, sheet, c, asked).unzip();
        ColumnOutcome {
            column: column_letters(c.index),
            index: c.index,
            header: c.header.clone(),
            withheld: c.withheld.is_some(),
            field: c.field.clone(),
            name: c.field.as_deref().and_then(name),
            unit,
            unit_from,
            how: c.how.map(How::key),
            confidence: c.field.as_ref().map(|_| c.confidence),
        }
    };
    SheetOutcome {
        sheet: sheet.sheet.clone(),
        kind: sheet.kind,
        header_rows: sheet.header_rows.map(|(first, last)| (first + 1, last + 1)),
        unit: sheet.unit.clone(),
        date: sheet.as_of.or(sheet.payday),
        employer: sheet.employer.clone(),
        rows_taken: sheet.row_count.filter(|_| taken).unwrap_or(0),
        rows_skipped: sheet.skipped.len(),
        rows_not_taken: sheet.skipped.iter().filter(|s| SkippedRows::is_not_taken(s.reason)).count(),
        columns: sheet.columns.iter().map(column).collect(),
        skipped: SkippedRows::gather(sheet.skipped.iter().map(|s| (s.row, s.reason))),
    }
}
