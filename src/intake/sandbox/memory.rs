//! A ceiling on the memory of a process that reads an untrusted file.
//!
//! The program's allocator is [`Capped`]; it counts nothing until [`arm`] is called, which only a reading process does.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};

/// Exit code of a process that asked for more than its ceiling.
pub const OVER_CEILING: i32 = 112;

static CEILING: AtomicUsize = AtomicUsize::new(usize::MAX);
/// Below zero when blocks from before arming are given back.
static USED: AtomicIsize = AtomicIsize::new(0);

/// From now on this process ends with [`OVER_CEILING`] when it holds more than so many bytes.
pub fn arm(bytes: usize) {
    CEILING.store(bytes.min(usize::MAX - 1), Ordering::Relaxed);
}

/// The system's allocator, with a ceiling once it is armed.
#[derive(Debug)]
pub struct Capped;

fn take(bytes: usize) {
    let ceiling = CEILING.load(Ordering::Relaxed);
    if ceiling == usize::MAX {
        return;
    }
    let bytes = isize::try_from(bytes).unwrap_or(isize::MAX);
    let used = USED.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
    if usize::try_from(used).is_ok_and(|used| used > ceiling) {
        // Ending the process may allocate in its turn.
        CEILING.store(usize::MAX, Ordering::Relaxed);
        std::process::exit(OVER_CEILING);
    }
}

fn give_back(bytes: usize) {
    if CEILING.load(Ordering::Relaxed) != usize::MAX {
        USED.fetch_sub(isize::try_from(bytes).unwrap_or(isize::MAX), Ordering::Relaxed);
    }
}

// SAFETY: every call is passed on to the system's allocator unchanged; only sizes are counted beside it.
unsafe impl GlobalAlloc for Capped {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if new_size > layout.size() {
            take(new_size - layout.size());
        } else {
            give_back(layout.size() - new_size);
        }
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(block, layout, new_size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        give_back(layout.size());
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}
