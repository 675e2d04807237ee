//! Where employers stood on a day.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Row, named_params};

use crate::facts::Batch;
use crate::model::product::ProductFamily;
use crate::model::status::AumBasis;
use crate::model::{EmployerId, Fen, ProductSet, Products};
use crate::store::{Store, StoreError};

/// Sums of one employer in its latest snapshot up to a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingAt {
    pub employer_id: EmployerId,
    pub as_of: NaiveDate,
    pub headcount: i64,
    /// AUM余额; `None`: no sheet gives it.
    pub aum: Option<Fen>,
    /// AUM月日均; `None` when it is not given for everybody.
    pub aum_month_avg: Option<Fen>,
    /// Products of everybody together, channels and pay cards included.
    pub products_total: i64,
    /// The same without channels and pay cards.
    pub products_proper: i64,
    /// Heads with many (three or more) products: of all, without channels (the pay card is one), without channels and cards.
    pub three_plus: i64,
    pub three_plus_no_channels: i64,
    pub three_plus_proper: i64,
}

impl StandingAt {
    /// The AUM of this basis.
    pub fn aum_of(&self, basis: AumBasis) -> Option<Fen> {
        match basis {
            AumBasis::Balance => self.aum,
            AumBasis::MonthAverage => self.aum_month_avg,
        }
    }
}

/// Where employers stood on several days: a list that several days look at is summed up once.
#[derive(Debug)]
pub struct Standings<'s> {
    store: &'s Store,
    sql: String,
    many: i64,
    known: RefCell<BTreeMap<(EmployerId, NaiveDate), Option<StandingAt>>>,
}

impl<'s> Standings<'s> {
    /// From `many` products on a person counts in `three_plus`.
    pub fn new(store: &'s Store, products: &Products, many: i64) -> Standings<'s> {
        let sql = include_str!("standing_at.sql")
            .replace("{latest_list}", "SELECT $employer AS employer_id, $as_of AS as_of")
            .replace("{channels}", &count_of(products.family(ProductFamily::Channel)))
            .replace("{cards}", &count_of(products.family(ProductFamily::Card)));
        Standings { store, sql, many, known: RefCell::default() }
    }

    /// All employers with a snapshot between `oldest` and `as_of`, by id, in the latest one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn at(&self, as_of: NaiveDate, oldest: NaiveDate) -> Result<Vec<StandingAt>, StoreError> {
        let mut statement = self.store.conn.prepare_cached(include_str!("latest_list.sql"))?;
        let Batch { first, last } = Batch::ALL;
        let all = named_params! {"$first_employer": first, "$last_employer": last, "$as_of": as_of, "$oldest": oldest};
        let lists = statement.query_map(all, |r| Ok((EmployerId(r.get(0)?), r.get(1)?)))?;
        let mut lists: Vec<(EmployerId, NaiveDate)> = lists.collect::<Result<_, _>>()?;
        lists.sort_unstable();
        let standing = lists.into_iter().map(|list| self.of(list).transpose());
        standing.flatten().collect()
    }

    /// Sums of one list; `None`: nobody is on it.
    fn of(&self, list: (EmployerId, NaiveDate)) -> Result<Option<StandingAt>, StoreError> {
        if let Some(known) = self.known.borrow().get(&list) {
            return Ok(known.clone());
        }
        let asked = named_params! {"$employer": list.0.0, "$as_of": list.1, "$many": self.many};
        let read = self.store.conn.prepare_cached(&self.sql)?.query_row(asked, read).optional()?;
        self.known.borrow_mut().insert(list, read.clone());
        Ok(read)
    }
}

fn read(r: &Row<'_>) -> rusqlite::Result<StandingAt> {
    Ok(StandingAt {
        employer_id: EmployerId(r.get(0)?),
        as_of: r.get(1)?,
        headcount: r.get(2)?,
        aum: r.get::<_, Option<i64>>(3)?.map(Fen),
        aum_month_avg: r.get::<_, Option<i64>>(4)?.map(Fen),
        products_total: r.get(5)?,
        three_plus: r.get(6)?,
        three_plus_no_channels: r.get(7)?,
        products_proper: r.get(8)?,
        three_plus_proper: r.get(9)?,
    })
}

/// SQL that counts how many of `set` a person holds.
fn count_of(set: ProductSet) -> String {
    let bits: Vec<String> = set.numbers().map(|n| format!("((h.products >> {n}) & 1)")).collect();
    if bits.is_empty() { "0".into() } else { bits.join(" + ") }
}
