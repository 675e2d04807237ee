//! What a sheet's XML says beside its values, and the digits of numbers that their values do not keep.

use crate::intake::file::package::xml::{attribute, is_true, local_name, number, position, region};
use crate::intake::file::scan::{Rescued, SheetScan};

/// From so many digits on, a number's value no longer says them all.
const LONG: usize = 16;

/// Percentages a sheet is looked at for.
const MOST_PERCENTS: usize = 1 << 20;

/// Columns a sheet can have.
const MAX_COLUMNS: usize = 16_384;

/// Looks at a sheet's tags as they come.
pub(crate) struct SheetTags<'p> {
    scan: SheetScan,
    /// Digits a number shows, by style; see [`styles::zero_padding`].
    padding: &'p [u8],
    row: u32,
    /// Cells of the row so far.
    column: u32,
    /// The tag of the cell last begun.
    cell: Vec<u8>,
    /// A reader would stumble over a word of the sheet.
    pub odd: bool,
}

impl<'p> SheetTags<'p> {
    pub fn new(padding: &'p [u8]) -> SheetTags<'p> {
        SheetTags { scan: SheetScan::default(), padding, row: 0, column: 0, cell: Vec::new(), odd: false }
    }

    /// Takes a tag with the text before it; says whether the text after it is wanted.
    pub fn take(&mut self, tag: &[u8], text: &[u8]) -> bool {
        if !text.is_empty() {
            self.value(text);
        }
        match local_name(tag) {
            b"c" => {
                self.column += 1;
                self.cell.clear();
                self.cell.extend_from_slice(tag);
            }
            b"v" => return !tag.ends_with(b"/"),
            b"row" => {
                self.row = attribute(tag, b"r").and_then(number).map_or(self.row + 1, |r| r.max(1));
                self.column = 0;
                self.scan.rows = Some(self.scan.rows.unwrap_or(0) + 1);
                if attribute(tag, b"hidden").is_some_and(is_true) {
                    self.scan.hidden_rows.push(self.row - 1);
                }
            }
            b"col" => {
                if attribute(tag, b"hidden").is_some_and(is_true)
                    && let (Some(min), Some(max)) =
                        (attribute(tag, b"min").and_then(number), attribute(tag, b"max").and_then(number))
                    && min > 0
                    && max >= min
                    && self.scan.hidden_columns.len() < MAX_COLUMNS
                {
                    self.scan.hidden_columns.push((min - 1, max - 1));
                }
            }
            b"dimension" => self.odd |= crate::intake::file::package::repair::is_odd(tag),
            b"mergeCell" => {
                if let Some(range) = attribute(tag, b"ref").and_then(region) {
                    self.scan.merges.push(range);
                }
            }
            _ => {}
        }
        false
    }

    /// Keeps the digits of a number if they say more than its value.
    fn value(&mut self, text: &[u8]) {
        if self.padding.is_empty() && text.len() < LONG {
            return;
        }
        let width = match self.padding {
            [] => 0,
            padding => {
                let style = attribute(&self.cell, b"s").and_then(number).unwrap_or(0);
                padding.get(style as usize).copied().unwrap_or(0)
            }
        };
        if width == styles::PERCENT && self.scan.percents.len() < MOST_PERCENTS {
            self.scan.percents.push(self.place());
            return;
        }
        if !text.iter().all(u8::is_ascii_digit) {
            return;
        }
        let width = usize::from(width);
        if text.len() < LONG && text.len() >= width {
            return;
        }
        if attribute(&self.cell, b"t").is_some_and(|t| t != b"n") {
            return;
        }
        let Some(digits) = std::str::from_utf8(text).ok().and_then(|t| t.parse::<u64>().ok()) else { return };
        let (row, column) = self.place();
        let width = u8::try_from(width.max(text.len())).unwrap_or(u8::MAX);
        self.scan.rescued.push(Rescued { row, column, digits, width });
    }

    /// Where the cell last begun stands.
    fn place(&self) -> (u32, u32) {
        let place = attribute(&self.cell, b"r").and_then(|r| position(std::str::from_utf8(r).ok()?));
        place.unwrap_or((self.row.saturating_sub(1), self.column.saturating_sub(1)))
    }

    /// Merged regions and hidden rows so far.
    pub fn marks(&self) -> usize {
        self.scan.merges.len() + self.scan.hidden_rows.len()
    }

    pub fn finish(mut self) -> SheetScan {
        self.scan.percents.sort_unstable();
        self.scan.rescued.sort_by_key(|r| (r.row, r.column));
        self.scan
    }
}

/// The number formats of a workbook.
pub(crate) mod styles {
    use std::collections::BTreeMap;
    use std::io::{Read, Seek};

    use quick_xml::Reader;
    use quick_xml::events::Event;
    use zip::ZipArchive;

    /// Styles longer than this are not looked at.
    const LIMIT: u64 = 16 << 20;

    /// A style that shows percentages.
    pub const PERCENT: u8 = u8::MAX;

    /// How many digits the number format of each cell style shows at least (`000000` shows six), or [`PERCENT`]; empty
    /// when none asks for any.
    pub fn zero_padding<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Vec<u8> {
        let ends = |name: &str| name.to_ascii_lowercase().ends_with("styles.xml");
        let name = zip.file_names().flatten().find(|n| ends(n)).map(|n| n.into_owned());
        let mut text = String::new();
        let read = name.and_then(|n| zip.by_name(&n).ok()).map(|part| part.take(LIMIT).read_to_string(&mut text));
        match read {
            Some(Ok(_)) => widths(&text),
            _ => Vec::new(),
        }
    }

    fn widths(text: &str) -> Vec<u8> {
        let mut reader = Reader::from_str(text);
        // Two formats every workbook has without saying so.
        let mut formats: BTreeMap<u32, u8> = BTreeMap::from([(9, PERCENT), (10, PERCENT)]);
        let mut widths = Vec::new();
        let mut in_cells = false;
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Eof => break,
                Event::Start(tag) | Event::Empty(tag) => {
                    let value = |name: &str| {
                        let mut attributes = tag.attributes();
                        let all = attributes.with_checks(false).flatten();
                        all.into_iter().find(|a| a.key.local_name().into_inner() == name).map(|a| a.value.to_string())
                    };
                    let id = || value("numFmtId").and_then(|v| v.parse::<u32>().ok());
                    match tag.local_name().into_inner() {
                        "numFmt" => {
                            let code = value("formatCode").unwrap_or_default();
                            let zeros = code.len() > 1 && code.bytes().all(|b| b == b'0');
                            match (id(), u8::try_from(code.len())) {
                                (Some(id), Ok(width)) if zeros => formats.insert(id, width.min(PERCENT - 1)),
                                (Some(id), _) if code.contains('%') => formats.insert(id, PERCENT),
                                _ => None,
                            };
                        }
                        "cellXfs" => in_cells = true,
                        "cellStyles" => in_cells = false,
                        "xf" if in_cells => {
                            widths.push(id().and_then(|i| formats.get(&i).copied()).unwrap_or(0));
                        }
                        _ => {}
                    }
                }
                Event::End(tag) if tag.local_name().into_inner() == "cellXfs" => break,
                _ => {}
            }
        }
        if widths.iter().all(|w| *w == 0) { Vec::new() } else { widths }
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn only_formats_of_zeros_count() {
            let text = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"000000\"/><numFmt numFmtId=\"165\" formatCode=\"0.00\"/></numFmts>\
                        <cellStyleXfs><xf numFmtId=\"164\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"><alignment/></xf><xf numFmtId=\"165\"/></cellXfs></styleSheet>";
            assert_eq!(super::widths(text), [0, 6, 0]);
            assert!(super::widths("<styleSheet><cellXfs><xf/></cellXfs></styleSheet>").is_empty());
            let percent = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"0.0%\"/></numFmts>\
                           <cellXfs><xf numFmtId=\"10\"/><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>";
            assert_eq!(super::widths(percent), [super::PERCENT, 0, super::PERCENT]);
        }
    }
}
