//! Sheets that say one thing in several columns: days that fall due, targets by indicator or month, an employer's code.

use crate::intake::tests::{codes, d, draw, read_table, read_with, rows_of, saved, skipped};
use crate::intake::*;
use crate::model::Fen;
use crate::model::activity::TargetRow;
use crate::model::rows::{HoldingRow, PayrollRow};
use rust_xlsxwriter::Workbook;

/// What falls due next, by person.
fn dues(table: &str) -> Vec<(Option<String>, Option<i64>)> {
    let reading = read_table(table);
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    assert!(codes(&reading).iter().all(|(code, _)| *code != "ambiguous_header"), "{:?}", codes(&reading));
    rows.iter().map(|r| (r.due_date.map(|d| d.to_string()), r.due_amount.map(|a| a.0 / 100))).collect()
}

fn due(day: &str, amount: Option<i64>) -> (Option<String>, Option<i64>) {
    (Some(day.to_string()), amount)
}

#[test]
fn of_several_days_the_next_counts_with_its_own_amount() {
    let rows = "
         | KH1 | 甲一 | 甲厂 | 2026-03-16 | 90000 | 2026-09-01 | 50000 | 2026-04-10 | 30000 |
         | KH2 | 甲二 | 甲厂 | 2026-03-16 | 90000 | 2026-02-01 | 50000 | 2026-06-10 | 30000 |
         | KH3 | 甲三 | 甲厂 | 2026-03-16 | 90000 | 2026-05-01 | 50000 |  |  |
         | KH4 | 甲四 | 甲厂 | 2026-03-16 | 90000 | 2026-01-01 | 50000 | 2026-02-10 | 30000 |
         | KH5 | 甲五 | 甲厂 | 2026-03-16 | 90000 | 2026-05-01 | 50000 | 2026-05-01 | 30000 |
         | KH6 | 甲六 | 甲厂 | 2026-03-16 | 90000 | 2026-03-16 | 50000 | 2026-05-01 | 30000 |";
    let expected = vec![
        due("2026-04-10", Some(30_000)),
        // 1 February has passed on the day of the data.
        due("2026-06-10", Some(30_000)),
        due("2026-05-01", Some(50_000)),
        // All have passed: the last of them.
        due("2026-02-10", Some(30_000)),
        // Both on one day.
        due("2026-05-01", Some(80_000)),
        // On the very day it is still to come.
        due("2026-03-16", Some(50_000)),
    ];
    let head = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |";
    for pairs in [
        "定期到期日 | 定期到期金额(元) | 理财到期日 | 理财到期金额(元) |",
        "到期日 | 到期金额(元) | 到期日 | 到期金额(元) |",
        "到期日1 | 到期金额1(元) | 到期日2 | 到期金额2(元) |",
        "大额存单到期日期 | 大额存单到期金额(元) | 国债到期日 | 国债到期金额(元) |",
        "到期日(定期) | 到期金额(定期)(元) | 到期日(理财) | 到期金额(理财)(元) |",
    ] {
        assert_eq!(dues(&format!("{head} {pairs}{rows}")), expected, "{pairs}");
    }
    // Two levels of headers.
    let two = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 定期 | | 理财 | |
               | | | | | | 到期日 | 到期金额(元) | 到期日 | 到期金额(元) |";
    assert_eq!(dues(&format!("{two}{rows}")), expected);
}

#[test]
fn amounts_find_their_days_wherever_they_stand_or_are_unknown() {
    // Days first, amounts after, the other way round.
    let table = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 理财到期日 | 定期到期日 | 定期到期金额(元) | 理财到期金额(元) |
                 | KH1 | 甲一 | 甲厂 | 2026-03-16 | 90000 | 2026-09-01 | 2026-04-10 | 30000 | 50000 |";
    assert_eq!(dues(table), [due("2026-04-10", Some(30_000))]);
    // One amount for two days: whose it is shows only where there is one day.
    let table = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 定期到期日 | 理财到期日 | 到期金额(元) |
                 | KH1 | 甲一 | 甲厂 | 2026-03-16 | 90000 | 2026-09-01 | 2026-04-10 | 30000 |
                 | KH2 | 甲二 | 甲厂 | 2026-03-16 | 90000 |  | 2026-04-11 | 30000 |";
    assert_eq!(dues(table), [due("2026-04-10", None), due("2026-04-11", Some(30_000))]);
    // The next of all stands beside its own product's: it is one sum, not two.
    let table = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 最近一笔到期日 | 最近一笔到期金额(元) | 定期到期日 | 定期到期金额(元) |
                 | KH1 | 甲一 | 甲厂 | 2026-03-16 | 90000 | 2026-04-10 | 30000 | 2026-04-10 | 30000 |
                 | KH2 | 甲二 | 甲厂 | 2026-03-16 | 90000 | 2026-04-10 | 30000 | 2026-09-10 | 70000 |";
    assert_eq!(dues(table), [due("2026-04-10", Some(30_000)), due("2026-04-10", Some(30_000))]);
    // A loan's day is not one of these, and one pair is read as ever.
    let table = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 到期金额(元) | 贷款到期日 | 风险测评到期日 | 最近到期日 |
                 | KH1 | 甲一 | 甲厂 | 2026-03-16 | 90000 | 30000 | 2026-03-20 | 2026-03-21 | 2026-04-10 |";
    assert_eq!(dues(table), [due("2026-04-10", Some(30_000))]);
    // A row per product.
    let table = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 产品 | 余额(元) | 到期日 |
                 | KH1 | 甲一 | 甲厂 | 2026-03-16 | 定期存款 | 30000 | 2026-09-10 |
                 | KH1 | 甲一 | 甲厂 | 2026-03-16 | 理财 | 50000 | 2026-04-10 |
                 | KH1 | 甲一 | 甲厂 | 2026-03-16 | 大额存单 | 200000 | 2026-02-10 |";
    assert_eq!(dues(table), [due("2026-04-10", None)]);
}

#[test]
fn a_credit_code_tells_the_employer_of_a_pay_list() {
    let paid = |table: &str| -> Vec<(Option<String>, Option<String>)> {
        let reading = read_table(table);
        let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
        rows.into_iter().map(|r| (r.employer, r.credit_code)).collect()
    };
    let (code, text) = ("91350100M000100Y43", |t: &str| Some(t.to_string()));
    // Beside the name, instead of it, and wrong by its check character.
    let table = "| 姓名 | 账号 | 实发金额 | 发薪日 | 单位名称 | 统一社会信用代码 |
                 | 甲一 | '6200000000000000001 | 5000 | 2026-03-10 | 甲厂 | '91350100M000100Y43 |
                 | 甲二 | '6200000000000000002 | 5000 | 2026-03-10 |  | '91350100m000100y43 |
                 | 甲三 | '6200000000000000003 | 5000 | 2026-03-10 | 甲厂 | '91350100M000100Y44 |";
    assert_eq!(paid(table), [(text("甲厂"), text(code)), (text(code), text(code)), (text("甲厂"), None)]);
    // In the title, beside the name, below it, in brackets, or alone.
    let rows = "| 姓名 | 账号 | 实发金额 | 发薪日 |\n| 甲一 | '6200000000000000001 | 5000 | 2026-03-10 |";
    for (title, name) in [
        ("| 单位名称：甲厂 | 统一社会信用代码：91350100M000100Y43 |", "甲厂"),
        ("| 单位名称：甲厂 |\n| 信用代码 | '91350100M000100Y43 |", "甲厂"),
        ("| 单位名称：甲厂（统一社会信用代码：91350100M000100Y43） |", "甲厂"),
        ("| 统一社会信用代码:91350100M000100Y43 |", code),
    ] {
        assert_eq!(paid(&format!("{title}\n{rows}")), [(text(name), text(code))], "{title}");
    }
    // A row of another employer has not the title's code.
    let table = "| 单位名称：甲厂 | 统一社会信用代码：91350100M000100Y43 |
                 | 姓名 | 账号 | 实发金额 | 发薪日 | 代发单位 |
                 | 甲一 | '6200000000000000001 | 5000 | 2026-03-10 | 乙厂 |
                 | 甲二 | '6200000000000000002 | 5000 | 2026-03-10 |  |";
    assert_eq!(paid(table), [(text("乙厂"), None), (text("甲厂"), text(code))]);
}

/// Targets of a sheet named `sheet` in a file named `file`: outlet, indicator, period, value.
fn targets(file: &str, sheet: &str, table: &str) -> (Vec<(String, String, String, i64)>, FileReading) {
    let mut book = Workbook::new();
    draw(book.add_worksheet().set_name(sheet).unwrap(), table);
    let reading = read_with(&saved(file, book), &Hints { today: d("2026-03-18"), ..Hints::default() });
    let rows = match reading.sheets[0].rows.clone() {
        Some(crate::model::rows::Rows::Targets(rows)) => rows,
        _ => Vec::new(),
    };
    let shown = |r: TargetRow| (r.outlet, r.indicator, format!("{}~{}", r.first_day, r.last_day), r.value);
    (rows.into_iter().map(shown).collect(), reading)
}

fn target(outlet: &str, indicator: &str, period: &str, value: i64) -> (String, String, String, i64) {
    (outlet.to_string(), indicator.to_string(), period.to_string(), value)
}

const YEAR: &str = "2026-01-01~2026-12-31";
const FIRST_QUARTER: &str = "2026-01-01~2026-03-31";

#[test]
fn targets_with_a_column_per_indicator() {
    let gain = Fen::yuan(12_000_000).0;
    let expected = vec![
        target("一网点", "aum_gain", YEAR, gain),
        target("一网点", "visits", YEAR, 12),
        target("一网点", "retention", YEAR, 350_000),
        target("二网点", "aum_gain", YEAR, gain / 2),
        target("二网点", "visits", YEAR, 6),
    ];
    let rows = "| 1 | 一网点 | 1200 | 12 | '35% |\n| 2 | 二网点 | 600 | 6 | |\n| 合计 |  | 1800 | 18 | |";
    for (file, sheet, head) in [
        ("任务.xlsx", "表1", "| 2026年指标任务表 |\n| 序号 | 网点 | AUM净增(万元) | 进企场次 | 7日留存率 |"),
        ("2026年网点目标.xlsx", "Sheet1", "| 序号 | 网点名称 | AUM净增(万元) | 进企场次(场) | 7日留存率(%) |"),
        ("表.xlsx", "2026年任务", "| 单位:万元 |\n| 序号 | 支行 | AUM净增 | 进企场次 | 7日留存率 |"),
        ("表.xlsx", "Sheet1", "| 2026年度 |\n| 序号 | 网点 | AUM净增目标(万元) | 进企场次目标 | 7日留存率目标 |"),
    ] {
        let (found, reading) = targets(file, sheet, &format!("{head}\n{rows}"));
        assert_eq!(found, expected, "{head} {:?}", reading.problems);
        assert!(skipped(&reading).iter().all(|(_, reason)| *reason == "total"), "{head}");
    }
    // A unit nobody says is asked for, at its cell; so is the period.
    let (found, reading) =
        targets("任务.xlsx", "表1", "| 2026年指标任务表 |\n| 网点 | AUM净增 | 进企场次 |\n| 一网点 | 1200 | 12 |");
    assert_eq!(found, [target("一网点", "visits", YEAR, 12)]);
    assert!(codes(&reading).contains(&("target_without_unit", Some("B3"))), "{:?}", codes(&reading));
    let (found, reading) =
        targets("任务.xlsx", "表1", "| 指标任务表 |\n| 网点 | 进企场次 | 人均产品数 |\n| 一网点 | 12 | 4 |");
    assert!(found.is_empty() && codes(&reading).contains(&("unknown_period", Some("B3"))), "{:?}", codes(&reading));
}

#[test]
fn targets_with_a_column_per_month_or_quarter() {
    let month = |n: u32, last: u32| format!("2026-{n:02}-01~2026-{n:02}-{last}");
    let rows = "| 一网点 | 进企场次 | 2 | 3 | 4 |\n| 一网点 | AUM净增(万元) | 100 | | 300 |";
    let expected = vec![
        target("一网点", "visits", &month(1, 31), 2),
        target("一网点", "visits", &month(2, 28), 3),
        target("一网点", "visits", &month(3, 31), 4),
        target("一网点", "aum_gain", &month(1, 31), Fen::yuan(1_000_000).0),
        target("一网点", "aum_gain", &month(3, 31), Fen::yuan(3_000_000).0),
    ];
    for head in [
        "| 2026年任务分解表 |\n| 网点 | 指标 | 1月 | 2月 | 3月 |",
        "| 网点 | 考核指标 | 2026年1月目标 | 2026年2月目标 | 2026年3月目标 |",
    ] {
        let (found, reading) = targets("表.xlsx", "Sheet1", &format!("{head}\n{rows}"));
        assert_eq!(found, expected, "{head} {:?}", reading.problems);
    }
    let quarters = "| 2026年指标任务 |\n| 网点 | 指标 | 一季度 | 二季度 | 全年 |\n| 一网点 | 进企场次 | 2 | 3 | 12 |";
    let (found, _) = targets("表.xlsx", "Sheet1", quarters);
    let expected = vec![
        target("一网点", "visits", FIRST_QUARTER, 2),
        target("一网点", "visits", "2026-04-01~2026-06-30", 3),
        target("一网点", "visits", YEAR, 12),
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_was_reached_is_no_target() {
    // Targets beside what was reached: only the targets.
    let mixed = "| 2026年一季度完成情况 |\n| 网点 | 进企场次目标 | 进企场次完成 | 完成率 |\n| 一网点 | 12 | 9 | '75% |";
    let (found, reading) = targets("表.xlsx", "Sheet1", mixed);
    assert_eq!(found, [target("一网点", "visits", FIRST_QUARTER, 12)], "{:?}", reading.problems);
    // Nothing says that these are targets.
    for table in [
        "| 2026年一季度完成情况 |\n| 网点 | AUM净增(万元) | 进企场次 |\n| 一网点 | 1200 | 9 |",
        "| 2026年一季度任务完成进度 |\n| 网点 | 指标 | 1月 | 2月 |\n| 一网点 | 进企场次 | 2 | 3 |",
        "| 网点 | 人均产品数 | 进企场次 |\n| 一网点 | 4 | 9 |",
    ] {
        let (found, reading) = targets("表.xlsx", "Sheet1", table);
        assert!(found.is_empty() && reading.sheets[0].row_count.is_none(), "{table}");
    }
    // A list of employers in a file named after a plan stays one.
    let employers =
        "| 单位名称 | 归属网点 | 代发人数 | 月均代发额(万元) | 发薪日 |\n| 甲厂 | 一网点 | 20 | 10 | 每月10日 |";
    let (_, reading) = targets("走访任务.xlsx", "Sheet1", employers);
    assert_eq!(reading.kinds(), [crate::model::status::SheetKind::Employers]);
}

/// A workbook of these sheets, with the stamp of ours or without.
fn book(stamped: bool, sheets: &[(&str, &str)]) -> FileReading {
    let mut book = Workbook::new();
    if stamped {
        let at = rust_xlsxwriter::ExcelDateTime::parse_from_str("2026-01-01T00:00:00").unwrap();
        book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&at));
    }
    for (name, table) in sheets {
        draw(book.add_worksheet().set_name(*name).unwrap(), table);
    }
    read_with(&saved("表.xlsx", book), &Hints { today: d("2026-03-18"), ..Hints::default() })
}

/// Sheets by whether they were read, and codes of what was told of sheets and file.
fn read_sheets(reading: &FileReading) -> (Vec<&str>, Vec<(&str, Option<&str>)>) {
    let read = reading.sheets.iter().filter(|s| s.row_count.is_some()).map(|s| s.sheet.as_str()).collect();
    (read, reading.problems.iter().map(|p| (p.code, p.place.sheet.as_deref())).collect())
}

#[test]
fn sheets_beside_the_one_that_comes_back_are_passed_over() {
    const TODAY: (&str, &str) =
        ("今日任务", "| 客户号 | 姓名 | 事项 | 联系结果 | 联系日期 |\n| KH1 | 甲一 | 不动户 | 未接通 | 2026-03-17 |");
    const LATER: (&str, &str) = ("后续任务", "| 客户号 | 姓名 | 事项 | 何时办 |\n| KH1 | 甲一 | 不动户 | 2026-03-25 |");
    // Without a word of its own it would be a payroll run.
    const UNMATCHED: (&str, &str) = (
        "未匹配收款人",
        "| 姓名 | 账号 | 金额（元） | 发薪日 | 单位 |\n| 甲一 | '6200000000000000001 | 500 | 2026-03-10 | 甲厂 |",
    );
    const TASKS: (&str, &str) = ("跟进任务", "| 编号甲 | 说法 |\n| 1 | 您好 |");
    let skipped = |name: &'static str| ("own_sheet_skipped", Some(name));
    let reading = book(true, &[TODAY, LATER, UNMATCHED]);
    assert_eq!(read_sheets(&reading), (vec!["今日任务"], vec![skipped("后续任务"), skipped("未匹配收款人")]));
    // Saved by a program that takes the stamp away.
    let reading = book(false, &[TODAY, LATER, UNMATCHED]);
    assert_eq!(read_sheets(&reading).0, ["今日任务"]);
    // A sheet that is filled in elsewhere, here only to be read.
    let reading = book(true, &[TODAY, LATER, TASKS]);
    assert_eq!(read_sheets(&reading), (vec!["今日任务"], vec![skipped("后续任务"), skipped("跟进任务")]));
    // Nothing comes back.
    let reading = book(true, &[UNMATCHED, LATER]);
    assert!(!reading.is_usable());
    assert_eq!(read_sheets(&reading).1.last(), Some(&("own_workbook", None)));
    // Somebody else's workbook may have a sheet of the same name.
    let reading = book(false, &[UNMATCHED, ("Sheet1", TODAY.1)]);
    assert_eq!(read_sheets(&reading), (vec!["未匹配收款人", "Sheet1"], vec![]));
}
