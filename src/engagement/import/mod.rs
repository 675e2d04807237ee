//! What imported sheets mean beside those before.

pub mod repeats;
pub mod rosters;
