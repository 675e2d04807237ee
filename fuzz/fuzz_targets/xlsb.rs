//! An xlsb: its sheet, then (after two bytes 0xFF) its workbook.
#![no_main]

use daifa_fuzz::{archive, doors};

const RELATIONS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.bin"/></Relationships>"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let split = data.windows(2).position(|w| w == [0xFF, 0xFF]);
    let (sheet, book) = split.map_or((data, &[][..]), |at| (&data[..at], &data[at + 2..]));
    doors().cells(&archive(&[
        ("xl/workbook.bin", book),
        ("xl/_rels/workbook.bin.rels", RELATIONS),
        ("xl/worksheets/sheet1.bin", sheet),
    ]));
});
