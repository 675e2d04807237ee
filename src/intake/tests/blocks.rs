//! Several employers in one sheet, one below the other.

use crate::intake::tests::{codes, d, draw, read_table, read_with, rows_of, saved};
use crate::intake::*;
use crate::model::product::Amount;
use crate::model::rows::{HoldingRow, PayrollRow};

/// Employer, payday and yuan of each payment.
pub(crate) fn payments(reading: &FileReading) -> Vec<(String, String, i64)> {
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    let text = |r: &PayrollRow| {
        let day = r.payday.map(|d| d.to_string()).unwrap_or_default();
        (r.employer.clone().unwrap_or_default(), day, r.amount.0 / 100)
    };
    rows.iter().map(text).collect()
}

pub(crate) fn paid(list: &[(&str, &str, i64)]) -> Vec<(String, String, i64)> {
    list.iter().map(|(e, d, n)| (e.to_string(), d.to_string(), *n)).collect()
}

#[test]
fn every_block_pays_by_its_own_title() {
    let reading = read_table(
        "| 工资发放明细表 ||||
         | 单位名称：甲测试有限公司 ||| 代发日期：2026-03-10 |
         | 序号 | 姓名 | 账号 | 实发金额 |
         | 1 | 张一测试 | '6200000000000000001 | 5000 |
         | 2 | 李二测试 | '6200000000000000002 | 6000 |
         | 合计 ||| 11000 |
         | 制表人：某甲 || 审核：某乙 ||
         | 单位名称：乙测试有限公司 ||| 代发日期：2026-03-15 |
         | 序号 | 姓名 | 账号 | 实发金额 |
         | 1 | 王三测试 | '6200000000000000003 | 7000 |
         | 2 | 赵四测试 | '6200000000000000004 | 8000 |
         | 合计 ||| 15000 |
         | 制表人：某甲 || 审核：某乙 ||",
    );
    let (first, second) = (("甲测试有限公司", "2026-03-10"), ("乙测试有限公司", "2026-03-15"));
    let expected =
        [(first.0, first.1, 5000), (first.0, first.1, 6000), (second.0, second.1, 7000), (second.0, second.1, 8000)];
    assert_eq!(payments(&reading), paid(&expected));
    assert_eq!(codes(&reading), vec![("new_block", Some("A9"))]);
    assert_eq!((reading.sheets[0].employer.clone(), reading.sheets[0].payday), (None, None));
    assert!(reading.is_usable());
}

#[test]
fn blocks_of_holdings_have_their_day_and_unit() {
    let reading = read_table(
        "| 单位名称：甲测试厂 || 截至2026-02-28 单位：元 |
         | 客户号 | 客户姓名 | AUM余额 |
         | K001 | 张一测试 | 10000 |
         | 小计 || 10000 |
         | 单位名称：乙测试厂 || 截至2026-03-16 单位：万元 |
         | 客户号 | 客户姓名 | AUM余额 |
         | K002 | 李二测试 | 2 |",
    );
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let told: Vec<_> =
        rows.iter().map(|r| (r.employer.as_deref(), r.as_of, r.amounts[Amount::Aum].unwrap().0)).collect();
    let expected = [(Some("甲测试厂"), d("2026-02-28"), 1_000_000), (Some("乙测试厂"), d("2026-03-16"), 2_000_000)];
    assert_eq!(told, expected);
    assert_eq!(codes(&reading), vec![("new_block", Some("A6"))]);
}

#[test]
fn a_labelled_employer_between_rows_holds_for_those_below() {
    let reading = read_table(
        "| 2026年3月工资表 发薪日：2026-03-10 ||||
         | 序号 | 姓名 | 账号 | 实发金额 |
         | 单位名称：甲测试有限公司 ||||
         | 1 | 张一测试 | '6200000000000000001 | 5000 |
         | 单位名称：乙测试有限公司 ||||
         | 1 | 李二测试 | '6200000000000000002 | 6000 |",
    );
    let day = "2026-03-10";
    assert_eq!(payments(&reading), paid(&[("甲测试有限公司", day, 5000), ("乙测试有限公司", day, 6000)]));
    // Bare names in a row of their own are asked for.
    let reading = read_table(
        "| 2026年3月工资表 发薪日：2026-03-10 ||||
         | 序号 | 姓名 | 账号 | 实发金额 |
         | 甲测试有限公司 ||||
         | 1 | 张一测试 | '6200000000000000001 | 5000 |
         | 乙测试有限公司 ||||
         | 1 | 李二测试 | '6200000000000000002 | 6000 |",
    );
    let asked = vec![("firm_above_rows", None), ("firm_above_rows", None), ("missing_employer", None)];
    assert_eq!(codes(&reading), asked);
    assert!(!reading.is_usable());
}

#[test]
fn a_bare_firm_between_rows_of_another_is_asked_for() {
    let table = |section: &str, again: &str| {
        format!(
            "| 甲测试有限公司2026年3月工资表 发薪日：2026-03-10 |||
             | 姓名 | 账号 | 实发金额 |
             | 张一测试 | '6200000000000000001 | 5000 |
             | {section} |||
             {again}
             | 李二测试 | '6200000000000000002 | 6000 |"
        )
    };
    let plain = |section: &str| read_table(&table(section, ""));
    for asked in [
        plain("乙测试有限公司"),
        plain("丙测试厂"),
        plain("甲测试有限公司第一分公司"),
        read_table(&table("乙测试有限公司", "| 姓名 | 账号 | 实发金额 |")),
    ] {
        assert_eq!(codes(&asked), vec![("section_is_employer", None)]);
        assert!(!asked.is_usable());
    }
    // The firm itself and groups of people are none.
    for section in ["甲测试有限公司", "生产部", "退休人员"] {
        let reading = plain(section);
        assert!(codes(&reading).is_empty(), "{section}: {:?}", codes(&reading));
        assert_eq!(payments(&reading).len(), 2);
    }
    // Whoever gives the employer has answered.
    let mut book = rust_xlsxwriter::Workbook::new();
    draw(book.add_worksheet(), &table("乙测试有限公司", ""));
    let hints = Hints { employer: Some("甲测试有限公司".into()), ..Hints::default() };
    let reading = read_with(&saved("a.xlsx", book), &hints);
    let day = "2026-03-10";
    assert_eq!(payments(&reading), paid(&[("甲测试有限公司", day, 5000), ("甲测试有限公司", day, 6000)]));
}
