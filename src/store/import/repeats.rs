//! Payroll runs that may be the same payments: candidates, their payments, and what counts once. What they are to one
//! another is decided elsewhere.

use chrono::NaiveDate;
use rusqlite::{Row, params};

use crate::model::runs::{Paid, Purpose};
use crate::model::status::PayKind;
use crate::model::{EmployerId, Fen, Personal};

use crate::store::{Store, StoreError};

/// A run in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRun {
    pub run_id: i64,
    pub import_id: i64,
    /// Name of the file it came with.
    pub file: String,
    pub employer: EmployerId,
    pub payday: NaiveDate,
    pub kind: PayKind,
    pub purpose: Purpose,
    pub planned: Option<bool>,
}

const COLUMNS: &str = "r.run_id, r.import_id, i.file, r.employer_id, r.payday, r.pay_kind, r.purpose, r.planned";

fn known(r: &Row<'_>) -> rusqlite::Result<KnownRun> {
    Ok(KnownRun {
        run_id: r.get(0)?,
        import_id: r.get(1)?,
        file: r.get(2)?,
        employer: EmployerId(r.get(3)?),
        payday: r.get(4)?,
        kind: PayKind::from_key(&r.get::<_, String>(5)?).unwrap_or(PayKind::Wage),
        purpose: Purpose::from_key(&r.get::<_, String>(6)?),
        planned: r.get(7)?,
    })
}

impl Store {
    /// Says what tells a run apart, once its sheet is read.
    pub fn describe_run(&self, run: i64, purpose: &Purpose, planned: Option<bool>) -> Result<(), StoreError> {
        let sql = "UPDATE payroll_run SET purpose = ?2, planned = ?3 WHERE run_id = ?1";
        self.conn.prepare_cached(sql)?.execute(params![run, purpose.key(), planned])?;
        Ok(())
    }

    /// Runs in force of an employer with a payday between two days, oldest import first.
    pub fn runs_between(
        &self,
        employer: EmployerId,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<KnownRun>, StoreError> {
        let employer = self.canonical_employer(employer)?;
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM payroll_run r JOIN import i ON i.import_id = r.import_id
             WHERE r.employer_id = ?1 AND r.payday BETWEEN ?2 AND ?3 AND r.superseded_by IS NULL ORDER BY r.run_id"
        ))?;
        let rows = statement.query_map(params![employer.0, first, last], known)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Runs in force of other employers with a payday between two days that have at least so many payments of the same
    /// person and amount as `run`, oldest import first.
    pub fn runs_elsewhere(
        &self,
        run: i64,
        first: NaiveDate,
        last: NaiveDate,
        least: usize,
    ) -> Result<Vec<KnownRun>, StoreError> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM payroll_run r JOIN import i ON i.import_id = r.import_id
             JOIN (
               SELECT run_id FROM (
                 SELECT o.run_id, n.line FROM payment n
                 JOIN payment o ON o.employee_id = n.employee_id AND o.amount_fen = n.amount_fen
                 WHERE n.run_id = ?1 AND n.employee_id IS NOT NULL AND o.run_id <> ?1
                 UNION ALL
                 SELECT o.run_id, n.line FROM payment n
                 JOIN payment o ON o.employee_id IS NULL AND o.payee = n.payee AND o.amount_fen = n.amount_fen
                 WHERE n.run_id = ?1 AND n.employee_id IS NULL AND o.run_id <> ?1
               ) GROUP BY run_id HAVING count(*) >= ?4
             ) alike ON alike.run_id = r.run_id
             WHERE r.payday BETWEEN ?2 AND ?3 AND r.superseded_by IS NULL
               AND r.employer_id <> (SELECT employer_id FROM payroll_run WHERE run_id = ?1)
             ORDER BY r.run_id"
        ))?;
        let rows = statement.query_map(params![run, first, last, least as i64], known)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All payments of a run, by line.
    pub fn paid_in_run(&self, run: i64) -> Result<Vec<Paid>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT p.line, p.payee, COALESCE(a.canonical_id, p.employee_id, m.employee_id),
               COALESCE(u.name, w.name), p.amount_fen
             FROM payment p
             JOIN payroll_run r ON r.run_id = p.run_id
             LEFT JOIN employee_alias a ON a.employee_id = p.employee_id
             LEFT JOIN payee_match m ON p.employee_id IS NULL AND m.employer_id = r.employer_id AND m.payee = p.payee
             LEFT JOIN unmatched_payee u ON u.run_id = p.run_id AND u.line = p.line
             LEFT JOIN person w ON w.employee_id = p.employee_id
             WHERE p.run_id = ?1 ORDER BY p.line",
        )?;
        let rows = statement.query_map([run], |r| {
            let name: Option<String> = r.get(3)?;
            Ok(Paid {
                line: r.get(0)?,
                payee: r.get(1)?,
                person: r.get(2)?,
                name: name.map(|name| self.name_hmac(&Personal::new(name))),
                amount: Fen(r.get(4)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// These payments of `run` stand in `by_run` too, and count there.
    pub fn shadow_payments(&self, run: i64, lines: &[i64], by_run: i64) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO payment_shadow (run_id, line, by_run) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?;
        for line in lines {
            statement.execute(params![run, line, by_run])?;
        }
        Ok(())
    }
}
