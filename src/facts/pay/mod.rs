//! What was paid, what of it stayed and where it went.

pub mod earlier_pay;
pub mod payday_outflow;
pub mod payday_retention;
