//! Wide holding rows.

use rusqlite::params;

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

/// Fields beside the products: what a sheet of the same day may lack.
const TOLD: [&str; 21] = [
    "aum_fen",
    "aum_month_avg_fen",
    "demand_fen",
    "term_fen",
    "large_cd_fen",
    "wealth_fen",
    "cash_management_fen",
    "fund_fen",
    "insurance_fen",
    "metal_fen",
    "bond_fen",
    "trust_fen",
    "mortgage_fen",
    "consumer_loan_fen",
    "car_loan_fen",
    "due_date",
    "risk_level",
    "level",
    "consent_sms",
    "consent_phone",
    "consent_wecom",
];

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
        let counts: Vec<String> = TOLD.iter().map(|column| format!("count({column})")).collect();
        let sql = format!("SELECT {} FROM holding WHERE part_id = ?1", counts.join(", "));
        let filled = self
            .conn
            .prepare_cached(&sql)?
            .query_row([part], |r| (0..TOLD.len()).map(|at| r.get::<_, i64>(at)).collect::<Result<Vec<_>, _>>())?;
        let filled = TOLD.iter().zip(filled).filter(|(_, count)| *count > 0);
        let fields = filled.map(|(column, _)| column.trim_end_matches("_fen")).collect();
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
        let a = &row.amounts;
        let fen = |f: Option<crate::model::Fen>| f.map(|f| f.0);
        let mut insert = self.conn.prepare_cached(
            "INSERT INTO holding (part_id, employee_id, outlet, rm, level, grade, account_class, gender, birth,
                   aum_fen, aum_month_avg_fen, demand_fen, term_fen, large_cd_fen, wealth_fen, cash_management_fen,
                   fund_fen, insurance_fen, metal_fen, bond_fen, trust_fen, mortgage_fen, consumer_loan_fen, car_loan_fen,
                   products, product_count, asset_product_count, last_transaction, last_login, risk_level, risk_until,
                   consent_sms, consent_phone, consent_wecom, due_date, due_amount_fen, untold)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                   ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37)
                 ON CONFLICT DO NOTHING",
            )?;
        let values = params![
            part,
            employee.0,
            row.outlet,
            row.rm,
            row.level.map(|l| l.key()),
            row.grade,
            row.account_class,
            row.gender,
            row.birth,
            fen(a.aum),
            fen(a.aum_month_avg),
            fen(a.demand),
            fen(a.term),
            fen(a.large_cd),
            fen(a.wealth),
            fen(a.cash_management),
            fen(a.fund),
            fen(a.insurance),
            fen(a.metal),
            fen(a.bond),
            fen(a.trust),
            fen(a.mortgage),
            fen(a.consumer_loan),
            fen(a.car_loan),
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
        let known = insert.execute(values)? == 0;
        if known {
            for table in ["holding_further", "holding"] {
                let sql = format!("DELETE FROM {table} WHERE part_id = ?1 AND employee_id = ?2");
                self.conn.prepare_cached(&sql)?.execute(params![part, employee.0])?;
            }
            insert.execute(values)?;
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
        Ok(self.conn.prepare_cached(&sql)?.query_row(rusqlite::params_from_iter(parts), |r| r.get(0))?)
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
