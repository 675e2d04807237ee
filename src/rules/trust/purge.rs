//! When a removal of people is out of proportion (`purge.toml`).

use serde::Deserialize;

/// See the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurgeRules {
    pub unusual: Unusual,
    pub source: String,
}

/// From where on a removal is asked about.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unusual {
    /// Rows of others out of whose words numbers go, for each person removed.
    pub notes_per_person: i64,
    /// Rows that go of each person, as a multiple of the mean of everybody.
    pub rows_times_usual: i64,
    /// Fewer rows than this are never too many.
    pub rows_at_least: i64,
    /// People removed at once, as a share (0–1) of everybody.
    pub share_of_people: f64,
    /// Fewer people than this are never too many.
    pub people_at_least: i64,
}
