//! Where the money of a payday went.

use crate::model::{EmployeeId, EmployerId, Fen};
use crate::store::{Store, StoreError};

/// One employee's money to one destination after one payday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaydayOutflow {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    /// 1 = the latest payday that can be judged.
    pub slot: i64,
    /// Key of the destination (`flows.toml`).
    pub destination: String,
    pub amount: Fen,
}

/// All rows, by employee, payday and destination. Empty where no flows were imported.
///
/// # Errors
/// The database cannot be read.
pub fn all(store: &Store) -> Result<Vec<PaydayOutflow>, StoreError> {
    let mut statement = store.conn.prepare(
        "SELECT employee_id, employer_id, slot, destination, amount_fen FROM payday_outflow
         ORDER BY employee_id, slot, employer_id, destination",
    )?;
    let rows = statement.query_map([], |r| {
        Ok(PaydayOutflow {
            employee_id: EmployeeId(r.get(0)?),
            employer_id: EmployerId(r.get(1)?),
            slot: r.get(2)?,
            destination: r.get(3)?,
            amount: Fen(r.get(4)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
