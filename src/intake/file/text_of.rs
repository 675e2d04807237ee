//! The text of a file, whatever it is and however it is packed, within the bounds of an import; what goes beyond them is
//! refused, never taken for looked through.

use std::io::{Cursor, Read, Seek};

use encoding_rs::{GB18030, UTF_8, UTF_16LE};

use crate::intake::file::input::Input;
use crate::intake::file::package::archive;
use crate::intake::file::request::Request;
use crate::intake::issue::{self, Fault};
use crate::rules::import::limits::ZipLimits;

/// Bytes decoded at a time.
const BLOCK: usize = 64 << 10;
/// Bytes of a block without a line's end that are looked at again with the next one: longer than any number is written.
const OVERLAP: usize = 256;
/// First bytes of what holds text that cannot be reached here, or pictures of it: such a file is to be looked at.
const CLOSED: [&[u8]; 14] = [
    b"%PDF",
    b"Rar!",
    b"7z\xBC\xAF",
    b"\x1F\x8B",
    b"BZh",
    b"\xFD7zXZ",
    b"MSCF",
    b"\x89PNG",
    b"\xFF\xD8\xFF",
    b"GIF8",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"RIFF",
];

/// The text of a file in this process; whether to go on.
pub(crate) fn pieces_of(
    mut input: Input,
    request: &Request,
    each: &mut dyn FnMut(&str) -> bool,
) -> Result<bool, Fault> {
    let mut walk = Walk { limits: &request.zip, inflated: 0, each };
    let start = input.start(8).map_err(|_| not_read())?;
    if CLOSED.iter().any(|magic| start.starts_with(magic)) {
        return Err(closed());
    }
    if start.starts_with(b"PK") {
        archive::scan(&mut input, &request.zip)?;
        input.rewind().map_err(|_| not_read())?;
        return walk.archive(&mut input, 0);
    }
    walk.stream(&mut input)
}

/// A walk over everything that is packed in a file.
struct Walk<'e> {
    limits: &'e ZipLimits,
    /// Bytes of all parts so far, those of archives inside archives included.
    inflated: u64,
    each: &'e mut dyn FnMut(&str) -> bool,
}

impl Walk<'_> {
    fn archive(&mut self, input: &mut (impl Read + Seek), depth: u32) -> Result<bool, Fault> {
        if depth > self.limits.max_depth {
            return Err(Fault::new(issue::HOSTILE_ARCHIVE).word("reason", "reason_too_many_parts"));
        }
        let broken = |_| Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_zip");
        let mut archive = zip::ZipArchive::new(input).map_err(broken)?;
        for index in 0..archive.len() {
            let part = archive.by_index(index).map_err(broken)?;
            let name = String::from_utf8_lossy(part.name_raw()).into_owned();
            if !(self.each)(&name) || !self.part(part, depth)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn part(&mut self, mut part: impl Read, depth: u32) -> Result<bool, Fault> {
        let mut start = Vec::new();
        part.by_ref().take(8).read_to_end(&mut start).map_err(|_| not_read())?;
        if !start.starts_with(b"PK\x03\x04") {
            return self.stream(&mut Cursor::new(start).chain(part));
        }
        let (most, mut bytes) = (self.limits.max_nested_bytes, Vec::new());
        Cursor::new(start).chain(part).take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|_| not_read())?;
        self.inflated += bytes.len() as u64;
        if bytes.len() as u64 > most || self.inflated > self.limits.max_total_bytes {
            return Err(Fault::new(issue::HOSTILE_ARCHIVE).word("reason", "reason_too_large_inflated"));
        }
        archive::scan(&mut Cursor::new(&bytes), self.limits)?;
        self.archive(&mut Cursor::new(&bytes), depth + 1)
    }

    /// Bytes as text, a block at a time.
    fn stream(&mut self, from: &mut impl Read) -> Result<bool, Fault> {
        let mut held: Vec<u8> = Vec::with_capacity(2 * BLOCK);
        loop {
            let before = held.len();
            let read = from.by_ref().take(BLOCK as u64).read_to_end(&mut held).map_err(|_| not_read())?;
            self.inflated += read as u64;
            if self.inflated > self.limits.max_total_bytes {
                return Err(Fault::new(issue::HOSTILE_ARCHIVE).word("reason", "reason_too_large_inflated"));
            }
            let ended = read < BLOCK;
            let cut = if ended { None } else { memchr::memrchr(b'\n', &held[before..]).map(|at| before + at + 1) };
            let end = cut.unwrap_or(held.len());
            if end > 0 && !self.block(&held[..end]) {
                return Ok(false);
            }
            if ended {
                return Ok(true);
            }
            let again = if cut.is_some() { end } else { end.saturating_sub(OVERLAP) };
            held.drain(..again);
        }
    }

    /// UTF-8 first; what is none may be Chinese of another encoding, or UTF-16 from an even or an odd byte on.
    fn block(&mut self, bytes: &[u8]) -> bool {
        let (text, _, broken) = UTF_8.decode(bytes);
        if !(self.each)(&text) {
            return false;
        }
        let zeros = memchr::memchr(0, bytes).is_some();
        if !(broken || zeros) {
            return true;
        }
        let (text, _, _) = GB18030.decode(bytes);
        let wide = |shift: usize| UTF_16LE.decode_without_bom_handling(bytes.get(shift..).unwrap_or_default()).0;
        (self.each)(&text) && (self.each)(&wide(0)) && (self.each)(&wide(1))
    }
}

fn closed() -> Fault {
    Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_binary")
}

fn not_read() -> Fault {
    Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_io")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::file::package::archive::tests::zipped;
    use crate::intake::file::request::Sheets;
    use crate::rules::Rules;

    /// Whether `wanted` is seen in these bytes.
    fn seen(bytes: &[u8], wanted: &str) -> Result<bool, Fault> {
        let rules = Rules::load(None).unwrap();
        let request = Request { sheets: Sheets::Text, ..Request::new("x", &rules.limits, None) };
        let mut found = false;
        pieces_of(Input::memory(bytes.to_vec()), &request, &mut |text| {
            found |= text.contains(wanted);
            true
        })?;
        Ok(found)
    }

    #[test]
    fn text_is_seen_in_every_encoding_and_over_the_edge_of_a_block() {
        let wide: Vec<u8> = "号19900000002".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let odd = [&[7u8][..], &wide].concat();
        for bytes in ["号19900000002".as_bytes().to_vec(), GB18030.encode("号19900000002").0.into_owned(), wide, odd]
        {
            assert!(seen(&bytes, "号19900000002").unwrap());
        }
        for ahead in BLOCK - 20..BLOCK + 2 {
            for filler in ["a", "\n"] {
                let text = format!("{}19900000002{}", filler.repeat(ahead), filler.repeat(BLOCK));
                assert!(seen(text.as_bytes(), "19900000002").unwrap(), "{ahead} {filler:?}");
            }
        }
    }

    #[test]
    fn archives_inside_archives_are_looked_into_as_far_as_the_bounds_go() {
        let mut bytes = zipped(&[("名单.txt", "19900000002".as_bytes())]);
        let depth = Rules::load(None).unwrap().limits.zip.max_depth;
        for level in 1..=depth {
            bytes = zipped(&[("x/内层.zip", &bytes)]);
            assert!(seen(&bytes, "19900000002").unwrap(), "{level}");
        }
        assert!(seen(&bytes, "内层.zip").unwrap(), "names of parts too");
        bytes = zipped(&[("内层.zip", &bytes)]);
        assert_eq!(seen(&bytes, "1").unwrap_err().code, issue::HOSTILE_ARCHIVE);
    }

    #[test]
    fn what_hides_its_text_is_not_taken_for_looked_through() {
        let bomb = zipped(&[("a.xml", &vec![b' '; 8 << 20])]);
        let inside = zipped(&[("x.zip", &bomb)]);
        let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
        picture.extend([0; 30]);
        for bytes in
            [bomb, inside, b"%PDF-1.7 x".to_vec(), picture, b"\x1F\x8B\x08\0\0\0\0\0".to_vec(), b"PK\x03\x04x".to_vec()]
        {
            assert!(seen(&bytes, "1").is_err(), "{:?}", &bytes[..4]);
        }
    }
}
