//! Products gained and lost, AUM before and after.

use serde::Serialize;

use crate::model::{EmployeeId, EmployerId, Fen, ProductSet};
use crate::store::{Store, StoreError};

use super::{ChangeWindow, write_change_windows};

/// One employee between two snapshots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HoldingChange {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    /// `present`, `joined`, `departed` or `unknown`.
    pub status: String,
    pub gained: ProductSet,
    pub lost: ProductSet,
    pub aum_before: Option<Fen>,
    pub aum_after: Option<Fen>,
}

/// The kept change, by employee.
///
/// # Errors
/// The database cannot be read.
pub fn kept(store: &Store) -> Result<Vec<HoldingChange>, StoreError> {
    read(store, "SELECT * FROM holding_change")
}

/// The change over other windows, worked out for this call only.
///
/// # Errors
/// The database cannot be written to for the time of the call.
pub fn between(store: &Store, windows: &[ChangeWindow]) -> Result<Vec<HoldingChange>, StoreError> {
    store.conn.execute_batch("SAVEPOINT other_windows")?;
    let result = write_change_windows(store, windows).and_then(|()| read(store, include_str!("holding_change.sql")));
    store.conn.execute_batch("ROLLBACK TO other_windows; RELEASE other_windows")?;
    result
}

fn read(store: &Store, select: &str) -> Result<Vec<HoldingChange>, StoreError> {
    let mut statement = store.conn.prepare(&format!(
        "SELECT employee_id, employer_id, status, gained, lost, aum_before_fen, aum_after_fen FROM ({select})
         ORDER BY employee_id"
    ))?;
    let rows = statement.query_map([], |r| {
        Ok(HoldingChange {
            employee_id: EmployeeId(r.get(0)?),
            employer_id: EmployerId(r.get(1)?),
            status: r.get(2)?,
            gained: ProductSet(r.get(3)?),
            lost: ProductSet(r.get(4)?),
            aum_before: r.get::<_, Option<i64>>(5)?.map(Fen),
            aum_after: r.get::<_, Option<i64>>(6)?.map(Fen),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
