//! What the sheets should come to, employer by employer. No personal data.

mod totals;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use super::answers::Asked;
use super::branch::{Outline, Workforce};
use super::group::Group;
use super::sheets::Sources;
use crate::model::money::Fen;

pub use totals::{AnswersTruth, ChangeTruth, Totals};

/// The branch in figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    pub seed: u64,
    pub employees: usize,
    pub staff: usize,
    /// Sums over all employers, of plain text files of everybody only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    pub employers: Vec<EmployerTruth>,
}

/// One employer in figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmployerTruth {
    pub number: String,
    pub name: String,
    pub story: Option<String>,
    pub industry: String,
    /// People with a record, those who left and joined included.
    pub heads: usize,
    pub payroll: BTreeMap<NaiveDate, RunTruth>,
    pub holdings: BTreeMap<NaiveDate, DateTruth>,
    pub retention: BTreeMap<NaiveDate, RetentionTruth>,
}

/// One run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RunTruth {
    /// Distinct payees.
    pub heads: usize,
    pub amount_fen: Fen,
    /// Of these, payees whom no record matches.
    pub unmatched: usize,
}

/// One date.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DateTruth {
    pub records: usize,
    pub aum_fen: Fen,
}

/// What stayed after one payday.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RetentionTruth {
    /// Aimed at, as a share.
    pub target: f64,
    /// Change of AUM of everybody with a record on both dates.
    pub change_fen: Fen,
    /// Payments within the window to people with a record.
    pub payroll_fen: Fen,
    pub share: Option<f64>,
}

/// Sums the truth up, employer by employer. Nobody is kept.
pub(super) struct TruthSums<'a> {
    outline: &'a Outline,
    employers: Vec<EmployerTruth>,
    totals: Option<totals::Sums<'a>>,
}

impl<'a> TruthSums<'a> {
    pub(super) fn new(from: Sources<'a>, asked: &'a [Asked]) -> TruthSums<'a> {
        let Sources { rules, outline } = from;
        let totals = rules.exporting.then(|| totals::Sums::new(outline, asked));
        TruthSums { outline, employers: Vec::with_capacity(outline.employers.len()), totals }
    }

    pub(super) fn add(&mut self, group: &Group) {
        let employer = employer(self.outline, &group.people);
        if let Some(totals) = &mut self.totals {
            totals.add(group, &employer);
        }
        self.employers.push(employer);
    }

    pub(super) fn end(self) -> Truth {
        let Outline { spec, people, staff, .. } = self.outline;
        Truth {
            seed: spec.seed,
            employees: *people,
            staff: staff.len(),
            totals: self.totals.map(totals::Sums::end),
            employers: self.employers,
        }
    }
}

fn employer(outline: &Outline, people: &Workforce) -> EmployerTruth {
    let e = &outline.employers[people.employer];
    let mut made = EmployerTruth {
        number: e.number.clone(),
        name: e.name.clone(),
        story: e.story.clone(),
        industry: e.industry.clone(),
        heads: e.heads,
        payroll: BTreeMap::new(),
        holdings: BTreeMap::new(),
        retention: BTreeMap::new(),
    };
    let mut payees = BTreeSet::new();
    for p in &people.payments {
        let run = made.payroll.entry(outline.runs[p.run].date).or_default();
        run.amount_fen = run.amount_fen + p.amount;
        if payees.insert((p.run, p.account.as_str())) {
            run.heads += 1;
            run.unmatched += usize::from(p.employee.is_none());
        }
    }
    for person in &people.employees {
        for (holding, snapshot) in person.holdings.iter().zip(&outline.snapshots) {
            if let Some(h) = holding {
                let date = made.holdings.entry(snapshot.date).or_default();
                date.records += 1;
                date.aum_fen = date.aum_fen + h.aum();
            }
        }
    }
    for (w, window) in outline.windows.iter().enumerate() {
        made.retention.extend(retention(outline, people, w).map(|kept| (window.payday, kept)));
    }
    made
}

/// Retention after the payday of window `w`; `None` without snapshots.
fn retention(outline: &Outline, people: &Workforce, w: usize) -> Option<RetentionTruth> {
    let window = outline.windows[w];
    let (before, after) = (outline.snapshots[window.before].date, outline.snapshots[window.after].date);
    let aims = outline.employers[people.employer].retention;
    let rate = match outline.windows.len() - w {
        1 => aims.last,
        2 => aims.previous,
        _ => aims.early?,
    };
    let changes = people.employees.iter().filter_map(|person| {
        Some(person.holdings[window.after].as_ref()?.aum() - person.holdings[window.before].as_ref()?.aum())
    });
    let change_fen: Fen = changes.sum();
    let inside = |run: usize| before < outline.runs[run].date && outline.runs[run].date <= after;
    let paid = people.payments.iter().filter(|p| inside(p.run) && p.employee.is_some());
    let payroll_fen: Fen = paid.map(|p| p.amount).sum();
    Some(RetentionTruth {
        target: rate as f64 / 10_000.0,
        change_fen,
        payroll_fen,
        share: change_fen.share_of(payroll_fen),
    })
}
