//! 指标完成: targets beside what has been reached.

use crate::engagement::report::summary::{Report, Unit};
use crate::engagement::report::targets::Light;
use crate::model::Param;
use crate::render::books::report::indicators::{shown_change, value_cell};
use crate::render::books::{Columns, known};
use crate::render::table::{Cell, Kind, Row, Table, Tone};
use crate::render::words::Words;

/// A share as text, beside figures of other kinds.
pub(crate) fn share_cell(share: Option<f64>) -> Cell {
    known(share, |s| Cell::Text(Cell::Share(s).shown(&Kind::Share)))
}

/// `+4.4个百分点`.
pub(crate) fn gap_cell(gap: Option<f64>, words: &Words) -> Cell {
    known(gap, |g| {
        Cell::Text(format!("{}{}", if g < 0.0 { "−" } else { "+" }, shown_change(Unit::Share, g.abs(), words)))
    })
}

pub(crate) fn light_tone(light: Option<Light>) -> Tone {
    match light {
        Some(Light::Red) => Tone::Bad,
        Some(Light::Amber) => Tone::Warn,
        Some(Light::Green) => Tone::Good,
        None => Tone::Normal,
    }
}

pub(crate) fn light_cell(light: Option<Light>, words: &Words) -> Cell {
    known(light, |l| Cell::text(words.get(&format!("light.{}", l.key()))))
}

/// A target's indicator by its name, with the unit of money it is shown in.
fn target_name(indicator: &str, kind: &Kind, words: &Words) -> String {
    let key = match kind {
        Kind::Wan => format!("figure.indicator_{indicator}_wan"),
        Kind::Yuan => format!("figure.indicator_{indicator}_yuan"),
        _ => format!("figure.indicator_{indicator}"),
    };
    words.get(&key).to_string()
}

/// 指标完成: every target in force, the branch's first.
pub(crate) fn targets_table(report: &Report, words: &Words) -> Table {
    let columns = Columns::new(words, "completion")
        .wide("outlet", Kind::Text, 20.0)
        .wide("indicator", Kind::Text, 24.0)
        .wide("period", Kind::Text, 24.0)
        .wide("target_value", Kind::Text, 14.0)
        .wide("current", Kind::Text, 14.0)
        .wide("completion", Kind::Text, 12.0)
        .wide("expected", Kind::Text, 12.0)
        .wide("schedule_gap", Kind::Text, 16.0)
        .wide("light", Kind::Text, 10.0);
    let mut table = columns.table();
    table.notes = vec![words.get("note.completion").to_string()];
    for t in &report.targets {
        let (target, kind) = value_cell(t.unit, Some(t.target));
        let current = known(t.current, |c| Cell::Text(value_cell(t.unit, Some(c)).0.shown(&kind)));
        let outlet = t.outlet.as_deref().unwrap_or_else(|| words.get("note.whole_branch"));
        let row = Row::new(vec![
            Cell::text(outlet),
            Cell::Text(target_name(&t.indicator, &kind, words)),
            Cell::Text(
                words.fill("note.period", &[("from", Param::Date(t.first_day)), ("to", Param::Date(t.last_day))]),
            ),
            Cell::Text(target.shown(&kind)),
            current,
            share_cell(t.completion),
            share_cell(Some(t.expected)),
            gap_cell(t.schedule_gap, words),
            light_cell(t.light, words),
        ]);
        table.rows.push(row.cell_tone(8, light_tone(t.light)));
    }
    table
}
