//! Products gained and lost, AUM before and after.

use serde::Serialize;

use crate::model::{EmployeeId, EmployerId, Fen, ProductSet};
use crate::store::{Store, StoreError};

use super::{Batch, ChangeWindow, batches, write_change_windows};

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
    read(store, "SELECT * FROM holding_change ORDER BY employee_id", &[Batch::ALL])
}

/// The change over other windows, worked out for this call only; by employee.
///
/// # Errors
/// The database cannot be written to for the time of the call.
pub fn between(store: &Store, windows: &[ChangeWindow]) -> Result<Vec<HoldingChange>, StoreError> {
    store.conn.execute_batch("SAVEPOINT other_windows")?;
    let result = write_change_windows(store, windows)
        .and_then(|()| read(store, include_str!("holding_change.sql"), &batches(store)?));
    store.conn.execute_batch("ROLLBACK TO other_windows; RELEASE other_windows")?;
    let mut changes = result?;
    changes.sort_by_key(|c| c.employee_id);
    Ok(changes)
}

fn read(store: &Store, select: &str, batches: &[Batch]) -> Result<Vec<HoldingChange>, StoreError> {
    let mut statement = store.conn.prepare(select)?;
    let mut changes = Vec::new();
    for batch in batches {
        for (name, employer) in [("$first_employer", batch.first), ("$last_employer", batch.last)] {
            if let Some(index) = statement.parameter_index(name)? {
                statement.raw_bind_parameter(index, employer)?;
            }
        }
        let mut rows = statement.raw_query();
        while let Some(r) = rows.next()? {
            changes.push(HoldingChange {
                employee_id: EmployeeId(r.get("employee_id")?),
                employer_id: EmployerId(r.get("employer_id")?),
                status: r.get("status")?,
                gained: ProductSet(r.get("gained")?),
                lost: ProductSet(r.get("lost")?),
                aum_before: r.get::<_, Option<i64>>("aum_before_fen")?.map(Fen),
                aum_after: r.get::<_, Option<i64>>("aum_after_fen")?.map(Fen),
            });
        }
    }
    Ok(changes)
}
