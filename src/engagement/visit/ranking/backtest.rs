//! How well the ranks of earlier days found the employers that grew afterwards.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{EmployerId, Points};
use crate::rules::visit::ranking::Backtest;

/// Half the width of a 95 % interval in standard deviations of a normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;
/// Days growth is told by, so that pairs of different length can be compared.
const MONTH_DAYS: f64 = 30.0;

/// The score of an employer on an earlier day, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub employer_id: EmployerId,
    pub score: Points,
    /// Relative growth of AUM per head since then, by the month.
    pub growth: f64,
}

/// What the comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few pairs or employers to say anything.
    TooFew,
    /// Higher scores went with more growth, beyond what chance explains.
    Found,
    NotFound,
}

impl Verdict {
    /// The key of its sentence.
    pub fn key(self) -> &'static str {
        match self {
            Verdict::TooFew => "too_few",
            Verdict::Found => "found",
            Verdict::NotFound => "not_found",
        }
    }
}

/// The rank correlation of score and later growth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Backtested {
    pub pairs: usize,
    pub employers: usize,
    /// Spearman's, −1 to 1; `None` when it cannot be worked out.
    pub correlation: Option<f64>,
    /// Ends of the 95 % interval.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub verdict: Verdict,
}

/// Relative growth of a figure over `days`, by the month of thirty days; `None` where there was nothing to grow from.
pub fn growth(before: f64, after: f64, days: i64) -> Option<f64> {
    (before > 0.0 && days > 0).then(|| (after - before) / before / (days as f64 / MONTH_DAYS))
}

/// Correlates scores with growth. The interval counts employers, not pairs: several days of one employer are no
/// independent witnesses.
pub fn backtest(rules: &Backtest, pairs: &[Pair]) -> Backtested {
    let employers = pairs.iter().map(|p| p.employer_id).collect::<BTreeSet<_>>().len();
    let scores: Vec<f64> = pairs.iter().map(|p| p.score.0 as f64).collect();
    let growths: Vec<f64> = pairs.iter().map(|p| p.growth).collect();
    let correlation = spearman(&scores, &growths);
    let interval = correlation.and_then(|r| interval(r, employers));
    let enough = pairs.len() >= rules.min_pairs && employers >= rules.min_employers;
    let verdict = match interval {
        Some((low, _)) if enough => {
            if low > 0.0 {
                Verdict::Found
            } else {
                Verdict::NotFound
            }
        }
        _ => Verdict::TooFew,
    };
    let (low, high) = (interval.map(|(low, _)| low), interval.map(|(_, high)| high));
    Backtested { pairs: pairs.len(), employers, correlation, low, high, verdict }
}

/// Spearman's rank correlation, equal values having the mean of their ranks; `None` for fewer than two pairs, or where
/// one side does not vary.
fn spearman(left: &[f64], right: &[f64]) -> Option<f64> {
    let (left, right) = (ranks(left), ranks(right));
    let mean = (left.len() as f64 + 1.0) / 2.0;
    let sum = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let spread = (sum(&left, &left) * sum(&right, &right)).sqrt();
    (spread > 0.0).then(|| (sum(&left, &right) / spread).clamp(-1.0, 1.0))
}

/// Ranks from 1 on, ties averaged.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0.0;
    for same in order.chunk_by(|a, b| values[*a] == values[*b]) {
        same.iter().for_each(|i| ranks[*i] = below + (same.len() as f64 + 1.0) / 2.0);
        below += same.len() as f64;
    }
    ranks
}

/// 95 % interval of a correlation of `n` independent pairs, by Fisher's z; `None` for too few to have one.
fn interval(r: f64, n: usize) -> Option<(f64, f64)> {
    if n <= 3 {
        return None;
    }
    // A perfect correlation has no finite z.
    let z = r.clamp(-0.999_999, 0.999_999).atanh();
    let half = Z_95 / ((n - 3) as f64).sqrt();
    Some(((z - half).tanh(), (z + half).tanh()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, wanted: f64) -> bool {
        found.is_some_and(|f| (f - wanted).abs() < 5e-4)
    }

    #[test]
    fn ranks_are_averaged_where_values_are_equal() {
        assert_eq!(ranks(&[30.0, 10.0, 10.0, 20.0]), [4.0, 1.5, 1.5, 3.0]);
        // Ranks 1 2 3 4 5 against 2 1 4 3 5: differences squared add up to 4; 1 − 6·4 ÷ (5·24) = 0.8.
        assert!(near(spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[20.0, 10.0, 40.0, 30.0, 50.0]), 0.8));
        // Ranks 1.5 1.5 3 against 1 2 3, each less their mean 2: 1.5 ÷ √(1.5 · 2) = 0.866.
        assert!(near(spearman(&[5.0, 5.0, 9.0], &[1.0, 2.0, 3.0]), 0.866));
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(spearman(&[], &[]), None);
    }

    #[test]
    fn the_interval_is_fishers() {
        // atanh 0.8 = 1.0986; 1.96 ÷ √25 = 0.3920; tanh 0.7066 = 0.6086, tanh 1.4906 = 0.9034.
        let (low, high) = interval(0.8, 28).unwrap();
        assert!(near(Some(low), 0.6086) && near(Some(high), 0.9034), "{low} {high}");
        assert_eq!(interval(0.8, 3), None);
    }

    #[test]
    fn growth_is_told_by_the_month() {
        // From 100 to 112 in sixty days: 12 % in two months.
        assert!(near(growth(100.0, 112.0, 60), 0.06));
        assert_eq!(growth(0.0, 112.0, 60), None);
        assert_eq!(growth(100.0, 112.0, 0), None);
    }

    #[test]
    fn the_verdict_needs_enough_pairs_and_employers() {
        let rules = crate::rules::Rules::load(None).unwrap().ranking.backtest;
        let pairs = |employers: i64, days: i64, rising: bool| -> Vec<Pair> {
            let of = |i: i64| Pair {
                employer_id: EmployerId(i % employers),
                score: Points(i * 1_000),
                growth: if rising { i as f64 } else { -i as f64 },
            };
            (0..employers * days).map(of).collect()
        };
        assert_eq!(backtest(&rules, &pairs(20, 1, true)).verdict, Verdict::Found);
        assert_eq!(backtest(&rules, &pairs(20, 1, false)).verdict, Verdict::NotFound);
        assert_eq!(backtest(&rules, &pairs(19, 1, true)).verdict, Verdict::TooFew);
        // Twenty pairs of five employers are not twenty employers.
        let few = backtest(&rules, &pairs(5, 4, true));
        assert_eq!((few.pairs, few.employers, few.verdict), (20, 5, Verdict::TooFew));
        let none = backtest(&rules, &[]);
        assert_eq!((none.pairs, none.correlation, none.low, none.verdict), (0, None, None, Verdict::TooFew));
    }
}
