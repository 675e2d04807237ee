//! One row per employee with a record: what follow-up and the maintenance table rest on.

use chrono::NaiveDate;
use rusqlite::named_params;
use serde::Serialize;

use crate::facts::{Batch, with_latest_list};
use crate::model::status::{Consent, Level, RetentionBasis};
use crate::model::{EmployeeId, EmployerId, Fen, ProductSet};
use crate::store::{Store, StoreError};

/// An employee as known on a day. `None` = unknown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmployeeFacts {
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    pub as_of: NaiveDate,
    pub first_seen: NaiveDate,
    pub outlet: Option<String>,
    /// Name or number of the relationship manager as the sheet has it.
    pub rm: Option<String>,
    pub level: Option<Level>,
    pub grade: Option<String>,
    pub account_class: Option<i64>,
    pub birth: Option<NaiveDate>,
    pub aum: Option<Fen>,
    pub aum_month_avg: Option<Fen>,
    pub products: ProductSet,
    pub covered: ProductSet,
    pub product_count: i64,
    pub asset_product_count: i64,
    pub risk_level: Option<i64>,
    pub risk_until: Option<NaiveDate>,
    pub consent_sms: Option<Consent>,
    pub consent_phone: Option<Consent>,
    pub consent_wecom: Option<Consent>,
    pub due_date: Option<NaiveDate>,
    pub first_paid: Option<NaiveDate>,
    pub last_paid: Option<NaiveDate>,
    pub employer_last_payday: Option<NaiveDate>,
    /// Wages of the employer's latest paid month.
    pub wage: Fen,
    pub bonus: Fen,
    /// Mean monthly wage of the months before; `None` when never paid in them.
    pub wage_mean: Option<Fen>,
    /// The latest payday that can be judged.
    pub payday: Option<NaiveDate>,
    pub payroll: Option<Fen>,
    pub retained: Option<Fen>,
    /// Over what `retained` and `demand_change` were taken.
    pub retention_basis: RetentionBasis,
    pub demand_change: Option<Fen>,
}

/// All employees, by employer and id.
///
/// # Errors
/// The database cannot be read.
pub fn all(store: &Store) -> Result<Vec<EmployeeFacts>, StoreError> {
    let mut statement = store.conn.prepare(
        "SELECT employee_id, employer_id, as_of, first_seen, outlet, rm, level, grade, account_class, birth,
           aum_fen, aum_month_avg_fen, products, covered, product_count, asset_product_count, risk_level, risk_until,
           consent_sms, consent_phone, consent_wecom, due_date, first_paid, last_paid, employer_last_payday,
           wage_fen, bonus_fen, wage_mean_fen, payday, payroll_fen, retained_fen, demand_change_fen,
           retention_basis
         FROM employee_facts ORDER BY employer_id, employee_id",
    )?;
    let fen = |r: &rusqlite::Row, i: usize| r.get::<_, Option<i64>>(i).map(|f| f.map(Fen));
    let consent =
        |r: &rusqlite::Row, i: usize| r.get::<_, Option<String>>(i).map(|t| t.and_then(|t| Consent::from_key(&t)));
    let rows = statement.query_map([], |r| {
        Ok(EmployeeFacts {
            employee_id: EmployeeId(r.get(0)?),
            employer_id: EmployerId(r.get(1)?),
            as_of: r.get(2)?,
            first_seen: r.get(3)?,
            outlet: r.get(4)?,
            rm: r.get(5)?,
            level: r.get::<_, Option<String>>(6)?.and_then(|t| Level::from_key(&t)),
            grade: r.get(7)?,
            account_class: r.get(8)?,
            birth: r.get(9)?,
            aum: fen(r, 10)?,
            aum_month_avg: fen(r, 11)?,
            products: ProductSet(r.get(12)?),
            covered: ProductSet(r.get(13)?),
            product_count: r.get(14)?,
            asset_product_count: r.get(15)?,
            risk_level: r.get(16)?,
            risk_until: r.get(17)?,
            consent_sms: consent(r, 18)?,
            consent_phone: consent(r, 19)?,
            consent_wecom: consent(r, 20)?,
            due_date: r.get(21)?,
            first_paid: r.get(22)?,
            last_paid: r.get(23)?,
            employer_last_payday: r.get(24)?,
            wage: Fen(r.get(25)?),
            bonus: Fen(r.get(26)?),
            wage_mean: fen(r, 27)?,
            payday: r.get(28)?,
            payroll: fen(r, 29)?,
            retained: fen(r, 30)?,
            demand_change: fen(r, 31)?,
            retention_basis: RetentionBasis::from_key(&r.get::<_, String>(32)?).unwrap_or(RetentionBasis::Unknown),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// AUM of every employee in their employer's latest snapshot up to `as_of` and from `oldest` on.
///
/// # Errors
/// The database cannot be read.
pub fn aum_at(
    store: &Store,
    as_of: NaiveDate,
    oldest: NaiveDate,
) -> Result<std::collections::BTreeMap<EmployeeId, Fen>, StoreError> {
    let mut statement = store.conn.prepare(&with_latest_list(
        "SELECT h.employee_id, h.aum_fen FROM current_holding h
         JOIN ({latest_list}) point ON point.employer_id = h.employer_id AND point.as_of = h.as_of
         JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
         WHERE h.aum_fen IS NOT NULL",
    ))?;
    let Batch { first, last } = Batch::ALL;
    let all = named_params! {"$first_employer": first, "$last_employer": last, "$as_of": as_of, "$oldest": oldest};
    let rows = statement.query_map(all, |r| Ok((EmployeeId(r.get(0)?), Fen(r.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
