//! One row under its header: whether it is data at all, which values it takes from rows above, in which unit its amounts
//! are, whether what it tells of happened, and its cells as values.

pub(crate) mod amounts;
pub(crate) mod classify;
pub(crate) mod date_checks;
pub(crate) mod day_columns;
pub(crate) mod fields;
pub(crate) mod fill_down;
pub(crate) mod magnitude;
pub(crate) mod outcome;
pub(crate) mod remnants;
pub(crate) mod samples;
pub(crate) mod shifted;
pub(crate) mod status;
pub(crate) mod status_words;
pub(crate) mod unit;
pub(crate) mod unread;
