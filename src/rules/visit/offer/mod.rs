//! What an employer's staff may be offered, and why.

pub mod goals;
pub mod needs;
pub mod offers;
pub mod themes;
