//! Products gained and lost, AUM before and after.

use rusqlite::Row;
use serde::Serialize;

use crate::model::status::ChangeStatus;
use crate::model::{EmployeeId, EmployerId, Fen, ProductSet};
use crate::store::{Store, StoreError};

use crate::facts::settings::{batches, columns_of};
use crate::facts::windows::{ChangeWindow, write_change_windows};

/// One employee between two snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HoldingChange {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    pub status: ChangeStatus,
    pub gained: ProductSet,
    pub lost: ProductSet,
    pub aum_before: Option<Fen>,
    pub aum_after: Option<Fen>,
}

/// What [`read`] reads.
pub(in crate::facts) const COLUMNS: &str =
    "employee_id, employer_id, status, gained, lost, aum_before_fen, aum_after_fen";

/// One row of the table.
pub(in crate::facts) fn read(r: &Row<'_>) -> rusqlite::Result<HoldingChange> {
    let status = r.get_ref(2)?.as_str().ok().and_then(ChangeStatus::from_key);
    Ok(HoldingChange {
        employee_id: EmployeeId(r.get(0)?),
        employer_id: EmployerId(r.get(1)?),
        status: status.unwrap_or(ChangeStatus::Unknown),
        gained: ProductSet(r.get(3)?),
        lost: ProductSet(r.get(4)?),
        aum_before: r.get::<_, Option<i64>>(5)?.map(Fen),
        aum_after: r.get::<_, Option<i64>>(6)?.map(Fen),
    })
}

/// Does `work` while the change over other windows stands in the table, worked out for this call only.
///
/// # Errors
/// The database cannot be written to for the time of the call; those of `work`.
pub fn with_windows<T, E: From<StoreError>>(
    store: &Store,
    windows: &[ChangeWindow],
    work: impl FnOnce(&Store) -> Result<T, E>,
) -> Result<T, E> {
    store.conn.execute_batch("SAVEPOINT other_windows").map_err(StoreError::from)?;
    let done = refill(store, windows).map_err(E::from).and_then(|()| work(store));
    store.conn.execute_batch("ROLLBACK TO other_windows; RELEASE other_windows").map_err(StoreError::from)?;
    done
}

fn refill(store: &Store, windows: &[ChangeWindow]) -> Result<(), StoreError> {
    write_change_windows(store, windows)?;
    store.conn.execute_batch("DELETE FROM holding_change")?;
    let select = include_str!("holding_change.sql");
    let columns = columns_of(store, select)?;
    let mut statement = store.conn.prepare(&format!("INSERT INTO holding_change ({columns}) {select}"))?;
    for batch in batches(store)? {
        statement.execute(rusqlite::named_params! {"$first_employer": batch.first, "$last_employer": batch.last})?;
    }
    Ok(())
}

/// The change over other windows, by employee.
#[cfg(test)]
pub(in crate::facts) fn between(store: &Store, windows: &[ChangeWindow]) -> Result<Vec<HoldingChange>, StoreError> {
    with_windows(store, windows, |store| {
        let sql = format!("SELECT {COLUMNS} FROM holding_change ORDER BY employee_id");
        let mut statement = store.conn.prepare(&sql)?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    })
}
