//! What the targets share: the doors into the readers, and archives made around what is fuzzed, so that the fuzzer
//! spends its time on the reader and not on checksums.

use std::io::{Cursor, Write};
use std::sync::{Once, OnceLock};

use daifa::intake::fuzzing::Doors;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// The doors, made once. A panic inside calamine is caught by the program and told as an unreadable file or sheet: it
/// is let through here too; any other ends the run.
pub fn doors() -> &'static Doors {
    static DOORS: OnceLock<Doors> = OnceLock::new();
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let strict = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !info.location().is_some_and(|l| l.file().contains("calamine")) {
                strict(info);
            }
        }));
    });
    DOORS.get_or_init(Doors::new)
}

/// Parts as an archive, not compressed.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, body) in parts {
        zip.start_file(*name, options).expect("a part can be begun");
        zip.write_all(body).expect("memory can be written");
    }
    zip.finish().expect("memory can be written").into_inner()
}

/// Two parts in one input: what stands before the first 0xFF, and what stands after it.
pub fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|b| *b == 0xFF) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[]),
    }
}
