//! What employees bought: by the sales sheets, and by contacts that ended in a deal.

use chrono::NaiveDate;

use crate::model::{EmployeeId, EmployerId, Fen};
use crate::store::{Store, StoreError};

/// One purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    pub on: NaiveDate,
    /// `None`: a deal whose amount nobody wrote down.
    pub amount: Option<Fen>,
    /// Told by a contact only; the sales sheets may tell the same purchase.
    pub by_contact: bool,
}

/// Purchases up to `today`, by day and employee.
///
/// # Errors
/// The database cannot be read.
pub fn all(store: &Store, today: NaiveDate) -> Result<Vec<Purchase>, StoreError> {
    let mut statement = store.conn.prepare(
        "SELECT p.employee_id, e.employer_id, p.day, p.amount_fen, p.by_contact
         FROM (
           SELECT employee_id, bought_on AS day, amount_fen, 0 AS by_contact FROM current_sale
           UNION ALL
           SELECT employee_id, date AS day, amount_fen, 1 AS by_contact FROM current_contact
           WHERE result = 'deal' AND employee_id IS NOT NULL
         ) p
         JOIN employee e ON e.employee_id = p.employee_id
         WHERE p.day <= ?1
         ORDER BY p.day, p.employee_id, p.by_contact, p.amount_fen",
    )?;
    let rows = statement.query_map([today], |r| {
        Ok(Purchase {
            employee_id: EmployeeId(r.get(0)?),
            employer_id: EmployerId(r.get(1)?),
            on: r.get(2)?,
            amount: r.get::<_, Option<i64>>(3)?.map(Fen),
            by_contact: r.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
