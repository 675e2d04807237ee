//! An ods: its content's XML.
#![no_main]

use daifa_fuzz::{archive, doors};

const MANIFEST: &[u8] = br#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    doors().cells(&archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", data),
        ("META-INF/manifest.xml", MANIFEST),
    ]));
});
