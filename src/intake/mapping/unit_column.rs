//! Columns of units whose header may mean something else.

use crate::intake::file::cell::Cell;
use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{How, Layout, Meaning, Slot};
use crate::intake::header::shared_fields::AMOUNT_UNIT;
use crate::intake::mapping::sample::Sample;
use crate::intake::value::key;

/// Makes a column of units of one whose header may mean an employer too (单位), where nothing but units stands in it.
pub(crate) fn find(layout: &mut Layout, aliases: &Aliases, sample: &Sample<'_>) {
    if !sample.rules.columns.of(layout.kind).contains_key(AMOUNT_UNIT) || layout.slot(AMOUNT_UNIT).is_some() {
        return;
    }
    let labels: Vec<String> = sample.rules.import.title.unit.iter().map(|w| key(w)).collect();
    let is_unit = |cell: &Cell| cell.is_blank() || matches!(cell, Cell::Text(t) if aliases.unit_text.is_unit(t));
    let found = layout.columns().iter().find(|c| {
        let column = c.index as usize;
        let cells = || sample.rows.iter().map(|r| r.cell(column));
        c.how.is_none_or(|how| how == How::Alias)
            && labels.contains(&key(&c.header))
            && cells().any(|c| !c.is_blank())
            && cells().all(is_unit)
    });
    let Some(reading) = found else { return };
    let column = reading.index as usize;
    layout.assign(Slot::of(column), Meaning::Field(AMOUNT_UNIT), How::Alias);
    layout.twins.retain(|t| t.column != column && t.first != column);
}
