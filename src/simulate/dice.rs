//! Seeded chance in whole numbers only: the same draws on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One stream of draws. Each part of the branch has its own, so that a change in one leaves the others alone.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, stream: u64) -> Dice {
        let mut bytes = [0u8; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(bytes);
        rng.set_stream(stream);
        Dice(rng)
    }

    /// Uniform in `0..n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// Uniform in `low..=high`; `low` when the range is empty.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(0) as usize) as i64
    }

    pub(super) fn within(&mut self, range: [i64; 2]) -> i64 {
        self.between(range[0], range[1])
    }

    pub(super) fn chance(&mut self, percent: i64) -> bool {
        (self.below(100) as i64) < percent
    }

    /// One of the words; empty when there are none.
    pub(super) fn word(&mut self, words: &[String]) -> String {
        words.get(self.below(words.len())).cloned().unwrap_or_default()
    }

    /// A draw from a distribution given by its quantiles, straight lines between; in hundredths of their unit.
    pub(super) fn shape(&mut self, quantiles: &[i64]) -> i64 {
        if quantiles.len() < 2 {
            return quantiles.first().copied().unwrap_or(0) * 100;
        }
        let i = self.below(quantiles.len() - 1);
        let t = self.between(0, 99);
        quantiles[i] * (100 - t) + quantiles[i + 1] * t
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

/// Streams of chance, one for each part; employers take `EACH + index`.
pub(super) mod stream {
    pub const EMPLOYERS: u64 = 1;
    pub const STRAY: u64 = 3;
    pub const EACH: u64 = 1000;
    pub const PAY: u64 = 1_000_000;
    pub const BALANCES: u64 = 2_000_000;
    pub const EARLY: u64 = 3_000_000;
    pub const ANSWERS: u64 = 4_000_000;
}
