//! The facts that are kept as tables, and when they are worked out anew.

pub(super) mod employee_attributes;
mod employer_products;
pub(super) mod tables;
mod touched;

use crate::facts::settings::{FactSettings, batches, put_stamp, stamp_of};
use crate::facts::windows::{self, Windows};
use crate::model::Products;
use crate::store::{Store, StoreError};
use tables::{Whose, fill, fill_all};

/// Whether the kept facts fit `stamp`.
///
/// # Errors
/// The database cannot be read.
pub fn fits(store: &Store, stamp: &str) -> Result<bool, StoreError> {
    Ok(stamp_of(store, "all")?.as_deref() == Some(stamp))
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
    windows::write_windows(store, windows)?;
    let attributes = employee_attributes::refresh(store, settings)?;
    match touched::find(store, settings, products, windows, &attributes)? {
        Whose::Everybodys => fill_all(store, settings, products, &batches(store)?)?,
        Whose::Touched => fill(store, settings, products, Whose::Touched, &touched::batches(store)?)?,
    }
    touched::done(store)?;
    put_stamp(store, "all", stamp)
}
