//! What an employee can hold. Numbers are append-only: they are bits in stored sets.

use serde::{Deserialize, Serialize};

/// A set of product numbers (0–62) as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProductSet(pub i64);

impl ProductSet {
    pub const EMPTY: ProductSet = ProductSet(0);

    pub fn with(self, number: u8) -> ProductSet {
        ProductSet(self.0 | (1 << number))
    }

    pub fn has(self, number: u8) -> bool {
        self.0 & (1 << number) != 0
    }

    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    pub fn and(self, other: ProductSet) -> ProductSet {
        ProductSet(self.0 & other.0)
    }

    pub fn minus(self, other: ProductSet) -> ProductSet {
        ProductSet(self.0 & !other.0)
    }

    /// Numbers in ascending order.
    pub fn numbers(self) -> impl Iterator<Item = u8> {
        (0..63).filter(move |n| self.has(*n))
    }
}

/// The families a product belongs to; coverage counts all, 资产类产品数 only `Asset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductFamily {
    /// The pay card itself: product 1 of everyone (PRACTICE: ranking).
    Card,
    Channel,
    Asset,
    Loan,
}

/// One product as the rules describe it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Product {
    pub number: u8,
    /// Stable key in JSON and SQL, e.g. `fund_plan`.
    pub key: String,
    pub family: ProductFamily,
    /// Shown name per language, from `messages.toml` (`product.<key>`), unless the rules give one.
    pub name: Option<String>,
}

/// All products in number order.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Products(pub Vec<Product>);

impl Products {
    pub fn by_key(&self, key: &str) -> Option<&Product> {
        self.0.iter().find(|p| p.key == key)
    }

    pub fn keys(&self, set: ProductSet) -> Vec<String> {
        self.0.iter().filter(|p| set.has(p.number)).map(|p| p.key.clone()).collect()
    }

    pub fn family(&self, family: ProductFamily) -> ProductSet {
        self.0.iter().filter(|p| p.family == family).fold(ProductSet::EMPTY, |s, p| s.with(p.number))
    }
}
