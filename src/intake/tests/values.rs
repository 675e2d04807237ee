//! Values that programs and people write in odd ways: sheet in, figures out.

use crate::model::activity::{Mark, SaleRow};
use crate::model::personal::Purpose;
use crate::model::product::Amount;
use crate::model::rows::{EmployerRow, HoldingRow, Paydays, PayrollRow, StaffRow};
use crate::model::{Fen, Personal, ProductSet};
use rust_xlsxwriter::{Format, Workbook};

use crate::intake::tests::{codes, d, draw, read_table, read_text, read_with, rows_of, rules, saved};
use crate::intake::*;

const HEAD: &str = "客户号,客户姓名,代发单位,数据日期,AUM余额(元)";

#[test]
fn ticks_written_as_0_and_1_in_a_text_file_are_no_balances() {
    let line = |i: usize| format!("K{i},甲{i},甲厂,2026-03-16,{}000,{},0.0,1,20.00\n", i, i % 2);
    let text: String = (1..6).map(line).collect();
    let reading = read_text(&format!("客户号,客户姓名,代发单位,数据日期,AUM余额(元),理财,基金,定期,活期(元)\n{text}"));
    let rows: Vec<crate::model::rows::HoldingRow> = rows_of!(reading, Holdings);
    assert_eq!(
        (rows[0].amounts[Amount::Wealth], rows[0].amounts[Amount::Term], rows[0].amounts[Amount::Demand]),
        (None, None, Some(Fen::yuan(20)))
    );
    let products = rules().products;
    assert_eq!(products.catalogue().keys(rows[0].products), ["pay_card", "term_deposit", "wealth"]);
    assert_eq!(products.catalogue().keys(rows[1].products), ["pay_card", "term_deposit"]);
    // Nothing but noughts says nothing.
    assert_eq!(codes(&reading), vec![("unit_assumed", None)]);
}

#[test]
fn not_knowing_is_not_having_nothing() {
    let rows = "K1,甲一,甲厂,2026-03-16,未知,不详\nK2,甲二,甲厂,2026-03-16,-,\nK3,甲三,甲厂,2026-03-16,NULL,5\nK4,甲四,甲厂,2026-03-16,#N/A,5\n";
    let reading = read_text(&format!("{HEAD},理财余额(元)\n{rows}"));
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let shown: Vec<_> = rows.iter().map(|r| (r.amounts[Amount::Aum], r.amounts[Amount::Wealth])).collect();
    assert_eq!(shown, [(None, None), (Some(Fen::ZERO), Some(Fen::ZERO)), (None, Some(Fen::yuan(5)))]);
    let expected = ["E2", "F2", "E4"].map(|c| ("not_a_number", Some(c)));
    assert_eq!(codes(&reading)[..3], expected);
    assert_eq!(codes(&reading)[3..], [("error_cell", Some("E5"))], "as in a workbook");
}

#[test]
fn not_knowing_of_a_product_is_not_saying_that_it_is_not_held() {
    let reading = read_text(&format!(
        "{HEAD},手机银行,信用卡,基金余额(元)\n\
         K1,甲一,甲厂,2026-03-16,1,是,,未知\nK2,甲二,甲厂,2026-03-16,1,不详,否,0\n\
         K3,甲三,甲厂,2026-03-16,1,待核实,-,5\nK4,甲四,甲厂,2026-03-16,1,#N/A,#N/A,未知\n"
    ));
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let catalogue = rules().products.catalogue();
    let shown: Vec<_> = rows.iter().map(|r| (catalogue.keys(r.products), catalogue.keys(r.untold))).collect();
    let keys = |keys: &[&str]| keys.iter().map(|k| k.to_string()).collect::<Vec<_>>();
    let expected = [
        (keys(&["pay_card", "mobile_bank"]), keys(&["fund"])),
        (keys(&["pay_card"]), keys(&["mobile_bank"])),
        (keys(&["pay_card", "fund"]), keys(&["mobile_bank"])),
        (keys(&["pay_card"]), keys(&["mobile_bank", "credit_card", "fund"])),
    ];
    assert_eq!(shown, expected);
    let flag = |cell| ("not_a_flag", Some(cell));
    let unknown = |cell| ("not_a_number", Some(cell));
    let error = |cell| ("error_cell", Some(cell));
    assert_eq!(codes(&reading)[..6], [unknown("H2"), flag("F3"), flag("F4"), unknown("H5"), error("G5"), error("F5")]);
    assert!(reading.is_usable(), "not knowing is no error of the sheet");
}

#[test]
fn a_long_row_without_a_readable_product_leaves_the_others_of_the_person_open() {
    let reading = read_text(
        "客户号,客户姓名,代发单位,数据日期,产品,余额(元)\n\
         K1,甲一,甲厂,2026-03-16,活期,1000\nK1,甲一,甲厂,2026-03-16,#REF!,500\nK4,甲四,甲厂,2026-03-16,不详,500\nK2,甲二,甲厂,2026-03-16,理财,未知\n\
         K2,甲二,甲厂,2026-03-16,活期,300\nK3,甲三,甲厂,2026-03-16,基金,5\n",
    );
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let catalogue = rules().products.catalogue();
    assert_eq!(catalogue.keys(rows[0].untold), ["wealth", "fund"]);
    assert_eq!(catalogue.keys(rows[1].untold), ["wealth", "fund"]);
    let rows = &rows[1..];
    assert_eq!((rows[1].untold, rows[2].untold), (ProductSet::EMPTY, ProductSet::EMPTY));
    // A row of an unknown balance is held; how much it is nobody knows, nor the sum.
    assert_eq!(catalogue.keys(rows[1].products), ["pay_card", "wealth"]);
    assert_eq!((rows[1].amounts[Amount::Wealth], rows[1].amounts[Amount::Demand]), (None, Some(Fen::yuan(300))));
}

/// A workbook whose formulas carry a result of 0, as programs write them that cannot work them out.
#[test]
fn a_stored_0_is_not_believed_where_the_formula_comes_to_something_else() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(
        sheet,
        "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 活期(元) | 理财余额(元) | 贷款 | AUM余额(元) |
         | K1 | 甲一 | 甲厂 | 2026-03-16 | 5200 | '1,200.00 | 0 ||
         | K2 | 甲二 | 甲厂 | 2026-03-16 | 0 | 0 | 0 ||",
    );
    for row in 1..3 {
        sheet.write_formula(row, 6, format!("=E{0}*0", row + 1).as_str()).unwrap();
        sheet.write_formula(row, 7, format!("=E{0}+F{0}+G{0}", row + 1).as_str()).unwrap();
    }
    let reading = read_with(&saved("表.xlsx", book), &Hints::default());
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    assert_eq!(rows[0].amounts[Amount::Aum], Some(Fen::yuan(6_400)));
    assert_eq!(rows[1].amounts[Amount::Aum], Some(Fen::ZERO));
    assert_eq!(codes(&reading), vec![("formulas_worked_out", None)]);
}

#[test]
fn whole_numbers_with_a_decimal_nought_are_the_same_numbers() {
    let reading = read_text(&format!(
        "{HEAD},手机号码,工资卡号\n100023.0,甲一,甲厂,2026-03-16,1,13800000001.0,620000000000001.0\n"
    ));
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let plain = |v: &Option<Personal<String>>| v.as_ref().map(|p| p.unmask(Purpose::Store).clone());
    assert_eq!(plain(&rows[0].customer_number).as_deref(), Some("100023"));
    assert_eq!(plain(&rows[0].phone).as_deref(), Some("13800000001"));
    assert_eq!(plain(&rows[0].account).as_deref(), Some("620000000000001"));
    assert_eq!(codes(&reading), vec![]);
}

#[test]
fn cards_filled_up_with_zeros_are_ruined_in_text_too() {
    let reading = read_text(
        "姓名,账号,金额,代发日期,代发单位\n甲一,6200001234567890000,5000,2026-03-10,甲厂\n甲二,6200001234567890000,6000,2026-03-10,甲厂\n",
    );
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    assert!(rows.iter().all(|r| r.account.is_none()));
    let ruined = |cell| ("ruined_account", Some(cell));
    assert_eq!(codes(&reading)[..2], [ruined("B2"), ruined("B3")]);
}

#[test]
fn a_person_merged_over_several_products_owns_them_all() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(
        sheet,
        "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 产品 | 余额(元) |
         | K1 | 甲一 | 甲厂 | 2026-03-16 | 活期 | 1000 |
         ||||| 理财 | 5000 |
         ||||| 基金 | 300 |
         | K2 | 甲二 | 甲厂 | 2026-03-16 | 活期 | 200 |",
    );
    let plain = Format::new();
    for (column, text) in ["K1", "甲一", "甲厂"].into_iter().enumerate() {
        sheet.merge_range(1, column as u16, 3, column as u16, text, &plain).unwrap();
    }
    sheet.merge_range(1, 3, 3, 3, "2026-03-16", &plain).unwrap();
    for (row, product, balance) in [(2, "理财", 5000.0), (3, "基金", 300.0)] {
        sheet.write_string(row, 4, product).unwrap();
        sheet.write_number(row, 5, balance).unwrap();
    }
    let reading = read_with(&saved("表.xlsx", book), &Hints::default());
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    assert_eq!(rows.len(), 2);
    let a = &rows[0].amounts;
    assert_eq!(
        (a[Amount::Demand], a[Amount::Wealth], a[Amount::Fund]),
        (Some(Fen::yuan(1000)), Some(Fen::yuan(5000)), Some(Fen::yuan(300)))
    );
    assert_eq!(codes(&reading), vec![]);
}

#[test]
fn what_the_kind_of_product_does_not_tell_its_name_does() {
    let reading = read_table(
        "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 产品大类 | 产品名称 | 余额(元) |
         | K1 | 甲一 | 甲厂 | 2026-03-16 | 理财 | 稳健90天 | 400 |
         | K1 | 甲一 | 甲厂 | 2026-03-16 | 理财 | 小计 | 400 |
         | K1 | 甲一 | 甲厂 | 2026-03-16 | 存款 | 活期 | 50 |
         | K1 | 甲一 | 甲厂 | 2026-03-16 | 存款 | 三年期大额存单 | 70 |
         | K1 | 甲一 | 甲厂 | 2026-03-16 | 贷款 | 消费贷 | 30 |
         | K1 | 甲一 | 甲厂 | 2026-03-16 | 其他 | 某某 | 1 |",
    );
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let a = &rows[0].amounts;
    assert_eq!((a[Amount::Wealth], a[Amount::Demand]), (Some(Fen::yuan(400)), Some(Fen::yuan(50))));
    assert_eq!((a[Amount::LargeCd], a[Amount::ConsumerLoan]), (Some(Fen::yuan(70)), Some(Fen::yuan(30))));
    assert_eq!(codes(&reading), vec![("unknown_products", None)]);
}

#[test]
fn days_and_amounts_as_people_write_them() {
    let reading = read_table(
        "| 代发单位名称 | 代发单位编号 | 代发人数 | 月均代发额 | 发薪日 | 协议到期日 | 最近走访日期 |
         | 甲厂 | D1 | 3 | 3.5w | 每月10日（遇节假日提前） | 2026年12月 | 2026年3月9日上午 |
         | 乙厂 | D2 | 3 | 5万元整 | 月底前 | 2026-12-15 | 2026-03-09 |",
    );
    let rows: Vec<EmployerRow> = rows_of!(reading, Employers);
    assert_eq!(
        rows.iter().map(|r| r.monthly_payroll).collect::<Vec<_>>(),
        [Some(Fen::yuan(35_000)), Some(Fen::yuan(50_000))]
    );
    assert_eq!(
        rows.iter().map(|r| r.paydays.clone()).collect::<Vec<_>>(),
        [Some(Paydays(vec![10])), Some(Paydays(vec![31]))]
    );
    assert_eq!((rows[0].agreement_end, rows[0].last_visit), (d("2026-12-31"), d("2026-03-09")));
}

#[test]
fn cells_shown_as_percentages_hold_shares() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    draw(
        sheet,
        "| 客户号 | 产品名称 | 购买日期 | 购买金额 | 止盈 | 预期收益率(%) |
         | KH1 | 稳健90天理财 | 2026-03-05 | 50000 |||
         | KH2 | 稳健90天理财 | 2026-03-05 | 50000 | 1.2 | 3.2 |",
    );
    let percent = Format::new().set_num_format("0.00%");
    sheet.write_number_with_format(1, 4, 0.6, &percent).unwrap();
    sheet.write_number_with_format(1, 5, 0.032, &percent).unwrap();
    let reading = read_with(&saved("表.xlsx", book), &Hints::default());
    let rows: Vec<SaleRow> = rows_of!(reading, Sales);
    let marks: Vec<Option<Mark>> = rows.iter().map(|r| r.take_profit).collect();
    assert_eq!(marks, [Some(Mark::Share(600_000)), Some(Mark::Price(1_200_000))]);
    assert_eq!(rows.iter().map(|r| r.yield_ppm).collect::<Vec<_>>(), [Some(32_000), Some(32_000)]);
}

#[test]
fn a_staff_list_tells_only_of_the_columns_it_has() {
    let reading = read_table(
        "| 工号 | 姓名 | 所属网点 | 岗位 | 可外出 | 休假 | 每日上限 |
         | 101 | 甲测试 | 一测网点 | 客户经理 | 否 | 2026-03-02至2026-03-04 | 20 |
         | 102 | 乙测试 | 一测网点 |||||
         | 103 | 丙测试 | 一测网点 | 未知 | 待定 | 下月再说 | 若干 |",
    );
    let rows: Vec<StaffRow> = rows_of!(reading, Staff);
    let untold = |at: usize| {
        let u = rows[at].untold;
        (u.qualifications, [u.outlet, u.position, u.may_go_out, u.leave, u.daily_limit])
    };
    // No column of qualifications: nothing is known of them. Blank cells say that there is none.
    assert_eq!(untold(0), (true, [false; 5]));
    assert_eq!(untold(1), (true, [false; 5]));
    assert_eq!(untold(2), (true, [false, true, true, true, true]));
    let told = ["not_a_date", "not_a_flag", "not_a_count"];
    assert_eq!(codes(&reading).iter().map(|c| c.0).collect::<Vec<_>>(), told);
}
