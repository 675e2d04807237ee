//! What each payment left behind.

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::Row;
use serde::Serialize;

use crate::model::status::{RateKind, RetentionBasis};
use crate::model::{EmployerId, Fen};
use crate::store::{Store, StoreError};

/// One employee and one payday of an employer; somebody with two employers has a row of each, and amounts in one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaydayRetention {
    pub employer_id: EmployerId,
    pub basis: RetentionBasis,
    pub approximate: bool,
    /// The employer at which the person's money counts; of somebody with several it is one of them.
    pub counted_at: EmployerId,
    /// Paid in the window by all employers; `None` where the money counts at another one, as all amounts then are.
    pub payroll: Option<Fen>,
    /// Change of AUM over the window; `None` when a snapshot lacks the person too.
    pub retained: Option<Fen>,
}

/// Retention of an employer's people over one payday, over those with both snapshots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmployerRetention {
    pub employer_id: EmployerId,
    pub slot: i64,
    pub payday: NaiveDate,
    pub window_end: NaiveDate,
    pub before_as_of: Option<NaiveDate>,
    pub after_as_of: Option<NaiveDate>,
    pub basis: RetentionBasis,
    pub approximate: bool,
    /// People paid in the window with both snapshots.
    pub people: i64,
    pub payroll: Fen,
    pub retained: Fen,
    /// Σ change / Σ payroll (never a mean of rates); `None` when unknown.
    pub rate: Option<f64>,
}

/// What was paid to an employer's people and what of it stayed, over those with both snapshots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    pub people: i64,
    pub payroll: Fen,
    pub retained: Fen,
}

impl Kept {
    /// Adds a person; one of whom it is not known what stayed counts in neither sum.
    pub fn add(&mut self, payroll: Option<Fen>, retained: Option<Fen>) {
        let Some(retained) = retained else { return };
        self.people += 1;
        self.payroll = self.payroll + payroll.unwrap_or(Fen::ZERO);
        self.retained = self.retained + retained;
    }
}

impl EmployerRetention {
    /// The same payday with the sums over the employer's people.
    pub fn with(self, kept: Kept) -> EmployerRetention {
        let Kept { people, payroll, retained } = kept;
        let rate = (self.basis != RetentionBasis::Unknown).then(|| retained.share_of(payroll)).flatten();
        EmployerRetention { people, payroll, retained, rate, ..self }
    }

    /// The rate, if it is one of this kind.
    pub fn rate_of(&self, kind: RateKind) -> Option<f64> {
        self.rate.filter(|_| self.basis.kind() == Some(kind))
    }
}

/// What [`read`] reads, after the employee.
pub(in crate::facts) const COLUMNS: &str = "employer_id, basis, approximate, counted_id, payroll_fen, retained_fen";

/// One row of the table.
pub(in crate::facts) fn read(r: &Row<'_>) -> rusqlite::Result<PaydayRetention> {
    Ok(PaydayRetention {
        employer_id: EmployerId(r.get(1)?),
        basis: basis(r, 2)?,
        approximate: r.get(3)?,
        counted_at: EmployerId(r.get(4)?),
        payroll: r.get::<_, Option<i64>>(5)?.map(Fen),
        retained: r.get::<_, Option<i64>>(6)?.map(Fen),
    })
}

/// The paydays whose money is followed, by employer and slot, of whose people nothing is known yet.
///
/// # Errors
/// The database cannot be read.
pub fn windows(store: &Store) -> Result<Vec<EmployerRetention>, StoreError> {
    let mut statement = store.conn.prepare(
        "SELECT employer_id, slot, payday, window_end, before_as_of, after_as_of, basis, approximate
         FROM pay_window ORDER BY employer_id, slot",
    )?;
    let rows = statement.query_map([], |r| {
        Ok(EmployerRetention {
            employer_id: EmployerId(r.get(0)?),
            slot: r.get(1)?,
            payday: r.get(2)?,
            window_end: r.get(3)?,
            before_as_of: r.get(4)?,
            after_as_of: r.get(5)?,
            basis: basis(r, 6)?,
            approximate: r.get(7)?,
            people: 0,
            payroll: Fen::ZERO,
            retained: Fen::ZERO,
            rate: None,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Per employer and payday, by employer and slot.
///
/// # Errors
/// The database cannot be read.
pub fn by_employer(store: &Store) -> Result<Vec<EmployerRetention>, StoreError> {
    let mut kept: HashMap<(EmployerId, i64), Kept> = HashMap::new();
    // In the order of the table, added up here: grouping it there sorts all of it first.
    let mut statement = store.conn.prepare(
        "SELECT employer_id, slot, payroll_fen, retained_fen FROM payday_retention WHERE retained_fen IS NOT NULL",
    )?;
    let mut rows = statement.raw_query();
    while let Some(r) = rows.next()? {
        let sums = kept.entry((EmployerId(r.get(0)?), r.get(1)?)).or_default();
        sums.add(r.get::<_, Option<i64>>(2)?.map(Fen), r.get::<_, Option<i64>>(3)?.map(Fen));
    }
    let with_sums = |w: EmployerRetention| match kept.get(&(w.employer_id, w.slot)) {
        Some(kept) => w.with(*kept),
        None => w.with(Kept::default()),
    };
    Ok(windows(store)?.into_iter().map(with_sums).collect())
}

/// The basis in a column, read without a text of its own.
pub(in crate::facts) fn basis(r: &Row<'_>, at: usize) -> rusqlite::Result<RetentionBasis> {
    Ok(r.get_ref(at)?.as_str().ok().and_then(RetentionBasis::from_key).unwrap_or(RetentionBasis::Unknown))
}
