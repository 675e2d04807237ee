//! One payroll run of all employers.

use super::assemble::assemble;
use super::lists::signed;
use super::sample::data;
use super::{Cell, RowKind, SampleFile, SampleRow, style};
use crate::model::money::Fen;
use crate::simulate::branch::Branch;
use crate::simulate::settings::{FileRule, PayrollColumn, Settings};

/// The run at index `r`.
pub(super) fn run(rules: &Settings, branch: &Branch, r: usize, file: &FileRule<PayrollColumn>) -> SampleFile {
    let header = file.columns.iter().map(|c| rules.headers.payroll.get(c).cloned().unwrap_or_default()).collect();
    let day = branch.runs[r].date;
    let payments: Vec<_> = branch.payments.iter().filter(|p| p.run == r).collect();
    let mut rows: Vec<SampleRow> = payments
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let cells = file.columns.iter().map(|c| match c {
                PayrollColumn::Serial => Cell::count(i as i64 + 1),
                PayrollColumn::Name => Cell::text(p.name.clone()),
                PayrollColumn::Account => Cell::text(p.account.clone()),
                PayrollColumn::Amount => style::amount(&rules.words, file, p.amount),
                PayrollColumn::Purpose => Cell::text(p.purpose.clone()),
                PayrollColumn::Date => style::date(&rules.words, file, day),
                PayrollColumn::Employer => Cell::text(branch.employers[p.employer].name.clone()),
            });
            data(cells.collect())
        })
        .collect();
    if file.total && !rows.is_empty() {
        let sum: Fen = payments.iter().map(|p| p.amount).sum();
        let cells = file.columns.iter().enumerate().map(|(i, c)| match c {
            _ if i == 0 => Cell::text(rules.words.total.clone()),
            PayrollColumn::Amount => style::amount(&rules.words, file, sum),
            _ => Cell::Empty,
        });
        rows.push(SampleRow { kind: RowKind::Total, ..data(cells.collect()) });
    }
    assemble(rules, file, day, header, rows, signed(branch))
}
