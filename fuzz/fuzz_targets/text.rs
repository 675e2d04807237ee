//! Files that are no archive: delimited text in any encoding, web pages and XML under a workbook's name.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| daifa_fuzz::doors().cells(data));
