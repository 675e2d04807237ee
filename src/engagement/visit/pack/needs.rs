//! What an employer lacks or calls for.

use crate::model::{Points, Reason};

/// One need, its measure beside the peers', and how much it weighs.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    pub key: String,
    pub own: Option<f64>,
    pub peer: Option<f64>,
    pub points: Points,
    pub reason: Reason,
}
