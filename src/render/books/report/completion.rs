//! 指标完成: targets beside what has been reached.

use crate::engagement::report::summary::Report;
use crate::engagement::report::targets::TargetLine;
use crate::model::Param;
use crate::render::books::columns::Columns;
use crate::render::books::known;
use crate::render::books::report::figure_cells::{gap_cell, light_cell, light_tone, share_cell, value_cell};
use crate::render::table::{Cell, Kind, Table};
use crate::render::words::Words;

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
    let outlet = |t: &TargetLine| Cell::text(t.outlet.as_deref().unwrap_or_else(|| words.get("note.whole_branch")));
    let period = |t: &TargetLine| [("from", Param::Date(t.first_day)), ("to", Param::Date(t.last_day))];
    // What is reached is shown in the unit of the target.
    let kind = |t: &TargetLine| value_cell(t.unit, Some(t.target)).1;
    let value = |t: &TargetLine, value: f64| Cell::Text(value_cell(t.unit, Some(value)).0.shown(&kind(t)));
    let mut table = Columns::<TargetLine>::new(words, "completion")
        .wide("outlet", Kind::Text, 20.0, outlet)
        .wide("indicator", Kind::Text, 24.0, |t| Cell::Text(target_name(&t.indicator, &kind(t), words)))
        .wide("period", Kind::Text, 24.0, |t| Cell::Text(words.fill("note.period", &period(t))))
        .wide("target_value", Kind::Text, 14.0, |t| value(t, t.target))
        .wide("current", Kind::Text, 14.0, |t| known(t.current, |c| value(t, c)))
        .wide("completion", Kind::Text, 12.0, |t| share_cell(t.completion))
        .wide("expected", Kind::Text, 12.0, |t| share_cell(Some(t.expected)))
        .wide("schedule_gap", Kind::Text, 16.0, |t| gap_cell(t.schedule_gap, words))
        .wide("light", Kind::Text, 10.0, |t| light_cell(t.light, words))
        .tone(|t| light_tone(t.light))
        .table(&report.targets);
    table.notes = vec![words.get("note.completion").to_string()];
    table
}
