//! Whole sheets, drawn as text tables and written as real workbooks.

#[path = "../../tests/common/drawing.rs"]
mod drawing;

mod around;
mod blocks;
mod changed;
mod doubts;
mod kinds;
mod letters;
mod moments;
mod old_books;
mod pay_lists;
mod results;
mod samples;
mod several;
mod shown;
mod units_said;
mod values;

use crate::model::product::Amount;
use std::path::PathBuf;

use chrono::NaiveDate;

use rust_xlsxwriter::{Format, Workbook};

pub(super) use drawing::draw;

use crate::intake::*;
use crate::model::personal::Purpose;
use crate::model::rows::{EmployerRow, HoldingRow, Paydays, PayrollRow, StaffRow, VisitRow};
use crate::model::status::{Consent, Level, PayKind, SheetKind};
use crate::model::{Fen, Personal, ProductSet};
use crate::rules::Rules;

/// A workbook in a folder that goes away with it.
pub(super) struct File {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

pub(super) fn rules() -> Rules {
    Rules::load(None).unwrap()
}

pub(super) fn saved(name: &str, mut book: Workbook) -> File {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    book.save(&path).unwrap();
    File { _dir: dir, path }
}

pub(super) fn drawn(table: &str) -> File {
    let mut book = Workbook::new();
    draw(book.add_worksheet(), table);
    saved("表.xlsx", book)
}

pub(super) fn written(name: &str, bytes: &[u8]) -> File {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    File { _dir: dir, path }
}

pub(super) fn read_with(file: &File, hints: &Hints) -> FileReading {
    read(&file.path, &rules(), hints)
}

pub(super) fn read_table(table: &str) -> FileReading {
    read_with(&drawn(table), &Hints::default())
}

/// A text file.
pub(super) fn read_text(text: &str) -> FileReading {
    read_with(&written("表.csv", text.as_bytes()), &Hints::default())
}

pub(super) fn codes(reading: &FileReading) -> Vec<(&str, Option<&str>)> {
    reading.problems.iter().map(|p| (p.code, p.place.cell.as_deref())).collect()
}

pub(super) fn skipped(reading: &FileReading) -> Vec<(u32, &str)> {
    reading.sheets[0].skipped.iter().map(|s| (s.row, s.reason)).collect()
}

pub(super) fn d(text: &str) -> Option<NaiveDate> {
    Some(text.parse().unwrap())
}

fn plain(value: &Option<Personal<String>>) -> Option<&str> {
    value.as_ref().map(|p| p.unmask(Purpose::Store).as_str())
}

macro_rules! rows_of {
    ($reading:expr, $kind:ident) => {
        match $reading.sheets[0].rows.clone() {
            Some($crate::model::rows::Rows::$kind(rows)) => rows,
            other => panic!("not the rows expected: {other:?} {:?}", $reading.problems),
        }
    };
}
pub(super) use rows_of;

#[test]
fn employers_with_units_paydays_and_a_bad_code() {
    let reading = read_table(
        "| 代发单位清单 |||||||||
         | 序号 | 代发单位编号 | 代发单位名称 | 统一社会信用代码 | 代发人数 | 月均代发额(万元) | 发薪日 | 关键人 | 联系电话 | 协议到期日 |
         | 1 | DF001 | 云启信息 | '91350100M000100Y43 | 260 | 416 | 每月10日 | 甲 子 | '138 0000 0078 | 2026-04-30 |
         | 2 | DF002 | 恒远制造 | '91350100M000100Y44 | 420人 | '1,234.50 | 10日/25日 | 乙丑 | '0512-60000000 | 长期 |
         | 合  计 |||| 680 | 1650.5 |||||",
    );
    let rows: Vec<EmployerRow> = rows_of!(reading, Employers);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].bank_number.as_deref(), Some("DF001"));
    assert_eq!(rows[0].credit_code.as_deref(), Some("91350100M000100Y43"));
    assert_eq!(rows[0].stated_headcount, Some(260));
    assert_eq!(rows[0].monthly_payroll, Some(Fen::yuan(4_160_000)));
    assert_eq!(rows[0].paydays, Some(Paydays(vec![10])));
    assert_eq!(plain(&rows[0].contact_name), Some("甲子"));
    assert_eq!(plain(&rows[0].contact_phone), Some("13800000078"));
    assert_eq!(rows[0].agreement_end, d("2026-04-30"));
    assert_eq!(rows[1].stated_headcount, Some(420));
    assert_eq!(rows[1].monthly_payroll, Some(Fen::yuan(12_345_000)));
    assert_eq!(rows[1].paydays, Some(Paydays(vec![10, 25])));
    assert_eq!(rows[1].agreement_end, None);
    assert_eq!(rows[1].credit_code, None);
    assert_eq!(codes(&reading), vec![("bad_credit_code", Some("D4"))]);
    assert_eq!(skipped(&reading), vec![(4, "total")]);
    assert!(reading.is_usable());
}

#[test]
fn holdings_of_every_kind_of_nothing() {
    let reading = read_table(
        "| 代发客户持有明细 截至2026年2月28日 单位:元 ||||||||||||||
         | 客户号 | 客户姓名 | 证件号码 | 代发单位 | AUM余额 | 活期 | 定期余额 | 理财 | 基金余额(万元) | 手机银行 | 是否持有信用卡 | 层级 | 账户类别 | 风险等级 | 是否同意接收营销短信 |
         | '0001 | 甲子 | '11010519491231002X | 云启信息 | 52000 | 2000 | 50000 | 是 | 0 | 已开通 | 否 | 部门经理 | Ⅰ类 | C3 | 同意 |
         | '0002 | 乙丑 || 云启信息 || - |||  '1.5 | 否 | √ | 员工 | II类 | 平衡型 | 不同意 |
         | '0003 | 丙寅 | '1.10105E+17 | 云启信息 | abc | 10 | 0 | 否 ||| 是 |||||",
    );
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let sheet = &reading.sheets[0];
    let products = rules().products;
    let number = |key: &str| products.products[key].number;
    assert_eq!(rows.len(), 2);
    assert_eq!(sheet.as_of, d("2026-02-28"));
    assert_eq!(rows[0].as_of, d("2026-02-28"));
    assert_eq!(rows[0].amounts[Amount::Aum], Some(Fen::yuan(52_000)));
    assert_eq!(rows[0].amounts[Amount::Wealth], None);
    assert_eq!(rows[0].amounts[Amount::Metal], None);
    assert_eq!(rows[0].level, Some(Level::Manager));
    assert_eq!(rows[0].account_class, Some(1));
    assert_eq!(rows[0].risk_level, Some(3));
    assert_eq!(rows[0].consent_sms, Some(Consent::Given));
    assert_eq!(rows[0].gender.as_deref(), Some("F"));
    assert_eq!(rows[0].birth, d("1949-12-31"));
    assert_eq!(products.catalogue().keys(rows[0].products), ["pay_card", "mobile_bank", "term_deposit", "wealth"]);
    assert_eq!(rows[1].amounts[Amount::Aum], Some(Fen::ZERO));
    assert_eq!(rows[1].amounts[Amount::Demand], Some(Fen::ZERO));
    assert_eq!(rows[1].amounts[Amount::Fund], Some(Fen::yuan(15_000)));
    assert_eq!(products.catalogue().keys(rows[1].products), ["pay_card", "credit_card", "fund"]);
    assert_eq!(rows[1].consent_sms, Some(Consent::Refused));
    let covered = ["pay_card", "mobile_bank", "credit_card", "term_deposit", "wealth", "fund"];
    assert_eq!(sheet.covered, covered.iter().fold(ProductSet::EMPTY, |s, k| s.with(number(k))));
    assert_eq!(codes(&reading), vec![("ruined_id_number", Some("C5")), ("amount_not_a_number", Some("E5"))]);
}

#[test]
fn payroll_with_title_total_footer_and_repeats() {
    let reading = read_table(
        "| 云启信息有限公司2026年3月工资发放表 |||||
         | 发薪日: | 2026-03-10 ||| 单位:元 |
         | 序号 | 姓  名 | 银行帐号 | 实发金额 | 备注 |
         | 1 | 甲子 | '6200000000000000001 | '16,000.00 | 3月工资 |
         | 2 | 乙丑 | '6200000000000000002 | 8000.5 | 年终奖 |
         | 3 | 甲子 | '6200000000000000001 | 500 | 补发 |
         | 4 |||||
         | 5 | 丙寅 | '6200000000000000003 | 0 ||
         | 6 | 丁卯 | '6200000000000000004 | -20 ||
         | 7 | 戊辰 | '6200000000000000005 | 一千 ||
         | 小 计 ||| 24500.5 ||
         | 云启信息有限公司2026年3月工资发放表 |||||
         | 序号 | 姓  名 | 银行帐号 | 实发金额 | 备注 |
         | 8 | 己巳 | 6200000000000000006.0 | 700 | 离职补偿金 |
         | 9 | 庚午 | '6200000000000000007 |  ||
         | 合计(大写): 贰万 ||| 25200.5 ||
         | 制表:甲 || 审核:乙 |||",
    );
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    let amounts: Vec<(u32, i64, Option<PayKind>)> = rows.iter().map(|r| (r.row, r.amount.0, r.pay_kind)).collect();
    assert_eq!(
        amounts,
        vec![
            (3, 1_600_000, Some(PayKind::Wage)),
            (4, 800_050, Some(PayKind::Bonus)),
            (5, 50_000, Some(PayKind::Wage)),
            (13, 70_000, Some(PayKind::Other)),
        ]
    );
    assert!(rows.iter().all(|r| r.payday == d("2026-03-10") && r.employer.as_deref() == Some("云启信息有限公司")));
    assert_eq!(plain(&rows[0].account), Some("6200000000000000001"));
    assert_eq!(rows[3].account.as_ref().map(|_| ()), None);
    assert_eq!(
        codes(&reading),
        vec![
            ("duplicate_person_in_payroll", Some("B6")),
            ("negative_amount", Some("D9")),
            ("amount_not_a_number", Some("D10")),
            ("ruined_account", Some("C14")),
            ("missing_value", Some("D15")),
        ]
    );
    assert_eq!(
        skipped(&reading),
        vec![
            (6, "serial_only"),
            (7, "zero_amount"),
            (8, "problem"),
            (9, "problem"),
            (10, "total"),
            (11, "title_repeated"),
            (12, "header_repeated"),
            (14, "problem"),
            (15, "total"),
            (16, "footer"),
        ]
    );
}

#[test]
fn a_remark_on_totals_is_no_total() {
    let reading = read_table(
        "| 甲测试厂2026年3月工资 代发日期：2026-03-10 ||||
         | 部门 | 姓名 | 实发工资 | 备注 |
         | 研发部 | 甲 | 100 | 1-3月累计 |
         | 研发部 | 小计 | 100 |||
         | 一、生产部 ||||
         | 生产部 | 乙 | 200 ||",
    );
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    assert_eq!(rows.iter().map(|r| r.row).collect::<Vec<_>>(), vec![2, 5]);
    assert_eq!(skipped(&reading), vec![(3, "total"), (4, "section")]);
}

#[test]
fn staff_and_visits() {
    let reading = read_table(
        "| 工号 | 姓名 | 所属网点 | 岗位 | 资质(理财/基金/保险) | 可外出 | 休假 | 每日上限 |
         | '0101 | 甲子 | 临江支行 | 客户经理 | 理财、基金/保险 | 是 | 2026-03-02至2026-03-04 | 20 |
         | 102 | 乙丑 | 临江支行 | 柜员 || 否 |||",
    );
    let rows: Vec<StaffRow> = rows_of!(reading, Staff);
    assert_eq!(rows[0].number, "0101");
    assert_eq!(rows[0].qualifications, ["理财", "基金", "保险"]);
    assert_eq!(rows[0].leave, vec![(d("2026-03-02").unwrap(), d("2026-03-04").unwrap())]);
    assert_eq!((rows[0].may_go_out, rows[0].daily_limit), (Some(true), Some(20)));
    assert_eq!((rows[1].number.as_str(), rows[1].may_go_out), ("102", Some(false)));
    let reading = read_table(
        "| 单位名称 | 进企日期 | 我行人数 | 到场人数 | 意向人数 | 首联日期 | 备注 |
         | 佳惠商贸 | 2026-01-20 | 5 | 60 | 18 | 2026年1月21日 ||
         | 华彩印务 | '2026.1.21 | 6 | 9 | 3 || 未跟进 |
         | 市三中 | 待定 | 6 | 9 | 3 || ",
    );
    let rows: Vec<VisitRow> = rows_of!(reading, Visits);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].date, rows[0].first_follow_up), (d("2026-01-20").unwrap(), d("2026-01-21")));
    assert_eq!((rows[1].date, rows[1].first_follow_up), (d("2026-01-21").unwrap(), None));
    assert_eq!(codes(&reading), vec![("date_required", Some("B4"))]);
}

#[test]
fn a_real_pay_sheet_reads_with_hints() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/real/gongzibiao_title_meta_rows.xlsx");
    let hints = Hints { employer: Some("云启信息".into()), payday: d("2024-04-10"), ..Hints::default() };
    let reading = read(&path, &rules(), &hints);
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    // 10,000 + 5,000 − 200, worked out because the file carries formulas without results.
    assert_eq!(rows.iter().map(|r| r.amount).collect::<Vec<_>>(), vec![Fen::yuan(14_800); 3]);
    assert!(rows.iter().all(|r| r.payday == d("2024-04-10") && r.employer.as_deref() == Some("云启信息")));
    let sheet = &reading.sheets[0];
    assert_eq!((sheet.header_rows, sheet.month, sheet.unit.as_deref()), (Some((2, 2)), d("2024-04-01"), Some("yuan")));
    assert_eq!(
        skipped(&reading),
        vec![
            (6, "total"),
            (7, "footer"),
            (8, "after_table"),
            (9, "after_table"),
            (10, "after_table"),
            (11, "after_table")
        ]
    );
    assert_eq!(codes(&reading), vec![("formulas_worked_out", None), ("names_only", None)]);
    assert!(reading.is_usable());
    let without = read(&path, &rules(), &Hints::default());
    assert!(!without.is_usable());
    let found = codes(&without);
    assert!(found.contains(&("missing_payday", None)) && found.contains(&("missing_employer", None)), "{found:?}");
}

#[test]
fn a_real_form_is_refused() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/real/aftertax_calculator_merged.xlsx");
    let reading = read(&path, &rules(), &Hints::default());
    assert_eq!(codes(&reading), vec![("form_not_table", None)]);
    assert!(reading.sheets[0].rows.is_none() && !reading.is_usable());
}

#[test]
fn merged_employers_and_hidden_rows() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(
        sheet,
        "| 单位名称 | 姓名 | 账号 | 金额 | 代发日期 |
         | 云启信息 | 甲 | '620001 | 1 | 2026-03-10 |
         || 乙 | '620002 | 2 | 2026-03-10 |
         || 丙 | '620003 | 3 | 2026-03-10 |
         | 恒远制造 | 丁 | '620004 | 4 | 2026-03-10 |",
    );
    sheet.merge_range(1, 0, 3, 0, "云启信息", &Format::new()).unwrap();
    sheet.set_row_hidden(2).unwrap();
    let hidden = book.add_worksheet();
    hidden.set_name("旧").unwrap().set_hidden(true);
    draw(hidden, "| 姓名 | 金额 |\n| 甲 | 1 |");
    let guide = book.add_worksheet();
    guide.set_name("填写说明").unwrap();
    draw(guide, "| 请按模板填写 |");
    let reading = read_with(&saved("a.xlsx", book), &Hints::default());
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    let employers: Vec<&str> = rows.iter().filter_map(|r| r.employer.as_deref()).collect();
    assert_eq!(employers, ["云启信息", "云启信息", "恒远制造"]);
    assert_eq!(
        codes(&reading),
        vec![("hidden_rows_skipped", None), ("hidden_sheet_skipped", None), ("guide_sheet_skipped", None)]
    );
    assert_eq!(reading.sheets.len(), 3);
}

#[test]
fn of_hidden_rows_only_those_of_people_are_worth_a_word() {
    let hidden = |rows: &[u32]| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        draw(
            sheet,
            "| 代发单位 | 客户号 | 客户姓名 | 数据日期 | AUM余额(元) |
             | 甲厂 | K1 | 甲一 | 2026-03-16 | 1000 |
             | 同上 | K2 | 甲二 | 2026-03-16 | 1000 |
             ||||||
             | 小计 |||| 2000 |
             | 乙厂 | K3 | 乙三 | 2026-03-16 | abc |",
        );
        rows.iter().for_each(|row| {
            sheet.set_row_hidden(*row).unwrap();
        });
        let reading = read_with(&saved("a.xlsx", book), &Hints::default());
        (reading.sheets[0].left_out.clone(), codes(&reading).iter().any(|c| c.0 == "hidden_rows_skipped"))
    };
    let of = |employers: &[&str]| employers.iter().map(|e| (Some(e.to_string()), 1)).collect();
    assert_eq!(hidden(&[3, 4]), (of(&["乙厂"]), false), "a total and a blank row");
    assert_eq!(hidden(&[1]), (of(&["甲厂", "乙厂"]), true));
    assert_eq!(hidden(&[2, 5]), (of(&["甲厂", "乙厂"]), true), "the row above names the employer");
}

#[test]
fn secrets_unknown_sheets_and_missing_columns_are_refused() {
    let reading = read_table("| 姓名 | 卡号 | 取款密码 | 金额 |\n| 甲 | '620001 | '123456 | 1 |");
    assert_eq!(codes(&reading), vec![("secret_column", None)]);
    assert!(reading.sheets[0].preview.is_empty());
    assert_eq!(codes(&read_table("| 甲 | 乙 |\n| 1 | 2 |")), vec![("unknown_kind", None)]);
    let hints = Hints { kind: Some(SheetKind::Payroll), ..Hints::default() };
    let reading = read_with(&drawn("| 姓名 | 卡号 |\n| 甲 | '620001 |"), &hints);
    assert_eq!(codes(&reading), vec![("missing_required_column", None)]);
}

#[test]
fn files_that_are_no_sheets() {
    let missing = read(std::path::Path::new("没有.xlsx"), &rules(), &Hints::default());
    assert_eq!(codes(&missing), vec![("unreadable_file", None)]);
    for (name, bytes, code) in [
        ("空.xlsx", &b""[..], "empty_file"),
        ("网页.xls", &b"<html><p>login</p><table><tr><td></td></tr></table></html>"[..], "not_a_workbook"),
        ("清单.xls", &b"<?xml version='1.0'?><list/>"[..], "not_a_workbook"),
        (
            "定义.xls",
            &b"<!DOCTYPE a [<!ENTITY b 'c'>]><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>"[..],
            "doctype_refused",
        ),
        ("坏.xlsx", &b"PK\x03\x04garbage"[..], "unreadable_file"),
        ("坏.xls", &b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1short"[..], "unreadable_file"),
    ] {
        assert_eq!(codes(&read_with(&written(name, bytes), &Hints::default())), vec![(code, None)], "{name}");
    }
}

#[test]
fn a_gbk_file_from_the_bank() {
    let text = "代发工资明细\r\n单位名称：云启信息,,,\r\n姓名,账号,金额,代发日期\r\n甲子,\"6200000000000000001\t\",\"1,000.00\",20260310\r\n";
    let (bytes, _, _) = encoding_rs::GB18030.encode(text);
    let reading = read_with(&written("明细.csv", &bytes), &Hints::default());
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    assert_eq!((rows[0].row, rows[0].amount, rows[0].payday), (3, Fen::yuan(1_000), d("2026-03-10")));
    assert_eq!(rows[0].employer.as_deref(), Some("云启信息"));
    assert_eq!(plain(&rows[0].account), Some("6200000000000000001"));
    assert_eq!(codes(&reading), vec![("encoding_assumed", None)]);
}

#[test]
fn doubles() {
    let reading = read_table(
        "| 客户号 | 客户姓名 | 代发单位 | AUM余额(元) | 数据日期 |
         | 1 | 甲 | 云启信息 | 5 | 2026-02-28 |
         | 1 | 甲 | 云启信息 | 5 | 2026-01-31 |
         | 1 | 甲 | 云启信息 | 5 | 2026-02-28 |
         | 1 | 甲 | 云启信息 | 6 | 2026-02-28 |",
    );
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    assert_eq!(rows.len(), 2);
    assert_eq!(reading.sheets[0].as_of, None);
    assert_eq!(codes(&reading), vec![("duplicate_row", Some("A4")), ("conflicting_rows", Some("A5"))]);
}

#[test]
fn dates_from_the_file_name_and_none_at_all() {
    let mut book = Workbook::new();
    draw(book.add_worksheet(), "| 客户号 | 代发单位 | AUM余额(元) |\n| 1 | 云启信息 | 5 |");
    let reading = read_with(&saved("持有_20260228.xlsx", book), &Hints::default());
    assert_eq!(reading.sheets[0].as_of, d("2026-02-28"));
    assert_eq!(codes(&reading), vec![("as_of_from_file_name", None)]);
    let reading = read_table("| 客户号 | AUM余额(元) |\n| 1 | 5 |");
    assert_eq!(codes(&reading), vec![("missing_as_of", None), ("rows_name_no_employer", None)]);
    assert!(!reading.is_usable());
}

#[test]
fn cells_as_stored() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(sheet, "| a,\"b | 0.1 | 2026-01-05 |");
    sheet.write_boolean(2, 1, true).unwrap();
    let noon = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    sheet.write_number_with_format(2, 2, 46_027.5, &noon).unwrap();
    let file = saved("a.xlsx", book);
    let csv = cells_csv(&file.path, None, &rules(), &Hints::default()).unwrap();
    assert_eq!(csv, "\"a,\"\"b\",0.1,2026-01-05\n,,\n,TRUE,2026-01-05T12:00:00\n");
    let missing = cells_csv(&file.path, Some("没有"), &rules(), &Hints::default()).unwrap_err();
    assert_eq!(missing.code, "no_such_sheet");
}

#[test]
fn every_field_of_the_rules_is_read() {
    let rules = rules();
    for kind in SheetKind::ALL.iter().copied() {
        let fields = crate::intake::kinds::fields(kind);
        let table = rules.columns.of(kind);
        for field in fields {
            assert!(table.contains_key(*field), "{kind}.{field} has no aliases");
        }
        for (field, rule) in table {
            let known = fields.contains(&field.as_str())
                || matches!(field.as_str(), "serial" | "note")
                || crate::intake::header::shared_fields::ROW_STATUS.contains(&field.as_str())
                || crate::intake::header::shared_fields::ROW_UNIT.contains(&field.as_str());
            let flag = rule.product.as_ref().is_some_and(|p| rules.products.products.contains_key(p));
            assert!(known || flag, "{kind}.{field} is read by nobody");
        }
    }
}
