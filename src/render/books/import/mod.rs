//! What came of an import, and copies marked for mending.

pub mod issues;
pub mod marked_copy;
pub mod report;
