//! What facts are worked out with: thresholds and days, the employers taken together, and what the kept ones rest on.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Statement, ToSql};

use crate::model::Fen;
use crate::store::{Store, StoreError};

/// The thresholds and dates the facts are worked out with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactSettings {
    /// Nothing after this day is looked at.
    pub as_of: NaiveDate,
    /// Snapshots before this day are stale.
    pub oldest: NaiveDate,
    /// Attributes (consent, risk test …) known from before this day are forgotten.
    pub attributes_oldest: NaiveDate,
    /// AUM from which an employee counts as affluent.
    pub affluent: Fen,
    /// The latest month with wages and those before it, so many together, are the recent ones.
    pub of_months: i64,
    /// So many months before the latest one make the usual wage.
    pub usual_months: i64,
    /// 有效代发: paid in at least so many of the recent months …
    pub effective_months: i64,
    /// … with at least so much a month on average.
    pub effective_month: Fen,
    /// From so many products on somebody is one with many.
    pub many_products: i64,
}

/// What something that is kept was worked out from.
///
/// # Errors
/// The database cannot be read.
pub fn stamp_of(store: &Store, what: &str) -> Result<Option<String>, StoreError> {
    let kept = "SELECT stamp FROM fact_stamp WHERE fact = ?1";
    Ok(store.conn.query_row(kept, [what], |r| r.get(0)).optional()?)
}

/// Keeps what something was worked out from.
///
/// # Errors
/// The database cannot be written.
pub fn put_stamp(store: &Store, what: &str, stamp: &str) -> Result<(), StoreError> {
    let put = "INSERT INTO fact_stamp (fact, stamp) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET stamp = excluded.stamp";
    store.conn.execute(put, [what, stamp])?;
    Ok(())
}

/// Forgets what something was worked out from.
///
/// # Errors
/// The database cannot be written.
pub fn forget_stamp(store: &Store, what: &str) -> Result<(), StoreError> {
    store.conn.execute("DELETE FROM fact_stamp WHERE fact = ?1", [what])?;
    Ok(())
}

/// The query with each employer's latest list in place of `{latest_list}`; for employers of a [`Batch`].
pub(super) fn with_latest_list(sql: &str) -> String {
    sql.replace("{latest_list}", include_str!("latest_list.sql").trim_end())
}

/// Employers worked out together, by their numbers, both included. Sorting and grouping happen in memory, for what
/// SQLite lays aside in files would lie there unencrypted: a whole branch at once would not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Batch {
    pub first: i64,
    pub last: i64,
}

impl Batch {
    pub const ALL: Batch = Batch { first: i64::MIN, last: i64::MAX };
}

/// People and payees of a batch, unless one employer alone has more.
const BATCH_PEOPLE: i64 = 20_000;

/// All employers, in batches.
pub(super) fn batches(store: &Store) -> Result<Vec<Batch>, StoreError> {
    Ok(batched(&all_employers(store)?))
}

/// All employers with the number of their people and payees, by their numbers.
pub(super) fn all_employers(store: &Store) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut statement = store.conn.prepare(
        "SELECT e.employer_id, COALESCE(p.people, 0) + COALESCE(u.payees, 0)
         FROM employer e
         LEFT JOIN (SELECT employer_id, count(*) AS people FROM employee GROUP BY employer_id) p
           ON p.employer_id = e.employer_id
         LEFT JOIN (SELECT r.employer_id, count(*) AS payees FROM unmatched_payee m
           JOIN payroll_run r ON r.run_id = m.run_id GROUP BY r.employer_id) u
           ON u.employer_id = e.employer_id
         ORDER BY e.employer_id",
    )?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Neighbours in `employers` (number, people; ascending) put together.
pub(super) fn batched(employers: &[(i64, i64)]) -> Vec<Batch> {
    batched_up_to(employers, BATCH_PEOPLE)
}

/// Neighbours put together up to `most` people.
pub(super) fn batched_up_to(employers: &[(i64, i64)], most: i64) -> Vec<Batch> {
    let mut batches: Vec<(Batch, i64)> = Vec::new();
    for (id, people) in employers {
        match batches.last_mut() {
            Some((batch, size)) if *size + people <= most => {
                batch.last = *id;
                *size += people;
            }
            _ => batches.push((Batch { first: *id, last: *id }, *people)),
        }
    }
    batches.into_iter().map(|(batch, _)| batch).collect()
}

/// The columns a SELECT yields, by name: the table's own order does not matter.
pub(super) fn columns_of(store: &Store, select: &str) -> Result<String, StoreError> {
    Ok(store.conn.prepare(select)?.column_names().collect::<Vec<_>>().join(", "))
}

/// Binds every named parameter a statement has; an unknown one is a fault, for SQLite would read it as NULL.
pub(super) fn bind(statement: &mut Statement, settings: &FactSettings, batch: Batch) -> Result<(), StoreError> {
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).unwrap_or_default().to_string();
        let value: &dyn ToSql = match name.as_str() {
            "$first_employer" => &batch.first,
            "$last_employer" => &batch.last,
            "$as_of" => &settings.as_of,
            "$oldest" => &settings.oldest,
            "$attributes_oldest" => &settings.attributes_oldest,
            "$affluent_fen" => &settings.affluent.0,
            "$of_months" => &settings.of_months,
            "$usual_months" => &settings.usual_months,
            "$effective_months" => &settings.effective_months,
            "$effective_month_fen" => &settings.effective_month.0,
            _ => return Err(StoreError::Sql(rusqlite::Error::InvalidParameterName(name))),
        };
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}
