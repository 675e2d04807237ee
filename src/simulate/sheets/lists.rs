//! The three short lists: employers, staff, visits.

use super::draft::{Draft, Out, Rows, Sources};
use super::sample::{Cell, RowKind, SampleRow, data, row};
use super::style;
use crate::model::money::Fen;
use crate::model::status::PayKind;
use crate::simulate::branch::{Employer, Outline, Staff, Visit, Workforce};
use crate::simulate::group::Group;
use crate::simulate::settings::file::FileRule;
use crate::simulate::settings::{EmployerColumn, StaffColumn, VisitColumn};

/// Before which employer the hidden row stands.
const HIDDEN_BEFORE: usize = 7;

/// 代发单位清单, in 万元 with two decimals, 合计 at the end.
pub(super) fn employers<'a>(from: Sources<'a>, file: &'a FileRule<EmployerColumn>) -> Draft<'a> {
    let headers = &from.rules.headers.employers;
    let header = file.columns.iter().map(|c| headers.get(c).cloned().unwrap_or_default()).collect();
    let rows = Employers { from, file, recent: recent(from.outline), sum: Fen::ZERO };
    Draft::new(from, file, from.rules.branch.plan_day, header, rows)
}

struct Employers<'a> {
    from: Sources<'a>,
    file: &'a FileRule<EmployerColumn>,
    /// The runs whose mean is the monthly pay.
    recent: Vec<usize>,
    /// Monthly pay of all employers.
    sum: Fen,
}

impl Rows for Employers<'_> {
    fn of(&mut self, group: &Group, out: &mut Out) {
        let index = group.people.employer;
        if index == HIDDEN_BEFORE {
            out_hidden(self, out);
        }
        let pay = self.monthly_pay(&group.people);
        self.sum = self.sum + pay;
        let e = &self.from.outline.employers[index];
        let cells = self.file.columns.iter().map(|c| employer_cell(self.from, self.file, e, pay, *c));
        out(data(cells.collect()));
    }

    fn end(&mut self, out: &mut Out) {
        let employers = &self.from.outline.employers;
        if employers.len() <= HIDDEN_BEFORE {
            out_hidden(self, out);
        }
        if !self.file.total {
            return;
        }
        let heads: usize = employers.iter().map(|e| e.heads).sum();
        let cells = self.file.columns.iter().enumerate().map(|(i, c)| match c {
            _ if i == 0 => Cell::text(&self.from.rules.words.total),
            EmployerColumn::Heads => Cell::count(heads as i64),
            EmployerColumn::Payroll => wan(self.sum),
            _ => Cell::Empty,
        });
        out(row(RowKind::Total, cells.collect()));
    }
}

impl Employers<'_> {
    fn monthly_pay(&self, people: &Workforce) -> Fen {
        let paid: Fen = people.payments.iter().filter(|p| self.recent.contains(&p.run)).map(|p| p.amount).sum();
        paid.per_head(self.recent.len() as i64).unwrap_or_default()
    }
}

/// An employer that left, in a row somebody has hidden.
fn out_hidden(sheet: &Employers, out: &mut Out) {
    if !sheet.file.hidden_row {
        return;
    }
    let closed = sheet.file.columns.iter().map(|c| match c {
        EmployerColumn::Number => Cell::text("DF99999"),
        EmployerColumn::Name => Cell::text(&sheet.from.rules.words.closed_employer),
        _ => Cell::Empty,
    });
    out(SampleRow { hidden: true, ..data(closed.collect()) });
}

/// The last three wage runs that are at hand on the plan day.
fn recent(outline: &Outline) -> Vec<usize> {
    let wages: Vec<usize> = (0..outline.runs.len()).filter(|r| outline.runs[*r].kind == PayKind::Wage).collect();
    let known = &wages[..wages.len().saturating_sub(1).max(1)];
    known[known.len().saturating_sub(3)..].to_vec()
}

/// 万元 to two decimals.
fn wan<'a>(fen: Fen) -> Cell<'a> {
    Cell::Number((fen.0 as f64 / 10_000.0).round() / 100.0, 2)
}

fn employer_cell<'a>(
    from: Sources<'a>,
    file: &FileRule<EmployerColumn>,
    e: &'a Employer,
    pay: Fen,
    column: EmployerColumn,
) -> Cell<'a> {
    let Sources { rules, outline } = from;
    let w = &rules.words;
    match column {
        EmployerColumn::Number => Cell::text(&e.number),
        EmployerColumn::Name => Cell::text(&e.name),
        EmployerColumn::CreditCode => Cell::text(&e.credit_code),
        EmployerColumn::Industry => rules.industries.get(&e.industry).map_or(Cell::Empty, |i| Cell::text(&i.name)),
        EmployerColumn::Nature => Cell::text(&e.nature),
        EmployerColumn::PayrollType => Cell::text(&e.payroll_type),
        EmployerColumn::Address => Cell::text(&e.address),
        EmployerColumn::District => Cell::text(&e.district),
        EmployerColumn::Heads => Cell::count(e.heads as i64),
        EmployerColumn::Payroll => wan(pay),
        EmployerColumn::Payday => Cell::text(&e.payday),
        EmployerColumn::Contact => Cell::text(&e.contact),
        EmployerColumn::ContactTitle => Cell::text(&e.contact_title),
        EmployerColumn::ContactPhone => Cell::text(&e.contact_phone),
        EmployerColumn::Outlet => outline.outlets.get(e.outlet).map_or(Cell::Empty, Cell::text),
        EmployerColumn::Rm => outline.staff.get(e.rm).map_or(Cell::Empty, |s| Cell::text(&s.name)),
        EmployerColumn::LastVisit => e.last_visit.map_or(Cell::text(&w.no_visit), |d| style::date(w, file, d)),
        EmployerColumn::AgreementEnd => style::date_or_empty(w, file, e.agreement_end),
        EmployerColumn::Complaint => Cell::text(if e.open_complaint { &w.yes } else { &w.no }),
        EmployerColumn::Note => {
            let renewed = e.story.is_none() && e.heads.is_multiple_of(5);
            if renewed { Cell::text(&w.employer_note) } else { Cell::Empty }
        }
    }
}

/// Rows that need nobody's people.
struct Fixed<'a, T, F> {
    list: Vec<&'a T>,
    row: F,
}

impl<'a, T, F: FnMut(&'a T) -> Vec<Cell<'a>>> Rows for Fixed<'a, T, F> {
    fn start(&mut self, out: &mut Out) {
        self.list.iter().for_each(|item| out(data((self.row)(item))));
    }
}

/// 网点人员情况表.
pub(super) fn staff<'a>(from: Sources<'a>, file: &'a FileRule<StaffColumn>) -> Draft<'a> {
    let Sources { rules, outline } = from;
    let header = file.columns.iter().map(|c| rules.headers.staff.get(c).cloned().unwrap_or_default()).collect();
    let w = &rules.words;
    let cell = move |s: &'a Staff, column: StaffColumn| match column {
        StaffColumn::Number => Cell::text(&s.number),
        StaffColumn::Name => Cell::text(&s.name),
        StaffColumn::Outlet => outline.outlets.get(s.outlet).map_or(Cell::Empty, Cell::text),
        StaffColumn::Position => Cell::text(&s.position),
        StaffColumn::Qualifications => Cell::text(&s.qualifications),
        StaffColumn::MayGoOut => Cell::text(if s.may_go_out { &w.yes } else { &w.no }),
        StaffColumn::Leave => s.leave.map_or(Cell::Empty, |(from, until)| {
            Cell::text(w.leave.replace("{from}", &from.to_string()).replace("{until}", &until.to_string()))
        }),
        StaffColumn::DailyLimit => Cell::count(s.daily_limit),
    };
    let row = move |s: &'a Staff| file.columns.iter().map(|c| cell(s, *c)).collect();
    let rows = Fixed { list: outline.staff.iter().collect(), row };
    Draft::new(from, file, rules.branch.plan_day, header, rows)
}

/// 进企服务台账 as it stands on `day`.
pub(super) fn visits<'a>(from: Sources<'a>, file: &'a FileRule<VisitColumn>, day: chrono::NaiveDate) -> Draft<'a> {
    let Sources { rules, outline } = from;
    let header = file.columns.iter().map(|c| rules.headers.visits.get(c).cloned().unwrap_or_default()).collect();
    let cell = move |v: &'a Visit, column: VisitColumn| match column {
        VisitColumn::Employer => Cell::text(&v.short_name),
        VisitColumn::Date => style::date(&rules.words, file, v.date),
        VisitColumn::Staff => Cell::count(v.staff),
        VisitColumn::Attendance => Cell::count(v.attendance),
        VisitColumn::Interested => Cell::count(v.interested),
        VisitColumn::Deals => Cell::count(v.deals),
        VisitColumn::FirstFollowUp => style::date_or_empty(&rules.words, file, v.first_follow_up),
        VisitColumn::KeyPersonCall => style::date_or_empty(&rules.words, file, v.key_person_call),
        VisitColumn::Note => Cell::text(&v.note),
    };
    let row = move |v: &'a Visit| file.columns.iter().map(|c| cell(v, *c)).collect();
    let rows = Fixed { list: outline.visits.iter().filter(|v| v.date <= day).collect(), row };
    Draft::new(from, file, day, header, rows)
}
