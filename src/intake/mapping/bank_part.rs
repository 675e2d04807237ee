//! Columns of a pay sheet that hold the part of the wages that runs through the bank, or the part that does not:
//! 其中：银行代发, 卡发工资, 其中：现金.

use crate::model::status::SheetKind;
use crate::rules::import::recognise::BankPart;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{ColumnReading, How, Layout, Meaning, Slot};
use crate::intake::header::shared_fields::PAID_BESIDE;
use crate::intake::mapping::sample::{Doubt, Sample};
use crate::intake::value::amount::money;
use crate::intake::value::key;

/// Which part of the wages a header speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    column: usize,
    /// It runs through the bank.
    by_bank: bool,
    /// 其中 stands before it.
    certain: bool,
}

/// Takes the bank's part for the amount where there is one; else what is said to be paid beside it is taken off, and what
/// only seems to be is asked about.
pub(crate) fn settle(layout: &mut Layout, aliases: &Aliases, sample: &Sample<'_>, doubts: &mut Vec<Doubt>) {
    let Some(used) = layout.slot("amount").filter(|_| layout.kind == SheetKind::Payroll) else { return };
    let words = &sample.rules.recognise.bank_part;
    let candidates = layout.columns().iter().filter(|c| c.field.is_none() || c.index as usize == used.column);
    let parts: Vec<Part> = candidates.filter_map(|c| part_of(c.index as usize, &c.header, words)).collect();
    if parts.iter().any(|p| p.by_bank && p.column == used.column) {
        let is_amount = |header: &str| aliases.field_of(SheetKind::Payroll, header) == Some("amount");
        let whole = layout.columns().iter().find(|c| c.field.is_none() && is_amount(&c.header));
        let whole = whole.map(|c| c.index as usize);
        layout.whole_pay = whole.filter(|whole| is_within(used.column, *whole, layout, sample));
        return;
    }
    let banks: Vec<Part> =
        parts.iter().filter(|p| p.by_bank && pays(p.column, used.column, layout, sample)).copied().collect();
    match banks[..] {
        [] => take_off(layout, used.column, &parts, sample, doubts),
        [bank]
            if is_within(bank.column, used.column, layout, sample)
                && (bank.certain || add_up(bank.column, &parts, used.column, layout, sample)) =>
        {
            move_amount(layout, used, bank.column);
            layout.whole_pay = Some(used.column);
        }
        _ => doubt(layout, banks.into_iter().map(|p| p.column).chain([used.column]), sample, doubts),
    }
}

/// Columns of what is paid beside the bank, where the amount is that of everything.
fn take_off(layout: &mut Layout, used: usize, parts: &[Part], sample: &Sample<'_>, doubts: &mut Vec<Doubt>) {
    let mut asked = Vec::new();
    for Part { column, certain, .. } in parts.iter().filter(|p| !p.by_bank) {
        let slot = Slot { unit: layout.column(*column).and_then(ColumnReading::money_unit), ..Slot::of(*column) };
        let meaning = if *certain {
            let first = layout.slot(PAID_BESIDE).is_none();
            if first { Meaning::Field(PAID_BESIDE) } else { Meaning::Further(PAID_BESIDE) }
        } else if pays(*column, used, layout, sample) && is_within(*column, used, layout, sample) {
            asked.push(*column);
            Meaning::Perhaps(PAID_BESIDE)
        } else {
            continue;
        };
        layout.assign(slot, meaning, How::Content);
        layout.set_confidence(*column, sample.rules.recognise.confidence.alias);
    }
    doubt(layout, asked.into_iter(), sample, doubts);
}

fn doubt(layout: &mut Layout, columns: impl Iterator<Item = usize>, sample: &Sample<'_>, doubts: &mut Vec<Doubt>) {
    let confidence = sample.rules.recognise.confidence.twin;
    for column in columns {
        layout.set_confidence(column, confidence);
        if doubts.iter().all(|d| d.column != column) {
            doubts.push(Doubt { column, confidence });
        }
    }
}

fn move_amount(layout: &mut Layout, from: Slot, to: usize) {
    let unit = layout.column(to).and_then(ColumnReading::money_unit).or(from.unit);
    layout.assign(Slot { column: to, unit, ..from }, Meaning::Field("amount"), How::Alias);
    layout.twins.retain(|t| t.field != "amount");
}

/// The part a header names: a word for the bank or beside it, with nothing but plain words around it.
fn part_of(column: usize, header: &str, words: &BankPart) -> Option<Part> {
    let text = key(header);
    let mut rest = text.split('(').next().unwrap_or_default();
    let mut certain = false;
    let (by_bank, mut rest) = loop {
        rest = rest.trim_start_matches([':', '、', '-', '—', '.']);
        // 工资卡 begins with 工资: a word of its own comes first.
        if let Some(found) = named(rest, words) {
            break found;
        }
        let (word, after) = longest(&words.before, rest)?;
        certain |= words.of_which.iter().any(|w| key(w) == word);
        rest = after;
    };
    while let Some((_, after)) = longest(&words.endings, rest) {
        rest = after;
    }
    rest.trim_end_matches([':', '、']).is_empty().then_some(Part { column, by_bank, certain })
}

/// Whether a text begins with a word for the bank's part, or for what is paid beside it; and what follows.
fn named<'t>(text: &'t str, words: &BankPart) -> Option<(bool, &'t str)> {
    let bank = longest(&words.bank, text).map(|(w, rest)| (w.len(), true, rest));
    let beside = longest(&words.beside, text).map(|(w, rest)| (w.len(), false, rest));
    bank.into_iter().chain(beside).max_by_key(|(length, ..)| *length).map(|(_, by_bank, rest)| (by_bank, rest))
}

/// The longest of the words a text begins with, and what follows it.
fn longest<'t>(list: &[String], text: &'t str) -> Option<(String, &'t str)> {
    let found = list.iter().map(|w| key(w)).filter(|w| text.starts_with(w.as_str()));
    found.max_by_key(String::len).map(|w| {
        let rest = &text[w.len()..];
        (w, rest)
    })
}

/// Whether amounts stand in a column that are worth the name beside those of the whole: 打卡 may count days.
fn pays(column: usize, whole: usize, layout: &Layout, sample: &Sample<'_>) -> bool {
    let filled: Vec<_> =
        sample.rows.iter().filter(|r| !r.cell(column).is_blank() && !nothing(r.cell(column), sample)).collect();
    let numbers: Vec<(f64, Option<f64>)> = filled
        .iter()
        .filter_map(|r| Some((amount(r, column, layout, sample)?, amount(r, whole, layout, sample))))
        .collect();
    let least = sample.rules.recognise.bank_part.least_share;
    numbers.len() as f64 >= sample.rules.recognise.fitting_share * filled.len() as f64
        && numbers.iter().any(|(part, whole)| *part > 0.0 && whole.is_none_or(|w| *part >= least * w))
}

/// Whether the bank's part, alone or with what is paid beside it, is the whole in nearly every row.
fn add_up(bank: usize, parts: &[Part], whole: usize, layout: &Layout, sample: &Sample<'_>) -> bool {
    let value = |row: &Row, column: usize| amount(row, column, layout, sample).unwrap_or(0.0);
    let rows: Vec<(f64, f64, f64)> = sample
        .rows
        .iter()
        .filter_map(|r| {
            let beside = parts.iter().filter(|p| !p.by_bank).map(|p| value(r, p.column)).sum();
            Some((value(r, bank), beside, amount(r, whole, layout, sample)?))
        })
        .collect();
    let same = |a: f64, b: f64| (a - b).abs() < 2.0 * HALF_A_FEN;
    let good = rows.iter().filter(|(bank, beside, whole)| same(bank + beside, *whole) || same(*bank, *whole)).count();
    !rows.is_empty() && good as f64 >= sample.rules.recognise.whole_share * rows.len() as f64
}

/// Yuan by which two amounts of money may differ for being numbers.
const HALF_A_FEN: f64 = 0.005;

/// Whether in no row more stands in `part` than in `whole`.
fn is_within(part: usize, whole: usize, layout: &Layout, sample: &Sample<'_>) -> bool {
    sample.rows.iter().all(|r| match (amount(r, part, layout, sample), amount(r, whole, layout, sample)) {
        (Some(part), Some(whole)) => part <= whole + HALF_A_FEN,
        _ => true,
    })
}

fn nothing(cell: &Cell, sample: &Sample<'_>) -> bool {
    matches!(cell, Cell::Text(text) if sample.lexicon.is_nothing(text))
}

/// The yuan in a cell, by the unit in its header; those of a title count for all columns alike.
fn amount(row: &Row, column: usize, layout: &Layout, sample: &Sample<'_>) -> Option<f64> {
    let unit = layout.column(column).and_then(ColumnReading::money_unit).unwrap_or_default();
    let amount = match row.cell(column) {
        Cell::Number(n) => money::from_number(*n, unit),
        Cell::Text(text) => sample.lexicon.amount(text, unit),
        _ => return None,
    };
    // A number of sixteen digits is no pay.
    amount.ok().map(|a| a.fen.0 as f64 / 100.0).filter(|n| n.abs() < 1e12)
}
