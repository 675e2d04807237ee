//! Flows after the last payday, contacts, purchases, targets: as the truth has them, or would have them.

use chrono::NaiveDate;

use super::assemble::assemble;
use super::lists::signed;
use super::sample::data;
use super::{Cell, SampleFile, SampleRow, style};
use crate::model::money::Fen;
use crate::model::period::days_after;
use crate::simulate::branch::{Branch, Employee, Holding, SnapshotRole, class};
use crate::simulate::settings::activity::{ContactColumn, FlowColumn, SaleColumn, TargetColumn};
use crate::simulate::settings::{FileRule, Settings};

/// Classes of assets that are bought, by their keys.
const CLASSES: [(&str, usize); 7] = [
    ("term", class::TERM),
    ("large_cd", class::LARGE_CD),
    ("wealth", class::WEALTH),
    ("fund", class::FUND),
    ("insurance", class::INSURANCE),
    ("metal", class::METAL),
    ("bond", class::BOND),
];

/// 资金流水 of the last payday: what of the pay did not stay went to two destinations.
pub(super) fn flows(rules: &Settings, branch: &Branch) -> Option<SampleFile> {
    let a = &rules.activity;
    let window = branch.windows.last()?;
    let (first, last) = (window.payday, branch.snapshots.get(window.after)?.date);
    let paid_in_window: Vec<usize> =
        (0..branch.runs.len()).filter(|r| (first..=last).contains(&branch.runs[*r].date)).collect();
    let mut paid = vec![Fen::ZERO; branch.employees.len()];
    for p in branch.payments.iter().filter(|p| paid_in_window.contains(&p.run)) {
        if let Some(e) = p.employee {
            paid[e] = paid[e] + p.amount;
        }
    }
    let mut rows: Vec<SampleRow> = Vec::new();
    for (i, e) in branch.employees.iter().enumerate() {
        let employer = &branch.employers[e.employer];
        let Some(rule) = employer.story.as_ref().and_then(|s| a.flows.get(s)) else { continue };
        let (Some(before), Some(after)) = (held(e, window.before), held(e, window.after)) else { continue };
        let out = paid[i] - (after.aum() - before.aum());
        if out <= Fen::ZERO {
            continue;
        }
        let main = Fen(out.0 * rule.main_percent / 100 / 100 * 100);
        for (amount, to, day) in [(main, &rule.main, i % 3), (out - main, &rule.other, 2 + i % 4)] {
            if amount > Fen::ZERO {
                let day = days_after(first, day as i64);
                let reference = format!("LS{:08}", rows.len() + 1);
                rows.push(flow_row(rules, branch, e, (day.min(last), amount, to, reference)));
            }
        }
    }
    let file = &a.files.flows;
    let header = file.columns.iter().map(|c| a.flow_headers.get(c).cloned().unwrap_or_default()).collect();
    Some(assemble(rules, file, first, header, rows, signed(branch)))
}

fn flow_row(
    rules: &Settings,
    branch: &Branch,
    e: &Employee,
    (day, amount, to, reference): (NaiveDate, Fen, &String, String),
) -> SampleRow {
    let file = &rules.activity.files.flows;
    let cells = file.columns.iter().map(|c| match c {
        FlowColumn::CustomerNumber => Cell::text(e.customer_number.clone()),
        FlowColumn::Employer => Cell::text(branch.employers[e.employer].name.clone()),
        FlowColumn::Date => style::date(&rules.words, file, day),
        FlowColumn::Direction => Cell::text(rules.activity.out.clone()),
        FlowColumn::Amount => style::amount(&rules.words, file, amount),
        FlowColumn::Counterparty => Cell::text(to.clone()),
        FlowColumn::Reference => Cell::text(reference.clone()),
    });
    data(cells.collect())
}

/// 联系结果 of people with an account of the second class: all of them have something to be done.
pub(super) fn contacts(rules: &Settings, branch: &Branch) -> SampleFile {
    let a = &rules.activity;
    let file = &a.files.contacts;
    let month_end = branch.snapshots.iter().position(|s| s.role == SnapshotRole::MonthEnd);
    let here = |e: &&Employee| {
        let refused = [e.consent_sms, e.consent_phone, e.consent_wecom].iter().flatten().any(|c| c.key() == "refused");
        e.account_class == 2 && !e.closed && !refused && month_end.is_some_and(|k| held(e, k).is_some())
    };
    let people: Vec<&Employee> = branch.employees.iter().filter(here).take(a.contacts_told).collect();
    let rows = people.iter().zip(a.contacts.iter().cycle()).map(|(e, contact)| {
        let cells = file.columns.iter().map(|c| match c {
            ContactColumn::CustomerNumber => Cell::text(e.customer_number.clone()),
            ContactColumn::Employer => Cell::text(branch.employers[e.employer].name.clone()),
            ContactColumn::Date => style::date(&rules.words, file, contact.date),
            ContactColumn::Channel => Cell::text(contact.channel.clone()),
            ContactColumn::Result => Cell::text(contact.result.clone()),
            ContactColumn::Wanted => Cell::text(contact.wanted.clone()),
            ContactColumn::Next => style::date_or_empty(&rules.words, file, contact.next),
            ContactColumn::Note => Cell::text(contact.note.clone()),
        });
        data(cells.collect())
    });
    let rows = rows.collect();
    let header = file.columns.iter().map(|c| a.contact_headers.get(c).cloned().unwrap_or_default()).collect();
    assemble(rules, file, rules.branch.report_day, header, rows, signed(branch))
}

/// 产品购买明细: whoever holds a class of assets that was not held the time before has bought it the day before.
pub(super) fn sales(rules: &Settings, branch: &Branch) -> SampleFile {
    let a = &rules.activity;
    let file = &a.files.sales;
    let mut rows = Vec::new();
    for e in &branch.employees {
        for (k, snapshot) in branch.snapshots.iter().enumerate().skip(1) {
            let (Some(before), Some(after)) = (held(e, k - 1), held(e, k)) else { continue };
            for (key, class) in CLASSES {
                if before.assets[class] == Fen::ZERO && after.assets[class] > Fen::ZERO {
                    rows.push((days_after(snapshot.date, -1), e, key, after.assets[class], after));
                }
            }
        }
    }
    rows.sort_by_key(|(day, e, key, ..)| (*day, e.customer_number.clone(), *key));
    let row = |(day, e, key, amount, after): &(NaiveDate, &Employee, &str, Fen, &Holding)| {
        let product = a.products.get(*key);
        let text = |f: fn(&crate::simulate::settings::activity::ProductName) -> &String| {
            product.map_or(Cell::Empty, |p| Cell::text(f(p).clone()))
        };
        let due = after.due.filter(|_| matches!(*key, "term" | "wealth")).map(|(date, _)| date);
        let cells = file.columns.iter().map(|c| match c {
            SaleColumn::CustomerNumber => Cell::text(e.customer_number.clone()),
            SaleColumn::Product => text(|p| &p.name),
            SaleColumn::Kind => text(|p| &p.kind),
            SaleColumn::Date => style::date(&rules.words, file, *day),
            SaleColumn::Amount => style::amount(&rules.words, file, *amount),
            SaleColumn::ExpectedYield => text(|p| &p.expected_yield),
            SaleColumn::DueDate => style::date_or_empty(&rules.words, file, due),
        });
        data(cells.collect())
    };
    let rows = rows.iter().map(row).collect();
    let header = file.columns.iter().map(|c| a.sale_headers.get(c).cloned().unwrap_or_default()).collect();
    assemble(rules, file, rules.branch.report_day, header, rows, signed(branch))
}

/// 指标任务表: the branch's own targets, then those of each outlet.
pub(super) fn targets(rules: &Settings, branch: &Branch) -> SampleFile {
    let a = &rules.activity;
    let file: &FileRule<TargetColumn> = &a.files.targets;
    let mut rows = Vec::new();
    let whole = a.targets.iter().filter_map(|t| Some((rules.branch.name.clone(), t, t.branch?)));
    let each = branch.outlets.iter().enumerate().flat_map(|(i, outlet)| {
        let with = a.targets.iter().filter(|t| !t.outlets.is_empty());
        with.map(move |t| (outlet.clone(), t, t.outlets[i % t.outlets.len()]))
    });
    for (outlet, target, value) in whole.chain(each) {
        let decimals = if value.fract() == 0.0 { 0 } else { 2 };
        let cells = file.columns.iter().map(|c| match c {
            TargetColumn::Outlet => Cell::text(outlet.clone()),
            TargetColumn::Indicator => Cell::text(target.indicator.clone()),
            TargetColumn::Period => Cell::text(target.period.clone()),
            TargetColumn::Value => Cell::Number(value, decimals),
            TargetColumn::Unit => Cell::text(target.unit.clone()),
        });
        rows.push(data(cells.collect()));
    }
    let header = file.columns.iter().map(|c| a.target_headers.get(c).cloned().unwrap_or_default()).collect();
    assemble(rules, file, rules.branch.plan_day, header, rows, signed(branch))
}

/// What somebody holds at a snapshot.
fn held(e: &Employee, snapshot: usize) -> Option<&Holding> {
    e.holdings.get(snapshot).and_then(Option::as_ref)
}
