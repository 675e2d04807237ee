//! The number formats of archived workbooks, read before their sheets: by cell style, as sheets refer to them.

use std::io::{Read, Seek};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use crate::intake::file::package::biff_marks::{self, Parts};
use crate::intake::file::package::ods_styles::{self, NamedStyles};
use crate::intake::file::package::style_codes::{Codes, LIMIT, value};
use crate::intake::file::scan::Styles;

/// The formats of a workbook's cell styles.
#[derive(Default)]
pub(crate) struct StylesOf {
    /// Of Excel's formats: styles go by number.
    pub by_number: Styles,
    /// Of OpenDocument: styles go by name.
    pub by_name: NamedStyles,
}

/// Reads whatever styles the archive has; what cannot be read gives none.
pub(crate) fn read<R: Read + Seek>(zip: &mut ZipArchive<R>) -> StylesOf {
    let names: Vec<String> = zip.file_names().flatten().map(|n| n.into_owned()).collect();
    let ends = |end: &str| names.iter().find(|n| n.to_ascii_lowercase().ends_with(end)).cloned();
    let mut whole = |name: Option<String>| {
        let mut bytes = Vec::new();
        let read = name.and_then(|n| zip.by_name(&n).ok()).map(|part| part.take(LIMIT).read_to_end(&mut bytes));
        matches!(read, Some(Ok(_))).then_some(bytes)
    };
    if names.iter().any(|n| n == "content.xml") {
        let of_file = whole(Some("styles.xml".to_string())).unwrap_or_default();
        // The styles of its own stand before its sheets, however long these are.
        let of_sheets = zip.by_name("content.xml").ok().map(ods_styles::head).unwrap_or_default();
        return StylesOf { by_name: NamedStyles::read([&of_file[..], &of_sheets[..]]), ..StylesOf::default() };
    }
    let by_number = match whole(ends("styles.bin")) {
        Some(bytes) => of_binary(&bytes),
        None => whole(ends("styles.xml"))
            .and_then(|b| String::from_utf8(b).ok())
            .map_or_else(Styles::default, |t| of_xml(&t)),
    };
    StylesOf { by_number, ..StylesOf::default() }
}

/// `styles.xml` of an `.xlsx` workbook.
fn of_xml(text: &str) -> Styles {
    let mut reader = Reader::from_str(text);
    let mut codes = Codes::default();
    let mut in_cells = false;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => {
                let id = || value(&tag, "numFmtId").and_then(|v| v.parse::<u32>().ok());
                match tag.local_name().into_inner() {
                    "numFmt" => {
                        if let (Some(id), Some(code)) = (id(), value(&tag, "formatCode")) {
                            codes.code(id, code);
                        }
                    }
                    "cellXfs" => in_cells = true,
                    "cellStyles" => in_cells = false,
                    "xf" if in_cells => codes.cell(id().unwrap_or(0)),
                    _ => {}
                }
            }
            Event::End(tag) if tag.local_name().into_inner() == "cellXfs" => break,
            _ => {}
        }
    }
    codes.finish()
}

/// `styles.bin` of an `.xlsb` workbook.
fn of_binary(bytes: &[u8]) -> Styles {
    let mut codes = Codes::default();
    let mut in_cells = false;
    Parts::default().feed(bytes, |kind, body| match kind {
        // BrtFmt
        44 => codes_of(&mut codes, body),
        // BrtBeginCellXFs, BrtEndCellXFs
        617 => in_cells = true,
        618 => in_cells = false,
        // BrtXF
        47 if in_cells => codes.cell(biff_marks::short(body, 2).map_or(0, u32::from)),
        _ => {}
    });
    codes.finish()
}

fn codes_of(codes: &mut Codes, body: &[u8]) {
    if let (Some(id), Some((code, _))) = (biff_marks::short(body, 0), biff_marks::wide(body, 2)) {
        codes.code(id.into(), code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(styles: &Styles, style: usize, value: f64) -> Option<String> {
        styles.get(style)?.as_ref()?.look(value).map(|l| l.text(value))
    }

    #[test]
    fn formats_of_cell_styles_count_and_those_of_named_ones_do_not() {
        let text = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"000000\"/><numFmt numFmtId=\"165\" formatCode=\"0.00\"/>\
                    <numFmt numFmtId=\"166\" formatCode=\"0.00&quot;万元&quot;\"/><numFmt numFmtId=\"167\" formatCode=\"0.00,,&#10;%\"/></numFmts>\
                    <cellStyleXfs><xf numFmtId=\"164\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"><alignment/></xf>\
                    <xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"10\"/><xf numFmtId=\"167\"/></cellXfs></styleSheet>";
        let styles = of_xml(text);
        let all: Vec<_> = (0..6).map(|s| seen(&styles, s, 7.0)).collect();
        let expected = [None, Some("000007"), None, Some("7万元"), Some("700%"), Some("0.0007")];
        assert_eq!(all, expected.map(|t| t.map(str::to_string)));
        assert!(of_xml("<styleSheet><cellXfs><xf/></cellXfs></styleSheet>").is_empty());
    }

    #[test]
    fn formats_of_a_binary_part() {
        let wide = |text: &str| {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            [&(text.encode_utf16().count() as u32).to_le_bytes()[..], &units].concat()
        };
        let format = [&[164, 0][..], &wide("0!.0000")].concat();
        let xf = |format: u16| [&[0x2F, 16, 0, 0][..], &format.to_le_bytes(), &[0; 12]].concat();
        let part = [
            &[0x2C, format.len() as u8][..],
            &format,
            &xf(164),
            &[0xE9, 0x04, 0],
            &xf(0),
            &xf(164),
            &xf(9),
            &[0xEA, 0x04, 0],
        ]
        .concat();
        let styles = of_binary(&part);
        let all: Vec<_> = (0..3).map(|s| seen(&styles, s, 35_000.0)).collect();
        assert_eq!(all, [None, Some("3.5".to_string()), Some("3500000%".to_string())]);
    }
}
