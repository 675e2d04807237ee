//! Titles, header and rows of a drawn sheet.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &str| daifa_fuzz::doors().table(data));
