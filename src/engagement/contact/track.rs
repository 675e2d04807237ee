//! What became of each employee: products gained and lost, AUM, and the money of the latest payday.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::facts::employee::person_rows::PersonRows;
use crate::facts::pay::payday_outflow::{self, OutflowSums, PaydayOutflow};
use crate::facts::pay::payday_retention::{EmployerRetention, Kept, PaydayRetention};
use crate::model::status::{ChangeStatus, RateKind, RetentionBasis};
use crate::model::text::shared::SharedText;
use crate::model::{EmployeeId, EmployerId, Fen, Products};
use crate::rules::contact::flows::FlowRules;

/// One employee over the period, at one employer: somebody with two has a row of each, and the money of a payday counts
/// in one of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackedEmployee<'k> {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    pub status: ChangeStatus,
    /// Product keys.
    pub gained: Vec<&'k str>,
    pub lost: Vec<&'k str>,
    pub aum_before_fen: Option<Fen>,
    pub aum_after_fen: Option<Fen>,
    /// The other employer at which the money of the latest payday counts; `None`: here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_at: Option<EmployerId>,
    /// Paid in the window of the latest payday that can be judged, by all employers.
    pub payroll_fen: Option<Fen>,
    pub retained_fen: Option<Fen>,
    /// Share of the payroll still with us, by `basis`; may be negative or above 1.
    pub retention: Option<f64>,
    pub basis: RetentionBasis,
    pub approximate: bool,
    /// Where most of what went out went (`flows.toml`); `None`: no flows are known.
    pub main_destination: Option<SharedText>,
}

impl TrackedEmployee<'_> {
    /// Whether something became of the person there: products gained or lost, or they came or went.
    pub fn is_changed(&self) -> bool {
        matches!(self.status, ChangeStatus::Joined | ChangeStatus::Departed)
            || !self.gained.is_empty()
            || !self.lost.is_empty()
    }
}

/// What went to one destination after the payday.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outflow {
    /// Key of the destination (`flows.toml`).
    pub destination: String,
    pub amount_fen: Fen,
    /// Of all that went out.
    pub share: f64,
    /// Whether the money is still with us: a product bought, a loan repaid.
    pub stays: bool,
    /// What to call a destination of the branch's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_label: Option<String>,
}

/// One employer over the period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackedEmployer {
    pub employer_id: EmployerId,
    pub name: String,
    /// The snapshots compared.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub employees: i64,
    pub joined: i64,
    pub departed: i64,
    /// Products gained and lost, summed over employees.
    pub gained: i64,
    pub lost: i64,
    /// Over employees with both snapshots.
    pub aum_before_fen: Fen,
    pub aum_after_fen: Fen,
    pub payday: Option<NaiveDate>,
    pub payroll_fen: Fen,
    pub retained_fen: Fen,
    /// By `basis`: the 7-day or the period rate.
    pub retention: Option<f64>,
    /// Key of the band (`retention.toml`) of the 7-day rate.
    pub band: Option<String>,
    pub basis: RetentionBasis,
    pub approximate: bool,
    /// 主要去向: where the money went after the payday, largest first; empty where no flows are known.
    pub outflows: Vec<Outflow>,
}

/// What became of the employers' people together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Track {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub employers: Vec<TrackedEmployer>,
    pub totals: TrackTotals,
}

/// Sums over the employers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TrackTotals {
    pub employers: i64,
    pub employees: i64,
    pub gained: i64,
    pub lost: i64,
    pub aum_before_fen: Fen,
    pub aum_after_fen: Fen,
    /// Of the employers whose 7-day rate is known.
    pub payroll_fen: Fen,
    pub retained_fen: Fen,
    pub retention: Option<f64>,
    /// Of the employers for whom the period rate alone is known.
    pub period_payroll_fen: Fen,
    pub period_retained_fen: Fen,
    pub period_retention: Option<f64>,
}

impl TrackedEmployer {
    /// Whether there are two snapshots: without them nothing was compared, and sums of changes are no figures.
    pub fn is_compared(&self) -> bool {
        self.from.is_some() && self.to.is_some()
    }

    /// The rate, if it is one of this kind.
    pub fn rate_of(&self, kind: RateKind) -> Option<f64> {
        self.retention.filter(|_| self.basis.kind() == Some(kind))
    }
}

/// What was paid and what stayed with the employers whose rate is of this kind, and the rate.
pub fn money_of(employers: &[TrackedEmployer], kind: RateKind) -> (Fen, Fen, Option<f64>) {
    let known = || employers.iter().filter(|e| e.rate_of(kind).is_some());
    let (payroll, retained) = (known().map(|e| e.payroll_fen).sum::<Fen>(), known().map(|e| e.retained_fen).sum());
    (payroll, retained, Fen::share_of(retained, payroll))
}

/// What tracking is put together from, beside the people.
#[derive(Debug, Clone, Copy)]
pub struct TrackInput<'a> {
    pub products: &'a Products,
    /// Names of the employers to show, in order of id.
    pub names: &'a BTreeMap<EmployerId, String>,
    /// The snapshots compared per employer.
    pub windows: &'a BTreeMap<EmployerId, (NaiveDate, NaiveDate)>,
    /// The latest payday of each employer that can be judged; its sums are worked out here.
    pub paydays: &'a BTreeMap<EmployerId, EmployerRetention>,
    pub destinations: &'a FlowRules,
}

/// Follows people one by one and adds them up by employer; employers neither compared nor paid are left out.
#[derive(Debug)]
pub struct Tracker<'a> {
    input: TrackInput<'a>,
    sums: BTreeMap<EmployerId, Sums>,
    kept: BTreeMap<EmployerId, Kept>,
    outflows: OutflowSums,
    heads: i64,
}

/// Sums over an employer's people.
#[derive(Debug, Default)]
struct Sums {
    employees: i64,
    joined: i64,
    departed: i64,
    gained: i64,
    lost: i64,
    aum_before: Fen,
    aum_after: Fen,
}

impl Sums {
    fn add(&mut self, person: &TrackedEmployee) {
        self.employees += i64::from(person.status != ChangeStatus::Departed);
        self.joined += i64::from(person.status == ChangeStatus::Joined);
        self.departed += i64::from(person.status == ChangeStatus::Departed);
        self.gained += person.gained.len() as i64;
        self.lost += person.lost.len() as i64;
        if let (Some(before), Some(after)) = (person.aum_before_fen, person.aum_after_fen) {
            self.aum_before = self.aum_before + before;
            self.aum_after = self.aum_after + after;
        }
    }
}

impl<'a> Tracker<'a> {
    pub fn new(input: TrackInput<'a>) -> Tracker<'a> {
        let (sums, kept, outflows) = (BTreeMap::new(), BTreeMap::new(), OutflowSums::new());
        Tracker { input, sums, kept, outflows, heads: 0 }
    }

    /// Takes in a person, who is not taken in again; `see` is told of them at each employer shown that has them on its
    /// list or pays them, by its number.
    ///
    /// # Errors
    /// What `see` fails with.
    pub fn person<E>(
        &mut self,
        person: &PersonRows,
        mut see: impl FnMut(&TrackedEmployee<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        for paid in &person.paid {
            self.kept.entry(paid.employer_id).or_default().add(paid.payroll, paid.retained);
        }
        person.flows.iter().for_each(|flow| payday_outflow::add(&mut self.outflows, flow));
        let own = person.change.map(|c| c.employer_id);
        let pays = |at: EmployerId| person.paid.iter().any(|p| p.employer_id == at);
        let mut present = false;
        let mut row = |at: EmployerId, paid: Option<&PaydayRetention>| {
            if !self.input.names.contains_key(&at) {
                return Ok(());
            }
            let tracked = employee(&self.input, person, at, paid);
            self.sums.entry(at).or_default().add(&tracked);
            present |= tracked.status != ChangeStatus::Departed;
            see(&tracked)
        };
        // Where they are on the list without being paid, between those that pay.
        let listed = own.filter(|at| !pays(*at));
        let before = person.paid.partition_point(|p| listed.is_some_and(|at| p.employer_id < at));
        let (lower, higher) = person.paid.split_at(before);
        for paid in lower {
            row(paid.employer_id, Some(paid))?;
        }
        if let Some(at) = listed {
            row(at, None)?;
        }
        for paid in higher {
            row(paid.employer_id, Some(paid))?;
        }
        self.heads += i64::from(present);
        Ok(())
    }

    /// The sums, when everybody has been taken in.
    pub fn finish(self, band: impl Fn(f64) -> Option<String>) -> Track {
        let outflows: BTreeMap<EmployerId, Vec<Outflow>> = outflows(&self.outflows, self.input.destinations);
        let employers: Vec<TrackedEmployer> = self
            .sums
            .iter()
            .map(|(id, sums)| {
                let kept = self.kept.get(id).copied().unwrap_or_default();
                let payday = self.input.paydays.get(id).map(|p| p.clone().with(kept));
                employer(&self.input, *id, sums, payday, outflows.get(id), &band)
            })
            .collect();
        let sum = |f: fn(&TrackedEmployer) -> Fen| employers.iter().map(f).sum::<Fen>();
        let count = |f: fn(&TrackedEmployer) -> i64| employers.iter().map(f).sum::<i64>();
        let (payroll_fen, retained_fen, retention) = money_of(&employers, RateKind::Week);
        let (period_payroll_fen, period_retained_fen, period_retention) = money_of(&employers, RateKind::Period);
        let totals = TrackTotals {
            employers: employers.len() as i64,
            employees: self.heads,
            gained: count(|e| e.gained),
            lost: count(|e| e.lost),
            aum_before_fen: sum(|e| e.aum_before_fen),
            aum_after_fen: sum(|e| e.aum_after_fen),
            payroll_fen,
            retained_fen,
            retention,
            period_payroll_fen,
            period_retained_fen,
            period_retention,
        };
        let from = employers.iter().filter_map(|e| e.from).min();
        let to = employers.iter().filter_map(|e| e.to).max();
        Track { from, to, employers, totals }
    }
}

/// Somebody at an employer. What became of their holdings stands at the employer whose list they are on.
fn employee<'a>(
    input: &TrackInput<'a>,
    person: &PersonRows,
    employer_id: EmployerId,
    paid: Option<&PaydayRetention>,
) -> TrackedEmployee<'a> {
    let retained = paid.filter(|p| p.basis != RetentionBasis::Unknown).and_then(|p| p.retained);
    let own = person.change.filter(|c| c.employer_id == employer_id);
    let status = match (own, person.change) {
        (Some(own), _) => own.status,
        (None, Some(elsewhere)) if matches!(elsewhere.status, ChangeStatus::Present | ChangeStatus::Joined) => {
            ChangeStatus::Present
        }
        _ => ChangeStatus::Unknown,
    };
    TrackedEmployee {
        employee_id: person.employee_id,
        employer_id,
        status,
        gained: own.map(|c| input.products.keys_of(c.gained)).unwrap_or_default(),
        lost: own.map(|c| input.products.keys_of(c.lost)).unwrap_or_default(),
        aum_before_fen: own.and_then(|c| c.aum_before),
        aum_after_fen: own.and_then(|c| c.aum_after),
        counted_at: paid.map(|p| p.counted_at).filter(|at| *at != employer_id),
        payroll_fen: paid.and_then(|p| p.payroll),
        retained_fen: retained,
        retention: retained.zip(paid.and_then(|p| p.payroll)).and_then(|(r, payroll)| r.share_of(payroll)),
        basis: retained.and(paid).map_or(RetentionBasis::Unknown, |p| p.basis),
        approximate: paid.is_some_and(|p| p.approximate),
        main_destination: main_destination(&person.flows, input.destinations),
    }
}

/// The destination of most money; of equal ones the first of the catalogue.
fn main_destination(flows: &[PaydayOutflow], rules: &FlowRules) -> Option<SharedText> {
    let order = |key: &str| rules.destinations.get(key).map_or(i64::MAX, |d| d.order);
    let rank = |f: &PaydayOutflow| (f.amount, std::cmp::Reverse(order(&f.destination)));
    let best = flows.iter().reduce(|best, flow| if rank(flow) > rank(best) { flow } else { best });
    best.map(|f| f.destination.clone())
}

/// Shares per destination of every employer's people over the latest payday, largest first.
pub fn outflows(sums: &OutflowSums, rules: &FlowRules) -> BTreeMap<EmployerId, Vec<Outflow>> {
    sums.iter().map(|(employer, sums)| (*employer, shares(sums, rules))).collect()
}

fn shares(sums: &BTreeMap<SharedText, Fen>, rules: &FlowRules) -> Vec<Outflow> {
    let total: Fen = sums.values().copied().sum();
    let rule = |key: &str| rules.destinations.get(key);
    let mut list: Vec<Outflow> = sums
        .iter()
        .map(|(key, amount)| Outflow {
            destination: key.to_string(),
            amount_fen: *amount,
            share: amount.share_of(total).unwrap_or_default(),
            stays: rule(key).is_some_and(|r| r.stays),
            own_label: rule(key).and_then(|r| r.label.clone()),
        })
        .collect();
    list.sort_by_key(|o| (std::cmp::Reverse(o.amount_fen), rule(&o.destination).map_or(i64::MAX, |r| r.order)));
    list
}

fn employer(
    input: &TrackInput,
    id: EmployerId,
    sums: &Sums,
    payday: Option<EmployerRetention>,
    outflows: Option<&Vec<Outflow>>,
    band: impl Fn(f64) -> Option<String>,
) -> TrackedEmployer {
    let window = input.windows.get(&id);
    let payday = payday.as_ref();
    TrackedEmployer {
        employer_id: id,
        name: input.names.get(&id).cloned().unwrap_or_default(),
        from: window.map(|w| w.0),
        to: window.map(|w| w.1),
        employees: sums.employees,
        joined: sums.joined,
        departed: sums.departed,
        gained: sums.gained,
        lost: sums.lost,
        aum_before_fen: sums.aum_before,
        aum_after_fen: sums.aum_after,
        payday: payday.map(|r| r.payday),
        payroll_fen: payday.map_or(Fen::ZERO, |r| r.payroll),
        retained_fen: payday.map_or(Fen::ZERO, |r| r.retained),
        retention: payday.and_then(|r| r.rate),
        band: payday.and_then(|r| r.rate_of(RateKind::Week)).and_then(band),
        basis: payday.map_or(RetentionBasis::Unknown, |r| r.basis),
        approximate: payday.is_some_and(|r| r.approximate),
        outflows: outflows.cloned().unwrap_or_default(),
    }
}
