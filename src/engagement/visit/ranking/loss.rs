//! 相对流失指数: how loosely an employer's people are tied to the bank, by the number of products they hold.
//!
//! The points are those of the chart in core-and-basics, which names neither period nor origin: 62 with one product, 42
//! with three, 12 with five or more. The index compares employers; it is no yearly rate and never multiplied with money.

use crate::rules::visit::ranking::Coverage;

/// The index of somebody with so many products: at a point of the curve its value, between two of them
/// `y₀ + (n − x₀) × (y₁ − y₀) ÷ (x₁ − x₀)`, beyond the last the value of the last. Without any product it is `none`, from
/// which the first point is interpolated too.
pub fn index_of(coverage: &Coverage, products: i64) -> f64 {
    let points = || [[0, coverage.none]].into_iter().chain(coverage.curve.iter().copied());
    let below = points().filter(|[n, _]| *n <= products).max_by_key(|[n, _]| *n).unwrap_or([0, coverage.none]);
    let above = points().filter(|[n, _]| *n >= products).min_by_key(|[n, _]| *n).unwrap_or(below);
    let ([x0, y0], [x1, y1]) = (below, above);
    if x0 == x1 {
        return y0 as f64;
    }
    y0 as f64 + ((products - x0) * (y1 - y0)) as f64 / (x1 - x0) as f64
}

/// Which of 1 to 5 products have an interpolated index.
pub fn interpolated(coverage: &Coverage) -> Vec<i64> {
    let last = coverage.curve.iter().map(|[n, _]| *n).max().unwrap_or(0);
    let stated = |products: i64| coverage.curve.iter().any(|[n, _]| *n == products);
    (1..=5).filter(|n| *n < last && !stated(*n)).collect()
}

/// The index of an employer: Σ heads × index ÷ Σ heads, by heads with 0, 1, 2, 3, 4 and 5 or more products; `None` where
/// nobody's products are known.
pub(super) fn of_heads(coverage: &Coverage, heads: [i64; 6]) -> Option<f64> {
    let all: i64 = heads.iter().sum();
    let sum: f64 = (0..).zip(heads).map(|(products, n)| n as f64 * index_of(coverage, products)).sum();
    (all > 0).then(|| sum / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Coverage {
        crate::rules::Rules::load(None).unwrap().ranking.coverage
    }

    #[test]
    fn points_of_the_source_stand_and_those_between_lie_on_a_line() {
        let coverage = shipped();
        // (62 + 42) ÷ 2 = 52; (42 + 12) ÷ 2 = 27; more than five are five.
        let index: Vec<f64> = (0..=7).map(|n| index_of(&coverage, n)).collect();
        assert_eq!(index, [100.0, 62.0, 52.0, 42.0, 27.0, 12.0, 12.0, 12.0]);
        assert_eq!(interpolated(&coverage), [2, 4]);
    }

    #[test]
    fn the_order_of_the_points_does_not_matter_and_a_curve_may_be_short() {
        let coverage = Coverage { curve: vec![[4, 20], [1, 80]], ..shipped() };
        // 80 − 60 × 1 ÷ 3 = 60, 80 − 60 × 2 ÷ 3 = 40.
        assert_eq!([2, 3, 4, 5].map(|n| index_of(&coverage, n)), [60.0, 40.0, 20.0, 20.0]);
        assert_eq!(interpolated(&coverage), [2, 3]);
        let bare = Coverage { curve: Vec::new(), ..shipped() };
        assert_eq!((index_of(&bare, 3), interpolated(&bare)), (100.0, Vec::new()));
    }

    #[test]
    fn an_employer_has_the_mean_of_its_people() {
        // (1 × 100 + 2 × 62 + 1 × 52) ÷ 4 = 69.
        assert_eq!(of_heads(&shipped(), [1, 2, 1, 0, 0, 0]), Some(69.0));
        assert_eq!(of_heads(&shipped(), [0; 6]), None);
    }
}
