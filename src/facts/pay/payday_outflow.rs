//! Where the money of a payday went.

use std::collections::BTreeMap;

use rusqlite::Row;

use crate::model::text::shared::{SharedText, Texts};
use crate::model::{EmployerId, Fen};
use crate::store::{Store, StoreError};

/// One employee's money to one destination after the latest payday that can be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaydayOutflow {
    pub employer_id: EmployerId,
    /// Key of the destination (`flows.toml`).
    pub destination: SharedText,
    pub amount: Fen,
}

/// What went to each destination from an employer's people.
pub type OutflowSums = BTreeMap<EmployerId, BTreeMap<SharedText, Fen>>;

/// Adds one to the sums.
pub fn add(sums: &mut OutflowSums, flow: &PaydayOutflow) {
    let sum = sums.entry(flow.employer_id).or_default().entry(flow.destination.clone()).or_default();
    *sum = *sum + flow.amount;
}

/// What [`read`] reads, after the employee.
pub(in crate::facts) const COLUMNS: &str = "employer_id, destination, amount_fen";

/// One row of the table; each destination is kept once among `texts`.
pub(in crate::facts) fn read(r: &Row<'_>, texts: &Texts) -> rusqlite::Result<PaydayOutflow> {
    let destination = texts.of(r.get_ref(2)?.as_str().unwrap_or_default());
    Ok(PaydayOutflow { employer_id: EmployerId(r.get(1)?), destination, amount: Fen(r.get(3)?) })
}

/// Sums over the latest payday that can be judged, by employer and destination. Empty where no flows were imported.
///
/// # Errors
/// The database cannot be read.
pub fn sums(store: &Store) -> Result<OutflowSums, StoreError> {
    let mut sums = OutflowSums::new();
    let texts = Texts::default();
    let mut statement =
        store.conn.prepare(&format!("SELECT employee_id, {COLUMNS} FROM payday_outflow WHERE slot = 1"))?;
    let mut rows = statement.raw_query();
    while let Some(r) = rows.next()? {
        add(&mut sums, &read(r, &texts)?);
    }
    Ok(sums)
}
