//! What all employees hold at one date, a column per product.

use super::assemble::assemble;
use super::lists::signed;
use super::sample::data;
use super::{Cell, RowKind, SampleFile, SampleRow, style};
use crate::model::money::Fen;
use crate::model::status::{Consent, Level};
use crate::simulate::branch::{Branch, Employee, Holding, class, flag};
use crate::simulate::settings::{FileRule, HoldingColumn as Column, Settings};

/// The snapshot at index `k`.
pub(super) fn snapshot(rules: &Settings, branch: &Branch, k: usize, file: &FileRule<Column>) -> SampleFile {
    let header = file.columns.iter().map(|c| rules.headers.holdings.get(c).cloned().unwrap_or_default()).collect();
    let mut sums = vec![Fen::ZERO; file.columns.len()];
    let mut rows = Vec::new();
    for person in &branch.employees {
        let Some(holding) = &person.holdings[k] else { continue };
        let place = Place { rules, branch, file, k, person, holding };
        let mut cells = Vec::with_capacity(sums.len());
        for (column, sum) in file.columns.iter().zip(&mut sums) {
            let money = place.money(*column);
            *sum = *sum + money.unwrap_or_default();
            cells.push(money.map_or_else(|| place.other(*column), |fen| style::amount(&rules.words, file, fen)));
        }
        rows.push(data(cells));
    }
    if file.total {
        let cells = file.columns.iter().zip(&sums).enumerate().map(|(i, (column, sum))| match column {
            _ if i == 0 => Cell::text(rules.words.total.clone()),
            Column::Aum | Column::Demand | Column::Term | Column::Wealth => style::amount(&rules.words, file, *sum),
            _ => Cell::Empty,
        });
        rows.push(SampleRow { kind: RowKind::Total, ..data(cells.collect()) });
    }
    assemble(rules, file, branch.snapshots[k].date, header, rows, signed(branch))
}

/// One row's sources.
struct Place<'a> {
    rules: &'a Settings,
    branch: &'a Branch,
    file: &'a FileRule<Column>,
    k: usize,
    person: &'a Employee,
    holding: &'a Holding,
}

impl Place<'_> {
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

    fn other(&self, column: Column) -> Cell {
        let (person, w) = (self.person, &self.rules.words);
        let employer = &self.branch.employers[person.employer];
        let date = |d| style::date_or_empty(w, self.file, d);
        match column {
            Column::CustomerNumber => Cell::text(person.customer_number.clone()),
            Column::Name => Cell::text(person.name.clone()),
            Column::IdNumber => Cell::text(person.id_number.clone()),
            Column::Phone => Cell::text(person.phone.clone()),
            Column::Account => Cell::text(person.card.clone()),
            Column::AccountClass => {
                Cell::text(if person.account_class == 2 { &w.second_class } else { &w.first_class })
            }
            Column::Employer => Cell::text(employer.name.clone()),
            Column::Outlet => Cell::text(self.branch.outlets.get(employer.outlet).cloned().unwrap_or_default()),
            Column::Rm => {
                Cell::text(person.rm.and_then(|r| self.branch.staff.get(r)).map(|s| s.name.clone()).unwrap_or_default())
            }
            Column::Level => Cell::text(match person.level {
                Level::Executive => &w.executive,
                Level::Manager => &w.manager,
                Level::Staff => &w.staff,
            }),
            Column::Grade => Cell::text(self.grade()),
            Column::Date => style::date(w, self.file, self.branch.snapshots[self.k].date),
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

    fn flag(&self, flag: usize) -> Cell {
        let w = &self.rules.words;
        Cell::text(if self.holding.flags[flag] { &w.yes } else { &w.no })
    }

    /// Not asked yet is an empty cell.
    fn consent(&self, consent: Option<Consent>) -> Cell {
        let w = &self.rules.words;
        match consent {
            Some(Consent::Given) => Cell::text(&w.yes),
            Some(Consent::Refused) => Cell::text(&w.no),
            None => Cell::Empty,
        }
    }

    fn grade(&self) -> String {
        let aum = self.holding.aum();
        self.rules
            .people
            .grades
            .iter()
            .filter_map(|(from, name)| from.parse().ok().map(|yuan: i64| (yuan, name)))
            .filter(|(yuan, _)| Fen::yuan(*yuan) <= aum)
            .max()
            .map(|(_, name)| name.clone())
            .unwrap_or_default()
    }
}
