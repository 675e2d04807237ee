//! One sheet from its first row to its last: find the header ([`locate`]), then read what is data ([`body`]), block by
//! block.

pub(crate) mod blocks;
pub(crate) mod body;
pub(crate) mod defaults;
pub(crate) mod hints;
pub(crate) mod locate;
pub(crate) mod pay_list;
pub(crate) mod preview;
pub(crate) mod questions;
pub(crate) mod reading;
pub(crate) mod walk;
