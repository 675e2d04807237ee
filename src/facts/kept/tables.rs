//! The tables of facts, each filled by its statement.

use crate::facts::kept::employer_products;
use crate::facts::settings::{Batch, FactSettings, bind, columns_of, with_latest_list};
use crate::facts::standing_at;
use crate::model::Products;
use crate::store::{Store, StoreError};

/// Whose facts are worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::facts) enum Whose {
    Everybodys,
    /// Of the employers in `temp.touched`.
    Touched,
}

/// What the others rest on: by these employers hang together.
pub(in crate::facts) const FIRST: &[(&str, &str)] = &[
    ("several_payee", include_str!("../pay/several_payee.sql")),
    ("next_due", include_str!("../employee/next_due.sql")),
];

/// In the order in which each rests on those before it.
pub(in crate::facts) const TABLES: &[(&str, &str)] = &[
    ("employee_pay", include_str!("../pay/employee_pay.sql")),
    ("several_pay", include_str!("../pay/several_pay.sql")),
    ("several_window", include_str!("../pay/several_window.sql")),
    ("several_balance", include_str!("../pay/several_balance.sql")),
    ("payday_retention", include_str!("../pay/payday_retention.sql")),
    ("payday_outflow", include_str!("../pay/payday_outflow.sql")),
    ("employee_facts", include_str!("../employee/employee_facts.sql")),
    ("employer_facts", include_str!("../employer_facts.sql")),
    ("employer_pay", include_str!("../pay/employer_pay.sql")),
    ("holding_change", include_str!("../employee/holding_change.sql")),
];

/// Fills the fact tables for everybody, those that go by employer one batch after the other.
pub(in crate::facts) fn fill_all(
    store: &Store,
    settings: &FactSettings,
    products: &Products,
    batches: &[Batch],
) -> Result<(), StoreError> {
    for (table, _) in FIRST {
        work_out(store, settings, table, Whose::Everybodys, batches)?;
    }
    fill(store, settings, products, Whose::Everybodys, batches)
}

/// Fills the tables that rest on the first ones.
pub(in crate::facts) fn fill(
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
pub(in crate::facts) fn work_out(
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
pub(in crate::facts) fn forget(store: &Store, table: &str, whose: Whose) -> Result<(), StoreError> {
    let of_whom = match whose {
        Whose::Everybodys => "",
        Whose::Touched => " WHERE employer_id IN (SELECT employer_id FROM temp.touched)",
    };
    Ok(store.conn.execute_batch(&format!("DELETE FROM {table}{of_whom};"))?)
}
