//! Workbooks in the old binary format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| daifa_fuzz::doors().cells(data));
