//! What imported sheets mean beside those before.

pub mod matching;
pub mod repeats;
pub mod rosters;
