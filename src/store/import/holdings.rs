//! Wide holding rows.

use std::sync::LazyLock;

use rusqlite::{ToSql, params, params_from_iter};

use crate::model::product::Amount;
use crate::model::rows::HoldingRow;
use crate::model::{EmployeeId, EmployerId, Fen, ProductSet};

use crate::store::{Store, StoreError};

/// Counts worked out once at import, from the product families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProductCounts {
    /// 产品数(含渠道).
    pub all: u32,
    /// 资产类产品数.
    pub asset: u32,
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

    /// Puts one row into a part; `false` when it replaced a row of the same person.
    pub fn put_holding(
        &self,
        part: i64,
        employee: EmployeeId,
        row: &HoldingRow,
        products: ProductSet,
        counts: ProductCounts,
    ) -> Result<bool, StoreError> {
        let fen = |f: Option<Fen>| f.map(|f| f.0);
        let mut insert = self.conn.prepare_cached(&INSERT)?;
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
            products.0,
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
            fen(row.due_amount),
            row.untold.0,
        ];
        let amounts = Amount::ALL.map(|amount| fen(row.amounts[amount]));
        let values = others.iter().copied().chain(amounts.iter().map(|a| a as &dyn ToSql));
        let known = insert.execute(params_from_iter(values.clone()))? == 0;
        if known {
            for table in ["holding_further", "holding"] {
                let sql = format!("DELETE FROM {table} WHERE part_id = ?1 AND employee_id = ?2");
                self.conn.prepare_cached(&sql)?.execute(params![part, employee.0])?;
            }
            insert.execute(params_from_iter(values))?;
        }
        for (product, amount) in &row.further {
            self.conn
                .prepare_cached(
                    "INSERT INTO holding_further (part_id, employee_id, product, amount_fen) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![part, employee.0, product, amount.0])?;
        }
        Ok(!known)
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
