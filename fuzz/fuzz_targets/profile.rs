//! Mapping profiles.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &str| daifa_fuzz::doors().profile(data));
