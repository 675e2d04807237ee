//! What a number format shows is what is read: amounts, numbers, shares.

use crate::model::product::Amount;
use rust_xlsxwriter::{Format, Workbook};

use crate::intake::tests::{codes, draw, read_with, rows_of, saved};
use crate::intake::*;
use crate::model::Fen;
use crate::model::personal::Purpose;
use crate::model::rows::{EmployerRow, HoldingRow, Paydays};

/// One person's AUM under a header, stored as a number with a format.
fn shown(header: &str, format: &str, stored: f64, hints: &Hints) -> FileReading {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(sheet, &format!("| 客户号 | 代发单位 | 数据日期 | {header} |\n| K1 | 甲厂 | 2026-03-16 | |"));
    sheet.write_number_with_format(1, 3, stored, &Format::new().set_num_format(format)).unwrap();
    read_with(&saved("持有.xlsx", book), hints)
}

fn aum(reading: &FileReading) -> Option<Fen> {
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    rows[0].amounts[Amount::Aum]
}

#[test]
fn amounts_are_read_as_they_are_seen() {
    for (header, format, stored, yuan) in [
        // Divided by the format, with the unit in the header.
        ("AUM余额(万元)", "0!.0000", 35_000.0, 35_000),
        ("AUM余额(万元)", "0\".\"0000", 35_000.0, 35_000),
        ("AUM余额(万元)", "0!.0,", 35_000.0, 35_000),
        ("AUM余额(万元)", "0.00,,\n%", 35_000.0, 35_000),
        ("AUM余额(千元)", "#,##0,", 35_000.0, 35_000),
        ("AUM余额(百万元)", "0.00,,", 35_000_000.0, 35_000_000),
        ("AUM余额(亿元)", "0!.00,,", 320_000_000.0, 320_000_000),
        // The format names the unit.
        ("AUM余额", "0.00\"万元\"", 3.5, 35_000),
        ("AUM余额(元)", "0.00\"万元\"", 3.5, 35_000),
        ("AUM余额(万元)", "0.00\"万元\"", 3.5, 35_000),
        ("AUM余额", "General\"万元\"", 3.5, 35_000),
        ("AUM余额", "0.00\"万\"", 3.5, 35_000),
        ("AUM余额", "[$￥-804]#,##0.00\"万元\"", 3.5, 35_000),
        ("AUM余额(万元)", "0.00\"元\"", 35_000.0, 35_000),
        ("AUM余额", "0.00\" 亿\"", 3.2, 320_000_000),
        ("AUM余额", "0.0\"千元\"", 35.0, 35_000),
        // Both.
        ("AUM余额", "0!.0,\"万\"", 35_000.0, 35_000),
        ("AUM余额(元)", "0!.0,\"万元\"", 35_000.0, 35_000),
        ("AUM余额(万元)", "0!.0,\"万\"", 35_000.0, 35_000),
        ("AUM余额", "[>=100000000]0!.00,,\"亿\";[>=10000]0!.0,\"万\";0", 320_000_000.0, 320_000_000),
        ("AUM余额", "[>=100000000]0!.00,,\"亿\";[>=10000]0!.0,\"万\";0", 35_000.0, 35_000),
        ("AUM余额(万元)", "[>=100000000]0!.00,,\"亿\";[>=10000]0!.0,\"万\";0", 5_000.0, 5_000),
        ("AUM余额", "#,##0.0,\"千元\"", 35_000.0, 35_000),
        // As stored.
        ("AUM余额(万元)", "0.00", 3.5, 35_000),
        ("AUM余额(元)", "#,##0.00", 35_000.0, 35_000),
        ("AUM余额(元)", "_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* \"-\"??_ ;_ @_ ", 35_000.0, 35_000),
        ("AUM余额(元)", "0.00;[Red]0.00;\"无\"", 35_000.0, 35_000),
        ("AUM余额(元)", "0!.0000", 0.0, 0),
    ] {
        let reading = shown(header, format, stored, &Hints::default());
        assert_eq!(aum(&reading), Some(Fen::yuan(yuan)), "{header} {format}");
        assert!(reading.is_usable(), "{header} {format}");
    }
}

#[test]
fn numbers_divided_by_a_format_that_no_unit_goes_with_are_asked_about() {
    for (header, format) in [
        ("AUM余额", "0!.0000"),
        ("AUM余额(元)", "0!.0000"),
        ("AUM余额(千元)", "0!.0000"),
        ("AUM余额(万元)", "#,##0,"),
        ("AUM余额", "0.0,\"K\""),
    ] {
        let reading = shown(header, format, 35_000.0, &Hints::default());
        assert!(codes(&reading).contains(&("shown_scaled", Some("D2"))), "{header} {format}: {:?}", codes(&reading));
        assert!(!reading.is_usable());
    }
    // The unit of what is seen, said on the command line.
    let hints = Hints { unit: Some(Unit::TenThousand), ..Hints::default() };
    assert_eq!(aum(&shown("AUM余额", "0!.0000", 35_000.0, &hints)), Some(Fen::yuan(35_000)));
    // Other money, and what is no money.
    for format in ["0.00\"美元\"", "[$USD] #,##0.00", "0\"分\"", "0\"克\""] {
        let reading = shown("AUM余额", format, 35_000.0, &Hints::default());
        assert!(codes(&reading).contains(&("not_yuan", Some("D2"))), "{format}: {:?}", codes(&reading));
    }
    let reading = shown("AUM余额", "0%", 0.35, &Hints::default());
    assert!(codes(&reading).contains(&("amount_not_a_number", Some("D2"))), "{:?}", codes(&reading));
}

#[test]
fn some_cells_that_show_a_unit_beside_bare_numbers_are_asked_about() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(
        sheet,
        "| 客户号 | 代发单位 | 数据日期 | AUM余额 |\n| K1 | 甲厂 | 2026-03-16 | |\n| K2 | 甲厂 | 2026-03-16 | 4 |",
    );
    sheet.write_number_with_format(1, 3, 3.5, &Format::new().set_num_format("0.00\"万元\"")).unwrap();
    let reading = read_with(&saved("持有.xlsx", book), &Hints::default());
    assert!(codes(&reading).contains(&("unit_unclear", None)), "{:?}", codes(&reading));
    assert!(!reading.is_usable(), "not even its good rows");
}

#[test]
fn words_beside_other_numbers_change_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(
        sheet,
        "| 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 | 月均代发额 |\n| | 甲测试厂 | | | |\n| | 乙测试厂 | | | |",
    );
    for (row, n) in [(1, 7.0), (2, 8.0)] {
        for (column, number, format) in
            [(0, n, "\"DF\"0000"), (2, 260.0, "0\"人\""), (3, 10.0, "0\"日\""), (4, 12.5, "0.0\"万元\"")]
        {
            sheet.write_number_with_format(row, column, number, &Format::new().set_num_format(format)).unwrap();
        }
    }
    let reading = read_with(&saved("单位.xlsx", book), &Hints::default());
    let rows: Vec<EmployerRow> = rows_of!(reading, Employers);
    let numbers: Vec<_> = rows.iter().map(|r| r.bank_number.as_deref()).collect();
    assert_eq!(numbers, [Some("DF0007"), Some("DF0008")]);
    assert_eq!((rows[0].stated_headcount, rows[0].paydays.clone()), (Some(260), Some(Paydays(vec![10]))));
    assert_eq!(rows[0].monthly_payroll, Some(Fen::yuan(125_000)));
}

#[test]
fn the_same_is_read_from_every_format() {
    for format in ["xlsx", "xls", "xlsb", "ods"] {
        let path = format!("{}/tests/formats_files/shown.{format}", env!("CARGO_MANIFEST_DIR"));
        let reading = read(path.as_ref(), &crate::intake::tests::rules(), &Hints::default());
        let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
        let seen: Vec<_> = rows
            .iter()
            .map(|r| {
                let number = r.customer_number.as_ref().map(|n| n.unmask(Purpose::Store).clone());
                (number.unwrap_or_default(), r.amounts[Amount::Aum], r.amounts[Amount::Demand], r.amounts[Amount::Term])
            })
            .collect();
        let yuan = |n| Some(Fen::yuan(n));
        let expected = [
            ("000007".to_string(), yuan(35_000), yuan(5_000), yuan(30_000)),
            ("000008".to_string(), yuan(70_000), yuan(10_000), yuan(60_000)),
            ("000009".to_string(), yuan(105_000), yuan(15_000), yuan(90_000)),
        ];
        assert_eq!(seen, expected, "{format}");
        assert!(reading.is_usable(), "{format}: {:?}", codes(&reading));
    }
}
