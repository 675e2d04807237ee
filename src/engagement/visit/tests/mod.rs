//! What holds of visits on every day there is a calendar for.

mod every_day;
