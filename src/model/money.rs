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

/// Decimals a plain ratio is shown with: `0.70`.
pub const RATIO_PLACES: usize = 2;
/// Decimals a percentage is shown with: `31.2%`.
pub const PERCENT_PLACES: usize = 1;
/// Most decimals a yearly rate is shown with, in percent: `4.2075`.
pub const RATE_PLACES: usize = 4;

/// `value` as it reads when it is shown with so many decimals: two figures that look alike are not compared as if one
/// were lower.
pub fn as_shown(value: f64, places: usize) -> f64 {
    format!("{value:.places$}").parse().unwrap_or(value)
}

/// Ranking points in thousandths, so that the points of the reasons add up to the score exactly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(pub i64);

impl Points {
    /// The least that is shown: a tenth of a point.
    pub const LEAST_SHOWN: Points = Points(100);

    /// Whole tenths of a point as shown, half to even.
    pub fn tenths(self) -> i64 {
        let (whole, rest) = (self.0.div_euclid(100), self.0.rem_euclid(100));
        whole + i64::from(rest > 50 || (rest == 50 && whole % 2 != 0))
    }

    /// Tenths to show for the parts of a sum, so that they add up to the tenths of the sum (largest remainder, ties to
    /// the first); each is less than a tenth from its part.
    pub fn shown_parts(parts: &[Points]) -> Vec<i64> {
        let sum: Points = parts.iter().copied().sum();
        let mut tenths: Vec<i64> = parts.iter().map(|p| p.0.div_euclid(100)).collect();
        let missing = sum.tenths() - tenths.iter().sum::<i64>();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|i| (std::cmp::Reverse(parts[*i].0.rem_euclid(100)), *i));
        order.into_iter().take(missing.max(0) as usize).for_each(|i| tenths[i] += 1);
        tenths
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

    #[test]
    fn shown_points_are_rounded_half_to_even() {
        assert_eq!([58_050, 58_150, 69_171, 49, 50, 51, 0].map(|p| Points(p).tenths()), [580, 582, 692, 0, 0, 1, 0]);
    }

    #[test]
    fn parts_of_a_score_are_shown_so_that_they_add_up() {
        // 27.546 + 23.484 + 5.241 + 12.900 = 69.171, shown 69.2. One by one they read 27.5, 23.5, 5.2, 12.9: 69.1.
        let parts = [27_546, 23_484, 5_241, 12_900].map(Points);
        // Rounded down 27.5, 23.4, 5.2, 12.9: two tenths are missing, to .084 and .046.
        assert_eq!(Points::shown_parts(&parts), [276, 235, 52, 129]);
        // 0.55 + 0.55 = 1.1: both have the same rest, the first gets the tenth.
        assert_eq!(Points::shown_parts(&[Points(550), Points(550)]), [6, 5]);
        assert_eq!(Points::shown_parts(&[]), [0; 0]);
    }

    #[test]
    fn what_looks_alike_is_alike() {
        assert_eq!(as_shown(0.6999, RATIO_PLACES), 0.7);
        assert_eq!(as_shown(0.694_9, RATIO_PLACES), 0.69);
        assert_eq!(as_shown(49.96, PERCENT_PLACES), 50.0);
    }

    proptest! {
        #[test]
        fn shown_parts_add_up_to_the_shown_sum(parts in prop::collection::vec(0i64..40_000, 0..6)) {
            let parts: Vec<Points> = parts.into_iter().map(Points).collect();
            let shown = Points::shown_parts(&parts);
            prop_assert_eq!(shown.iter().sum::<i64>(), parts.iter().copied().sum::<Points>().tenths());
            for (tenths, part) in shown.iter().zip(&parts) {
                prop_assert!((tenths * 100 - part.0).abs() < 100, "{} for {}", tenths, part.0);
                prop_assert!(*tenths > 0 || *part < Points::LEAST_SHOWN);
            }
        }

        #[test]
        fn parts_sum_to_the_whole(whole in 0i64..1_000_000_000, weights in prop::collection::vec(0i64..1000, 1..8)) {
            prop_assume!(weights.iter().sum::<i64>() > 0);
            let parts = split_exactly(whole, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), whole);
            let all: i64 = weights.iter().sum();
            for (part, weight) in parts.iter().zip(&weights) {
                // Each part is its share, less or more than it by less than one.
                prop_assert!((part * all - whole * weight).abs() < all, "{parts:?} of {whole} by {weights:?}");
            }
        }
    }
}
