//! Parse, run, print the error, exit.

fn main() {
    std::process::exit(daifa::cli::run());
}
