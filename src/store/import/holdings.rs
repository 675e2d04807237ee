//! Wide holding rows.

use std::sync::LazyLock;

use rusqlite::{Statement, params, params_from_iter};

use crate::model::product::Amount;
use crate::model::rows::HoldingRow;
use crate::model::{EmployeeId, EmployerId, ProductSet};

use crate::store::{Store, StoreError};

/// Counts worked out once at import, from the product families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProductCounts {
    /// 产品数(含渠道).
    pub all: u32,
    /// 资产类产品数.
    pub asset: u32,
}

/// A row of a part.
#[derive(Debug)]
pub struct Holding {
    pub part: i64,
    pub employee: EmployeeId,
    pub row: HoldingRow,
    pub counts: ProductCounts,
}

/// What a part tells of its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartTold {
    /// The file it came with.
    pub import_id: i64,
    /// Products it covers.
    pub covered: ProductSet,
    /// Fields (as in `columns.toml`) that are filled for somebody.
    pub fields: Vec<&'static str>,
}

/// Fields beside products and amounts: what a sheet of the same day may lack.
const TOLD: [&str; 6] = ["due_date", "risk_level", "level", "consent_sms", "consent_phone", "consent_wecom"];

/// Columns of a row beside those of its amounts.
const COLUMNS: &str = "part_id, employee_id, outlet, rm, level, grade, account_class, gender, birth, products, \
     product_count, asset_product_count, last_transaction, last_login, risk_level, risk_until, consent_sms, \
     consent_phone, consent_wecom, due_date, due_amount_fen, untold";

/// Puts a row, its amounts last, unless there is one of the person.
static INSERT: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<String> = COLUMNS.split(", ").map(str::to_string).chain(Amount::ALL.map(column)).collect();
    let places = vec!["?"; columns.len()].join(", ");
    format!("INSERT INTO holding ({}) VALUES ({places}) ON CONFLICT DO NOTHING", columns.join(", "))
});

fn column(amount: Amount) -> String {
    format!("{}_fen", amount.key())
}

/// Binds the values of a row in the order of [`INSERT`].
fn bind(
    insert: &mut Statement<'_>,
    part: i64,
    employee: EmployeeId,
    row: &HoldingRow,
    counts: ProductCounts,
) -> Result<(), rusqlite::Error> {
    let others = params![
        part,
        employee.0,
        row.outlet,
        row.rm,
        row.level.map(|l| l.key()),
        row.grade,
        row.account_class,
        row.gender,
        row.birth,
        row.products.0,
        counts.all,
        counts.asset,
        row.last_transaction,
        row.last_login,
        row.risk_level,
        row.risk_until,
        row.consent_sms.map(|c| c.key()),
        row.consent_phone.map(|c| c.key()),
        row.consent_wecom.map(|c| c.key()),
        row.due_date,
        row.due_amount.map(|f| f.0),
        row.untold.0,
    ];
    for (at, value) in others.iter().enumerate() {
        insert.raw_bind_parameter(at + 1, value)?;
    }
    for (at, amount) in Amount::ALL.into_iter().enumerate() {
        insert.raw_bind_parameter(others.len() + at + 1, row.amounts[amount].map(|f| f.0))?;
    }
    Ok(())
}

impl Store {
    /// What a part tells.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn told_by_part(&self, part: i64) -> Result<PartTold, StoreError> {
        let (import_id, covered) = self
            .conn
            .prepare_cached(
                "SELECT s.import_id, s.covered FROM snapshot_part p JOIN snapshot s ON s.snapshot_id = p.snapshot_id
                 WHERE p.part_id = ?1",
            )?
            .query_row([part], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let fields: Vec<&str> = Amount::ALL.map(Amount::key).into_iter().chain(TOLD).collect();
        let columns = Amount::ALL.map(column).into_iter().chain(TOLD.map(str::to_string));
        let counts: Vec<String> = columns.map(|column| format!("count({column})")).collect();
        let sql = format!("SELECT {} FROM holding WHERE part_id = ?1", counts.join(", "));
        let filled = self
            .conn
            .prepare_cached(&sql)?
            .query_row([part], |r| (0..counts.len()).map(|at| r.get::<_, i64>(at)).collect::<Result<Vec<_>, _>>())?;
        let fields = fields.into_iter().zip(filled).filter(|(_, count)| *count > 0).map(|(field, _)| field).collect();
        Ok(PartTold { import_id, covered: ProductSet(covered), fields })
    }

    /// Puts rows into their parts; returns how many took the place of an earlier row of the same person.
    pub(in crate::store) fn put_holdings(&self, holdings: &[Holding]) -> Result<i64, StoreError> {
        let mut insert = self.conn.prepare_cached(&INSERT)?;
        let mut further = self.conn.prepare_cached(
            "INSERT INTO holding_further (part_id, employee_id, product, amount_fen) VALUES (?1, ?2, ?3, ?4)",
        )?;
        let mut twice = 0;
        for Holding { part, employee, row, counts } in holdings {
            bind(&mut insert, *part, *employee, row, *counts)?;
            if insert.raw_execute()? == 0 {
                for table in ["holding_further", "holding"] {
                    let sql = format!("DELETE FROM {table} WHERE part_id = ?1 AND employee_id = ?2");
                    self.conn.prepare_cached(&sql)?.execute(params![part, employee.0])?;
                }
                insert.raw_execute()?;
                twice += 1;
            }
            for (product, amount) in &row.further {
                further.execute(params![part, employee.0, product, amount.0])?;
            }
        }
        Ok(twice)
    }

    /// Number of different people in some parts together.
    pub fn people_in_parts(&self, parts: &[i64]) -> Result<i64, StoreError> {
        let places = vec!["?"; parts.len()].join(",");
        let sql = format!("SELECT count(DISTINCT employee_id) FROM holding WHERE part_id IN ({places})");
        Ok(self.conn.prepare_cached(&sql)?.query_row(params_from_iter(parts), |r| r.get(0))?)
    }

    /// Number of people in the employer's latest snapshot before `as_of`, to tell a full part from a partial one.
    pub fn last_roster_size(&self, employer: EmployerId, as_of: chrono::NaiveDate) -> Result<i64, StoreError> {
        let employer = self.canonical_employer(employer)?;
        Ok(self
            .conn
            .prepare_cached(
                "SELECT count(DISTINCT employee_id) FROM current_holding WHERE employer_id = ?1 AND as_of =
               (SELECT COALESCE(max(CASE WHEN basis = 'full' THEN as_of END), max(as_of)) FROM current_part
                WHERE kind = 'holdings' AND employer_id = ?1 AND as_of < ?2)",
            )?
            .query_row(params![employer.0, as_of], |r| r.get(0))?)
    }
}
