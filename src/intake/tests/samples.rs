//! Rows that templates bring along, and rows that sum up, compare or count others: nobody's.

use crate::intake::tests::{codes, read_table, rows_of, skipped};
use crate::model::Fen;
use crate::model::rows::{EmployerRow, HoldingRow, PayrollRow};

/// Names of the employers taken, and rows left out (as the spreadsheet counts) with their reason.
fn employers(rows: &str) -> (Vec<String>, Vec<(u32, String)>) {
    let reading = read_table(&format!("| 序号 | 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 | 备注 |\n{rows}"));
    let names = rows_of!(reading, Employers).into_iter().map(|r: EmployerRow| r.name).collect();
    (names, skipped(&reading).into_iter().map(|(row, why)| (row + 1, why.to_string())).collect())
}

/// Codes with their cells.
type Told = Vec<(String, Option<String>)>;

/// Sum of the payments taken in yuan, rows left out, codes with their cells.
fn payments(rows: &str) -> (i64, Vec<(u32, String)>, Told) {
    let table = format!(
        "| 序号 | 部门 | 姓名 | 账号 | 金额 | 备注 | 代发单位 | 代发日期 |\n{}",
        rows.replace("END", "甲测试厂 | 2026-03-10 |")
    );
    let reading = read_table(&table);
    let told = codes(&reading).into_iter().filter(|(c, _)| !["unit_assumed"].contains(c));
    let told = told.map(|(c, cell)| (c.to_string(), cell.map(str::to_string))).collect();
    let sum: Fen = match reading.sheets[0].rows.clone() {
        Some(crate::model::rows::Rows::Payroll(rows)) => {
            rows.iter().map(|r: &PayrollRow| r.amount).fold(Fen::ZERO, |a, b| a + b)
        }
        other => panic!("{other:?} {:?}", reading.problems),
    };
    (sum.0 / 100, skipped(&reading).into_iter().map(|(row, why)| (row + 1, why.to_string())).collect(), told)
}

fn left(list: &[(u32, &str)]) -> Vec<(u32, String)> {
    list.iter().map(|(row, why)| (*row, why.to_string())).collect()
}

#[test]
fn sample_payments_are_nobodys_wages() {
    let sample = |row: &str| {
        payments(&format!(
            "{row}\n| 1 | 生产部 | 甲一 | '6222000000000001 | 5000 | 3月工资 | END\n| 2 | 生产部 | 甲二 | '6222000000000002 | 6000 |  | END"
        ))
    };
    for row in [
        "| 示例 | 生产部 | 张三 | '6222020000000000001 | 8888.88 | 此行为示例，请删除 | END",
        "| 1 | 生产部 | 张三（示例） | '6222020000000000001 | 8888.88 |  | END",
        "| 1 | 生产部 | 示例：张三 | '6222020000000000001 | 8888.88 |  | END",
        "| 1 | 生产部 | 示例员工1 | '6222020000000000001 | 8888.88 |  | END",
        "| 例 | 生产部 | 张三 | '6222020000000000001 | 8888.88 |  | END",
        "| 1 | 生产部 | 张三 | '6222020000000000001 | 8888.88 | （样例） | END",
        "| 1 | 生产部 | 张三 | '6222020000000000001 | 8888.88 | 本行仅供参考，导入前请删除 | END",
        "| 1 | 生产部 | 张三 | '6222021234567890123 | 8888.88 |  | END",
        "| 1 | 生产部 | 某某某 | '6222020000000000001 | 8888.88 |  | END",
    ] {
        let (sum, out, told) = sample(row);
        assert_eq!((sum, out), (11_000, left(&[(2, "sample")])), "{row}");
        assert_eq!(told, [("sample_rows".to_string(), None)], "{row}");
    }
    let placeholder = payments(
        "| 1 | 生产部 | 李四 | '6222020000000000001 | 8888.88 |  | 某某有限公司 | 2026-03-10 |\n| 2 | 生产部 | 甲一 | '6222000000000001 | 5000 |  | END",
    );
    assert_eq!((placeholder.0, placeholder.1), (5000, left(&[(2, "sample")])));
}

#[test]
fn true_rows_that_sound_like_samples_are_taken() {
    let (sum, out, told) = payments(
        "| 1 | 样品部 | 张三 | '6222000000000001 | 1000 | 3月工资 | END
         | 2 | 样例中心 | 李四 | '6222000000000002 | 1000 | 例会补贴 | END
         | 3 | 示范车间 | 如一 | '6222000000000003 | 1000 | 格式见样例 | END
         | 4 | 生产部 | 某甲 | '6222000000000004 | 1000 | 本行请勿删除 | END
         | 5 | 生产部 | 例丁 | '6222000000000005 | 1000 | 删除上月多发后补发 | END",
    );
    assert_eq!((sum, out, told), (5000, vec![], vec![]));
}

#[test]
fn samples_are_no_employers_and_no_people() {
    let (names, out) = employers(
        "| 示例 | D000 | 某某科技有限公司 | 100 | 10日 |  |
         | 1 | D001 | 甲测试厂 | 2 | 10日 |  |
         | 2 |  | XX有限公司 | 100 | 10日 |  |
         | 3 |  | 示例单位 | 100 | 10日 |  |
         | 4 | D002 | 乙测试有限公司 | 3 | 10日 | 样板客户 |",
    );
    assert_eq!(names, ["甲测试厂", "乙测试有限公司"]);
    assert_eq!(out, left(&[(2, "sample"), (4, "sample"), (5, "sample")]));
    let reading = read_table(
        "| 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) |
         | 示例 | 张三 | '6222020000000000001 | 某某有限公司 | 2026-03-17 | 100000 |
         | KH0001 | 甲一 | '6222000000000001 | 甲测试厂 | 2026-03-17 | 1600 |",
    );
    assert_eq!(rows_of!(reading, Holdings).iter().map(|r: &HoldingRow| r.row).collect::<Vec<_>>(), [2]);
    assert_eq!(codes(&reading), [("sample_rows", None)]);
}

#[test]
fn what_is_left_of_others_is_no_employer() {
    let (names, out) = employers(
        "| 1 | D001 | 甲测试厂 | 2 | 10日 |  |
         | 2 |  | 其他 | 300 |  |  |
         | 3 | D003 | 其他事务测试所 | 3 | 10日 |  |
         |  |  | 2户 | 305 |  |  |
         |  |  | 平均 | 152.5 |  |  |
         |  |  | 与上月差额 | 4 |  |  |
         |  | 合计 | 3户 | 305 |  |  |",
    );
    assert_eq!(names, ["甲测试厂", "其他事务测试所"]);
    assert_eq!(out, left(&[(3, "total"), (5, "total"), (6, "total"), (7, "total"), (8, "total")]));
}

#[test]
fn an_employer_that_is_none_is_asked_about_in_lists_of_people() {
    let (sum, out, told) = payments(
        "| 1 | 生产部 | 甲一 | '6222000000000001 | 5000 |  | END
         | 2 | 生产部 | 甲二 | '6222000000000002 | 6000 |  | 其他 | 2026-03-10 |",
    );
    assert_eq!((sum, out), (5000, left(&[(3, "problem")])));
    assert_eq!(told, [("not_an_employer".to_string(), Some("G3".to_string()))]);
    // A list of people leaves open whose they are.
    let reading = read_table(
        "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |
         | KH1 | 甲一 | 甲测试厂 | 2026-03-17 | 1600 |
         | KH2 | 甲二 | 其他 | 2026-03-17 | 1600 |",
    );
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    assert_eq!(rows.iter().map(|r| r.employer.as_deref()).collect::<Vec<_>>(), [Some("甲测试厂"), None]);
    assert_eq!(codes(&reading), [("rows_name_no_employer", None)]);
}

#[test]
fn a_departments_sum_is_nobodys_wage() {
    // 3,000 + 4,000 of one department, 5,000 of the other.
    let (sum, out, told) = payments(
        "| 1 | 生产部 | 甲一 | '6222000000000001 | 3000 |  | END
         | 2 | 生产部 | 甲二 | '6222000000000002 | 4000 |  | END
         |  |  | 生产部小计 |  | 7000 |  | END
         | 3 | 销售部 | 甲三 | '6222000000000003 | 5000 |  | END
         |  |  | 销售 |  | 5000 |  | END
         | 4 | 后勤 | 甲四 | '6222000000000004 | 100 |  | END
         |  |  | 后勤人员 |  | 120 |  | END
         |  |  | 平均 |  | 3025 |  | END",
    );
    assert_eq!(sum, 12_100);
    assert_eq!(out, left(&[(4, "total"), (6, "problem"), (8, "problem"), (9, "total")]));
    assert_eq!(
        told,
        [
            ("looks_like_total".to_string(), Some("C6".to_string())),
            ("looks_like_total".to_string(), Some("C8".to_string()))
        ]
    );
    // Two payments of one amount are two payments.
    let (sum, out, _) = payments(
        "| 1 | 生产部 | 甲一 | '6222000000000001 | 3000 |  | END
         | 2 | 生产部 | 甲二 |  | 3000 |  | END",
    );
    assert_eq!((sum, out), (6000, vec![]));
}
