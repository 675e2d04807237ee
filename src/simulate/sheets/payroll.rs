//! One payroll run of all employers.

use super::draft::{Draft, Out, Rows, Sources};
use super::sample::{Cell, RowKind, data, row};
use super::style;
use crate::model::money::Fen;
use crate::simulate::group::Group;
use crate::simulate::settings::PayrollColumn;
use crate::simulate::settings::file::FileRule;

/// The run at index `r`.
pub(super) fn run<'a>(from: Sources<'a>, r: usize, file: &'a FileRule<PayrollColumn>) -> Draft<'a> {
    let headers = &from.rules.headers.payroll;
    let header = file.columns.iter().map(|c| headers.get(c).cloned().unwrap_or_default()).collect();
    Draft::new(from, file, from.outline.runs[r].date, header, Payroll { from, file, r, paid: 0, sum: Fen::ZERO })
}

struct Payroll<'a> {
    from: Sources<'a>,
    file: &'a FileRule<PayrollColumn>,
    r: usize,
    paid: i64,
    sum: Fen,
}

impl Rows for Payroll<'_> {
    fn of(&mut self, group: &Group, out: &mut Out) {
        let Sources { rules, outline } = self.from;
        let day = outline.runs[self.r].date;
        for p in group.people.payments.iter().filter(|p| p.run == self.r) {
            self.paid += 1;
            self.sum = self.sum + p.amount;
            let cells = self.file.columns.iter().map(|c| match c {
                PayrollColumn::Serial => Cell::count(self.paid),
                PayrollColumn::Name => Cell::text(&p.name),
                PayrollColumn::Account => Cell::text(&p.account),
                PayrollColumn::Amount => style::amount(&rules.words, self.file, p.amount),
                PayrollColumn::Purpose => Cell::text(&p.purpose),
                PayrollColumn::Date => style::date(&rules.words, self.file, day),
                PayrollColumn::Employer => Cell::text(&outline.employers[p.employer].name),
            });
            out(data(cells.collect()));
        }
    }

    fn end(&mut self, out: &mut Out) {
        let words = &self.from.rules.words;
        if !self.file.total || self.paid == 0 {
            return;
        }
        let cells = self.file.columns.iter().enumerate().map(|(i, c)| match c {
            _ if i == 0 => Cell::text(&words.total),
            PayrollColumn::Amount => style::amount(words, self.file, self.sum),
            _ => Cell::Empty,
        });
        out(row(RowKind::Total, cells.collect()));
    }
}
