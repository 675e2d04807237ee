//! Numbers: money with its unit, ratios, and how a format shows a number.

pub mod money;
pub(crate) mod number_format;
pub mod ratio;
pub(crate) mod unit;
pub(crate) mod unit_sentences;
