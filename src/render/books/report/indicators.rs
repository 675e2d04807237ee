//! The indicators: their tiles, and their table beside earlier figures and targets.

use crate::engagement::report::summary::{Indicator, Report};
use crate::render::books::columns::Columns;
use crate::render::books::report::figure_cells::{
    change_param, gap_cell, light_tone, share_cell, shown_change, value_cell,
};
use crate::render::books::{known, tile};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::Figure;

/// Of these, the second stands in for the first where that is unknown.
const STAND_IN: [(&str, &str); 3] =
    [("aum", "aum_month_avg"), ("aum_per_head", "aum_month_avg_per_head"), ("retention", "period_retention")];

/// Told in the table alone, for they differ from another tile by their basis.
const SPARE: [&str; 3] = ["aum_month_avg_per_head", "products_proper_per_head", "three_plus_proper"];

/// Tiles of the indicators; of a figure there is by another basis alone, a tile for that one.
pub(crate) fn indicator_tiles(report: &Report, words: &Words) -> Vec<Figure> {
    let known = |key: &str| report.indicators.iter().any(|i| i.key == key && i.current.is_some());
    let shown = |i: &&Indicator| {
        let replaced = STAND_IN.iter().any(|(first, second)| i.key == *first && !known(first) && known(second));
        let spare = SPARE.contains(&i.key) && (i.key != "aum_month_avg_per_head" || known("aum_per_head"));
        !replaced && !spare
    };
    shown_indicators(report).filter(shown).map(|i| indicator_tile(i, words)).collect()
}

/// Indicators but those of a basis no sheet gives.
fn shown_indicators(report: &Report) -> impl Iterator<Item = &Indicator> {
    report.indicators.iter().filter(|i| i.current.is_some() || !i.key.starts_with("aum_month_avg"))
}

fn indicator_tile(indicator: &Indicator, words: &Words) -> Figure {
    let (value, kind) = value_cell(indicator.unit, indicator.current);
    let mut figure = tile(words, &indicator_key(indicator, &kind), value, kind);
    let change = indicator.current.zip(indicator.last_month).map(|(now, then)| now - then);
    figure.note = change.map(|c| {
        let key = if c >= 0.0 { "note.up_on_month" } else { "note.down_on_month" };
        words.fill(key, &[("change", change_param(indicator.unit, c.abs(), words))])
    });
    figure.tone = match change {
        Some(c) if c > 0.0 => Tone::Good,
        Some(c) if c < 0.0 => Tone::Bad,
        _ => Tone::Normal,
    };
    figure
}

/// Money has its unit in the label: `indicator_aum_wan`, `indicator_aum_per_head_yuan`.
fn indicator_key(indicator: &Indicator, kind: &Kind) -> String {
    match kind {
        Kind::Wan => format!("indicator_{}_wan", indicator.key),
        Kind::Yuan => format!("indicator_{}_yuan", indicator.key),
        _ => format!("indicator_{}", indicator.key),
    }
}

/// 本期, 较上月, 较年初, 同比, 完成率, 时序差 of every indicator.
pub fn indicators_table(report: &Report, words: &Words) -> Table {
    let change = |i: &Indicator, then: Option<f64>| {
        let change = i.current.zip(then).map(|(now, then)| now - then);
        known(change, |c| {
            Cell::Text(format!("{}{}", if c < 0.0 { "−" } else { "+" }, shown_change(i.unit, c.abs(), words)))
        })
    };
    let kind = |i: &Indicator| value_cell(i.unit, i.current).1;
    let name = |i: &Indicator| words.get(&format!("figure.{}", indicator_key(i, &kind(i))));
    let mut table = Columns::<Indicator>::new(words, "indicators")
        .wide("indicator", Kind::Text, 22.0, |i| Cell::text(name(i)))
        .wide("current", Kind::Text, 16.0, |i| Cell::Text(value_cell(i.unit, i.current).0.shown(&kind(i))))
        .wide("on_month", Kind::Text, 16.0, |i| change(i, i.last_month))
        .wide("on_year_start", Kind::Text, 16.0, |i| change(i, i.year_start))
        .wide("on_year", Kind::Text, 16.0, |i| change(i, i.last_year))
        .wide("completion", Kind::Text, 12.0, |i| share_cell(i.completion))
        .tone(|i| light_tone(i.light))
        .wide("schedule_gap", Kind::Text, 14.0, |i| gap_cell(i.schedule_gap, words))
        .table(shown_indicators(report));
    let note = if report.targets.is_empty() { "note.no_targets" } else { "note.targets" };
    table.notes = vec![words.get(note).to_string(), words.get("note.comparable").to_string()];
    table
}
