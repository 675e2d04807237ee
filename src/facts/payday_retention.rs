//! What each payment left behind.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::status::{RateKind, RetentionBasis};
use crate::model::{EmployeeId, EmployerId, Fen};
use crate::store::{Store, StoreError};

/// One employee and one payday of an employer; somebody with two employers has a row of each, and amounts in one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaydayRetention {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    /// 1 = the latest payday that can be judged.
    pub slot: i64,
    pub payday: NaiveDate,
    pub basis: RetentionBasis,
    pub approximate: bool,
    /// The employer at which the person's money counts; of somebody with several it is one of them.
    pub counted_at: EmployerId,
    /// Paid in the window by all employers; `None` where the money counts at another one, as all amounts then are.
    pub payroll: Option<Fen>,
    pub aum_before: Option<Fen>,
    pub aum_after: Option<Fen>,
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

impl EmployerRetention {
    /// The rate, if it is one of this kind.
    pub fn rate_of(&self, kind: RateKind) -> Option<f64> {
        self.rate.filter(|_| self.basis.kind() == Some(kind))
    }
}

/// All rows, by employee and slot.
///
/// # Errors
/// The database cannot be read.
pub fn all(store: &Store) -> Result<Vec<PaydayRetention>, StoreError> {
    let mut statement = store.conn.prepare(
        "SELECT employee_id, employer_id, slot, payday, basis, approximate, counted_id, payroll_fen,
           aum_before_fen, aum_after_fen, retained_fen
         FROM payday_retention ORDER BY employee_id, slot, employer_id",
    )?;
    let fen = |r: &rusqlite::Row, i: usize| r.get::<_, Option<i64>>(i).map(|f| f.map(Fen));
    let rows = statement.query_map([], |r| {
        Ok(PaydayRetention {
            employee_id: EmployeeId(r.get(0)?),
            employer_id: EmployerId(r.get(1)?),
            slot: r.get(2)?,
            payday: r.get(3)?,
            basis: basis(&r.get::<_, String>(4)?),
            approximate: r.get(5)?,
            counted_at: EmployerId(r.get(6)?),
            payroll: fen(r, 7)?,
            aum_before: fen(r, 8)?,
            aum_after: fen(r, 9)?,
            retained: fen(r, 10)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Per employer and payday, by employer and slot.
///
/// # Errors
/// The database cannot be read.
pub fn by_employer(store: &Store) -> Result<Vec<EmployerRetention>, StoreError> {
    let mut statement = store.conn.prepare(
        "SELECT w.employer_id, w.slot, w.payday, w.window_end, w.before_as_of, w.after_as_of, w.basis, w.approximate,
           count(r.retained_fen),
           COALESCE(sum(CASE WHEN r.retained_fen IS NOT NULL THEN r.payroll_fen END), 0), COALESCE(sum(r.retained_fen), 0)
         FROM pay_window w
         LEFT JOIN payday_retention r ON r.employer_id = w.employer_id AND r.slot = w.slot
         GROUP BY w.employer_id, w.slot ORDER BY w.employer_id, w.slot",
    )?;
    let rows = statement.query_map([], |r| {
        let basis = basis(&r.get::<_, String>(6)?);
        let (payroll, retained) = (Fen(r.get(9)?), Fen(r.get(10)?));
        Ok(EmployerRetention {
            employer_id: EmployerId(r.get(0)?),
            slot: r.get(1)?,
            payday: r.get(2)?,
            window_end: r.get(3)?,
            before_as_of: r.get(4)?,
            after_as_of: r.get(5)?,
            basis,
            approximate: r.get(7)?,
            people: r.get(8)?,
            payroll,
            retained,
            rate: (basis != RetentionBasis::Unknown).then(|| retained.share_of(payroll)).flatten(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn basis(key: &str) -> RetentionBasis {
    RetentionBasis::from_key(key).unwrap_or(RetentionBasis::Unknown)
}
