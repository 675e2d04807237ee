//! What stands above the header, in the sheet's name and in the file's name: labels and days, and what they say for all
//! rows that do not say it themselves.

pub(crate) mod dates;
pub(crate) mod labels;
