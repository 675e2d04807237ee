//! What became of each employee: products gained and lost, AUM, and the money of the latest payday.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::facts::holding_change::HoldingChange;
use crate::facts::payday_outflow::PaydayOutflow;
use crate::facts::payday_retention::{EmployerRetention, PaydayRetention};
use crate::model::status::{RateKind, RetentionBasis};
use crate::model::{EmployeeId, EmployerId, Fen, Products};
use crate::rules::contact::flows::FlowRules;

/// One employee over the period, at one employer: somebody with two has a row of each, and the money of a payday counts
/// in one of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackedEmployee {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    /// `present`, `joined`, `departed` or `unknown`.
    pub status: String,
    /// Product keys.
    pub gained: Vec<String>,
    pub lost: Vec<String>,
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
    pub main_destination: Option<String>,
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

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Track {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub employees: Vec<TrackedEmployee>,
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

/// What tracking is put together from.
#[derive(Debug, Clone, Copy)]
pub struct TrackInput<'a> {
    pub products: &'a Products,
    /// Names of the employers to show, in order of id.
    pub names: &'a BTreeMap<EmployerId, String>,
    /// The snapshots compared per employer.
    pub windows: &'a BTreeMap<EmployerId, (NaiveDate, NaiveDate)>,
    pub changes: &'a [HoldingChange],
    pub retention: &'a [PaydayRetention],
    pub by_employer: &'a [EmployerRetention],
    /// Of all paydays; only the latest that can be judged is looked at.
    pub outflows: &'a [PaydayOutflow],
    pub destinations: &'a FlowRules,
}

/// Joins changes and retention; employers neither compared nor paid are left out.
pub fn track(input: &TrackInput, band: impl Fn(f64) -> Option<String>) -> Track {
    let latest: BTreeMap<(EmployeeId, EmployerId), &PaydayRetention> =
        input.retention.iter().filter(|r| r.slot == 1).map(|r| ((r.employee_id, r.employer_id), r)).collect();
    let changes: BTreeMap<EmployeeId, &HoldingChange> = input.changes.iter().map(|c| (c.employee_id, c)).collect();
    // One row of each employer that has the person on its list or pays them.
    let known = changes.values().map(|c| (c.employee_id, c.employer_id));
    let ids: BTreeSet<(EmployeeId, EmployerId)> = latest.keys().copied().chain(known).collect();
    let main = main_destinations(input);
    let employees: Vec<TrackedEmployee> = ids
        .into_iter()
        .filter(|(_, employer)| input.names.contains_key(employer))
        .map(|(id, at)| employee(input.products, id, at, changes.get(&id).copied(), latest.get(&(id, at)).copied()))
        .map(|e| TrackedEmployee { main_destination: main.get(&e.employee_id).map(|d| (*d).to_string()), ..e })
        .collect();
    let mut by_employer: BTreeMap<EmployerId, Vec<&TrackedEmployee>> = BTreeMap::new();
    for e in &employees {
        by_employer.entry(e.employer_id).or_default().push(e);
    }
    let outflows = outflows(input.outflows, input.destinations);
    let employers: Vec<TrackedEmployer> =
        by_employer.iter().map(|(id, people)| employer(input, *id, people, &outflows, &band)).collect();
    let sum = |f: fn(&TrackedEmployer) -> Fen| employers.iter().map(f).sum::<Fen>();
    let count = |f: fn(&TrackedEmployer) -> i64| employers.iter().map(f).sum::<i64>();
    let (payroll_fen, retained_fen, retention) = money_of(&employers, RateKind::Week);
    let (period_payroll_fen, period_retained_fen, period_retention) = money_of(&employers, RateKind::Period);
    let totals = TrackTotals {
        employers: employers.len() as i64,
        employees: heads(&employees),
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
    Track {
        from: employers.iter().filter_map(|e| e.from).min(),
        to: employers.iter().filter_map(|e| e.to).max(),
        employees,
        employers,
        totals,
    }
}

/// People who have not departed, whatever employers they have.
fn heads(employees: &[TrackedEmployee]) -> i64 {
    let people: BTreeSet<EmployeeId> =
        employees.iter().filter(|e| e.status != "departed").map(|e| e.employee_id).collect();
    people.len() as i64
}

/// Somebody at an employer. What became of their holdings stands at the employer whose list they are on.
fn employee(
    products: &Products,
    id: EmployeeId,
    employer_id: EmployerId,
    change: Option<&HoldingChange>,
    paid: Option<&PaydayRetention>,
) -> TrackedEmployee {
    let retained = paid.filter(|p| p.basis != RetentionBasis::Unknown).and_then(|p| p.retained);
    let own = change.filter(|c| c.employer_id == employer_id);
    let status = match (own, change) {
        (Some(own), _) => own.status.as_str(),
        (None, Some(elsewhere)) if ["present", "joined"].contains(&elsewhere.status.as_str()) => "present",
        _ => "unknown",
    };
    TrackedEmployee {
        employee_id: id,
        employer_id,
        status: status.to_string(),
        gained: own.map(|c| products.keys(c.gained)).unwrap_or_default(),
        lost: own.map(|c| products.keys(c.lost)).unwrap_or_default(),
        aum_before_fen: own.and_then(|c| c.aum_before),
        aum_after_fen: own.and_then(|c| c.aum_after),
        counted_at: paid.map(|p| p.counted_at).filter(|at| *at != employer_id),
        payroll_fen: paid.and_then(|p| p.payroll),
        retained_fen: retained,
        retention: retained.zip(paid.and_then(|p| p.payroll)).and_then(|(r, payroll)| r.share_of(payroll)),
        basis: retained.and(paid).map_or(RetentionBasis::Unknown, |p| p.basis),
        approximate: paid.is_some_and(|p| p.approximate),
        main_destination: None,
    }
}

/// Per employee the destination of most money; of equal ones the first of the catalogue.
fn main_destinations<'a>(input: &TrackInput<'a>) -> BTreeMap<EmployeeId, &'a str> {
    let order = |key: &str| input.destinations.destinations.get(key).map_or(i64::MAX, |d| d.order);
    let mut main: BTreeMap<EmployeeId, &PaydayOutflow> = BTreeMap::new();
    for flow in input.outflows.iter().filter(|f| f.slot == 1) {
        let best = main.entry(flow.employee_id).or_insert(flow);
        let rank = |f: &PaydayOutflow| (f.amount, std::cmp::Reverse(order(&f.destination)));
        if rank(flow) > rank(best) {
            *best = flow;
        }
    }
    main.into_iter().map(|(id, flow)| (id, flow.destination.as_str())).collect()
}

/// Sums per destination of every employer's people over the latest payday, largest first.
pub fn outflows(flows: &[PaydayOutflow], rules: &FlowRules) -> BTreeMap<EmployerId, Vec<Outflow>> {
    let mut sums: BTreeMap<EmployerId, BTreeMap<&str, Fen>> = BTreeMap::new();
    for flow in flows.iter().filter(|f| f.slot == 1) {
        let sum = sums.entry(flow.employer_id).or_default().entry(&flow.destination).or_default();
        *sum = *sum + flow.amount;
    }
    sums.into_iter().map(|(employer, sums)| (employer, shares(sums, rules))).collect()
}

fn shares(sums: BTreeMap<&str, Fen>, rules: &FlowRules) -> Vec<Outflow> {
    let total: Fen = sums.values().copied().sum();
    let rule = |key: &str| rules.destinations.get(key);
    let mut list: Vec<Outflow> = sums
        .into_iter()
        .map(|(key, amount)| Outflow {
            destination: key.to_string(),
            amount_fen: amount,
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
    people: &[&TrackedEmployee],
    outflows: &BTreeMap<EmployerId, Vec<Outflow>>,
    band: impl Fn(f64) -> Option<String>,
) -> TrackedEmployer {
    let window = input.windows.get(&id);
    let retention = input.by_employer.iter().find(|r| r.employer_id == id && r.slot == 1);
    let with_status = |s: &str| people.iter().filter(|p| p.status == s).count() as i64;
    let both = || people.iter().filter_map(|p| Some((p.aum_before_fen?, p.aum_after_fen?)));
    TrackedEmployer {
        employer_id: id,
        name: input.names.get(&id).cloned().unwrap_or_default(),
        from: window.map(|w| w.0),
        to: window.map(|w| w.1),
        employees: people.iter().filter(|p| p.status != "departed").count() as i64,
        joined: with_status("joined"),
        departed: with_status("departed"),
        gained: people.iter().map(|p| p.gained.len() as i64).sum(),
        lost: people.iter().map(|p| p.lost.len() as i64).sum(),
        aum_before_fen: both().map(|(b, _)| b).sum(),
        aum_after_fen: both().map(|(_, a)| a).sum(),
        payday: retention.map(|r| r.payday),
        payroll_fen: retention.map_or(Fen::ZERO, |r| r.payroll),
        retained_fen: retention.map_or(Fen::ZERO, |r| r.retained),
        retention: retention.and_then(|r| r.rate),
        band: retention.and_then(|r| r.rate_of(RateKind::Week)).and_then(band),
        basis: retention.map_or(RetentionBasis::Unknown, |r| r.basis),
        approximate: retention.is_some_and(|r| r.approximate),
        outflows: outflows.get(&id).cloned().unwrap_or_default(),
    }
}
