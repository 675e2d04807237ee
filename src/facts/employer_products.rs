//! Holders per product, beside the number of people whose sheet covers the product: sums over [`employee_facts`] in one
//! pass, for one row a person and product would be made of it in SQL, and sorted.
//!
//! [`employee_facts`]: crate::facts::employee_facts

use std::collections::BTreeMap;

use rusqlite::params;

use crate::model::{ProductSet, Products};
use crate::store::{Store, StoreError};

/// Highest number of a product, and one more.
const NUMBERS: usize = 63;

/// Holders and known people of each product.
type Sums = [[i64; 2]; NUMBERS];

/// Fills the table for employers from `first` to `last`.
pub(super) fn fill(store: &Store, products: &Products, (first, last): (i64, i64)) -> Result<(), StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT employer_id, products, covered FROM employee_facts WHERE employer_id BETWEEN ?1 AND ?2",
    )?;
    let mut sums: BTreeMap<i64, Sums> = BTreeMap::new();
    let mut rows = statement.query([first, last])?;
    while let Some(r) = rows.next()? {
        let sums = sums.entry(r.get(0)?).or_insert([[0; 2]; NUMBERS]);
        let (held, covered) = (ProductSet(r.get(1)?), ProductSet(r.get(2)?));
        for (at, set) in [held, covered].into_iter().enumerate() {
            set.numbers().for_each(|number| sums[usize::from(number)][at] += 1);
        }
    }
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO employer_products (employer_id, product, holders, known) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (employer, sums) in &sums {
        for product in &products.0 {
            let [holders, known] = sums[usize::from(product.number)];
            insert.execute(params![employer, product.number, holders, known])?;
        }
    }
    Ok(())
}
