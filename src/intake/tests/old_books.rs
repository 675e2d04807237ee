//! Workbooks of Excel 2 to 97, record by record: letters in any code page, and sheets without formats.

use std::io::{Cursor, Write as _};

use crate::intake::tests::{codes, d, read_with, rows_of, rules, written};
use crate::intake::*;
use crate::model::Fen;
use crate::model::rows::PayrollRow;

fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
}

fn place(row: u16, column: u16) -> Vec<u8> {
    [row.to_le_bytes(), column.to_le_bytes()].concat()
}

const TABLE: [[&str; 4]; 2] =
    [["姓名", "账号", "实发金额", "代发单位"], ["甲一", "6200000000000000001", "1234.5", "甲厂A"]];

/// The table with `text` for texts and `number` for the amount.
fn cells(text: impl Fn(u16, u16, &str) -> Vec<u8>, number: impl Fn(u16, u16, f64) -> Vec<u8>) -> Vec<u8> {
    let mut all = Vec::new();
    for (r, row) in TABLE.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            let (r, c) = (r as u16, c as u16);
            all.extend(if (r, c) == (1, 2) { number(r, c, cell.parse().unwrap()) } else { text(r, c, cell) });
        }
    }
    all
}

/// A workbook of one sheet in a container: `globals` behind its first record, then the sheet.
fn contained(version: u16, globals: &[u8], name: &[u8], sheet: &[u8]) -> Vec<u8> {
    let start = |kind: u16| record(0x0809, &[version.to_le_bytes(), kind.to_le_bytes(), [0, 0], [0, 0]].concat());
    let bound_length = 4 + 6 + name.len();
    let at = start(5).len() + globals.len() + bound_length + 4;
    let bound = record(0x85, &[&(at as u32).to_le_bytes()[..], &[0, 0], name].concat());
    let stream =
        [start(5), globals.to_vec(), bound, record(0x0A, &[]), start(0x10), sheet.to_vec(), record(0x0A, &[])].concat();
    let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let name = if version == 0x0600 { "/Workbook" } else { "/Book" };
    compound.create_stream(name).unwrap().write_all(&stream).unwrap();
    compound.into_inner().into_inner()
}

fn read_bytes(bytes: &[u8]) -> FileReading {
    let hints = Hints { payday: d("2026-03-10"), today: d("2026-03-18"), ..Hints::default() };
    read_with(&written("工资.xls", bytes), &hints)
}

/// The one payment, in letters as they were written.
fn assert_read(bytes: &[u8], what: &str) {
    let reading = read_bytes(bytes);
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    let plain = |p: &crate::model::Personal<String>| p.unmask(crate::model::personal::Purpose::Store).clone();
    let row = &rows[0];
    assert_eq!(rows.len(), 1, "{what}");
    assert_eq!(row.name.as_ref().map(plain).as_deref(), Some("甲一"), "{what}");
    assert_eq!(row.account.as_ref().map(plain).as_deref(), Some("6200000000000000001"), "{what}");
    assert_eq!((row.amount, row.employer.as_deref()), (Fen(123_450), Some("甲厂A")), "{what}");
    assert!(!reading.sheets[0].sheet.contains('\0'), "{what}");
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn codepage(number: u16) -> Vec<u8> {
    record(0x42, &number.to_le_bytes())
}

fn number(r: u16, c: u16, value: f64) -> Vec<u8> {
    record(0x0203, &[&place(r, c)[..], &[0, 0], &value.to_le_bytes()].concat())
}

#[test]
fn two_byte_letters_whatever_code_page_the_file_names() {
    // Excel 97: a flag says whether a text is in two-byte letters or in their lower halves.
    let label = |r: u16, c: u16, text: &str| {
        let (flag, bytes) = if text.is_ascii() { (0, text.as_bytes().to_vec()) } else { (1, wide(text)) };
        let length = text.encode_utf16().count() as u16;
        record(0x0204, &[&place(r, c)[..], &[0, 0], &length.to_le_bytes(), &[flag], &bytes].concat())
    };
    let sheet = cells(label, number);
    for page in [None, Some(1200), Some(936), Some(1252), Some(20127)] {
        let globals = page.map(codepage).unwrap_or_default();
        assert_read(&contained(0x0600, &globals, b"\x02\0S1", &sheet), &format!("{page:?}"));
    }
    // A writer that puts the bytes of a Chinese code page where the lower halves belong.
    let label = |r: u16, c: u16, text: &str| {
        let bytes = gbk(text);
        record(0x0204, &[&place(r, c)[..], &[0, 0], &(bytes.len() as u16).to_le_bytes(), &[0], &bytes].concat())
    };
    assert_read(&contained(0x0600, &codepage(936), b"\x02\0S1", &cells(label, number)), "bytes");
}

#[test]
fn letters_of_excel_5_with_and_without_a_code_page() {
    let label = |bytes: fn(&str) -> Vec<u8>, letters: bool| {
        move |r: u16, c: u16, text: &str| {
            let bytes = bytes(text);
            let length = if letters { text.chars().count() } else { bytes.len() };
            record(0x0204, &[&place(r, c)[..], &[0, 0], &(length as u16).to_le_bytes(), &bytes].concat())
        }
    };
    for page in [Some(936), None, Some(1200), Some(0x8001)] {
        let globals = page.map(codepage).unwrap_or_default();
        assert_read(&contained(0x0500, &globals, b"\x02S1", &cells(label(gbk, false), number)), &format!("{page:?}"));
    }
    // Two-byte letters where there should be none, their number told in letters or in bytes.
    for letters in [true, false] {
        let name = if letters { b"\x02S\x001\0" } else { b"\x04S\x001\0" };
        let bytes = contained(0x0500, &codepage(1200), name, &cells(label(wide, letters), number));
        assert_read(&bytes, &format!("wide, counted in letters: {letters}"));
    }
}

#[test]
fn sheets_of_excel_2_to_4_are_read_without_formats_and_without_a_container() {
    let short_label = |r: u16, c: u16, text: &str| {
        let bytes = gbk(text);
        record(0x0004, &[&place(r, c)[..], &[0, 0, 0], &[bytes.len() as u8], &bytes].concat())
    };
    let short_number =
        |r: u16, c: u16, value: f64| record(0x0003, &[&place(r, c)[..], &[0, 0, 0], &value.to_le_bytes()].concat());
    let label = |r: u16, c: u16, text: &str| {
        let bytes = gbk(text);
        record(0x0204, &[&place(r, c)[..], &[0, 0], &(bytes.len() as u16).to_le_bytes(), &bytes].concat())
    };
    let end = record(0x0A, &[]);
    let two = [record(0x0009, &[2, 0, 0x10, 0]), cells(short_label, short_number), end.clone()].concat();
    assert_read(&two, "Excel 2");
    for (kind, version) in [(0x0209, 3), (0x0409, 4)] {
        let sheet = [record(kind, &[0, version, 0x10, 0, 0, 0]), cells(label, number), end.clone()].concat();
        assert_read(&sheet, &format!("Excel {version}"));
        let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        compound.create_stream("/Book").unwrap().write_all(&sheet).unwrap();
        assert_read(&compound.into_inner().into_inner(), &format!("Excel {version} in a container"));
    }
}

#[test]
fn days_and_results_of_formulas_in_an_old_sheet() {
    let label = |r: u16, c: u16, text: &str| {
        let bytes = gbk(text);
        record(0x0204, &[&place(r, c)[..], &[0, 0], &(bytes.len() as u16).to_le_bytes(), &bytes].concat())
    };
    let styled = |r: u16, c: u16, style: u16, value: f64| {
        record(0x0203, &[&place(r, c)[..], &style.to_le_bytes(), &value.to_le_bytes()].concat())
    };
    let format = |text: &str| record(0x041E, &[&[0, 0, text.len() as u8][..], text.as_bytes()].concat());
    let style = |format: u8| record(0x0443, &[0, format, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    // A formula whose result is a text, which the next record holds; one whose result is a number.
    let formula =
        |r: u16, c: u16, result: [u8; 8]| record(0x0406, &[&place(r, c)[..], &[0, 0], &result, &[0, 0, 0, 0]].concat());
    let text_result = record(0x0207, &[&2u16.to_le_bytes()[..], b"A1"].concat());
    // 46091 is 10 March 2026: 46023 is 1 January 2026 (the serial of 2026-01-01), and 31 + 28 + 9 days later is the tenth.
    let stream = [
        record(0x0409, &[0, 4, 0x10, 0, 0, 0]),
        format("General"),
        format("yyyy\\-mm\\-dd"),
        style(0),
        style(1),
        label(0, 0, "姓名"),
        label(0, 1, "账号"),
        label(0, 2, "实发金额"),
        label(0, 3, "发薪日"),
        label(0, 4, "代发单位"),
        label(1, 0, "甲一"),
        label(1, 1, "6200000000000000001"),
        formula(1, 2, 5000.25f64.to_le_bytes()),
        styled(1, 3, 1, 46_091.0),
        formula(1, 4, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        text_result,
        record(0x0A, &[]),
    ]
    .concat();
    let reading = read_with(&written("工资.xls", &stream), &Hints { today: d("2026-03-18"), ..Hints::default() });
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    assert_eq!((rows[0].amount, rows[0].payday), (Fen(500_025), d("2026-03-10")));
    assert_eq!(rows[0].employer.as_deref(), Some("A1"));
    // Cut anywhere, it is a shorter sheet or none, never a panic; a chart and a protected sheet say what they are.
    for end in 4..stream.len() {
        read(&written("工资.xls", &stream[..end]).path, &rules(), &Hints::default());
    }
    let chart = [record(0x0409, &[0, 4, 0x20, 0, 0, 0]), record(0x0A, &[])].concat();
    assert_eq!(codes(&read_bytes(&chart)), [("unreadable_file", None)]);
    let locked = [record(0x0409, &[0, 4, 0x10, 0, 0, 0]), record(0x2F, &[0; 4]), record(0x0A, &[])].concat();
    assert_eq!(codes(&read_bytes(&locked)), [("encrypted_file", None)]);
}
