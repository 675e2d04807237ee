//! Parse, run, print the error, exit.

/// Counts nothing in ordinary work; the process that reads a stranger's file has a ceiling.
#[global_allocator]
static ALLOCATOR: daifa::intake::memory::Capped = daifa::intake::memory::Capped;

fn main() {
    std::process::exit(daifa::cli::run());
}
