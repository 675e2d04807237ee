//! What is looked for in each part of an archived workbook, and which sheet it belongs to.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::imported::{BOOK_STAMP, MARKED_COPY};

use crate::intake::file::package::biff_marks::{self, BinarySheet, Parts};
use crate::intake::file::package::ods_marks::Tables;
use crate::intake::file::package::repair;
use crate::intake::file::package::styles::StylesOf;
use crate::intake::file::package::xlsx_marks::SheetTags;
use crate::intake::file::package::xml::{Tags, attribute, is_true, local_name, unescape};
use crate::intake::file::scan::SheetScan;

/// What the parts of an archive say, until it is known which sheet each belongs to.
#[derive(Default)]
pub(crate) struct Findings {
    parts: BTreeMap<String, SheetScan>,
    /// Names and relations of the sheets.
    names: Vec<(String, String)>,
    targets: BTreeMap<String, String>,
    tables: BTreeMap<String, SheetScan>,
    /// Where the workbook part lies.
    pub folder: String,
    pub date1904: bool,
    pub marked_copy: bool,
    /// The moment of creation that all our workbooks have.
    pub own_book: bool,
    pub odd: bool,
    /// The manifest of an OpenDocument file says that its parts are enciphered.
    pub encrypted: bool,
    /// Shared strings so far.
    pub strings: usize,
}

impl Findings {
    /// Keeps what was found in a part.
    pub fn keep(&mut self, part: String, look: Look) {
        match look {
            Look::Sheet(tags) => {
                self.odd |= tags.odd;
                self.parts.insert(part, tags.finish());
            }
            Look::BinarySheet(_, found) => {
                self.parts.insert(part, found.finish());
            }
            Look::Tables(tables) => self.tables = tables.finish(),
            _ => {}
        }
    }

    /// Sheet name → findings; `None` when sheets share a part: each has one of its own, and one part read a thousand
    /// times over would take hours.
    pub fn by_sheet(mut self) -> Option<BTreeMap<String, SheetScan>> {
        let mut sheets = self.tables;
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (name, id) in self.names {
            let Some(path) = self.targets.get(&id).map(|t| part_path(&self.folder, t)) else { continue };
            if let Some(found) = self.parts.remove(&path) {
                sheets.insert(name, found);
            }
            if !taken.insert(path) {
                return None;
            }
        }
        Some(sheets)
    }
}

/// What is looked for in a part.
pub(crate) enum Look {
    Sheet(Box<SheetTags>),
    Workbook,
    Relations,
    Properties,
    Tables(Box<Tables>),
    BinarySheet(Parts, BinarySheet),
    BinaryWorkbook(Parts),
    /// Only what no part may have.
    OtherXml,
    Nothing,
}

impl Look {
    /// Sheets usually stand in `xl/worksheets/`, but nothing obliges them to: the tags looked for occur nowhere else.
    pub fn at(name: &str, styles: &StylesOf) -> Look {
        match name {
            "content.xml" => Look::Tables(Box::new(Tables::new(&styles.by_name))),
            "xl/workbook.bin" => Look::BinaryWorkbook(Parts::default()),
            _ if name.ends_with("workbook.xml") => Look::Workbook,
            _ if name.ends_with("_rels/workbook.xml.rels") || name.ends_with("_rels/workbook.bin.rels") => {
                Look::Relations
            }
            _ if name.ends_with(".xml") && name.contains("sheet") => {
                Look::Sheet(Box::new(SheetTags::new(&styles.by_number)))
            }
            _ if name.ends_with(".xml") && name.starts_with("docprops/") => Look::Properties,
            _ if name.ends_with(".bin") && name.contains("worksheets/") => {
                Look::BinarySheet(Parts::default(), BinarySheet::new(&styles.by_number))
            }
            _ if name.ends_with(".xml") || name.ends_with(".rels") => Look::OtherXml,
            _ => Look::Nothing,
        }
    }

    /// Merged regions and hidden rows so far.
    pub fn marks(&self) -> usize {
        match self {
            Look::Sheet(tags) => tags.marks(),
            Look::Tables(tables) => tables.marks(),
            Look::BinarySheet(_, sheet) => sheet.marks(),
            _ => 0,
        }
    }

    /// Takes the next bytes of the part; `true` when it declares a document type.
    pub fn take(&mut self, bytes: &[u8], tags: &mut Tags, findings: &mut Findings) -> bool {
        match self {
            Look::Nothing => return false,
            Look::BinarySheet(parts, scan) => {
                parts.feed(bytes, |kind, body| scan.take(kind, body));
                return false;
            }
            Look::BinaryWorkbook(parts) => {
                parts.feed(bytes, |kind, body| findings.names.extend(biff_marks::declared(kind, body)));
                return false;
            }
            _ => {}
        }
        let mut doctype = false;
        tags.feed(bytes, |tag, text| {
            doctype |= tag.starts_with(b"!DOCTYPE");
            match self {
                Look::Sheet(cells) => return cells.take(tag, text),
                Look::Workbook => findings.workbook(tag),
                Look::Relations => findings.relation(tag),
                Look::Properties => {
                    let named = || attribute(tag, b"name").is_some_and(|n| n == MARKED_COPY.as_bytes());
                    findings.marked_copy |= local_name(tag) == b"property" && named();
                    findings.own_book |=
                        tag.starts_with(b"/") && text == BOOK_STAMP.as_bytes() && tag.ends_with(b":created");
                    return local_name(tag) == b"created";
                }
                Look::Tables(tables) => tables.take(tag),
                _ => {
                    findings.strings += usize::from(local_name(tag) == b"si");
                    findings.encrypted |= local_name(tag) == b"encryption-data";
                }
            }
            false
        });
        doctype
    }
}

impl Findings {
    fn workbook(&mut self, tag: &[u8]) {
        match local_name(tag) {
            b"sheet" => {
                self.odd |= repair::is_odd(tag);
                if let (Some(name), Some(id)) = (attribute(tag, b"name"), attribute(tag, b"id")) {
                    self.names.push((unescape(name), unescape(id)));
                }
            }
            b"workbookPr" => self.date1904 |= attribute(tag, b"date1904").is_some_and(is_true),
            _ => {}
        }
    }

    fn relation(&mut self, tag: &[u8]) {
        if local_name(tag) == b"Relationship"
            && let (Some(id), Some(target)) = (attribute(tag, b"Id"), attribute(tag, b"Target"))
        {
            self.targets.insert(unescape(id), unescape(target));
        }
    }
}

/// A relation's target as a part name in lower case.
fn part_path(folder: &str, target: &str) -> String {
    let target = target.to_ascii_lowercase();
    match target.strip_prefix('/') {
        Some(absolute) => absolute.to_string(),
        None => format!("{folder}{}", target.trim_start_matches("./")),
    }
}
