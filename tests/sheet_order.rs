//! Sheets of one workbook are taken in the order of their kinds, wherever they stand in it.

use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::common::Bench;

const FLOWS: &str = "客户号,交易日期,方向,交易金额,对手类型,流水号\nKH1,2026-03-11,支出,500,他行同名,L1";
const PAY: &str = "姓名,账号,金额,代发日期,代发单位\n张测试,A000000000000001,5000,2026-03-10,甲厂";
const HOLDINGS: &str =
    "客户号,客户姓名,工资卡号,代发单位,数据日期,AUM余额(元)\nKH1,张测试,A000000000000001,甲厂,2026-03-16,1500";
const EMPLOYERS: &str = "代发单位编号,代发单位名称,代发人数,发薪日\nD001,甲厂有限公司,1,10日";
const NOTES: &str = "填表须知\n请逐项填写";

fn workbook(bench: &Bench, sheets: &[(&str, &str)]) -> String {
    let mut book = Workbook::new();
    for (name, table) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, line) in table.lines().enumerate() {
            for (column, cell) in line.split(',').enumerate() {
                match cell.parse::<f64>() {
                    Ok(n) => sheet.write(row as u32, column as u16, n).unwrap(),
                    Err(_) => sheet.write(row as u32, column as u16, cell).unwrap(),
                };
            }
        }
    }
    let path = bench.path("全部.xlsx");
    book.save(&path).unwrap();
    path.to_str().unwrap().to_string()
}

fn import(sheets: &[(&str, &str)]) -> (Bench, Value) {
    let bench = Bench::new();
    let file = workbook(&bench, sheets);
    let report = bench.json(&["import", "--today", "2026-03-18", &file]);
    assert_eq!(report["files"][0]["outcome"], "imported", "{report:#}");
    (bench, report)
}

fn codes(report: &Value) -> Vec<&str> {
    report["problems"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap()).collect()
}

#[test]
fn what_a_sheet_speaks_of_may_stand_in_one_behind_it() {
    let back_to_front = [("流水", FLOWS), ("代发", PAY), ("持有", HOLDINGS), ("单位", EMPLOYERS)];
    let (bench, report) = import(&back_to_front);
    assert_eq!(codes(&report), Vec::<&str>::new(), "nobody is unknown, no employer is added without a list");
    assert_eq!(report["files"][0]["rows_taken"], 4);
    // The report keeps the order of the file.
    let names: Vec<&str> =
        report["files"][0]["sheets"].as_array().unwrap().iter().map(|s| s["sheet"].as_str().unwrap()).collect();
    assert_eq!(names, ["流水", "代发", "持有", "单位"]);
    let mut in_order = back_to_front;
    in_order.reverse();
    let (other, _) = import(&in_order);
    let track = |bench: &Bench| bench.json(&["track", "--today", "2026-03-18"]);
    assert_eq!(track(&bench), track(&other));
    assert_eq!(track(&bench)["employees"][0]["payroll_fen"], 500_000);
    assert_eq!(track(&bench)["employers"][0]["name"], "甲厂有限公司");
}

#[test]
fn sheets_of_no_known_kind_between_them_are_no_matter() {
    let (_, report) =
        import(&[("代发", PAY), ("说明", NOTES), ("持有", HOLDINGS), ("其他", NOTES), ("单位", EMPLOYERS)]);
    let codes = codes(&report);
    assert!(codes.iter().all(|c| ["guide_sheet_skipped", "unknown_kind", "empty_sheet"].contains(c)), "{codes:?}");
    assert_eq!(report["files"][0]["rows_taken"], 3);
}

#[test]
fn entities_make_no_second_employer() {
    let bench = Bench::new();
    let write = |name: &str, text: &str| {
        std::fs::write(bench.path(name), text).unwrap();
        bench.path(name).to_str().unwrap().to_string()
    };
    let files = [
        write("单位.csv", "代发单位编号,代发单位名称,代发人数,发薪日\nD001,甲&乙测试厂,2,10日\n"),
        write(
            "持有.csv",
            "客户号,客户姓名,代发单位,数据日期,AUM余额(元)\nKH1,甲一,甲&amp;乙测试厂,2026-03-16,1000\nKH2,甲二,甲&amp;amp;乙测试厂,2026-03-16,1000\n",
        ),
        write(
            "代发.xls",
            "<html><meta charset=utf-8><table><tr><td>姓名<td>账号<td>金额<td>代发日期<td>代发单位<tr><td>甲一<td>6222000000000001<td>5000<td>2026-03-10<td>甲&amp;amp;乙测试厂</table>",
        ),
    ];
    for file in &files {
        bench.run(&["import", "--today", "2026-03-18", file]).ok();
    }
    assert_eq!(bench.json(&["report", "--today", "2026-03-18"])["employers"], 1);
}
