//! Floor 3: what the store says, one `.sql` and one row struct each. No thresholds: they come as parameters.
//!
//! Facts that are asked for often are kept as tables and rebuilt when their stamp (inputs and rules) no longer fits.

pub mod condition;
pub mod earlier_pay;
mod employee_attributes;
pub mod employee_facts;
mod employer_products;
pub mod employer_profile;
pub mod holding_change;
pub mod inputs;
pub mod payday_outflow;
pub mod payday_retention;
pub mod person_rows;
pub mod purchases;
pub mod standing_at;
#[cfg(test)]
mod tests;
mod touched;

use chrono::NaiveDate;
pub use employer_profile::EmployerProfile;
use rusqlite::{OptionalExtension as _, Statement, ToSql, params};

use crate::model::{EmployerId, Fen, Products};
use crate::store::{Store, StoreError};
use touched::Whose;

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

/// Calendar months counted back from the month of an employer's latest payday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayPeriod {
    pub employer_id: EmployerId,
    pub months_back: i64,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}

/// One payday whose money is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayWindow {
    pub employer_id: EmployerId,
    /// 1 = the latest that can be judged, 2 = the one before, and so on.
    pub slot: i64,
    pub payday: NaiveDate,
    /// Payments up to this day count into the denominator.
    pub window_end: NaiveDate,
    pub before_as_of: Option<NaiveDate>,
    pub after_as_of: Option<NaiveDate>,
    /// Key of [`crate::model::status::RetentionBasis`].
    pub basis: &'static str,
    /// A snapshot lies beside the exact day (近似).
    pub approximate: bool,
}

impl PayWindow {
    /// The first day whose payments are in the window: what is paid on the day of the balances is in them already.
    fn first_day(&self) -> NaiveDate {
        self.before_as_of.and_then(|day| day.succ_opt()).unwrap_or(self.payday)
    }
}

/// Two snapshots of an employer that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeWindow {
    pub employer_id: EmployerId,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// The windows decided for this day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Windows {
    pub pay_periods: Vec<PayPeriod>,
    pub pay: Vec<PayWindow>,
    pub change: Vec<ChangeWindow>,
}

/// What the others rest on: by these employers hang together.
const FIRST: &[(&str, &str)] =
    &[("several_payee", include_str!("several_payee.sql")), ("next_due", include_str!("next_due.sql"))];

/// In the order in which each rests on those before it.
const TABLES: &[(&str, &str)] = &[
    ("employee_pay", include_str!("employee_pay.sql")),
    ("several_pay", include_str!("several_pay.sql")),
    ("several_window", include_str!("several_window.sql")),
    ("several_balance", include_str!("several_balance.sql")),
    ("payday_retention", include_str!("payday_retention.sql")),
    ("payday_outflow", include_str!("payday_outflow.sql")),
    ("employee_facts", include_str!("employee_facts.sql")),
    ("employer_facts", include_str!("employer_facts.sql")),
    ("employer_pay", include_str!("employer_pay.sql")),
    ("holding_change", include_str!("holding_change.sql")),
];

/// The query with each employer's latest list in place of `{latest_list}`; for employers of a [`Batch`].
fn with_latest_list(sql: &str) -> String {
    sql.replace("{latest_list}", include_str!("latest_list.sql").trim_end())
}

/// Whether the kept facts fit `stamp`.
///
/// # Errors
/// The database cannot be read.
pub fn fits(store: &Store, stamp: &str) -> Result<bool, StoreError> {
    Ok(stamp_of(store, "all")?.as_deref() == Some(stamp))
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

/// Works the facts out anew of those whose facts no longer fit. To be called inside a transaction.
///
/// # Errors
/// The database cannot be written, or a statement names a parameter nobody gives.
pub fn rebuild(
    store: &Store,
    settings: &FactSettings,
    windows: &Windows,
    products: &Products,
    stamp: &str,
) -> Result<(), StoreError> {
    write_windows(store, windows)?;
    let attributes = employee_attributes::refresh(store, settings)?;
    match touched::find(store, settings, products, windows, &attributes)? {
        Whose::Everybodys => fill_all(store, settings, products, &batches(store)?)?,
        Whose::Touched => fill(store, settings, products, Whose::Touched, &touched::batches(store)?)?,
    }
    touched::done(store)?;
    put_stamp(store, "all", stamp)
}

/// Fills the fact tables for everybody, those that go by employer one batch after the other.
fn fill_all(store: &Store, settings: &FactSettings, products: &Products, batches: &[Batch]) -> Result<(), StoreError> {
    for (table, _) in FIRST {
        work_out(store, settings, table, Whose::Everybodys, batches)?;
    }
    fill(store, settings, products, Whose::Everybodys, batches)
}

/// Fills the tables that rest on the first ones.
fn fill(
    store: &Store,
    settings: &FactSettings,
    products: &Products,
    whose: Whose,
    batches: &[Batch],
) -> Result<(), StoreError> {
    store.conn.execute_batch("DELETE FROM product_number;")?;
    for product in &products.0 {
        store.conn.execute("INSERT INTO product_number (product) VALUES (?1)", [product.number])?;
    }
    for (table, _) in TABLES {
        work_out(store, settings, table, whose, batches)?;
    }
    forget(store, "employer_products", whose)?;
    let lists = standing_at::lists(store)?;
    for batch in batches {
        employer_products::fill(store, settings, products, &lists, (batch.first, batch.last))?;
    }
    Ok(())
}

/// Fills one table: if it goes by employer for those in the batches, else wholly.
fn work_out(
    store: &Store,
    settings: &FactSettings,
    table: &str,
    whose: Whose,
    batches: &[Batch],
) -> Result<(), StoreError> {
    let Some((_, select)) = FIRST.iter().chain(TABLES).find(|(name, _)| *name == table) else { return Ok(()) };
    let select = with_latest_list(select);
    let columns = columns_of(store, &select)?;
    let mut statement = store.conn.prepare(&format!("INSERT INTO {table} ({columns}) {select}"))?;
    let by_employer = statement.parameter_index("$first_employer")?.is_some();
    // Of all batches first: somebody may have gone from one to the other.
    forget(store, table, if by_employer { whose } else { Whose::Everybodys })?;
    for batch in if by_employer { batches } else { &[Batch::ALL] } {
        bind(&mut statement, settings, *batch)?;
        statement.raw_execute()?;
    }
    Ok(())
}

/// Empties a table of those who are worked out anew.
fn forget(store: &Store, table: &str, whose: Whose) -> Result<(), StoreError> {
    let of_whom = match whose {
        Whose::Everybodys => "",
        Whose::Touched => " WHERE employer_id IN (SELECT employer_id FROM temp.touched)",
    };
    Ok(store.conn.execute_batch(&format!("DELETE FROM {table}{of_whom};"))?)
}

/// Employers worked out together, by their numbers, both included. Sorting and grouping happen in memory, for what
/// SQLite lays aside in files would lie there unencrypted: a whole branch at once would not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Batch {
    first: i64,
    last: i64,
}

impl Batch {
    const ALL: Batch = Batch { first: i64::MIN, last: i64::MAX };
}

/// People and payees of a batch, unless one employer alone has more.
const BATCH_PEOPLE: i64 = 20_000;

/// All employers, in batches.
fn batches(store: &Store) -> Result<Vec<Batch>, StoreError> {
    Ok(batched(&all_employers(store)?))
}

/// All employers with the number of their people and payees, by their numbers.
fn all_employers(store: &Store) -> Result<Vec<(i64, i64)>, StoreError> {
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
fn batched(employers: &[(i64, i64)]) -> Vec<Batch> {
    batched_up_to(employers, BATCH_PEOPLE)
}

/// Neighbours put together up to `most` people.
fn batched_up_to(employers: &[(i64, i64)], most: i64) -> Vec<Batch> {
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
fn columns_of(store: &Store, select: &str) -> Result<String, StoreError> {
    Ok(store.conn.prepare(select)?.column_names().collect::<Vec<_>>().join(", "))
}

fn write_windows(store: &Store, windows: &Windows) -> Result<(), StoreError> {
    store.conn.execute_batch("DELETE FROM pay_period; DELETE FROM pay_window;")?;
    let mut statement = store
        .conn
        .prepare("INSERT INTO pay_period (employer_id, months_back, first_day, last_day) VALUES (?1, ?2, ?3, ?4)")?;
    for p in &windows.pay_periods {
        statement.execute(params![p.employer_id.0, p.months_back, p.first_day, p.last_day])?;
    }
    let mut statement = store.conn.prepare(
        "INSERT INTO pay_window (employer_id, slot, payday, first_day, window_end, before_as_of, after_as_of, basis, approximate)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for w in &windows.pay {
        statement.execute(params![
            w.employer_id.0,
            w.slot,
            w.payday,
            w.first_day(),
            w.window_end,
            w.before_as_of,
            w.after_as_of,
            w.basis,
            w.approximate
        ])?;
    }
    write_change_windows(store, &windows.change)
}

fn write_change_windows(store: &Store, windows: &[ChangeWindow]) -> Result<(), StoreError> {
    store.conn.execute_batch("DELETE FROM change_window;")?;
    let mut statement =
        store.conn.prepare("INSERT INTO change_window (employer_id, from_as_of, to_as_of) VALUES (?1, ?2, ?3)")?;
    for w in windows {
        statement.execute(params![w.employer_id.0, w.from, w.to])?;
    }
    Ok(())
}

/// Binds every named parameter a statement has; an unknown one is a fault, for SQLite would read it as NULL.
fn bind(statement: &mut Statement, settings: &FactSettings, batch: Batch) -> Result<(), StoreError> {
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
