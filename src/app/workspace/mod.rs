//! The folder of a workspace: made, opened, held by one program at a time, told from a network share.

pub mod disk;
pub(crate) mod edited;
pub(crate) mod folders;
pub mod hold;
pub(in crate::app) mod leaving;
pub mod materials;
pub mod open;
mod out;
pub(crate) mod settings;
pub mod templates;
pub mod unlock;
