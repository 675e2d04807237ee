//! The days that are compared, as decided on the floor above, and their tables.

use chrono::NaiveDate;
use rusqlite::params;

use crate::model::EmployerId;
use crate::store::{Store, StoreError};

/// Calendar months counted back from the month of an employer's latest payday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayPeriod {
    pub employer_id: EmployerId,
    pub months_back: i64,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}

/// One payday whose money is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayWindow {
    pub employer_id: EmployerId,
    /// 1 = the latest that can be judged, 2 = the one before, and so on.
    pub slot: i64,
    pub payday: NaiveDate,
    /// Payments up to this day count into the denominator.
    pub window_end: NaiveDate,
    pub before_as_of: Option<NaiveDate>,
    pub after_as_of: Option<NaiveDate>,
    /// Key of [`crate::model::status::RetentionBasis`].
    pub basis: &'static str,
    /// A snapshot lies beside the exact day (近似).
    pub approximate: bool,
}

impl PayWindow {
    /// The first day whose payments are in the window: what is paid on the day of the balances is in them already.
    fn first_day(&self) -> NaiveDate {
        self.before_as_of.and_then(|day| day.succ_opt()).unwrap_or(self.payday)
    }
}

/// Two snapshots of an employer that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeWindow {
    pub employer_id: EmployerId,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// The windows decided for this day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Windows {
    pub pay_periods: Vec<PayPeriod>,
    pub pay: Vec<PayWindow>,
    pub change: Vec<ChangeWindow>,
}

pub(super) fn write_windows(store: &Store, windows: &Windows) -> Result<(), StoreError> {
    store.conn.execute_batch("DELETE FROM pay_period; DELETE FROM pay_window;")?;
    let mut statement = store
        .conn
        .prepare("INSERT INTO pay_period (employer_id, months_back, first_day, last_day) VALUES (?1, ?2, ?3, ?4)")?;
    for p in &windows.pay_periods {
        statement.execute(params![p.employer_id.0, p.months_back, p.first_day, p.last_day])?;
    }
    let mut statement = store.conn.prepare(
        "INSERT INTO pay_window (employer_id, slot, payday, first_day, window_end, before_as_of, after_as_of, basis, approximate)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for w in &windows.pay {
        statement.execute(params![
            w.employer_id.0,
            w.slot,
            w.payday,
            w.first_day(),
            w.window_end,
            w.before_as_of,
            w.after_as_of,
            w.basis,
            w.approximate
        ])?;
    }
    write_change_windows(store, &windows.change)
}

pub(super) fn write_change_windows(store: &Store, windows: &[ChangeWindow]) -> Result<(), StoreError> {
    store.conn.execute_batch("DELETE FROM change_window;")?;
    let mut statement =
        store.conn.prepare("INSERT INTO change_window (employer_id, from_as_of, to_as_of) VALUES (?1, ?2, ?3)")?;
    for w in windows {
        statement.execute(params![w.employer_id.0, w.from, w.to])?;
    }
    Ok(())
}
