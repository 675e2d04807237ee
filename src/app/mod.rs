//! Floor 6: one function per use case. Nothing here prints or parses arguments.

pub mod simulate;
