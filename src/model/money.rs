//! Money in whole fen, shares of credit in basis points, ranking points in thousandths.

use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use serde::{Deserialize, Serialize};

/// An amount of money in fen (1 yuan = 100 fen).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    pub const ZERO: Fen = Fen(0);

    /// Whole yuan as fen.
    pub const fn yuan(yuan: i64) -> Fen {
        Fen(yuan * 100)
    }

    /// This amount over another as a share; `None` when the other is zero.
    pub fn share_of(self, whole: Fen) -> Option<f64> {
        (whole.0 != 0).then(|| self.0 as f64 / whole.0 as f64)
    }

    /// The amount divided among `n`, rounded half to even; `None` for nobody.
    pub fn per_head(self, n: i64) -> Option<Fen> {
        (n > 0).then(|| Fen(round_half_even(self.0 as f64 / n as f64)))
    }

    /// Yuan, for a spreadsheet cell.
    pub fn as_yuan(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl Add for Fen {
    type Output = Fen;
    /// Panics on overflow in every build: a wrong total is worse than none.
    fn add(self, other: Fen) -> Fen {
        Fen(self.0.checked_add(other.0).expect("sum of money exceeds the range of fen"))
    }
}

impl Sub for Fen {
    type Output = Fen;
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0.checked_sub(other.0).expect("difference of money exceeds the range of fen"))
    }
}

impl Neg for Fen {
    type Output = Fen;
    fn neg(self) -> Fen {
        Fen(-self.0)
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(iter: I) -> Fen {
        iter.fold(Fen::ZERO, Add::add)
    }
}

/// Rounds half to even, as shown figures are (DOMAIN: formulas).
pub fn round_half_even(value: f64) -> i64 {
    value.round_ties_even() as i64
}

/// A share in ten-thousandths; credit for one employee always sums to [`BasisPoints::WHOLE`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BasisPoints(pub i64);

impl BasisPoints {
    pub const WHOLE: BasisPoints = BasisPoints(10_000);
}

/// Ranking points in thousandths, so that the points of the reasons add up to the score exactly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(pub i64);

impl Points {
    /// Points as shown: 12.345.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Points>>(iter: I) -> Points {
        Points(iter.map(|p| p.0).sum())
    }
}

/// Cuts `whole` among `weights` so that the parts sum to the whole exactly (largest remainder, ties to the first).
pub fn split_exactly(whole: i64, weights: &[i64]) -> Vec<i64> {
    let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if total == 0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<i128> = weights.iter().map(|w| i128::from(whole) * i128::from(*w)).collect();
    let mut parts: Vec<i64> = exact.iter().map(|e| e.div_euclid(total) as i64).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(exact[*i].rem_euclid(total)), *i));
    let rest = whole - parts.iter().sum::<i64>();
    for i in order.into_iter().take(rest.max(0) as usize) {
        parts[i] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn heads_share_money_half_to_even() {
        assert_eq!(Fen(5).per_head(2), Some(Fen(2)));
        assert_eq!(Fen(7).per_head(2), Some(Fen(4)));
        assert_eq!(Fen(7).per_head(0), None);
        assert_eq!(Fen(1).share_of(Fen::ZERO), None);
    }

    #[test]
    fn credit_of_three_owners() {
        assert_eq!(split_exactly(10_000, &[1, 1, 1]), vec![3334, 3333, 3333]);
        assert_eq!(split_exactly(10_000, &[70, 30]), vec![7000, 3000]);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(whole in 0i64..1_000_000_000, weights in prop::collection::vec(0i64..1000, 1..8)) {
            prop_assume!(weights.iter().sum::<i64>() > 0);
            let parts = split_exactly(whole, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), whole);
            prop_assert!(parts.iter().all(|p| *p >= 0));
        }
    }
}
