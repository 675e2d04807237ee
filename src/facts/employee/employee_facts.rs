//! One row per employee with a record: what follow-up and the maintenance table rest on.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rusqlite::{Row, named_params};
use serde::Serialize;

use crate::facts::pay::payday_retention;
use crate::facts::settings::{Batch, with_latest_list};
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
    /// Of what falls due then, where a list tells it.
    pub due_amount: Option<Fen>,
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

/// What [`read`] reads.
pub(in crate::facts) const COLUMNS: &str =
    "employee_id, employer_id, as_of, first_seen, outlet, rm, level, grade, account_class, birth,
     aum_fen, aum_month_avg_fen, products, covered, product_count, asset_product_count, risk_level, risk_until,
     consent_sms, consent_phone, consent_wecom, due_date, first_paid, last_paid, employer_last_payday,
     wage_fen, bonus_fen, wage_mean_fen, payday, payroll_fen, retained_fen, demand_change_fen,
     retention_basis, due_amount_fen";

/// One row of the table.
pub(in crate::facts) fn read(r: &Row<'_>) -> rusqlite::Result<EmployeeFacts> {
    read_from(r, 0)
}

/// One row of the table, whose columns begin at `at`.
pub(in crate::facts) fn read_from(r: &Row<'_>, at: usize) -> rusqlite::Result<EmployeeFacts> {
    let fen = |r: &Row, i: usize| r.get::<_, Option<i64>>(i).map(|f| f.map(Fen));
    let consent = |r: &Row, i: usize| Ok::<_, rusqlite::Error>(word(r, i)?.and_then(Consent::from_key));
    Ok(EmployeeFacts {
        employee_id: EmployeeId(r.get(at)?),
        employer_id: EmployerId(r.get(at + 1)?),
        as_of: day(r, at + 2)?.unwrap_or_default(),
        first_seen: day(r, at + 3)?.unwrap_or_default(),
        outlet: r.get(at + 4)?,
        rm: r.get(at + 5)?,
        level: word(r, at + 6)?.and_then(Level::from_key),
        grade: r.get(at + 7)?,
        account_class: r.get(at + 8)?,
        birth: day(r, at + 9)?,
        aum: fen(r, at + 10)?,
        aum_month_avg: fen(r, at + 11)?,
        products: ProductSet(r.get(at + 12)?),
        covered: ProductSet(r.get(at + 13)?),
        product_count: r.get(at + 14)?,
        asset_product_count: r.get(at + 15)?,
        risk_level: r.get(at + 16)?,
        risk_until: day(r, at + 17)?,
        consent_sms: consent(r, at + 18)?,
        consent_phone: consent(r, at + 19)?,
        consent_wecom: consent(r, at + 20)?,
        due_date: day(r, at + 21)?,
        first_paid: day(r, at + 22)?,
        last_paid: day(r, at + 23)?,
        employer_last_payday: day(r, at + 24)?,
        wage: Fen(r.get(at + 25)?),
        bonus: Fen(r.get(at + 26)?),
        wage_mean: fen(r, at + 27)?,
        payday: day(r, at + 28)?,
        payroll: fen(r, at + 29)?,
        retained: fen(r, at + 30)?,
        demand_change: fen(r, at + 31)?,
        retention_basis: payday_retention::basis(r, at + 32)?,
        due_amount: fen(r, at + 33)?,
    })
}

/// A day of a column, `2026-03-18`: read here, for the general way is slow and there are many.
fn day(r: &Row<'_>, at: usize) -> rusqlite::Result<Option<NaiveDate>> {
    let Some(text) = word(r, at)? else { return Ok(None) };
    let short = || {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0u32, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')))
        };
        let year = i32::try_from(number(&bytes[..4])?).ok()?;
        let dashes = bytes[4] == b'-' && bytes[7] == b'-';
        NaiveDate::from_ymd_opt(year, number(&bytes[5..7])?, number(&bytes[8..])?).filter(|_| dashes)
    };
    short().map_or_else(|| Ok(Some(r.get(at)?)), |day| Ok(Some(day)))
}

/// Text of a column, read without one of its own.
fn word<'r>(r: &'r Row<'_>, at: usize) -> rusqlite::Result<Option<&'r str>> {
    Ok(r.get_ref(at)?.as_str_or_null()?)
}

/// The next employees by id, at most so many.
///
/// # Errors
/// The database cannot be read.
pub fn after(store: &Store, after: EmployeeId, most: usize) -> Result<Vec<EmployeeFacts>, StoreError> {
    let mut statement = store.conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM employee_facts WHERE employee_id > ?1 ORDER BY employee_id LIMIT ?2"
    ))?;
    let rows = statement.query_map([after.0, most as i64], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Tells of everybody, by number, of the employer, and of the relationship manager as the lists have it.
///
/// # Errors
/// The database cannot be read.
pub fn managers(store: &Store, mut see: impl FnMut(EmployeeId, EmployerId, Option<&str>)) -> Result<(), StoreError> {
    let sql = "SELECT employee_id, employer_id, rm FROM employee_facts ORDER BY employee_id";
    let mut statement = store.conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        see(EmployeeId(r.get(0)?), EmployerId(r.get(1)?), word(r, 2)?);
    }
    Ok(())
}

/// Employees with at least this AUM: number, employer, outlet, the relationship manager as the lists have it, and AUM.
///
/// # Errors
/// The database cannot be read.
pub fn large(
    store: &Store,
    aum: Fen,
    mut see: impl FnMut(EmployeeId, EmployerId, Option<String>, Option<&str>, Fen),
) -> Result<(), StoreError> {
    let sql = "SELECT employee_id, employer_id, outlet, rm, aum_fen FROM employee_facts WHERE aum_fen >= ?1
               ORDER BY employee_id";
    let mut statement = store.conn.prepare(sql)?;
    let mut rows = statement.query([aum.0])?;
    while let Some(r) = rows.next()? {
        see(EmployeeId(r.get(0)?), EmployerId(r.get(1)?), r.get(2)?, word(r, 3)?, Fen(r.get(4)?));
    }
    Ok(())
}

/// Tells of employees with at least this AUM every relationship manager that a list names for them: of each employer
/// those of its latest day up to `as_of` and from `oldest` on count, also of files that stand side by side.
///
/// # Errors
/// The database cannot be read.
pub fn named_managers(
    store: &Store,
    aum: Fen,
    as_of: NaiveDate,
    oldest: NaiveDate,
    mut see: impl FnMut(EmployeeId, &str),
) -> Result<(), StoreError> {
    let mut statement = store.conn.prepare_cached(&with_latest_list(
        "SELECT DISTINCT people.employee_id, h.rm
         FROM (SELECT employee_id AS recorded_id, employee_id FROM employee_facts WHERE aum_fen >= $aum
               UNION ALL
               SELECT a.employee_id, a.canonical_id FROM employee_alias a
               JOIN employee_facts f ON f.employee_id = a.canonical_id WHERE f.aum_fen >= $aum) people
         CROSS JOIN holding h ON h.employee_id = people.recorded_id
         JOIN current_part p ON p.part_id = h.part_id
         JOIN ({latest_list}) point ON point.employer_id = p.employer_id AND point.as_of = p.as_of
         WHERE h.rm IS NOT NULL AND p.kind = 'holdings'
         ORDER BY people.employee_id, h.rm",
    ))?;
    let Batch { first, last } = Batch::ALL;
    let all = named_params! {
        "$aum": aum.0, "$first_employer": first, "$last_employer": last, "$as_of": as_of, "$oldest": oldest
    };
    let mut rows = statement.query(all)?;
    while let Some(r) = rows.next()? {
        if let Some(rm) = word(r, 1)? {
            see(EmployeeId(r.get(0)?), rm);
        }
    }
    Ok(())
}

/// Tells of these employees, in their order.
///
/// # Errors
/// The database cannot be read.
pub fn each_of(
    store: &Store,
    ids: impl IntoIterator<Item = EmployeeId>,
    mut see: impl FnMut(EmployeeFacts),
) -> Result<(), StoreError> {
    let select = format!(
        "SELECT {COLUMNS} FROM json_each(?1) asked CROSS JOIN employee_facts ON employee_id = asked.value
         ORDER BY asked.key"
    );
    store.each_among(&select, ids, |r| {
        see(read(r)?);
        Ok(())
    })
}

/// Everybody of an employer.
///
/// # Errors
/// The database cannot be read.
pub fn of_employer(store: &Store, employer: EmployerId) -> Result<BTreeSet<EmployeeId>, StoreError> {
    let mut statement = store.conn.prepare("SELECT employee_id FROM employee_facts WHERE employer_id = ?1")?;
    let ids = statement.query_map([employer.0], |r| r.get(0).map(EmployeeId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// What there is to know of employees before they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub people: u64,
    /// Somebody's AUM月日均 is known.
    pub averages: bool,
    /// What the rates rest on that are known of people at their employers.
    pub bases: Vec<RetentionBasis>,
}

/// How many employees there are, and which figures are known of any of them.
///
/// # Errors
/// The database cannot be read.
pub fn outline(store: &Store) -> Result<Outline, StoreError> {
    let one = |sql: &str| store.conn.query_row(sql, [], |r| r.get::<_, i64>(0));
    let mut bases = Vec::new();
    for basis in RetentionBasis::ALL.iter().copied().filter(|b| *b != RetentionBasis::Unknown) {
        let known = "SELECT EXISTS (SELECT 1 FROM payday_retention r
            JOIN employee_facts f ON f.employee_id = r.employee_id AND f.employer_id = r.employer_id
            WHERE r.slot = 1 AND r.basis = ?1 AND r.retained_fen IS NOT NULL AND r.payroll_fen <> 0)";
        if store.conn.query_row(known, [basis.key()], |r| r.get(0))? {
            bases.push(basis);
        }
    }
    Ok(Outline {
        people: one("SELECT count(*) FROM employee_facts")?.unsigned_abs(),
        averages: one("SELECT EXISTS (SELECT 1 FROM employee_facts WHERE aum_month_avg_fen IS NOT NULL)")? == 1,
        bases,
    })
}

/// AUM of people, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balances(Vec<(EmployeeId, Fen)>);

impl Balances {
    /// `None`: unknown.
    pub fn get(&self, id: EmployeeId) -> Option<Fen> {
        let after = self.0.partition_point(|(known, _)| *known <= id);
        let (known, aum) = self.0.get(after.checked_sub(1)?)?;
        (*known == id).then_some(*aum)
    }
}

/// AUM of every employee (or of those of one employer) in their employer's latest snapshot up to `as_of` and from `oldest`
/// on.
///
/// # Errors
/// The database cannot be read.
pub fn aum_at(
    store: &Store,
    as_of: NaiveDate,
    oldest: NaiveDate,
    employer: Option<EmployerId>,
) -> Result<Balances, StoreError> {
    let mut statement = store.conn.prepare_cached(&with_latest_list(
        "SELECT h.employee_id, h.aum_fen FROM current_holding h
         JOIN ({latest_list}) point ON point.employer_id = h.employer_id AND point.as_of = h.as_of
         JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
         WHERE h.aum_fen IS NOT NULL",
    ))?;
    let Batch { first, last } = employer.map_or(Batch::ALL, |e| Batch { first: e.0, last: e.0 });
    let all = named_params! {"$first_employer": first, "$last_employer": last, "$as_of": as_of, "$oldest": oldest};
    let rows = statement.query_map(all, |r| Ok((EmployeeId(r.get(0)?), Fen(r.get(1)?))))?;
    let mut balances: Vec<(EmployeeId, Fen)> = rows.collect::<Result<_, _>>()?;
    balances.sort_by_key(|(id, _)| *id);
    Ok(Balances(balances))
}
