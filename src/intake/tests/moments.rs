//! Columns of days that hold moments: sheet in, days out.

use crate::model::product::Amount;
use chrono::NaiveDate;
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};

use crate::intake::tests::{codes, d, draw, read_table, read_text, read_with, rows_of, saved};
use crate::intake::*;
use crate::model::activity::FlowRow;
use crate::model::rows::{HoldingRow, PayrollRow};

/// A serial of the spreadsheets: a day, and seconds of it.
fn serial(day: &str, seconds: f64) -> f64 {
    let day: NaiveDate = day.parse().unwrap();
    (day - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap()).num_days() as f64 + seconds / 86_400.0
}

fn at(hour: u32, minute: u32, second: f64) -> f64 {
    f64::from(hour * 3600 + minute * 60) + second
}

/// A pay list whose paydays are these serials, shown as days.
fn payroll(paydays: &[f64]) -> FileReading {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(sheet, "| 姓名 | 账号 | 金额 | 代发日期 | 代发单位 |");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (i, payday) in paydays.iter().enumerate() {
        let row = i as u32 + 1;
        sheet.write_string(row, 0, format!("张测试{i}")).unwrap();
        sheet.write_string(row, 1, format!("62000000000000000{i:02}")).unwrap();
        sheet.write_number(row, 2, 5000).unwrap();
        sheet.write_number_with_format(row, 3, *payday, &day).unwrap();
        sheet.write_string(row, 4, "甲测试厂").unwrap();
    }
    read_with(&saved("代发.xlsx", book), &Hints::default())
}

fn paydays(reading: &FileReading) -> Vec<Option<NaiveDate>> {
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    rows.iter().map(|r| r.payday).collect()
}

#[test]
fn a_whole_column_some_seconds_before_midnight_means_the_next_day() {
    for seconds in [at(23, 59, 17.0), at(23, 54, 17.0), at(23, 59, 16.8), at(23, 59, 58.0), at(23, 59, 59.136)] {
        let reading = payroll(&[serial("2026-03-09", seconds); 3]);
        assert_eq!(paydays(&reading), [d("2026-03-10"); 3], "{seconds}");
        assert_eq!(codes(&reading), [], "{seconds}");
    }
    // Of different days, and of the last of a month.
    let reading = payroll(&[serial("2026-02-28", at(23, 59, 17.0)), serial("2026-03-31", at(23, 59, 18.0))]);
    assert_eq!(paydays(&reading), [d("2026-03-01"), d("2026-04-01")]);
    // Binary noise below a millisecond is no time of day.
    let reading = payroll(&[serial("2026-03-09", 86_399.999_9)]);
    assert_eq!(paydays(&reading), [d("2026-03-10")]);
    // A row alone: 43 seconds are known, others are asked about.
    assert_eq!(paydays(&payroll(&[serial("2026-03-09", at(23, 59, 17.0))])), [d("2026-03-10")]);
    assert_eq!(codes(&payroll(&[serial("2026-03-09", at(23, 58, 40.0))])), [("moment_unclear", Some("D2"))]);
}

#[test]
fn times_of_a_day_stand_for_that_day() {
    for seconds in
        [0.0, at(0, 0, 43.0), at(8, 0, 0.0), at(9, 30, 0.0), at(23, 59, 0.0), at(23, 59, 59.0), at(23, 55, 0.0)]
    {
        let reading = payroll(&[serial("2026-03-09", seconds); 3]);
        assert_eq!(paydays(&reading), [d("2026-03-09"); 3], "{seconds}");
        assert_eq!(codes(&reading), []);
    }
    // One transaction late in the evening among others.
    let reading = payroll(&[
        serial("2026-03-09", at(10, 12, 33.0)),
        serial("2026-03-09", at(23, 59, 17.0)),
        serial("2026-03-10", at(16, 0, 0.0)),
        serial("2026-03-10", 0.0),
    ]);
    assert_eq!(paydays(&reading), [d("2026-03-09"), d("2026-03-09"), d("2026-03-10"), d("2026-03-10")]);
    assert_eq!(codes(&reading), []);
}

#[test]
fn mixed_columns_are_asked_about() {
    let (day, late) = (serial("2026-03-10", 0.0), serial("2026-03-09", at(23, 59, 17.0)));
    for (column, cell) in [
        (&[day, late][..], "D3"),
        (&[late, late, day], "D4"),
        (&[late, serial("2026-03-09", at(23, 58, 40.0))], "D2"),
        (&[late, late, serial("2026-03-09", at(10, 0, 0.0))], "D4"),
        // Midnight of Beijing on the clock of UTC.
        (&[serial("2026-03-09", at(16, 0, 0.0)); 3], "D2"),
        (&[serial("2026-03-09", at(15, 59, 17.0)); 3], "D2"),
    ] {
        let reading = payroll(column);
        assert_eq!(codes(&reading), [("moment_unclear", Some(cell))], "{column:?}");
        assert!(!reading.is_usable());
    }
    // Below the rows that are looked at first.
    let long: Vec<f64> = (0..120).map(|i| if i < 100 { day } else { late }).collect();
    let reading = payroll(&long);
    assert_eq!((codes(&reading)[0], codes(&reading).len()), (("moment_unclear", Some("D102")), 20));
    let long: Vec<f64> = (0..120).map(|i| if i < 119 { late } else { day }).collect();
    assert_eq!(codes(&payroll(&long)), [("moment_unclear", Some("D121"))]);
}

const FLOWS: &str = "客户号,交易日期,方向,交易金额,对手类型";

fn flow_days(stamps: &[&str]) -> (Vec<NaiveDate>, Vec<String>) {
    let lines: Vec<String> =
        stamps.iter().enumerate().map(|(i, s)| format!("KH{i},{s},支出,{}000,取现", i + 1)).collect();
    let reading = read_text(&format!("{FLOWS}\n{}\n", lines.join("\n")));
    let told = codes(&reading).iter().map(|(code, cell)| format!("{code} {}", cell.unwrap_or("-"))).collect();
    let rows: Vec<FlowRow> = match &reading.sheets[0].rows {
        Some(crate::model::rows::Rows::Flows(rows)) => rows.clone(),
        _ => Vec::new(),
    };
    (rows.iter().map(|r| r.date).collect(), told)
}

#[test]
fn stamps_of_another_zone_are_beijing_time() {
    let tenth = d("2026-03-10").unwrap();
    for stamps in [
        ["2026-03-09T16:30:00.000Z", "2026-03-10T02:00:00.000Z"],
        ["2026-03-09T16:00:00Z", "2026-03-09T16:00:00Z"],
        ["2026-03-09T15:59:17.000Z", "2026-03-09T15:59:17.000Z"],
        ["2026-03-09 16:30:00+00:00", "2026-03-10T15:59:00+0000"],
        ["2026-03-10T00:00:00+08:00", "2026-03-10T23:59:59+08:00"],
        ["2026/3/9 16:30:00 UTC", "2026/3/10 2:00:00 UTC"],
        ["20260309T163000Z", "20260310T020000Z"],
        ["2026-03-09T20:00:00-05:00", "2026-03-10T01:00:00+09:00"],
        ["2026-03-09 23:59:17", "2026-03-09 23:59:17"],
        ["20260309235917", "20260309235917"],
        ["46090.999502314816", "46090.9995"],
    ] {
        assert_eq!(flow_days(&stamps), (vec![tenth; 2], vec![]), "{stamps:?}");
    }
    for stamps in [
        ["2026-03-09T16:30:00Z", "2026-03-09 16:30:00"],
        ["2026-03-09T16:30:00Z", "2026-03-10"],
        ["2026-03-10", "2026-03-09T16:30:00Z"],
        ["2026-03-10", "2026-03-09 23:59:17"],
    ] {
        assert_eq!(flow_days(&stamps), (vec![], vec!["moment_unclear C3".replace('C', "B")]), "{stamps:?}");
    }
    // No zone at all: not read rather than read wrong.
    assert_eq!(flow_days(&["2026-03-09T16:30:00ZZ"; 2]).0, []);
}

#[test]
fn the_days_of_titles_and_of_plain_serials_are_read_so_too() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(sheet, "| 甲测试厂3月工资表 | 代发日期 | |\n| 姓名 | 账号 | 金额 |\n| 张测试 | '6200000000000000001 | 5000 |");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    sheet.write_number_with_format(0, 2, serial("2026-03-09", at(23, 59, 17.0)), &day).unwrap();
    let reading = read_with(&saved("表.xlsx", book), &Hints::default());
    assert_eq!(reading.sheets[0].payday, d("2026-03-10"));
    // Serials that nobody has formatted as days.
    let late = serial("2026-03-15", at(23, 59, 17.0));
    let reading = read_table(&format!(
        "| 客户号 | 代发单位 | 数据日期 | AUM余额(元) |\n| K1 | 甲厂 | {late} | 46091.99 |\n| K2 | 甲厂 | {late} | 46091.999 |"
    ));
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    assert_eq!(rows.iter().map(|r| r.as_of).collect::<Vec<_>>(), [d("2026-03-16"); 2]);
    assert_eq!(rows[0].amounts[Amount::Aum].map(|f| f.0), Some(4_609_199), "money is no moment");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_columns_faulty_seconds_never_move_a_day(
        days in prop::collection::vec(46_000i64..47_000, 2..6),
        short in prop::sample::select(vec![0.0, 17.0, 43.0, 42.6, 343.0, 2.0, 0.000_4]),
    ) {
        let column: Vec<f64> = days.iter().map(|n| *n as f64 - short / 86_400.0).collect();
        let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        let expected: Vec<_> = days.iter().map(|n| Some(epoch + chrono::Days::new(*n as u64))).collect();
        prop_assert_eq!(paydays(&payroll(&column)), expected);
    }
}
