//! Sheets a careful clerk would ask about.

use crate::intake::tests::blocks::{paid, payments};
use crate::intake::tests::{codes, draw, read_table, read_with, rows_of, rules, saved};
use crate::intake::*;
use crate::model::product::Amount;
use crate::model::rows::{EmployerRow, HoldingRow};
use crate::model::{Fen, ProductSet};

/// Employer of each person.
fn employers(reading: &FileReading) -> Vec<Option<String>> {
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    rows.into_iter().map(|r| r.employer).collect()
}

/// Keys of what each person holds, and of what the sheet covers.
fn held(reading: &FileReading) -> (Vec<Vec<String>>, Vec<String>) {
    let products = rules().products.catalogue();
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let keys = |set: ProductSet| products.keys(set).into_iter().filter(|k| k != "pay_card").collect::<Vec<_>>();
    (rows.iter().map(|r| keys(r.products)).collect(), keys(reading.sheets[0].covered))
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|t| t.to_string()).collect()
}

#[test]
fn firms_in_rows_of_their_own_are_asked_for_or_read_behind_a_label() {
    let plain = |first: &str, second: &str| {
        format!(
            "| 客户号 | 客户姓名 | AUM余额(元) | 数据日期 |
             | {first} ||||
             | K001 | 张一测试 | 100 | '2026-03-16 |
             | {second} ||||
             | K002 | 李二测试 | 200 | '2026-03-16 |
             | K003 | 王三测试 | 300 | '2026-03-16 |"
        )
    };
    let asked = read_table(&plain("甲测试有限公司", "乙测试有限公司"));
    let faults = vec![("firm_above_rows", None), ("firm_above_rows", None), ("rows_name_no_employer", None)];
    assert_eq!(codes(&asked), faults);
    assert!(!asked.is_usable());
    let read = read_table(&plain("单位名称：甲测试有限公司", "单位名称：乙测试有限公司"));
    assert!(read.is_usable(), "{:?}", codes(&read));
    let (first, second) = (Some("甲测试有限公司".to_string()), Some("乙测试有限公司".to_string()));
    assert_eq!(employers(&read), vec![first, second.clone(), second]);
    // A stamp below the last row speaks of nobody.
    let stamped = read_table(
        "| 客户号 | 客户姓名 | 代发单位 | AUM余额(元) | 数据日期 |
         | K001 | 张一测试 | 甲测试有限公司 | 100 | '2026-03-16 |
         | 乙测试有限公司 |||||",
    );
    assert!(codes(&stamped).is_empty(), "{:?}", codes(&stamped));
    // An empty column of employers says no more than none.
    let empty = read_table(
        "| 客户号 | 客户姓名 | 代发单位 | AUM余额(元) | 数据日期 |
         | 甲测试有限公司 |||||
         | K001 | 张一测试 || 100 | '2026-03-16 |",
    );
    assert_eq!(codes(&empty), vec![("firm_above_rows", None), ("rows_name_no_employer", None)]);
}

#[test]
fn a_list_of_products_is_read_beside_columns_of_products() {
    let reading = read_table(
        "| 客户号 | 客户姓名 | 代发单位 | AUM余额(元) | 手机银行 | 持有产品 | 数据日期 |
         | K001 | 张一测试 | 甲厂 | 100 | 是 | 理财,基金 | '2026-03-16 |
         | K002 | 李二测试 | 甲厂 | 100 | 否 | 基金 | '2026-03-16 |
         | K003 | 王三测试 | 甲厂 | 100 | 是 || '2026-03-16 |",
    );
    assert!(codes(&reading).is_empty(), "{:?}", codes(&reading));
    let (people, covered) = held(&reading);
    assert_eq!(people, vec![texts(&["mobile_bank", "wealth", "fund"]), texts(&["fund"]), texts(&["mobile_bank"])]);
    assert_eq!(covered, texts(&["mobile_bank", "wealth", "fund"]));
}

#[test]
fn one_balance_is_never_given_to_one_of_several_products() {
    let table = |products: &str| {
        format!(
            "| 客户号 | 客户姓名 | 代发单位 | 持有产品名称 | 账户余额(元) | 数据日期 |
             | K001 | 张一测试 | 甲厂 | {products} | 10 | '2026-03-16 |
             | K002 | 李二测试 | 甲厂 | 基金 | 20 | '2026-03-16 |"
        )
    };
    assert_eq!(codes(&read_table(&table("理财、基金"))), vec![("several_products", Some("D2"))]);
    // A name with a separator in it is one product.
    let named = read_table(&table("稳健/进取混合基金"));
    assert!(codes(&named).is_empty(), "{:?}", codes(&named));
    let rows: Vec<HoldingRow> = rows_of!(named, Holdings);
    assert_eq!(rows[0].amounts[Amount::Fund], Some(Fen::yuan(10)));
}

#[test]
fn a_second_row_of_the_header_is_read_or_asked_for() {
    let merged = |table: &str| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        draw(sheet, table);
        sheet.merge_range(1, 3, 1, 4, "AUM余额", &rust_xlsxwriter::Format::new()).unwrap();
        read_with(&saved("a.xlsx", book), &Hints::default())
    };
    let table = |days: &str| {
        format!(
            "| 持有明细 截至2026-02-28 单位：元 |||||
             | 客户号 | 客户姓名 | 代发单位 | AUM余额 ||
             {days}
             | K001 | 张一测试 | 甲厂 | 100 | 300 |"
        )
    };
    for days in ["|||| 2025-12-31 | 2026-02-28 |", "|||| '2025-12-31 | '2026-02-28 |"] {
        let days = days.replacen('|', "", 1);
        assert_eq!(codes(&merged(&table(&days))), vec![("header_goes_on", None)], "{days}");
    }
    assert_eq!(codes(&merged(&table(""))), vec![("heading_over_several", None)]);
    // Nothing in the second column: the heading is merely wide.
    let wide = merged(&table("").replace("| 300 |", "||"));
    assert!(codes(&wide).is_empty(), "{:?}", codes(&wide));
    let units = read_table(
        "| 客户号 | 客户姓名 | 代发单位 | AUM余额 | 活期余额 | 数据日期 |
         |||| 万元 | 元 ||
         | K001 | 张一测试 | 甲厂 | 1.5 | 20 | '2026-03-16 |",
    );
    assert!(codes(&units).is_empty(), "{:?}", codes(&units));
    let rows: Vec<HoldingRow> = rows_of!(units, Holdings);
    assert_eq!(
        (rows[0].amounts[Amount::Aum], rows[0].amounts[Amount::Demand]),
        (Some(Fen::yuan(15_000)), Some(Fen::yuan(20)))
    );
}

#[test]
fn of_several_amounts_of_pay_the_one_the_bank_paid_out_counts() {
    let table = |headers: &str, amounts: &str| {
        let title = "| 甲测试有限公司2026年3月工资表 发薪日：2026-03-10 ||||";
        let row = |n: u8| format!("| 张{n}测试 | '620000000000000000{n} | {amounts} |");
        format!("{title}\n| 姓名 | 账号 | {headers} |\n{}\n{}\n{}", row(1), row(2), row(3))
    };
    let day = ("甲测试有限公司", "2026-03-10", 5500);
    for (headers, amounts) in [
        ("实发工资 | 代发金额", "6000 | 5500"),
        ("代发金额 | 实发工资", "5500 | 6000"),
        ("实发工资 | 银行代发 | 现金发放", "6000 | 5500 | 500"),
    ] {
        let reading = read_table(&table(headers, amounts));
        assert_eq!(payments(&reading), paid(&[day, day, day]), "{headers} {:?}", codes(&reading));
    }
    for (headers, amounts) in [
        ("实发工资 | 到手金额", "6000 | 5500"),
        ("工资金额 | 奖金金额", "6000 | 1000"),
        ("1月实发工资 | 2月实发工资 | 3月实发工资 | 实发合计", "5000 | 5100 | 5200 | 15300"),
    ] {
        let reading = read_table(&table(headers, amounts));
        assert_eq!(codes(&reading), vec![("mapping_unsure", None)], "{headers}");
    }
    for (headers, amounts) in [
        ("实发工资 | 到手金额", "5500 | 5500"),
        ("奖金金额 | 实发金额", "500 | 5500"),
        ("工资金额 | 备注", "5500 | 无"),
    ] {
        let reading = read_table(&table(headers, amounts));
        assert_eq!(payments(&reading), paid(&[day, day, day]), "{headers} {:?}", codes(&reading));
    }
}

#[test]
fn people_paid_through_the_bank_are_not_all_who_work_there() {
    let reading = read_table(
        "| 代发单位编号 | 代发单位名称 | 员工总数 | 本月代发人数 |
         | D001 | 甲测试有限公司 | 500 | 300 |",
    );
    let rows: Vec<EmployerRow> = rows_of!(reading, Employers);
    assert_eq!(rows[0].stated_headcount, Some(300));
}

#[test]
fn a_unit_said_elsewhere_is_asked_for() {
    let table = "| 客户号 | 客户姓名 | 代发单位 | AUM余额 | 数据日期 |
         | K001 | 张一测试 | 甲厂 | 1.5 | '2026-03-16 |";
    let asked = vec![("unit_unclear", None)];
    let below = read_table(&format!("{table}\n| 注：金额单位为万元 |||||"));
    assert_eq!(codes(&below).into_iter().filter(|c| c.0 != "unit_assumed").collect::<Vec<_>>(), asked);
    assert!(!below.is_usable());
    let named = |file: &str, sheet: &str| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let page = book.add_worksheet();
        page.set_name(sheet).unwrap();
        draw(page, table);
        read_with(&saved(file, book), &Hints::default())
    };
    assert_eq!(codes(&named("持有明细（万元）.xlsx", "表")), asked);
    assert_eq!(codes(&named("持有.xlsx", "持有(万元)")), asked);
    assert_eq!(codes(&named("5万元以上客户.xlsx", "表")), vec![("unit_assumed", None)]);
}

#[test]
fn figures_below_a_total_are_no_payments() {
    let table = |below: &str| {
        format!(
            "| 甲测试有限公司2026年3月工资表 发薪日：2026-03-10 |||
             | 姓名 | 账号 | 实发金额 |
             | 张一测试 | '6200000000000000001 | 5000 |
             | 李二测试 | '6200000000000000002 | 6000 |
             | 合计 || 11000 |
             {below}"
        )
    };
    let asked = read_table(&table("| 上月人数 || 2 |\n| 其中现金发放 || 500 |"));
    assert_eq!(codes(&asked), vec![("looks_like_total", Some("A6")), ("looks_like_total", Some("A7"))]);
    // More people below a subtotal.
    let reading = read_table(&table("| 王三测试 | '6200000000000000003 | 500 |\n| 赵四测试 || 600 |"));
    assert_eq!(payments(&reading).len(), 4, "{:?}", codes(&reading));
}
