//! What the sheets should come to, employer by employer. No personal data.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::branch::Branch;
use crate::model::money::Fen;

/// The branch in figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    pub seed: u64,
    pub employees: usize,
    pub staff: usize,
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

/// Sums up the generated rows.
pub fn truth(branch: &Branch) -> Truth {
    let mut employers: Vec<EmployerTruth> = branch
        .employers
        .iter()
        .map(|e| EmployerTruth {
            number: e.number.clone(),
            name: e.name.clone(),
            story: e.story.clone(),
            industry: e.industry.clone(),
            heads: e.heads,
            payroll: BTreeMap::new(),
            holdings: BTreeMap::new(),
            retention: BTreeMap::new(),
        })
        .collect();
    let mut payees = std::collections::BTreeSet::new();
    for p in &branch.payments {
        let run = employers[p.employer].payroll.entry(branch.runs[p.run].date).or_default();
        run.amount_fen = run.amount_fen + p.amount;
        if payees.insert((p.run, p.account.as_str())) {
            run.heads += 1;
            run.unmatched += usize::from(p.employee.is_none());
        }
    }
    for person in &branch.employees {
        for (holding, snapshot) in person.holdings.iter().zip(&branch.snapshots) {
            if let Some(h) = holding {
                let date = employers[person.employer].holdings.entry(snapshot.date).or_default();
                date.records += 1;
                date.aum_fen = date.aum_fen + h.aum();
            }
        }
    }
    for w in 0..branch.windows.len() {
        for (e, kept) in retention(branch, w).into_iter().enumerate() {
            if let Some(kept) = kept {
                employers[e].retention.insert(branch.windows[w].payday, kept);
            }
        }
    }
    Truth { seed: branch.spec.seed, employees: branch.employees.len(), staff: branch.staff.len(), employers }
}

/// Retention of all employers after the payday of window `w`; `None` without snapshots.
fn retention(branch: &Branch, w: usize) -> Vec<Option<RetentionTruth>> {
    let window = branch.windows[w];
    let (before, after) = (branch.snapshots[window.before].date, branch.snapshots[window.after].date);
    let back = branch.windows.len() - w;
    let mut list: Vec<Option<RetentionTruth>> = branch
        .employers
        .iter()
        .map(|e| {
            let rate = match back {
                1 => Some(e.retention.last),
                2 => Some(e.retention.previous),
                _ => e.retention.early,
            };
            rate.map(|r| RetentionTruth {
                target: r as f64 / 10_000.0,
                change_fen: Fen::ZERO,
                payroll_fen: Fen::ZERO,
                share: None,
            })
        })
        .collect();
    for person in &branch.employees {
        if let (Some(kept), Some(a), Some(b)) =
            (&mut list[person.employer], &person.holdings[window.after], &person.holdings[window.before])
        {
            kept.change_fen = kept.change_fen + (a.aum() - b.aum());
        }
    }
    for p in &branch.payments {
        let date = branch.runs[p.run].date;
        if let (true, true, Some(kept)) = (before < date && date <= after, p.employee.is_some(), &mut list[p.employer])
        {
            kept.payroll_fen = kept.payroll_fen + p.amount;
        }
    }
    list.iter_mut().flatten().for_each(|kept| kept.share = kept.change_fen.share_of(kept.payroll_fen));
    list
}
