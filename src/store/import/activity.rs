//! Flows and purchases of employees.

use rusqlite::params;

use crate::model::EmployeeId;
use crate::model::activity::{FlowRow, Mark, SaleRow, TargetRow};

use crate::store::{Store, StoreError};

impl Store {
    /// Opens the rows of one sheet of flows, purchases or contacts.
    pub fn add_activity(&self, import_id: i64) -> Result<i64, StoreError> {
        self.conn.execute("INSERT INTO activity (import_id) VALUES (?1)", [import_id])?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Adds a transaction; `occurrence` counts equal ones of the sheet from 1.
    pub fn add_flow(
        &self,
        activity: i64,
        employee: EmployeeId,
        row: &FlowRow,
        occurrence: i64,
    ) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO flow (activity_id, line, employee_id, date, outward, amount_fen, destination, reference, occurrence)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                activity,
                i64::from(row.row) + 1,
                employee.0,
                row.date,
                row.outward,
                row.amount.0,
                row.destination,
                row.reference,
                occurrence
            ])?;
        Ok(())
    }

    /// Transactions of these rows that an earlier file tells of with another amount, both under one number: the rows (from 1)
    /// and the places of the earlier ones. `unique`: characters from which on a number is given out once, and not anew
    /// every day. A number may stand for several amounts (a fee beside its payment): these are compared as sets.
    pub fn flows_told_otherwise(&self, activity: i64, unique: usize) -> Result<Vec<(i64, [i64; 2])>, StoreError> {
        let same = |a: &str, b: &str| {
            format!(
                "{a}.employee_id = {b}.employee_id AND {a}.reference = {b}.reference AND {a}.outward = {b}.outward
                 AND ({a}.date = {b}.date OR length({b}.reference) >= ?2)"
            )
        };
        let sql = format!(
            "SELECT n.line, o.activity_id, o.line FROM flow n
             JOIN flow o ON {} AND o.activity_id <> n.activity_id AND o.amount_fen <> n.amount_fen
             JOIN activity a ON a.activity_id = o.activity_id AND a.withdrawn = 0
             WHERE n.activity_id = ?1 AND n.reference IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM flow x WHERE {} AND x.activity_id = n.activity_id AND x.amount_fen = o.amount_fen)
               AND NOT EXISTS (SELECT 1 FROM flow y JOIN activity b ON b.activity_id = y.activity_id AND b.withdrawn = 0
                 WHERE {} AND y.activity_id <> n.activity_id AND y.amount_fen = n.amount_fen)
             ORDER BY n.line, o.activity_id, o.line",
            same("o", "n"),
            same("x", "n"),
            same("y", "n"),
        );
        let mut statement = self.conn.prepare(&sql)?;
        let rows = statement
            .query_map(params![activity, unique as i64], |r| Ok((r.get(0)?, [r.get(1)?, r.get(2)?])))?
            .collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Takes a transaction out: another row tells it rightly, or nobody knows which does.
    pub fn remove_flow(&self, activity: i64, line: i64) -> Result<(), StoreError> {
        let delete = "DELETE FROM flow WHERE activity_id = ?1 AND line = ?2";
        self.conn.prepare_cached(delete)?.execute(params![activity, line])?;
        Ok(())
    }

    /// Adds a purchase; `occurrence` counts equal ones of the sheet from 1.
    pub fn add_sale(
        &self,
        activity: i64,
        employee: EmployeeId,
        row: &SaleRow,
        occurrence: i64,
    ) -> Result<(), StoreError> {
        let mark = |mark: Option<Mark>| match mark {
            Some(Mark::Share(n)) => (Some(n), Some("share")),
            Some(Mark::Price(n)) => (Some(n), Some("price")),
            None => (None, None),
        };
        let ((take, take_is), (stop, stop_is)) = (mark(row.take_profit), mark(row.stop_loss));
        self.conn
            .prepare_cached(
                "INSERT INTO sale (activity_id, line, employee_id, product_name, product, bought_on, amount_fen, price,
                   expected_yield, take_profit, take_profit_is, stop_loss, stop_loss_is, due_date, occurrence)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(params![
                activity,
                i64::from(row.row) + 1,
                employee.0,
                row.product_name,
                row.product,
                row.bought_on,
                row.amount.0,
                row.price_micro,
                row.yield_ppm,
                take,
                take_is,
                stop,
                stop_is,
                row.due_date,
                occurrence
            ])?;
        Ok(())
    }

    /// Adds a target in place of what was known of the same outlet, indicator and period; tells whether it replaced
    /// another value.
    pub fn put_target(&self, import_id: i64, row: &TargetRow) -> Result<bool, StoreError> {
        let key = params![row.outlet, row.indicator, row.first_day, row.last_day];
        let older: Vec<(i64, i64)> = self
            .conn
            .prepare_cached(
                "SELECT target_id, value FROM target WHERE outlet = ?1 AND indicator = ?2 AND first_day = ?3
                   AND last_day = ?4 AND superseded_by IS NULL ORDER BY target_id",
            )?
            .query_map(key, |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<Result<_, _>>()?;
        self.conn
            .prepare_cached(
                "INSERT INTO target (import_id, outlet, indicator, first_day, last_day, value)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![import_id, row.outlet, row.indicator, row.first_day, row.last_day, row.value])?;
        let id = self.conn.last_insert_rowid();
        for (old, _) in &older {
            self.conn.execute("UPDATE target SET superseded_by = ?1 WHERE target_id = ?2", params![id, old])?;
        }
        Ok(older.iter().any(|(_, value)| *value != row.value))
    }

    /// Targets in force, by outlet, indicator and period.
    pub fn targets(&self) -> Result<Vec<TargetRow>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT outlet, indicator, first_day, last_day, value FROM current_target
             ORDER BY outlet, indicator, first_day, last_day",
        )?;
        let rows = statement.query_map([], |r| {
            Ok(TargetRow {
                row: 0,
                outlet: r.get(0)?,
                indicator: r.get(1)?,
                first_day: r.get(2)?,
                last_day: r.get(3)?,
                value: r.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
