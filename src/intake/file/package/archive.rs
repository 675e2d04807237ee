//! Looks into a zipped workbook before any reader does: counts what it really inflates to, refuses document type
//! declarations, and picks up what the reader has no call for (merged regions, hidden rows and columns, 1904 dates).

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use crate::rules::import::limits::ZipLimits;

use crate::intake::file::package::parts::{Findings, Look};
use crate::intake::file::package::styles;
use crate::intake::file::package::wellformed;
use crate::intake::file::package::xml::Tags;
use crate::intake::file::scan::SheetScan;
use crate::intake::issue::{self, Fault};

/// Sizes below this are never a bomb, whatever their ratio.
const RATIO_FLOOR: u64 = 1 << 20;

/// What the archive holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scan {
    pub format: Option<Format>,
    pub date1904: bool,
    /// One of our own copies, with stars for names.
    pub marked_copy: bool,
    /// One of our own workbooks.
    pub own_book: bool,
    /// Whether a reader would stumble over a word of it, see [`super::repair`].
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
    let styles = styles::read(&mut zip);
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
        let mut look = Look::at(&lower, &styles);
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
    scan.own_book = findings.own_book;
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
}
