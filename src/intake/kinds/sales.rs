//! 产品购买明细: one row per purchase.

use crate::model::activity::{Mark, SaleRow};
use crate::rules::Rules;
use crate::rules::import::limits::PlainMarks;

use crate::intake::header::layout::{Layout, Slot};
use crate::intake::issue;
use crate::intake::kinds::builder::{Builder, keeps_rows};
use crate::intake::kinds::person_columns::{read_who, who_slots};
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::{Defaults, Outcome};
use crate::intake::value::Read;
use crate::intake::value::amount::ratio::Ratio;
use crate::intake::value::product::ProductWords;

slots!(Slots {
    customer_number,
    name,
    id_type,
    id_number,
    account,
    employer,
    product,
    product_kind,
    bought,
    amount,
    price,
    expected_yield,
    take_profit,
    stop_loss,
    due_date,
});

pub(crate) struct Sales {
    slots: Slots,
    defaults: Defaults,
    products: ProductWords,
    plain: PlainMarks,
    rows: Vec<SaleRow>,
}

impl Sales {
    pub fn new(layout: &Layout, rules: &Rules, defaults: Defaults) -> Self {
        Sales {
            slots: Slots::new(layout),
            defaults,
            products: ProductWords::new(rules, std::iter::empty()),
            plain: rules.limits.plain_marks,
            rows: Vec::new(),
        }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        let s = self.slots;
        let Some(product_name) = f.text(s.product) else {
            f.raise(issue::MISSING_VALUE, s.product);
            return Outcome::Refused;
        };
        let Some(bought_on) = f.required_date(s.bought).filter(|day| f.has_come(*day, s.bought)) else {
            return Outcome::Refused;
        };
        let amount = match f.payment(s.amount) {
            Read::Value(fen) if fen.0 == 0 => return Outcome::Skipped("zero_amount"),
            Read::Nothing => return Outcome::Skipped("zero_amount"),
            Read::Value(fen) => fen,
            Read::Bad => return Outcome::Refused,
        };
        let who = read_who(who_slots!(s), f, self.defaults.employer.as_ref());
        if !who.has_number() && who.name.is_none() {
            f.raise(issue::MISSING_VALUE, s.customer_number.or(s.account).or(s.id_number).or(s.name));
            return Outcome::Refused;
        }
        let kind = f.text(s.product_kind);
        let product =
            kind.as_deref().and_then(|k| self.products.product(k)).or_else(|| self.products.product(&product_name));
        let row = SaleRow {
            row: f.row.index,
            who,
            product: product.map(str::to_string),
            product_name,
            bought_on,
            amount,
            price_micro: f.ratio(s.price).map(|r| r.millionths),
            yield_ppm: self.yield_of(f),
            take_profit: self.mark(f, s.take_profit),
            stop_loss: self.mark(f, s.stop_loss),
            due_date: f.date(s.due_date),
        };
        self.rows.push(row);
        Outcome::Taken
    }

    fn yield_of(&self, f: &mut Fields<'_>) -> Option<i64> {
        let slot = self.slots.expected_yield;
        match f.ratio(slot)? {
            Ratio { millionths, percent: true } => Some(millionths),
            Ratio { millionths, .. } if share(millionths).abs() < self.plain.yield_share_below => Some(millionths),
            Ratio { millionths, .. } if share(millionths) >= self.plain.yield_percent_from => Some(millionths / 100),
            Ratio { .. } => {
                f.raise(issue::NOT_A_NUMBER, slot);
                None
            }
        }
    }

    /// `8%` is a share of gain or loss, `1.08` a net value. A cell formatted as a percentage holds 0.08.
    fn mark(&self, f: &mut Fields<'_>, slot: Option<Slot>) -> Option<Mark> {
        let is_share = |r: &Ratio| r.percent || share(r.millionths) < self.plain.price_from;
        f.ratio(slot).map(|r| if is_share(&r) { Mark::Share(r.millionths) } else { Mark::Price(r.millionths) })
    }
}

/// Millionths as a share (1 is 100 %).
fn share(millionths: i64) -> f64 {
    millionths as f64 / 1e6
}

impl Builder for Sales {
    keeps_rows!(Sales, defaults);
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = Slots::FIELDS;
