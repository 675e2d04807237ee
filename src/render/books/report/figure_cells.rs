//! Cells of figures: values by their unit, changes, shares of targets and lights.

use crate::engagement::report::targets::Light;
use crate::model::activity::FigureUnit;
use crate::model::{Fen, Param};
use crate::render::books::known;
use crate::render::table::{Cell, Kind, Tone};
use crate::render::words::Words;

/// A value and how its column shows it: large amounts in 万元.
pub(crate) fn value_cell(unit: FigureUnit, value: Option<f64>) -> (Cell, Kind) {
    let kind = match unit {
        FigureUnit::Count => Kind::Count,
        FigureUnit::Fen if value.is_some_and(|v| v.abs() < 1e7) => Kind::Yuan,
        FigureUnit::Fen => Kind::Wan,
        FigureUnit::Share => Kind::Share,
        FigureUnit::Ratio => Kind::Ratio,
    };
    let cell = known(value, |v| match unit {
        FigureUnit::Count => Cell::Count(v as i64),
        FigureUnit::Fen => Cell::Money(Fen(v as i64)),
        FigureUnit::Share => Cell::Share(v),
        FigureUnit::Ratio => Cell::Ratio(v),
    });
    (cell, kind)
}

/// A change without its sign; the difference of two shares is in percentage points.
pub(crate) fn change_param(unit: FigureUnit, change: f64, words: &Words) -> Param {
    match unit {
        FigureUnit::Count => Param::Count(change as i64),
        FigureUnit::Fen => Param::Money { fen: Fen(change as i64) },
        // The difference of two shares is in percentage points.
        FigureUnit::Share => {
            let points = Param::Text(format!("{:.1}", change * 100.0));
            Param::Text(words.fill("note.percentage_points", &[("points", points)]))
        }
        FigureUnit::Ratio => Param::Ratio(change),
    }
}

pub(crate) fn shown_change(unit: FigureUnit, change: f64, words: &Words) -> String {
    words.param(&change_param(unit, change, words))
}

/// A share as text, beside figures of other kinds.
pub(crate) fn share_cell(share: Option<f64>) -> Cell {
    known(share, |s| Cell::Text(Cell::Share(s).shown(&Kind::Share)))
}

/// `+4.4个百分点`.
pub(crate) fn gap_cell(gap: Option<f64>, words: &Words) -> Cell {
    known(gap, |g| {
        Cell::Text(format!("{}{}", if g < 0.0 { "−" } else { "+" }, shown_change(FigureUnit::Share, g.abs(), words)))
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
