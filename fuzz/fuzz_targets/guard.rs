//! The look into an archive.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| daifa_fuzz::doors().guard(data));
