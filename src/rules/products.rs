//! What an employee can hold (`products.toml`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::model::Products;
use crate::model::product::{Product, ProductFamily};

/// The product catalogue by key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductRules {
    pub products: BTreeMap<String, ProductRule>,
}

/// One product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductRule {
    /// Bit in stored sets, 0–62; never reused.
    pub number: u8,
    pub family: ProductFamily,
    /// The balance column that shows it: more than zero means held.
    pub amount: Option<String>,
    /// Lowest risk level of a person (1–5) it may be offered to; none for products without risk.
    pub risk: Option<i64>,
    /// First and last day on which it is offered; none: no bound.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    /// Smaller is stickier; orders what to offer first.
    pub stickiness: Option<i64>,
    /// Name to show, for products a workspace adds; shipped ones have theirs in `messages`.
    pub name: Option<String>,
    pub source: String,
}

impl ProductRules {
    /// All products in number order.
    pub fn catalogue(&self) -> Products {
        let mut list: Vec<Product> = self
            .products
            .iter()
            .map(|(key, p)| Product { number: p.number, key: key.clone(), family: p.family, name: p.name.clone() })
            .collect();
        list.sort_by_key(|p| p.number);
        Products(list)
    }

    /// The product whose balance column is `amount` (`term`, `fund` …).
    pub fn shown_by_amount(&self, amount: &str) -> Option<u8> {
        self.products.values().find(|p| p.amount.as_deref() == Some(amount)).map(|p| p.number)
    }
}
