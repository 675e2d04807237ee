//! Two products beside each other (产品对比): what each earns over all the time the money is tied. Points and gifts stand on
//! lines of their own and never count towards the rate.

pub mod fault;
pub mod file;
pub mod sayings;

use std::cmp::Ordering;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::pack::compare::fault::Fault;
use crate::model::Fen;
use crate::model::days::period::days_after;
use crate::model::days::workdays::Workdays;
use crate::model::money::{RATE_PLACES, as_shown};

/// Days of a year by which interest is worked out.
const YEAR: i128 = 365;

/// A yearly rate in billionths: whole, so that interest is rounded once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(i64);

impl Rate {
    const UNIT: i64 = 1_000_000_000;

    /// From a share of 1: 0.042 is 4.2 %.
    pub fn of(share: f64) -> Rate {
        Rate((share * Rate::UNIT as f64).round() as i64)
    }

    /// As a share of 1.
    pub fn share(self) -> f64 {
        self.0 as f64 / Rate::UNIT as f64
    }
}

/// Idle time before or behind the term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lag {
    /// Calendar days.
    Days(i64),
    /// Days on which banks work; `line` of the file says where they are written.
    Workdays { days: i64, line: usize },
}

/// What is compared: one amount, given on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    pub amount: Fen,
    /// The day the money is given.
    pub from: NaiveDate,
    pub own: Product,
    pub other: Product,
    pub notes: Option<String>,
}

/// A product as its papers describe it.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    pub name: String,
    pub rate: Rate,
    /// Calendar days that bear interest.
    pub days: i64,
    /// Until interest begins.
    pub value_lag: Lag,
    /// From the end of the term until the money is back.
    pub return_lag: Lag,
    /// What the points that come with it are worth.
    pub points: Option<Fen>,
    pub gifts: Vec<String>,
    pub notes: Option<String>,
}

/// A product worked out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    pub name: String,
    /// As its papers say it, a share of 1 a year.
    pub rate: f64,
    /// Interest over all the time the money is tied, a share of 1 a year.
    pub effective_rate: f64,
    pub interest_fen: Fen,
    /// Calendar days that bear interest.
    pub days: i64,
    pub value_lag_days: i64,
    pub return_lag_days: i64,
    /// Days without interest: both lags.
    pub idle_days: i64,
    /// All days until the money is back.
    pub tied_days: i64,
    pub value_date: NaiveDate,
    pub end_date: NaiveDate,
    pub return_date: NaiveDate,
    pub points_fen: Option<Fen>,
    pub gifts: Vec<String>,
    pub notes: Option<String>,
}

/// Which product has the higher effective rate, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leader {
    Own,
    Other,
    Neither,
}

/// Both products and what follows from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub amount: Fen,
    pub from: NaiveDate,
    pub notes: Option<String>,
    pub own: Side,
    pub other: Side,
    /// Interest of the own product less that of the other.
    pub difference: Fen,
    /// Days without interest with which the other's effective rate falls to that of the own product. `None` where it is no
    /// higher even without such a day.
    pub break_even_idle_days: Option<f64>,
    pub leader: Leader,
}

/// Works out both products.
///
/// # Errors
/// A lag in working days that reaches into a year without a notice.
pub fn compare(terms: &Terms, workdays: &Workdays) -> Result<Comparison, Fault> {
    let own = side(terms, &terms.own, workdays)?;
    let other = side(terms, &terms.other, workdays)?;
    let percent = |side: &Side| as_shown(side.effective_rate * 100.0, RATE_PLACES);
    let leader = match percent(&own).total_cmp(&percent(&other)) {
        Ordering::Less => Leader::Other,
        Ordering::Equal => Leader::Neither,
        Ordering::Greater => Leader::Own,
    };
    Ok(Comparison {
        amount: terms.amount,
        from: terms.from,
        notes: terms.notes.clone(),
        difference: own.interest_fen - other.interest_fen,
        break_even_idle_days: break_even(&terms.own, own.tied_days, &terms.other),
        leader,
        own,
        other,
    })
}

fn side(terms: &Terms, product: &Product, workdays: &Workdays) -> Result<Side, Fault> {
    let value_lag_days = lag_days(product.value_lag, terms.from, workdays)?;
    let value_date = days_after(terms.from, value_lag_days);
    let end_date = days_after(value_date, product.days);
    let return_lag_days = lag_days(product.return_lag, end_date, workdays)?;
    let idle_days = value_lag_days + return_lag_days;
    let tied_days = product.days + idle_days;
    // Whole numbers until the last division: it cannot come out above the nominal rate.
    let earned = product.rate.0 as f64 * product.days as f64;
    Ok(Side {
        name: product.name.clone(),
        rate: product.rate.share(),
        effective_rate: earned / (tied_days as f64 * Rate::UNIT as f64),
        interest_fen: interest(terms.amount, product),
        days: product.days,
        value_lag_days,
        return_lag_days,
        idle_days,
        tied_days,
        value_date,
        end_date,
        return_date: days_after(end_date, return_lag_days),
        points_fen: product.points,
        gifts: product.gifts.clone(),
        notes: product.notes.clone(),
    })
}

/// Calendar days a lag takes from a day on.
fn lag_days(lag: Lag, from: NaiveDate, workdays: &Workdays) -> Result<i64, Fault> {
    match lag {
        Lag::Days(days) => Ok(days),
        Lag::Workdays { days, line } => match workdays.add(from, days) {
            Some(end) => Ok((end - from).num_days()),
            None => Err(Fault::Calendar { line, from, last: workdays.years().max().unwrap_or_default() }),
        },
    }
}

/// amount × rate × days ÷ 365, half to even.
fn interest(amount: Fen, product: &Product) -> Fen {
    let earned = i128::from(amount.0) * i128::from(product.rate.0) * i128::from(product.days);
    let parts = YEAR * i128::from(Rate::UNIT);
    let (whole, rest) = (earned.div_euclid(parts), earned.rem_euclid(parts));
    let up = rest * 2 > parts || (rest * 2 == parts && whole % 2 != 0);
    Fen((whole + i128::from(up)) as i64)
}

/// The idle days of `other` with which rate × days ÷ (days + idle) is that of `own`, which is tied for `own_tied` days.
fn break_even(own: &Product, own_tied: i64, other: &Product) -> Option<f64> {
    let own_earns = i128::from(own.rate.0) * i128::from(own.days);
    let lead = i128::from(other.rate.0) * i128::from(own_tied) - own_earns;
    (lead > 0).then(|| (i128::from(other.days) * lead) as f64 / own_earns as f64)
}

#[cfg(test)]
mod tests;
