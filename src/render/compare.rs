//! Two products beside each other in words: the rows of their table, what may be said of them and what must not.

use serde::Serialize;

use crate::engagement::visit::pack::compare::{Comparison, Side, sayings};
use crate::model::money::{RATE_PLACES, as_shown};
use crate::model::{Fen, Param};
use crate::render::figures;
use crate::render::table::{Cell, Column, Kind, Row, Table};
use crate::render::words::Words;

/// A line of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompareRow {
    pub label: String,
    pub own: String,
    pub other: String,
}

/// Sentences of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    pub may_say: Vec<String>,
    pub must_not_say: Vec<String>,
}

/// Money to the fen with its unit, however much it is: `21,441.10元`.
pub fn to_the_fen(fen: Fen, words: &Words) -> String {
    words.fill("unit.yuan_amount", &[("amount", Param::Text(figures::yuan(fen)))])
}

/// The lines of the comparison; points, gifts and notes only where a product has them.
pub fn rows(comparison: &Comparison, words: &Words) -> Vec<CompareRow> {
    let percent = |share: f64| format!("{}%", figures::rate(share));
    let days = |n: i64| words.fill("compare.days", &[("days", Param::Count(n))]);
    let row = |key: &str, value: &dyn Fn(&Side) -> Option<String>| {
        let (own, other) = (value(&comparison.own), value(&comparison.other));
        let there = own.is_some() || other.is_some();
        let shown = |text: Option<String>| text.unwrap_or_else(|| "—".to_string());
        let label = words.get(&format!("compare.row.{key}")).to_string();
        there.then(|| CompareRow { label, own: shown(own), other: shown(other) })
    };
    let gifts = |side: &Side| (!side.gifts.is_empty()).then(|| side.gifts.join(words.get("common.list_separator")));
    let all = [
        row("rate", &|s| Some(percent(s.rate))),
        row("days", &|s| Some(days(s.days))),
        row("value_lag", &|s| Some(days(s.value_lag_days))),
        row("return_lag", &|s| Some(days(s.return_lag_days))),
        row("tied", &|s| Some(days(s.tied_days))),
        row("value_date", &|s| Some(figures::date(s.value_date))),
        row("return_date", &|s| Some(figures::date(s.return_date))),
        row("interest", &|s| Some(to_the_fen(s.interest_fen, words))),
        row("effective", &|s| Some(percent(s.effective_rate))),
        row("points", &|s| s.points_fen.map(|fen| to_the_fen(fen, words))),
        row("gifts", &gifts),
        row("notes", &|s| s.notes.clone()),
    ];
    all.into_iter().flatten().collect()
}

/// The comparison for the console.
pub fn table(comparison: &Comparison, words: &Words) -> Table {
    let columns = vec![
        Column::new("item", words.get("compare.item"), Kind::Text),
        Column::new("own", comparison.own.name.as_str(), Kind::Text),
        Column::new("other", comparison.other.name.as_str(), Kind::Text),
    ];
    let mut table = Table::new("compare", words.get("compare.title"), columns);
    for row in rows(comparison, words) {
        table.rows.push(Row::new(vec![row.label.into(), row.own.into(), Cell::text(row.other)]));
    }
    table
}

/// What may be said and what must not, filled with the figures.
pub fn said(comparison: &Comparison, words: &Words) -> Said {
    let params = params(comparison, words);
    let fill = |family: &str, keys: Vec<&str>| {
        keys.into_iter().map(|key| words.fill(&format!("compare.{family}.{key}"), &params)).collect()
    };
    Said {
        may_say: fill("may", sayings::may(comparison)),
        must_not_say: fill("must_not", sayings::must_not(comparison)),
    }
}

fn params(comparison: &Comparison, words: &Words) -> Vec<(&'static str, Param)> {
    let Comparison { own, other, .. } = comparison;
    let text = |text: String| Param::Text(text);
    let money = |fen: Fen| text(to_the_fen(fen, words));
    let rate = |share: f64| text(figures::rate(share));
    // As the two rates are shown, so that it is their difference for whoever checks it.
    let shown = |share: f64| as_shown(share * 100.0, RATE_PLACES);
    let gap = |a: f64, b: f64| rate((shown(a) - shown(b)).abs() / 100.0);
    let eaten = 1.0 - (other.effective_rate - own.effective_rate) / (other.rate - own.rate);
    let difference = Fen(comparison.difference.0.abs());
    vec![
        ("own", text(own.name.clone())),
        ("other", text(other.name.clone())),
        ("amount", money(comparison.amount)),
        ("from", Param::Date(comparison.from)),
        ("difference", money(difference)),
        ("own_rate", rate(own.rate)),
        ("other_rate", rate(other.rate)),
        ("rate_gap", gap(own.rate, other.rate)),
        ("own_effective", rate(own.effective_rate)),
        ("other_effective", rate(other.effective_rate)),
        ("gap", gap(own.effective_rate, other.effective_rate)),
        ("eaten", text(figures::percent(eaten))),
        ("own_interest", money(own.interest_fen)),
        ("other_interest", money(other.interest_fen)),
        ("own_days", Param::Count(own.days)),
        ("other_days", Param::Count(other.days)),
        ("own_idle", Param::Count(own.idle_days)),
        ("other_idle", Param::Count(other.idle_days)),
        ("own_tied", Param::Count(own.tied_days)),
        ("other_tied", Param::Count(other.tied_days)),
        ("break_even", Param::Ratio(comparison.break_even_idle_days.unwrap_or_default())),
    ]
}

#[cfg(test)]
mod tests;
