//! Parse, run, print the error, exit.

/// Counts nothing in ordinary work; the process that reads a stranger's file has a ceiling.
#[global_allocator]
static ALLOCATOR: daifa::intake::sandbox::memory::Capped = daifa::intake::sandbox::memory::Capped;

fn main() {
    std::process::exit(daifa::cli::run());
}
