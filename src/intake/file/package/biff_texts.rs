//! In which letters the texts of an `.xls` stream are written. Its reader follows the code page the file names; files whose
//! code page is wrong, missing or unknown to it would come out as other signs, or with a NUL after every letter.

use crate::intake::file::package::biff_marks::records;
use crate::intake::file::package::biff_old::{legacy_text, version};

const CODEPAGE: u16 = 0x42;
const UTF16: u16 = 1200;
const CHINESE: u16 = 936;
/// Code pages the reader knows, besides [`UTF16`].
const KNOWN: [u16; 19] =
    [866, 874, 932, 936, 949, 950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 10000, 20866, 54936, 65001];

/// How the texts of a stream are to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    /// The code page the reader is to take, whatever the file says.
    pub codepage: Option<u16>,
    /// What the reader gives are bytes: of two-byte letters, or of a code page.
    bytes: Option<Bytes>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bytes {
    /// Two to a letter.
    Wide,
    /// Of a Chinese code page, where a text has such letters.
    Chinese,
}

impl Texts {
    /// By what the stream says and holds.
    pub fn of(stream: &[u8]) -> Texts {
        let declared = records(stream, 0).find(|(kind, _)| *kind == CODEPAGE).and_then(|(_, body)| short(body));
        let read = |codepage, bytes| Texts { codepage: Some(codepage), bytes };
        match version(stream) {
            // Its texts are in two-byte letters, or in the lower half of them, whatever code page is named.
            Some(8) => read(UTF16, declared.filter(|d| *d != UTF16 && *d != 1252).map(|_| Bytes::Chinese)),
            Some(5) if declared.is_some_and(|d| KNOWN.contains(&d)) => Texts::default(),
            Some(5) if is_wide(stream) => read(UTF16, Some(Bytes::Wide)),
            Some(5) => read(CHINESE, None),
            _ => Texts::default(),
        }
    }

    /// Whether the lengths of texts may count letters where the reader counts bytes.
    pub fn is_wide(self) -> bool {
        self.bytes == Some(Bytes::Wide)
    }

    /// A text as it was written.
    pub fn mended(self, text: &str) -> String {
        let narrow = || text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>();
        match (self.bytes, narrow()) {
            (Some(Bytes::Wide), Some(bytes)) => wide(&bytes),
            (Some(Bytes::Chinese), Some(bytes)) if in_pairs(&bytes) => legacy_text(&bytes, CHINESE),
            _ => text.to_string(),
        }
    }
}

/// The bytes of a stream with the lengths of its texts in bytes, where they count two-byte letters.
pub(crate) fn with_lengths_in_bytes(stream: &[u8]) -> Vec<u8> {
    let mut mended = stream.to_vec();
    let mut at = 0;
    for (kind, body) in records(stream, 0) {
        let start = at + 4;
        at = start + body.len();
        let (place, size) = match kind {
            0x0204 => (6, 2),
            0x0207 => (0, 2),
            0x0085 => (6, 1),
            _ => continue,
        };
        let Some(length) = body.get(place..place + size) else { continue };
        let told = length.iter().rev().fold(0usize, |n, b| n << 8 | usize::from(*b));
        let held = body.len() - place - size;
        if told > 0 && held == 2 * told && held <= if size == 1 { 0xFF } else { 0xFFFF } {
            let bytes = (held as u16).to_le_bytes();
            mended[start + place..start + place + size].copy_from_slice(&bytes[..size]);
        }
    }
    mended
}

/// Whether the texts of cells are in two-byte letters: no code page has a NUL inside a text; without one, all of them are
/// even in length and clean so, and not all are Chinese.
fn is_wide(stream: &[u8]) -> bool {
    let labels: Vec<&[u8]> =
        records(stream, 0).filter(|(k, b)| *k == 0x0204 && b.len() > 8).map(|(_, b)| &b[8..]).collect();
    let even = labels.iter().all(|l| l.len() % 2 == 0);
    let clean = |l: &&[u8]| !encoding_rs::UTF_16LE.decode_without_bom_handling(l).1;
    let broken = |l: &&[u8]| encoding_rs::GBK.decode_without_bom_handling(l).1;
    labels.iter().any(|l| l.contains(&0))
        || (!labels.is_empty() && even && labels.iter().all(clean) && labels.iter().any(broken))
}

fn wide(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.trim_end_matches('\0').to_string()
}

/// Whether there are letters of two high bytes each, and no other high ones.
fn in_pairs(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut any = false;
    while let [first, after @ ..] = rest {
        rest = match after {
            [second, after @ ..] if *first > 0xA0 && *second > 0xA0 => {
                any = true;
                after
            }
            _ if *first < 0x80 => after,
            _ => return false,
        };
    }
    any
}

fn short(body: &[u8]) -> Option<u16> {
    Some(u16::from_le_bytes(body.get(..2)?.try_into().ok()?))
}
