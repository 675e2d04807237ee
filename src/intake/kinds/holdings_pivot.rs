//! Long holdings: a row per person and product is turned into a row per person and date.
//!
//! A product that occurs anywhere in the sheet is covered by it: who has no row of it does not hold it. Balances of one
//! product are summed. AUM is the sheet's own column, or the sum where the sheet lists everything; else it is unknown.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::product::Amount;
use crate::model::rows::HoldingRow;
use crate::model::{Fen, ProductSet};
use crate::rules::Rules;

use crate::intake::header::layout::{AumSource, Layout, Slot};
use crate::intake::header::shared_fields::PRODUCT;
use crate::intake::issue;
use crate::intake::kinds::dues::next_of;
use crate::intake::rows::fields::Fields;
use crate::intake::rows::outcome::Outcome;
use crate::intake::value::product::{Named, ProductWords};

/// Characters of an unknown word that are shown.
const SHOWN: usize = 24;

pub(crate) struct Long {
    product: Slot,
    /// Further columns that name the product, asked where the first says nothing that is known.
    further: Vec<Slot>,
    balance: Option<Slot>,
    words: ProductWords,
    separators: Vec<String>,
    has_aum: bool,
    aum: AumSource,
    aum_needs: Vec<Amount>,
    aum_parts: Vec<Amount>,
    listed: usize,
    rows: Vec<HoldingRow>,
    by_key: HashMap<String, usize>,
    /// People of whom a row could not be read: without it they would seem not to hold something.
    spoilt: HashSet<String>,
    /// People of whom a row does not tell its product, by position in `rows`.
    untold: HashSet<usize>,
    /// Amounts that are unknown, by position in `rows`.
    without: HashSet<(usize, Amount)>,
    amounts: BTreeSet<Amount>,
    products: ProductSet,
    /// Words nobody knows, in order of appearance.
    unknown: Vec<String>,
    unknown_balance: bool,
}

/// What a long sheet came to.
pub(crate) struct Pivoted {
    pub rows: Vec<HoldingRow>,
    /// Rows (0-based) of people left out because one of their rows could not be read.
    pub dropped: Vec<u32>,
    pub products: ProductSet,
    pub unknown: Vec<String>,
}

impl Long {
    /// For a layout with a column of products.
    pub fn new(product: Option<Slot>, balance: Option<Slot>, layout: &Layout, rules: &Rules) -> Option<Long> {
        let product = product?;
        let amounts = |list: &[String]| list.iter().filter_map(|f| Amount::from_key(f)).collect();
        let long = &rules.recognise.long;
        Some(Long {
            product,
            further: layout.further_of(PRODUCT).collect(),
            balance,
            words: ProductWords::new(rules, layout.products.iter()),
            separators: long.separators.clone(),
            has_aum: layout.slot("aum").is_some(),
            aum: layout.aum,
            aum_needs: amounts(&long.aum_needs),
            aum_parts: amounts(&long.aum_parts),
            listed: rules.recognise.unknown_words,
            rows: Vec::new(),
            by_key: HashMap::new(),
            spoilt: HashSet::new(),
            untold: HashSet::new(),
            without: HashSet::new(),
            amounts: BTreeSet::new(),
            products: ProductSet::EMPTY,
            unknown: Vec::new(),
            unknown_balance: false,
        })
    }

    /// Products named so far, and words for products that nobody knows.
    pub fn told(self) -> (ProductSet, Vec<String>) {
        (self.products, self.unknown)
    }

    /// Takes a row of the person and date `key` names; `row` has everything but the product.
    pub fn push(&mut self, key: String, row: HoldingRow, f: &mut Fields<'_>) -> Outcome {
        let words = self.texts(f);
        let unreadable = words.is_empty() && !self.slots().all(|slot| f.says_nothing(Some(slot)));
        if words.iter().any(|w| f.sheet.totals.is_label(w)) {
            return Outcome::Skipped("total");
        }
        let balance = self.balance.and_then(|slot| f.balance(Some(slot)));
        let named = self.known(words);
        let different: HashSet<_> = named.iter().filter_map(|(_, n)| n.as_ref()).collect();
        if balance.is_some() && different.len() > 1 {
            f.raise(issue::SEVERAL_PRODUCTS, Some(self.product));
            f.unreadable_balance = true;
        }
        if f.unreadable_balance {
            self.spoilt.insert(key);
            return Outcome::Refused;
        }
        let at = match self.by_key.get(&key) {
            Some(at) => {
                complete(&mut self.rows[*at], row);
                *at
            }
            None => {
                self.by_key.insert(key, self.rows.len());
                self.rows.push(row);
                self.rows.len() - 1
            }
        };
        if unreadable {
            self.untold.insert(at);
        }
        for (word, named) in named {
            match named {
                Some(named) => self.hold(at, &named, balance),
                None => {
                    self.unknown_balance |= balance.is_some_and(|b| b != Fen::ZERO);
                    self.note_unknown(&word);
                }
            }
        }
        Outcome::Taken
    }

    /// Products a row names beside columns of their own, where it is a row of a person.
    pub fn listed(&mut self, f: &mut Fields<'_>) -> ProductSet {
        let words = self.texts(f);
        let balance = self.balance.and_then(|slot| f.balance(Some(slot)));
        let mut held = ProductSet::EMPTY;
        for (word, named) in self.known(words) {
            match named {
                Some(named) => held = named.product.into_iter().fold(held, ProductSet::with),
                None => self.note_unknown(&word),
            }
        }
        self.products = held.numbers().fold(self.products, ProductSet::with);
        if balance.is_none_or(|b| b > Fen::ZERO) { held } else { ProductSet::EMPTY }
    }

    /// What the columns of products say.
    fn texts(&self, f: &mut Fields<'_>) -> Vec<String> {
        self.slots().filter_map(|slot| f.text(Some(slot))).collect()
    }

    fn slots(&self) -> impl Iterator<Item = Slot> + use<'_> {
        std::iter::once(self.product).chain(self.further.iter().copied())
    }

    /// What the first column names that says something known, else the last.
    fn known(&self, words: Vec<String>) -> Vec<(String, Option<Named>)> {
        let mut last = Vec::new();
        for word in words {
            last = self.named(word);
            if last.iter().any(|(_, named)| named.is_some()) {
                break;
            }
        }
        last
    }

    fn note_unknown(&mut self, word: &str) {
        let word: String = word.chars().take(SHOWN).collect();
        if !self.unknown.contains(&word) && self.unknown.len() <= self.listed {
            self.unknown.push(word);
        }
    }

    /// What a cell names. Beside a balance, pieces nobody knows are parts of one name.
    fn named(&self, text: String) -> Vec<(String, Option<Named>)> {
        if !self.separators.iter().any(|s| text.contains(s.as_str())) {
            let named = self.words.named(&text);
            return vec![(text, named)];
        }
        let whole = self.words.exactly(&text);
        if whole.is_some() {
            return vec![(text, whole)];
        }
        let mut pieces = vec![text.clone()];
        for separator in &self.separators {
            pieces = pieces.iter().flat_map(|p| p.split(separator.as_str())).map(|p| p.trim().to_string()).collect();
        }
        pieces.retain(|p| !p.is_empty());
        let pieces: Vec<_> = pieces.into_iter().map(|p| (self.words.named(&p), p)).map(|(n, p)| (p, n)).collect();
        let different: HashSet<_> = pieces.iter().filter_map(|(_, n)| n.as_ref()).collect();
        if self.balance.is_some() && different.len() < 2 {
            let named = self.words.named(&text);
            return vec![(text, named)];
        }
        pieces
    }

    fn hold(&mut self, at: usize, named: &Named, balance: Option<Fen>) {
        let row = &mut self.rows[at];
        let field = named.amount.as_deref();
        let held = match (field, balance) {
            (Some(field), Some(balance)) => {
                if let Some(amount) = Amount::from_key(field) {
                    self.amounts.insert(amount);
                    let sum = &mut row.amounts[amount];
                    *sum = Some(sum.unwrap_or_default() + balance);
                } else if let Some(number) = named.product {
                    match row.further.iter_mut().find(|(n, _)| *n == number) {
                        Some((_, sum)) => *sum = *sum + balance,
                        None => row.further.push((number, balance)),
                    }
                }
                balance > Fen::ZERO
            }
            (Some(field), None) if self.balance.is_some() => {
                self.without.extend(Amount::from_key(field).map(|amount| (at, amount)));
                true
            }
            // Without a balance the row itself says that it is held.
            _ => true,
        };
        if let Some(number) = named.product {
            self.products = self.products.with(number);
            if held {
                row.products = row.products.with(number);
            }
        }
    }

    /// Fills in what is not held, sums AUM where that is allowed, leaves out people with an unreadable row.
    pub fn finish(mut self) -> Pivoted {
        let summed = !self.has_aum
            && self.balance.is_some()
            && match self.aum {
                AumSource::Sum => true,
                AumSource::Auto => !self.unknown_balance && self.aum_needs.iter().all(|n| self.amounts.contains(n)),
            };
        for (at, row) in self.rows.iter_mut().enumerate() {
            if self.untold.contains(&at) {
                row.untold = self.products.minus(row.products);
            }
            for amount in &self.amounts {
                let balance = &mut row.amounts[*amount];
                *balance = Some(balance.unwrap_or_default()).filter(|_| !self.without.contains(&(at, *amount)));
            }
            // Nor is a sum known of which a part is not.
            if summed && !self.aum_parts.iter().any(|a| self.without.contains(&(at, *a))) {
                let parts = self.aum_parts.iter().filter_map(|a| row.amounts[*a]);
                row.amounts[Amount::Aum] = Some(parts.sum());
            }
        }
        let spoilt: HashSet<usize> = self.spoilt.iter().filter_map(|k| self.by_key.get(k)).copied().collect();
        let mut dropped: Vec<u32> = spoilt.iter().map(|i| self.rows[*i].row).collect();
        dropped.sort_unstable();
        let rows = self.rows.into_iter().enumerate().filter(|(i, _)| !spoilt.contains(i)).map(|(_, r)| r).collect();
        Pivoted { rows, dropped, products: self.products, unknown: self.unknown }
    }
}

/// Takes over what a further row of the same person says and the first did not.
fn complete(row: &mut HoldingRow, more: HoldingRow) {
    let due = |r: &HoldingRow| Some((r.due_date?, r.due_amount));
    // Where the rows of one person say the same, they speak of the same.
    let next = match (due(row), due(&more)) {
        (Some(one), Some(other)) if one != other => Some(next_of(one, other, row.as_of)),
        (one, other) => one.or(other),
    };
    (row.due_date, row.due_amount) = (next.map(|d| d.0), next.and_then(|d| d.1));
    macro_rules! fill {
        ($($field:ident),+ $(,)?) => { $( if row.$field.is_none() { row.$field = more.$field; } )+ };
    }
    fill!(
        customer_number,
        name,
        id_number,
        phone,
        account,
        employer,
        outlet,
        rm,
        level,
        grade,
        account_class,
        gender,
        birth,
        last_transaction,
        last_login,
        risk_level,
        risk_until,
        consent_sms,
        consent_phone,
        consent_wecom,
    );
    for amount in [Amount::Aum, Amount::AumMonthAvg] {
        row.amounts[amount] = row.amounts[amount].or(more.amounts[amount]);
    }
}
