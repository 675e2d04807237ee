//! Whether XML is whole, for readers that look for the end of what they began and never find it.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

/// Elements inside elements; documents of spreadsheet programs go some ten deep.
const DEPTH: usize = 256;

/// Whether every element that begins also ends, in order, and none lies too deep.
pub fn is_whole(xml: impl Read) -> bool {
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, xml));
    reader.config_mut().check_end_names = true;
    let mut buffer = Vec::new();
    let mut depth = 0usize;
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(_)) if depth >= DEPTH => return false,
            Ok(Event::Start(_)) => depth += 1,
            // An end too many is an error of the reader's.
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) => return depth == 0,
            Ok(_) => {}
            Err(_) => return false,
        }
        buffer.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_is_not_whole() {
        assert!(is_whole(&b"<?xml version='1.0'?><!-- <x> --><a><b c='>'/><d>&amp;</d></a>"[..]));
        for text in ["<a>", "<a><b></a>", "<a></b></a>", "<a></A>", "</a>", "<a", "<a><!-- </a>"] {
            assert!(!is_whole(text.as_bytes()), "{text}");
        }
        assert!(!is_whole("<a>".repeat(300).as_bytes()));
        assert!(!is_whole(format!("{}{}", "<a>".repeat(300), "</a>".repeat(300)).as_bytes()));
    }
}
