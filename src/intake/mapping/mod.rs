//! Whether the layout a header gives holds for what stands below it ([`assess`]), what a person says about it
//! ([`profile`]), and a profile made ready for that person to correct ([`draft`]).

pub(crate) mod assess;
pub(crate) mod bank_part;
pub(crate) mod draft;
pub(crate) mod headless;
pub(crate) mod profile;
pub(crate) mod profile_fault;
pub(crate) mod sample;
pub(crate) mod shares;
pub(crate) mod unit_column;
pub(crate) mod wide_targets;
