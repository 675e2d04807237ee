//! The 7-day rate and the period rate, each in a column of its own: a table has those its rows know.

use crate::model::status::RateKind;
use crate::render::books::columns::Columns;
use crate::render::books::known;
use crate::render::table::{Cell, Kind};

/// The kinds of rates a table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rates(Vec<RateKind>);

impl Rates {
    /// `has`: whether some row knows a rate of the kind. Where none knows any, the column of the 7-day rate stands empty.
    pub fn of(has: impl Fn(RateKind) -> bool) -> Rates {
        let kinds: Vec<RateKind> = RateKind::ALL.iter().copied().filter(|kind| has(*kind)).collect();
        Rates(if kinds.is_empty() { vec![RateKind::Week] } else { kinds })
    }

    pub fn kinds(&self) -> &[RateKind] {
        &self.0
    }

    /// Keys of the columns.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|kind| kind.key())
    }

    /// Adds a column for each, a dash for what a row does not know; `width` in characters of a workbook.
    pub fn columns<'w, T>(
        &self,
        columns: Columns<'w, T>,
        width: f64,
        rate: impl Fn(&T, RateKind) -> Option<f64> + Copy + 'w,
    ) -> Columns<'w, T> {
        self.kinds().iter().fold(columns, |columns, kind| {
            let kind = *kind;
            columns.wide(kind.key(), Kind::Share, width, move |row| known(rate(row, kind), Cell::Share))
        })
    }

    /// Cells of a row of sums.
    pub fn cells(&self, rate: impl Fn(RateKind) -> Option<f64>) -> Vec<(&'static str, Cell)> {
        self.0.iter().map(|kind| (kind.key(), known(rate(*kind), Cell::Share))).collect()
    }
}
