//! Holders per product, beside the number of people whose sheet covers the product, and where each employer stands: sums
//! over [`employee_facts`] in one pass, for one row a person and product would be made of it in SQL, and sorted.
//!
//! [`employee_facts`]: crate::facts::employee::employee_facts

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::params;

use crate::facts::settings::FactSettings;
use crate::facts::standing_at::{Lists, StandingAt, keep};
use crate::model::product::ProductFamily;
use crate::model::{EmployerId, Fen, ProductSet, Products};
use crate::store::{Store, StoreError};

/// Highest number of a product, and one more.
const NUMBERS: usize = 63;

/// Sums over an employer's people.
struct Sums {
    /// Holders and known people of each product.
    products: [[i64; 2]; NUMBERS],
    standing: StandingAt,
    /// People whose AUM月日均 is known.
    averages: i64,
}

/// Fills the table for employers from `first` to `last`, and keeps where they stand in their latest lists.
pub(in crate::facts) fn fill(
    store: &Store,
    settings: &FactSettings,
    products: &Products,
    lists: &Lists,
    (first, last): (i64, i64),
) -> Result<(), StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT employer_id, products, covered, as_of, product_count, aum_fen, aum_month_avg_fen FROM employee_facts
         WHERE employer_id BETWEEN ?1 AND ?2",
    )?;
    let (channels, cards) = (products.family(ProductFamily::Channel), products.family(ProductFamily::Card));
    let mut all: BTreeMap<i64, Sums> = BTreeMap::new();
    let mut rows = statement.query([first, last])?;
    while let Some(r) = rows.next()? {
        let employer: i64 = r.get(0)?;
        let sums = match all.entry(employer) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                let day: NaiveDate = r.get(3)?;
                new.insert(Sums {
                    products: [[0; 2]; NUMBERS],
                    standing: StandingAt::nobody(EmployerId(employer), day),
                    averages: 0,
                })
            }
        };
        let (held, covered) = (ProductSet(r.get(1)?), ProductSet(r.get(2)?));
        for (at, set) in [held, covered].into_iter().enumerate() {
            set.numbers().for_each(|number| sums.products[usize::from(number)][at] += 1);
        }
        let aum = r.get::<_, Option<i64>>(5)?.map(Fen);
        let average = r.get::<_, Option<i64>>(6)?.map(Fen);
        let of = |set: ProductSet| i64::from((held.0 & set.0).count_ones());
        sums.standing.add(settings.many_products, r.get(4)?, of(channels), of(cards));
        sums.standing.aum = sums.standing.aum.map(|sum| sum + aum.unwrap_or_default()).or(aum);
        sums.standing.aum_month_avg =
            sums.standing.aum_month_avg.map(|sum| sum + average.unwrap_or_default()).or(average);
        sums.averages += i64::from(average.is_some());
    }
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO employer_products (employer_id, product, holders, known) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (employer, mut sums) in all {
        for product in &products.0 {
            let [holders, known] = sums.products[usize::from(product.number)];
            insert.execute(params![employer, product.number, holders, known])?;
        }
        sums.standing.aum_month_avg = sums.standing.aum_month_avg.filter(|_| sums.averages == sums.standing.headcount);
        keep(store, settings.many_products, lists, &sums.standing)?;
    }
    Ok(())
}
