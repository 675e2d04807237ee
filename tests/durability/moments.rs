//! Moments at which to kill, spread over a run by a seed.

use std::time::Duration;

/// SplitMix64: enough to spread moments, and the same everywhere.
pub struct Moments(u64);

impl Moments {
    pub fn of(seed: u64) -> Moments {
        Moments(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A moment of a run that takes `whole`: one in twenty at once, one in ten in the last tenth, the others anywhere.
    pub fn within(&mut self, whole: Duration) -> Duration {
        let share = (self.next() % 1_000_000) as f64 / 1e6;
        match self.next() % 20 {
            0 => Duration::ZERO,
            1 | 2 => whole.mul_f64(0.9 + 0.1 * share),
            _ => whole.mul_f64(share),
        }
    }
}
