//! A text as every kind of value.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &str| daifa_fuzz::doors().values(data));
