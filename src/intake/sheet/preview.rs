//! What the first rows show: whether a column holds balances or ticks, and a preview for a person.

use std::collections::BTreeSet;

use crate::model::imported::{PersonalField, mask_numbers};
use crate::rules::Rules;
use crate::rules::import::columns::Shape;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{How, Layout, Meaning, Slot, Withheld};
use crate::intake::mapping::draft::likely_header;
use crate::intake::value::key;
use crate::intake::value::lexicon::Lexicon;
use crate::intake::value::squeeze;

/// A column headed just 理财 may hold balances or ticks; the first rows tell.
pub fn flags_for_amounts(layout: &mut Layout, rules: &Rules, lexicon: &Lexicon, sample: &[&Row]) {
    let columns = rules.columns.of(layout.kind);
    let amounts: Vec<(String, Slot)> = layout
        .fields()
        .filter(|(field, slot)| {
            slot.unit.is_none() && columns.get(*field).is_some_and(|r| r.shape == Some(Shape::Amount))
        })
        .map(|(field, slot)| (field.clone(), slot))
        .collect();
    for (field, slot) in amounts {
        let cells: Vec<&Cell> = sample.iter().map(|r| r.cell(slot.column)).filter(|c| !c.is_blank()).collect();
        let ticks = |c: &&&Cell| match c {
            Cell::Bool(_) => true,
            Cell::Text(t) => lexicon.is_flag_word(t) && key(t) != "无",
            _ => false,
        };
        let only = cells
            .iter()
            .all(|c| ticks(&c) || matches!(c, Cell::Text(t) if lexicon.is_nothing(t)) || binary(c).is_some());
        let all_binary = cells.iter().all(|c| binary(c).is_some());
        let ones = cells.iter().any(|c| binary(c) == Some(true));
        if !(only && (cells.iter().any(|c| ticks(&c)) || (all_binary && ones))) {
            continue;
        }
        let product =
            rules.products.products.iter().find(|(_, p)| p.amount.as_deref() == Some(field.as_str())).map(|(k, _)| k);
        let flag = columns
            .iter()
            .find(|(_, r)| r.product.as_ref().is_some_and(|p| Some(p) == product))
            .map(|(f, _)| f.clone());
        let how = layout.column(slot.column).and_then(|c| c.how).unwrap_or(How::Alias);
        let flag = flag.filter(|f| layout.slot(f).is_none());
        layout.assign(slot, flag.as_deref().map_or(Meaning::Nothing, Meaning::Field), how);
    }
}

/// 0 or 1, also as text: text files hold nothing else. `1.00` is money.
fn binary(cell: &Cell) -> Option<bool> {
    match cell {
        Cell::Number(n) if *n == 0.0 || *n == 1.0 => Some(*n == 1.0),
        Cell::Text(text) => match squeeze(text).as_str() {
            "1" | "1.0" => Some(true),
            "0" | "0.0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The first rows for a person to look at; what is personal is masked: known columns as their field, `named` ones,
/// headers that are people and whatever looks like a name as names, and numbers as long as a phone's anywhere.
pub fn preview(
    head: &[Row],
    layout: Option<&Layout>,
    named: &BTreeSet<usize>,
    (rows, aliases): (usize, &Aliases),
) -> Vec<Vec<String>> {
    let header = layout.map(|l| l.at).or_else(|| likely_header(head).map(|at| (at, at)));
    let header_end = header.map(|(_, last)| last);
    let withheld = header.map(|at| aliases.withheld(head, at)).unwrap_or_default();
    let shown = |below: bool, column: usize, cell: &Cell| {
        let text = cell.shown();
        let known = layout.and_then(|l| l.column(column));
        let field = known.and_then(|c| c.field.as_deref()).and_then(|f| PersonalField::of(layout.map(|l| l.kind), f));
        match (field, cell) {
            (Some(personal), _) if below => personal.mask(&text),
            (_, Cell::Moment(_)) => text,
            (None, Cell::Text(_)) if below && named.contains(&column) => PersonalField::Name.mask(&text),
            (None, Cell::Text(_)) if !below && matches!(withheld.get(&column), Some((Withheld::Name, _))) => {
                PersonalField::Name.mask(&text)
            }
            // Where no header is known, names may stand in any row.
            (None, Cell::Text(_))
                if aliases.is_name(&text) || (header.is_none() && aliases.may_be_name(&key(&text))) =>
            {
                PersonalField::Name.mask(&text)
            }
            _ => mask_numbers(&text),
        }
    };
    let cells = |(i, row): (usize, &Row)| {
        let below = header_end.is_none_or(|end| i > end);
        row.cells.iter().enumerate().map(|(column, cell)| shown(below, column, cell)).collect()
    };
    head.iter().enumerate().take(rows).map(cells).collect()
}
