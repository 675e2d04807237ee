//! What an employee can hold (`products.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::product::{Product, ProductFamily};
use crate::model::{ProductSet, Products};

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

    /// Products of `missing`, stickiest first.
    pub fn stickiest_first(&self, missing: ProductSet) -> Vec<&str> {
        let mut list: Vec<(&i64, &str)> = self
            .products
            .iter()
            .filter(|(_, p)| missing.has(p.number))
            .filter_map(|(k, p)| p.stickiness.as_ref().map(|s| (s, k.as_str())))
            .collect();
        list.sort_unstable();
        list.into_iter().map(|(_, k)| k).collect()
    }
}
