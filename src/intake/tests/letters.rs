//! Traditional characters, Big5, and characters written as entities.

use crate::model::product::Amount;
use encoding_rs::{BIG5, GB18030};

use crate::intake::Hints;
use crate::intake::tests::{codes, d, read_table, read_text, read_with, rows_of, written};
use crate::model::Fen;
use crate::model::personal::Purpose;
use crate::model::rows::{EmployerRow, HoldingRow, PayrollRow};

const PAY: &str = "員工姓名,銀行帳號,實發金額,發放日期,單位名稱\n\
                   張測試,6200000000000000001,\"5,000.50\",2026-03-10,甲測試廠\n\
                   李測試,6200000000000000002,6000,2026-03-10,甲測試廠\n\
                   合計,,\"11,000.50\",,\n";

fn is_the_pay_list(rows: &[PayrollRow]) {
    let shown: Vec<(&str, i64)> =
        rows.iter().map(|r| (r.name.as_ref().unwrap().unmask(Purpose::Store).as_str(), r.amount.0)).collect();
    // Names stay as they are written; the total is none.
    assert_eq!(shown, [("張測試", 500_050), ("李測試", 600_000)]);
    assert_eq!(rows[0].payday, d("2026-03-10"));
    assert_eq!(rows[0].employer.as_deref(), Some("甲測試廠"));
}

#[test]
fn traditional_headers_are_read_in_every_encoding() {
    let reading = read_text(PAY);
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    is_the_pay_list(&rows);
    assert_eq!(codes(&reading), vec![]);
    for (encoding, name) in [(BIG5, "Big5"), (GB18030, "gb18030")] {
        let reading = read_with(&written("薪資.csv", &encoding.encode(PAY).0), &Hints::default());
        let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
        is_the_pay_list(&rows);
        assert_eq!(codes(&reading), vec![("encoding_assumed", None)], "{name}");
        assert!(format!("{:?}", reading.problems[0].params).contains(name), "{:?}", reading.problems[0].params);
    }
}

#[test]
fn a_page_in_big5_is_read() {
    let page = "<html><meta http-equiv=Content-Type content='text/html; charset=big5'><table>\
                <tr><td>員工姓名<td>帳號<td>實發金額<td>發放日期<td>單位\
                <tr><td>張測試<td>6200000000000001<td>5000<td>2026-03-10<td>甲測試廠</table>";
    let reading = read_with(&written("薪資.xls", &BIG5.encode(page).0), &Hints::default());
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    assert_eq!(rows[0].amount, Fen::yuan(5_000));
}

#[test]
fn other_sheets_with_traditional_headers_are_read_too() {
    let reading = read_table(
        "| 代發單位清單（單位：萬元） |||||
         | 單位編號 | 單位名稱 | 代發人數 | 月均代發額 | 發薪日 |
         | D001 | 甲測試廠 | 30 | 12.5 | 10號 |
         | 合計 || 30 | 12.5 ||",
    );
    let rows: Vec<EmployerRow> = rows_of!(reading, Employers);
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].stated_headcount, rows[0].monthly_payroll), (Some(30), Some(Fen::yuan(125_000))));
    assert_eq!(rows[0].paydays.as_ref().map(|p| p.0.clone()), Some(vec![10]));
    let reading = read_table(
        "| 客戶號 | 客戶姓名 | 代發單位 | 數據日期 | AUM餘額(萬元) | 是否持有理財 | 手機銀行 |
         | KH1 | 張測試 | 甲測試廠 | 2026-03-16 | 1.5 | 是 | 已開通 |
         | KH2 | 李測試 | 甲測試廠 | 2026-03-16 | 2 | 否 | 未開通 |",
    );
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    assert_eq!(
        rows.iter().map(|r| r.amounts[Amount::Aum]).collect::<Vec<_>>(),
        [Some(Fen::yuan(15_000)), Some(Fen::yuan(20_000))]
    );
    assert!(rows[0].products.count() > rows[1].products.count(), "yes and no in traditional characters");
}

#[test]
fn entities_in_names_are_their_characters() {
    let csv = "姓名,账号,金额,代发日期,代发单位\n\
               阿&middot;测试,6200000000000001,5000,2026-03-10,甲&amp;乙测试厂\n\
               甲&#20108;,6200000000000002,5000,2026-03-10,甲&乙测试厂\n\
               甲&nbsp;三,6200000000000003,5000,2026-03-10,甲&amp;amp;乙测试厂\n";
    let reading = read_text(csv);
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    let names: Vec<&str> = rows.iter().map(|r| r.name.as_ref().unwrap().unmask(Purpose::Store).as_str()).collect();
    assert_eq!(names, ["阿·测试", "甲二", "甲三"]);
    assert!(rows.iter().all(|r| r.employer.as_deref() == Some("甲&乙测试厂")), "{:?}", rows[2].employer);
    // In headers too.
    let reading = read_text(&csv.replace("代发单位\n", "代发&nbsp;单位\n").replace("代发日期", "代发日期&nbsp;"));
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    assert_eq!(rows.len(), 3);
    let page = "<table><tr><td>姓名<td>账号<td>金额<td>代发日期<td>代发单位\
                <tr><td>甲一<td>6200000000000001<td>5000<td>2026-03-10<td>甲&amp;amp;乙测试厂</table>";
    let reading = read_with(&written("网页.xls", page.as_bytes()), &Hints::default());
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    assert_eq!(rows[0].employer.as_deref(), Some("甲&乙测试厂"));
}

#[test]
fn a_file_in_no_encoding_known_is_refused_for_that() {
    // Shift-JIS, in which half-width katakana are single bytes.
    let bytes = [&b"\xb1\xb2,\xff\xfe\x80\n"[..], b"\xfd\xff,1\n"].concat();
    let reading = read_with(&written("表.csv", &bytes), &Hints::default());
    assert_eq!(codes(&reading), vec![("unknown_encoding", None)]);
}
