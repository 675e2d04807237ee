//! The three short lists: employers, staff, visits.

use super::assemble::assemble;
use super::sample::data;
use super::{Cell, RowKind, SampleFile, SampleRow, style};
use crate::model::money::Fen;
use crate::model::status::PayKind;
use crate::simulate::branch::{Branch, Employer};
use crate::simulate::settings::{EmployerColumn, FileRule, Settings, StaffColumn, VisitColumn};

/// 代发单位清单, in 万元 with two decimals, 合计 at the end.
pub(super) fn employers(rules: &Settings, branch: &Branch, file: &FileRule<EmployerColumn>) -> SampleFile {
    let header = file.columns.iter().map(|c| rules.headers.employers.get(c).cloned().unwrap_or_default()).collect();
    let monthly = monthly_payroll(branch);
    let mut rows: Vec<SampleRow> = branch
        .employers
        .iter()
        .zip(&monthly)
        .map(|(e, pay)| data(file.columns.iter().map(|c| employer_cell(rules, branch, file, e, *pay, *c)).collect()))
        .collect();
    if file.hidden_row {
        let closed = file.columns.iter().map(|c| match c {
            EmployerColumn::Number => Cell::text("DF99999"),
            EmployerColumn::Name => Cell::text(rules.words.closed_employer.clone()),
            _ => Cell::Empty,
        });
        let place = rows.len().min(7);
        rows.insert(place, SampleRow { hidden: true, ..data(closed.collect()) });
    }
    if file.total {
        let heads: usize = branch.employers.iter().map(|e| e.heads).sum();
        let cells = file.columns.iter().enumerate().map(|(i, c)| match c {
            _ if i == 0 => Cell::text(rules.words.total.clone()),
            EmployerColumn::Heads => Cell::count(heads as i64),
            EmployerColumn::Payroll => wan(monthly.iter().copied().sum()),
            _ => Cell::Empty,
        });
        rows.push(SampleRow { kind: RowKind::Total, ..data(cells.collect()) });
    }
    assemble(rules, file, rules.branch.plan_day, header, rows, signed(branch))
}

/// By employer, the mean of the last three wage runs that are at hand on the plan day.
fn monthly_payroll(branch: &Branch) -> Vec<Fen> {
    let wages: Vec<usize> = (0..branch.runs.len()).filter(|r| branch.runs[*r].kind == PayKind::Wage).collect();
    let known = &wages[..wages.len().saturating_sub(1).max(1)];
    let recent = &known[known.len().saturating_sub(3)..];
    let mut paid = vec![Fen::ZERO; branch.employers.len()];
    for p in branch.payments.iter().filter(|p| recent.contains(&p.run)) {
        paid[p.employer] = paid[p.employer] + p.amount;
    }
    paid.into_iter().map(|sum| sum.per_head(recent.len() as i64).unwrap_or_default()).collect()
}

/// 万元 to two decimals.
fn wan(fen: Fen) -> Cell {
    Cell::Number((fen.0 as f64 / 10_000.0).round() / 100.0, 2)
}

fn employer_cell(
    rules: &Settings,
    branch: &Branch,
    file: &FileRule<EmployerColumn>,
    e: &Employer,
    pay: Fen,
    column: EmployerColumn,
) -> Cell {
    let w = &rules.words;
    match column {
        EmployerColumn::Number => Cell::text(e.number.clone()),
        EmployerColumn::Name => Cell::text(e.name.clone()),
        EmployerColumn::CreditCode => Cell::text(e.credit_code.clone()),
        EmployerColumn::Industry => {
            Cell::text(rules.industries.get(&e.industry).map(|i| i.name.clone()).unwrap_or_default())
        }
        EmployerColumn::Nature => Cell::text(e.nature.clone()),
        EmployerColumn::PayrollType => Cell::text(e.payroll_type.clone()),
        EmployerColumn::Address => Cell::text(e.address.clone()),
        EmployerColumn::District => Cell::text(e.district.clone()),
        EmployerColumn::Heads => Cell::count(e.heads as i64),
        EmployerColumn::Payroll => wan(pay),
        EmployerColumn::Payday => Cell::text(e.payday.clone()),
        EmployerColumn::Contact => Cell::text(e.contact.clone()),
        EmployerColumn::ContactTitle => Cell::text(e.contact_title.clone()),
        EmployerColumn::ContactPhone => Cell::text(e.contact_phone.clone()),
        EmployerColumn::Outlet => Cell::text(branch.outlets.get(e.outlet).cloned().unwrap_or_default()),
        EmployerColumn::Rm => Cell::text(branch.staff.get(e.rm).map(|s| s.name.clone()).unwrap_or_default()),
        EmployerColumn::LastVisit => e.last_visit.map_or(Cell::text(w.no_visit.clone()), |d| style::date(w, file, d)),
        EmployerColumn::AgreementEnd => style::date_or_empty(w, file, e.agreement_end),
        EmployerColumn::Complaint => Cell::text(if e.open_complaint { &w.yes } else { &w.no }),
        EmployerColumn::Note => {
            let renewed = e.story.is_none() && e.heads.is_multiple_of(5);
            if renewed { Cell::text(w.employer_note.clone()) } else { Cell::Empty }
        }
    }
}

/// 网点人员情况表.
pub(super) fn staff(rules: &Settings, branch: &Branch, file: &FileRule<StaffColumn>) -> SampleFile {
    let header = file.columns.iter().map(|c| rules.headers.staff.get(c).cloned().unwrap_or_default()).collect();
    let w = &rules.words;
    let cell = |s: &crate::simulate::branch::Staff, column: StaffColumn| match column {
        StaffColumn::Number => Cell::text(s.number.clone()),
        StaffColumn::Name => Cell::text(s.name.clone()),
        StaffColumn::Outlet => Cell::text(branch.outlets.get(s.outlet).cloned().unwrap_or_default()),
        StaffColumn::Position => Cell::text(s.position.clone()),
        StaffColumn::Qualifications => Cell::text(s.qualifications.clone()),
        StaffColumn::MayGoOut => Cell::text(if s.may_go_out { &w.yes } else { &w.no }),
        StaffColumn::Leave => s.leave.map_or(Cell::Empty, |(from, until)| {
            Cell::text(w.leave.replace("{from}", &from.to_string()).replace("{until}", &until.to_string()))
        }),
        StaffColumn::DailyLimit => Cell::count(s.daily_limit),
    };
    let rows = branch.staff.iter().map(|s| data(file.columns.iter().map(|c| cell(s, *c)).collect())).collect();
    assemble(rules, file, rules.branch.plan_day, header, rows, signed(branch))
}

/// 进企服务台账 as it stands on `day`.
pub(super) fn visits(
    rules: &Settings,
    branch: &Branch,
    file: &FileRule<VisitColumn>,
    day: chrono::NaiveDate,
) -> SampleFile {
    let header = file.columns.iter().map(|c| rules.headers.visits.get(c).cloned().unwrap_or_default()).collect();
    let cell = |v: &crate::simulate::branch::Visit, column: VisitColumn| match column {
        VisitColumn::Employer => Cell::text(v.short_name.clone()),
        VisitColumn::Date => style::date(&rules.words, file, v.date),
        VisitColumn::Staff => Cell::count(v.staff),
        VisitColumn::Attendance => Cell::count(v.attendance),
        VisitColumn::Interested => Cell::count(v.interested),
        VisitColumn::Deals => Cell::count(v.deals),
        VisitColumn::FirstFollowUp => style::date_or_empty(&rules.words, file, v.first_follow_up),
        VisitColumn::KeyPersonCall => style::date_or_empty(&rules.words, file, v.key_person_call),
        VisitColumn::Note => Cell::text(v.note.clone()),
    };
    let held = branch.visits.iter().filter(|v| v.date <= day);
    let rows = held.map(|v| data(file.columns.iter().map(|c| cell(v, *c)).collect())).collect();
    assemble(rules, file, day, header, rows, signed(branch))
}

/// Who made the sheet and who checked it: the last and the first of the staff.
pub(super) fn signed(branch: &Branch) -> Option<(&str, &str)> {
    Some((branch.staff.last()?.name.as_str(), branch.staff.first()?.name.as_str()))
}
