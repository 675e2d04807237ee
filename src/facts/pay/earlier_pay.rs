//! What an employer paid in the months before its latest one.

use chrono::NaiveDate;

use crate::model::{EmployerId, Fen};
use crate::store::{Store, StoreError};

/// Wages of one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthPay {
    /// Payees, whether or not they are known to us.
    pub heads: i64,
    pub wages: Fen,
    /// The month's last payday.
    pub last_payday: NaiveDate,
}

/// The two months before the latest one with wages up to `as_of`, the later first; `None` where nothing was paid.
///
/// # Errors
/// The database cannot be read.
pub fn of(store: &Store, employer: EmployerId, as_of: NaiveDate) -> Result<[Option<MonthPay>; 2], StoreError> {
    let mut statement = store.conn.prepare_cached(include_str!("earlier_pay.sql"))?;
    let rows = statement.query_map(rusqlite::named_params! {"$employer": employer.0, "$as_of": as_of}, |r| {
        Ok((r.get::<_, i64>(0)?, MonthPay { heads: r.get(1)?, wages: Fen(r.get(2)?), last_payday: r.get(3)? }))
    })?;
    let mut months = [None, None];
    for row in rows {
        let (back, pay) = row?;
        months[usize::from(back == 2)] = Some(pay);
    }
    Ok(months)
}
