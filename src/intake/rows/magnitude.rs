//! How large the money of a column is: the trace that a wrong unit (元 for 万元) leaves.

use crate::model::Fen;

/// Steps a factor of ten is cut into; the median is right within a quarter, and a wrong unit is off 10,000 times.
const STEPS: f64 = 10.0;

/// The sizes of a column's amounts, counted in steps of a tenth of a power of ten: flat memory for any number of rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Magnitudes {
    counts: Vec<u64>,
    values: u64,
}

impl Magnitudes {
    /// Counts an amount; nothing held says nothing about the unit.
    pub fn add(&mut self, fen: Fen) {
        if fen.0 == 0 {
            return;
        }
        let step = ((fen.0.unsigned_abs() as f64).log10() * STEPS) as usize;
        if self.counts.len() <= step {
            self.counts.resize(step + 1, 0);
        }
        self.counts[step] += 1;
        self.values += 1;
    }

    /// Amounts counted.
    pub fn values(&self) -> u64 {
        self.values
    }

    /// The middle of the step the median lies in.
    pub fn median(&self) -> Option<Fen> {
        let mut below = 0;
        let step = self.counts.iter().position(|n| {
            below += n;
            below * 2 >= self.values
        });
        let step = step.filter(|_| self.values > 0)?;
        Some(Fen(10f64.powf((step as f64 + 0.5) / STEPS).round() as i64))
    }
}

/// One money column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnScale {
    /// Key in `columns.toml`.
    pub field: &'static str,
    /// Unit it was read in: `yuan`, `ten_thousand` …
    pub unit: &'static str,
    /// Amounts that are not zero.
    pub values: u64,
    /// Median of those, within a quarter.
    pub median: Fen,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn median(amounts: &[i64]) -> Option<Fen> {
        let mut magnitudes = Magnitudes::default();
        amounts.iter().for_each(|a| magnitudes.add(Fen(*a)));
        magnitudes.median()
    }

    #[test]
    fn zeros_say_nothing() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[0, 0]), None);
        // 1,000 yuan among zeros.
        let m = median(&[0, 0, 0, 100_000]).unwrap().0 as f64;
        assert!((0.75..1.3).contains(&(m / 100_000.0)), "{m}");
    }

    /// Amounts of every size, as many small ones as large ones.
    fn amounts() -> impl Strategy<Value = Vec<i64>> {
        let amount = (0u32..12).prop_flat_map(|digits| 10i64.pow(digits)..10i64.pow(digits + 1));
        prop::collection::vec(amount, 1..200)
    }

    proptest! {
        /// A step of a tenth of a power of ten reaches 12.2 % to either side of its middle, and half a fen is rounded.
        #[test]
        fn the_median_is_right_within_a_step(mut amounts in amounts()) {
            let found = median(&amounts).unwrap().0 as f64;
            amounts.sort_unstable();
            let lower = amounts[(amounts.len() - 1) / 2] as f64;
            prop_assert!((found - lower).abs() <= 0.1221 * lower + 0.5, "{found} {lower}");
        }

        #[test]
        fn what_is_owed_is_as_large_as_what_is_owned(amounts in amounts()) {
            let owed: Vec<i64> = amounts.iter().map(|a| -a).collect();
            prop_assert_eq!(median(&owed), median(&amounts));
        }
    }
}
