//! Pay lists and rosters of employers are not the bank's own staff.

use crate::intake::tests::{read_table, rows_of};
use crate::intake::{FileReading, Hints};
use crate::model::Param;
use crate::model::rows::{PayrollRow, StaffRow};
use crate::model::status::SheetKind;

/// What a table is refused for, with the columns it lacks.
fn refused(table: &str) -> (String, Option<String>) {
    let reading = read_table(table);
    let sheet = &reading.sheets[0];
    assert!(sheet.row_count.is_none(), "taken as {:?}: {table}", sheet.kind);
    let problem = &reading.problems[0];
    let columns = problem.params.iter().find_map(|(name, value)| match value {
        Param::Text(text) if *name == "columns" => Some(text.clone()),
        _ => None,
    });
    (problem.code.to_string(), columns)
}

fn kind(reading: &FileReading) -> Option<SheetKind> {
    reading.sheets[0].kind
}

#[test]
fn a_pay_list_without_a_net_amount_asks_for_it() {
    for table in [
        "| 工号 | 姓名 | 部门 | 基本工资 | 扣款 |
         | A001 | 甲一 | 一车间 | 5000 | 200 |
         | A002 | 甲二 | 二车间 | 6000 | 0 |
         | A003 | 甲三 | 二车间 | 6000 | 100 |",
        // 岗位 and 机构 are columns of an employer too.
        "| 工号 | 姓名 | 岗位 | 所属机构 | 应发工资 | 社保 | 公积金 | 个税 |
         | A001 | 甲一 | 操作工 | 一分厂 | 5000 | 200 | 300 | 10 |
         | A002 | 甲二 | 操作工 | 二分厂 | 6000 | 200 | 300 | 20 |",
        "| 工号 | 人员姓名 | 部门 | 基本工资 | 扣款 |
         | A001 | 甲一 | 一车间 | 5000 | 200 |
         | A002 | 甲二 | 二车间 | 6000 | 0 |",
        "| 员工编号 | 姓名 | 职务 | 岗位工资 |
         | 1 | 甲一 | 操作工 | 5000 |
         | 2 | 甲二 | 操作工 | 6000 |",
        // Without numbers it is no list of staff, and a pay list all the same.
        "| 姓名 | 部门 | 基本工资 | 扣款 |
         | 甲一 | 一车间 | 5000 | 200 |
         | 甲二 | 二车间 | 6000 | 0 |
         | 甲三 | 二车间 | 6000 | 100 |",
        // An employer's name in each row makes no list of employers of it, and other wordings of the name no list of staff.
        "| 单位名称 | 姓名 | 基本工资 | 扣款 | 发薪日 |
         | 甲厂 | 甲一 | 5000 | 200 | 2026-03-10 |
         | 甲厂 | 甲二 | 6000 | 0 | 2026-03-10 |",
        "| 甲厂2026年3月工资表 |||||
         | 序号 | 姓名 | 身份证号 | 基本工资 | 绩效工资 | 代扣社保 |
         | 1 | 甲一 | '11010519491231002X | 5000 | 800 | 200 |
         | 2 | 甲二 |  | 6000 | 900 | 200 |
         | 3 | 甲三 |  | 6000 | 900 | 200 |",
    ] {
        let (code, columns) = refused(table);
        assert_eq!(code, "missing_required_column", "{table}");
        assert!(columns.as_ref().is_some_and(|c| c.contains("实发金额")), "{columns:?} {table}");
    }
}

#[test]
fn a_pay_list_with_a_net_amount_is_one_whatever_else_it_has() {
    for header in ["实发工资", "代发金额"] {
        let reading = read_table(&format!(
            "| 工号 | 姓名 | 部门 | 岗位 | 职务 | 基本工资 | 扣款 | {header} | 银行卡号 | 代发日期 | 单位名称 |
             | A001 | 甲一 | 一车间 | 操作工 | 员工 | 5000 | 200 | 4800 | '6200000000000000001 | 2026-03-10 | 甲厂 |
             | A002 | 甲二 | 二车间 | 班长 | 员工 | 6000 | 0 | 6000 | '6200000000000000002 | 2026-03-10 | 甲厂 |"
        ));
        let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
        assert_eq!(rows.iter().map(|r| r.amount.0).collect::<Vec<_>>(), [480_000, 600_000]);
    }
}

#[test]
fn a_pay_list_under_two_rows_of_headers_is_told_too() {
    let table = "| 工号 | 姓名 | 应发项目 || 扣款项目 ||
                 |||  基本工资 | 奖金 | 社保 | 个税 |
                 | A001 | 甲一 | 5000 | 800 | 200 | 10 |
                 | A002 | 甲二 | 6000 | 900 | 200 | 20 |";
    assert_eq!(refused(table).0, "missing_required_column");
}

#[test]
fn a_roster_of_an_employer_is_asked_about() {
    for table in [
        "| 工号 | 姓名 | 部门 | 入职日期 |\n| A001 | 甲一 | 一车间 | 2020-01-05 |\n| A002 | 甲二 | 二车间 | 2021-03-01 |",
        "| 工号 | 姓名 | 身份证号 | 银行卡号 |
         | A001 | 甲一 | '11010519491231002X | '6200000000000000001 |
         | A002 | 甲二 |  | '6200000000000000002 |",
    ] {
        assert_eq!(refused(table).0, "ambiguous_kind", "{table}");
    }
}

#[test]
fn lists_of_the_banks_own_staff_are_taken_without_a_question() {
    for table in [
        "| 工号 | 姓名 | 所属网点 | 岗位 | 专长 | 可外出 |\n| 8001 | 甲一 | 江北支行 | 客户经理 | 理财 | 是 |",
        "| 工号 | 姓名 | 岗位 |\n| 8001 | 甲一 | 客户经理 |\n| 8002 | 甲二 | 柜员 |",
        "| 工号 | 姓名 | 部门 | 岗位 | 手机号 |\n| 8001 | 甲一 | 个金部 | 客户经理 | '13800000001 |",
        "| 工号 | 姓名 |\n| 8001 | 甲一 |\n| 8002 | 甲二 |",
        "| 工号 | 姓名 | 网点 | 岗位 | 联系电话 | 入职日期 |\n| 8001 | 甲一 | 江北支行 | 柜员 | '13800000001 | 2020-01-05 |",
        // Points are no wage, and leave of its own is a column of ours.
        "| 工号 | 姓名 | 网点 | 岗位 | 绩效得分 |\n| 8001 | 甲一 | 江北支行 | 柜员 | 95 |",
        "| 工号 | 姓名 | 部门 | 可外出 | 奖金 |\n| 8001 | 甲一 | 个金部 | 是 | 500 |",
    ] {
        let reading = read_table(table);
        let rows: Vec<StaffRow> = rows_of!(reading, Staff);
        assert!(!rows.is_empty(), "{table}");
    }
}

#[test]
fn the_users_word_on_the_kind_stands() {
    let table = "| 工号 | 姓名 | 部门 | 入职日期 |\n| 8001 | 甲一 | 个金部 | 2020-01-05 |";
    let hints = Hints { kind: Some(SheetKind::Staff), ..Hints::default() };
    let reading = crate::intake::tests::read_with(&crate::intake::tests::drawn(table), &hints);
    assert_eq!(kind(&reading), Some(SheetKind::Staff));
    let rows: Vec<StaffRow> = rows_of!(reading, Staff);
    assert_eq!(rows.len(), 1);
}
