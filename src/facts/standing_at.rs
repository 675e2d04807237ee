//! Where employers stood on a day.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Row, named_params, params};

use crate::facts::settings::Batch;
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
    /// Of an employer of whose list nobody has been counted yet.
    pub(super) fn nobody(employer_id: EmployerId, as_of: NaiveDate) -> StandingAt {
        StandingAt {
            employer_id,
            as_of,
            headcount: 0,
            aum: None,
            aum_month_avg: None,
            products_total: 0,
            products_proper: 0,
            three_plus: 0,
            three_plus_no_channels: 0,
            three_plus_proper: 0,
        }
    }

    /// Counts somebody with so many products, among them channels and cards; `many` is from how many on they are many.
    pub(super) fn add(&mut self, many: i64, products: i64, channels: i64, cards: i64) {
        self.headcount += 1;
        self.products_total += products;
        self.products_proper += products - channels - cards;
        self.three_plus += i64::from(products >= many);
        self.three_plus_no_channels += i64::from(products - channels >= many);
        self.three_plus_proper += i64::from(products - channels - cards >= many);
    }

    /// The AUM of this basis.
    pub fn aum_of(&self, basis: AumBasis) -> Option<Fen> {
        match basis {
            AumBasis::Balance => self.aum,
            AumBasis::MonthAverage => self.aum_month_avg,
        }
    }
}

/// The lists in force of each employer and day, by their numbers.
pub(super) type Lists = BTreeMap<(EmployerId, NaiveDate), String>;

/// The lists of holdings in force.
pub(super) fn lists(store: &Store) -> Result<Lists, StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT employer_id, as_of, part_id FROM current_part WHERE kind = 'holdings' ORDER BY employer_id, as_of, part_id",
    )?;
    let mut lists = Lists::new();
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let parts = lists.entry((EmployerId(r.get(0)?), r.get(1)?)).or_default();
        write!(parts, "{} ", r.get::<_, i64>(2)?).ok();
    }
    Ok(lists)
}

/// Keeps where an employer stood in these lists: the next report compares with it, and need not sum the lists up again.
pub(super) fn keep(store: &Store, many: i64, lists: &Lists, standing: &StandingAt) -> Result<(), StoreError> {
    let Some(lists) = lists.get(&(standing.employer_id, standing.as_of)) else { return Ok(()) };
    let put = "INSERT OR REPLACE INTO employer_standing (employer_id, as_of, headcount, aum_fen, aum_month_avg_fen,
                 products_total, three_plus, three_plus_no_channels, products_proper, three_plus_proper, lists, many)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    store.conn.prepare_cached(put)?.execute(params![
        standing.employer_id.0,
        standing.as_of,
        standing.headcount,
        standing.aum.map(|f| f.0),
        standing.aum_month_avg.map(|f| f.0),
        standing.products_total,
        standing.three_plus,
        standing.three_plus_no_channels,
        standing.products_proper,
        standing.three_plus_proper,
        lists,
        many
    ])?;
    Ok(())
}

/// Where employers stood, as far as it was kept of lists that are still in force.
fn kept(store: &Store, many: i64) -> Result<Known, StoreError> {
    let lists = lists(store)?;
    let mut statement = store.conn.prepare_cached(
        "SELECT employer_id, as_of, headcount, aum_fen, aum_month_avg_fen, products_total, three_plus,
           three_plus_no_channels, products_proper, three_plus_proper, lists
         FROM employer_standing WHERE many = ?1",
    )?;
    let rows = statement.query_map([many], |r| Ok((read(r)?, r.get::<_, String>(10)?)))?;
    let mut known = Known::new();
    for row in rows {
        let (standing, of) = row?;
        let list = (standing.employer_id, standing.as_of);
        if lists.get(&list) == Some(&of) {
            known.insert(list, Some(standing));
        }
    }
    Ok(known)
}

/// By employer and day; `None`: nobody is on the list.
type Known = BTreeMap<(EmployerId, NaiveDate), Option<StandingAt>>;

/// Where employers stood on several days: a list that several days look at is summed up once.
#[derive(Debug)]
pub struct Standings<'s> {
    store: &'s Store,
    sql: String,
    many: i64,
    known: RefCell<Known>,
}

impl<'s> Standings<'s> {
    /// From `many` products on a person counts in `three_plus`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn new(store: &'s Store, products: &Products, many: i64) -> Result<Standings<'s>, StoreError> {
        Ok(Standings { known: RefCell::new(kept(store, many)?), ..Standings::unkept(store, products, many) })
    }

    /// Sums every list up itself.
    pub(super) fn unkept(store: &'s Store, products: &Products, many: i64) -> Standings<'s> {
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
