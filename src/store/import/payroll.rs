//! Payroll runs and payments.

use chrono::NaiveDate;
use rusqlite::params;

use crate::model::personal::Purpose;
use crate::model::rows::PayrollRow;
use crate::model::status::PayKind;
use crate::model::{EmployeeId, EmployerId, Fen, Personal};

use crate::store::{Store, StoreError};

/// A payee that matches nobody.
#[derive(Debug, Clone)]
pub struct UnmatchedPayee {
    pub employer_id: EmployerId,
    pub employer: String,
    pub payday: NaiveDate,
    pub line: i64,
    pub name: Option<Personal<String>>,
    pub account: Option<Personal<String>>,
    pub amount: Fen,
}

impl Store {
    /// Opens a run.
    pub fn add_run(
        &self,
        import_id: i64,
        employer: EmployerId,
        payday: NaiveDate,
        kind: PayKind,
    ) -> Result<i64, StoreError> {
        let (was, employer) = (employer, self.canonical_employer(employer)?);
        self.conn.execute(
            "INSERT INTO payroll_run (import_id, employer_id, payday, pay_kind) VALUES (?1, ?2, ?3, ?4)",
            params![import_id, employer.0, payday, kind.key()],
        )?;
        let run = self.conn.last_insert_rowid();
        if was != employer {
            self.note_moved("run", run, was.0)?;
        }
        Ok(run)
    }

    /// Puts runs that `newer` corrects out of sight.
    pub fn supersede_runs(&self, newer: i64, older: &[i64]) -> Result<(), StoreError> {
        for old in older {
            self.conn.execute("UPDATE payroll_run SET superseded_by = ?1 WHERE run_id = ?2", params![newer, old])?;
        }
        Ok(())
    }

    /// Adds a payment; a payee that matches nobody is kept in the vault, without a whole number with what is left of
    /// those that came masked.
    pub fn add_payment(
        &self,
        run: i64,
        employee: Option<EmployeeId>,
        payee: [u8; 16],
        row: &PayrollRow,
    ) -> Result<(), StoreError> {
        let line = i64::from(row.row) + 1;
        self.conn
            .prepare_cached(
                "INSERT INTO payment (run_id, line, employee_id, payee, amount_fen) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![run, line, employee.map(|e| e.0), payee, row.amount.0])?;
        if employee.is_none() {
            let plain = |p: &Option<Personal<String>>| p.as_ref().map(|p| p.unmask(Purpose::Store).clone());
            let masked = row.customer_number.is_none() && row.id_number.is_none() && row.account.is_none();
            let number = |whole: &Option<Personal<String>>, left: &Option<Personal<String>>| {
                plain(if masked { left } else { whole })
            };
            self.conn
                .prepare_cached(
                    "INSERT INTO unmatched_payee (run_id, line, customer_number, name, id_number, account)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    run,
                    line,
                    number(&row.customer_number, &row.left.customer_number),
                    plain(&row.name),
                    number(&row.id_number, &row.left.id_number),
                    number(&row.account, &row.left.account)
                ])?;
        }
        Ok(())
    }

    /// Payees of current runs up to `today` that still match nobody, newest payday first.
    pub fn unmatched_payees(&self, today: NaiveDate) -> Result<Vec<UnmatchedPayee>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT r.employer_id, e.name, r.payday, u.line, u.name, u.account, p.amount_fen
             FROM unmatched_payee u
             JOIN current_run r ON r.run_id = u.run_id
             JOIN employer e ON e.employer_id = r.employer_id
             JOIN payment p ON p.run_id = u.run_id AND p.line = u.line
             WHERE r.payday <= ?1 AND NOT EXISTS
               (SELECT 1 FROM payee_match m WHERE m.employer_id = r.employer_id AND m.payee = p.payee)
             ORDER BY r.payday DESC, r.employer_id, u.line",
        )?;
        let rows = statement.query_map([today], |r| {
            Ok(UnmatchedPayee {
                employer_id: EmployerId(r.get(0)?),
                employer: r.get(1)?,
                payday: r.get(2)?,
                line: r.get(3)?,
                name: r.get::<_, Option<String>>(4)?.map(Personal::new),
                account: r.get::<_, Option<String>>(5)?.map(Personal::new),
                amount: Fen(r.get(6)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many payees of a file still match nobody.
    pub fn unmatched_of_import(&self, import_id: i64) -> Result<usize, StoreError> {
        Ok(self.conn.query_row(
            "SELECT count(*) FROM unmatched_payee u JOIN payroll_run r ON r.run_id = u.run_id
             JOIN payment p ON p.run_id = u.run_id AND p.line = u.line
             WHERE r.import_id = ?1 AND r.superseded_by IS NULL AND NOT EXISTS
               (SELECT 1 FROM payee_match m WHERE m.employer_id = r.employer_id AND m.payee = p.payee)",
            [import_id],
            |r| r.get::<_, i64>(0).map(|n| n as usize),
        )?)
    }
}
