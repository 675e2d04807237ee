//! Looks into a zipped workbook before any reader does: counts what it really inflates to, refuses document type
//! declarations, and picks up what the reader has no call for (merged regions, hidden rows and columns, 1904 dates).

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

use crate::rules::import::ZipLimits;

use crate::intake::file::package::parts::{Findings, Look};
use crate::intake::file::package::wellformed;
use crate::intake::file::package::xlsx_marks::styles;
use crate::intake::issue::{self, Fault};

/// Sizes below this are never a bomb, whatever their ratio.
const RATIO_FLOOR: u64 = 1 << 20;

/// What a sheet's XML says beside its values. Rows and columns are 0-based.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SheetScan {
    /// Top, left, bottom, right, all inclusive.
    pub merges: Vec<(u32, u32, u32, u32)>,
    pub hidden_rows: Vec<u32>,
    /// First and last, inclusive.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Rows there are, where the format tells without reading them.
    pub rows: Option<u64>,
    /// Numbers shown as percentages, by row and column.
    #[serde(default)]
    pub percents: Vec<(u32, u32)>,
    /// Delimited text: a comma too many moves all that follows it.
    #[serde(default)]
    pub delimited: bool,
    /// Numbers whose digits say more than their value, by row and column.
    #[serde(skip)]
    pub rescued: Vec<Rescued>,
}

/// The digits of a number as they stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rescued {
    pub row: u32,
    pub column: u32,
    pub(crate) digits: u64,
    /// How many there are, zeros in front included.
    pub(crate) width: u8,
}

impl Rescued {
    pub fn text(&self) -> String {
        format!("{:0width$}", self.digits, width = usize::from(self.width))
    }
}

/// What the archive holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scan {
    pub format: Option<Format>,
    pub date1904: bool,
    /// One of our own copies, with stars for names.
    pub marked_copy: bool,
    /// Whether a reader would stumble over a word of it, see [`super::mend`].
    pub odd: bool,
    /// Bytes of all parts together.
    pub inflated: u64,
    /// Sheet name → findings.
    pub sheets: BTreeMap<String, SheetScan>,
}

/// The zipped formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Xlsb,
    Ods,
}

/// Inflates every part once within the limits.
///
/// # Errors
/// An archive that is broken, encrypted, too large when inflated, or that declares a document type.
pub fn scan(input: &mut (impl Read + Seek), limits: &ZipLimits) -> Result<Scan, Fault> {
    let broken = |_| Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_zip");
    let hostile = |reason: &str| Fault::new(issue::HOSTILE_ARCHIVE).word("reason", reason);
    let mut zip = zip::ZipArchive::new(input).map_err(broken)?;
    if zip.len() > limits.max_entries {
        return Err(hostile("reason_too_many_parts"));
    }
    let mut scan = Scan::default();
    let padding = styles::zero_padding(&mut zip);
    let mut total = 0u64;
    let mut findings = Findings::default();
    for i in 0..zip.len() {
        let mut part = zip.by_index(i).map_err(|e| match e {
            zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
                Fault::new(issue::ENCRYPTED_FILE)
            }
            _ => Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_zip"),
        })?;
        let name = String::from_utf8_lossy(part.name_raw()).replace('\\', "/").trim_start_matches('/').to_string();
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            _ if lower.ends_with("workbook.xml") => {
                scan.format = Some(Format::Xlsx);
                findings.folder = lower.trim_end_matches("workbook.xml").to_string();
            }
            "xl/workbook.bin" => {
                scan.format = Some(Format::Xlsb);
                findings.folder = "xl/".to_string();
            }
            "content.xml" if scan.format.is_none() => scan.format = Some(Format::Ods),
            _ => {}
        }
        let compressed = part.compressed_size().max(1);
        let mut look = Look::at(&lower, &padding);
        let mut tags = Tags::default();
        let mut size = 0u64;
        let mut buffer = vec![0u8; 64 << 10];
        loop {
            let n = part
                .read(&mut buffer)
                .map_err(|_| Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_zip"))?;
            if n == 0 {
                break;
            }
            size += n as u64;
            total += n as u64;
            if size > limits.max_entry_bytes || total > limits.max_total_bytes {
                return Err(hostile("reason_too_large_inflated"));
            }
            if size > RATIO_FLOOR && (compressed as f64) < size as f64 * limits.min_ratio {
                return Err(hostile("reason_bomb"));
            }
            let doctype = look.take(&buffer[..n], &mut tags, &mut findings);
            if doctype {
                return Err(Fault::new(issue::DOCTYPE_REFUSED).text("part", name));
            }
            if tags.longest > limits.max_text_bytes {
                return Err(hostile("reason_text_too_long"));
            }
            if findings.strings > limits.max_strings {
                return Err(hostile("reason_too_many_strings"));
            }
            if look.marks() > limits.max_marks {
                return Err(hostile("reason_too_many_marks"));
            }
        }
        findings.keep(lower, look);
    }
    scan.date1904 = findings.date1904;
    scan.marked_copy = findings.marked_copy;
    scan.odd = findings.odd;
    scan.inflated = total;
    if scan.format == Some(Format::Ods) && findings.encrypted {
        return Err(Fault::new(issue::ENCRYPTED_FILE));
    }
    // The reader of OpenDocument files looks for the end of a table beyond the end of the file.
    if scan.format == Some(Format::Ods) && zip.by_name("content.xml").is_ok_and(|part| !wellformed::is_whole(part)) {
        return Err(Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_parts"));
    }
    scan.sheets = findings.by_sheet().ok_or_else(|| hostile("reason_shared_parts"))?;
    Ok(scan)
}

/// Cuts a stream of XML into the insides of its tags. Only good enough to look for attributes and short texts.
#[derive(Default)]
pub(crate) struct Tags {
    inside: bool,
    held: Vec<u8>,
    /// Bytes since the last tag began or ended, and the most there ever were.
    run: usize,
    pub longest: usize,
    /// Whether the text after the last tag is wanted.
    wanted: bool,
    text: Vec<u8>,
}

/// Longest tag looked at; hostile longer ones are cut, not kept.
const TAG_LIMIT: usize = 4096;
/// Longest text kept: no number has more digits.
const TEXT_LIMIT: usize = 32;

impl Tags {
    fn pass(&mut self, bytes: usize, ended: bool) {
        self.run += bytes;
        self.longest = self.longest.max(self.run);
        if ended {
            self.run = 0;
        }
    }

    /// Gives each tag with the text before it; the answer says whether the text after it is wanted.
    pub fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(&[u8], &[u8]) -> bool) {
        while !bytes.is_empty() {
            if self.inside {
                let end = memchr::memchr(b'>', bytes);
                let piece = &bytes[..end.unwrap_or(bytes.len())];
                self.pass(piece.len(), end.is_some());
                let room = TAG_LIMIT.saturating_sub(self.held.len());
                if self.held.is_empty() && end.is_some() {
                    self.wanted = each(piece, &self.text);
                    self.text.clear();
                } else {
                    self.held.extend_from_slice(&piece[..piece.len().min(room)]);
                    if end.is_some() {
                        self.wanted = each(&self.held, &self.text);
                        self.held.clear();
                        self.text.clear();
                    }
                }
                self.inside = end.is_none();
                bytes = end.map_or(&[], |e| &bytes[e + 1..]);
            } else {
                let start = memchr::memchr(b'<', bytes);
                if self.wanted {
                    let text = &bytes[..start.unwrap_or(bytes.len())];
                    let room = TEXT_LIMIT.saturating_sub(self.text.len());
                    self.text.extend_from_slice(&text[..text.len().min(room)]);
                }
                self.pass(start.unwrap_or(bytes.len()), start.is_some());
                match start {
                    Some(start) => {
                        self.inside = true;
                        bytes = &bytes[start + 1..];
                    }
                    None => return,
                }
            }
        }
    }
}

/// The tag's name without its namespace prefix.
pub(crate) fn local_name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').unwrap_or(tag.len());
    // A closing tag begins with the slash and so has no name here, which is wanted.
    let name = &tag[..end];
    match name.iter().position(|b| *b == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// Value of the attribute with this local name.
pub(crate) fn attribute<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut at = 0;
    while let Some(offset) = tag[at..].windows(name.len()).position(|w| w == name) {
        let start = at + offset;
        let after = start + name.len();
        let before = start.checked_sub(1).and_then(|i| tag.get(i));
        at = after;
        if !before.is_some_and(|b| b.is_ascii_whitespace() || *b == b':') {
            continue;
        }
        let rest = tag[after..].trim_ascii_start();
        let Some(rest) = rest.strip_prefix(b"=") else { continue };
        let rest = rest.trim_ascii_start();
        let quote = *rest.first()?;
        if quote != b'"' && quote != b'\'' {
            continue;
        }
        let value = &rest[1..];
        let end = value.iter().position(|b| *b == quote)?;
        return Some(&value[..end]);
    }
    None
}

pub(crate) fn is_true(value: &[u8]) -> bool {
    matches!(value, b"1" | b"true" | b"on")
}

pub(crate) fn number(value: &[u8]) -> Option<u32> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// `B2:C5` as top, left, bottom, right.
pub(crate) fn region(text: &[u8]) -> Option<(u32, u32, u32, u32)> {
    let text = std::str::from_utf8(text).ok()?;
    let (from, to) = text.split_once(':').unwrap_or((text, text));
    let ((top, left), (bottom, right)) = (position(from)?, position(to)?);
    (top <= bottom && left <= right).then_some((top, left, bottom, right))
}

/// `AB12` (or `$AB$12`) as 0-based row and column.
pub(crate) fn position(text: &str) -> Option<(u32, u32)> {
    let text: String = text.chars().filter(|c| *c != '$').collect();
    let split = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(split);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0u32;
    for c in letters.chars() {
        if !c.is_ascii_alphabetic() {
            return None;
        }
        column = column * 26 + (c.to_ascii_uppercase() as u32 - 'A' as u32 + 1);
    }
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

pub(crate) fn unescape(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    if !text.contains('&') {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        let tail = &rest[start + 1..];
        let Some(end) = tail.find(';') else {
            out.push_str(&rest[start..]);
            return out;
        };
        let entity = &tail[..end];
        let code = match entity.strip_prefix('#') {
            Some(n) => match n.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
                None => n.parse().ok().and_then(char::from_u32),
            },
            None => match entity {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => None,
            },
        };
        out.extend(code);
        rest = &tail[end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::{Cursor, Write};

    fn limits() -> ZipLimits {
        ZipLimits {
            max_entries: 10,
            max_entry_bytes: 8 << 20,
            max_total_bytes: 16 << 20,
            min_ratio: 0.005,
            max_text_bytes: 1_000,
            max_strings: 3,
            max_marks: 3,
            free_text_bytes: 1 << 20,
            max_text_ratio: 4,
            max_depth: 3,
            max_nested_bytes: 8 << 20,
        }
    }

    /// An archive of these parts.
    pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, body) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(body).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn merges_and_hidden_parts_are_found_by_sheet_name() {
        let bytes = zipped(&[
            (
                "xl/workbook.xml",
                br#"<workbook xmlns:r="u"><workbookPr date1904="1"/><sheets><sheet name="A&amp;B" sheetId="1" r:id="rId7"/></sheets></workbook>"#,
            ),
            ("xl/_rels/workbook.xml.rels", br#"<R><Relationship Id="rId7" Target="worksheets/sheet9.xml"/></R>"#),
            (
                "xl/worksheets/sheet9.xml",
                br#"<x:worksheet><x:cols><x:col min="2" max="3" hidden="1"/></x:cols><x:sheetData><x:row r="5" hidden="true"><x:c r="A5"/></x:row></x:sheetData><x:mergeCell ref="A1:K1"/></x:worksheet>"#,
            ),
        ]);
        let scan = scan(&mut Cursor::new(&bytes), &limits()).unwrap();
        assert_eq!(scan.format, Some(Format::Xlsx));
        assert!(scan.date1904);
        let sheet = &scan.sheets["A&B"];
        assert_eq!(sheet.merges, vec![(0, 0, 0, 10)]);
        assert_eq!(sheet.hidden_rows, vec![4]);
        assert_eq!(sheet.hidden_columns, vec![(1, 2)]);
    }

    #[test]
    fn a_tag_cut_by_the_buffer_is_whole_again() {
        let mut tags = Tags::default();
        let mut seen = Vec::new();
        for piece in [&b"<row r=\"1"[..], &b"2\" hidd"[..], &b"en=\"1\"><c/>"[..]] {
            tags.feed(piece, |t, _| {
                seen.push(t.to_vec());
                false
            });
        }
        assert_eq!(seen, vec![b"row r=\"12\" hidden=\"1\"".to_vec(), b"c/".to_vec()]);
    }

    #[test]
    fn bombs_doctypes_and_crowds_are_refused() {
        let bomb = zipped(&[("xl/workbook.xml", &vec![b' '; 4 << 20])]);
        assert_eq!(scan(&mut Cursor::new(&bomb), &limits()).unwrap_err().code, issue::HOSTILE_ARCHIVE);
        let doctype = zipped(&[("xl/workbook.xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>")]);
        assert_eq!(scan(&mut Cursor::new(&doctype), &limits()).unwrap_err().code, issue::DOCTYPE_REFUSED);
        let names: Vec<String> = (0..11).map(|i| format!("p{i}")).collect();
        let crowd: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b"x"[..])).collect();
        assert_eq!(scan(&mut Cursor::new(zipped(&crowd)), &limits()).unwrap_err().code, issue::HOSTILE_ARCHIVE);
        assert_eq!(scan(&mut Cursor::new(b"PK\x03\x04 nothing"), &limits()).unwrap_err().code, issue::UNREADABLE_FILE);
    }

    #[test]
    fn what_would_fill_memory_or_take_hours_is_refused() {
        let reason = |parts: &[(&str, &[u8])]| {
            let fault = scan(&mut Cursor::new(zipped(parts)), &limits()).unwrap_err();
            assert_eq!(fault.code, issue::HOSTILE_ARCHIVE);
            fault.params[0].1.clone()
        };
        let told = |word: &str| crate::model::Param::Word { word: word.into() };
        let long = format!("<sst><si>{}</si></sst>", "x".repeat(1_001));
        assert_eq!(reason(&[("xl/a.xml", long.as_bytes())]), told("reason_text_too_long"));
        assert_eq!(reason(&[("xl/a.xml", b"<sst><si/><si/><si/><si/></sst>")]), told("reason_too_many_strings"));
        let merges = r#"<mergeCell ref="A1:B2"/>"#.repeat(4);
        assert_eq!(reason(&[("xl/sheet1.xml", merges.as_bytes())]), told("reason_too_many_marks"));
        let book: &[u8] = br#"<workbook><sheet name="a" id="r1"/><sheet name="b" id="r2"/></workbook>"#;
        let rels: &[u8] = br#"<R><Relationship Id="r1" Target="s.xml"/><Relationship Id="r2" Target="/xl/s.xml"/></R>"#;
        let parts = [("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", rels)];
        assert_eq!(reason(&parts), told("reason_shared_parts"));
    }

    #[test]
    fn cells_are_located() {
        assert_eq!(position("A1"), Some((0, 0)));
        assert_eq!(position("$XFD$1048576"), Some((1_048_575, 16_383)));
        assert_eq!(position("A0"), None);
        assert_eq!(position("12"), None);
    }
}
