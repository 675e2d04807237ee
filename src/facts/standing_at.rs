//! Where employers stood on a day.

use chrono::NaiveDate;

use crate::model::{EmployerId, Fen};
use crate::store::{Store, StoreError};

/// Sums of one employer in its latest snapshot up to a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingAt {
    pub employer_id: EmployerId,
    pub as_of: NaiveDate,
    pub headcount: i64,
    /// Monthly average where the sheet gives it, else the balance of the day.
    pub aum: Fen,
    pub products_total: i64,
    /// Heads with three or more products.
    pub three_plus: i64,
}

/// All employers with a snapshot between `oldest` and `as_of`.
///
/// # Errors
/// The database cannot be read.
pub fn all(store: &Store, as_of: NaiveDate, oldest: NaiveDate) -> Result<Vec<StandingAt>, StoreError> {
    let mut statement = store.conn.prepare(include_str!("standing_at.sql"))?;
    let rows = statement.query_map(rusqlite::named_params! {"$as_of": as_of, "$oldest": oldest}, |r| {
        Ok(StandingAt {
            employer_id: EmployerId(r.get(0)?),
            as_of: r.get(1)?,
            headcount: r.get(2)?,
            aum: Fen(r.get(3)?),
            products_total: r.get(4)?,
            three_plus: r.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
