//! How single values look.

use chrono::{Datelike, NaiveDate};

use super::{Cell, RowKind, SampleSheet};
use crate::model::money::Fen;
use crate::simulate::settings::Words;
use crate::simulate::settings::file::{DateStyle, FileRule, Unit, ZeroStyle};

/// `{date}` → 20260310, `{year}`, `{month}`, `{day}` without leading zeros.
pub(super) fn fill(text: &str, date: NaiveDate) -> String {
    text.replace("{date}", &date.format("%Y%m%d").to_string())
        .replace("{year}", &date.year().to_string())
        .replace("{month}", &date.month().to_string())
        .replace("{day}", &date.day().to_string())
}

/// A date in the file's way.
pub(super) fn date<'a, C>(words: &Words, file: &FileRule<C>, date: NaiveDate) -> Cell<'a> {
    match file.dates {
        DateStyle::Serial => Cell::Date(date),
        DateStyle::Compact => Cell::text(date.format("%Y%m%d").to_string()),
        DateStyle::Written => Cell::text(fill(&words.date, date)),
        DateStyle::Dashed => Cell::text(date.to_string()),
    }
}

/// A date or nothing.
pub(super) fn date_or_empty<'a, C>(words: &Words, file: &FileRule<C>, value: Option<NaiveDate>) -> Cell<'a> {
    value.map_or(Cell::Empty, |d| date(words, file, d))
}

/// An amount in the file's unit; nothing held as the file writes that.
pub(super) fn amount<'a, C>(words: &'a Words, file: &FileRule<C>, fen: Fen) -> Cell<'a> {
    if fen == Fen::ZERO {
        return match file.zero {
            ZeroStyle::Blank => Cell::Empty,
            ZeroStyle::Zero => Cell::Number(0.0, 2),
            ZeroStyle::Dash => Cell::text(&words.nothing),
        };
    }
    if file.text_numbers {
        return Cell::text(thousands(fen));
    }
    match file.unit {
        Unit::Yuan => Cell::Number(fen.as_yuan(), 2),
        // Four decimals are whole yuan, which is all month-end amounts have.
        Unit::Wan => Cell::Number(fen.0 as f64 / 1_000_000.0, 4),
    }
}

/// 1234567.5 yuan → `1,234,567.50`.
pub(super) fn thousands(fen: Fen) -> String {
    let digits = (fen.0.abs() / 100).to_string();
    let mut text = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    format!("{}{text}.{:02}", if fen.0 < 0 { "-" } else { "" }, fen.0.abs() % 100)
}

/// Widths by the longest of the header and the first rows, a Chinese character counting two.
pub(super) fn widths(sheet: &SampleSheet) -> Vec<u32> {
    let mut list: Vec<u32> = Vec::new();
    let shown = sheet.rows.iter().filter(|r| matches!(r.kind, RowKind::Header | RowKind::Data)).take(40);
    for row in shown {
        for (i, cell) in row.cells.iter().enumerate() {
            let wide = match cell {
                Cell::Empty => 0,
                Cell::Text(t) => t.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum(),
                Cell::Number(..) => 11,
                Cell::Date(_) => 10,
            };
            if list.len() <= i {
                list.push(8);
            }
            list[i] = list[i].max(wide + 2).min(40);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!(thousands(Fen(123_456_750)), "1,234,567.50");
        assert_eq!(thousands(Fen(-99_905)), "-999.05");
        assert_eq!(thousands(Fen(100_000)), "1,000.00");
    }
}
