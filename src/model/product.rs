//! What an employee can hold: products, and the amounts a list tells of them. Numbers of products are append-only: they
//! are bits in stored sets.

use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

use crate::model::money::Fen;

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
        self.keys_of(set).into_iter().map(str::to_string).collect()
    }

    /// [`Products::keys`] without copies.
    pub fn keys_of(&self, set: ProductSet) -> Vec<&str> {
        if set == ProductSet::EMPTY {
            return Vec::new();
        }
        self.0.iter().filter(|p| set.has(p.number)).map(|p| p.key.as_str()).collect()
    }

    pub fn family(&self, family: ProductFamily) -> ProductSet {
        self.0.iter().filter(|p| p.family == family).fold(ProductSet::EMPTY, |s, p| s.with(p.number))
    }
}

macro_rules! amounts {
    ($($name:ident = $key:literal),+ $(,)?) => {
        /// One of the amounts of a person's holdings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Amount { $($name),+ }

        impl Amount {
            /// All of them, in the order of their columns.
            pub const ALL: [Amount; Amount::COUNT] = [$(Amount::$name),+];
            /// How many there are.
            pub const COUNT: usize = [$($key),+].len();

            /// Stable key, as in `columns.toml` and `products.toml`.
            pub const fn key(self) -> &'static str {
                match self { $(Amount::$name => $key),+ }
            }
        }
    };
}

amounts! {
    Aum = "aum",
    AumMonthAvg = "aum_month_avg",
    Demand = "demand",
    Term = "term",
    LargeCd = "large_cd",
    Wealth = "wealth",
    CashManagement = "cash_management",
    Fund = "fund",
    Insurance = "insurance",
    Metal = "metal",
    Bond = "bond",
    Trust = "trust",
    Mortgage = "mortgage",
    ConsumerLoan = "consumer_loan",
    CarLoan = "car_loan",
}

impl Amount {
    /// The amount of a key; `None` for a product that a workspace adds.
    pub fn from_key(key: &str) -> Option<Amount> {
        Amount::ALL.into_iter().find(|a| a.key() == key)
    }
}

/// The amounts of one person, in fen.
/// `None` = the column is absent (unknown); an empty cell is `Some(0)` (not held).
#[derive(Debug, Clone, Copy, Default, PartialEq, Hash)]
pub struct Amounts([Option<Fen>; Amount::COUNT]);

impl Amounts {
    /// Asks for each amount, in order.
    pub fn of(amount: impl FnMut(Amount) -> Option<Fen>) -> Amounts {
        Amounts(Amount::ALL.map(amount))
    }

    /// Those that are known, in order.
    pub fn known(&self) -> impl Iterator<Item = (Amount, Fen)> {
        Amount::ALL.into_iter().zip(self.0).filter_map(|(amount, fen)| Some((amount, fen?)))
    }
}

impl Index<Amount> for Amounts {
    type Output = Option<Fen>;

    fn index(&self, amount: Amount) -> &Option<Fen> {
        &self.0[amount as usize]
    }
}

impl IndexMut<Amount> for Amounts {
    fn index_mut(&mut self, amount: Amount) -> &mut Option<Fen> {
        &mut self.0[amount as usize]
    }
}
