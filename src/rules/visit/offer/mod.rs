//! What an employer's staff may be offered, and why.

pub mod needs;
