//! What all employees hold at one date, a column per product.

use super::draft::{Draft, Out, Rows, Sources};
use super::sample::{Cell, RowKind, data, row};
use super::style;
use crate::model::money::Fen;
use crate::model::status::{Consent, Level};
use crate::simulate::branch::{Employee, Holding, class, flag};
use crate::simulate::group::Group;
use crate::simulate::settings::HoldingColumn as Column;
use crate::simulate::settings::file::FileRule;

/// The snapshot at index `k`.
pub(super) fn snapshot<'a>(from: Sources<'a>, k: usize, file: &'a FileRule<Column>) -> Draft<'a> {
    let headers = &from.rules.headers.holdings;
    let header = file.columns.iter().map(|c| headers.get(c).cloned().unwrap_or_default()).collect();
    let rows = Snapshot { from, file, k, sums: vec![Fen::ZERO; file.columns.len()] };
    Draft::new(from, file, from.outline.snapshots[k].date, header, rows)
}

struct Snapshot<'a> {
    from: Sources<'a>,
    file: &'a FileRule<Column>,
    k: usize,
    sums: Vec<Fen>,
}

impl Rows for Snapshot<'_> {
    fn of(&mut self, group: &Group, out: &mut Out) {
        let Snapshot { from, file, k, sums } = self;
        for person in &group.people.employees {
            let Some(holding) = &person.holdings[*k] else { continue };
            let place = Place { from: *from, file, k: *k, person, holding };
            let mut cells = Vec::with_capacity(sums.len());
            for (column, sum) in file.columns.iter().zip(sums.iter_mut()) {
                let money = place.money(*column);
                *sum = *sum + money.unwrap_or_default();
                let amount = |fen| style::amount(&from.rules.words, file, fen);
                cells.push(money.map_or_else(|| place.other(*column), amount));
            }
            out(data(cells));
        }
    }

    fn end(&mut self, out: &mut Out) {
        let words = &self.from.rules.words;
        if !self.file.total {
            return;
        }
        let cells = self.file.columns.iter().zip(&self.sums).enumerate().map(|(i, (column, sum))| match column {
            _ if i == 0 => Cell::text(&words.total),
            Column::Aum | Column::Demand | Column::Term | Column::Wealth => style::amount(words, self.file, *sum),
            _ => Cell::Empty,
        });
        out(row(RowKind::Total, cells.collect()));
    }
}

/// One row's sources.
struct Place<'a> {
    from: Sources<'a>,
    file: &'a FileRule<Column>,
    k: usize,
    person: &'a Employee,
    holding: &'a Holding,
}

impl<'a> Place<'a> {
    /// The amount of a money column; `None` for other columns.
    fn money(&self, column: Column) -> Option<Fen> {
        let asset = |class: usize| Some(self.holding.assets[class]);
        match column {
            Column::Aum => Some(self.holding.aum()),
            Column::AumMonthAvg => Some(self.holding.month_average),
            Column::Demand => asset(class::DEMAND),
            Column::Term => asset(class::TERM),
            Column::LargeCd => asset(class::LARGE_CD),
            Column::Wealth => asset(class::WEALTH),
            Column::CashManagement => asset(class::CASH_MANAGEMENT),
            Column::Fund => asset(class::FUND),
            Column::Insurance => asset(class::INSURANCE),
            Column::Metal => asset(class::METAL),
            Column::Bond => asset(class::BOND),
            Column::Mortgage => Some(self.person.mortgage),
            Column::ConsumerLoan => Some(self.person.consumer_loan),
            Column::DueAmount => Some(self.holding.due.map_or(Fen::ZERO, |d| d.1)),
            _ => None,
        }
    }

    fn other(&self, column: Column) -> Cell<'a> {
        let Sources { rules, outline } = self.from;
        let (person, w) = (self.person, &rules.words);
        let employer = &outline.employers[person.employer];
        let date = |d| style::date_or_empty(w, self.file, d);
        match column {
            Column::CustomerNumber => Cell::text(&person.customer_number),
            Column::Name => Cell::text(&person.name),
            Column::IdNumber => Cell::text(&person.id_number),
            Column::Phone => Cell::text(&person.phone),
            Column::Account => Cell::text(&person.card),
            Column::AccountClass => {
                Cell::text(if person.account_class == 2 { &w.second_class } else { &w.first_class })
            }
            Column::Employer => Cell::text(&employer.name),
            Column::Outlet => outline.outlets.get(employer.outlet).map_or(Cell::Empty, Cell::text),
            Column::Rm => person.rm.and_then(|r| outline.staff.get(r)).map_or(Cell::Empty, |s| Cell::text(&s.name)),
            Column::Level => Cell::text(match person.level {
                Level::Executive => &w.executive,
                Level::Manager => &w.manager,
                Level::Staff => &w.staff,
            }),
            Column::Grade => Cell::text(self.grade()),
            Column::Date => style::date(w, self.file, outline.snapshots[self.k].date),
            Column::LastTransaction => date(Some(self.holding.last_transaction)),
            Column::LastLogin => date(self.holding.last_login),
            Column::RiskLevel => {
                person.risk.map_or(Cell::Empty, |r| Cell::text(w.risk.replace("{level}", &r.0.to_string())))
            }
            Column::RiskUntil => date(person.risk.map(|r| r.1)),
            Column::ConsentSms => self.consent(person.consent_sms),
            Column::ConsentPhone => self.consent(person.consent_phone),
            Column::ConsentWecom => self.consent(person.consent_wecom),
            Column::DueDate => date(self.holding.due.map(|d| d.0)),
            Column::FundPlan => self.flag(flag::FUND_PLAN),
            Column::MobileBank => self.flag(flag::MOBILE_BANK),
            Column::OnlineBank => self.flag(flag::ONLINE_BANK),
            Column::QuickPay => self.flag(flag::QUICK_PAY),
            Column::Wecom => self.flag(flag::WECOM),
            Column::CreditCard => self.flag(flag::CREDIT_CARD),
            Column::Custody => self.flag(flag::CUSTODY),
            Column::Pension => self.flag(flag::PENSION),
            _ => Cell::Empty,
        }
    }

    fn flag(&self, flag: usize) -> Cell<'a> {
        let w = &self.from.rules.words;
        Cell::text(if self.holding.flags[flag] { &w.yes } else { &w.no })
    }

    /// Not asked yet is an empty cell.
    fn consent(&self, consent: Option<Consent>) -> Cell<'a> {
        let w = &self.from.rules.words;
        match consent {
            Some(Consent::Given) => Cell::text(&w.yes),
            Some(Consent::Refused) => Cell::text(&w.no),
            None => Cell::Empty,
        }
    }

    fn grade(&self) -> &'a str {
        let aum = self.holding.aum();
        self.from
            .rules
            .people
            .grades
            .iter()
            .filter_map(|(from, name)| from.parse().ok().map(|yuan: i64| (yuan, name)))
            .filter(|(yuan, _)| Fen::yuan(*yuan) <= aum)
            .max()
            .map_or("", |(_, name)| name.as_str())
    }
}
