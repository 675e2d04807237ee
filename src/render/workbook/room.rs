//! The workbook library panics when a sheet that grows on the disk finds no room there: told here as the error it is.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::render::RenderError;

thread_local! {
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside the library: a panic then is told as an error, and needs no word of its own.
pub fn is_writing() -> bool {
    WRITING.get()
}

/// Runs `work`, whose rows grow in `folder`.
///
/// # Errors
/// Its own; [`RenderError::Full`] for a panic over a full disk, [`RenderError::Document`] for any other.
pub(super) fn guarded<T>(folder: &Path, work: impl FnOnce() -> Result<T, RenderError>) -> Result<T, RenderError> {
    let before = WRITING.replace(true);
    // What it was writing is not used any more after a panic.
    let done = catch_unwind(AssertUnwindSafe(work));
    WRITING.set(before);
    done.unwrap_or_else(|panic| Err(told(folder, &*panic)))
}

fn told(folder: &Path, panic: &(dyn Any + Send)) -> RenderError {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    let text = text.unwrap_or_default();
    // As `io::Error` shows its kind.
    if ["StorageFull", "QuotaExceeded", "FileTooLarge"].iter().any(|kind| text.contains(kind)) {
        RenderError::Full { path: folder.display().to_string() }
    } else {
        RenderError::Document(text.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_over_a_full_disk_is_told_as_one() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let told = guarded::<()>(Path::new("here"), || {
            assert!(is_writing());
            panic!("no XML: {full:?}")
        });
        assert!(matches!(told, Err(RenderError::Full { path }) if path == "here"));
        let told = guarded::<()>(Path::new("here"), || panic!("something else"));
        assert!(matches!(told, Err(RenderError::Document(text)) if text == "something else"));
        assert!(!is_writing());
    }
}
