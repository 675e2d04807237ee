//! Flows after the last payday, contacts, purchases, targets.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::draft::{Draft, Out, Rows, Sources};
use super::sample::{Cell, SampleRow, data};
use super::style;
use crate::simulate::branch::Employee;
use crate::simulate::deeds::{Flow, Purchase, purchases};
use crate::simulate::group::Group;
use crate::simulate::settings::activity::{ContactColumn, FlowColumn, ProductName, SaleColumn, TargetColumn};
use crate::simulate::settings::file::FileRule;

/// The headings of the columns.
fn header<C: Copy + Ord>(file: &FileRule<C>, headers: &BTreeMap<C, String>) -> Vec<String> {
    file.columns.iter().map(|c| headers.get(c).cloned().unwrap_or_default()).collect()
}

/// 资金流水 of the last payday.
pub(super) fn flows(from: Sources<'_>) -> Option<Draft<'_>> {
    let a = &from.rules.activity;
    let first = from.outline.windows.last()?.payday;
    let header = header(&a.files.flows, &a.flow_headers);
    Some(Draft::new(from, &a.files.flows, first, header, Flows { from, count: 0 }))
}

struct Flows<'a> {
    from: Sources<'a>,
    count: usize,
}

impl Rows for Flows<'_> {
    fn of(&mut self, group: &Group, out: &mut Out) {
        for flow in &group.flows {
            self.count += 1;
            out(flow_row(self.from, &group.people.employees[flow.employee], flow, self.count));
        }
    }
}

fn flow_row<'a>(from: Sources<'a>, e: &'a Employee, flow: &Flow<'a>, number: usize) -> SampleRow<'a> {
    let Sources { rules, outline } = from;
    let file = &rules.activity.files.flows;
    let cells = file.columns.iter().map(|c| match c {
        FlowColumn::CustomerNumber => Cell::text(&e.customer_number),
        FlowColumn::Employer => Cell::text(&outline.employers[e.employer].name),
        FlowColumn::Date => style::date(&rules.words, file, flow.day),
        FlowColumn::Direction => Cell::text(&rules.activity.out),
        FlowColumn::Amount => style::amount(&rules.words, file, flow.amount),
        FlowColumn::Counterparty => Cell::text(flow.to),
        FlowColumn::Reference => Cell::text(format!("LS{number:08}")),
    });
    data(cells.collect())
}

/// 联系结果.
pub(super) fn contacts(from: Sources<'_>) -> Draft<'_> {
    let a = &from.rules.activity;
    let header = header(&a.files.contacts, &a.contact_headers);
    Draft::new(from, &a.files.contacts, from.rules.branch.report_day, header, Contacts { from })
}

struct Contacts<'a> {
    from: Sources<'a>,
}

impl Rows for Contacts<'_> {
    fn of(&mut self, group: &Group, out: &mut Out) {
        let Sources { rules, outline } = self.from;
        let file = &rules.activity.files.contacts;
        for contact in &group.contacts {
            let (e, told) = (&group.people.employees[contact.employee], contact.told);
            let cells = file.columns.iter().map(|c| match c {
                ContactColumn::CustomerNumber => Cell::text(&e.customer_number),
                ContactColumn::Employer => Cell::text(&outline.employers[e.employer].name),
                ContactColumn::Date => style::date(&rules.words, file, told.date),
                ContactColumn::Channel => Cell::text(&told.channel),
                ContactColumn::Result => Cell::text(&told.result),
                ContactColumn::Wanted => Cell::text(&told.wanted),
                ContactColumn::Next => style::date_or_empty(&rules.words, file, told.next),
                ContactColumn::Note => Cell::text(&told.note),
            });
            out(data(cells.collect()));
        }
    }
}

/// 产品购买明细: by day, then by person; where everybody is written down, by person, for nobody can be kept until the
/// days are sorted.
pub(super) fn sales(from: Sources<'_>) -> Draft<'_> {
    let a = &from.rules.activity;
    let header = header(&a.files.sales, &a.sale_headers);
    let rows = Sales { from, by_day: BTreeMap::new() };
    Draft::new(from, &a.files.sales, from.rules.branch.report_day, header, rows)
}

struct Sales<'a> {
    from: Sources<'a>,
    by_day: BTreeMap<NaiveDate, Vec<SampleRow<'static>>>,
}

impl Rows for Sales<'_> {
    fn of(&mut self, group: &Group, out: &mut Out) {
        for e in &group.people.employees {
            for sale in purchases(self.from.outline, e) {
                let row = sale_row(self.from, e, &sale);
                match self.from.rules.exporting {
                    true => out(row),
                    false => self.by_day.entry(sale.day).or_default().push(row.into_owned()),
                }
            }
        }
    }

    fn end(&mut self, out: &mut Out) {
        std::mem::take(&mut self.by_day).into_values().flatten().for_each(out);
    }
}

fn sale_row<'a>(from: Sources<'a>, e: &'a Employee, sale: &Purchase) -> SampleRow<'a> {
    let a = &from.rules.activity;
    let file = &a.files.sales;
    let product = a.products.get(sale.class);
    let text = |f: fn(&ProductName) -> &String| product.map_or(Cell::Empty, |p| Cell::text(f(p)));
    let cells = file.columns.iter().map(|c| match c {
        SaleColumn::CustomerNumber => Cell::text(&e.customer_number),
        SaleColumn::Product => text(|p| &p.name),
        SaleColumn::Kind => text(|p| &p.kind),
        SaleColumn::Date => style::date(&from.rules.words, file, sale.day),
        SaleColumn::Amount => style::amount(&from.rules.words, file, sale.amount),
        SaleColumn::ExpectedYield => text(|p| &p.expected_yield),
        SaleColumn::DueDate => style::date_or_empty(&from.rules.words, file, sale.due),
    });
    data(cells.collect())
}

/// 指标任务表: the branch's own targets, then those of each outlet.
pub(super) fn targets(from: Sources<'_>) -> Draft<'_> {
    let a = &from.rules.activity;
    let header = header(&a.files.targets, &a.target_headers);
    Draft::new(from, &a.files.targets, from.rules.branch.plan_day, header, Targets { from })
}

struct Targets<'a> {
    from: Sources<'a>,
}

impl Rows for Targets<'_> {
    fn start(&mut self, out: &mut Out) {
        let Sources { rules, outline } = self.from;
        let a = &rules.activity;
        let whole = a.targets.iter().filter_map(|t| Some((&rules.branch.name, t, t.branch?)));
        let each = outline.outlets.iter().enumerate().flat_map(|(i, outlet)| {
            let with = a.targets.iter().filter(|t| !t.outlets.is_empty());
            with.map(move |t| (outlet, t, t.outlets[i % t.outlets.len()]))
        });
        for (outlet, target, value) in whole.chain(each) {
            let decimals = if value.fract() == 0.0 { 0 } else { 2 };
            let cells = a.files.targets.columns.iter().map(|c| match c {
                TargetColumn::Outlet => Cell::text(outlet),
                TargetColumn::Indicator => Cell::text(&target.indicator),
                TargetColumn::Period => Cell::text(&target.period),
                TargetColumn::Value => Cell::Number(value, decimals),
                TargetColumn::Unit => Cell::text(&target.unit),
            });
            out(data(cells.collect()));
        }
    }
}
